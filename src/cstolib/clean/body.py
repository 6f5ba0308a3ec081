"""Lines -> which of them are the article's own prose.

A logistic model scores each line by what it is and what stands around it; the stretch with the
highest sum of scores is the article (after Finn and others 2001); a second model scores the lines
again, now knowing where they stand in that stretch. Weights: resources/line-model.txt, made by
training/lines.py.
"""

from functools import cache
from importlib.resources import files

import numpy as np

from .context import count_places, find_stretches
from .features import CONTEXT, OWN
from .lines import Flags, Lines, Numbers, Table

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
PLACES = (
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
SECOND = (*PLACES, *OWN, *CONTEXT, *(f"{name}, inside" for name in OWN))


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


def score_first(lines: Lines, own: Table, context: Table) -> Table:
    """What the first model says of each line."""
    bias, weights = load_weights()["first"]
    end = _PARTS[1]
    before, after = weights[end:].reshape(2, -1) @ own.T
    score = own @ weights[: _PARTS[0]] + context @ weights[_PARTS[0] : end] + bias
    same = lines.texts[1:] == lines.texts[:-1]
    score[1:] += before[:-1] * same
    score[:-1] += after[1:] * same
    return score


def score_second(places: Table, own: Table, context: Table) -> Table:
    """What the second model says of each line."""
    bias, weights = load_weights()["second"]
    first, end = len(PLACES), len(PLACES) + _PARTS[0]
    last = first + _PARTS[1]
    score = places @ weights[:first] + own @ weights[first:end] + context @ weights[end:last]
    return score + places[:, PLACES.index("inside")] * (own @ weights[last:]) + bias


def place_lines(lines: Lines, scores: Table) -> Table:
    """One row a line, one column for each name in PLACES; `scores` are of the first model."""
    chosen, stretches = choose_lines(lines, scores)
    table = np.zeros((len(lines), len(PLACES)))
    likely = 1 / (1 + np.exp(-np.clip(scores, BARRED, -BARRED)))
    count_places(lines.bounds, lines.sizes, scores, likely, chosen, stretches, -BARRED, table)
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
    both = full[1:] & full[:-1] & (lines.texts[1:] == lines.texts[:-1])
    beside = np.zeros(len(lines), dtype=bool)
    beside[1:] |= both
    beside[:-1] |= both
    return np.where(beside & (scores > BARRED), scores + _LIFT, scores)


def choose_lines(lines: Lines, scores: Table) -> tuple[Flags, Numbers]:
    """Which lines are prose; of each text the first line of its stretch, and the one behind it."""
    chosen = np.zeros(len(lines), dtype=bool)
    stretches = np.zeros((len(lines.bounds) - 1, 2), np.int64)
    find_stretches(lines.bounds, lines.rows, scores, BARRED, chosen, stretches)
    return chosen, stretches
