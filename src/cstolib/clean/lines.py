"""Raw texts -> their lines, with what is counted about them as arrays."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from .characters import character_tables, code_points
from .cues import KINDS, PLACES, find_cues, vocabulary
from .dates import find_date
from .describe import describe_lines
from .scan import find_twins, scan_texts

Flags = npt.NDArray[np.bool_]
Table = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

Date = tuple[date | None, int, int]

COUNTED = 24  # columns that describe_lines fills in


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


class Lines:
    """The non-blank lines of some texts, which only a line feed ends.

    `raw` has the texts one after the other: text t starts at offsets[t], and its lines are those
    from bounds[t] to bounds[t + 1]. Arrays of one value a line: `texts` (the number of its text),
    `starts`, `ends`, `sizes` (words), `capitals`, `keys` (a hash of text and words), `first_words`
    (a hash), `flags` (scan.py), `cue_mask`, `first` and `times` (the first line of the text with
    the same words, and how many have them); `counted` has the first columns of features.OWN.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.raw = "\n".join(texts)
        self.offsets = np.cumsum([0, *(len(text) + 1 for text in texts)])
        points, room = code_points(self.raw), self.raw.count("\n") + 1
        found = scan_texts(points, self.offsets, room, vocabulary().classes)
        self.rows, self.keys, words, self.stems, plain = found
        count = len(self.rows)
        self.starts, self.ends, self.sizes, self.capitals = self.rows[:, :4].T
        self.texts = self.rows[:, 7]
        self.bounds = np.searchsorted(self.texts, np.arange(len(texts) + 1))
        self.first_words = np.append(words[:, 0], np.uint64(0))[self.rows[:, 4]]
        self.counted = np.zeros((count, COUNTED))
        self.flags = np.zeros(count, np.int64)
        describe_lines(points, character_tables()[0], self.rows, words, self.counted, self.flags)
        cues = find_cues(points, self.rows, words, self.stems)
        self.cue_numbers, counts, self.cue_mask = cues
        self.cue_lines = np.repeat(np.arange(count), counts)
        self._cues, self._cue_bounds = self.cue_numbers.tolist(), [0, *np.cumsum(counts).tolist()]
        self.first, self.times = np.zeros(count, np.int64), np.zeros(count, np.int64)
        find_twins(self.keys, self.first, self.times)
        self.spans = list(zip(self.starts.tolist(), self.ends.tolist(), strict=True))
        self.counts: list[int] = self.sizes.tolist()
        self.masks: list[int] = self.cue_mask.tolist()
        self.bits: list[int] = self.flags.tolist()
        self._plain = str(plain.data, "utf-32-le")
        self._words = list(zip(*self.rows[:, 5:7].T.tolist(), strict=True))
        self._dates: dict[int, Date | None] = {}

    def __len__(self) -> int:
        return len(self.spans)

    def part(self, index: int) -> tuple[int, int]:
        """The first line of the text that this line belongs to, and the one behind its last."""
        low, high = self.bounds[self.texts[index] : self.texts[index] + 2].tolist()
        return low, high

    def by_text(self, which: Flags) -> list[list[int]]:
        """Of each text: those of its lines that are flagged."""
        places = np.flatnonzero(which)
        cuts = np.searchsorted(places, self.bounds).tolist()
        found = places.tolist()
        return [found[low:high] for low, high in pairwise(cuts)]

    def text(self, index: int) -> str:
        """The text of a line, without the white space around it."""
        start, end = self.spans[index]
        return self.raw[start:end]

    def words(self, index: int) -> str:
        """The words of a line in lower case, a space between them, without punctuation."""
        begin, end = self._words[index]
        return self._plain[begin:end]

    def words_between(self, low: int, high: int) -> str:
        """The words of the lines from `low` to `high`, a space between them."""
        return self._plain[self._words[low][0] : self._words[high - 1][1]] if low < high else ""

    def key(self, index: int) -> str:
        """The words of a line, for comparison with other lines."""
        return self.words(index) or self.text(index)

    def cues(self, index: int) -> tuple[int, ...]:
        """The words of furniture that a line carries: their places in the vocabulary."""
        return tuple(self._cues[self._cue_bounds[index] : self._cue_bounds[index + 1]])

    def date(self, index: int) -> Date | None:
        """The first date that a line shows, and where; see find_date."""
        if index not in self._dates:
            self._dates[index] = find_date(self.text(index))
        return self._dates[index]

    def carries(self, index: int, kind: str, *where: str) -> bool:
        """Whether a line carries words of furniture of this kind (at these places)."""
        return self.masks[index] & cue_bits(kind, *where) > 0

    def has(self, kind: str, *where: str) -> Flags:
        """Which lines carry words of furniture of this kind (at these places)."""
        return (self.cue_mask & np.uint64(cue_bits(kind, *where))) > 0

    def flagged(self, bits: int) -> Flags:
        """Which lines have any of these flags."""
        return (self.flags & bits) > 0


def split_lines(*texts: str) -> Lines:
    """The non-blank lines of the texts."""
    return Lines(texts)
