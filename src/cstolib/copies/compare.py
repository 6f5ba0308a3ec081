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
_NONE, _NEXT = np.uint64(0), np.uint64(1)


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
def _find_common(shingles, common, stock, shift, places, stretches):
    """Put into `stretches` where those begin and end that many unlike articles share; how many.

    The samples tell: what follows one of the `common`, whose hash table is `stock`, counts as it.
    `places` gets where they are, and the end.
    """
    count = _NONE
    for i in range(np.uint64(shingles.shape[0])):
        places[count] = i
        count += np.uint64(shingles[i] < LIMIT)
    places[count] = shingles.shape[0]
    found = 0
    for k in range(count):
        if stock[_find(shingles[np.uint64(places[k])] >> shift, common, stock)] >= 0:
            stretches[found] = places[k], places[k + _NEXT]
            found += 1
    return found


@numba.njit(nogil=True)
def _match(one, table, first, other, hit, places):
    """How many distinct shingles both articles have; and how many of those of `other`.

    `places` gets where these are. `table` and `first` are what _tabulate made of `one`; `hit` gets
    which of its shingles the other has, where each first is.
    """
    hit[: one.shape[0]] = False
    mask = np.uint64(table.shape[0] - 1)
    count = _NONE
    for i in range(np.uint64(other.shape[0])):  # no branches: most that are not shared end here
        places[count] = i
        count += np.uint64(table[other[i] & mask] >= 0)
    both = 0
    shared = _NONE
    place = np.int64(-1)
    for k in range(count):
        value = other[np.uint64(places[k])]
        place += 1  # what is shared mostly goes on
        if place == one.shape[0] or one[np.uint64(place)] != value:
            place = np.int64(table[_find(value, one, table)])
        if place >= 0:
            both += not hit[first[np.uint64(place)]]
            hit[first[np.uint64(place)]] = True
            places[shared] = places[k]
            shared += _NEXT
    return both, np.int64(shared)


@numba.njit(nogil=True)
def _cover(places, stretches, size):
    """What the shared shingles at `places`, each of `size` words, cover.

    That is: words; words without the `stretches` that many unlike articles share; and shingles in
    shared stretches, short gaps included, these left out.
    """
    words = 0
    rare_words = 0
    inside = 0
    last = last_rare = -size
    last_counted = -_GAP - 1
    before = 0  # shingles that do not count
    k = 0
    for i in places:
        words += min(i - last, size)
        last = i
        while k < stretches.shape[0] and stretches[k, 1] <= i:
            before += stretches[k, 1] - stretches[k, 0]
            k += 1
        if k == stretches.shape[0] or i < stretches[k, 0]:
            rare_words += min(i - last_rare, size)
            last_rare = i
            gap = i - before - last_counted
            inside += gap if gap <= _GAP else 1
            last_counted = i - before
    return words, rare_words, inside


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
    totals = ends - starts
    longest = totals.max()
    table = np.empty(_slots(longest), np.int32)
    first = np.empty(longest, np.int32)  # where in the kept article each of its shingles first is
    hit = np.empty(longest, np.bool_)
    places = np.empty(longest + 1, np.int32)
    stretches = np.empty((ends[-1], 2), np.int32)
    bounds = np.zeros(articles + 1, np.int64)  # of the stretches of each article
    distinct = np.full(articles, -1)
    for i in range(articles):
        own = stretches[bounds[i] :]
        if common.shape[0]:
            every = shingles[starts[i] : ends[i]]
            own = own[: _find_common(every, common, stock, shift, places, own)]
            totals[i] -= (own[:, 1] - own[:, 0]).sum()
            bounds[i + 1] = bounds[i] + own.shape[0]
    slots = table
    for p in range(kept.shape[0]):
        a = shingles[starts[kept[p]] : ends[kept[p]]]
        if p == 0 or kept[p] != kept[p - 1]:
            slots = table[: _slots(a.shape[0])]
            distinct[kept[p]] = _tabulate(a, slots, first)
        b = shingles[starts[left[p]] : ends[left[p]]]
        both, shared = _match(a, slots, first, b, hit, places)
        stock_b = stretches[bounds[left[p]] : bounds[left[p] + 1]]
        words, rare_words, inside = _cover(places[:shared], stock_b, min(counts[left[p]], SHINGLE))
        total = totals[left[p]]
        if a.shape[0] < b.shape[0]:
            count = _NONE
            for i in range(a.shape[0]):
                places[count] = i
                count += np.uint64(hit[first[i]])
            stock_a = stretches[bounds[kept[p]] : bounds[kept[p] + 1]]
            inside = _cover(places[:count], stock_a, SHINGLE)[2]
            total = totals[kept[p]]
        found[p] = both, 0, 0, words, rare_words, inside, total
    for i in range(articles):
        if distinct[i] < 0:
            own = shingles[starts[i] : ends[i]]
            distinct[i] = _tabulate(own, table[: _slots(own.shape[0])], first)
    found[:, 1] = distinct[kept]
    found[:, 2] = distinct[left]


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
        chosen = unite_pairs(one[own], other[own])
        kept, left = np.searchsorted(chosen, one[own]), np.searchsorted(chosen, other[own])
        part = np.empty((len(own), 7), np.int64)
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
