"""Reads the two training sets, neither of which is part of the project.

NewsMTSC (Hamborg and Donnay 2021): train.jsonl, dev_mt.jsonl, dev_rw.jsonl.
Rated snippets (Hutto and Gilbert 2014, MIT): the archive additional_resources/
hutto_ICWSM_2014.tar.gz in the source distribution of vaderSentiment 3.3.2.
"""

import ast
import json
from pathlib import Path

import numpy as np

Spans = list[tuple[int, int]]
_SNIPPETS = ("nytEditorialSnippets", "movieReviewSnippets", "amazonReviewSnippets", "tweets")


def read_targets(path: Path) -> tuple[list[str], list[Spans], np.ndarray]:
    """Sentences, the span of the target in each, the class (0 negative to 2 positive)."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    spans = [[(int(row["from"]), int(row["to"]))] for row in rows]
    gold = np.array([int(row["polarity"]) + 1 for row in rows])
    return [row["sentence"] for row in rows], spans, gold


def read_snippets(folder: Path, *, tweets: bool = True) -> tuple[list[str], np.ndarray]:
    """Snippets, and which shares of their raters found each negative, neutral, positive."""
    texts, shares = [], []
    for name in _SNIPPETS[: None if tweets else -1]:
        votes = {}
        ratings = folder / f"{name}_anonDataRatings.txt"
        for line in ratings.read_text("utf-8-sig", errors="replace").splitlines():
            key, _, _, values = line.split("\t")
            votes[key] = np.sign(ast.literal_eval(values))
        truth = folder / f"{name}_GroundTruth.txt"
        for line in truth.read_text("utf-8-sig", errors="replace").splitlines():
            key, _, text = line.split("\t", 2)
            texts.append(text)
            shares.append([(votes[key] == sign).mean() for sign in (-1, 0, 1)])
    return texts, np.array(shares)
