"""What a text is made of beside prose: second copies and the comments of readers."""

import re

import numpy as np
import numpy.typing as npt

from .body import BARRED
from .dates import find_date
from .features import Table
from .lines import Line

# A line this short (in words) may stand twice for any reason; a menu word does.
_REPEAT_WORDS = 8
_ENOUGH_PROSE = 60  # words of prose that an article has before its comments start
_HEADER_WORDS = 14
_NUMBER = re.compile(r"\d+")
_TIME = re.compile(r"\d:\d\d|\b(?:ago|назад|hace)\b", re.IGNORECASE)
_SAYS = re.compile(
    r"\s(?:said|says|wrote|writes|пишет|говорит|сказала?|dijo|dice):$", re.IGNORECASE
)
_CLOSED = re.compile(r"clos|disabled|закрыт|отключен|cerrad|no comments|нет комм|sin comen|no hay")

Runs = list[tuple[int, int, int, int]]  # start, end, start and end of what is repeated


def _stands_alone(scores: Table, index: int) -> bool:
    """Whether a line is no prose, or is prose with none on either side: a teaser, a highlight."""
    if scores[index] < 0:
        return True
    before = scores[index - 1] if index else -1.0
    after = scores[index + 1] if index + 1 < len(scores) else -1.0
    return bool(min(before, after) < -1 and max(before, after) < 6 and before < 0)


def find_copies(lines: list[Line], scores: Table, runs: Runs) -> dict[int, int]:
    """Lines that repeat another line: the index of each -> that of the line it repeats.

    Of two like lines the first counts as the article's, unless only the second reads like prose
    (the first is then a teaser or a highlight).
    """
    copies: dict[int, int] = {}
    first: dict[str, int] = {}
    for index, line in enumerate(lines):
        if len(line.words) < _REPEAT_WORDS:
            continue
        source = first.setdefault(line.key, index)
        if source == index:
            continue
        if _stands_alone(scores, source) and not _stands_alone(scores, index):
            copies[source] = index
            first[line.key] = index
        else:
            copies[index] = source
    starts = np.array([line.start for line in lines])
    for start, end, source_start, _ in runs:
        low = int(np.searchsorted(starts, start, "right")) - 1
        for index in range(max(low, 0), len(lines)):
            line = lines[index]
            if line.start >= end:
                break
            shared = min(line.end, end) - max(line.start, start)
            if index in copies or shared < 0.6 * (line.end - line.start):
                continue
            offset = source_start + max(line.start - start, 0)
            source = int(np.searchsorted(starts, offset, "right")) - 1
            if source < 0 or source == index or source in copies:
                continue
            if scores[source] < 0 < scores[index]:
                if shared >= 0.6 * (lines[source].end - lines[source].start):
                    copies[source] = index
            else:
                copies[index] = source
    return copies


def _is_attribution(line: Line) -> bool:
    """Whether the line says who wrote a comment, and perhaps when."""
    if not 1 <= len(line.words) <= _HEADER_WORDS or line.text[-1] != ":":
        return False
    if _SAYS.search(line.text) and len(line.words) <= 6:
        return True
    return _TIME.search(line.text) is not None and find_date(line.text) is not None


def declared_comments(line: Line) -> int | None:
    """The number of comments that a header gives, or None."""
    found = _NUMBER.search(line.text)
    return int(found[0]) if found and len(found[0]) < 7 else None


def find_comments(lines: list[Line], scores: Table) -> int:
    """Index of the line that opens the readers' comments; the number of lines if none does."""
    sizes = np.array([len(line.words) for line in lines])
    prose = np.cumsum(np.where(scores > 0, sizes, 0))
    if not len(lines) or prose[-1] < _ENOUGH_PROSE:
        return len(lines)
    attributions = [index for index, line in enumerate(lines) if _is_attribution(line)]
    for index, line in enumerate(lines):
        if prose[index] < _ENOUGH_PROSE:
            continue
        if len(attributions) >= 3 and index == attributions[0]:
            return index
        if len(line.words) > _HEADER_WORDS or not line.has("comment", "whole"):
            continue
        if _CLOSED.search(line.text.lower()):
            continue
        number = declared_comments(line)
        after = prose[-1] - prose[index]
        telling = bool(number) or len(line.words) >= 2
        talk = any(len(x.words) >= 8 for x in lines[index + 1 : index + 7])
        if (telling or talk) and after <= prose[index] * (3 if telling else 0.2):
            return index
    return len(lines)


def find_about(lines: list[Line], scores: Table) -> range:
    """The lines of a box about the author that stands behind the article."""
    sizes = np.array([len(line.words) for line in lines])
    prose = np.cumsum(np.where(scores > 0, sizes, 0))
    for index, line in enumerate(lines):
        if prose[index] < _ENOUGH_PROSE or not line.has("about", "whole"):
            continue
        if prose[-1] - prose[index] <= 0.35 * prose[index]:
            last = index + 1
            while last < len(lines) and not _opens(lines[last]):
                last += 1
            return range(index, last)
    return range(0)


def _opens(line: Line) -> bool:
    """Whether the line heads another part of the page."""
    return any(cue.where == "whole" and cue.kind != "about" for cue in line.cues)


def bar_lines(lines: list[Line], scores: Table, runs: Runs) -> tuple[Table, dict[int, int], int]:
    """The scores with second copies and comments barred; the copies; where comments start."""
    copies = find_copies(lines, scores, runs)
    barred = scores.copy()
    places: npt.NDArray[np.int64] = np.array(sorted(copies), dtype=np.int64)
    barred[places] = BARRED
    comments = find_comments(lines, barred)
    barred[comments:] = BARRED
    barred[find_about(lines, barred)] = BARRED
    return barred, copies, comments
