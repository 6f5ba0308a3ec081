"""F14: the same claim told with different values."""

import re

import pandas as pd
from matplotlib.patches import FancyBboxPatch

from ..tables import require_columns
from .sheet import (
    Chart,
    Look,
    Mark,
    at_any_size,
    body_inches,
    empty_chart,
    label_width,
    note_rest,
    open_sheet,
)
from .style import BLUE, INK, MUTED, ORANGE, RULE, SIZES, count_of, list_names, plain, wrap

_RANGE = re.compile(r"(\d{3,})-(\d{3,})")  # "2022-06" is a month
TOLD, SOURCED = Mark("told by articles", "white"), Mark("rests on an outside source", "#fdebc8")


def _number(value: str) -> tuple[int, float, str]:
    """What orders values: numbers by size, a range by its low end, before words by letter."""
    digits = value.partition("–")[0].replace(",", "").replace(" ", "")
    try:
        return 0, float(digits), value
    except ValueError:
        return 1, 0.0, value


def _chips(claim: pd.DataFrame) -> list[tuple[str, list[str], bool]]:
    """The values of a claim in order: the value, who gives it, whether it rests on a source."""
    found = []
    for value, part in claim.groupby("value", sort=False):
        between = _RANGE.fullmatch(value)
        value = f"{int(between[1]):,}–{int(between[2]):,}" if between else plain(value)
        who = sorted(map(plain, part["source"].unique()))
        found.append((value, who, bool(part["is_fact"].any())))
    return sorted(found, key=lambda chip: _number(chip[0]))


@at_any_size
def plot_contradictions(claims: pd.DataFrame, *, size: str = "page") -> Chart:
    """F14: for each claim, the values told, who tells them, and the sourced fact.

    claims: claim, value (as told), source (an article's short name, or where a fact comes from),
    and is_fact for a value that rests on an outside source. A claim with one value is left out.
    """
    require_columns(claims, "claims", ["claim", "value", "source"])
    paper = SIZES[size]
    claims = claims.reindex(columns=["claim", "value", "source", "is_fact"])
    claims = claims.assign(
        is_fact=claims["is_fact"].fillna(False).astype(bool), value=claims["value"].map(plain)
    )
    many = claims.groupby("claim", sort=False)["value"].nunique()
    names = list(many.index[many > 1])
    if not names:
        return empty_chart(
            paper,
            title="No contradiction was found",
            why=f"{count_of(len(many), 'claim')} compared, none told with two values",
        )
    most = max(names, key=lambda name: many[name])
    title = (
        f"{count_of(len(names), 'claim')} {'is' if len(names) == 1 else 'are'} told with different "
        f"values; “{plain(most)}” with {int(many[most])}"
    )
    against = set(claims.loc[claims["is_fact"], "claim"])
    shown = names[: max(2, paper.rows // 3)]
    labels = [plain(name) for name in shown]
    left = label_width(paper, labels, 0.3)
    chips = [_chips(claims[claims["claim"] == name]) for name in shown]
    columns = max(3, *map(len, chips))
    inner = (paper.width - left - 0.5) / columns - 1.4 * paper.font / 72  # of a box
    lines = [
        [wrap(list_names(who, 3), inner, paper.font * 0.82) for _, who, _ in row] for row in chips
    ]
    tall = max(
        len(wrap(value, inner, paper.font, bold=True)) + 0.85 * len(by)
        for row, who in zip(chips, lines, strict=True)
        for (value, _, _), by in zip(row, who, strict=True)
    )
    figure = open_sheet(
        paper,
        title=title,
        about=f"{count_of(len(names), 'claim')}, {int(many[names].sum())} values; "
        f"{len(against & set(names))} with a sourced fact",
        notes=[
            *note_rest(len(shown), len(names), "claims"),
            "A box is a value and who tells it. A different value is not by itself an error.",
        ],
        key=[TOLD, SOURCED] if against else [TOLD],
        body=len(shown) * (tall + 1.5) * paper.line,
        labels=labels,
        left=left,
        right=0.0,
        below=0.4,
        says=[
            f"{label}: " + ", ".join(f"{v} ({list_names(who)})" for v, who, _ in row)
            for label, row in zip(labels, chips, strict=True)
        ],
    )
    axes = figure.body
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    width, height = body_inches(figure)
    axes.set_xlim(0, width)
    across, line = width / columns, paper.line / (height / len(shown))
    for row, (values, who) in enumerate(zip(chips, lines, strict=True)):
        if row:
            axes.axhline(row - 0.5, color=RULE, linewidth=0.5)
        for column, ((value, _, fact), by) in enumerate(zip(values, who, strict=True)):
            head = wrap(value, across - 1.4 * paper.font / 72, paper.font, bold=True)
            _draw_box(figure, (column * across, row), head, by, across, line, fact)
    return figure


def _draw_box(
    figure: Chart,
    at: tuple[float, float],
    head: list[str],
    by: list[str],
    across: float,
    line: float,
    fact: bool,
) -> None:
    """A value and who tells it: `across` inches wide, a `line` of text high in rows."""
    font, (x, row) = figure.size.font, at
    box = min(0.86, (len(head) + 0.85 * len(by) + 0.7) * line)
    frame = FancyBboxPatch(
        (x + 0.3 * font / 72, row - box / 2),
        across - 0.8 * font / 72,
        box,
        boxstyle="square,pad=0",
        facecolor=(SOURCED if fact else TOLD).color,
        edgecolor=ORANGE if fact else BLUE,
        linewidth=font * (0.2 if fact else 0.1),
    )
    figure.body.add_patch(frame)
    x, top = x + 0.7 * font / 72, row - box / 2 + 0.35 * line
    words: Look = {"va": "top", "linespacing": 1.15}
    figure.body.text(x, top, "\n".join(head), weight="bold", color=INK, fontsize=font, **words)
    below = top + len(head) * line
    figure.body.text(x, below, "\n".join(by), color=MUTED, fontsize=font * 0.82, **words)
