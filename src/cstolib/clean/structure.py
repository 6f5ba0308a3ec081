"""What a text is made of beside prose: second copies and the comments of readers."""

import re

import numpy as np

from .body import BARRED
from .dates import find_date
from .describe import ENDS_COLON
from .lines import Line, Lines, Numbers, Table, cue_bits, where_bits

# A line this short (in words) may stand twice for any reason; a menu word does.
_REPEAT_WORDS = 8
_ENOUGH_PROSE = 60  # words of prose that an article has before its comments start
_HEADER_WORDS = 14
_NUMBER = re.compile(r"\d+")
_TIME = re.compile(r"\d:\d\d|\b(?:ago|назад|hace)\b", re.IGNORECASE)
_SAYS = re.compile(
    r"\s(?:said|says|wrote|writes|пишет|говорит|сказала?|dijo|dice):$", re.IGNORECASE
)
_OPENS = where_bits("whole") & ~cue_bits("about")  # what heads another part of the page
_CLOSED = re.compile(r"clos|disabled|закрыт|отключен|cerrad|no comments|нет комм|sin comen|no hay")

Run = tuple[int, int, int, int]  # start, end, start and end of what is repeated
Runs = list[Run]


def _stands_alone(scores: Table, index: int) -> bool:
    """Whether a line is no prose, or is prose with none on either side: a teaser, a highlight."""
    if scores[index] < 0:
        return True
    before = scores[index - 1] if index else -1.0
    after = scores[index + 1] if index + 1 < len(scores) else -1.0
    return bool(min(before, after) < -1 and max(before, after) < 6 and before < 0)


def find_copies(lines: Lines, scores: Table, runs: Runs) -> dict[int, int]:
    """Lines that repeat another line: the index of each -> that of the line it repeats.

    Of two like lines the first counts as the article's, unless only the second reads like prose
    (the first is then a teaser or a highlight).
    """
    copies: dict[int, int] = {}
    first: dict[int, int] = {}  # of lines with the same words
    for index in ((lines.times > 1) & (lines.sizes >= _REPEAT_WORDS)).nonzero()[0].tolist():
        twins = int(lines.first[index])
        source = first.setdefault(twins, index)
        if source == index:
            continue
        if _stands_alone(scores, source) and not _stands_alone(scores, index):
            copies[source] = index
            first[twins] = index
        else:
            copies[index] = source
    for run in runs:
        _add_run(copies, lines, scores, run)
    return copies


def _add_run(copies: dict[int, int], lines: Lines, scores: Table, run: Run) -> None:
    """Add the lines that lie within a run which repeats an earlier one."""
    start, end, source_start, _ = run
    low = int(np.searchsorted(lines.starts, start, "right")) - 1
    for index in range(max(low, 0), int(np.searchsorted(lines.starts, end))):
        begin, stop = lines.facts[index][:2]
        shared = min(stop, end) - max(begin, start)
        if index in copies or shared < 0.6 * (stop - begin):
            continue
        offset = source_start + max(begin - start, 0)
        source = int(np.searchsorted(lines.starts, offset, "right")) - 1
        if source < 0 or source == index or source in copies:
            continue
        if scores[source] < 0 < scores[index]:
            begin, stop = lines.facts[source][:2]
            if shared >= 0.6 * (stop - begin):
                copies[source] = index
        else:
            copies[index] = source


def _is_attribution(line: Line) -> bool:
    """Whether a short line says who wrote a comment, and perhaps when."""
    if line.text[-1] != ":":
        return False
    if _SAYS.search(line.text) and line.size <= 6:
        return True
    return _TIME.search(line.text) is not None and find_date(line.text) is not None


def declared_comments(line: Line) -> int | None:
    """The number of comments that a header gives, or None."""
    found = _NUMBER.search(line.text)
    return int(found[0]) if found and len(found[0]) < 7 else None


def _sum_prose(lines: Lines, scores: Table) -> Numbers:
    """Words of prose up to each line, its own included."""
    return np.cumsum(np.where(scores > 0, lines.sizes, 0))


def find_comments(lines: Lines, scores: Table) -> int:
    """Index of the line that opens the readers' comments; the number of lines if none does."""
    count = len(lines)
    short = (lines.sizes >= 1) & (lines.sizes <= _HEADER_WORDS)
    ends = (short & (lines.counted[:, ENDS_COLON] > 0)).nonzero()[0].tolist()
    signed = [index for index in ends if _is_attribution(lines[index])]
    heads = (lines.has("comment", "whole") & short).nonzero()[0].tolist()
    talks = signed[:1] if len(signed) >= 3 else []
    if not heads and not talks:
        return count
    prose = _sum_prose(lines, scores)
    for index in sorted({*heads, *talks}):
        if prose[index] < _ENOUGH_PROSE:
            continue
        if index in talks:
            return index
        line = lines[index]
        if _CLOSED.search(line.text.lower()):
            continue
        number = declared_comments(line)
        after = prose[-1] - prose[index]
        telling = bool(number) or line.size >= 2
        talk = bool((lines.sizes[index + 1 : index + 7] >= 8).any())
        if (telling or talk) and after <= prose[index] * (3 if telling else 0.2):
            return index
    return count


def find_about(lines: Lines, scores: Table) -> range:
    """The lines of a box about the author that stands behind the article."""
    boxes = lines.has("about", "whole").nonzero()[0].tolist()
    prose = _sum_prose(lines, scores) if boxes else np.zeros(0, np.int64)
    for index in boxes:
        if prose[index] >= _ENOUGH_PROSE and prose[-1] - prose[index] <= 0.35 * prose[index]:
            opens = np.flatnonzero(lines.cue_mask[index + 1 :] & np.uint64(_OPENS))
            return range(index, index + 1 + int(opens[0]) if len(opens) else len(lines))
    return range(0)


def bar_lines(lines: Lines, scores: Table, runs: Runs) -> tuple[Table, dict[int, int], int]:
    """The scores with second copies and comments barred; the copies; where comments start."""
    copies = find_copies(lines, scores, runs)
    barred = scores.copy()
    barred[list(copies)] = BARRED
    comments = find_comments(lines, barred)
    barred[comments:] = BARRED
    barred[find_about(lines, barred)] = BARRED
    return barred, copies, comments
