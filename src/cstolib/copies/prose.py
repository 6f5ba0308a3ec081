"""The prose of each article, as the kernels read it: UTF-8 in place, in the order of keeping."""

# mypy: allow-untyped-defs
# numba infers the types of the kernels.

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ..shingles import Spans, fold_table, hash_texts, kernel, to_arrow, to_spans
from ..tables import PROSE, accept_table, require_columns

_NO_DATE = np.iinfo(np.int64).max


class Prose(NamedTuple):
    """The articles that have prose, numbered in the order in which copies are kept.

    Article i is made of the spans rows[bounds[i, 0]:bounds[i, 1]].
    """

    spans: Spans
    rows: np.ndarray
    bounds: np.ndarray
    length: np.ndarray  # of each article, in bytes
    places: np.ndarray  # of each, in the articles table

    def batches(self, chosen: np.ndarray) -> Iterator[slice]:
        """Slices of `chosen` articles, each of about 1 MB of text: few calls, little memory."""
        parts = np.cumsum(self.length[chosen]) >> 20
        edges = np.flatnonzero(np.diff(parts)) + 1
        for start, stop in pairwise([0, *edges.tolist(), len(chosen)]):
            if start < stop:
                yield slice(start, stop)

    def room(self, chosen: np.ndarray) -> np.ndarray:
        """The most words that each of the chosen articles can have: a word takes two bytes."""
        return self.length[chosen] // 2 + (self.bounds[chosen] @ (-1, 1)) + 1

    def hash(self, chosen: np.ndarray) -> "Hashed":
        """The shingles of the chosen articles."""
        bounds = self.bounds[chosen]
        room = self.room(chosen)
        shingles = np.empty(int(room.sum()) + 1, np.uint64)
        words = np.empty(int(room.max(initial=0)) + 1, np.uint64)
        ends, counts = np.empty(len(chosen), np.int64), np.empty(len(chosen), np.int64)
        hash_texts(*self.spans, self.rows, bounds, fold_table(), words, shingles, ends, counts)
        return Hashed(shingles, ends, counts)


class Hashed(NamedTuple):
    """Shingles of articles one after the other, where those of each end, and its words."""

    shingles: np.ndarray
    ends: np.ndarray
    counts: np.ndarray


@kernel
def _count_characters(data, begin, finish, rows, bounds, lengths):
    """Put into lengths[i] the characters of text i, made of rows[bounds[i, 0]:bounds[i, 1]]."""
    for i in range(bounds.shape[0]):
        length = 0
        for row in rows[bounds[i, 0] : bounds[i, 1]]:
            for byte in data[begin[row] : finish[row]]:
                length += (byte & 0xC0) != 0x80  # not within a character
        lengths[i] = length


def stated_days(articles: pd.DataFrame) -> np.ndarray:
    """The stated date of each article as a number; those without one come last."""
    if "date" not in articles:
        return np.full(len(articles), _NO_DATE)
    dates = articles["date"].astype("datetime64[s]")
    stated = dates.notna().to_numpy()
    if "date_basis" in articles:
        stated = stated & (articles["date_basis"].fillna("stated") == "stated").to_numpy()
    return np.where(stated, dates.astype(np.int64).to_numpy(), _NO_DATE)


def _keep_order(articles: pd.DataFrame, length: np.ndarray) -> np.ndarray:
    """Places of the articles: earliest stated date first, then the longest, then by id."""
    ranks = pc.rank(to_arrow(articles["article_id"])).to_numpy()
    return np.lexsort((ranks, -length, stated_days(articles)))


def gather_prose(articles: pd.DataFrame, passages: pd.DataFrame) -> Prose:
    """The body prose of each article that has any: its passages of kind body and heading."""
    require_columns(articles, "articles", ("article_id",))
    require_columns(passages, "passages", ("article_id", "start", "kind", "text"))
    known = [name for name in ("article_id", "date", "date_basis") if name in articles]  # no texts
    articles = accept_table(articles[known], "articles", known)
    ids, kinds = to_arrow(articles["article_id"]), to_arrow(passages["kind"])
    owner = pc.index_in(to_arrow(passages["article_id"]), ids).fill_null(-1).to_numpy()
    pa.default_memory_pool().release_unused()  # else Arrow keeps what looking the ids up took
    texts = to_arrow(passages["text"])
    size = pc.binary_length(texts).fill_null(0).to_numpy()
    prose = pc.is_in(kinds, pa.array(PROSE, kinds.type)).to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(prose & (owner >= 0) & (size > 0))
    owner = owner[rows]
    start = passages["start"].to_numpy(dtype=np.int64, na_value=0)[rows]
    follows = (owner[1:] == owner[:-1]) & (start[1:] >= start[:-1])
    if np.count_nonzero(~follows) + 1 > np.count_nonzero(np.bincount(owner)):
        order = np.lexsort((start, owner))
        rows, owner = rows[order], owner[order]
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    bounds = np.column_stack([first, np.append(first, len(rows))[1:]])
    spans = to_spans(texts)
    length = np.empty(len(bounds), np.int64)
    _count_characters(*spans, rows, bounds, length)
    size = np.diff(size[rows].cumsum()[bounds[:, 1] - 1], prepend=0)
    places = owner[first]
    order = _keep_order(articles.iloc[places], length)
    pa.default_memory_pool().release_unused()
    return Prose(spans, rows, bounds[order], size[order], places[order])
