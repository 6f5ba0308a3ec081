"""How cleaning is scored: by lines against hand labels, and by shingles against article bodies."""

import re
from collections import Counter
from statistics import mean

_WORD = re.compile(r"\w+")
_SHINGLE = 4


def f1(right: float, wrong: float, missed: float) -> float:
    """F1 of so many right, wrong and missed items."""
    return 2 * right / (2 * right + wrong + missed) if right else 0.0


def score_lines(lines: list[str], gold: set[int], kept: set[int]) -> tuple[float, float]:
    """Token F1 and line F1 of the `kept` lines (numbers from 1) against the `gold` ones."""
    want, have = (
        Counter(word for number in sorted(chosen) for word in _WORD.findall(lines[number - 1]))
        for chosen in (gold, kept)
    )
    shared = sum((want & have).values())
    token = f1(shared, sum(have.values()) - shared, sum(want.values()) - shared)
    return token, f1(len(gold & kept), len(kept - gold), len(gold - kept))


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    last = max(1, len(words) - _SHINGLE + 1)
    return Counter(tuple(words[i : i + _SHINGLE]) for i in range(last) if words)


def score_bodies(pairs: list[tuple[str, str]]) -> tuple[float, float, float]:
    """F1, precision and recall of (gold, found) texts by runs of four words.

    The measure of the article extraction benchmark of Zyte: mean precision and mean recall of the
    pages, and F1 of the two means.
    """
    precisions, recalls = [], []
    for gold, found in pairs:
        want, have = _shingles(gold), _shingles(found)
        shared = sum((want & have).values())
        if have:
            precisions.append(shared / sum(have.values()))
        if want:
            recalls.append(shared / sum(want.values()))
    precision, recall = mean(precisions), mean(recalls)
    return (
        f1(precision * recall, precision * (1 - recall), recall * (1 - precision)),
        precision,
        recall,
    )
