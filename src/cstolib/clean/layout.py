"""What is known of a text's lines before they get their kinds, and which of them is the title."""

import re
from dataclasses import dataclass

from .body import Flags
from .features import Table
from .lines import Line
from .marks import has_marks, is_byline, is_credited, is_date_line

_HEADING_WORDS = 14
_HARD_STOP = re.compile(r"[.…։。:;,!][\"'”’»)\]]*$")
SEPARATOR = re.compile(r"\s(?:\||·|•|/|>|»|::|→|◦)\s|\s{3,}")
_MASTHEAD = re.compile(r"\s(?:::|—|–|-|\|)\s|^(?:No|№|Vol)\W?\s?\d")


@dataclass
class Layout:
    """What is known of a text's lines before they get their kinds."""

    lines: list[Line]
    chosen: Flags  # prose of the article
    scores: Table
    stretch: tuple[int, int]
    copies: dict[int, int]  # line -> the line that it repeats
    comments: int  # where the readers' comments start
    stated: str | None = None  # the title, as the file itself states it
    title: int | None = None  # the line that is the title


def is_heading(layout: Layout, index: int) -> bool:
    """Whether a chosen line is a heading within the article: short, no sentence, prose after it."""
    lines, line = layout.lines, layout.lines[index]
    if not 1 <= len(line.words) <= _HEADING_WORDS or len(line.text) < 3:
        return False
    if line.text[0] in "—–-•*·" or line.text[0].islower() or _HARD_STOP.search(line.text):
        return False
    if line.text.endswith("?") and line.text[:2] in ("Q:", "В:", "P:"):
        return False
    nearby = lines[index + 1 : index + 4]
    return any(len(after.words) > max(len(line.words), 8) for after in nearby)


def find_title(layout: Layout) -> int | None:
    """The line that is the title: before the prose, like a headline, close to byline or date.

    A line that stands twice, or once more with the outlet behind it, is preferred; of two, the
    first of all lines or the one with the byline after it.
    """
    lines, (start, end) = layout.lines, layout.stretch
    copied = [i for i, source in layout.copies.items() if i >= end and layout.chosen[source]]
    prose = max(int(layout.chosen.sum()), 1)
    places = list(range(start))
    if len(copied) >= 0.5 * prose:  # the head of the second copy may be the only one
        places += [i for i in range(end, max(copied, default=end)) if i not in layout.copies]
    body = {
        word[:6]
        for i in range(start, end)
        if layout.chosen[i]
        for word in lines[i].words
        if len(word) > 3
    }
    keys: dict[str, int] = {}
    for line in lines:
        keys[line.key] = keys.get(line.key, 0) + 1
    longer = [line.key for line in lines[:8]]
    scores: dict[int, float] = {}
    for index in places:
        line = lines[index]
        if not 2 <= len(line.words) <= 32 or is_date_line(line) or is_byline(line):
            continue
        if is_credited(line) or (layout.comments <= index):
            continue
        if has_marks(line) and keys[line.key] < 2:
            continue
        stems = {word[:6] for word in line.words if len(word) > 3}
        shared = len(stems & body) / max(len(stems), 1)
        score = 1.5 * shared * min(len(stems) / 3, 1.0)
        score += 0.5 if 4 <= len(line.words) <= 22 else -0.3 if len(line.words) > 2 else -0.9
        score -= 0.7 if _HARD_STOP.search(line.text) else 0.0
        suffixed = any(k.startswith(line.key + " ") and len(k) < len(line.key) + 60 for k in longer)
        score += 0.8 if keys[line.key] > 1 or suffixed else 0.0
        after = lines[index + 1 : index + 5]
        signed = [i for i, x in enumerate(after) if is_date_line(x) or is_byline(x)]
        if any(is_date_line(x) for x in lines[max(index - 2, 0) : index]):
            score += 0.4
        score += (0.9 - 0.1 * signed[0]) if signed else 0.0
        distance = start - 1 - index if index < start else 0
        score += 0.8 - 0.05 * min(distance, 20)
        score += 0.9 if index == 0 and len(line.words) >= 4 else 0.0
        if SEPARATOR.search(line.text) or (index <= 1 and _MASTHEAD.search(line.text)):
            score -= 2.0 if index <= 1 else 1.2
        for cue in line.cues:
            score -= 1.2 if cue.where == "whole" else 0.4 if cue.where == "start" else 0.0
        scores[index] = score
    if not scores:
        return None
    best = max(scores, key=lambda index: (scores[index], index))
    if scores[best] <= 1.0:
        return None
    before = best - 1  # the headline stands above its deck
    plain = 3 <= len(lines[before].words) <= 16 and keys[lines[before].key] == 1 and before >= 0
    if plain and keys[lines[best].key] == 1 and scores.get(before, -9.0) > scores[best] - 0.9:
        return before
    return best


def stated_title(layout: Layout) -> int | None:
    """The last line before the prose that is the title which the file states."""
    key = " ".join(re.findall(r"[^\W_]+", (layout.stated or "").lower()))
    same = [index for index, line in enumerate(layout.lines) if line.key == key]
    before = [index for index in same if index < layout.stretch[0]]
    return before[-1] if before else None


def same_headline(line: Line, title: Line) -> bool:
    if line.key == title.key:
        return True
    rest = len(line.words) - len(title.words)
    return len(title.words) >= 4 and 0 < rest <= 6 and line.key.startswith(title.key + " ")
