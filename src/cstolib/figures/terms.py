"""F3: the words that tell groups apart."""

import numpy as np
import pandas as pd

from ..keywords import marking_terms
from ..tables import require_columns
from .sheet import Chart, Mark, beside, empty_chart, label_rows, label_width, make_chart, open_sheet
from .style import BLUE, MUTED, RULE, Size, count_of, list_names, plain

ALPHA = 0.05
# Doublings drawn; an interval that reaches further ends in an arrow.
WIDEST = 10.0


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


def plot_keyness(terms: pd.DataFrame, *, top: int = 8, size: str = "page") -> Chart:
    """F3: the terms that each group uses most beyond the rest, with log ratio and 95 % interval.

    terms: the table that compare_keywords returned; the `top` terms of a group by G2 are drawn, or
    fewer where the sheet is full. Names of the group itself are left out.
    """
    needed = ["term", "group", "count", "count_rest", "log_ratio", "g2", "p_adjusted"]
    require_columns(terms, "terms", needed)

    def draw(size: Size) -> Chart:
        return _draw_keyness(terms, size, top)

    return make_chart(draw, size)


def _draw_keyness(terms: pd.DataFrame, size: Size, top: int) -> Chart:
    chosen, groups = _choose(terms, size, top)
    if chosen.empty:
        return empty_chart(
            size,
            title="No term tells the groups apart",
            why="no term passed the thresholds for count and number of articles, or fewer than two "
            "groups are named",
        )
    sure = chosen["sure"]
    first = chosen[sure].groupby("group", sort=False).head(1)
    first = first.sort_values("g2", ascending=False)
    if len(first):
        pairs = [f"“{plain(r.term)}” marks {plain(r.group)}" for r in first.head(2).itertuples()]
        title = "; ".join(pairs)
    else:
        title = "No term tells the groups apart beyond chance"
    labels: list[str] = []
    heads: list[bool] = []
    at: list[int] = []
    for group, part in chosen.groupby("group", sort=False):
        size_of = int(part["group_articles"].iloc[0]) if "group_articles" in part else None
        about = f" ({count_of(size_of, 'article')})" if size_of is not None else ""
        labels.append(f"{plain(group)}{about}")
        heads.append(True)
        for term in part["term"]:
            at.append(len(labels))
            labels.append(plain(term))
            heads.append(False)
    notes = [f"Every term drawn has an adjusted p below {ALPHA:.2f}."] if sure.all() else []
    drawn = chosen["group"].nunique()
    if drawn < groups:
        notes.append(f"{drawn} of {groups} groups are drawn, those with the strongest terms.")
    if "group_articles" in chosen and (chosen["group_articles"] == 1).any():
        notes.append("A group of one article shows the words of that article, not of an outlet.")
    notes.append(
        "Terms by G2 (Dunning 1993). Bars: 95 % interval of the log ratio (Hardie 2014). Right: "
        "uses here : elsewhere, and articles here with the term."
    )
    names = [label for label, head in zip(labels, heads, strict=True) if not head]
    left = label_width(size, names, 0.3)
    figure = open_sheet(
        size,
        title=title,
        about=f"{count_of(len(terms), 'term')} passed the thresholds in "
        f"{count_of(groups, 'group')}; the strongest {len(chosen)} are drawn",
        notes=notes,
        key=[
            Mark(f"adjusted p below {ALPHA:.2f}", BLUE, marker="o"),
            Mark("not beyond chance", MUTED, marker="o", filled=False),
        ]
        if not sure.all()
        else [],
        body=len(labels) * size.line * 1.3,
        left=left,
        right=size.font * 9 / 72,
        alt=f"{title}. Strongest terms by group: "
        + "; ".join(
            f"{plain(g)}: {list_names([plain(t) for t in p['term']], 5)}"
            for g, p in chosen.groupby("group", sort=False)
        ),
    )
    axes = figure.body
    label_rows(
        axes, size, ["" if head else label for label, head in zip(labels, heads, strict=True)], left
    )
    for row, (label, head) in enumerate(zip(labels, heads, strict=True)):
        if head:
            axes.annotate(
                label,
                (-left * 72, 0),
                xycoords=("axes points", "data"),
                xytext=(-left * 72, row),
                textcoords=("axes points", "data"),
                va="center",
                fontsize=size.font,
                weight="bold",
                annotation_clip=False,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": size.font * 0.1},
                zorder=5,
            )
    y = np.array(at, dtype=float)
    middle = chosen["log_ratio"].to_numpy(float)
    low = chosen.get("low", chosen["log_ratio"]).to_numpy(float)
    high = chosen.get("high", chosen["log_ratio"]).to_numpy(float)
    right = min(WIDEST, float(np.nanmax(np.concatenate([high, middle]))) * 1.05)
    lower = max(-WIDEST / 2, min(0.0, float(np.nanmin(low)) * 1.05))
    axes.axvline(0, color=MUTED, linewidth=0.8)
    for row, m, a, b, filled in zip(y, middle, low, high, sure, strict=True):
        color = BLUE if filled else MUTED
        ends = np.clip([a, b], lower, right)
        axes.plot(ends, [row, row], color=color, linewidth=size.font * 0.14, solid_capstyle="butt")
        for end, limit, arrow in ((b, right, ">"), (a, lower, "<")):
            if (end > limit) if arrow == ">" else (end < limit):
                axes.plot(limit, row, arrow, color=color, markersize=size.font * 0.4, clip_on=False)
        axes.plot(
            min(m, right),
            row,
            "o",
            color=color,
            markersize=size.font * 0.6,
            markerfacecolor=color if filled else "white",
            markeredgewidth=size.font * 0.13,
        )
    for row, term in zip(at, chosen.itertuples(), strict=True):
        held = f"  in {int(term.articles)}" if "articles" in chosen else ""
        beside(axes, row, f"{int(term.count)} : {int(term.count_rest)}{held}", size)
    axes.set_xlim(lower, right)
    axes.grid(axis="x", color=RULE)
    axes.set_xlabel("log ratio: doublings of the frequency elsewhere (1 = twice as often)")
    return figure
