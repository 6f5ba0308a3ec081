"""The compiled kernels over the lines of a text: what stands around each, and the best stretch."""

# mypy: allow-untyped-defs
# numba infers the types of the kernels.

from math import log1p

import numba
import numpy as np

from ..shingles import kernel
from .scan import WORDS_KEPT

_SHARED_WORDS = 200  # of a line that are looked at
_PROSE = 8  # a line with as much prose holds words of the article
_NEVER = 99  # lines since a mark where there was none
_SHORT = 5  # words
# Cost of a line within the stretch that is no prose, in log odds; found on pages held out.
GAP = 0.5
# A stretch of fewer characters than this (some sixty words) is doubted: the scores are raised, by
# one up to five, until one is longer.
FEW = 360
RAISES = 6


@numba.njit(nogil=True)
def sum_window(values, total, reach, out):
    """Sums of `values` within `reach` places on both sides, the place itself left out."""
    n = values.shape[0]
    total[0] = 0.0
    for i in range(n):
        total[i + 1] = total[i] + values[i]
    for i in range(n):
        out[i] = total[min(i + reach + 1, n)] - total[max(i - reach, 0)] - values[i]


@numba.njit(nogil=True)
def _find_slot(slots, stem):
    """The place of a stem in the table, or the free one where it belongs."""
    mask = np.uint64(slots.shape[0] - 1)
    slot = (stem ^ (stem >> np.uint64(32))) & mask
    while slots[slot] and slots[slot] != stem:
        slot = (slot + np.uint64(1)) & mask
    return np.int64(slot)


@numba.njit(nogil=True)
def _table_size(rows):
    """The size of a table for the words of these lines."""
    words = rows[-1, 4] + min(rows[-1, 2], WORDS_KEPT) - rows[0, 4]
    size = 64
    while size < 2 * words:
        size *= 2
    return size


@numba.njit(nogil=True)
def _share_words(rows, stems, prose, out):
    """Put into `out` the share of each line's longer words that other lines of prose hold too."""
    n = rows.shape[0]
    size = _table_size(rows)
    slots = np.zeros(size, np.uint64)
    seen, holders = np.full(size, -1, np.int64), np.zeros(size, np.int64)
    for again in range(2):
        for i in range(n):
            different, shared = 0, 0
            first = rows[i, 4]
            for w in range(first, first + min(rows[i, 2], _SHARED_WORDS)):
                stem = stems[w, 2]
                if not stem:
                    continue
                slot = _find_slot(slots, stem)
                if seen[slot] == i + again * n:
                    continue
                slots[slot] = stem
                seen[slot] = i + again * n
                if not again:
                    holders[slot] += prose[i] >= _PROSE
                else:
                    different += 1
                    shared += holders[slot] > (prose[i] >= _PROSE)
            if again and different:
                out[i] = shared / different


@kernel
def share_with(bounds, rows, stems, chosen, shares, counts):
    """Of each line: how many different stems of six letters, and how many of them `chosen` has.

    `chosen`: lines of prose; only those of the same text count.
    """
    for t in range(bounds.shape[0] - 1):
        here = slice(bounds[t], bounds[t + 1])
        if bounds[t] < bounds[t + 1]:
            _share_with(rows[here], stems, chosen[here], shares[here], counts[here])


@numba.njit(nogil=True)
def _share_with(rows, stems, chosen, shares, counts):
    size = _table_size(rows)
    slots = np.zeros(size, np.uint64)
    seen, held = np.full(size, -1, np.int64), np.zeros(size, np.bool_)
    for i in range(rows.shape[0]):
        if chosen[i]:
            for w in range(rows[i, 4], rows[i, 4] + min(rows[i, 2], WORDS_KEPT)):
                if stems[w, 1]:
                    slot = _find_slot(slots, stems[w, 1])
                    slots[slot] = stems[w, 1]
                    held[slot] = True
    for i in range(rows.shape[0]):
        if rows[i, 2] > 32:  # no title is as long
            continue
        for w in range(rows[i, 4], rows[i, 4] + rows[i, 2]):
            stem = stems[w, 1]
            if not stem:
                continue
            slot = _find_slot(slots, stem)
            if seen[slot] != i:
                slots[slot] = stem
                seen[slot] = i
                counts[i] += 1
                shares[i] += held[slot]


@kernel
def count_context(bounds, rows, stems, sizes, prose, marks, table):
    """Fill in the columns of features.CONTEXT, for the lines of each text by themselves.

    marks: lines with a date, a byline, a header of other stories, a header of comments, an appeal,
    a headline that stands twice.
    """
    for t in range(bounds.shape[0] - 1):
        here = slice(bounds[t], bounds[t + 1])
        if bounds[t] < bounds[t + 1]:
            _count_context(rows[here], stems, sizes[here], prose[here], marks[here], table[here])


@numba.njit(nogil=True)
def _count_context(rows, stems, sizes, prose, marks, table):
    n = rows.shape[0]
    total, column = np.zeros(n + 1), np.zeros(n)
    reach = 1
    for k in range(5):
        sum_window(prose, total, reach, column)
        for i in range(n):
            table[i, k] = log1p(column[i]) / 5
        reach *= 2
    whole, most = max(prose.sum(), 1.0), max(prose.max(), 1.0)
    done = 0.0
    before = 0
    for i in range(n):
        table[i, 5] = done / whole
        table[i, 7] = log1p(done) / 7
        done += prose[i]
        table[i, 6] = 1 - done / whole
        table[i, 8] = log1p(max(whole - done, 0.0)) / 7
        table[i, 9] = prose[i] / most
        table[i, 10] = log1p(before) / 3
        table[i, 12] = before
        before = before + 1 if sizes[i] <= _SHORT else 0
    after = 0
    for i in range(n - 1, -1, -1):
        table[i, 11] = log1p(after) / 3
        table[i, 12] = log1p(table[i, 12] + after) / 3 if sizes[i] <= _SHORT else 0.0
        after = after + 1 if sizes[i] <= _SHORT else 0
    dates, comments = 0, 0
    for i in range(n):
        comments += marks[i, 3]
    behind = 0
    last = np.full(6, -_NEVER, np.int64)
    for i in range(n):
        table[i, 13] = marks[i, 0]
        table[i, 14] = min(dates, 6) / 6
        dates += marks[i, 0]
        since_date, since_byline, since_header = i - last[0], i - last[1], i - last[2]
        table[i, 15], table[i, 16] = since_date <= 2, since_date <= 8
        table[i, 17], table[i, 18] = since_byline <= 2, since_byline <= 8
        table[i, 19], table[i, 20] = since_header <= 2, since_header <= 10
        table[i, 21], table[i, 22] = behind > 0, comments - behind > 0
        behind += marks[i, 3]
        table[i, 23] = i - last[4] <= 2
        table[i, 25], table[i, 26] = i - last[5] <= 2, i - last[5] <= 8
        for k in range(6):
            if marks[i, k]:
                last[k] = i
    _share_words(rows, stems, prose, table[:, 24])


@numba.njit(nogil=True)
def _find_stretch(scores, barred, more):
    """First index and last + 1 of the stretch with the highest sum of scores, raised by `more`."""
    low, high, best = 0, 0, 0.0
    start, total = 0, 0.0
    for i in range(scores.shape[0]):
        if total <= 0:
            start, total = i, 0.0
        total += max(scores[i] + more, -GAP) if scores[i] > barred else -GAP
        if total > best:
            low, high, best = start, i + 1, total
    return low, high


@kernel
def find_stretches(bounds, rows, scores, barred, chosen, stretches):
    """Put the stretch of each text into `stretches`, its lines of prose into `chosen`.

    Where a stretch has few words the scores are raised, but for those that are `barred`.
    """
    for t in range(bounds.shape[0] - 1):
        first, last = bounds[t], bounds[t + 1]
        for raised in range(RAISES):
            low, high = _find_stretch(scores[first:last], barred, raised)
            length = 0
            for i in range(first, last):
                chosen[i] = scores[i] > barred and scores[i] + raised > 0
                chosen[i] &= first + low <= i < first + high
                length += chosen[i] * (rows[i, 1] - rows[i, 0])
            if length >= FEW:
                break
        stretches[t, 0], stretches[t, 1] = first + low, first + high


@kernel
def count_places(bounds, sizes, scores, likely, chosen, stretches, most, table):
    """Fill in the columns of body.PLACES: where each line stands in the stretch of its text."""
    for t in range(bounds.shape[0] - 1):
        low, here = bounds[t], slice(bounds[t], bounds[t + 1])
        start, end = stretches[t, 0] - low, stretches[t, 1] - low
        _count_places(
            sizes[here], scores[here], likely[here], chosen[here], start, end, most, table[here]
        )


@numba.njit(nogil=True)
def _count_places(sizes, scores, likely, chosen, start, end, most, table):
    n = sizes.shape[0]
    total, column, inside = np.zeros(n + 1), np.zeros(n), np.zeros(n)
    inside[start:end] = 1.0
    reach = 1
    for k in range(4):
        sum_window(likely, total, reach, column)
        table[:, 4 + 2 * k] = column / (2 * reach)
        sum_window(inside, total, reach, column)
        table[:, 5 + 2 * k] = column / (2 * reach)
        reach *= 2
    last = end - 1
    for i in range(n):
        table[i, 0] = min(max(scores[i], -most), most) / 3
        table[i, 1], table[i, 2], table[i, 3] = likely[i], chosen[i], inside[i]
        for k in range(6):
            other = i + (k // 2 + 1) * (1 if k % 2 else -1)
            if 0 <= other < n:
                table[i, 12 + 2 * k], table[i, 13 + 2 * k] = likely[other], inside[other]
        table[i, 24] = min(max((start - i) / 5, 0.0), 4.0)
        table[i, 25] = min(max((i - last) / 5, 0.0), 4.0)
        table[i, 26], table[i, 27] = i == start, i == last
        table[i, 28], table[i, 29] = i == start - 1, i == last + 1
        long = min(sizes[i], 8) / 8
        before, after = likely[i - 1] if i else 0.0, likely[i + 1] if i + 1 < n else 0.0
        table[i, 30] = inside[i] * (1 - long)
        table[i, 31] = inside[i] * long
        table[i, 32] = inside[i] * (before * after) * (1 - long)
