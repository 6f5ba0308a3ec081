"""Charts that follow a slider: plain SVG in milliseconds, where the report's take a second."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from ..figures.style import (
    BLUE,
    INK,
    MUTED,
    ORANGE,
    RULE,
    SKY,
    VERMILION,
    alignment_color,
    signed,
)
from .reading import escape

LEFT, WIDTH, ROW, TOP = 96, 340, 22, 30  # pixels: names, drawing, a row, the title
VOICES = {"author": BLUE, "official": ORANGE, "expert": SKY, "other": VERMILION}


def _text(x: float, y: float, words: Any, more: str = "") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{INK}" font-size="12" {more}>{escape(words)}</text>'
    )


def _chart(
    title: str,
    names: Sequence[str],
    draw: Callable[[str, float], str],
    ticks: Sequence[tuple[float, str]],
) -> str:
    """A row for each name, drawn by `draw(name, its middle)`, over ticks at 0…1 of the width."""
    height = TOP + ROW * len(names)
    parts = [_text(0, 14, title, 'font-weight="bold"')]
    for share, label in ticks if len(names) else ():
        x = LEFT + share * WIDTH
        parts.append(f'<path d="M{x:.1f} {TOP}V{height}" stroke="{RULE}"/>')
        parts.append(_text(x, height + 14, label, f'text-anchor="middle" style="fill:{MUTED}"'))
    for number, name in enumerate(names):
        middle = TOP + ROW * (number + 0.5)
        parts += [_text(0, middle + 4, name), draw(name, middle)]
    if not len(names):
        parts.append(_text(0, TOP + 4, "no statement is as sure as that"))
        height += ROW
    size = f'width="{LEFT + WIDTH + 60}" height="{height + 20}" font-family="sans-serif"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>'


def chart_ranking(ranking: pd.DataFrame) -> str:
    """Mean alignment with its interval for each actor of `ranking`, as SVG."""
    order = ranking.sort_values(["alignment", "actor"], ascending=[False, True], kind="stable")
    rows = {str(row.actor): row for row in order.itertuples()}

    def draw(name: str, y: float) -> str:
        row = rows[name]
        at, low, high = (LEFT + (v + 1) / 2 * WIDTH for v in (row.alignment, row.low, row.high))
        line = f'<path d="M{low:.1f} {y}H{high:.1f}" stroke="{MUTED}" stroke-width="2"/>'
        fill = alignment_color(row.alignment)
        dot = f'<circle cx="{at:.1f}" cy="{y}" r="6" fill="{fill}" stroke="{INK}"/>'
        said = _text(LEFT + WIDTH + 12, y + 4, f"n {row.n}")
        return ("" if pd.isna(row.low) else line) + dot + said

    ticks = [((value + 1) / 2, signed(value, 1)) for value in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    return _chart("Alignment on the war", list(rows), draw, ticks)


def chart_voices(statements: pd.DataFrame, actors: Sequence[str]) -> str:
    """How many statements on each of `actors` are whose, as SVG."""
    counts = pd.crosstab(statements["actor"], statements["voice"])
    counts = counts.reindex(columns=list(VOICES), fill_value=0)
    names = [actor for actor in actors if actor in counts.index]
    most = int(counts.sum(axis=1).max()) if names else 1

    def draw(name: str, y: float) -> str:
        bars, x = [], float(LEFT)
        for voice, fill in VOICES.items():
            wide = counts.loc[name, voice] / most * WIDTH
            tip = f"<title>{voice}: {counts.loc[name, voice]}</title>"
            box = f'x="{x:.1f}" y="{y - 7}" width="{wide:.1f}" height="14"'
            bars.append(f'<rect {box} fill="{fill}">{tip}</rect>')
            x += wide
        return "".join(bars)

    key = ", ".join(
        f'<tspan fill="{fill}" font-weight="bold">{voice}</tspan>' for voice, fill in VOICES.items()
    )
    drawn = _chart("Whose statements: ", names, draw, [(0.0, "0"), (1.0, f"{most:,}")])
    return drawn.replace("Whose statements: ", f"Whose statements: {key}", 1)


def chart_timeline(statements: pd.DataFrame, actors: Sequence[str]) -> str:
    """The statements on each of `actors` by month, larger where there are more, as SVG."""
    dated = statements.dropna(subset=["event_date"])
    month = dated["event_date"].astype("datetime64[s]").to_numpy().astype("datetime64[M]")
    found = dated.groupby([dated["actor"], month])["alignment"].agg(["mean", "size"])
    dots = dict.fromkeys(dated["actor"].unique(), "")
    names = [actor for actor in actors if actor in dots]
    title = "Statements by month of what they tell"
    if not names:
        return _chart(title, names, lambda name, y: "", [])
    first, last = pd.Timestamp(month.min()), pd.Timestamp(month.max())
    span = max((last - first).days, 1)
    for (actor, when), mean, size in found.itertuples():
        x, r = LEFT + (when - first).days / span * WIDTH, min(3 + size**0.5, 10)
        tip = f"<title>{when:%Y-%m}: {signed(mean)}, n {size}</title>"
        place = f'cx="{x:.1f}" cy="0" r="{r:.1f}"'
        dots[actor] += (
            f'<circle {place} fill="{alignment_color(mean)}" stroke="{MUTED}">{tip}</circle>'
        )

    def draw(name: str, y: float) -> str:
        return f'<g transform="translate(0 {y})">{dots[name]}</g>'

    years = range(first.year + 1, last.year + 1)
    ticks = [((pd.Timestamp(year, 1, 1) - first).days / span, str(year)) for year in years]
    return _chart(title, names, draw, ticks[:: len(ticks) // 6 + 1])
