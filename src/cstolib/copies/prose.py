"""The prose of each article, as the kernels read it: UTF-8 in place, in the order of keeping."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ..shingles import count_characters, fold_table, hash_texts, to_spans
from ..tables import PROSE, TableError, require_columns

_NO_DATE = np.iinfo(np.int64).max


class Prose(NamedTuple):
    """The articles that have prose, numbered in the order in which copies are kept.

    Article i is the text of the passages rows[bounds[i, 0]:bounds[i, 1]], and passage r is
    data[begin[r]:finish[r]].
    """

    data: np.ndarray
    begin: np.ndarray
    finish: np.ndarray
    rows: np.ndarray
    bounds: np.ndarray
    length: np.ndarray  # of each article, in bytes
    fold: np.ndarray
    articles: np.ndarray  # the row of each in the articles table

    def batches(self, chosen: np.ndarray) -> Iterator[slice]:
        """Slices of `chosen` articles, each of about a megabyte of text: what caches hold."""
        megabytes = np.cumsum(self.length[chosen]) >> 20
        edges = np.flatnonzero(np.diff(megabytes)) + 1
        for start, stop in pairwise([0, *edges.tolist(), len(chosen)]):
            if start < stop:
                yield slice(start, stop)

    def hash(self, chosen: np.ndarray) -> "Hashed":
        """The shingles of the chosen articles."""
        room = (
            self.length[chosen] // 2 + (self.bounds[chosen] @ (-1, 1)) + 1
        )  # a word has two bytes
        shingles = np.empty(int(room.sum()) + 1, np.uint64)
        words = np.empty(int(room.max(initial=0)) + 1, np.uint64)
        ends = np.empty(len(chosen), np.int64)
        counts = np.empty(len(chosen), np.int64)
        hash_texts(
            self.data, self.begin, self.finish, self.rows, self.bounds, self.fold, chosen,
            words, shingles, ends, counts,
        )  # fmt: skip
        return Hashed(shingles, ends, counts)


class Hashed(NamedTuple):
    """Shingles of articles one after the other, where those of each end, and its words."""

    shingles: np.ndarray
    ends: np.ndarray
    counts: np.ndarray


def _days(articles: pd.DataFrame) -> np.ndarray:
    """The stated date of each article as a number; those without one come last."""
    if "date" not in articles:
        return np.full(len(articles), _NO_DATE)
    dates = pd.to_datetime(articles["date"]).astype("datetime64[s]")
    stated = dates.notna().to_numpy()
    if "date_basis" in articles:
        stated = stated & (articles["date_basis"].fillna("stated") == "stated").to_numpy()
    return np.where(stated, dates.to_numpy().astype(np.int64), _NO_DATE)


def _keep_order(articles: pd.DataFrame, length: np.ndarray) -> np.ndarray:
    """Places of the articles: earliest stated date first, then the longest, then by id."""
    ids = articles["article_id"].to_numpy(dtype=object)
    ranks = np.empty(len(ids), np.int64)
    ranks[np.argsort(ids, kind="stable")] = np.arange(len(ids))
    return np.lexsort((ranks, -length, _days(articles)))


def gather_prose(articles: pd.DataFrame, passages: pd.DataFrame) -> Prose:
    """The body prose of each article that has any: its passages of kind body and heading."""
    require_columns(articles, "articles", ("article_id",))
    require_columns(passages, "passages", ("article_id", "start", "kind", "text"))
    ids = pa.array(articles["article_id"], from_pandas=True).cast(pa.large_string())
    if not articles["article_id"].is_unique:
        twins = articles[articles["article_id"].duplicated(keep=False)]
        raise TableError(f"article_id must be unique; {len(twins)} rows share theirs", twins)
    kinds = pa.array(passages["kind"], from_pandas=True).cast(pa.large_string())
    owners = pa.array(passages["article_id"], from_pandas=True).cast(pa.large_string())
    owner = pc.fill_null(pc.index_in(owners, ids), -1).to_numpy()
    spans = to_spans(passages["text"])
    begin, finish = spans.begin, spans.finish
    prose = pc.is_in(kinds, pa.array(PROSE, pa.large_string())).to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(prose & (owner >= 0) & (finish > begin))
    owner = owner[rows]
    start = passages["start"].to_numpy(dtype=np.int64, na_value=0)[rows]
    follows = (owner[1:] == owner[:-1]) & (start[1:] >= start[:-1])
    if np.count_nonzero(~follows) + 1 > np.count_nonzero(np.bincount(owner)):
        order = np.lexsort((start, owner))
        rows, owner = rows[order], owner[order]
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    bounds = np.column_stack([first, np.append(first, len(rows))[1:]]).astype(np.int64)
    size = np.add.reduceat((finish - begin)[rows], first) if len(rows) else np.zeros(0, np.int64)
    characters = np.empty(len(rows), np.int64)
    count_characters(spans.data, begin[rows], finish[rows], characters)
    length = np.add.reduceat(characters, first) if len(rows) else size
    places = owner[first]
    order = _keep_order(articles.iloc[places], length)
    return Prose(
        spans.data, begin, finish, rows, bounds[order], size[order], fold_table(), places[order]
    )
