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

from ..shingles import kernel
from . import scan
from .characters import ALNUM, LAST, character_tables, code_points
from .dates import MONTHS, WEEKDAYS

KINDS = "nav related appeal about disclaimer comment caption byline date embed other".split()  # noqa: SIM905
PLACES = ("whole", "start", "end", "within")
_WHOLE, _START, _END = 0, 1, 2
_SECTION = re.compile(r"\[(\w+) (whole|start|end|within) (\d+)\]")
_LONGEST = 150  # words of a line that are looked at
_LONGEST_WHOLE = 14
_MOST = 16  # cues of a line
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
    anchor: int  # the place of its longest word, by which it is found
    longest: int
    cue: Cue


class Vocabulary(NamedTuple):
    """The words that lines are searched for, as tables for the kernels."""

    cues: list[Cue]  # in the order in which a line's are told
    classes: npt.NDArray[np.uint64]  # hash of a word -> its classes
    heads: npt.NDArray[np.uint64]  # hash of how a word starts -> phrase + 1 that is found by it
    following: npt.NDArray[np.int64]  # phrase -> the next one that is found by the same, or -1
    phrases: npt.NDArray[np.int64]  # phrase -> first word, words, anchor, longest line, where
    wanted: npt.NDArray[np.uint64]  # words of phrases: hash, letters where it is starred, else 0
    places: npt.NDArray[np.int64]  # phrase -> its kind and place, which is its bit in the mask


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
    points, nothing = code_points("\n".join(words)), np.zeros((16, 2), np.uint64)
    found = scan.scan_texts(points, np.array([0, len(points) + 1]), len(words), nothing)
    return np.column_stack([found.words[:, 0], found.stems[:, 0]])


def _hash_table(values: dict[int, int]) -> npt.NDArray[np.uint64]:
    """An open table of a power of two: hash and value, which is above 0."""
    size = 1 << max(4, int(4 * len(values) - 1).bit_length())
    slots = np.zeros((size, 2), np.uint64)
    for key, value in values.items():
        slot = (key ^ (key >> 32)) & (size - 1)
        while slots[slot, 1]:
            slot = (slot + 1) & (size - 1)
        slots[slot] = (key, value)
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
    return sorted(found, key=_rank)


def _make_phrase(words: tuple[str, ...], longest: int, cue: Cue) -> _Phrase:
    anchor = max(range(len(words)), key=lambda place: (len(words[place]), place))
    return _Phrase(words, anchor, _LONGEST_WHOLE if cue.where == "whole" else longest, cue)


def _rank(phrase: _Phrase) -> tuple[bool, bool, str]:
    """Phrases that are all of a line come first, those found by a starred word last."""
    word, whole = phrase.words[phrase.anchor], phrase.cue.where == "whole"
    starred = word[-1] == "*" and not whole
    return not whole, starred, "" if whole else f"{word[:4]}*" if starred else word


@cache
def vocabulary() -> Vocabulary:
    """The phrases of resources/furniture.txt and the words by which lines are told apart."""
    classes: dict[str, int] = {}
    for bit, words in (
        (scan.IS_STOP, function_words()),
        (scan.IS_MONTH, list(MONTHS)),
        (scan.IS_WEEKDAY, list(WEEKDAYS)),
        (scan.IS_CREDIT, CREDIT_FIRSTS.split()),
        (scan.IS_TOLD, _TOLD.split()),
        (scan.IS_BYLINE, _BYLINE_FIRSTS.split()),
        (scan.IS_BY, ["by"]),
    ):
        for word in words:
            classes[word] = classes.get(word, 0) | bit
    keys = hash_words(list(classes))[:, 0].tolist()
    phrases = _read_phrases()
    rows: list[tuple[int, ...]] = []
    wanted: list[tuple[str, int]] = []
    for phrase in phrases:
        place = PLACES.index(phrase.cue.where)
        rows.append((len(wanted), len(phrase.words), phrase.anchor, phrase.longest, place))
        wanted += [(word.rstrip("*"), len(word) - 1 if "*" in word else 0) for word in phrase.words]
    hashes = hash_words([word for word, _ in wanted])
    heads: dict[int, int] = {}
    following = np.full(len(phrases), -1, np.int64)
    for number in reversed(range(len(phrases))):
        word, stem = hashes[rows[number][0] + phrases[number].anchor].tolist()
        following[number] = heads.get(stem or word, 0) - 1
        heads[stem or word] = number + 1
    cues = [phrase.cue for phrase in phrases]
    places = [KINDS.index(cue.kind) * len(PLACES) + PLACES.index(cue.where) for cue in cues]
    return Vocabulary(
        cues=cues,
        classes=_hash_table(dict(zip(keys, classes.values(), strict=True))),
        heads=_hash_table(heads),
        following=following,
        phrases=np.array(rows, np.int64),
        wanted=np.column_stack([hashes[:, 0], np.array([n for _, n in wanted], np.uint64)]),
        places=np.array(places, np.int64),
    )


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
def _fits(points, classes, lower, words, bare, at, phrase, wanted):
    """Whether the phrase stands in a line with its anchor at word `at`, where it has to.

    bare: how many words of the line are no figures.
    """
    size, begin = words.shape[0], at - phrase[2]
    if phrase[4] == _WHOLE:
        if bare != phrase[1]:
            return False
        begin = 0
    elif begin < 0 or begin + phrase[1] > size:
        return False
    if (phrase[4] == _START and begin) or (phrase[4] == _END and begin + phrase[1] < size):
        return False
    w = begin
    for row in range(phrase[0], phrase[0] + phrase[1]):
        while phrase[4] == _WHOLE and words[w, 2]:  # figures do not count
            w += 1
        letters = np.int64(wanted[row, 1])
        if letters:
            if not _starts_with(points, classes, lower, words[w, 3], letters, wanted[row, 0]):
                return False
        elif words[w, 0] != wanted[row, 0]:
            return False
        w += 1
    return True


@kernel
def _find_cues(points, classes, lower, lines, words, stems, book, counts, masks, found):
    """Put the cues of each line into found[i], their number and bits into counts and masks."""
    heads, following, phrases, wanted, places = book
    for i in range(lines.shape[0]):
        size, first = lines[i, 2], lines[i, 4]
        if not size or size > _LONGEST:
            continue
        own = words[first : first + size]
        bare = size - np.int64(own[:, 2].sum())
        for at in range(size):
            stem = stems[first + at, 0]
            number = np.int64(scan.lookup(heads, stem if stem else own[at, 0])) - 1
            while number >= 0:
                anchor = phrases[number, 0] + phrases[number, 2]
                same = wanted[anchor, 1] or own[at, 0] == wanted[anchor, 0]
                may = same and size <= phrases[number, 3]
                if may and _fits(points, classes, lower, own, bare, at, phrases[number], wanted):
                    _insert(found[i], counts, i, number)
                    masks[i] |= np.uint64(1) << np.uint64(places[number])
                number = following[number]


@numba.njit(nogil=True)
def _insert(row, counts, i, number):
    """Put a number into a sorted row, if it is not there and there is room."""
    k = counts[i]
    while k and row[k - 1] > number:
        k -= 1
    if (k and row[k - 1] == number) or counts[i] == _MOST:
        return
    row[k + 1 : counts[i] + 1] = row[k : counts[i]].copy()
    row[k] = number
    counts[i] += 1


def find_cues(
    points: Any, lines: Any, words: Any, stems: Any
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.uint64]]:
    """The phrases of web furniture that each line carries: cues, how many, masks of lines."""
    book = vocabulary()[2:]
    counts, masks = np.zeros(len(lines), np.int64), np.zeros(len(lines), np.uint64)
    found = np.zeros((len(lines), _MOST), np.int64)
    _find_cues(points, *character_tables(), lines, words, stems, book, counts, masks, found)
    return found[np.arange(_MOST) < counts[:, None]], counts, masks
