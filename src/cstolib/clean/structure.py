"""What a text is made of beside prose: second copies and the comments of readers."""

import re

import numpy as np

from .body import BARRED
from .describe import ENDS_COLON
from .lines import Flags, Lines, Numbers, Table, cue_bits, where_bits

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
        if scores[source] < 0 < scores[index]:
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
    first = int(np.searchsorted(lines.ends, start, "right"))
    for index in range(first, int(np.searchsorted(lines.starts, end))):
        begin, stop = int(lines.starts[index]), int(lines.ends[index])
        shared = min(stop, end) - max(begin, start)
        if index in copies or shared < 0.6 * (stop - begin):
            continue
        offset = source_start + max(begin - start, 0)
        source = int(np.searchsorted(lines.starts, offset, "right")) - 1
        if source < 0 or source == index or source in copies:
            continue
        if scores[source] < 0 < scores[index]:
            if shared >= 0.6 * (lines.ends[source] - lines.starts[source]):
                copies[source] = index
        else:
            copies[index] = source


def _is_attribution(lines: Lines, index: int) -> bool:
    """Whether a short line says who wrote a comment, and perhaps when."""
    text = lines.text(index)
    if text[-1] != ":":
        return False
    if _SAYS.search(text) and lines.counts[index] <= 6:
        return True
    return _TIME.search(text) is not None and lines.date(index) is not None


def declared_comments(header: str) -> int | None:
    """The number of comments that a header gives, or None."""
    found = _NUMBER.search(header)
    return int(found[0]) if found and len(found[0]) < 7 else None


def _find_comments(
    lines: Lines, scores: Table, heads: list[int], signed: list[int], default: int
) -> int:
    """The line that opens the readers' comments of a text, of its headers and attributions."""
    low, high = lines.part((heads or signed)[0])
    prose = np.cumsum(np.where(scores[low:high] > 0, lines.sizes[low:high], 0))
    talks = signed[:1] if len(signed) >= 3 else []
    for index in sorted({*heads, *talks}):
        done, after = prose[index - low], prose[-1] - prose[index - low]
        if done < _ENOUGH_PROSE:
            continue
        if index in talks:
            return index
        header = lines.text(index)
        if _CLOSED.search(header.lower()):
            continue
        telling = bool(declared_comments(header)) or lines.counts[index] >= 2
        talk = bool((lines.sizes[index + 1 : min(index + 7, high)] >= 8).any())
        if (telling or talk) and after <= done * (3 if telling else 0.2):
            return index
    return default


def find_comments(lines: Lines, scores: Table) -> Numbers:
    """Of each text the line that opens the readers' comments; the one behind its last if none."""
    short = (lines.sizes >= 1) & (lines.sizes <= _HEADER_WORDS)
    signed = short & (lines.counted[:, ENDS_COLON] > 0)
    for index in signed.nonzero()[0].tolist():
        signed[index] = _is_attribution(lines, index)
    heads = lines.by_text(lines.has("comment", "whole") & short)
    found = lines.bounds[1:].copy()
    for text, talks in enumerate(lines.by_text(signed)):
        if heads[text] or len(talks) >= 3:
            found[text] = _find_comments(lines, scores, heads[text], talks, found[text])
    return found


def find_about(lines: Lines, scores: Table) -> Flags:
    """The lines of boxes about the author that stand behind the article."""
    about, done = np.zeros(len(lines), dtype=bool), -1
    for index in lines.has("about", "whole").nonzero()[0].tolist():
        low, high = lines.part(index)
        if low <= done:
            continue
        prose = np.cumsum(np.where(scores[low:high] > 0, lines.sizes[low:high], 0))
        before = prose[index - low]
        if before >= _ENOUGH_PROSE and prose[-1] - before <= 0.35 * before:
            opens = np.flatnonzero(lines.cue_mask[index + 1 : high] & np.uint64(_OPENS))
            about[index : index + 1 + int(opens[0]) if len(opens) else high] = True
            done = index
    return about


def bar_lines(lines: Lines, scores: Table, runs: Runs) -> tuple[Table, dict[int, int], Numbers]:
    """The scores with second copies and comments barred; the copies; where comments start."""
    copies = find_copies(lines, scores, runs)
    barred = scores.copy()
    barred[list(copies)] = BARRED
    comments = find_comments(lines, barred)
    barred[np.arange(len(lines)) >= comments[lines.texts]] = BARRED
    barred[find_about(lines, barred)] = BARRED
    return barred, copies, comments
