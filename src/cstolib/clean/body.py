"""Lines -> which of them are the article's own prose.

A logistic model scores each line by what it is and what stands around it; the stretch with the
highest sum of scores is the article (after Finn and others 2001); a second model scores the lines
again, now knowing where they stand in that stretch. Weights: resources/line-model.txt, made by
training/lines.py.
"""

from functools import cache
from importlib.resources import files

import numpy as np

from .context import count_places, find_stretch
from .features import CONTEXT, OWN
from .lines import Flags, Lines, Table

# Cost of a line within the stretch that is no prose, in log odds; found on pages held out.
_GAP = 0.5
# A stretch of fewer words than this is doubted: the scores are raised until one is longer.
_FEW_WORDS = 60
_RAISES = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0)
# A full sentence: words, and the share of function words among them.
_SENTENCE, _SENTENCE_SHARE = 9, 0.25
_LIFT = 3.0
BARRED = -8.0  # the score of a line that cannot be prose

_PARTS = len(OWN), len(OWN) + len(CONTEXT)
FIRST = (
    *OWN,
    *CONTEXT,
    *(f"{name}, line before" for name in OWN),
    *(f"{name}, next line" for name in OWN),
)
_PLACES = (
    "score",
    "likely",
    "chosen",
    "inside",
    *(f"{what} within {reach} lines" for reach in (1, 2, 4, 8) for what in ("likely", "inside")),
    *(f"{what}, {by:+d} lines" for by in (-1, 1, -2, 2, -3, 3) for what in ("likely", "inside")),
    "before the stretch",
    "after the stretch",
    "first of the stretch",
    "last of the stretch",
    "just before the stretch",
    "just after the stretch",
    "short, inside",
    "long, inside",
    "short, between likely lines",
)
SECOND = (*_PLACES, *OWN, *CONTEXT, *(f"{name}, inside" for name in OWN))


@cache
def load_weights() -> dict[str, tuple[float, Table]]:
    """Of each of the two models: its bias, and its weights in the order of FIRST or SECOND."""
    text = files("cstolib").joinpath("resources/line-model.txt").read_text(encoding="utf-8")
    values: dict[str, dict[str, float]] = {"first": {}, "second": {}}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            model, weight, name = line.split("\t")
            values[model][name] = float(weight)
    return {
        model: (values[model]["bias"], np.array([values[model].get(name, 0.0) for name in names]))
        for model, names in (("first", FIRST), ("second", SECOND))
    }


def shift(values: Table, by: int) -> Table:
    """`values` moved down by `by` rows (up where it is negative), zeros where none came."""
    result = np.zeros_like(values)
    if abs(by) < len(values):
        if by > 0:
            result[by:] = values[:-by]
        else:
            result[:by] = values[-by:]
    return result


def first_table(own: Table, context: Table) -> Table:
    """One row a line, one column for each name in FIRST."""
    return np.hstack([own, context, shift(own, 1), shift(own, -1)])


def second_table(places: Table, own: Table, context: Table) -> Table:
    """One row a line, one column for each name in SECOND."""
    inside = places[:, _PLACES.index("inside")]
    return np.hstack([places, own, context, own * inside[:, None]])


def score_first(own: Table, context: Table) -> Table:
    """What the first model says: its weights on first_table, without the table."""
    bias, weights = load_weights()["first"]
    end = _PARTS[1]
    parts = own @ weights[end:].reshape(2, -1).T
    score = own @ weights[: _PARTS[0]] + context @ weights[_PARTS[0] : end] + bias
    return score + shift(parts[:, 0], 1) + shift(parts[:, 1], -1)


def score_second(places: Table, own: Table, context: Table) -> Table:
    """What the second model says: its weights on second_table, without the table."""
    bias, weights = load_weights()["second"]
    first, end = len(_PLACES), len(_PLACES) + _PARTS[0]
    last = first + _PARTS[1]
    score = places @ weights[:first] + own @ weights[first:end] + context @ weights[end:last]
    return score + places[:, _PLACES.index("inside")] * (own @ weights[last:]) + bias


def place_lines(lines: Lines, scores: Table) -> Table:
    """One row a line, one column for each name in _PLACES; `scores` are of the first model."""
    chosen, (start, end) = choose_lines(lines, scores)
    table = np.zeros((len(lines), len(_PLACES)))
    likely = 1 / (1 + np.exp(-np.clip(scores, BARRED, -BARRED)))
    count_places(lines.sizes, scores, likely, chosen, start, end, -BARRED, table)
    return table


def lift_runs(lines: Lines, own: Table, scores: Table) -> Table:
    """The scores, raised for lines that are full sentences with another such line beside them.

    Between boxes of other stories a model that looks at the neighbourhood doubts the article's own
    paragraphs. Teasers in a list stand one by one, under headlines; paragraphs stand together.
    """
    full = (
        (own[:, OWN.index("ends . or similar")] + own[:, OWN.index("ends ? or !")] > 0)
        & (own[:, OWN.index("function words")] >= _SENTENCE_SHARE)
        & (lines.sizes >= _SENTENCE)
        & (lines.cue_mask == 0)
    )
    beside = np.zeros(len(lines), dtype=bool)
    beside[1:] |= full[:-1]
    beside[:-1] |= full[1:]
    return np.where(full & beside & (scores > BARRED), scores + _LIFT, scores)


def choose_lines(lines: Lines, scores: Table) -> tuple[Flags, tuple[int, int]]:
    """Which lines are prose, and the stretch they stand in."""
    sizes = (lines.ends - lines.starts) / 6
    for more in _RAISES:
        raised = np.where(scores > BARRED, scores + more, BARRED) if more else scores
        start, end = find_stretch(raised, _GAP)
        chosen = raised > 0
        chosen[:start] = chosen[end:] = False
        if sizes[chosen].sum() >= _FEW_WORDS:
            break
    return chosen, (start, end)
