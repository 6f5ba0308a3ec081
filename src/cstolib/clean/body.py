"""Lines -> which of them are the article's own prose.

A logistic model scores each line by what it is and what stands around it; the stretch with the
highest sum of scores is the article (after Finn and others 2001); a second model scores the lines
again, now knowing where they stand in that stretch. Weights: resources/line-model.txt, made by
training/lines.py.
"""

from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from .features import CONTEXT, OWN, Table, context_features, own_features, shift, window
from .lines import Line

Flags = npt.NDArray[np.bool_]

# Cost of a line within the stretch that is no prose, in log odds; found on pages held out.
_GAP = 0.5
# A stretch of fewer words than this is doubted: the scores are raised until one is longer.
_FEW_WORDS = 60
_RAISES = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0)
# A full sentence: words, and the share of function words among them.
_SENTENCE, _SENTENCE_SHARE = 9, 0.25
_LIFT = 3.0
BARRED = -8.0  # the score of a line that cannot be prose

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


def first_table(lines: list[Line]) -> Table:
    """One row a line, one column for each name in FIRST."""
    own = own_features(lines)
    return np.hstack([own, context_features(lines, own), shift(own, 1), shift(own, -1)])


def second_table(lines: list[Line], first: Table, scores: Table) -> Table:
    """One row a line, one column for each name in SECOND; `scores` are those of the first model."""
    count = len(lines)
    chosen, (start, end) = choose_lines(lines, scores)
    inside = np.zeros(count)
    inside[start:end] = 1.0
    clipped = np.clip(scores, BARRED, -BARRED)
    likely = 1 / (1 + np.exp(-clipped))
    columns = [clipped / 3, likely, chosen, inside]
    for reach in (1, 2, 4, 8):
        columns += [window(likely, reach) / (2 * reach), window(inside, reach) / (2 * reach)]
    for by in (-1, 1, -2, 2, -3, 3):
        columns += [shift(likely, -by), shift(inside, -by)]
    at, last = np.arange(count), end - 1
    columns += [np.clip((start - at) / 5, 0, 4), np.clip((at - last) / 5, 0, 4)]
    columns += [at == start, at == last, at == start - 1, at == last + 1]
    long = np.minimum([len(line.words) for line in lines], 8) / 8
    between = shift(likely, 1) * shift(likely, -1)
    columns += [inside * (1 - long), inside * long, inside * between * (1 - long)]
    own = first[:, : len(OWN)]
    context = first[:, len(OWN) : len(OWN) + len(CONTEXT)]
    return np.hstack([np.column_stack(columns), own, context, own * inside[:, None]])


def lift_runs(lines: list[Line], first: Table, scores: Table) -> Table:
    """The scores, raised for lines that are full sentences with another such line beside them.

    Between boxes of other stories a model that looks at the neighbourhood doubts the article's own
    paragraphs. Teasers in a list stand one by one, under headlines; paragraphs stand together.
    """
    full = (
        (first[:, OWN.index("ends . or similar")] + first[:, OWN.index("ends ? or !")] > 0)
        & (first[:, OWN.index("function words")] >= _SENTENCE_SHARE)
        & np.array([len(line.words) >= _SENTENCE and not line.cues for line in lines], dtype=bool)
    )
    beside = np.zeros(len(lines), dtype=bool)
    beside[1:] |= full[:-1]
    beside[:-1] |= full[1:]
    return np.where(full & beside & (scores > BARRED), scores + _LIFT, scores)


def find_stretch(scores: Table) -> tuple[int, int]:
    """First and last index + 1 of the stretch with the highest sum of scores."""
    best, best_sum = (0, 0), 0.0
    start, total = 0, 0.0
    for index, value in enumerate(np.maximum(scores, -_GAP).tolist()):
        if total <= 0:
            start, total = index, 0.0
        total += value
        if total > best_sum:
            best, best_sum = (start, index + 1), total
    return best


def choose_lines(lines: list[Line], scores: Table) -> tuple[Flags, tuple[int, int]]:
    """Which lines are prose, and the stretch they stand in."""
    sizes = np.array([len(line.text) / 6 for line in lines])
    chosen, stretch = np.zeros(len(lines), dtype=bool), (0, 0)
    for more in _RAISES:
        raised = np.where(scores > BARRED, scores + more, BARRED)
        stretch = find_stretch(raised)
        chosen = np.zeros(len(lines), dtype=bool)
        chosen[slice(*stretch)] = raised[slice(*stretch)] > 0
        if sizes[chosen].sum() >= _FEW_WORDS:
            break
    return chosen, stretch
