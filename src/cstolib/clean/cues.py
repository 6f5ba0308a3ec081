"""Words of web furniture (resources/furniture.txt) found in the lines of a text."""

# mypy: allow-untyped-defs
# numba infers the types of the kernels.

import re
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from ..shingles import kernel, mix
from .characters import ALNUM, LAST, character_tables, code_points
from .dates import MONTHS, WEEKDAYS
from .scan import (
    IS_BY,
    IS_BYLINE,
    IS_CREDIT,
    IS_MONTH,
    IS_STOP,
    IS_TOLD,
    IS_WEEKDAY,
    LINE,
    lookup,
    scan_lines,
)

KINDS = (
    "nav",
    "related",
    "appeal",
    "about",
    "disclaimer",
    "comment",
    "caption",
    "byline",
    "date",
    "embed",
    "other",
)
PLACES = ("whole", "start", "end", "within")
_WHOLE, _START, _END = 0, 1, 2
_SECTION = re.compile(r"\[(\w+) (whole|start|end|within) (\d+)\]")
_STEM = 4  # letters by which a phrase is found whose longest word is starred
_LONGEST = 150  # words of a line that are looked at
_LONGEST_WHOLE = 14
CREDIT_FIRSTS = (
    "file photo photos image picture illustration video screenshot credit courtesy фото "
    "видео снимок иллюстрация foto imagen vídeo fotografía crédito"
)
# With which a byline may start, and what may stand behind the first words of one.
_BYLINE_FIRSTS = (
    "by por автор autor author текст texto interview words text беседовал беседовала беседовали "
    "записал записала записали entrevista"
)
_TOLD = "told tells speaking interview"


class Cue(NamedTuple):
    """One phrase of the list, as it was found: its kind, where it has to stand, the phrase."""

    kind: str
    where: str
    phrase: str


class _Phrase(NamedTuple):
    words: tuple[str, ...]
    anchor: int  # the place of its longest word, by which it is found; -1 where all has to match
    key: str  # that word, or its first letters where it is starred
    longest: int
    cue: Cue


class Vocabulary(NamedTuple):
    """The words that lines are searched for, as tables for the kernels."""

    cues: list[Cue]  # in the order in which a line's are told
    slots: npt.NDArray[np.uint64]  # hash of a word -> its entry
    kinds: npt.NDArray[np.uint8]  # entry -> classes of the word
    anchors: npt.NDArray[np.int64]  # entry -> phrases from, to
    whole: npt.NDArray[np.uint64]  # hash of all words -> cue
    same: npt.NDArray[np.int64]  # cue -> the next one with the same words, or -1
    stems: npt.NDArray[np.uint64]  # hash of four letters -> row of stem_anchors
    stem_anchors: npt.NDArray[np.int64]
    phrases: npt.NDArray[np.int64]  # cue -> first word, words, anchor, longest line, where
    wanted: npt.NDArray[np.uint64]  # words of phrases: hash, letters where it is starred, else 0
    places: npt.NDArray[np.int64]  # cue -> its kind and place, which is its bit in the mask


def words_of(text: str) -> frozenset[str]:
    """The words of a list that is written as one text."""
    return frozenset(text.split())


def function_words() -> list[str]:
    """The short words that prose is full of, in all languages of the list."""
    text = files("cstolib").joinpath("resources/function-words.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return [word for line in lines for word in line.partition(":")[2].split()]


def hash_words(words: list[str]) -> npt.NDArray[np.uint64]:
    """Of each word: its hash, and that of its first four letters."""
    points = code_points("\n".join(words))
    room, size = len(words) + 1, len(points) + 2
    found = np.zeros((size, 4), np.uint64)
    stems = np.zeros((size, 3), np.uint64)
    lines, keys = np.zeros((room, LINE), np.int64), np.zeros(room, np.uint64)
    plain, empty = np.zeros(2 * size, np.uint32), np.zeros((16, 2), np.uint64)
    offsets = np.array([0, size])
    scan_lines(points, offsets, *character_tables(), empty, lines, keys, found, stems, plain)
    return np.column_stack([found[: len(words), 0], stems[: len(words), 0]])


def _hash_table(hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """An open table of a power of two: hash, and its place in `hashes` + 1."""
    size = 1 << max(4, int(4 * len(hashes) - 1).bit_length())
    slots = np.zeros((size, 2), np.uint64)
    for place, value in enumerate(hashes.tolist()):
        slot = (value ^ (value >> 32)) & (size - 1)
        while slots[slot, 1]:
            slot = (slot + 1) & (size - 1)
        slots[slot] = (value, place + 1)
    return slots


def _read_phrases() -> list[_Phrase]:
    """The phrases in the order in which a line's are told: whole, by their words, by stems."""
    kind = where = ""
    longest = 0
    found = []
    text = files("cstolib").joinpath("resources/furniture.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        section = _SECTION.fullmatch(line.strip())
        if section:
            kind, where, longest = section[1], section[2], int(section[3])
        elif line.strip() and not line.startswith("#"):
            for phrase in line.lower().split(";"):
                words = tuple(re.findall(r"[^\W_]+\*?", phrase))
                if words:
                    found.append(_make_phrase(words, longest, Cue(kind, where, " ".join(words))))
    return sorted(found, key=lambda phrase: (phrase.anchor >= 0, "*" in phrase.key, phrase.key))


def _make_phrase(words: tuple[str, ...], longest: int, cue: Cue) -> _Phrase:
    if cue.where == "whole":
        return _Phrase(words, -1, "", longest, cue)
    anchor = max(range(len(words)), key=lambda place: (len(words[place]), place))
    word = words[anchor]
    return _Phrase(words, anchor, f"{word[:_STEM]}*" if word[-1] == "*" else word, longest, cue)


def _ranges(keys: list[str], names: list[str]) -> npt.NDArray[np.int64]:
    """For each name: from and to where it stands in the sorted list of keys."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for place, key in enumerate(keys):
        first.setdefault(key, place)
        last[key] = place + 1
    return np.array([(first.get(name, 0), last.get(name, 0)) for name in names], np.int64)


@cache
def vocabulary() -> Vocabulary:
    """The phrases of resources/furniture.txt and the words by which lines are told apart."""
    phrases = _read_phrases()
    keys = [phrase.key for phrase in phrases]
    classes: dict[str, int] = {}
    for bit, words in (
        (IS_STOP, function_words()),
        (IS_MONTH, list(MONTHS)),
        (IS_WEEKDAY, list(WEEKDAYS)),
        (IS_CREDIT, CREDIT_FIRSTS.split()),
        (IS_TOLD, _TOLD.split()),
        (IS_BYLINE, _BYLINE_FIRSTS.split()),
        (IS_BY, ["by"]),
        (0, [key for key in keys if key and key[-1] != "*"]),
    ):
        for word in words:
            classes[word] = classes.get(word, 0) | bit
    entries = list(classes)
    starred = list(dict.fromkeys(key for key in keys if key.endswith("*")))
    rows: list[tuple[int, ...]] = []
    wanted: list[tuple[str, int]] = []
    for phrase in phrases:
        place = PLACES.index(phrase.cue.where)
        rows.append((len(wanted), len(phrase.words), phrase.anchor, phrase.longest, place))
        wanted += [(word.rstrip("*"), len(word) - 1 if "*" in word else 0) for word in phrase.words]
    hashes = hash_words([word for word, _ in wanted])[:, 0]
    whole: dict[int, int] = {}
    same = np.full(len(phrases), -1, np.int64)
    latest: dict[int, int] = {}
    for number, (first, size, anchor, _, _) in enumerate(rows):
        if anchor < 0:
            key = 0
            for value in hashes[first : first + size].tolist():
                key = int(mix_words(np.uint64(key), np.uint64(value)))
            whole.setdefault(key, number)
            if key in latest:
                same[latest[key]] = number
            latest[key] = number
    slots = _hash_table(np.array(list(whole), np.uint64))
    numbers = np.array([0, *(number + 1 for number in whole.values())], np.uint64)
    slots[:, 1] = numbers[slots[:, 1].astype(np.int64)]
    cues = [phrase.cue for phrase in phrases]
    places = [KINDS.index(cue.kind) * len(PLACES) + PLACES.index(cue.where) for cue in cues]
    return Vocabulary(
        cues=cues,
        slots=_hash_table(hash_words(entries)[:, 0]),
        kinds=np.array(list(classes.values()), np.uint8),
        anchors=_ranges(keys, entries),
        whole=slots,
        same=same,
        stems=_hash_table(hash_words([key[:-1] for key in starred])[:, 0]),
        stem_anchors=_ranges(keys, starred),
        phrases=np.array(rows, np.int64),
        wanted=np.column_stack([hashes, np.array([n for _, n in wanted], np.uint64)]),
        places=np.array(places, np.int64),
    )


@kernel
def mix_words(key, word):
    """The hash of words so far, with one more."""
    return mix(key + word) * np.uint64(0x100000001B3)


@numba.njit(nogil=True)
def _starts_with(points, classes, lower, at, letters, wanted):
    """Whether the word that starts at points[at] starts with so many letters of that hash."""
    value = np.uint64(0)
    for i in range(at, at + letters):
        if i >= points.shape[0] or not classes[min(points[i], LAST)] & ALNUM:
            return False
        value = (value ^ np.uint64(lower[min(points[i], LAST)])) * np.uint64(0x100000001B3)
    return value == wanted


@numba.njit(nogil=True)
def _fits(points, classes, lower, words, first, size, at, phrase, wanted):
    """Whether the phrase stands in the line with its anchor at its word `at`, where it has to."""
    begin = at - phrase[2]
    end = begin + phrase[1]
    if begin < 0 or end > size or size > phrase[3]:
        return False
    if (phrase[4] == _START and begin) or (phrase[4] == _END and end < size):
        return False
    for k in range(phrase[1]):
        row, word = phrase[0] + k, words[first + begin + k]
        letters = np.int64(wanted[row, 1])
        if letters:
            if not _starts_with(points, classes, lower, word[3], letters, wanted[row, 0]):
                return False
        elif word[0] != wanted[row, 0]:
            return False
    return True


@kernel
def _find_cues(points, classes, lower, lines, words, stems, book, bounds, masks, found):
    """Put the cues of each line into `found`, from bounds[i] to bounds[i + 1]; how many.

    Where `found` is too short, only their number is right.
    """
    anchors, whole, same, stem_slots, stem_anchors, phrases, wanted, places = book
    total, room = 0, found.shape[0]
    for i in range(lines.shape[0]):
        bounds[i] = total
        size, first = lines[i, 2], lines[i, 4]
        if not size or size > _LONGEST:
            continue
        begin = total
        if size <= _LONGEST_WHOLE:
            key, several = np.uint64(0), False
            for w in range(first, first + size):
                if not words[w, 2]:
                    key = mix(key + words[w, 0]) * np.uint64(0x100000001B3)
                    several = True
            number = lookup(whole, key) if several else -1
            while number >= 0:
                if total < room:
                    found[total] = number
                total += 1
                number = same[number]
        for by_stem in range(2):
            for at in range(size):
                w = first + at
                if by_stem:
                    entry = lookup(stem_slots, stems[w, 0]) if stems[w, 0] else -1
                    if entry < 0:
                        continue
                    low, high = stem_anchors[entry, 0], stem_anchors[entry, 1]
                else:
                    if not words[w, 1]:
                        continue
                    entry = np.int64(words[w, 1]) - 1
                    low, high = anchors[entry, 0], anchors[entry, 1]
                for number in range(low, high):
                    if not _fits(
                        points, classes, lower, words, first, size, at, phrases[number], wanted
                    ):
                        continue
                    place = min(total, room)
                    known = False
                    for k in range(begin, place):
                        known = known or found[k] == number
                    if known:
                        continue
                    if total < room:
                        k = total
                        while k > begin and found[k - 1] > number:
                            found[k] = found[k - 1]
                            k -= 1
                        found[k] = number
                    total += 1
        for k in range(begin, min(total, room)):
            masks[i] |= np.uint64(1) << np.uint64(places[found[k]])
    bounds[lines.shape[0]] = total
    return total


def find_cues(
    points: Any, lines: Any, words: Any, stems: Any
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.uint64]]:
    """The phrases of web furniture that each line carries: cues, bounds in them, masks of lines."""
    v = vocabulary()
    book = (v.anchors, v.whole, v.same, v.stems, v.stem_anchors, v.phrases, v.wanted, v.places)
    bounds, masks = np.zeros(len(lines) + 1, np.int64), np.zeros(len(lines), np.uint64)
    found = np.zeros(4 * len(lines) + 64, np.int64)
    tables = character_tables()
    while True:
        total = _find_cues(points, *tables, lines, words, stems, book, bounds, masks, found)
        if total <= len(found):
            return found[:total], bounds, masks
        found = np.zeros(total, np.int64)
