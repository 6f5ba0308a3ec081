"""The decision: which candidate pairs are copies, which article stays, and the reasons."""

# mypy: allow-untyped-defs
# numba infers the types of the kernels.

import re

import numba
import numpy as np
import pandas as pd

from ..repeats import find_repeats
from ..tables import PROSE, make_table, require_columns
from .candidates import Far, open_join, split_pairs
from .compare import Overlap, compare_pairs
from .prose import Prose, gather_prose

_LIKE = 0.5  # similarity from which articles count as one where unlike articles are counted
_SIMILAR = 0.7  # similarity from which articles are copies whatever they consist of
_INSIDE = 0.8  # of the shorter article, stock text aside, lies in stretches that the other has too
_RELATED = 0.4  # the same for an article that is a copy of a copy of the one kept
_WORDS = 25  # shared words from which articles quote, or one can be part of the other
_PART = 0.7  # an excerpt has at most this share of the shingles of the longer one
_EXPLAINED = 8  # words of a shared passage that is worth showing
_MAYBE = 0.2  # share of samples from which articles may be copies: a third of what copies have
_QUOTED = 3  # passages of so many others are looked for in an article
_UNITS = {"": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40}


@numba.njit(cache=True, nogil=True)
def _find_roots(count, one, other):
    """For each of `count` articles, the first of those that the pairs join it with."""
    root = np.arange(count)
    for i in range(one.shape[0]):
        a = one[i]
        while root[a] != a:
            root[a] = root[root[a]]
            a = root[a]
        b = other[i]
        while root[b] != b:
            root[b] = root[root[b]]
            b = root[b]
        if a < b:
            root[b] = a
        else:
            root[a] = b
    for i in range(count):
        root[i] = root[root[i]]
    return root


def _union(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The pairs of both, sorted, each once; faster than numpy's, which hashes."""
    pairs = np.sort(np.concatenate([one, other]))
    return pairs[np.diff(pairs, prepend=~pairs[:1]) > 0]


class _Compared:
    """The pairs compared so far, so that none is compared twice."""

    def __init__(self, prose: Prose) -> None:
        self.prose = prose
        self.common = np.empty(0, np.uint64)
        self.pairs = np.empty(0, np.uint64)
        self.found = Overlap(*np.empty((7, 0), np.int64))

    def add(self, pairs: np.ndarray) -> Overlap:
        """Compare `pairs` and remember them."""
        found = compare_pairs(self.prose, pairs, self.common)
        pairs = np.concatenate([self.pairs, pairs])
        order = np.argsort(pairs, kind="stable")
        self.pairs = pairs[order]
        columns = zip(self.found, found, strict=True)
        self.found = Overlap(*(np.concatenate(column)[order] for column in columns))
        return found

    def get(self, pairs: np.ndarray) -> Overlap:
        """What is shared by `pairs`, compared now where it is not known."""
        places = np.searchsorted(self.pairs, pairs)
        known = np.append(self.pairs, 0)[places] == pairs
        self.add(_union(pairs[~known], np.empty(0, np.uint64)))
        places = np.searchsorted(self.pairs, pairs)
        return Overlap(*(column[places] for column in self.found))


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


def _is_inside(overlap: Overlap, share: float) -> np.ndarray:
    """Whether that share of the shorter article runs along the other, in 25 words or more."""
    enough = (overlap.rare_words >= _WORDS) & (overlap.inside >= share * overlap.total)
    return enough | (overlap.similarity >= _SIMILAR)


def _choose_kept(compared: _Compared, links: np.ndarray) -> np.ndarray:
    """For each article the one that is kept for it, itself or one before it.

    That is the first of all that the links join it with, unless it has little of it: a digest
    joins articles that have nothing in common. Such articles are joined anew without the first.
    """
    count = len(compared.prose.bounds)
    kept = np.arange(count)
    one, other = split_pairs(links)
    open_ = np.ones(count, np.bool_)
    while True:
        among = open_[one] & open_[other]
        roots = _find_roots(count, one[among], other[among])
        joined = np.flatnonzero(roots != np.arange(count))
        if not len(joined):
            return kept
        pairs = _pack(roots[joined], joined)
        order = np.argsort(pairs)
        related = _is_inside(compared.get(pairs[order]), _RELATED)
        joined = joined[order]
        kept[joined[related]] = roots[joined[related]]
        open_ = np.zeros(count, np.bool_)
        open_[joined[~related]] = True


def _pack(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return (one.astype(np.uint64) << np.uint64(32)) | other.astype(np.uint64)


def _bytes(memory: int | str) -> int:
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
    bound = _bytes(memory)
    prose = gather_prose(articles, passages)
    if len(prose.bounds) < 2:
        return make_table("copies")
    compared = _Compared(prose)
    join = open_join(prose, bound)
    try:
        near = join.near()
        overlap = compared.add(near)
        like = near[overlap.similarity >= _LIKE]
        far = join.far(_find_roots(len(prose.bounds), *split_pairs(like)))
    finally:
        join.close()
    similar = overlap.similarity >= _SIMILAR
    compared.pairs = near[similar]
    compared.found = Overlap(*(column[similar] for column in overlap))
    compared.common = far.common
    rest = _union(near[~similar], far.pairs[_worth_comparing(far, join.sizes)])
    overlap = compared.add(rest)
    copies = _is_inside(overlap, _INSIDE)
    kept = _choose_kept(compared, np.concatenate([near[similar], rest[copies]]))

    one, other = split_pairs(rest)
    apart = ~copies & (overlap.rare_words >= _WORDS) & (kept[one] == one) & (kept[other] == other)
    left = np.flatnonzero(kept != np.arange(len(kept)))
    pairs = np.concatenate([_pack(kept[left], left), rest[apart]])
    quotes = np.arange(len(pairs)) >= len(left)
    overlap = compared.get(pairs)
    ids = articles["article_id"].to_numpy(dtype=object)[prose.places]
    one, other = split_pairs(pairs)
    table = make_table(
        "copies",
        {
            "article_id": ids[other],
            "copy_of": ids[one],
            "relation": _relations(overlap, quotes),
            "similarity": overlap.similarity,
            "containment": overlap.containment,
            "shared_words": overlap.words,
        },
    )
    return table.sort_values(["article_id", "copy_of"], ignore_index=True)


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
    require_columns(passages, "passages", ("article_id", "start", "end", "kind", "text"))
    known = set(articles["article_id"])
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
    runs = find_repeats(["\n".join(texts)], min_words=_EXPLAINED)
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
