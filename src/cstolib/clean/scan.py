"""The compiled kernels that cut a text into lines and words; the flags that these get."""

# mypy: allow-untyped-defs
# numba infers the types of the kernels.

from typing import Any, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from ..shingles import kernel, mix
from .characters import ALNUM, DIGIT, LAST, SPACE, UPPER, character_tables

# Flags of a line: what a rule asks of it before it looks closer.
(
    HAS_DIGIT,  # a decimal digit
    HAS_NUMBERS,  # two digits with a dot, a slash or a hyphen between
    HAS_MONTH,
    MAY_CREDIT,  # could be credited
    MAY_BYLINE,  # could be a byline, cues apart
    HAS_SIGN,  # ©
    OPENS_C,  # (c)
    MAY_SEPARATE,  # could be a row of parts
    HAS_DOT,  # a dot within a word
    HAS_SPACE,
    UNTIDY,  # white space to fold
    HAS_CONTROL,
    MAY_MOJIBAKE,
    MAY_GLUE,  # a capital right behind a letter or "?", near the start
    HARD_STOP,
    HAS_TOLD,
    HAS_FIGURE,  # a digit of any kind
    MAY_END_CREDIT,  # a bracket or a slash near the end
    HAS_WEEKDAY,
    HAS_AT,  # @ or #
    LIKE_SPEECH,  # starts with a dash or a quotation mark, or ends with one or a full stop
    ENDS_MARK,  # its last character is one of .!?:,;
) = (1 << place for place in range(22))
# Classes of words in the vocabulary.
IS_STOP, IS_MONTH, IS_WEEKDAY, IS_CREDIT, IS_TOLD, IS_BYLINE, IS_BY = (1 << bit for bit in range(7))

WORDS_KEPT = 20_000  # of a line; no paragraph is as long
_PRIME = np.uint64(0x100000001B3)
_SEED, _BARE = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_DOTTED_I = 0x130


@numba.njit(nogil=True)
def lookup(slots, h):
    """The value that the table gives for a hash, 0 where it has none."""
    mask = np.uint64(slots.shape[0] - 1)
    slot = (h ^ (h >> np.uint64(32))) & mask
    while slots[slot, 1]:
        if slots[slot, 0] == h:
            return slots[slot, 1]
        slot = (slot + np.uint64(1)) & mask
    return np.uint64(0)


@kernel
def scan_lines(points, offsets, classes, lower, slots, lines, keys, words, stems, plain):
    """Split texts into lines and words; how many lines, words, and characters of `plain`.

    offsets: where in `points` each text starts, and where the last one ends.
    lines[i]: start, end, number of words, capitals, first word, start and end in `plain`, text.
    keys[i]: a hash of the text's number and of the line's words.
    words[w]: hash, classes, whether it is a number, where it starts.
    stems[w]: hashes of its first 4, 6 and 7 letters, 0 where it has fewer than 4, 4 and 5.
    """
    n = points.shape[0]
    line, word, end = 0, 0, 0
    text = 0
    i = 0
    while i < n:
        stop = i
        while stop < n and points[stop] != 10:
            stop += 1
        a, b = i, stop
        i = stop + 1
        while a < b and classes[min(points[a], LAST)] & SPACE:
            a += 1
        while b > a and classes[min(points[b - 1], LAST)] & SPACE:
            b -= 1
        if a == b:
            continue
        while offsets[text + 1] <= a:
            text += 1
        size, capitals, first, begin = 0, 0, word, end
        key = mix(_SEED + np.uint64(text))
        j = a
        while j < b:
            kind = classes[min(points[j], LAST)]
            if not kind & ALNUM:
                j += 1
                continue
            if kind & UPPER:
                capitals += 1
            before = end
            if size:
                plain[end] = 32
                end += 1
            at, letters, digits = j, 0, kind
            value = np.uint64(0)
            four, six, seven = np.uint64(0), np.uint64(0), np.uint64(0)
            while kind & ALNUM:
                letter = np.uint64(lower[min(points[j], LAST)])
                if points[j] == _DOTTED_I:  # its lower case is two characters
                    value = (value ^ np.uint64(105)) * _PRIME
                    plain[end] = 105
                    end += 1
                    letters += 1
                digits &= kind & DIGIT
                value = (value ^ letter) * _PRIME
                plain[end] = letter
                end += 1
                letters += 1
                if letters == 4:
                    four = value
                elif letters == 6:
                    six = value
                elif letters == 7:
                    seven = value
                j += 1
                if j == b:
                    break
                kind = classes[min(points[j], LAST)]
            key = mix(key + value) * _PRIME
            if size < WORDS_KEPT:
                words[word, 0] = value
                words[word, 1] = lookup(slots, value)
                words[word, 2] = np.uint64(digits > 0)
                words[word, 3] = np.uint64(at)
                stems[word, 0] = four
                stems[word, 1] = np.uint64(0) if letters < 4 else value if letters < 7 else six
                stems[word, 2] = np.uint64(0) if letters < 5 else value if letters < 8 else seven
                word += 1
            else:
                end = before
            size += 1
        if not size:
            key ^= _BARE
            for j in range(a, b):
                key = mix(key + np.uint64(points[j])) * _PRIME
        keys[line] = key
        lines[line, 0] = a
        lines[line, 1] = b
        lines[line, 2] = size
        lines[line, 3] = capitals
        lines[line, 4] = first
        lines[line, 5] = begin
        lines[line, 6] = end
        lines[line, 7] = text
        plain[end] = 32
        end += 1
        line += 1
    return line, word, end


class Scanned(NamedTuple):
    """What scan_lines fills in: of each line, of each word, and all the words as they are."""

    rows: npt.NDArray[np.int64]
    keys: npt.NDArray[np.uint64]
    words: npt.NDArray[np.uint64]
    stems: npt.NDArray[np.uint64]
    plain: npt.NDArray[np.uint32]


def scan_texts(points: Any, offsets: Any, room: int, classes: Any) -> Scanned:
    """The lines and words of texts that have at most `room` lines; `classes` of words to know."""
    size = len(points) // 2 + room + 1
    rows, keys = np.empty((room, 8), np.int64), np.empty(room, np.uint64)
    words, stems = np.empty((size, 4), np.uint64), np.empty((size, 3), np.uint64)
    plain = np.empty(2 * len(points) + room + 1, np.uint32)
    tables = character_tables()
    count, number, end = scan_lines(
        points, offsets, *tables, classes, rows, keys, words, stems, plain
    )
    return Scanned(rows[:count], keys[:count], words[:number], stems[:number], plain[:end])


@kernel
def find_twins(keys, first, times):
    """first[i]: the first line with the key of line i; times[i]: how many lines have it."""
    n = keys.shape[0]
    size = 16
    while size < 2 * n:
        size *= 2
    slots = np.full(size, -1, np.int64)
    mask = np.uint64(size - 1)
    for i in range(n):
        slot = keys[i] & mask
        while slots[slot] >= 0 and keys[slots[slot]] != keys[i]:
            slot = (slot + np.uint64(1)) & mask
        if slots[slot] < 0:
            slots[slot] = i
        first[i] = slots[slot]
        times[first[i]] += 1
    for i in range(n):
        times[i] = times[first[i]]
