"""The compiled kernels that count what can be counted about each line by itself."""

# mypy: allow-untyped-defs
# numba infers the types of the kernels.

import numba
import numpy as np

from ..shingles import kernel
from . import characters as char
from . import scan

ENDS_COLON = 4  # the column of `table` that says so
COUNTED_WORDS = 600
_HEAD = 4000  # characters of a line that are looked at


@numba.njit(nogil=True)
def _is(point, classes, bits):
    """Whether the character is of one of these classes."""
    return classes[min(point, char.LAST)] & bits > 0


@numba.njit(nogil=True)
def _flag_words(words, first, size):
    """Those flags that the words of a line decide, and its function words among the first 600."""
    flags, stops = 0, 0
    for w in range(min(size, scan.WORDS_KEPT)):
        kind = words[first + w, 1]
        if kind & scan.IS_STOP and w < COUNTED_WORDS:
            stops += 1
        if int(kind) & ~scan.IS_STOP:
            if kind & scan.IS_MONTH:
                flags |= scan.HAS_MONTH
            if kind & scan.IS_WEEKDAY:
                flags |= scan.HAS_WEEKDAY
            if kind & scan.IS_TOLD:
                flags |= scan.HAS_TOLD
            if kind & scan.IS_CREDIT and (w < 2 or w >= size - 14):
                flags |= scan.MAY_CREDIT
            if (kind & scan.IS_BYLINE and w == 0) or (kind & scan.IS_BY and 1 <= w <= 4):
                flags |= scan.MAY_BYLINE
    return flags, stops


@numba.njit(nogil=True)
def _flag_end(points, classes, a, b, size):
    """Those flags that the end of a line decides."""
    flags = 0
    for i in range(max(a, b - 120), b):
        c = points[i]
        if c == 40 or c == 91 or c == 47:
            flags |= scan.MAY_END_CREDIT
            if c == 47 and i >= b - 100:
                flags |= scan.MAY_CREDIT
    for i in range(max(a, b - 5), b):
        bracket = i >= b - 2 and (points[i] == 41 or points[i] == 93)
        if bracket or (size >= 8 and _is(points[i], classes, char.DIGIT)):
            flags |= scan.MAY_CREDIT
    opens, ends = points[a], points[b - 1]
    marked = _is(opens, classes, char.DASH) or opens == 34 or opens == 0x201C or opens == 0xAB
    if marked or ends == 46 or ends == 0xBB or ends == 0x201D or ends == 34:
        flags |= scan.LIKE_SPEECH
    if ends == 46 or ends == 33 or ends == 63 or ends == 58 or ends == 44 or ends == 59:
        flags |= scan.ENDS_MARK
    stop = b
    while stop > a and _is(points[stop - 1], classes, char.CLOSER):
        stop -= 1
    if stop > a and _is(points[stop - 1], classes, char.HARD):
        flags |= scan.HARD_STOP
    return flags


@numba.njit(nogil=True)
def _read_characters(points, classes, a, b):
    """Those flags that the characters of a line decide, and what the first 4,000 hold.

    Sentence ends within, commas, whether all is in capitals, and bits: 1 a sign of copyright, 2 an
    address, 4 @ or #, 8 | or > or an arrow.
    """
    head = min(b, a + _HEAD)
    found, signs, inner, commas, spaces = 0, 0, 0, 0, 0
    small, cased = False, False
    before, kind_before = np.uint32(0), np.uint32(0)
    for i in range(a, b):
        c = points[i]
        kind = classes[min(c, char.LAST)]
        if int(kind) & ~char.LEAD == char.ALNUM | char.LOWER and before != 46:
            small = small or i < head
            if c == 112 and before == 116 and a + 3 <= i < head:
                signs |= 2 * (points[i - 2] == 116 and points[i - 3] == 104)
            before, kind_before = c, kind
            spaces = 0
            continue
        if kind & char.SPACE:
            spaces += 1
            found |= scan.HAS_SPACE
            if c != 32 or spaces > 1:
                found |= scan.UNTIDY
                if spaces > 2:
                    found |= scan.MAY_SEPARATE
            if c == 32 and i < head:
                quoted = before == 0x201D and i > a + 1 and points[i - 2] == 46
                inner += before == 46 or before == 63 or before == 33 or quoted
        else:
            spaces = 0
            if kind & (char.LOWER | char.TITLE):
                small = small or i < head
            elif kind & char.UPPER:
                cased = cased or i < head
            if kind & char.ALNUM:
                joined = kind_before & char.ALNUM or before == 63
                if kind & char.UPPER and joined and 10 <= i - a <= 76:
                    found |= scan.MAY_GLUE
                if kind & char.DIGIT:
                    found |= scan.HAS_FIGURE
                    if kind & char.DECIMAL:
                        found |= scan.HAS_DIGIT
                        parted = before == 46 or before == 47 or before == 45
                        if parted and i > a + 1 and _is(points[i - 2], classes, char.DECIMAL):
                            found |= scan.HAS_NUMBERS
                if before == 46 and i > a + 1:
                    left = points[i - 2]
                    if left == 45 or left == 95 or _is(left, classes, char.ALNUM):
                        found |= scan.HAS_DOT
                if before == 46 and i + 2 < head:
                    if c == 99 and points[i + 1] == 111 and points[i + 2] == 109:
                        signs |= 2
                    if c == 111 and points[i + 1] == 114 and points[i + 2] == 103:
                        signs |= 2
            elif c == 44:
                commas += i < head
            elif c == 46:
                if a + 3 <= i < head and before == 119 and points[i - 2] == 119:
                    signs |= 2 * (points[i - 3] == 119)
            elif c == 0xA9:
                found |= scan.HAS_SIGN | scan.MAY_CREDIT
                signs |= i < head
            elif c == 41 and i >= a + 2 and points[i - 2] == 40 and before | 32 == 99:
                signs |= i < head
                if i == a + 2:
                    found |= scan.OPENS_C
            if kind & char.TRAIL and kind_before & char.LEAD:
                found |= scan.MAY_MOJIBAKE
            if kind & char.CONTROL:
                found |= scan.HAS_CONTROL
            if kind & char.PART and kind_before & char.SPACE:
                found |= scan.MAY_SEPARATE
            if kind & char.AT:
                found |= scan.HAS_AT
                signs |= 4 * (i < head)
            if kind & char.ARROW and i < head:
                signs |= 8
        before, kind_before = c, kind
    return found, inner, commas, cased and not small, signs


@kernel
def describe_lines(points, classes, lines, words, table, flags):
    """Fill in the flags of each line, and the first 24 columns of `table` (features.OWN)."""
    for row in range(lines.shape[0]):
        a, b, first = lines[row, 0], lines[row, 1], lines[row, 4]
        told, stops = _flag_words(words, first, lines[row, 2])
        found, inner, commas, shouted, signs = _read_characters(points, classes, a, b)
        flags[row] = found | told | _flag_end(points, classes, a, b, lines[row, 2])
        size = min(lines[row, 2], COUNTED_WORDS)
        digits = words[first : first + size, 2].sum()
        stop, low = b, max(a, b - 40)
        while stop > low:
            c = points[stop - 1]
            if c != 32 and not classes[min(c, char.LAST)] & char.CLOSER:
                break
            stop -= 1
        last = points[stop - 1] if stop > low else points[b - 1]
        ends = classes[min(last, char.LAST)]
        dots = last == 0x2026
        if stop - low >= 3 and points[stop - 1] == 46 and points[stop - 2] == 46:
            dots = dots or points[stop - 3] == 46
        share = stops / max(size, 1)
        opens = classes[min(points[a], char.LAST)]
        end = points[b - 1]
        out = table[row]
        out[0] = min(size, 150)
        out[1] = ends & char.FULL_STOP > 0 and not dots
        out[2] = ends & char.ASKS > 0
        out[3] = classes[min(end, char.LAST)] & char.END_QUOTE > 0
        out[ENDS_COLON] = last == 58
        out[5] = last == 44 or last == 59
        out[6] = dots
        out[7] = min(inner, 4) / 4
        out[8] = min(commas / max(size, 1), 0.3) * 3
        out[9] = min(max(lines[row, 3] - 1, 0) / max(size - 1, 1), 1.0)
        out[10] = shouted
        out[11] = digits / max(size, 1)
        out[12] = min(share, 0.6)
        out[13] = min(share, 0.5) * min(size, 40) / 20
        out[14] = opens & char.LOWER > 0
        out[15] = opens & char.OPEN_QUOTE > 0
        out[16] = opens & char.DASH > 0 and size > 1
        out[17] = opens & char.DIGIT > 0
        out[18] = opens & char.BULLET > 0
        for bit in range(4):
            out[19 + bit] = (signs >> bit) & 1
        out[23] = size < 90 and last == end  # a credit may stand at its end
