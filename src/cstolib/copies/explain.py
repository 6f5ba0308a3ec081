"""Two articles side by side: the passages that they share."""

import re

import numpy as np
import pandas as pd

from ..repeats import find_repeats
from ..tables import PROSE, accept_table

_WORDS = 8  # of a shared passage that is worth showing


def _place(passages: pd.DataFrame, position: int, starts: np.ndarray) -> int:
    """Where in raw the character `position` of the joined prose is."""
    k = int(np.searchsorted(starts, position, side="right")) - 1
    row = passages.iloc[k]
    return int(min(row["start"] + position - starts[k], row["end"]))


def explain_copies(
    id_a: str, id_b: str, articles: pd.DataFrame, passages: pd.DataFrame
) -> pd.DataFrame:
    """The passages that two articles share, side by side, in the order of the second.

    Returns words (of text_b), text_a, text_b, and where they are in raw: start_a, end_a, start_b,
    end_b. Words changed within a shared passage stand in both texts. The order of the two articles
    does not matter for what is found, only for which is a and which is b.
    """
    needed = ("article_id", "start", "end", "kind", "text")
    passages = accept_table(passages, "passages", needed)
    known = set(accept_table(articles, "articles", ("article_id",))["article_id"])
    for article_id in (id_a, id_b):
        if article_id not in known:
            raise ValueError(f"no article has the id {article_id!r}; see articles.article_id")
    sides, starts, texts = [], [], []
    for article_id in (id_a, id_b):
        own = passages[(passages["article_id"] == article_id) & passages["kind"].isin(PROSE)]
        own = own[own["text"].notna()].sort_values("start")
        sides.append(own)
        starts.append(np.cumsum([0, *(len(text) + 1 for text in own["text"])])[:-1])
        texts.append("\n".join(own["text"]))
    joint = len(texts[0]) + 1
    runs = find_repeats(["\n".join(texts)], min_words=_WORDS)
    rows = []
    for run in runs[(runs["start"] >= joint) & (runs["source_end"] < joint)].itertuples():
        text_b = texts[1][run.start - joint : run.end - joint]
        rows.append(
            {
                "words": len(re.findall(r"\w+", text_b)),
                "text_a": texts[0][run.source_start : run.source_end],
                "text_b": text_b,
                "start_a": _place(sides[0], run.source_start, starts[0]),
                "end_a": _place(sides[0], run.source_end, starts[0]),
                "start_b": _place(sides[1], run.start - joint, starts[1]),
                "end_b": _place(sides[1], run.end - joint, starts[1]),
            }
        )
    columns = ["words", "text_a", "text_b", "start_a", "end_a", "start_b", "end_b"]
    return pd.DataFrame(rows, columns=columns)
