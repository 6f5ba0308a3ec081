"""F8 and F9: who says so, and which member is tied to which issue."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from ..codebook import Codebook, load_codebook
from ..tables import accept_table
from .positions import FIRM, issue_heading
from .sheet import (
    Chart,
    Look,
    Mark,
    at_any_size,
    beside,
    empty_chart,
    label_width,
    note_rest,
    open_sheet,
    write,
)
from .style import (
    BLUE,
    INK,
    MUTED,
    ORANGE,
    SIZES,
    SKY,
    Size,
    alignment_color,
    count_of,
    plain,
    signed,
    text_width,
)

VOICES = {
    "author": Mark("the article itself", BLUE),
    "official": Mark("officials", ORANGE, hatch="////"),
    "expert": Mark("experts", SKY, hatch="...."),
    "other": Mark("others", "#e0e0e0"),
}
NEITHER = "#8c8c8c"
STROKES: dict[int, Any] = {1: "solid", 0: (0, (0.6, 1.2)), -1: (0, (3, 1.2))}


@at_any_size
def plot_voices(statements: pd.DataFrame, *, size: str = "page") -> Chart:
    """F8: whose voice makes the statements about each member: authors, officials, experts, others.

    statements: the table that code_stance returned.
    """
    statements = accept_table(statements, "statements", ["actor", "voice"])
    paper = SIZES[size]
    counts = pd.crosstab(statements["actor"], statements["voice"])
    counts = counts.reindex(columns=list(VOICES), fill_value=0)
    if not counts.to_numpy().sum():
        return empty_chart(paper, title="Nobody is quoted", why="no statement was found")
    total = counts.sum(axis=1)
    share = counts.div(total, axis=0)
    order = share.assign(few=total < FIRM, n=-total)
    order = order.sort_values(["few", "author", "n"], ascending=[True, False, True]).index
    shown = order[: paper.rows]
    whole = counts.sum() / counts.to_numpy().sum()
    leading = str(whole.idxmax())
    name, verb = VOICES[leading].label, "makes" if leading == "author" else "make"
    labels = [plain(actor) for actor in shown]
    present = [voice for voice in VOICES if counts[voice].sum()]
    figure = open_sheet(
        paper,
        title=f"{name[0].upper()}{name[1:]} {verb} {whole[leading]:.0%} of the statements on where "
        "members stand",
        about=f"{count_of(int(total.sum()), 'statement')} about {count_of(len(order), 'member')}",
        notes=note_rest(len(shown), len(order), "members"),
        key=[
            Mark(f"{VOICES[v].label} {whole[v]:.0%}", VOICES[v].color, VOICES[v].hatch)
            for v in present
        ],
        body=len(shown) * paper.line * 1.8,
        labels=labels,
        right=paper.font * 4.5 / 72,
        says=[
            f"{plain(a)}: " + ", ".join(f"{VOICES[v].label} {share.loc[a, v]:.0%}" for v in present)
            for a in shown
        ],
    )
    axes = figure.body
    for row, actor in enumerate(shown):
        _draw_shares(figure, row, share.loc[actor])
        beside(axes, row, f"n {int(total[actor])}", paper)
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.set_xlabel("share of the statements about the member")
    return figure


def _draw_shares(figure: Chart, row: int, shares: pd.Series) -> None:
    """The voices of one member end to end, each with its share where that has room."""
    axes, font = figure.body, figure.size.font
    inches = axes.get_position().width * figure.size.width
    start = 0.0
    for voice, mark in VOICES.items():
        part = float(shares[voice])
        if not part:
            continue
        edge = INK if mark.hatch else "white"
        bar: Look = {"height": 0.68, "color": mark.color, "hatch": mark.hatch, "edgecolor": edge}
        axes.barh(row, part, left=start, linewidth=0.4, **bar)
        text = f"{part:.0%}"
        if part * inches > text_width(text, font) * 1.5:
            axes.text(
                start + part / 2,
                row,
                text,
                ha="center",
                va="center",
                fontsize=font * 0.9,
                color="white" if voice == "author" else INK,
                bbox={"facecolor": mark.color, "edgecolor": "none", "pad": font * 0.12},
            )
        start += part


def _sign(mean: float) -> int:
    """The side of a mean alignment; within a twentieth of 0 it has none."""
    return 0 if abs(mean) < 0.05 else int(np.sign(mean))


def _spread(many: int, rows: int) -> list[float]:
    """The heights of `many` nodes in a column of `rows`."""
    return [(rows - 1) / 2] if many == 1 else [i * (rows - 1) / (many - 1) for i in range(many)]


@at_any_size
def plot_network(
    statements: pd.DataFrame,
    *,
    least: int = 1,
    codebook: Codebook | None = None,
    size: str = "page",
) -> Chart:
    """F9: members and issues, tied by the statements between them, signed.

    Width: statements; colour and line: the mean alignment (solid with the codebook's principal,
    dashed away from it, dotted neither). `least`: ties of fewer statements are not drawn, and
    the note says how many.
    """
    statements = accept_table(statements, "statements", ["actor", "issue", "alignment"])
    paper, book = SIZES[size], codebook or load_codebook()
    known = statements[statements["alignment"].notna()]
    ties = known.groupby(["actor", "issue"])["alignment"].agg(mean="mean", n="size").reset_index()
    ties["mean"] = ties["mean"].astype(float)
    drawn = ties[ties["n"] >= least]
    if drawn.empty:
        why = "no statement was found"
        return empty_chart(paper, title="No member is tied to an issue", why=why)
    issues = book.order_issues(drawn["issue"])
    headings = [issue_heading(issue, book) for issue in issues]
    mean = drawn.assign(total=drawn["mean"] * drawn["n"]).groupby("actor")[["total", "n"]].sum()
    mean = mean.assign(few=mean["n"] < FIRM, mean=mean["total"] / mean["n"])
    actors = list(mean.sort_values(["few", "mean"], ascending=[True, False], kind="stable").index)
    sides = drawn["mean"].map(_sign)
    notes = [
        "Each line: the statements of a member on an issue; width: how many; colour and stroke: "
        "their mean alignment."
    ]
    if rest := len(ties) - len(drawn):
        notes.append(f"{rest} ties of fewer than {least} statements are not drawn.")
    names = [plain(actor) for actor in actors]
    rows = max(len(actors), len(issues))
    figure = open_sheet(
        paper,
        title=f"{(sides < 0).sum()} of {count_of(len(drawn), 'tie')} between members and issues "
        f"point away from {book.called}, {(sides > 0).sum()} towards it",
        about=f"{count_of(int(drawn['n'].sum()), 'statement')}, "
        f"{count_of(len(actors), 'member')}, {count_of(len(issues), 'issue')}",
        notes=notes,
        body=rows * paper.line * 2.8,
        left=label_width(paper, names) + paper.font / 72,
        right=label_width(paper, headings) + paper.font / 72,
        below=2.2,
        says=[
            f"{plain(t.actor)} – {plain(t.issue)}: {signed(t.mean)} (n {int(t.n)})"
            for t in drawn.itertuples()
        ],
    )
    axes = figure.body
    axes.set(xlim=(0, 1), ylim=(rows - 0.5, -0.5), xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    of_actor = dict(zip(actors, _spread(len(actors), rows), strict=True))
    of_issue = dict(zip(issues, _spread(len(issues), rows), strict=True))
    most = float(drawn["n"].max())
    x = np.linspace(0, 1, 60)
    bend = x * x * (3 - 2 * x)
    for tie in drawn.sort_values(["n", "actor", "issue"], ascending=False).itertuples():
        low, high, sign = of_actor[tie.actor], of_issue[tie.issue], _sign(tie.mean)
        axes.plot(
            x,
            low + (high - low) * bend,
            color=alignment_color(tie.mean) if sign else NEITHER,
            linestyle=STROKES[sign],
            linewidth=max(paper.font * 0.08, paper.font * 0.5 * tie.n / most),
            dash_capstyle="butt",
            alpha=0.9,
        )
    nodes = [
        (0, y, "o", -0.7, "right", name) for name, y in zip(names, of_actor.values(), strict=True)
    ]
    nodes += [
        (1, y, "s", 0.7, "left", name) for name, y in zip(headings, of_issue.values(), strict=True)
    ]
    for at, y, marker, shift, side, name in nodes:
        axes.plot(at, y, marker, color=INK, markersize=paper.font * 0.6, clip_on=False)
        write(axes, paper, name, (at, y), shift=(shift, 0), ha=side)
    _draw_strokes(figure, book.sides, paper)
    return figure


def _draw_strokes(figure: Chart, sides: tuple[str, str], size: Size) -> None:
    """What the three strokes mean, under the network."""
    along, away = (sides[0], alignment_color(1), 1), (sides[1], alignment_color(-1), -1)
    box = figure.body.get_position()
    y = box.y0 - size.line * 1.1 / figure.get_figheight()
    x, small = box.x0, size.font * 0.92
    long = 2.6 * size.font / 72 / size.width
    for text, color, sign in (along, ("neither", NEITHER, 0), away):
        stroke = Line2D([x, x + long], [y, y], color=color, transform=figure.transFigure)
        stroke.set(linestyle=STROKES[sign], linewidth=size.font * 0.3)
        figure.add_artist(stroke)
        figure.text(x + long * 1.25, y, text, va="center", fontsize=small, color=MUTED)
        x += long * 1.25 + (text_width(text, small) + 1.6 * size.font / 72) / size.width
