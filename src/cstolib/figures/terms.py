"""F3: the words that tell groups apart."""

from typing import Any

import numpy as np
import pandas as pd

from ..keywords import marking_terms
from ..tables import accept_table
from .sheet import (
    Chart,
    Look,
    Mark,
    at_any_size,
    beside,
    draw_interval,
    draw_mark,
    empty_chart,
    label_width,
    note_rest,
    open_sheet,
)
from .style import BLUE, MUTED, RULE, SIZES, Size, count_of, list_names, plain

ALPHA = 0.05
# Doublings drawn; an interval that reaches further ends in an arrow.
WIDEST = 10.0
SURE = Mark(f"adjusted p below {ALPHA:.2f}", BLUE, marker="o")
BY_CHANCE = Mark("not beyond chance", MUTED, marker="o", filled=False)


def _choose(terms: pd.DataFrame, size: Size, top: int) -> tuple[pd.DataFrame, int]:
    """The strongest terms of as many groups as fit, and how many groups there are.

    Terms within chance are drawn only for a group that has no others, and then only two.
    """
    terms = marking_terms(terms[terms["g2"] > 0])
    terms = terms.assign(sure=terms["p_adjusted"].fillna(1) < ALPHA)
    any_sure = terms.groupby("group")["sure"].transform("any").astype(bool)
    best = terms[terms["sure"] | ~any_sure]
    order = ["sure", "g2", "term"]
    best = best.sort_values(order, ascending=[False, False, True], kind="stable")
    groups = best["group"].drop_duplicates()
    fits = max(1, min(len(groups), size.rows // 4))
    each = max(1, min(top, size.rows // fits - 1))
    place = best.groupby("group").cumcount()
    best = best[best["group"].isin(groups[:fits]) & (place < np.where(best["sure"], each, 2))]
    order = ["group", "g2", "term"]
    return best.sort_values(order, ascending=[True, False, True]), len(groups)


@at_any_size
def plot_keyness(terms: pd.DataFrame, *, top: int = 8, size: str = "page") -> Chart:
    """F3: the terms that each group uses most beyond the rest, with log ratio and 95 % interval.

    terms: the table that compare_keywords returned; the `top` terms of a group by G2 are drawn, or
    fewer where the sheet is full. Names of the group itself are left out.
    """
    needed = ["term", "group", "count", "count_rest", "log_ratio", "g2", "p_adjusted"]
    terms = accept_table(terms, "terms", needed)
    paper = SIZES[size]
    further = ["low", "high", "articles", "group_articles", "own_name"]
    chosen, groups = _choose(terms.reindex(columns=[*needed, *further]), paper, top)
    if chosen.empty:
        return empty_chart(
            paper,
            title="No term tells the groups apart",
            why="no term passed the thresholds for count and number of articles, or fewer than two "
            "groups are named",
        )
    parts = list(chosen.groupby("group", sort=False))
    heads: dict[int, str] = {}  # by the row that they stand in
    labels: list[str] = []  # of the terms; "" for a head
    for group, part in parts:
        own = part["group_articles"].iloc[0]
        about = f" ({count_of(int(own), 'article')})" if pd.notna(own) else ""
        heads[len(labels)] = f"{plain(group)}{about}"
        labels += ["", *map(plain, part["term"])]
    sure = bool(chosen["sure"].all())
    notes = [f"Every term drawn has an adjusted p below {ALPHA:.2f}."] if sure else []
    notes += note_rest(len(parts), groups, "groups", ", those with the strongest terms")
    if (chosen["group_articles"] == 1).any():
        notes.append("A group of one article shows the words of that article, not of an outlet.")
    notes.append(
        "Terms by G2 (Dunning 1993). Bars: 95 % interval of the log ratio (Hardie 2014). Right: "
        "uses here : elsewhere, and articles here with the term."
    )
    strongest = [
        f"{plain(group)}: {list_names([plain(term) for term in part['term']], 5)}"
        for group, part in parts
    ]
    left = label_width(paper, filter(None, labels), 0.3)
    figure = open_sheet(
        paper,
        title=_keyness_title(chosen),
        about=f"{count_of(len(terms), 'term')} passed the thresholds in "
        f"{count_of(groups, 'group')}; the strongest {len(chosen)} are drawn",
        notes=notes,
        key=[] if sure else [SURE, BY_CHANCE],
        body=len(labels) * paper.line * 1.3,
        labels=labels,
        left=left,
        right=paper.font * 9 / 72,
        says=[f"Strongest terms by group: {strongest[0]}", *strongest[1:]],
    )
    axes = figure.body
    white: Look = {"facecolor": "white", "edgecolor": "none", "pad": paper.font * 0.1}
    for row, head in heads.items():
        axes.annotate(
            head,
            (-left * 72, 0),
            xycoords=("axes points", "data"),
            xytext=(-left * 72, row),
            textcoords=("axes points", "data"),
            va="center",
            fontsize=paper.font,
            weight="bold",
            annotation_clip=False,
            bbox=white,
            zorder=5,
        )
    ends = chosen[["log_ratio", "low", "high"]].astype(float)
    right = min(WIDEST, float(ends.max(axis=None)) * 1.05)
    lower = max(-WIDEST / 2, min(0.0, float(ends["low"].min()) * 1.05))
    axes.axvline(0, color=MUTED, linewidth=0.8)
    at = [row for row, label in enumerate(labels) if label]
    for row, term in zip(at, chosen.itertuples(), strict=True):
        _draw_term(figure, row, term, lower, right)
    for row, term in zip(at, chosen.itertuples(), strict=True):
        held = f"  in {int(term.articles)}" if pd.notna(term.articles) else ""
        beside(axes, row, f"{int(term.count)} : {int(term.count_rest)}{held}", paper)
    axes.set_xlim(lower, right)
    axes.grid(axis="x", color=RULE)
    axes.set_xlabel("log ratio: doublings of the frequency elsewhere (1 = twice as often)")
    return figure


def _keyness_title(chosen: pd.DataFrame) -> str:
    """The terms that mark the two groups that are told apart best."""
    first = chosen[chosen["sure"]].groupby("group", sort=False).head(1)
    if first.empty:
        return "No term tells the groups apart beyond chance"
    first = first.sort_values("g2", ascending=False).head(2)
    return "; ".join(f"“{plain(r.term)}” marks {plain(r.group)}" for r in first.itertuples())


def _draw_term(figure: Chart, row: int, term: Any, lower: float, right: float) -> None:
    """The log ratio of a term; an interval that reaches beyond the axis ends in an arrow."""
    axes, font, mark = figure.body, figure.size.font, SURE if term.sure else BY_CHANCE
    ends = np.clip([term.low, term.high], lower, right)
    draw_interval(axes, ends[0], ends[1], row, mark.color, font * 0.14, solid_capstyle="butt")
    arrow: Look = {"color": mark.color, "markersize": font * 0.4, "clip_on": False}
    if term.high > right:
        axes.plot(right, row, ">", **arrow)
    if term.low < lower:
        axes.plot(lower, row, "<", **arrow)
    draw_mark(axes, min(term.log_ratio, right), row, mark, font * 0.6, font * 0.13)
