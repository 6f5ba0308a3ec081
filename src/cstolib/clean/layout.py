"""What is known of a text's lines before they get their kinds, and which of them is the title."""

import re
from dataclasses import dataclass

import numpy as np

from .context import share_with
from .cues import PLACES, vocabulary
from .lines import Flags, Lines, Numbers, Table
from .marks import Marks
from .scan import HARD_STOP, MAY_SEPARATE

_HEADING_WORDS = 14
_TITLE_WORDS = (2, 32)
SEPARATOR = re.compile(r"\s(?:\||·|•|/|>|»|::|→|◦)\s|\s{3,}")
_MASTHEAD = re.compile(r"\s(?:::|—|–|-|\|)\s|^(?:No|№|Vol)\W?\s?\d")


@dataclass
class Layout:
    """What is known of a text's lines before they get their kinds."""

    lines: Lines
    marks: Marks
    chosen: Flags  # prose of the article
    stretch: tuple[int, int]
    copies: dict[int, int]  # line -> the line that it repeats
    comments: int  # where the readers' comments start
    stated: str | None = None  # the title, as the file itself states it
    title: int | None = None  # the line that is the title


def may_head(lines: Lines) -> Flags:
    """Lines that could be a heading: short, no sentence."""
    return (lines.sizes >= 1) & (lines.sizes <= _HEADING_WORDS) & ~lines.flagged(HARD_STOP)


def is_heading(layout: Layout, index: int) -> bool:
    """Whether a chosen line that could be a heading is one, with prose after it."""
    lines, line = layout.lines, layout.lines[index]
    if len(line.text) < 3 or line.flags & HARD_STOP or not 1 <= line.size <= _HEADING_WORDS:
        return False
    if line.text[0] in "—–-•*·" or line.text[0].islower():
        return False
    if line.text.endswith("?") and line.text[:2] in ("Q:", "В:", "P:"):
        return False
    return bool((lines.sizes[index + 1 : index + 4] > max(line.size, 8)).any())


def _title_places(layout: Layout) -> Numbers:
    """Lines that could be the title."""
    lines, marks, (start, end) = layout.lines, layout.marks, layout.stretch
    fits = (lines.sizes >= _TITLE_WORDS[0]) & (lines.sizes <= _TITLE_WORDS[1])
    fits &= ~(marks.dated | marks.signed | marks.credited | (marks.vetoed & (lines.times < 2)))
    last = start
    copied = [i for i, source in layout.copies.items() if i >= end and layout.chosen[source]]
    if copied and len(copied) >= 0.5 * max(int(layout.chosen.sum()), 1):
        # The head of the second copy may be the only one.
        last = max(copied)
        fits[start:end] = False
        fits[[i for i in layout.copies if end <= i < last]] = False
    fits[min(last, layout.comments) :] = False
    return np.flatnonzero(fits)


def _suffixed(lines: Lines, places: Numbers) -> Flags:
    """Which lines stand once more among the first eight, with a few words behind."""
    found = np.zeros(len(places), dtype=bool)
    for other in range(min(8, len(lines))):
        same = (lines.sizes[places] < lines.sizes[other]) & (
            lines.first_words[places] == lines.first_words[other]
        )
        for at in (same & ~found).nonzero()[0].tolist():
            key, longer = lines[places[at]].key, lines[other].key
            found[at] = longer.startswith(key + " ") and len(longer) < len(key) + 60
    return found


def _score_titles(layout: Layout, places: Numbers) -> Table:
    """How much each of these lines is like a title."""
    lines, marks, start = layout.lines, layout.marks, layout.stretch[0]
    count = len(lines)
    shared, stems = np.zeros(count), np.zeros(count)
    share_with(lines.word_rows, lines.stems, layout.chosen, shared, stems)
    shared, stems, sizes = shared[places], stems[places], lines.sizes[places]
    score = 1.5 * (shared / np.maximum(stems, 1)) * np.minimum(stems / 3, 1.0)
    score += np.where((sizes >= 4) & (sizes <= 22), 0.5, np.where(sizes > 2, -0.3, -0.9))
    score -= 0.7 * lines.flagged(HARD_STOP)[places]
    score += 0.8 * ((lines.times[places] > 1) | _suffixed(lines, places))
    padded = np.concatenate([[False, False], marks.dated, [False] * 4])
    score += 0.4 * (padded[places] | padded[places + 1])
    padded = np.concatenate([marks.dated | marks.signed, [False] * 4])
    after = np.column_stack([padded[places + k] for k in range(1, 5)])
    score += np.where(after.any(axis=1), 0.9 - 0.1 * after.argmax(axis=1), 0.0)
    distance = np.where(places < start, start - 1 - places, 0)
    score += 0.8 - 0.05 * np.minimum(distance, 20)
    score += 0.9 * ((places == 0) & (sizes >= 4))
    parted = lines.flagged(MAY_SEPARATE)[places] | (places <= 1)
    for at in parted.nonzero()[0].tolist():
        index = int(places[at])
        text = lines[index].text
        if SEPARATOR.search(text) or (index <= 1 and _MASTHEAD.search(text)):
            score[at] -= 2.0 if index <= 1 else 1.2
    where = vocabulary().places[lines.cue_numbers] % len(PLACES)
    costs = np.where(where == 0, 1.2, np.where(where == 1, 0.4, 0.0))
    return score - np.bincount(lines.cue_lines, costs, count)[places]


def find_title(layout: Layout) -> int | None:
    """The line that is the title: before the prose, like a headline, close to byline or date.

    A line that stands twice, or once more with the outlet behind it, is preferred; of two, the
    first of all lines or the one with the byline after it.
    """
    places = _title_places(layout)
    if not len(places):
        return None
    scores = _score_titles(layout, places)
    at = len(places) - 1 - int(scores[::-1].argmax())
    if scores[at] <= 1.0:
        return None
    best, lines = int(places[at]), layout.lines
    before = best - 1  # the headline stands above its deck
    if before >= 0 and at and places[at - 1] == before and scores[at - 1] > scores[at] - 0.9:
        single = lines.times[before] == lines.times[best] == 1
        if single and 3 <= lines.sizes[before] <= 16:
            return before
    return best


def stated_title(layout: Layout) -> int | None:
    """The last line before the prose that is the title which the file states."""
    words = re.findall(r"[^\W_]+", (layout.stated or "").lower())
    same = (layout.lines.sizes[: layout.stretch[0]] == len(words)).nonzero()[0].tolist()
    key = " ".join(words)
    return next((index for index in reversed(same) if layout.lines[index].key == key), None)


def same_headline(lines: Lines, title: int) -> Flags:
    """Which lines are the title again, perhaps with a few words behind it."""
    size, key = int(lines.sizes[title]), lines[title].key
    same = lines.keys == lines.keys[title]
    if size >= 4:
        longer = (lines.sizes > size) & (lines.sizes <= size + 6)
        longer &= lines.first_words == lines.first_words[title]
        for index in longer.nonzero()[0].tolist():
            same[index] = lines[index].key.startswith(key + " ")
    return same
