"""F14: the same claim told with different values."""

import re

import pandas as pd
from matplotlib.patches import FancyBboxPatch

from ..tables import require_columns
from .sheet import (
    Chart,
    Mark,
    body_inches,
    empty_chart,
    label_rows,
    label_width,
    make_chart,
    open_sheet,
)
from .style import BLUE, INK, MUTED, ORANGE, RULE, Size, count_of, list_names, plain, wrap


def plot_contradictions(claims: pd.DataFrame, *, size: str = "page") -> Chart:
    """F14: for each claim, the values told, who tells them, and the sourced fact.

    claims: claim, value (as told), source (an article's short name, or where a fact comes from),
    and is_fact for a value that rests on an outside source. A claim with one value is left out.
    """
    require_columns(claims, "claims", ["claim", "value", "source"])

    def draw(size: Size) -> Chart:
        return _draw_contradictions(claims, size)

    return make_chart(draw, size)


_RANGE = re.compile(r"(\d{3,})-(\d{3,})")  # "2022-06" is a month


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
        fact = bool(part["is_fact"].any())
        between = _RANGE.fullmatch(value)
        value = f"{int(between[1]):,}–{int(between[2]):,}" if between else plain(value)
        found.append((value, sorted(map(plain, part["source"].unique())), fact))
    return sorted(found, key=lambda chip: _number(chip[0]))


def _draw_contradictions(claims: pd.DataFrame, size: Size) -> Chart:
    facts = claims.get("is_fact", pd.Series(False, index=claims.index))
    claims = claims.assign(
        is_fact=facts.fillna(False).astype(bool), value=claims["value"].map(plain)
    )
    many = claims.groupby("claim", sort=False)["value"].nunique()
    names = [name for name in many.index if many[name] > 1]
    if not names:
        return empty_chart(
            size,
            title="No contradiction was found",
            why=f"{count_of(len(many), 'claim')} compared, none told with two values",
        )
    against = claims[claims["is_fact"]]["claim"].unique()
    most = sorted(names, key=lambda name: (-many[name], names.index(name)))[0]
    title = (
        f"{count_of(len(names), 'claim')} {'is' if len(names) == 1 else 'are'} told with different "
        f"values; “{plain(most)}” with {int(many[most])}"
    )
    shown = names[: max(2, size.rows // 3)]
    labels = [plain(name) for name in shown]
    left = label_width(size, labels, 0.3)
    chips = [_chips(claims[claims["claim"] == name]) for name in shown]
    widest = max(map(len, chips))
    inner = size.width - left - 0.5
    across = inner / max(widest, 3)
    lines = [
        [
            wrap(list_names(who, 3), across - 1.4 * size.font / 72, size.font * 0.82)
            for _, who, _ in row
        ]
        for row in chips
    ]
    tall = max(
        len(wrap(value, across - 1.4 * size.font / 72, size.font, bold=True)) + 0.85 * len(by)
        for row, who in zip(chips, lines, strict=True)
        for (value, _, _), by in zip(row, who, strict=True)
    )
    notes = []
    if len(shown) < len(names):
        notes.append(f"{len(shown)} of {len(names)} claims are drawn.")
    notes.append("A box is a value and who tells it. A different value is not by itself an error.")
    figure = open_sheet(
        size,
        title=title,
        about=f"{count_of(len(names), 'claim')}, {int(many[names].sum())} values; "
        f"{len(set(names) & set(against))} with a sourced fact",
        notes=notes,
        key=[
            Mark("told by articles", "white"),
            *([Mark("rests on an outside source", "#fdebc8")] if len(against) else []),
        ],
        body=len(shown) * (tall + 1.5) * size.line,
        left=left,
        right=0.0,
        below=0.4,
        alt=f"{title}. "
        + "; ".join(
            f"{label}: " + ", ".join(f"{v} ({list_names(who)})" for v, who, _ in row)
            for label, row in zip(labels, chips, strict=True)
        ),
    )
    axes = figure.body
    label_rows(axes, size, labels, left)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    width, height = body_inches(figure)
    axes.set_xlim(0, width)
    per_row = height / len(shown)
    across = width / max(widest, 3)
    for row, (values, who) in enumerate(zip(chips, lines, strict=True)):
        if row:
            axes.axhline(row - 0.5, color=RULE, linewidth=0.5)
        for column, ((value, _, fact), by) in enumerate(zip(values, who, strict=True)):
            head = wrap(value, across - 1.4 * size.font / 72, size.font, bold=True)
            box = min(0.86, (len(head) + 0.85 * len(by) + 0.7) * size.line / per_row)
            axes.add_patch(
                FancyBboxPatch(
                    (column * across + 0.3 * size.font / 72, row - box / 2),
                    across - 0.8 * size.font / 72,
                    box,
                    boxstyle="square,pad=0",
                    facecolor="#fdebc8" if fact else "white",
                    edgecolor=ORANGE if fact else BLUE,
                    linewidth=size.font * (0.2 if fact else 0.1),
                )
            )
            x = column * across + 0.7 * size.font / 72
            top = row - box / 2 + 0.35 * size.line / per_row
            axes.text(
                x,
                top,
                "\n".join(head),
                va="top",
                weight="bold",
                color=INK,
                fontsize=size.font,
                linespacing=1.15,
            )
            axes.text(
                x,
                top + len(head) * size.line / per_row,
                "\n".join(by),
                va="top",
                color=MUTED,
                fontsize=size.font * 0.82,
                linespacing=1.15,
            )
    return figure
