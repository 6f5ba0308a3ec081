"""Words by article and group -> the counts that groups are compared on, and their measures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from . import keyness
from .words import Tokens, make_ngrams, number_terms


@dataclass(frozen=True)
class Counts:
    """How often each term stands in each cell: one article's text in one set of groups."""

    terms: list[str]
    table: Any  # cells x terms, a scipy csr matrix
    articles: np.ndarray  # article (an index) of each cell
    groups: list[tuple[str, ...]]  # groups of each cell
    sizes: np.ndarray  # tokens of each cell, terms or not


def count_terms(tokens: Tokens, rows: pd.DataFrame, names: list[str], ngrams: int) -> Counts:
    """Count the terms of `rows` (article, groups); a row's number is its place in `tokens`."""
    from scipy.sparse import csr_matrix

    labels, codes = np.unique(
        np.array([repr((a, g)) for a, g in zip(rows["article"], rows["groups"], strict=True)]),
        return_inverse=True,
    )
    first = np.unique(codes, return_index=True)[1]
    cell_of = np.full(int(tokens.row.max(initial=0)) + int(rows.index.max()) + 1, -1, np.int64)
    cell_of[rows.index.to_numpy()] = codes
    mine = cell_of[tokens.row] >= 0
    terms, term = number_terms(names, tokens.word[mine])
    terms, term, row = make_ngrams(terms, term, tokens.row[mine], ngrams)
    cell = cell_of[row]
    known = term >= 0
    ones = np.ones(int(known.sum()), dtype=np.int64)
    table = csr_matrix((ones, (cell[known], term[known])), shape=(len(labels), len(terms)))
    return Counts(
        terms=terms,
        table=table,
        articles=pd.factorize(rows["article"].iloc[first])[0],
        groups=list(rows["groups"].iloc[first]),
        sizes=np.bincount(cell, minlength=len(labels)),
    )


def _by_group(counts: Counts, groups: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Every pair of a cell and a group that it belongs to, groups as numbers."""
    number = {group: i for i, group in enumerate(groups)}
    pairs = [(c, number[g]) for c, label in enumerate(counts.groups) for g in label if g in number]
    cells, codes = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return cells, codes


def compare_counts(
    counts: Counts,
    groups: Sequence[str],
    *,
    min_count: int,
    min_articles: int,
    underused: bool,
    correction: str,
) -> pd.DataFrame:
    """The measures of every term of every group, against all other cells, past the thresholds."""
    from scipy.sparse import csr_matrix

    many, width = len(counts.terms), int(counts.articles.max()) + 1
    cells, codes = _by_group(counts, groups)
    # a part is one article of one group; an article may stand in several groups
    keys, part = np.unique(codes * width + counts.articles[cells], return_inverse=True)
    of_part = keys // width
    size = np.bincount(part, weights=counts.sizes[cells], minlength=len(keys))
    total = np.bincount(of_part, weights=size, minlength=len(groups))
    parts = np.bincount(of_part, weights=size > 0, minlength=len(groups)).astype(np.int64)
    share = size / np.maximum(total[of_part], 1)
    least = np.ones(len(groups))
    np.minimum.at(least, of_part, np.where(size > 0, share, 1))
    sum_cells = csr_matrix(
        (np.ones(len(part), np.int64), (part, cells)), (len(keys), len(counts.groups))
    )
    in_part = (sum_cells @ counts.table).tocoo()
    pair, where = np.unique(of_part[in_part.row] * many + in_part.col, return_inverse=True)
    a = np.bincount(where, weights=in_part.data, minlength=len(pair))
    seen = np.bincount(where, minlength=len(pair))
    dp, juilland = keyness.dispersion(
        where,
        in_part.data,
        share[in_part.row],
        parts=parts[pair // many],
        least=least[pair // many],
    )
    everywhere = np.asarray(counts.table.sum(axis=0)).ravel()
    articles = csr_matrix(
        (
            np.ones(len(counts.articles), np.int64),
            (counts.articles, np.arange(len(counts.articles))),
        ),
        (width, len(counts.articles)),
    )
    in_all = np.bincount((articles @ counts.table).indices, minlength=many)
    if underused:  # a term that a group never says is the most underused of all
        grid = np.arange(len(groups) * many)
        absent = np.setdiff1d(grid[everywhere[grid % many] >= min_count], pair)
        pair = np.concatenate([pair, absent])
        a, seen = (np.concatenate([x, np.zeros(len(absent), x.dtype)]) for x in (a, seen))
        dp, juilland = (np.concatenate([x, np.full(len(absent), np.nan)]) for x in (dp, juilland))
    group, term = np.divmod(pair, many)
    n1, n2 = total[group], counts.sizes.sum() - total[group]
    b = everywhere[term] - a
    enough = np.minimum(min_articles, parts[group])
    over = (a >= min_count) & (seen >= enough) & (a * n2 >= b * n1)
    under = (b >= min_count) & (in_all[term] - seen >= min_articles) & (a * n2 < b * n1)
    keep = (over | (under & underused)) & (n1 > 0) & (n2 > 0)
    keep = np.flatnonzero(keep)
    a, b, n1, n2, group, term = (x[keep] for x in (a, b, n1, n2, group, term))
    ratio, low, high = keyness.log_ratio(a, b, n1, n2)
    odds, z = keyness.log_odds(a, b, n1, n2)
    return pd.DataFrame(
        {
            "term": np.array(counts.terms, dtype=object)[term],
            "group": np.array(groups, dtype=object)[group],
            "count": a.astype(np.int64),
            "count_rest": b.astype(np.int64),
            "expected": keyness.expected_count(a, b, n1, n2),
            "log_ratio": ratio,
            "g2": keyness.log_likelihood(a, b, n1, n2, correction=correction),
            "low": low,
            "high": high,
            "articles": seen[keep],
            "articles_all": in_all[term],
            "group_articles": parts[group],
            "total": n1.astype(np.int64),
            "total_rest": n2.astype(np.int64),
            "log_odds": odds,
            "log_odds_z": z,
            "percent_diff": keyness.percent_difference(a, b, n1, n2),
            "dp": dp[keep],
            "juilland_d": juilland[keep],
        }
    )
