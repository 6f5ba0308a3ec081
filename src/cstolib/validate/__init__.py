"""How right the coded statements are, and how far coders agree: scores with bootstrap intervals.

Statements are compared as sets of rows, such as (article, sentence, actor, issue, alignment).
Where two coders made the gold, a row is right if either has it, and a row must be found if both do.
Intervals are percentiles over articles drawn with replacement (Efron 1979), from a fixed seed.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..tables import TableError, require_columns
from .claims import find_contradictions as find_contradictions
from .votes import compare_votes as compare_votes

KEYS = ("article_id", "sentence", "actor", "issue", "alignment")
_DRAWS = 1000
_SEED = 20220224

Counts = npt.NDArray[np.float64]
Rows = set[tuple[Any, ...]]


def _rows(frame: pd.DataFrame, keys: Sequence[str], name: str) -> Rows:
    require_columns(frame, name, keys)
    kept = frame[list(keys)]
    if kept.isna().any(axis=None):
        raise TableError(f"the {name} table has missing values among {', '.join(keys)}")
    columns = [
        kept[key].astype("int64")
        if pd.api.types.is_numeric_dtype(kept[key])
        else kept[key].astype(str)
        for key in keys
    ]
    return set(zip(*(column.tolist() for column in columns), strict=True))


def _gold(gold: pd.DataFrame, keys: Sequence[str]) -> tuple[Rows, Rows]:
    """The rows that any coder has, and those that every coder has."""
    if "coder" not in gold.columns or gold["coder"].nunique() < 2:
        rows = _rows(gold, keys, "gold")
        return rows, rows
    coders = [_rows(part, keys, "gold") for _, part in gold.groupby("coder", sort=True)]
    return set.union(*coders), set.intersection(*coders)


def _count(said: Rows, any_coder: Rows, all_coders: Rows, units: Sequence[str]) -> Counts:
    """Per unit (the first key): statements made, those right, those required, those found."""
    place = {unit: i for i, unit in enumerate(units)}
    counts = np.zeros((len(units), 4))
    for row in said:
        counts[place[str(row[0])], 0] += 1
        counts[place[str(row[0])], 1] += row in any_coder
    for row in all_coders:
        counts[place[str(row[0])], 2] += 1
        counts[place[str(row[0])], 3] += row in said
    return counts


def _measures(totals: Counts) -> Counts:
    """Precision, recall and F1 of counts (…, 4); a share of nothing is missing."""
    made, right, required, found = np.moveaxis(totals, -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        precision = np.where(made > 0, right / made, np.nan)
        recall = np.where(required > 0, found / required, np.nan)
        total = precision + recall
        f1 = np.where(total > 0, 2 * precision * recall / total, np.where(total == 0, 0.0, np.nan))
        f1 = np.where((made == 0) & (required > 0), 0.0, f1)  # nothing said of something
        f1 = np.where((made > 0) & (required == 0) & (right == 0), 0.0, f1)  # and the reverse
    return np.stack([precision, recall, f1], axis=-1)


def _drawn(counts: Counts, draws: int) -> Counts:
    """The sums of `counts` over units drawn with replacement, for each draw."""
    generator = np.random.default_rng(_SEED)
    picks = generator.integers(0, len(counts), (draws, len(counts)))
    weights = np.apply_along_axis(np.bincount, 1, picks, minlength=len(counts))
    return weights @ counts


def _interval(values: Counts) -> tuple[float, float]:
    """The middle 95 % of drawn values; missing where fewer than two are known."""
    known = values[~np.isnan(values)]
    if len(known) < 2:
        return float("nan"), float("nan")
    low, high = np.quantile(known, [0.025, 0.975])
    return float(low), float(high)


def add_lines(statements: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """`statements` with the column `line`: the line of the raw file, from 1, where each starts."""
    require_columns(statements, "statements", ["article_id", "start"])
    require_columns(articles, "articles", ["article_id", "raw"])
    raws = dict(zip(articles["article_id"], articles["raw"], strict=True))
    lines = [
        raws[article].count("\n", 0, int(start)) + 1
        for article, start in zip(statements["article_id"], statements["start"], strict=True)
    ]
    return statements.assign(line=lines)


def score_statements(
    statements: pd.DataFrame,
    gold: pd.DataFrame,
    *,
    keys: Sequence[str] = KEYS,
    units: Sequence[str] | None = None,
    by: str | None = None,
    min_confidence: float = 0.5,
    draws: int = _DRAWS,
) -> pd.DataFrame:
    """Precision, recall and F1 of statements against gold, each with its bootstrap interval.

    One row for all, then one for each value of `by` (a column of both tables: issue, actor, voice).
    Columns: group, n (statements), n_gold, right, found, precision, recall, f1, each of these three
    with _low and _high, and false_alarms: the share of units without gold on which something was
    said. `units` lists every article, so that those without a statement count. `keys` says what
    must match, its first the unit of the bootstrap; `coder` in gold tells coders apart.
    Statements below `min_confidence` are left out, as in figures.
    """
    if "confidence" in statements.columns:
        statements = statements[(statements["confidence"] >= min_confidence).fillna(True)]
    listed = {str(unit) for unit in units} if units is not None else set()
    listed |= set(statements[keys[0]].astype(str)) | set(gold[keys[0]].astype(str))
    ordered = sorted(listed)
    groups: list[tuple[str, pd.DataFrame, pd.DataFrame]] = [("all", statements, gold)]
    if by is not None:
        require_columns(statements, "statements", [by])
        require_columns(gold, "gold", [by])
        values = sorted({str(v) for frame in (statements, gold) for v in frame[by].dropna()})
        groups += [
            (v, statements[statements[by].astype(str) == v], gold[gold[by].astype(str) == v])
            for v in values
        ]
    out = []
    for name, said_part, gold_part in groups:
        said = _rows(said_part, keys, "statements")
        any_coder, all_coders = _gold(gold_part, keys)
        if "coder" in gold.columns and gold_part["coder"].nunique() < gold["coder"].nunique():
            all_coders = set()
        counts = _count(said, any_coder, all_coders, ordered)
        totals = counts.sum(axis=0)
        row: dict[str, Any] = {
            "group": name,
            "n": int(totals[0]),
            "n_gold": int(totals[2]),
            "right": int(totals[1]),
            "found": int(totals[3]),
        }
        measured = _measures(totals)
        spread = _measures(_drawn(counts, draws)) if ordered else np.empty((0, 3))
        for i, measure in enumerate(("precision", "recall", "f1")):
            low, high = _interval(spread[:, i])
            row |= {measure: measured[i], f"{measure}_low": low, f"{measure}_high": high}
        silent = [u for u in ordered if u not in {str(r[0]) for r in any_coder}]
        loud = {str(r[0]) for r in said}
        row["false_alarms"] = sum(u in loud for u in silent) / len(silent) if silent else np.nan
        out.append(row)
    return pd.DataFrame(out).astype({"group": "str"})


def krippendorff_alpha(values: Counts, *, scale: str = "nominal") -> float:
    """Krippendorff's alpha of ratings (coders x units), missing ones NaN; NaN if nothing varies.

    `scale`: nominal, ordinal or interval. Krippendorff (2011), Computing Krippendorff's
    Alpha-Reliability, by the matrix of coincidences.
    """
    if scale not in ("nominal", "ordinal", "interval"):
        raise ValueError(f"scale must be nominal, ordinal or interval, got {scale!r}")
    values = values[:, (~np.isnan(values)).sum(axis=0) >= 2]
    levels = np.unique(values[~np.isnan(values)])
    counts = np.stack([(values == level).sum(axis=0) for level in levels], axis=1).astype(float)
    if len(levels) < 2:
        return float("nan")
    pairs = counts.sum(axis=1) - 1
    coincidences = (counts / pairs[:, None]).T @ counts - np.diag((counts / pairs[:, None]).sum(0))
    marginal = coincidences.sum(axis=0)
    if scale == "nominal":
        distance = 1.0 - np.eye(len(levels))
    elif scale == "interval":
        distance = (levels[:, None] - levels[None, :]) ** 2
    else:
        below = np.cumsum(marginal) - marginal / 2
        distance = (below[:, None] - below[None, :]) ** 2
    expected = np.outer(marginal, marginal) - np.diag(marginal)
    if not (expected * distance).sum():
        return float("nan")
    observed = (coincidences * distance).sum() / marginal.sum()
    return float(1 - observed * marginal.sum() * (marginal.sum() - 1) / (expected * distance).sum())


def compare_coders(
    coders: Mapping[str, pd.DataFrame],
    *,
    keys: Sequence[str] = KEYS,
    draws: int = _DRAWS,
) -> pd.DataFrame:
    """How far coders, or methods, agree, pair by pair: what `plot_agreement` draws.

    `coders` maps a name to its statements; the last of `keys` is the value, the others say on what.
    Columns: method, reference, measure, value, low, high, n. Measures: F1 of one against the other,
    the same either way (n rows that either has); same, the share of one value among what both coded
    (n of these); alpha, Krippendorff's, ordinal, over these.
    """
    if len(coders) < 2:
        raise ValueError(f"coders must name at least two, got {', '.join(coders) or 'none'}")
    rows = {name: _rows(frame, keys, name) for name, frame in coders.items()}
    out = []
    for a, b in combinations(rows, 2):
        units = sorted({str(row[0]) for row in rows[a] | rows[b]})
        place = {unit: i for i, unit in enumerate(units)}
        counts = _count(rows[a], rows[b], rows[b], units)
        first, second = _values(rows[a]), _values(rows[b])
        shared = sorted(set(first) & set(second), key=str)
        ratings = np.array([[first[u] for u in shared], [second[u] for u in shared]], dtype=float)
        where = np.array([place[str(u[0])] for u in shared], dtype=int)
        same = (ratings[0] == ratings[1]).astype(float)
        measured = {
            "F1": (
                float(_measures(counts.sum(axis=0))[2]),
                _measures(_drawn(counts, draws))[:, 2] if units else np.empty(0),
                len(rows[a] | rows[b]),
            ),
            "same": (
                float(same.mean()) if shared else np.nan,
                _means(same, where, len(units), draws),
                len(shared),
            ),
            "alpha": (
                krippendorff_alpha(ratings, scale="ordinal") if shared else np.nan,
                _alphas(ratings, where, len(units), min(draws, 500)),
                len(shared),
            ),
        }
        for measure, (value, drawn, n) in measured.items():
            low, high = _interval(drawn)
            row = {"method": a, "reference": b, "measure": measure, "value": value}
            out.append(row | {"low": low, "high": high, "n": n})
    return pd.DataFrame(out).astype({"method": "str", "reference": "str", "measure": "str"})


def _means(values: Counts, where: npt.NDArray[np.int_], n: int, draws: int) -> Counts:
    """The mean of `values` over units drawn with replacement; `where` says whose each is."""
    if not len(values):
        return np.empty(0)
    sums = np.stack([np.bincount(where, values, n), np.bincount(where, minlength=n)], axis=1)
    drawn = _drawn(sums.astype("float64"), draws)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(drawn[:, 1] > 0, drawn[:, 0] / drawn[:, 1], np.nan)


def _values(rows: Rows) -> dict[tuple[Any, ...], float]:
    """The value a coder gave each unit: the mean where statements differ."""
    listed: dict[tuple[Any, ...], list[float]] = {}
    for row in sorted(rows, key=str):
        listed.setdefault(row[:-1], []).append(float(row[-1]))
    return {unit: float(np.mean(values)) for unit, values in listed.items()}


def _alphas(ratings: Counts, where: npt.NDArray[np.int_], n: int, draws: int) -> Counts:
    if not ratings.size:
        return np.empty(0)
    generator = np.random.default_rng(_SEED)
    members = [np.flatnonzero(where == unit) for unit in range(n)]
    out = np.empty(draws)
    for i in range(draws):
        picked = np.concatenate([members[u] for u in generator.integers(0, n, n)])
        out[i] = krippendorff_alpha(ratings[:, picked], scale="ordinal") if len(picked) else np.nan
    return out
