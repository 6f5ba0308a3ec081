"""How cleaning is scored: bags of words and sets of lines against the gold body lines."""

import re
from collections import Counter

_WORD = re.compile(r"\w+")


def _f1(right: int, wrong: int, missed: int) -> float:
    return 2 * right / (2 * right + wrong + missed) if right else 0.0


def score_lines(lines: list[str], gold: set[int], kept: set[int]) -> tuple[float, float]:
    """Token F1 and line F1 of the `kept` lines (numbers from 1) against the `gold` ones."""
    want, have = (
        Counter(word for number in sorted(chosen) for word in _WORD.findall(lines[number - 1]))
        for chosen in (gold, kept)
    )
    shared = sum((want & have).values())
    token = _f1(shared, sum(have.values()) - shared, sum(want.values()) - shared)
    return token, _f1(len(gold & kept), len(kept - gold), len(gold - kept))
