"""Pairs of articles, compared by all their shingles."""

# mypy: allow-untyped-defs
# numba infers the types of the kernels.

from typing import NamedTuple

import numba
import numpy as np

from ..shingles import SHINGLE, kernel
from .candidates import LIMIT, find_roots, key_bits, split_pairs, unite_pairs
from .prose import Prose

_GAP = 12  # shingles: what two changed words near each other spoil within a shared stretch
_NEXT = np.uint64(1)


class Overlap(NamedTuple):
    """What the articles of each pair share. Sizes are counts of distinct shingles."""

    both: np.ndarray
    size_kept: np.ndarray
    size_left: np.ndarray
    words: np.ndarray  # of the article left out, in shared shingles
    rare_words: np.ndarray  # those of them outside stretches that many unlike articles share
    inside: np.ndarray  # shingles of the shorter article in stretches that the other has too
    total: np.ndarray  # shingles of the shorter article; both without what many share

    def take(self, places: np.ndarray) -> "Overlap":
        """That of some of the pairs."""
        return Overlap(*(column[places] for column in self))

    @property
    def similarity(self) -> np.ndarray:
        """Shared of all distinct shingles: the Jaccard index."""
        return self.both / np.maximum(self.size_kept + self.size_left - self.both, 1)

    @property
    def containment(self) -> np.ndarray:
        """Shared of the distinct shingles of the smaller article."""
        return self.both / np.maximum(np.minimum(self.size_kept, self.size_left), 1)


@numba.njit(nogil=True)
def _slots(size):
    """Of a hash table for so many values: a power of two, so few full that most are found free."""
    slots = 16
    while slots < 8 * size:
        slots *= 2
    return slots


@numba.njit(nogil=True)
def _find(value, values, table):
    """The slot of `value`, one of `values`, in their hash table, or the free one it belongs in."""
    mask = np.uint64(table.shape[0] - 1)
    slot = value & mask
    while table[slot] >= 0 and values[table[slot]] != value:
        slot = (slot + _NEXT) & mask
    return slot


@numba.njit(nogil=True)
def _tabulate(values, table, first):
    """Make `table` the hash table of `values`: the place of each, -1 where free; how many differ.

    first[i] gets where values[i] first is.
    """
    table[:] = -1
    distinct = 0
    for i in range(values.shape[0]):
        slot = _find(values[i], values, table)
        if table[slot] < 0:
            table[slot] = i
            distinct += 1
        first[i] = table[slot]
    return distinct


@kernel
def _index(values):
    """The hash table of distinct values."""
    table = np.empty(_slots(values.shape[0]), np.int32)
    _tabulate(values, table, np.empty(values.shape[0], np.int32))
    return table


@numba.njit(nogil=True)
def _mark_common(shingles, common, stock, shift, places, marks):
    """Set marks[i] where shingle i lies in a stretch that many unlike articles share.

    The samples tell: what follows one of the `common`, whose hash table is `stock`, counts as it.
    `places` gets where they are.
    """
    count = 0
    for i in range(shingles.shape[0]):
        places[count] = i
        count += shingles[i] < LIMIT
    for k in range(count):
        if stock[_find(shingles[places[k]] >> shift, common, stock)] >= 0:
            marks[places[k] : places[k + 1] if k + 1 < count else shingles.shape[0]] = True


@numba.njit(nogil=True)
def _bridge(shared, marks, n):
    """How many of n shingles lie in shared stretches, short gaps included, and how many in all.

    Those in `marks`, which many unlike articles share, do not count.
    """
    total = 0
    inside = 0
    last = -_GAP
    for i in range(n):
        if not marks[i]:
            if shared[i]:
                inside += total - last if total - last <= _GAP else 1
                last = total
            total += 1
    return inside, total


@kernel
def _compare(shingles, ends, counts, kept, left, common, stock, shift, found):
    """Compare the articles kept[i] and left[i] by all their shingles; pairs sorted by `kept`.

    found[i] gets: distinct shingles of both articles, of the kept one, of the one left out; words
    of the article left out that lie in shared shingles, of all and without the stretches that many
    unlike articles share; and of the shorter article, these stretches left out, the shingles in
    stretches shared with the other (short gaps bridged), and all.
    """
    articles = ends.shape[0]
    starts = np.zeros(articles, np.int64)
    starts[1:] = ends[:-1]
    longest = (ends - starts).max()
    table = np.empty(_slots(longest), np.int32)
    first = np.empty(longest, np.int32)  # where in the kept article each of its shingles first is
    hit = np.empty(longest, np.bool_)  # whether the other has it
    shared = np.empty(longest, np.bool_)
    marks = np.zeros(ends[-1], np.bool_)
    distinct = np.full(articles, -1)
    if common.shape[0]:
        for i in range(articles):
            own = slice(starts[i], ends[i])
            _mark_common(shingles[own], common, stock, shift, first, marks[own])
    places = table
    for p in range(kept.shape[0]):
        a = shingles[starts[kept[p]] : ends[kept[p]]]
        if p == 0 or kept[p] != kept[p - 1]:
            places = table[: _slots(a.shape[0])]
            distinct[kept[p]] = _tabulate(a, places, first)
        b = shingles[starts[left[p]] : ends[left[p]]]
        common_b = marks[starts[left[p]] : ends[left[p]]]
        hit[: a.shape[0]] = False
        place = np.int64(-1)
        both = 0
        words = 0
        rare_words = 0
        window = 0  # a bit for each of the last five shingles: whether it is shared
        rare = 0
        for i in range(b.shape[0]):
            place += 1  # what is shared mostly goes on
            if place == a.shape[0] or a[place] != b[i]:
                place = np.int64(places[_find(b[i], a, places)])
            shared[i] = place >= 0
            if place < 0 and window == 0:
                continue  # far from what is shared
            if place >= 0:
                both += not hit[first[place]]
                hit[first[place]] = True
            window = (window << 1 | shared[i]) & 31
            words += window > 0
            rare = (rare << 1 | (shared[i] and not common_b[i])) & 31
            rare_words += rare > 0
        for _ in range(min(counts[left[p]], SHINGLE) - 1):  # the words after the last shingle
            window = (window << 1) & 31
            words += window > 0
            rare = (rare << 1) & 31
            rare_words += rare > 0
        found[p, 0] = both
        found[p, 3] = words
        found[p, 4] = rare_words
        if a.shape[0] < b.shape[0]:
            for i in range(a.shape[0]):
                shared[i] = hit[first[i]]
            found[p, 5], found[p, 6] = _bridge(
                shared, marks[starts[kept[p]] : ends[kept[p]]], a.shape[0]
            )
        else:
            found[p, 5], found[p, 6] = _bridge(shared, common_b, b.shape[0])
    for i in range(articles):
        if distinct[i] < 0:
            own = shingles[starts[i] : ends[i]]
            distinct[i] = _tabulate(own, table[: _slots(own.shape[0])], first)
    for p in range(kept.shape[0]):
        found[p, 1] = distinct[kept[p]]
        found[p, 2] = distinct[left[p]]


def compare_pairs(prose: Prose, pairs: np.ndarray, common: np.ndarray) -> Overlap:
    """What the articles of each pair share; `common` as Far has them."""
    one, other = split_pairs(pairs)
    # Articles that pairs join stand together, so that few are hashed in two batches.
    order = np.lexsort((pairs, find_roots(len(prose.bounds), one, other)[one]))
    found = np.empty((len(pairs), 7), np.int64)
    stock = _index(common)
    shift = np.uint64(key_bits(len(prose.bounds)))
    for batch in prose.batches(other[order]):
        own = order[batch]
        chosen, numbers = np.unique(np.concatenate([one[own], other[own]]), return_inverse=True)
        part = np.zeros((len(own), 7), np.int64)
        kept, left = np.split(numbers, 2)
        _compare(*prose.hash(chosen), kept, left, common, stock, shift, part)
        found[own] = part
    return Overlap(*found.T)


class Compared:
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
        self.add(unite_pairs(pairs[~known], np.empty(0, np.uint64)))
        places = np.searchsorted(self.pairs, pairs)
        return self.found.take(places)
