"""What is known of lines before they get their kinds, and which of them are titles."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from .context import share_with
from .cues import PLACES, vocabulary
from .lines import Flags, Lines, Numbers, Table
from .marks import Marks
from .scan import HARD_STOP, MAY_SEPARATE

_HEADING_WORDS = 14
_TITLE_WORDS = (2, 32)
_ENOUGH = 1.0  # the score that a title has to pass
SEPARATOR = re.compile(r"\s(?:\||·|•|/|>|»|::|→|◦)\s|\s{3,}")
_MASTHEAD = re.compile(r"\w\s?::\s?\w|\s(?:—|–|-|\|)\s|^(?:No|№|Vol)\W?\s?\d")


class Page(NamedTuple):
    """Where one text stands among the lines; what ends there is the line behind the last."""

    low: int
    high: int
    start: int  # the stretch of its prose
    end: int
    comments: int  # of readers, which go on to the end
    title: int | None


@dataclass
class Layout:
    """What is known of lines before they get their kinds."""

    lines: Lines
    marks: Marks
    chosen: Flags  # prose of the article
    stretches: Numbers  # of each text: the stretch that its prose stands in
    copies: dict[int, int]  # line -> the line that it repeats
    comments: Numbers  # of each text: where the readers' comments start
    stated: list[str | None]  # of each text: the title, as its file states it
    pages: list[Page] = field(default_factory=list)

    @property
    def title_of(self) -> Numbers:
        """Of each line: the title of its text, or -1."""
        titles = [-1 if page.title is None else page.title for page in self.pages]
        return np.array(titles, np.int64)[self.lines.texts]

    def page(self, index: int) -> Page:
        """The text that a line belongs to."""
        return self.pages[self.lines.texts[index]]


def may_head(lines: Lines) -> Flags:
    """Lines that could be a heading: short, no sentence."""
    return (lines.sizes >= 1) & (lines.sizes <= _HEADING_WORDS) & ~lines.flagged(HARD_STOP)


def is_heading(layout: Layout, index: int) -> bool:
    """Whether a chosen line that could be a heading is one, with prose after it."""
    lines, text, size = layout.lines, layout.lines.text(index), layout.lines.counts[index]
    if len(text) < 3 or lines.bits[index] & HARD_STOP or not 1 <= size <= _HEADING_WORDS:
        return False
    if text[0] in "—–-•*·" or text[0].islower():
        return False
    if text.endswith("?") and text[:2] in ("Q:", "В:", "P:"):
        return False
    after = slice(index + 1, min(index + 4, layout.page(index).high))
    return bool((lines.sizes[after] > max(size, 8)).any())


def _title_places(layout: Layout) -> Numbers:
    """Lines that could be the title."""
    lines, marks = layout.lines, layout.marks
    fits = (lines.sizes >= _TITLE_WORDS[0]) & (lines.sizes <= _TITLE_WORDS[1])
    fits &= ~(marks.dated | marks.signed | marks.credited | (marks.vetoed & (lines.times < 2)))
    last = layout.stretches[:, 0].copy()
    copied: dict[int, list[int]] = {}
    for copy, source in layout.copies.items():
        text = int(lines.texts[copy])
        if copy >= layout.stretches[text, 1] and layout.chosen[source]:
            copied.setdefault(text, []).append(copy)
    for text, copies in copied.items():
        start, end = layout.stretches[text]
        if len(copies) >= 0.5 * max(int(layout.chosen[start:end].sum()), 1):
            # The head of the second copy may be the only one.
            last[text] = max(copies)
            fits[start:end] = False
            fits[[i for i in layout.copies if end <= i < last[text]]] = False
    fits &= np.arange(len(lines)) < np.minimum(last, layout.comments)[lines.texts]
    return np.flatnonzero(fits)


def _beside(lines: Lines, flags: Flags, places: Numbers, by: int) -> Flags:
    """Which of these lines have a flagged one so many lines on in their text."""
    others = np.clip(places + by, 0, len(lines) - 1)
    return flags[others] & (lines.texts[others] == lines.texts[places]) & (others - places == by)


def _suffixed(lines: Lines, places: Numbers, first: Numbers) -> Flags:
    """Which lines stand once more among the first eight, with a few words behind."""
    found = np.zeros(len(places), dtype=bool)
    for by in range(8):
        others = np.minimum(first + by, len(lines) - 1)
        same = (lines.sizes[places] < lines.sizes[others]) & (
            lines.first_words[places] == lines.first_words[others]
        )
        same &= (lines.texts[others] == lines.texts[places]) & ~found
        for at in same.nonzero()[0].tolist():
            key, longer = lines.key(places[at]), lines.key(others[at])
            found[at] = longer.startswith(key + " ") and len(longer) < len(key) + 60
    return found


def _score_titles(layout: Layout, places: Numbers) -> Table:
    """How much each of these lines is like a title."""
    lines, marks = layout.lines, layout.marks
    texts = lines.texts[places]
    first, starts = lines.bounds[texts], layout.stretches[texts, 0]
    count = len(lines)
    shared, stems = np.zeros(count), np.zeros(count)
    share_with(lines.bounds, lines.rows, lines.stems, layout.chosen, shared, stems)
    shared, stems, sizes = shared[places], stems[places], lines.sizes[places]
    score = 1.5 * (shared / np.maximum(stems, 1)) * np.minimum(stems / 3, 1.0)
    score += np.where((sizes >= 4) & (sizes <= 22), 0.5, np.where(sizes > 2, -0.3, -0.9))
    score -= 0.7 * lines.flagged(HARD_STOP)[places]
    score += 0.8 * ((lines.times[places] > 1) | _suffixed(lines, places, first))
    dated = [_beside(lines, marks.dated, places, by) for by in (-2, -1)]
    score += 0.4 * (dated[0] | dated[1])
    known = marks.dated | marks.signed
    after = np.column_stack([_beside(lines, known, places, by) for by in range(1, 5)])
    score += np.where(after.any(axis=1), 0.9 - 0.1 * after.argmax(axis=1), 0.0)
    distance = np.where(places < starts, starts - 1 - places, 0)
    score += 0.8 - 0.05 * np.minimum(distance, 20)
    score += 0.9 * ((places == first) & (sizes >= 4))
    opens = places <= first + 1
    parted = lines.flagged(MAY_SEPARATE)[places] | opens
    for at in parted.nonzero()[0].tolist():
        text = lines.text(places[at])
        if SEPARATOR.search(text) or (opens[at] and _MASTHEAD.search(text)):
            score[at] -= 2.0 if opens[at] else 1.2
    where = vocabulary().places[lines.cue_numbers] % len(PLACES)
    costs = np.where(where == 0, 1.2, np.where(where == 1, 0.4, 0.0))
    return score - np.bincount(lines.cue_lines, costs, count)[places]


def _best_title(lines: Lines, places: Numbers, scores: Table) -> int | None:
    """The line of these that is the title of their text."""
    at = len(places) - 1 - int(scores[::-1].argmax())
    if scores[at] <= _ENOUGH:
        return None
    best = int(places[at])
    before = best - 1  # the headline stands above its deck
    if at and places[at - 1] == before and scores[at - 1] > scores[at] - 0.9:
        single = lines.times[before] == lines.times[best] == 1
        if single and 3 <= lines.sizes[before] <= 16:
            return before
    return best


def _stated_title(layout: Layout, text: int) -> int | None:
    """The last line before the prose that is the title which the file states."""
    key = " ".join(re.findall(r"[^\W_]+", (layout.stated[text] or "").lower()))
    lines, low = layout.lines, int(layout.lines.bounds[text])
    same = lines.sizes[low : layout.stretches[text, 0]] == key.count(" ") + 1
    found = [low + place for place in same.nonzero()[0].tolist()] if key else []
    return next((index for index in reversed(found) if lines.key(index) == key), None)


def find_titles(layout: Layout) -> None:
    """Fill in `pages`, each with its title: before the prose, like a headline, close to a byline.

    A line that stands twice, or once more with the outlet behind it, is preferred; of two, the
    first of all lines or the one with the byline after it.
    """
    lines = layout.lines
    places = _title_places(layout)
    scores = _score_titles(layout, places) if len(places) else np.zeros(0)
    parts = np.searchsorted(places, lines.bounds).tolist()
    bounds, stretches = lines.bounds.tolist(), layout.stretches.tolist()
    for text, comments in enumerate(layout.comments.tolist()):
        title = _stated_title(layout, text) if layout.stated[text] else None
        low, high = parts[text : text + 2]
        if title is None and high > low:
            title = _best_title(lines, places[low:high], scores[low:high])
        low, high = bounds[text : text + 2]
        start, end = stretches[text]
        layout.pages.append(Page(low, high, start, end, comments, title))


def same_headlines(layout: Layout) -> dict[int, int]:
    """The lines that are the title of their text again, perhaps with a few words behind it."""
    lines, sizes = layout.lines, layout.lines.sizes
    of = layout.title_of
    same = (of >= 0) & (lines.keys == lines.keys[of])
    longer = (of >= 0) & (sizes[of] >= 4) & (sizes > sizes[of]) & (sizes <= sizes[of] + 6)
    longer &= lines.first_words == lines.first_words[of]
    for index in longer.nonzero()[0].tolist():
        same[index] = lines.key(index).startswith(lines.key(of[index]) + " ")
    return dict(zip(same.nonzero()[0].tolist(), of[same].tolist(), strict=True))
