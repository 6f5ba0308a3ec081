"""F8 and F9: who says so, and which member is tied to which issue."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from ..codebook import Codebook, load_codebook
from ..tables import require_columns
from .positions import FIRM, alignment_color, issue_heading
from .sheet import Chart, Mark, beside, empty_chart, label_rows, label_width, make_chart, open_sheet
from .style import BLUE, INK, MUTED, ORANGE, SKY, Size, count_of, plain, signed, text_width

VOICES = {
    "author": Mark("the article itself", BLUE),
    "official": Mark("officials", ORANGE, hatch="////"),
    "expert": Mark("experts", SKY, hatch="...."),
    "other": Mark("others", "#e0e0e0"),
}


def plot_voices(statements: pd.DataFrame, *, size: str = "page") -> Chart:
    """F8: whose voice makes the statements about each member: authors, officials, experts, others.

    statements: the table that code_stance returned.
    """
    require_columns(statements, "statements", ["actor", "voice"])

    def draw(size: Size) -> Chart:
        return _draw_voices(statements, size)

    return make_chart(draw, size)


def _draw_voices(statements: pd.DataFrame, size: Size) -> Chart:
    counts = pd.crosstab(statements["actor"], statements["voice"])
    counts = counts.reindex(columns=list(VOICES), fill_value=0)
    if not counts.to_numpy().sum():
        return empty_chart(size, title="Nobody is quoted", why="no statement was found")
    total = counts.sum(axis=1)
    share = counts.div(total, axis=0)
    order = share.assign(few=total < FIRM, n=-total)
    order = order.sort_values(["few", "author", "n"], ascending=[True, False, True]).index
    shown = order[: size.rows]
    whole = counts.sum() / counts.to_numpy().sum()
    leading = str(whole.idxmax())
    title = f"{VOICES[leading].label[0].upper()}{VOICES[leading].label[1:]}"
    verb = "makes" if leading == "author" else "make"
    title += f" {verb} {whole[leading]:.0%} of the statements on where members stand"
    labels = [plain(actor) for actor in shown]
    left = label_width(size, labels)
    present = [voice for voice in VOICES if counts[voice].sum()]
    figure = open_sheet(
        size,
        title=title,
        about=f"{count_of(int(total.sum()), 'statement')} about {count_of(len(order), 'member')}",
        notes=[f"{len(shown)} of {len(order)} members are drawn."]
        if len(shown) < len(order)
        else [],
        key=[
            Mark(f"{VOICES[v].label} {whole[v]:.0%}", VOICES[v].color, VOICES[v].hatch)
            for v in present
        ],
        body=len(shown) * size.line * 1.8,
        left=left,
        right=size.font * 4.5 / 72,
        alt=title
        + ". "
        + "; ".join(
            f"{plain(a)}: " + ", ".join(f"{VOICES[v].label} {share.loc[a, v]:.0%}" for v in present)
            for a in shown
        ),
    )
    axes = figure.body
    label_rows(axes, size, labels, left)
    inches = axes.get_position().width * size.width
    for row, actor in enumerate(shown):
        start = 0.0
        for voice in present:
            part = float(share.loc[actor, voice])
            if not part:
                continue
            mark = VOICES[voice]
            axes.barh(
                row,
                part,
                left=start,
                height=0.68,
                color=mark.color,
                hatch=mark.hatch,
                edgecolor=INK if mark.hatch else "white",
                linewidth=0.4,
            )
            text = f"{part:.0%}"
            if part * inches > text_width(text, size.font) * 1.5:
                axes.text(
                    start + part / 2,
                    row,
                    text,
                    ha="center",
                    va="center",
                    fontsize=size.font * 0.9,
                    color="white" if voice == "author" else INK,
                    bbox={"facecolor": mark.color, "edgecolor": "none", "pad": size.font * 0.12},
                )
            start += part
        beside(axes, row, f"n {int(total[actor])}", size)
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.set_xlabel("share of the statements about the member")
    return figure


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
    require_columns(statements, "statements", ["actor", "issue", "alignment"])

    def draw(size: Size) -> Chart:
        return _draw_network(statements, codebook or load_codebook(), size, least)

    return make_chart(draw, size)


def _sign(mean: float) -> int:
    """The side of a mean alignment; within a twentieth of 0 it has none."""
    return 0 if abs(mean) < 0.05 else int(np.sign(mean))


def _draw_network(statements: pd.DataFrame, book: Codebook, size: Size, least: int) -> Chart:
    known = statements[statements["alignment"].notna()]
    ties = known.groupby(["actor", "issue"])["alignment"].agg(mean="mean", n="size").reset_index()
    ties["mean"] = ties["mean"].astype(float)
    drawn = ties[ties["n"] >= least]
    if drawn.empty:
        return empty_chart(
            size, title="No member is tied to an issue", why="no statement was found"
        )
    issues = book.order_issues(drawn["issue"])
    headings = {issue: issue_heading(issue, book) for issue in issues}
    mean = drawn.assign(total=drawn["mean"] * drawn["n"]).groupby("actor")[["total", "n"]].sum()
    mean = mean.assign(few=mean["n"] < FIRM, mean=mean["total"] / mean["n"])
    actors = list(mean.sort_values(["few", "mean"], ascending=[True, False], kind="stable").index)
    sides = drawn["mean"].map(_sign)
    away, along = int((sides < 0).sum()), int((sides > 0).sum())
    title = (
        f"{away} of {count_of(len(drawn), 'tie')} between members and issues point away from "
        f"{book.called}, {along} towards it"
    )
    notes = [
        "Each line: the statements of a member on an issue; width: how many; colour and stroke: "
        "their mean alignment."
    ]
    if len(drawn) < len(ties):
        notes.append(
            f"{len(ties) - len(drawn)} ties of fewer than {least} statements are not drawn."
        )
    names = [plain(actor) for actor in actors]
    left = label_width(size, names) + size.font / 72
    rows = max(len(actors), len(issues))
    figure = open_sheet(
        size,
        title=title,
        about=f"{count_of(int(drawn['n'].sum()), 'statement')}, "
        f"{count_of(len(actors), 'member')}, {count_of(len(issues), 'issue')}",
        notes=notes,
        body=rows * size.line * 2.8,
        left=left,
        right=label_width(size, headings.values()) + size.font / 72,
        below=2.2,
        alt=title
        + ". "
        + "; ".join(
            f"{plain(t.actor)} – {plain(t.issue)}: {signed(t.mean)} (n {int(t.n)})"
            for t in drawn.itertuples()
        ),
    )
    axes = figure.body
    axes.set(xlim=(0, 1), ylim=(rows - 0.5, -0.5), xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set_visible(False)
    heights = {
        **{("actor", a): _spread(i, len(actors), rows) for i, a in enumerate(actors)},
        **{("issue", i): _spread(k, len(issues), rows) for k, i in enumerate(issues)},
    }
    widest, most = size.font * 0.5, float(drawn["n"].max())
    x = np.linspace(0, 1, 60)
    bend = x * x * (3 - 2 * x)
    for tie in drawn.sort_values(["n", "actor", "issue"], ascending=False).itertuples(index=False):
        actor, issue, value, n = tie
        low, high = heights["actor", actor], heights["issue", issue]
        style = {1: "solid", -1: (0, (3, 1.2)), 0: (0, (0.6, 1.2))}[_sign(value)]
        axes.plot(
            x,
            low + (high - low) * bend,
            color=alignment_color(value if _sign(value) else 0) if _sign(value) else "#8c8c8c",
            linestyle=style,
            linewidth=max(size.font * 0.08, widest * n / most),
            dash_capstyle="butt",
            alpha=0.9,
        )
    for (kind, name), y in heights.items():
        at, side, shift = (0, "right", -1) if kind == "actor" else (1, "left", 1)
        axes.plot(
            at,
            y,
            "o" if kind == "actor" else "s",
            color=INK,
            markersize=size.font * 0.6,
            clip_on=False,
        )
        axes.annotate(
            plain(name) if kind == "actor" else headings[name],
            (at, y),
            xytext=(shift * size.font * 0.7, 0),
            textcoords="offset points",
            ha=side,
            va="center",
            annotation_clip=False,
        )
    _draw_strokes(figure, book.sides, size)
    return figure


def _spread(place: int, many: int, rows: int) -> float:
    """The height of one of `many` nodes in a column of `rows`."""
    return (rows - 1) / 2 if many == 1 else place * (rows - 1) / (many - 1)


def _draw_strokes(figure: Chart, sides: tuple[str, str], size: Size) -> None:
    """What the three strokes mean, under the network."""
    axes = figure.body
    entries: tuple[tuple[str, str, Any], ...] = (
        (sides[0], alignment_color(1), "solid"),
        ("neither", "#8c8c8c", (0, (0.6, 1.2))),
        (sides[1], alignment_color(-1), (0, (3, 1.2))),
    )
    box = axes.get_position()
    y = box.y0 - size.line * 1.1 / figure.get_figheight()
    x = box.x0
    for text, color, style in entries:
        long = 2.6 * size.font / 72 / size.width
        figure.add_artist(
            Line2D(
                [x, x + long],
                [y, y],
                color=color,
                linestyle=style,
                linewidth=size.font * 0.3,
                transform=figure.transFigure,
            )
        )
        figure.text(x + long * 1.25, y, text, va="center", fontsize=size.font * 0.92, color=MUTED)
        x += long * 1.25 + (text_width(text, size.font * 0.92) + 1.6 * size.font / 72) / size.width
