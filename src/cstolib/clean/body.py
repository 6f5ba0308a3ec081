"""Lines -> the stretch that holds the article's own prose."""

from .lines import Line

_LONG = 12  # words; a line as long as this, or a sentence of 6, is taken for prose
_GAP = 8  # words that a line of no prose costs the stretch


def find_stretch(lines: list[Line], prose: list[bool]) -> tuple[int, int]:
    """First and last index + 1 of the stretch of `lines` with most prose (Finn and others 2001)."""
    best, best_sum = (0, 0), 0
    start, total = 0, 0
    for index, line in enumerate(lines):
        if total <= 0:
            start, total = index, 0
        total += line.words if prose[index] else -_GAP
        if total > best_sum:
            best, best_sum = (start, index + 1), total
    return best


def looks_like_prose(line: Line) -> bool:
    """Whether the line is as long as a paragraph, or at least a sentence."""
    return line.words >= _LONG or (line.words >= 6 and line.ends)
