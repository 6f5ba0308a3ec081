"""Copies between articles: which are the same, edited, one inside the other, or quote each other.

Candidates share sampled shingles (runs of five words); each candidate pair is then compared by all
its shingles. Text that many unlike articles share is no evidence that two of them are copies.
"""

from typing import NamedTuple

import numba
import numpy as np
import pandas as pd

from .shingles import (
    Spans,
    compare_pairs,
    find_roots,
    fold_table,
    sample_articles,
    to_spans,
)
from .tables import PROSE, make_table, require_columns

_SCALE = 8  # one shingle of eight is sampled
_LEAST = 16  # sampled shingles of a short article
_COMMON = 6  # unlike articles that share a shingle: more, and it is a stock phrase or boilerplate
_LIKE = 0.5  # similarity from which articles with much text in common count as one for that count
_SIMILAR = 0.7  # of all shingles: copies, whatever they consist of
_INSIDE = 0.8  # of the shorter article, stock text aside: lies in stretches that the other has too
_GAP = 12  # shingles: what two changed words near each other spoil within such a stretch
_WORDS = 25  # shared words from which a pair quotes
_PART = 0.7  # an excerpt has at most this share of the longer one's shingles


class _Prose(NamedTuple):
    """The prose of the articles, numbered in the order in which copies are kept."""

    ids: np.ndarray
    spans: Spans
    order: np.ndarray  # the spans, article after article
    bounds: np.ndarray  # article i has order[bounds[i]:bounds[i + 1]]


def _keep_order(articles: pd.DataFrame, length: np.ndarray) -> np.ndarray:
    """Places of the articles, the one to keep first: earliest stated date, longest, id."""
    dates = pd.Series(pd.NaT, index=articles.index)
    if "date" in articles:
        dates = pd.to_datetime(articles["date"])
    if "date_basis" in articles:
        dates = dates.where(articles["date_basis"].fillna("stated") == "stated")
    days = dates.astype("datetime64[s]").astype("int64").where(dates.notna(), np.iinfo("int64").max)
    ids = articles["article_id"].astype(str).to_numpy(dtype=object)
    ranks = np.empty(len(ids), np.int64)
    ranks[np.argsort(ids, kind="stable")] = np.arange(len(ids))
    return np.lexsort((ranks, -length, days.to_numpy()))


def _gather(articles: pd.DataFrame, passages: pd.DataFrame) -> _Prose:
    """The body prose of each article that has any."""
    require_columns(articles, "articles", ("article_id",))
    require_columns(passages, "passages", ("article_id", "start", "kind", "text"))
    prose = passages.loc[passages["kind"].isin(PROSE) & passages["text"].notna()]
    spans = to_spans(prose["text"])
    owner = pd.Index(articles["article_id"]).get_indexer(prose["article_id"])
    length = np.bincount(
        owner[owner >= 0], (spans.finish - spans.begin)[owner >= 0], minlength=len(articles)
    ).astype(np.int64)
    ranked = _keep_order(articles, length)
    ranked = ranked[length[ranked] > 0]
    number = np.full(len(articles) + 1, -1)
    number[ranked] = np.arange(len(ranked))
    numbers = number[owner]
    order = np.lexsort((prose["start"].to_numpy(dtype=np.int64), numbers))
    order = order[np.searchsorted(numbers[order], 0) :]
    bounds = np.searchsorted(numbers[order], np.arange(len(ranked) + 1))
    ids = articles["article_id"].to_numpy(dtype=object)[ranked]
    return _Prose(ids, spans, order, bounds)


class _Sample(NamedTuple):
    keys: np.ndarray  # sampled shingles, each with the number of its article in the low bits
    bands: np.ndarray
    counts: np.ndarray
    prints: np.ndarray
    bits: int


def _sample(prose: _Prose) -> _Sample:
    """The sampled shingles of all articles."""
    articles = len(prose.ids)
    size = int((prose.spans.finish - prose.spans.begin)[prose.order].sum())
    keys = np.empty(size // (4 * _SCALE) + _LEAST * articles + 1024, np.uint64)
    bands = np.empty(_LEAST * articles, np.uint64)
    counts = np.zeros((articles, 2), np.int64)
    prints = np.zeros(articles, np.uint64)
    done = used = banded = 0
    while done < articles:
        done, more, more_bands = sample_articles(
            prose.spans.data, prose.spans.begin, prose.spans.finish, prose.order, prose.bounds,
            fold_table(), _SCALE, _LEAST, done, keys[used:], bands[banded:], counts, prints,
        )  # fmt: skip
        used += more
        banded += more_bands
        if done < articles:
            keys = np.concatenate([keys[:used], np.empty(len(keys) // 2 + 4096, np.uint64)])
    keys, bands = keys[:used], bands[:banded]
    keys.sort()
    bands.sort()
    return _Sample(keys, bands, counts, prints, max(1, int(articles - 1).bit_length()))


@numba.njit(cache=True)
def _chain(keys, bits, pairs):
    """Pairs of neighbours, and of first and later, among the articles of each key; their number."""
    low = (np.uint64(1) << np.uint64(bits)) - np.uint64(1)
    found = 0
    first = 0
    for i in range(1, keys.shape[0]):
        if (keys[i] ^ keys[i - 1]) > low:
            first = i
            continue
        for j in (first, i - 1):
            if j == first or i - 1 > first:
                pairs[found] = ((keys[j] & low) << np.uint64(32)) | (keys[i] & low)
                found += 1
    return found


@numba.njit(cache=True)
def _join(keys, bits, roots, common_from, plain, common, pairs):
    """Pairs of unlike articles that share a key that few do; the numbers of pairs and common keys.

    With empty `pairs` it only counts. plain[i] gets how many keys of article i are not common.
    """
    shift = np.uint64(bits)
    low = (np.uint64(1) << shift) - np.uint64(1)
    members = np.empty(common_from, np.int64)
    found = 0
    many = 0
    start = 0
    for stop in range(1, keys.shape[0] + 1):
        if stop < keys.shape[0] and (keys[stop] >> shift) == (keys[start] >> shift):
            continue
        distinct = 0
        for i in range(start, stop):
            article = np.int64(keys[i] & low)
            new = True
            for k in range(min(distinct, common_from)):
                if roots[members[k]] == roots[article]:
                    new = False
                    break
            if new:
                if distinct < common_from:
                    members[distinct] = article
                distinct += 1
                if distinct > common_from:
                    break
        if distinct > common_from:
            if pairs.shape[0]:
                common[many] = keys[start] >> shift
            many += 1
        else:
            if pairs.shape[0]:
                for a in range(distinct):
                    for b in range(a + 1, distinct):
                        pairs[found] = (np.uint64(members[a]) << np.uint64(32)) | np.uint64(
                            members[b]
                        )
                        found += 1
                for i in range(start, stop):
                    plain[keys[i] & low] += 1
            else:
                found += distinct * (distinct - 1) // 2
        start = stop
    return found, many


def _unpack(pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return (pairs >> np.uint64(32)).astype(np.int64), (pairs & np.uint64(0xFFFFFFFF)).astype(
        np.int64
    )


def _compare(prose: _Prose, kept: np.ndarray, left: np.ndarray, common: np.ndarray) -> np.ndarray:
    found = np.zeros((len(kept), 7), np.int64)
    spans = prose.spans
    compare_pairs(
        spans.data, spans.begin, spans.finish, prose.order, prose.bounds, fold_table(),
        kept, left, common, _SCALE, _GAP, found,
    )  # fmt: skip
    return found


def _like(prose: _Prose, sample: _Sample) -> np.ndarray:
    """For each article the first of those that have much of all their text in common with it."""
    pairs = np.empty(2 * len(sample.bands), np.uint64)
    pairs = np.unique(pairs[: _chain(sample.bands, sample.bits, pairs)])
    one, other = _unpack(pairs)
    found = _compare(prose, one, other, np.empty(0, np.uint64))
    close = found[:, 0] >= _LIKE * (found[:, 1] + found[:, 2] - found[:, 0])
    return one[close], other[close], find_roots(len(prose.ids), one[close], other[close])


def _candidates(sample: _Sample, roots: np.ndarray):
    """Pairs that may be copies or quote each other, and the shingles that are common."""
    plain = np.zeros(len(roots), np.int64)
    nothing = np.empty(0, np.uint64)
    size, many = _join(sample.keys, sample.bits, roots, _COMMON, plain, nothing, nothing)
    pairs = np.empty(size + 1, np.uint64)
    common = np.empty(many, np.uint64)
    size, many = _join(sample.keys, sample.bits, roots, _COMMON, plain, common, pairs)
    pairs, shared = np.unique(pairs[:size], return_counts=True)
    one, other = _unpack(pairs)
    enough = shared >= np.minimum(2, np.minimum(plain[one], plain[other]))
    return one[enough], other[enough], shared[enough], plain, common


def find_copies(articles: pd.DataFrame, passages: pd.DataFrame) -> pd.DataFrame:
    """The copies between articles: a row for each article left out, and for each pair that quotes.

    Copies are the same, edited, or an excerpt of one another; of these the article with the
    earliest stated date is kept, then the longest, then the first by id. Articles that share a
    passage of 25 words or more (`quotes`) both stay. Only body prose counts.

    Returns article_id (left out), copy_of (kept), relation, similarity (shared of all distinct
    5-word runs, Jaccard), containment (shared of those of the shorter), shared_words.
    """
    prose = _gather(articles, passages)
    if len(prose.ids) < 2:
        return make_table("copies")
    sample = _sample(prose)
    one_a, other_a, roots = _like(prose, sample)
    one, other, _, _, common = _candidates(sample, roots)
    pairs = np.unique(
        np.concatenate(
            [
                (one_a.astype(np.uint64) << np.uint64(32)) | other_a.astype(np.uint64),
                (one.astype(np.uint64) << np.uint64(32)) | other.astype(np.uint64),
            ]
        )
    )
    one, other = _unpack(pairs)
    found = _compare(prose, one, other, common)
    both, size_a, size_b, covered, plain, inside, total = found.T
    similar = both >= _SIMILAR * (size_a + size_b - both)
    copies = similar | (inside >= _INSIDE * total) & (plain >= _WORDS)
    quotes = ~copies & (plain >= _WORDS)
    keeper = find_roots(len(prose.ids), one[copies], other[copies])
    left = np.flatnonzero(keeper != np.arange(len(keeper)))
    quotes &= (keeper[one] == one) & (keeper[other] == other)
    kept = np.concatenate([keeper[left], one[quotes]])
    out = np.concatenate([left, other[quotes]])
    by = np.lexsort((out, kept))
    relation = np.array(["copy"] * len(left) + ["quotes"] * int(quotes.sum()), dtype=object)[by]
    kept, out = kept[by], out[by]
    both, size_a, size_b, covered, *_ = _compare(prose, kept, out, common).T
    same = sample.prints[kept] == sample.prints[out]
    part = np.minimum(size_a, size_b) <= _PART * np.maximum(size_a, size_b)
    kinds = np.where(same, "same", np.where(part, "excerpt", "edited"))
    table = make_table(
        "copies",
        {
            "article_id": prose.ids[out],
            "copy_of": prose.ids[kept],
            "relation": np.where(relation == "quotes", "quotes", kinds),
            "similarity": both / np.maximum(size_a + size_b - both, 1),
            "containment": both / np.maximum(np.minimum(size_a, size_b), 1),
            "shared_words": covered,
        },
    )
    return table.sort_values(["article_id", "copy_of"], kind="stable").reset_index(drop=True)


def explain_copies(
    id_a: str, id_b: str, articles: pd.DataFrame, passages: pd.DataFrame
) -> pd.DataFrame:
    """The passages that two articles share, side by side: words, text_a, text_b and their places."""
    raise NotImplementedError
