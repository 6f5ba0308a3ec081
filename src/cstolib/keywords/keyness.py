"""The measures that say how far one group's use of a term differs from another's.

All take numpy arrays: `count` of `total` tokens in the group, `rest` of `total_rest` elsewhere.
Sources: Dunning 1993 (G2), Hardie 2014 (log ratio), Monroe, Colaresi and Quinn 2008 (log odds),
Gabrielatos and Marchi 2012 (%DIFF), Gries 2008 and Lijffijt and Gries 2012 (DP), Juilland 1970 (D),
Benjamini and Hochberg 1995 (adjusted p).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

# An unseen term counts as half a token in a ratio (Hardie 2014), so that the ratio stays finite.
UNSEEN = 0.5
# quanteda adds this within each logarithm; it moves G2 by 2e-9 for each token, and without it the
# two would agree to five digits only.
EPSILON = 1e-9
CORRECTIONS = ("none", "williams", "yates")
# Two-sided 95 % of the normal distribution.
Z95 = 1.959963984540054


def _table(
    count: ArrayLike, rest: ArrayLike, total: ArrayLike, total_rest: ArrayLike
) -> tuple[Array, Array, Array, Array]:
    a, b = np.asarray(count, dtype=float), np.asarray(rest, dtype=float)
    n1, n2 = np.asarray(total, dtype=float), np.asarray(total_rest, dtype=float)
    return a, b, np.broadcast_to(n1, a.shape), np.broadcast_to(n2, a.shape)


def expected_count(
    count: ArrayLike, rest: ArrayLike, total: ArrayLike, total_rest: ArrayLike
) -> Array:
    """The count that the group would have if it used the term as often as everyone together."""
    a, b, n1, n2 = _table(count, rest, total, total_rest)
    return (a + b) * n1 / (n1 + n2)


def _yates(cells: Array) -> Array:
    """What Yates' correction, as quanteda applies it, adds to each cell."""
    a, b, c, d = cells
    n = cells.sum(axis=0)
    difference = a * d - b * c
    small = np.stack([(a + b) * (a + c), (a + b) * (b + d), (a + c) * (c + d), (c + d) * (b + d)])
    needed = (np.abs(difference) >= n / 2) & ((small / n) < 5).any(axis=0)
    half = np.where(needed, np.where(difference > 0, -0.5, 0.5), 0.0)
    return np.stack([half, -half, -half, half])


def log_likelihood(
    count: ArrayLike,
    rest: ArrayLike,
    total: ArrayLike,
    total_rest: ArrayLike,
    *,
    correction: str = "none",
) -> Array:
    """Signed G2 of the 2 x 2 table (term or not, group or rest); negative where underused.

    correction: "none" (Dunning 1993); "williams" divides by Williams' q where no cell is 0; "yates"
    moves counts by a half where an expected count is below 5 and the difference is large. Equal to
    quanteda's textstat_keyness(measure = "lr") with the same correction (its default is "yates").
    Exactly 0 where both shares are the same.
    """
    if correction not in CORRECTIONS:
        raise ValueError(f"correction must be one of {', '.join(CORRECTIONS)}, got {correction!r}")
    a, b, n1, n2 = _table(count, rest, total, total_rest)
    n = n1 + n2
    cells = np.stack([a, b, n1 - a, n2 - b])
    if correction == "yates":
        cells = cells + _yates(cells)
    rows, columns = cells[0] + cells[1], cells[0] + cells[2]
    margins = np.stack(
        [rows * columns, rows * (n - columns), (n - rows) * columns, (n - rows) * (n - columns)]
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(cells > 0, cells * np.log(cells * n / margins + EPSILON), 0.0)
    g2 = 2 * parts.sum(axis=0)
    if correction == "williams":
        with np.errstate(divide="ignore", invalid="ignore"):
            q = 1 + (n / (a + b) + n / (n - a - b) - 1) * (n / n1 + n / n2 - 1) / (6 * n)
        g2 = np.where((cells == 0).any(axis=0), g2, g2 / q)
    return g2 * np.sign(a * n2 - b * n1)


def log_ratio(
    count: ArrayLike, rest: ArrayLike, total: ArrayLike, total_rest: ArrayLike
) -> tuple[Array, Array, Array]:
    """Log ratio in doublings, and the ends of its 95 % interval.

    log2 of the relative risk; its standard error is that of the log of a relative risk (Katz 1978).
    The interval treats tokens as independent draws, which words of one article are not: read it
    beside the number of articles and the dispersion.
    """
    a, b, n1, n2 = _table(count, rest, total, total_rest)
    a, b = np.where(a == 0, UNSEEN, a), np.where(b == 0, UNSEEN, b)
    middle = np.log2(a / n1) - np.log2(b / n2)
    half = Z95 * np.sqrt(np.maximum(1 / a - 1 / n1 + 1 / b - 1 / n2, 0)) / np.log(2)
    return middle, middle - half, middle + half


def log_odds(
    count: ArrayLike,
    rest: ArrayLike,
    total: ArrayLike,
    total_rest: ArrayLike,
    *,
    prior_tokens: float = 500.0,
) -> tuple[Array, Array]:
    """Difference of log odds under an informative Dirichlet prior, and its z score.

    The prior spreads `prior_tokens` tokens over the terms as the whole text does (500, as Monroe
    et al. 2008 do). It pulls rare terms towards no difference.
    """
    a, b, n1, n2 = _table(count, rest, total, total_rest)
    prior = prior_tokens * (a + b) / (n1 + n2)
    with np.errstate(divide="ignore", invalid="ignore"):
        first = np.log((a + prior) / (n1 + prior_tokens - a - prior))
        second = np.log((b + prior) / (n2 + prior_tokens - b - prior))
        difference = first - second
        z = difference / np.sqrt(1 / (a + prior) + 1 / (b + prior))
    return difference, z


def percent_difference(
    count: ArrayLike, rest: ArrayLike, total: ArrayLike, total_rest: ArrayLike
) -> Array:
    """%DIFF: by how many percent the group's relative frequency exceeds the rest's."""
    a, b, n1, n2 = _table(count, rest, total, total_rest)
    b = np.where(b == 0, UNSEEN, b)
    return ((a / n1) / (b / n2) - 1) * 100


def adjust_p(p: ArrayLike) -> Array:
    """Benjamini and Hochberg's adjusted p of all tests given together; NaN stays NaN."""
    values = np.asarray(p, dtype=float)
    result = np.full(values.shape, np.nan)
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(values[known], kind="stable")]
    m = len(order)
    if m:
        scaled = values[order] * m / np.arange(1, m + 1)
        result[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return result


def dispersion(
    row: ArrayLike, count: ArrayLike, share: ArrayLike, *, parts: ArrayLike, least: ArrayLike
) -> tuple[Array, Array]:
    """DP (0 spread evenly … 1 all in one article) and Juilland's D (1 even … 0 clumped), by row.

    One entry per row (a term of a group) and article where the term occurs: its row, its count
    there, the article's share of the group's tokens. parts: articles of the row's group; least: the
    smallest share among them. DP is normalised so that it can reach 1 (Lijffijt and Gries 2012); D
    works on relative frequencies, so that articles may differ in length. Both are missing in a
    group of one article, where nothing can be said.
    """
    at = np.asarray(row, dtype=np.int64)
    n, s = np.asarray(count, dtype=float), np.asarray(share, dtype=float)
    k, smallest = np.asarray(parts, dtype=float), np.asarray(least, dtype=float)
    total = np.bincount(at, weights=n, minlength=len(k))
    with np.errstate(divide="ignore", invalid="ignore"):
        # an article without the term differs by its own share, and all shares add up to 1
        apart = np.bincount(at, weights=np.abs(n / total[at] - s) - s, minlength=len(k)) + 1
        dp = 0.5 * apart / (1 - smallest)
        rate = n / s
        mean = np.bincount(at, weights=rate, minlength=len(k)) / k
        square = np.bincount(at, weights=rate**2, minlength=len(k)) / k
        juilland = 1 - np.sqrt(np.maximum(square - mean**2, 0)) / mean / np.sqrt(k - 1)
    missing = (k < 2) | (total == 0)
    dp, juilland = np.clip(dp, 0, 1), np.clip(juilland, 0, 1)
    return np.where(missing, np.nan, dp), np.where(missing, np.nan, juilland)
