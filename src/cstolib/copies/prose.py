"""The prose of each article, as the kernels read it: UTF-8 in place, in the order of keeping."""

from typing import NamedTuple

import numba
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ..shingles import fold_table, hash_shingles, hash_words, to_spans
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
    fold: np.ndarray
    articles: np.ndarray  # the row of each in the articles table

    @property
    def size(self) -> int:
        """Bytes of all the prose."""
        return int((self.finish - self.begin)[self.rows].sum())


# One tuple of arrays costs less to pass than seven arguments, and reads better.
@numba.njit(cache=True, nogil=True)
def hash_article(prose, article, words, shingles):
    """Hash the words and shingles of one article; how many there are of each."""
    count = 0
    for k in range(prose.bounds[article, 0], prose.bounds[article, 1]):
        row = prose.rows[k]
        count = hash_words(
            prose.data, prose.begin[row], prose.finish[row], prose.fold, words, None, count
        )
    return count, hash_shingles(words, count, shingles)


@numba.njit(cache=True, nogil=True)
def room_for(prose, articles):
    """Words that the longest of the articles can have at most: two bytes make one, or more."""
    longest = 0
    for article in articles:
        size = 8
        for k in range(prose.bounds[article, 0], prose.bounds[article, 1]):
            row = prose.rows[k]
            size += (prose.finish[row] - prose.begin[row]) // 2 + 1
        longest = max(longest, size)
    return longest


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
    begin, finish = (spans := to_spans(passages["text"])).begin, spans.finish
    prose = pc.is_in(kinds, pa.array(PROSE, pa.large_string())).to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(prose & (owner >= 0) & (finish > begin))
    owner = owner[rows]
    start = passages["start"].to_numpy(dtype=np.int64, na_value=0)[rows]
    follows = (owner[1:] == owner[:-1]) & (start[1:] >= start[:-1])
    if np.count_nonzero(~follows) + 1 > len(np.unique(owner)):
        order = np.lexsort((start, owner))
        rows, owner = rows[order], owner[order]
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    bounds = np.column_stack([first, np.append(first, len(rows))[1:]]).astype(np.int64)
    characters = pc.utf8_length(spans.texts).to_numpy(zero_copy_only=False)[rows]
    length = np.add.reduceat(characters, first) if len(first) else np.zeros(0, np.int64)
    places = owner[first]
    order = _keep_order(articles.iloc[places], length.astype(np.int64))
    return Prose(spans.data, begin, finish, rows, bounds[order], fold_table(), places[order])
