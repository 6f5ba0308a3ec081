"""Reads the training sets, none of which is part of the project; docs/models.md names them.

Targets (Hamborg and Donnay 2021): train.jsonl, dev_mt.jsonl, dev_rw.jsonl of NewsMTSC.
Relations (Park, Pan and Joo 2021): dataset/*.txt of the repository directed_sentiment_analysis.
Aspects (Jiang and others 2019): data/MAMS-ATSA/raw/train.xml of the repository MAMS-for-ABSA.
Rated snippets (Hutto and Gilbert 2014): the archive additional_resources/hutto_ICWSM_2014.tar.gz
in the source distribution of vaderSentiment 3.3.2.
"""

import ast
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

Spans = list[tuple[int, int]]
_SNIPPETS = ("nytEditorialSnippets", "movieReviewSnippets", "amazonReviewSnippets", "tweets")


def read_targets(path: Path) -> tuple[list[str], list[Spans], np.ndarray]:
    """Sentences, the span of the target in each, the class (0 negative to 2 positive)."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    spans = [[(int(row["from"]), int(row["to"]))] for row in rows]
    gold = np.array([int(row["polarity"]) + 1 for row in rows])
    return [row["sentence"] for row in rows], spans, gold


def read_relations(folder: Path) -> tuple[list[str], list[Spans], np.ndarray]:
    """Sentences with two entities, a row for each: its span, and how the other speaks of it.

    The class is neutral where the other holds no opinion of it. Two rows a sentence, in order.
    """
    texts, spans, classes = [], [], []
    for part in ("train", "valid", "test"):
        for line in (folder / f"{part}.txt").read_text("utf-8").splitlines():
            sentence, *_, label = line.split("\t")
            found = re.fullmatch(r"(.*?)\[(.+?)\](.*?)\[(.+?)\](.*)", sentence)
            if found is None:
                continue
            start, end = found.start(2) - 1, found.end(2) - 1  # without the brackets
            places = ((start, end), (found.start(4) - 3, found.end(4) - 3))
            # 0 none; 1, 2 praise of the second, of the first; 3, 4 blame of the second, the first
            about = None if label == "0" else int(label) % 2
            for which, place in enumerate(places):
                texts.append("".join(found.groups()))
                spans.append([place])
                classes.append(1 if about != which else 2 if int(label) < 3 else 0)
    return texts, spans, np.array(classes)


def read_aspects(path: Path) -> tuple[list[str], list[Spans], np.ndarray]:
    """Sentences of restaurant reviews with two or more things that are judged differently."""
    texts, spans, classes = [], [], []
    for sentence in ElementTree.parse(path).iter("sentence"):
        for term in sentence.iter("aspectTerm"):
            texts.append(sentence.findtext("text") or "")
            spans.append([(int(term.attrib["from"]), int(term.attrib["to"]))])
            classes.append(("negative", "neutral", "positive").index(term.attrib["polarity"]))
    return texts, spans, np.array(classes)


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
