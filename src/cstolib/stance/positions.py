"""Statements to positions: mean alignment with a bootstrap interval."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..tables import accept_table, make_table

_DRAWS = 1000
_SEED = 20220224


def _interval(part: pd.DataFrame, level: float) -> tuple[float, float]:
    """The bootstrap interval of the mean, over articles, or over statements of a single one."""
    values = part["alignment"].to_numpy("float64")
    codes, articles = pd.factorize(part["article_id"], sort=True)
    generator = np.random.default_rng(_SEED)
    if len(articles) > 1:
        sums = np.bincount(codes, values)
        counts = np.bincount(codes).astype("float64")
        drawn = generator.integers(0, len(articles), (_DRAWS, len(articles)))
        means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    elif len(values) > 1:
        drawn = generator.integers(0, len(values), (_DRAWS, len(values)))
        means = values[drawn].mean(axis=1)
    else:
        return float("nan"), float("nan")
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def summarise_stance(
    statements: pd.DataFrame,
    *,
    by: Sequence[str] = ("actor", "issue"),
    min_confidence: float = 0.5,
    level: float = 0.95,
) -> pd.DataFrame:
    """The table `positions`: mean alignment for each value of `by`, with how sure it is.

    n statements from n_articles; low and high are the bootstrap interval of the mean (Efron 1979),
    articles drawn whole, or statements where there is one article only; missing for one statement.
    conflict: some statements are +1 and some -1. Statements below `min_confidence` are left out.
    Where there is no statement there is no row: no evidence is not neutral.
    """
    if not 0 <= min_confidence <= 1:
        raise ValueError(f"min_confidence must be between 0 and 1, got {min_confidence}")
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1, got {level}")
    by = [by] if isinstance(by, str) else list(dict.fromkeys(by))
    if not by:
        raise ValueError("by must name a column or more, such as 'actor', got none")
    needed = [*by, "article_id", "alignment", "confidence"]
    statements = accept_table(statements, "statements", needed)
    sure = statements["confidence"] >= min_confidence
    kept = statements[sure & statements["alignment"].notna()]
    rows = []
    for key, part in kept.groupby(by, sort=True, dropna=False):
        values = part["alignment"]
        low, high = _interval(part.sort_values("article_id", kind="stable"), level)
        rows.append(
            {
                **dict(zip(by, key, strict=True)),
                "n": len(part),
                "n_articles": part["article_id"].nunique(),
                "alignment": float(values.mean()),
                "low": low,
                "high": high,
                "conflict": bool((values == 1).any() and (values == -1).any()),
            }
        )
    table = make_table("positions", rows or None)
    for column in by:
        if column not in table.columns:
            table[column] = pd.Series(dtype="str")
    rest = [c for c in table.columns if c not in by]
    return table[[*by, *rest]]
