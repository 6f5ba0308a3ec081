"""Compiled kernels: text -> hashes of its words and of its shingles (runs of five words).

A word is a run of letters, marks and digits of any script, without regard to case, accents and
invisible characters; in scripts written without spaces each character is a word. The kernels read
UTF-8 in place, so that no Python string is made for a word.
"""

import unicodedata
from functools import cache
from typing import NamedTuple

import numba
import numpy as np
import pandas as pd
import pyarrow as pa

SHINGLE = 5  # words: as in Broder (1997) and most work on news since

_SKIPPED = 0xFFFF  # an accent, a soft hyphen: neither a letter nor a gap between words
_ALONE = 1 << 16  # a character that is a word of its own
_SEED = np.uint64(0xCBF29CE484222325)  # FNV-1a, 64 bits
_PRIME = np.uint64(0x100000001B3)
_STEP = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio
_MIX_A = np.uint64(0xFF51AFD7ED558CCD)  # finaliser of MurmurHash3
_MIX_B = np.uint64(0xC4CEB9FE1A85EC53)
_HALF = np.uint64(33)
_TOP = np.uint64(0xFFFFFFFFFFFFFFFF)

# Scripts without spaces between words: Thai to Tibetan, Burmese, Khmer, kana, Chinese, Yi.
_UNSPACED = ((0x0E00, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0xA4CF))


class Spans(NamedTuple):
    """Texts in one UTF-8 buffer: text i is data[begin[i]:finish[i]], in bytes."""

    data: np.ndarray
    begin: np.ndarray
    finish: np.ndarray


def to_spans(texts: pd.Series) -> Spans:
    """The texts as spans of one buffer, without a copy where pandas holds them as Arrow does."""
    array = pa.array(texts, from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    array = array.cast(pa.large_string())
    if not len(array):
        return Spans(np.zeros(1, np.uint8), np.zeros(0, np.int64), np.zeros(0, np.int64))
    _, offsets, data = array.buffers()
    places = np.frombuffer(offsets, np.int64)[array.offset : array.offset + len(array) + 1]
    buffer = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, "u1")
    return Spans(buffer, places[:-1], places[1:])


@cache
def fold_table() -> np.ndarray:
    """For each code point below 0x10000: 0 between words, else the letter that it counts as."""
    table = np.zeros(0x10000, np.uint32)
    for point in range(0x10000):
        category = unicodedata.category(chr(point))
        if (category == "Mn" and unicodedata.combining(chr(point))) or category == "Cf":
            table[point] = _SKIPPED
        elif category[0] in "LMN":
            base = unicodedata.normalize("NFKD", chr(point).casefold())[0]
            table[point] = ord(base) & 0xFFFF or point
    for low, high in _UNSPACED:
        letters = table[low : high + 1]
        letters[(letters > 0) & (letters != _SKIPPED)] |= _ALONE
    return table


@numba.njit(inline="always")
def mix(value: int) -> int:
    """`value` with every bit spread over all of it."""
    value ^= value >> _HALF
    value *= _MIX_A
    value ^= value >> _HALF
    value *= _MIX_B
    return value ^ (value >> _HALF)


@numba.njit(inline="always")
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
        return fold[point], i + size
    if 0x20000 <= point < 0x40000:  # the rarer Chinese characters
        return np.uint32(point | _ALONE), i + size
    if point >= 0x1F000:  # emoji and flags
        return np.uint32(0), i + size
    return np.uint32(point & 0xFFFE), i + size


@numba.njit(cache=True, nogil=True)
def hash_words(data, begin, finish, fold, words, places, count):
    """Put the hashes of the words of data[begin:finish] into words[count:]; the new count.

    Where `places` is not empty, it gets the characters (not bytes) at which each word starts and
    ends, counted from `begin`. Both need room for one word more than there are.
    """
    placed = places.shape[0] > 0
    inside = 0
    value = _SEED
    character = 0
    started = 0
    ended = 0
    i = begin
    while i < finish:
        lead = data[i]
        if lead < 0x80:
            letter = fold[lead]
            i += 1
        else:
            letter, i = _decode(data, i, finish, fold)
            if letter == _SKIPPED:
                character += 1
                continue
            if letter >= _ALONE:
                for _ in range(2):  # the word before it, then itself
                    if inside:
                        words[count] = value
                        if placed:
                            places[count, 0] = started
                            places[count, 1] = ended
                        count += 1
                    inside = 1
                    value = (_SEED ^ np.uint64(letter)) * _PRIME
                    started = character
                    ended = character + 1
                inside = 0
                character += 1
                continue
        # No branches from here on, for half of them would be mispredicted: the word so far is
        # put down at every character, and stays where a character ends it.
        within = np.int64(letter != 0)
        words[count] = value
        if placed:
            places[count, 0] = started
            places[count, 1] = ended
            started = started if inside else character
            ended = character + 1 if within else ended
        count += inside & (1 - within)
        longer = ((value if inside else _SEED) ^ np.uint64(letter)) * _PRIME
        value = longer if within else value
        inside = within
        character += 1
    words[count] = value
    if placed:
        places[count, 0] = started
        places[count, 1] = ended
    return count + inside


@numba.njit(cache=True, nogil=True)
def hash_shingles(words, count, shingles):
    """Put the hash of each run of five of words[:count] into `shingles`; how many there are.

    A text of fewer words is one shingle.
    """
    if count == 0:
        return 0
    size = min(count, SHINGLE)
    first = np.uint64(1)  # what the oldest word was multiplied by
    for _ in range(size):
        first *= _STEP
    rolling = np.uint64(0)
    for i in range(size):
        rolling = (rolling + words[i]) * _STEP
    shingles[0] = mix(rolling)
    for i in range(size, count):
        rolling = (rolling + words[i] - words[i - size] * first) * _STEP
        shingles[i - size + 1] = mix(rolling)
    return count - size + 1


@numba.njit(cache=True, nogil=True)
def hash_article(data, begin, finish, order, fold, words, shingles):
    """Hash the spans order[0], order[1], … as one text; how many words and shingles it has."""
    places = np.empty((0, 2), np.int64)
    count = 0
    for k in range(order.shape[0]):
        count = hash_words(data, begin[order[k]], finish[order[k]], fold, words, places, count)
    return count, hash_shingles(words, count, shingles)


@numba.njit(cache=True, nogil=True)
def key_bits(articles):
    """Low bits of a key that hold the number of its article."""
    bits = np.uint64(1)
    while (np.int64(1) << np.int64(bits)) < articles:
        bits += np.uint64(1)
    return bits


@numba.njit(cache=True, nogil=True)
def _room(begin, finish, order, bounds, articles):
    """Words that the longest of the articles can have at most: one to two bytes."""
    longest = 8
    for i in articles:
        size = 8
        for k in range(bounds[i], bounds[i + 1]):
            size += (finish[order[k]] - begin[order[k]]) // 2 + 1
        longest = max(longest, size)
    return longest


@numba.njit(cache=True, nogil=True)
def sample_articles(
    data, begin, finish, order, bounds, fold, scale, least, start, keys, bands, counts, prints
):
    """Fill `keys` and `bands` with the sampled shingles of the articles from `start` on.

    Article i is the text of the spans order[bounds[i]:bounds[i + 1]]. A shingle is sampled when its
    hash is among the lowest 1/scale of all; an article with fewer than `least` of these gives its
    `least` lowest (FracMinHash, Irber 2022, with a floor). A band is two sampled hashes that follow
    each other in the order of hashes: two articles share it where much of all their text is one.
    Keys end in the number of the article. counts[i] gets its words and its keys, prints[i] a hash
    of all its words in order. Returns the article not done for want of room, and the numbers of
    keys and bands.
    """
    articles = bounds.shape[0] - 1
    bits = key_bits(articles)
    longest = _room(begin, finish, order, bounds, np.arange(start, articles))
    words = np.empty(longest, np.uint64)
    shingles = np.empty(longest, np.uint64)
    limit = _TOP // np.uint64(scale)
    used = 0
    banded = 0
    for i in range(start, articles):
        total, n = hash_article(
            data, begin, finish, order[bounds[i] : bounds[i + 1]], fold, words, shingles
        )
        value = np.uint64(total)
        for k in range(total):
            value = (value ^ words[k]) * _STEP
            value ^= value >> _HALF
        prints[i] = value
        low = words  # the words are not needed any more
        taken = 0
        for k in range(n):
            if shingles[k] < limit:
                low[taken] = shingles[k]
                taken += 1
        if taken < least:
            low = shingles
            taken = n
        ordered = np.sort(low[:taken])
        distinct = 0
        for k in range(taken):
            if k == 0 or ordered[k] != ordered[k - 1]:
                ordered[distinct] = ordered[k]
                distinct += 1
        if taken == n and n > 0:
            within = 0
            while within < distinct and (within < least or ordered[within] < limit):
                within += 1
            distinct = within
        if used + distinct > keys.shape[0] or banded + least > bands.shape[0]:
            return i, used, banded
        number = np.uint64(i)
        for k in range(distinct):
            keys[used] = ((ordered[k] >> bits) << bits) | number
            used += 1
        for k in range(1, min(distinct, least)):
            band = mix(ordered[k] ^ (ordered[k - 1] * _STEP))
            bands[banded] = ((band >> bits) << bits) | number
            banded += 1
        counts[i, 0] = total
        counts[i, 1] = distinct
    return articles, used, banded


@numba.njit(cache=True, nogil=True)
def _put(value, keys, stamps, stamp, mask):
    """The slot of `value` in a hash table, and whether it was new."""
    slot = value & mask
    while stamps[slot] == stamp:
        if keys[slot] == value:
            return slot, False
        slot = (slot + np.uint64(1)) & mask
    keys[slot] = value
    stamps[slot] = stamp
    return slot, True


@numba.njit(cache=True, nogil=True)
def _mark_common(shingles, n, common, limit, shift, marks):
    """Set marks[i] where shingle i lies in a stretch that many unlike articles share."""
    state = False
    for i in range(n):
        if shingles[i] < limit:
            value = shingles[i] >> shift
            low = 0
            high = common.shape[0]
            while low < high:
                middle = (low + high) >> 1
                if common[middle] < value:
                    low = middle + 1
                else:
                    high = middle
            state = low < common.shape[0] and common[low] == value
        marks[i] = state


@numba.njit(cache=True, nogil=True)
def _bridge(shared, marks, n, gap):
    """How many of n shingles lie in shared stretches, short gaps included, and how many in all.

    Those in `marks`, which many unlike articles share, do not count.
    """
    total = 0
    inside = 0
    last = -gap
    for i in range(n):
        if not marks[i]:
            if shared[i]:
                inside += total - last if total - last <= gap else 1
                last = total
            total += 1
    return inside, total


@numba.njit(cache=True, nogil=True)
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


@numba.njit(cache=True, nogil=True)
def compare_pairs(data, begin, finish, order, bounds, fold, kept, left, common, scale, gap, found):
    """Compare the articles kept[i] and left[i] by all their shingles; pairs sorted by `kept`.

    found[i] gets: distinct shingles of both articles, of the kept one, of the one left out; words
    of the article left out that lie in shared shingles, of all and without the stretches that many
    unlike articles share; and of the shorter article, these stretches left out, the shingles in
    stretches shared with the other (gaps of up to `gap` bridged), and all.
    """
    shift = key_bits(bounds.shape[0] - 1)
    limit = _TOP // np.uint64(scale)
    longest = max(
        _room(begin, finish, order, bounds, kept), _room(begin, finish, order, bounds, left)
    )
    slots = 16
    while slots < 2 * longest:
        slots *= 2
    mask = np.uint64(slots - 1)
    words = np.empty(longest, np.uint64)
    shingles = np.empty(longest, np.uint64)
    common_a = np.empty(longest, np.bool_)
    common_b = np.empty(longest, np.bool_)
    shared_a = np.empty(longest, np.bool_)
    shared_b = np.empty(longest, np.bool_)
    places_a = np.empty(longest, np.int64)  # the slots of the shingles of the kept article
    keys_a = np.empty(slots, np.uint64)
    stamps_a = np.zeros(slots, np.int64)  # in use where it is the stamp of the kept article
    hits = np.zeros(slots, np.int64)
    keys_b = np.empty(slots, np.uint64)
    stamps_b = np.zeros(slots, np.int64)
    stamp = 0
    n_a = 0
    distinct_a = 0
    for p in range(kept.shape[0]):
        if p == 0 or kept[p] != kept[p - 1]:
            stamp = p + 1
            own = order[bounds[kept[p]] : bounds[kept[p] + 1]]
            _, n_a = hash_article(data, begin, finish, own, fold, words, shingles)
            _mark_common(shingles, n_a, common, limit, shift, common_a)
            distinct_a = 0
            for i in range(n_a):
                slot, new = _put(shingles[i], keys_a, stamps_a, stamp, mask)
                places_a[i] = slot
                distinct_a += new
        own = order[bounds[left[p]] : bounds[left[p] + 1]]
        count, n_b = hash_article(data, begin, finish, own, fold, words, shingles)
        _mark_common(shingles, n_b, common, limit, shift, common_b)
        distinct_b = 0
        both = 0
        for i in range(n_b):
            slot = shingles[i] & mask
            while stamps_a[slot] == stamp and keys_a[slot] != shingles[i]:
                slot = (slot + np.uint64(1)) & mask
            shared_b[i] = stamps_a[slot] == stamp
            if shared_b[i]:
                both += hits[slot] != p + 1
                hits[slot] = p + 1
            else:
                _, new = _put(shingles[i], keys_b, stamps_b, p + 1, mask)
                distinct_b += new
        found[p, 0] = both
        found[p, 1] = distinct_a
        found[p, 2] = distinct_b + both
        found[p, 3] = _covered(shared_b, n_b, count)
        if n_a < n_b:
            for i in range(n_a):
                shared_a[i] = hits[places_a[i]] == p + 1
            found[p, 5], found[p, 6] = _bridge(shared_a, common_a, n_a, gap)
        else:
            found[p, 5], found[p, 6] = _bridge(shared_b, common_b, n_b, gap)
        for i in range(n_b):
            shared_b[i] &= not common_b[i]
        found[p, 4] = _covered(shared_b, n_b, count)


@numba.njit(cache=True)
def find_roots(count, one, other):
    """For each of `count` things, the first of those that the pairs join it with."""
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
