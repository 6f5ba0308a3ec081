"""Pairs of articles, compared by all their shingles."""

# mypy: allow-untyped-defs
# numba infers the types of the kernels.

from typing import NamedTuple

import numba
import numpy as np

from ..shingles import SHINGLE, kernel
from .candidates import LIMIT, key_bits, split_pairs, unite_pairs
from .prose import Prose

_GAP = 12  # shingles: what two changed words near each other spoil within a shared stretch
_FREE = np.uint64(0)  # in a hash table
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
def _slots(n):
    """Size of a hash table for n values: a power of two, at most half full."""
    slots = 16
    while slots < 2 * n:
        slots *= 2
    return slots


@numba.njit(nogil=True)
def _slot(value, table, mask):
    """Where `value` is in a hash table, or the free slot (0) where it belongs."""
    slot = value & mask
    while table[slot] != _FREE and table[slot] != value:
        slot = (slot + _NEXT) & mask
    return slot


@numba.njit(nogil=True)
def _mark_common(shingles, n, common, mask, shift, marks):
    """Set marks[i] where shingle i lies in a stretch that many unlike articles share.

    The samples tell: what follows one of the `common` (a hash table) counts as it does.
    """
    state = False
    for i in range(n):
        if shingles[i] < LIMIT:
            value = shingles[i] >> shift
            state = common[_slot(value, common, mask)] == value
        marks[i] = state


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


@numba.njit(nogil=True)
def _covered(shared, n, count):
    """How many of the words lie in shared shingles."""
    covered = 0
    until = 0
    for i in range(n):
        if shared[i]:
            stop = min(i + SHINGLE, count)
            covered += stop - max(i, until)
            until = stop
    return covered


@kernel
def _compare(shingles, ends, counts, kept, left, stock, shift, found):
    """Compare the articles kept[i] and left[i] by all their shingles; pairs sorted by `kept`.

    found[i] gets: distinct shingles of both articles, of the kept one, of the one left out; words
    of the article left out that lie in shared shingles, of all and without the stretches that many
    unlike articles share; and of the shorter article, these stretches left out, the shingles in
    stretches shared with the other (short gaps bridged), and all.
    """
    longest = 0
    for i in range(ends.shape[0]):
        longest = max(longest, ends[i] - (ends[i - 1] if i else 0))
    common_a = np.empty(longest, np.bool_)
    common_b = np.empty(longest, np.bool_)
    shared_a = np.empty(longest, np.bool_)
    shared_b = np.empty(longest, np.bool_)
    places_a = np.empty(longest, np.int64)  # the slots of the shingles of the kept article
    table_a = np.empty(_slots(longest), np.uint64)
    table_b = np.empty(_slots(longest), np.uint64)
    hits = np.zeros(_slots(longest), np.int64)
    stock_mask = np.uint64(stock.shape[0] - 1)
    mask = np.uint64(0)
    n_a = 0
    distinct_a = 0
    for p in range(kept.shape[0]):
        if p == 0 or kept[p] != kept[p - 1]:
            a = shingles[(ends[kept[p] - 1] if kept[p] else 0) : ends[kept[p]]]
            n_a = a.shape[0]
            _mark_common(a, n_a, stock, stock_mask, shift, common_a)
            mask = np.uint64(_slots(n_a) - 1)
            table_a[: _slots(n_a)] = _FREE
            distinct_a = 0
            for i in range(n_a):
                slot = _slot(a[i], table_a, mask)
                distinct_a += table_a[slot] == _FREE
                table_a[slot] = a[i]
                places_a[i] = slot
        b = shingles[(ends[left[p] - 1] if left[p] else 0) : ends[left[p]]]
        n_b = b.shape[0]
        _mark_common(b, n_b, stock, stock_mask, shift, common_b)
        mask_b = np.uint64(_slots(n_b) - 1)
        table_b[: _slots(n_b)] = _FREE
        distinct_b = 0
        both = 0
        for i in range(n_b):
            slot = _slot(b[i], table_a, mask)
            shared_b[i] = table_a[slot] != _FREE
            if shared_b[i]:
                both += hits[slot] != p + 1
                hits[slot] = p + 1
            else:
                slot = _slot(b[i], table_b, mask_b)
                distinct_b += table_b[slot] == _FREE
                table_b[slot] = b[i]
        found[p, 0] = both
        found[p, 1] = distinct_a
        found[p, 2] = distinct_b + both
        found[p, 3] = _covered(shared_b, n_b, counts[left[p]])
        if n_a < n_b:
            for i in range(n_a):
                shared_a[i] = hits[places_a[i]] == p + 1
            found[p, 5], found[p, 6] = _bridge(shared_a, common_a, n_a)
        else:
            found[p, 5], found[p, 6] = _bridge(shared_b, common_b, n_b)
        for i in range(n_b):
            shared_b[i] &= not common_b[i]
        found[p, 4] = _covered(shared_b, n_b, counts[left[p]])


@kernel
def _tabulate(values):
    """The values as a hash table."""
    table = np.zeros(_slots(values.shape[0]), np.uint64)
    mask = np.uint64(table.shape[0] - 1)
    for value in values:
        table[_slot(value, table, mask)] = value
    return table


def compare_pairs(prose: Prose, pairs: np.ndarray, common: np.ndarray) -> Overlap:
    """What the articles of each pair share; `pairs` sorted, `common` as Far has them."""
    kept, left = split_pairs(pairs)
    found = np.zeros((len(pairs), 7), np.int64)
    stock = _tabulate(common)
    shift = np.uint64(key_bits(len(prose.bounds)))
    for batch in prose.batches(left):
        chosen, numbers = np.unique(np.concatenate([kept[batch], left[batch]]), return_inverse=True)
        hashed = prose.hash(chosen)
        one, other = numbers[: len(numbers) // 2], numbers[len(numbers) // 2 :]
        _compare(*hashed, one, other, stock, shift, found[batch])
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
