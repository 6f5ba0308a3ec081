"""The decision: which candidate pairs are copies, which article stays, and the reasons."""

import numpy as np
import pandas as pd

from ..tables import make_table
from .candidates import Far, find_roots, open_join, pack_pairs, split_pairs, unite_pairs
from .clusters import WORDS, are_alike, choose_kept, hold_parts, is_inside
from .compare import Compared, Overlap
from .prose import Prose, gather_prose

_PART = 0.7  # an excerpt has at most this share of the shingles of the longer one
_MAYBE = 0.2  # share of samples from which articles may be copies: a third of what copies have
_QUOTED = 3  # passages of so many others are looked for in an article
_UNITS = {"": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40}


def _worth_comparing(far: Far, sizes: np.ndarray) -> np.ndarray:
    """Which pairs may be copies, and for each article the three that it may quote most of.

    So the work grows as the number of articles does, whatever they quote.
    """
    one, other = split_pairs(far.pairs)
    much = far.shared >= _MAYBE * np.minimum(sizes[one], sizes[other])
    order = np.lexsort((far.pairs, -far.shared, other))
    place = np.arange(len(order)) - np.searchsorted(other[order], other[order])
    chosen = np.empty(len(order), np.bool_)
    chosen[order] = place < _QUOTED
    return much | chosen


def read_size(memory: int | str) -> int:
    """A size like "2GB" in bytes."""
    text = str(memory).strip().upper().replace(" ", "")
    unit = text.lstrip("0123456789.")
    try:
        return int(float(text.removesuffix(unit)) * _UNITS[unit])
    except (KeyError, ValueError):
        raise ValueError(f'memory must be bytes or a size like "2GB", got {memory!r}') from None


def _relations(overlap: Overlap, quotes: np.ndarray) -> np.ndarray:
    sizes = np.stack([overlap.size_kept, overlap.size_left])
    part = sizes.min(axis=0) <= _PART * sizes.max(axis=0)
    same = overlap.similarity == 1
    return np.select([quotes, same, part], ["quotes", "same", "excerpt"], "edited")


def join_copies(prose: Prose, ids: np.ndarray, memory: int) -> pd.DataFrame:
    """What find_copies returns, of articles whose prose is at hand; `ids` in its order."""
    if len(prose.bounds) < 2:
        return make_table("copies")
    compared = Compared(prose)
    join = open_join(prose, memory)
    try:
        near = join.near()
        overlap = compared.add(near)
        alike = are_alike(overlap)
        far = join.far(find_roots(len(prose.bounds), *split_pairs(near[alike])))
    finally:
        join.close()
    compared.pairs = near[alike]
    compared.found = overlap.take(alike)
    compared.common = far.common
    rest = unite_pairs(near[~alike], far.pairs[_worth_comparing(far, join.sizes)])
    overlap = compared.add(rest)
    copies = is_inside(overlap)
    links = np.concatenate([near[alike], rest[copies]])
    copies[copies] = ~hold_parts(rest[copies], overlap.take(copies), links)
    kept = choose_kept(compared, np.concatenate([near[alike], rest[copies]]))

    one, other = split_pairs(rest)
    apart = ~copies & (overlap.rare_words >= WORDS) & (kept[one] == one) & (kept[other] == other)
    left = np.flatnonzero(kept != np.arange(len(kept)))
    pairs = np.concatenate([pack_pairs(kept[left], left), rest[apart]])
    quotes = np.arange(len(pairs)) >= len(left)
    one, other = split_pairs(pairs)
    order = np.lexsort((ids[one], ids[other]))
    pairs, one, other = pairs[order], one[order], other[order]
    overlap = compared.get(pairs)
    return make_table(
        "copies",
        {
            "article_id": ids[other],
            "copy_of": ids[one],
            "relation": _relations(overlap, quotes[order]),
            "similarity": overlap.similarity,
            "containment": overlap.containment,
            "shared_words": overlap.words,
        },
    )


def find_copies(
    articles: pd.DataFrame, passages: pd.DataFrame, *, memory: int | str = "2GB"
) -> pd.DataFrame:
    """The copies between articles: a row for each article left out, and for each pair that quotes.

    Articles are copies when they are the same, edited, or an excerpt of one another. Of these the
    one with the earliest stated date is kept, then the longest, then the first by id; each other
    has one row. Two articles that share a passage of 25 words or more, and are no copies, both
    stay (`quotes`). Only body prose counts: passages of kind body and heading.

    articles: article_id and, where known, date and date_basis. passages: article_id, start, kind,
    text. memory: bytes, or a size like "2GB", above which the join runs on disk, through DuckDB.

    Returns article_id (left out), copy_of (kept, or the other one), relation, similarity (shared of
    all distinct 5-word shingles), containment (shared of those of the smaller article) and
    shared_words (of the article left out, in shared shingles). Passages of about 25 to 50 words
    are found in most pairs, longer ones in nearly all: candidates come from samples.
    """
    bound = read_size(memory)
    prose = gather_prose(articles, passages)
    return join_copies(prose, articles["article_id"].to_numpy(dtype=object)[prose.places], bound)
