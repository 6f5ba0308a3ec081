"""A raw text -> its lines, with what is counted about them as arrays."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .characters import character_tables, code_points
from .cues import KINDS, PLACES, Cue, find_cues, vocabulary
from .dates import find_date
from .describe import count_characters, describe_lines
from .scan import find_twins, scan_lines

Flags = npt.NDArray[np.bool_]
Table = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

COUNTED = 24  # columns that describe_lines fills in


class Line:
    """One non-blank line: `text` is `raw[start:end]`, without the white space around it."""

    __slots__ = (
        "_date",
        "_index",
        "_of",
        "_words",
        "end",
        "flags",
        "mask",
        "size",
        "start",
        "text",
    )

    def __init__(self, of: "Lines", index: int) -> None:
        self._of, self._index = of, index
        self._words: list[str] | None = None
        self._date: Any = False  # not looked for yet
        self.start, self.end, self.size = of.facts[index][:3]
        self.text = of.raw[self.start : self.end]
        self.mask: int = of.masks[index]
        self.flags: int = of.flag_list[index]

    @property
    def words(self) -> list[str]:
        """In lower case, without punctuation."""
        if self._words is None:
            self._words = self._of.plain(self._index).split(" ") if self.size else []
        return self._words

    @property
    def capitals(self) -> int:
        """Words that start with a capital letter."""
        return self._of.facts[self._index][3]

    @property
    def key(self) -> str:
        """Its words, for comparison with other lines."""
        return self._of.plain(self._index) or self.text

    @property
    def cues(self) -> list[Cue]:
        """The words of furniture that it carries."""
        known = vocabulary().cues
        return [known[number] for number in self.cue_numbers]

    @property
    def cue_numbers(self) -> list[int]:
        """The places of its cues in the vocabulary."""
        if not self.mask:
            return []
        low, high = self._of.cue_bounds[self._index : self._index + 2].tolist()
        return self._of.cue_numbers[low:high].tolist()

    @property
    def date(self) -> tuple[date | None, int, int] | None:
        """The first date it shows, and where; see find_date."""
        if self._date is False:
            self._date = find_date(self.text)
        return self._date

    def has(self, kind: str, *where: str) -> bool:
        """Whether the line carries words of furniture of this kind (at these places)."""
        return bool(self.mask & cue_bits(kind, *where))


@cache
def cue_bits(kind: str, *where: str) -> int:
    """The bits that cues of this kind (at these places) have in the mask of a line."""
    first = KINDS.index(kind) * len(PLACES)
    if not where:
        return 0b1111 << first
    return sum(1 << (first + PLACES.index(name)) for name in where)


def where_bits(*where: str) -> int:
    """The bits that cues of any kind have at these places."""
    return sum(cue_bits(kind, *where) for kind in KINDS)


class _Counts(NamedTuple):
    """The arrays that the kernels fill in; see scan.py."""

    lines: npt.NDArray[np.int64]
    keys: npt.NDArray[np.uint64]
    words: npt.NDArray[np.uint64]
    stems: npt.NDArray[np.uint64]
    plain: npt.NDArray[np.uint32]


class Lines:
    """The non-blank lines of `raw`, which only a line feed ends; Line objects are made when asked.

    Arrays of one value a line: `starts`, `ends`, `sizes` (words), `capitals`, `keys` (a hash of the
    words), `flags` (scan.py), `cue_mask`, `first` and `times` (the first line with the same words,
    and how many have them); `counted` has the first columns of features.OWN.
    """

    def __init__(self, raw: str) -> None:
        self.raw = raw
        points = code_points(raw)
        counts = _scan(points, raw.count("\n") + 1)
        table = counts.lines
        self.starts, self.ends, self.sizes, self.capitals = table[:, :4].T
        self.keys, self.word_rows, self.stems = counts.keys, table, counts.stems
        self._plain = counts.plain
        self.first_words = np.append(counts.words[:, 0], np.uint64(0))[table[:, 4]]
        count = len(table)
        self.counted = np.zeros((count, COUNTED))
        self.flags = np.zeros(count, np.int64)
        classes, _ = character_tables()
        signs = np.empty((count, 4), np.int64)
        count_characters(points, classes, table, "http" in raw, self.flags, signs)
        kinds = vocabulary().kinds
        describe_lines(points, classes, kinds, table, counts.words, signs, self.counted, self.flags)
        cues = find_cues(points, table, counts.words, counts.stems)
        self.cue_numbers, self.cue_bounds, self.cue_mask = cues
        self.cue_lines = np.repeat(np.arange(count), np.diff(self.cue_bounds))
        self.first, self.times = np.zeros(count, np.int64), np.zeros(count, np.int64)
        find_twins(self.keys, self.first, self.times)
        self.facts: list[list[int]] = table.tolist()
        self.masks: list[int] = self.cue_mask.tolist()
        self.flag_list: list[int] = self.flags.tolist()
        self._made: list[Line | None] = [None] * count

    def __len__(self) -> int:
        return len(self._made)

    def __getitem__(self, index: int) -> Line:
        line = self._made[index]
        if line is None:
            line = self._made[index] = Line(self, index)
        return line

    def __iter__(self) -> Iterator[Line]:
        return (self[index] for index in range(len(self)))

    def text(self, index: int) -> str:
        """The text of one line, without a Line made for it."""
        start, end = self.facts[index][:2]
        return self.raw[start:end]

    def part(self, start: int, end: int) -> list[Line]:
        """The lines from `start` to `end`, as far as there are any."""
        return [self[index] for index in range(max(start, 0), min(end, len(self)))]

    def plain(self, index: int) -> str:
        """The words of the line in lower case, a space between them."""
        begin, end = self.facts[index][5:7]
        return self._plain[begin:end].tobytes().decode("utf-32-le")

    def plain_of(self, which: Flags) -> str:
        """The words of those lines, a space between them."""
        begins, ends = self.word_rows[which, 5], self.word_rows[which, 6]
        parts = [
            self._plain[b : e + 1] for b, e in zip(begins.tolist(), ends.tolist(), strict=True)
        ]
        return np.concatenate(parts)[:-1].tobytes().decode("utf-32-le") if parts else ""

    def has(self, kind: str, *where: str) -> Flags:
        """Which lines carry words of furniture of this kind (at these places)."""
        return (self.cue_mask & np.uint64(cue_bits(kind, *where))) > 0

    def flagged(self, bits: int) -> Flags:
        """Which lines have any of these flags."""
        return (self.flags & bits) > 0


def _scan(points: npt.NDArray[np.uint32], room: int) -> _Counts:
    """Lines and words of a text that has at most `room` lines."""
    size = len(points) // 2 + room + 1
    lines, keys = np.empty((room, 7), np.int64), np.empty(room, np.uint64)
    words, stems = np.empty((size, 4), np.uint64), np.empty((size, 3), np.uint64)
    plain = np.empty(2 * len(points) + room + 1, np.uint32)
    count, number, end = scan_lines(
        points, *character_tables(), vocabulary().slots, lines, keys, words, stems, plain
    )
    return _Counts(lines[:count], keys[:count], words[:number], stems[:number], plain[:end])


def split_lines(raw: str) -> Lines:
    """The non-blank lines of `raw`, which only a line feed ends."""
    return Lines(raw)
