"""Compiled kernels: text -> hashes of its words and of its shingles (runs of five words).

A word is a run of letters, marks and digits of any script, without regard to case, accents and
invisible characters; in scripts written without spaces each character is a word. The kernels read
UTF-8 in place, so that no Python string is made for a word.
"""

# mypy: allow-untyped-defs
# numba infers the types of the kernels.

import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numba
import numpy as np
import pandas as pd
import pyarrow as pa

from .blocks import BLOCK, MARGIN, add_letters, classify, first_bit, hash_letters, last_letters

SHINGLE = 5  # words: as in Broder (1997) and most work on news since

_SKIPPED = np.uint64(0xFFFF)  # an accent, a soft hyphen: neither a letter nor a gap between words
_ALONE = np.uint64(1 << 16)  # a character that is a word of its own
_NONE, _ONE = np.uint64(0), np.uint64(1)
_TURN, _BACK = np.uint64(7), np.uint64(57)  # a word hash turns by the 7 bits of a Latin letter
_STEP = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio
_MIX_A = np.uint64(0xFF51AFD7ED558CCD)  # finaliser of MurmurHash3
_MIX_B = np.uint64(0xC4CEB9FE1A85EC53)
_HALF = np.uint64(33)

# Scripts without spaces between words: Thai to Tibetan, Burmese, Khmer, kana, Chinese, Yi.
_UNSPACED = ((0x0E00, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0xA4CF))


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, compiled by numba on its first call and kept on disk where that can be written.

    Only what Python calls is a kernel: what kernels call is compiled into them, and inlined.
    """
    try:
        return numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # neither beside the file nor at home is there a place for it
        return numba.njit(nogil=True)(function)


class Spans(NamedTuple):
    """Texts in one UTF-8 buffer: text i is data[begin[i]:finish[i]], in bytes."""

    data: np.ndarray
    begin: np.ndarray
    finish: np.ndarray


def to_arrow(texts: pd.Series) -> pa.LargeStringArray:
    """The texts as Arrow holds them; no copy where pandas does so too, in one chunk."""
    array = pa.array(texts, from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks == 1 else array.combine_chunks()
    return array.cast(pa.large_string())


def to_spans(texts: pa.LargeStringArray) -> Spans:
    """The texts as spans of their buffer."""
    _, offsets, data = texts.buffers()
    if data is None or not data.size:
        nothing = np.zeros(len(texts), np.int64)
        return Spans(np.zeros(1, np.uint8), nothing, nothing)
    places = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    return Spans(np.frombuffer(data, np.uint8), places[:-1], places[1:])


@cache
def fold_table() -> np.ndarray:
    """For each code point below 0x10000: 0 between words, else the letter that it counts as."""
    table = np.zeros(0x10000, np.uint32)
    for point in range(0x10000):
        category = unicodedata.category(chr(point))
        if (category == "Mn" and unicodedata.combining(chr(point))) or category == "Cf":
            table[point] = int(_SKIPPED)
        elif category[0] in "LMN":
            base = unicodedata.normalize("NFKD", chr(point).casefold())[0]
            table[point] = ord(base) & 0xFFFF or point
    for low, high in _UNSPACED:
        letters = table[low : high + 1]
        letters[(letters > 0) & (letters != int(_SKIPPED))] |= int(_ALONE)
    return table


@numba.njit(nogil=True)
def mix(value):
    """`value` with every bit spread over all of it."""
    value ^= value >> _HALF
    value *= _MIX_A
    value ^= value >> _HALF
    value *= _MIX_B
    return value ^ (value >> _HALF)


@numba.njit(nogil=True)
def _decode(data, i, finish, fold):
    """What the character counts as whose UTF-8 starts at byte i, and the byte after it."""
    lead = data[i]
    if lead < 0xE0:
        size, point = 2, np.int64(lead & 0x1F)
    elif lead < 0xF0:
        size, point = 3, np.int64(lead & 0x0F)
    else:
        size, point = 4, np.int64(lead & 0x07)
    for k in range(i + 1, min(i + size, finish)):
        point = (point << 6) | np.int64(data[k] & 0x3F)
    if point < 0x10000:
        return np.uint64(fold[point]), i + size
    if 0x20000 <= point < 0x40000:  # the rarer Chinese characters
        return np.uint64(point) | _ALONE, i + size
    if point >= 0x1F000:  # emoji and flags
        return _NONE, i + size
    return np.uint64(point & 0xFFFE), i + size


@numba.njit(nogil=True)
def _read_words(data, begin, finish, fold, words, places, count, pause):
    """Put the hashes of the words of data[begin:finish] into words[count:]; the new count.

    Where `places` is not None, it gets the characters (not bytes) at which each word starts and
    ends, counted from `begin`. Both need room for one word more than there are. With `pause`, it
    stops where plain (ASCII) text begins. Returns where it stopped, too.
    """
    value = _NONE
    inside = _NONE
    slot = np.uint64(count)
    character = 0
    started = 0
    ended = 0
    i = begin
    while i < finish:
        lead = data[i]
        if lead < 0x80:
            letter = np.uint64(fold[lead])
            i += 1
        else:
            letter, i = _decode(data, i, finish, fold)
            if letter == _SKIPPED:
                character += 1
                continue
            if letter >= _ALONE:
                for _ in range(2):  # the word before it, then itself
                    words[slot] = value
                    if places is not None:
                        places[slot, 0] = started
                        places[slot, 1] = ended
                    slot += inside
                    inside = _ONE
                    value = letter
                    started = character
                    ended = character + 1
                value = _NONE
                inside = _NONE
                character += 1
                continue
        # No branches from here on, for half of them would be mispredicted: the word so far is
        # put down at every character, and stays where a character ends it.
        within = np.uint64(letter != _NONE)
        words[slot] = value
        if places is not None:
            places[slot, 0] = started
            places[slot, 1] = ended
            started = started if inside else character
            ended = character + 1 if within else ended
        slot += inside & (within ^ _ONE)
        value = (((value << _TURN) | (value >> _BACK)) ^ letter) & (_NONE - within)
        inside = within
        character += 1
        if pause & (letter == _NONE) & (lead < 0x80) & (data[min(i, finish - 1)] < 0x80):
            break
    words[slot] = value
    if places is not None:
        places[slot, 0] = started
        places[slot, 1] = ended
    return np.int64(slot + inside), i


@numba.njit(nogil=True)
def _hash_words(data, begin, finish, fold, words, long, count):
    """What _read_words does without `places`, at twice its speed where most text is plain.

    `long` needs a row for each word: it gets those of more than eight letters.
    """
    i = begin
    start = begin  # of the word that goes on from one block into the next
    goes_on = _NONE
    slot = np.uint64(count)
    fresh = count  # the first of the words whose letters have yet to be hashed
    longer = _NONE
    while i < finish:
        size = 0
        if MARGIN <= i < data.shape[0] - BLOCK - MARGIN:
            letters, other = classify(data, i)
            size = min(finish - i, first_bit(other), BLOCK - 1)  # a bit is left for the end
            letters &= (_ONE << np.uint64(size)) - _ONE
            before = (letters << _ONE) | goes_on
            starts = letters & ~before
            ends = before & ~letters
            if not goes_on:
                start = i + first_bit(starts)
                starts &= starts - _ONE
            goes_on = ends >> np.uint64(size)
            if i + size < finish:
                ends ^= goes_on << np.uint64(size)
            while ends:
                end = i + first_bit(ends)
                words[slot] = last_letters(data, end, end - start)
                long[longer, 0] = slot
                long[longer, 1] = start
                long[longer, 2] = end
                longer += np.uint64(end - start > 8)
                slot += _ONE
                start = i + first_bit(starts)
                starts &= starts - _ONE
                ends &= ends - _ONE
            i += size
        if i < finish and size < BLOCK - 1:
            count = np.int64(slot)
            hash_letters(words[fresh:count])
            begin = start if goes_on else i
            fresh, i = _read_words(data, begin, finish, fold, words, None, count, True)
            slot = np.uint64(fresh)
            goes_on = _NONE
    count = np.int64(slot)
    hash_letters(words[fresh:count])
    for k in range(np.int64(longer)):
        place = long[k, 0]
        words[place] = add_letters(words[place], data, long[k, 1], long[k, 2])
    return count


@numba.njit(nogil=True)
def _hash_shingles(words, count, shingles):
    """Put the hash of each run of five of words[:count] into `shingles`; how many there are.

    A text of fewer words is one shingle.
    """
    if count == 0:
        return 0
    size = min(count, SHINGLE)
    found = count - size + 1
    for i in range(found):
        shingles[i] = words[i] * _STEP
    for k in range(1, size):
        later = words[k : k + found]
        for i in range(found):  # step by step over all: so the compiler takes several at once
            shingles[i] = (shingles[i] + later[i]) * _STEP
    for i in range(found):
        shingles[i] = mix(shingles[i])
    return found


@kernel
def hash_places(data, begin, finish, fold, words, places, shingles):
    """Hash the text data[begin:finish] and say where its words are; how many words and shingles.

    places[i] gets the characters at which word i starts and ends. All need room for one more than
    there can be: a word has two bytes or more, with what follows it.
    """
    count, _ = _read_words(data, begin, finish, fold, words, places, 0, False)
    return count, _hash_shingles(words, count, shingles)


@kernel
def print_texts(data, begin, finish, fold, left_out, words, prints):
    """Put into prints[i] a hash of the words of text i in order, those in `left_out` (sorted) not.

    0 where there are none.
    """
    for i in range(begin.shape[0]):
        count, _ = _read_words(data, begin[i], finish[i], fold, words, None, 0, False)
        value = _NONE
        for word in words[:count]:
            place = np.searchsorted(left_out, word)
            if place == left_out.shape[0] or left_out[place] != word:
                value = mix(value + word) * _STEP
        prints[i] = value


@numba.njit(nogil=True)
def hash_text(data, begin, finish, rows, fold, words, long, shingles):
    """Put the shingles of a text into `shingles`; how many words and shingles it has.

    The text is data[begin[r]:finish[r]] for the rows r in `rows`, read on from one to the next.
    """
    count = 0
    for row in rows:
        count = _hash_words(data, begin[row], finish[row], fold, words, long, count)
    return count, _hash_shingles(words, count, shingles)


@kernel
def hash_texts(data, begin, finish, rows, bounds, fold, words, shingles, ends, counts):
    """Put the shingles of each text into `shingles`, one text after the other.

    Text t is made of rows[bounds[t, 0]:bounds[t, 1]], as in hash_text. ends[t] gets where its
    shingles end, and counts[t] how many words it has.
    """
    long = np.empty((words.shape[0], 3), np.int64)
    end = 0
    for t in range(bounds.shape[0]):
        own = rows[bounds[t, 0] : bounds[t, 1]]
        count, more = hash_text(data, begin, finish, own, fold, words, long, shingles[end:])
        end += more
        ends[t] = end
        counts[t] = count
