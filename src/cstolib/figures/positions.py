"""F6 and F7: where the members stand."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..codebook import Codebook, load_codebook
from ..tables import require_columns
from .sheet import Chart, Mark, beside, empty_chart, label_rows, label_width, make_chart, open_sheet
from .style import (
    BLUE,
    DIVERGING,
    INK,
    MUTED,
    RULE,
    Size,
    count_of,
    list_names,
    plain,
    signed,
    wrap,
)

# Statements that a member needs to stand among the others; those with fewer come last.
FIRM = 5


def alignment_color(value: float) -> str:
    """The colour of an alignment of −1 … +1."""
    from matplotlib.colors import to_hex

    return to_hex(DIVERGING((float(value) + 1) / 2))


def issue_heading(issue: str, book: Codebook) -> str:
    """An issue as the heading of a column or the name of a node."""
    label = plain(book.call_issue(issue))
    return label[:1].upper() + label[1:]


def plot_stance(
    positions: pd.DataFrame,
    statements: pd.DataFrame | None = None,
    *,
    codebook: Codebook | None = None,
    size: str = "page",
) -> Chart:
    """F6: members by issues. Colour: mean alignment; area: n; hatch: conflict; blank: no evidence.

    positions: summarise_stance(statements, by=["actor", "issue"]); statements give the number of
    articles in the line under the title; codebook: the order and names of issues and sides (None:
    the one that ships).
    """
    require_columns(positions, "positions", ["actor", "issue", "n", "alignment"])

    def draw(size: Size) -> Chart:
        return _draw_stance(positions, statements, codebook or load_codebook(), size)

    return make_chart(draw, size)


def _stance_title(cells: pd.DataFrame, book: Codebook) -> str:
    """The cells furthest on each side; those with fewer than three statements only if all have."""
    firm = cells[cells["n"] >= 3]
    cells = firm if len(firm) else cells
    keys = ["alignment", "n", "actor", "issue"]
    best = cells.sort_values(keys, ascending=[False, False, True, True]).iloc[0]
    worst = cells.sort_values(keys, ascending=[True, False, True, True]).iloc[0]

    def say(cell: pd.Series) -> str:
        issue = plain(book.call_issue(cell["issue"]))
        return (
            f"{plain(cell['actor'])} on {issue} ({signed(cell['alignment'])}, n {int(cell['n'])})"
        )

    if best["alignment"] == worst["alignment"]:
        return f"All that was found stands at {signed(best['alignment'])}: {say(best)}"
    return f"Closest to {book.called}: {say(best)}; furthest from it: {say(worst)}"


def _draw_stance(
    positions: pd.DataFrame, statements: pd.DataFrame | None, book: Codebook, size: Size
) -> Chart:
    cells = positions[positions["alignment"].notna() & (positions["n"] > 0)]
    if cells.empty:
        return empty_chart(
            size,
            title="No statement on where a member stands",
            why="no sentence was found in which an actor takes a side",
        )
    issues = book.order_issues(positions["issue"].dropna().astype(str))
    headings = [issue_heading(issue, book) for issue in issues]
    along, away = book.sides
    weight = (
        cells.assign(total=cells["alignment"] * cells["n"]).groupby("actor")[["total", "n"]].sum()
    )
    mean = (weight["total"] / weight["n"]).sort_values(ascending=False, kind="stable")
    firm = weight["n"].reindex(mean.index) >= FIRM
    actors = [str(a) for a in [*mean.index[firm], *mean.index[~firm]]] + sorted(
        set(positions["actor"].dropna()) - set(mean.index)
    )
    actors = actors[: size.rows // 2 + 2]
    blank = len(actors) * len(issues) - len(cells[cells["actor"].isin(actors)])
    conflicts = int(cells.get("conflict", pd.Series(dtype=bool)).fillna(False).astype(bool).sum())
    about = f"{count_of(int(cells['n'].sum()), 'statement')}"
    if statements is not None and len(statements):
        about += f" in {count_of(statements['article_id'].nunique(), 'article')}"
    about += (
        f"; {blank} of {count_of(len(actors) * len(issues), 'cell')} without evidence, "
        f"{conflicts} with conflicting statements"
    )
    title = _stance_title(cells, book)
    labels = [plain(actor) for actor in actors]
    left = label_width(size, labels, 0.2)
    row_height = size.line * 2.6
    figure = open_sheet(
        size,
        title=title,
        about=about,
        notes=[
            f"Number: mean alignment, −1 {away}, +1 sides with it; under it the "
            "statements. Area of the disc: statements. Hatched: statements conflict. Blank: no "
            "evidence, which is not 0."
        ],
        body=len(actors) * row_height,
        left=left,
        right=0.0,
        above=1.5 if max(map(len, headings)) < 14 else 2.6,
        below=3.4,
        alt=title
        + ". "
        + "; ".join(
            f"{plain(r.actor)} on {plain(r.issue)}: {signed(r.alignment)} (n {int(r.n)})"
            for r in cells.itertuples()
        ),
    )
    axes = figure.body
    label_rows(axes, size, labels, left)
    axes.set_xlim(-0.5, len(issues) - 0.5)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    box = axes.get_position()
    across = box.width * size.width / len(issues)
    down = box.height * figure.get_figheight() / len(actors)
    for column, heading in enumerate(headings):
        lines = wrap(heading, across * 0.96, size.font)
        axes.annotate(
            "\n".join(lines),
            (column, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 0.4 * size.font),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=size.font if len(lines) == 1 else size.font * 0.9,
            annotation_clip=False,
        )
    for edge in np.arange(len(actors) + 1) - 0.5:
        axes.axhline(edge, color=RULE, linewidth=0.5, clip_on=False)
    war = sum(issue in book.war_issues for issue in issues)
    if 0 < war < len(issues):
        axes.axvline(war - 0.5, color=MUTED, linewidth=0.8, linestyle=(0, (2, 2)))
    _draw_discs(axes, cells, actors, issues, across, down, size)
    _draw_scale(figure, (away, along), size)
    return figure


def _draw_discs(
    axes: Axes,
    cells: pd.DataFrame,
    actors: list[str],
    issues: list[str],
    across: float,
    down: float,
    size: Size,
) -> None:
    """A disc and its numbers for each cell with evidence; inches of a cell: across by down."""
    most = float(cells["n"].max())
    widest = min(down * 0.86, across * 0.46) * 72  # points
    least = widest * 0.28
    for cell in cells.itertuples():
        if cell.actor not in actors:
            continue
        x, y = issues.index(str(cell.issue)), actors.index(str(cell.actor))
        diameter = max(least, widest * np.sqrt(float(cell.n) / most))
        conflict = getattr(cell, "conflict", False)
        conflict = pd.notna(conflict) and bool(conflict)
        axes.scatter(
            [x - 0.22],
            [y],
            s=diameter**2,
            facecolor=alignment_color(cell.alignment),
            edgecolor=INK,
            linewidth=size.font * 0.07,
            hatch="/////" if conflict else None,
            zorder=3,
        )
        axes.annotate(
            signed(cell.alignment),
            (x + 0.06, y),
            xytext=(0, 0.1 * size.font),
            textcoords="offset points",
            va="bottom",
            fontsize=size.font * 0.92,
        )
        axes.annotate(
            f"n {int(cell.n)}",
            (x + 0.06, y),
            xytext=(0, -0.15 * size.font),
            textcoords="offset points",
            va="top",
            fontsize=size.font * 0.8,
            color=MUTED,
        )


def _draw_scale(figure: Chart, ends: tuple[str, str], size: Size) -> None:
    """The colour scale, under the matrix, and what its ends mean."""
    box = figure.body.get_position()
    height = size.line * 0.55 / figure.get_figheight()
    axes = figure.add_axes(
        (box.x0 + box.width * 0.3, box.y0 - 3.0 * height, box.width * 0.4, height)
    )
    axes.imshow(
        np.linspace(-1, 1, 201)[None, :], cmap=DIVERGING, aspect="auto", extent=(-1, 1, 0, 1)
    )
    axes.set_yticks([])
    axes.set_xticks([-1, -0.5, 0, 0.5, 1], ["−1", "−0.5", "0", "+0.5", "+1"])
    axes.tick_params(labelsize=size.font * 0.8, pad=1.5)
    for spine in axes.spines.values():
        spine.set_visible(False)
    for x, text, side in ((0, f"{ends[0]}  ", "right"), (1, f"  {ends[1]}", "left")):
        axes.text(
            x, 0.5, text, ha=side, va="center", fontsize=size.font * 0.88, transform=axes.transAxes
        )


def plot_ranking(
    positions: pd.DataFrame,
    statements: pd.DataFrame | None = None,
    *,
    issues: Sequence[str] | None = None,
    codebook: Codebook | None = None,
    size: str = "page",
) -> Chart:
    """F7: members from most to least aligned with the principal, with intervals and articles.

    positions: summarise_stance(statements, by="actor"), over the issues of the war; statements:
    those that it was summarised from, for the marks of articles (limited to `issues` if given).
    """
    require_columns(
        positions, "positions", ["actor", "n", "n_articles", "alignment", "low", "high"]
    )

    def draw(size: Size) -> Chart:
        marks = statements
        if marks is not None and issues is not None:
            marks = marks[marks["issue"].isin(list(issues))]
        return _draw_ranking(positions, marks, codebook or load_codebook(), size)

    return make_chart(draw, size)


def _ranking_title(ranked: pd.DataFrame, side: str) -> str:
    """First and last; ties are told together, and an overlap of intervals is said."""
    means = ranked["alignment"].round(2)
    first, last = means.iloc[0], means.iloc[-1]
    if len(ranked) == 1:
        only = plain(ranked["actor"].iloc[0])
        return f"{only} stands at {signed(first)}: no other member has evidence"
    if first == last:
        return f"All {len(ranked)} members stand at {signed(first)}"
    leaders = [plain(a) for a in ranked.loc[means == first, "actor"]]
    trailers = [plain(a) for a in ranked.loc[means == last, "actor"]]
    title = (
        f"{list_names(leaders)} {'stands' if len(leaders) == 1 else 'stand'} closest to {side} "
        f"({signed(first)}), {list_names(trailers)} furthest from it ({signed(last)})"
    )
    if not ranked["low"].iloc[0] > ranked["high"].iloc[-1]:
        title += "; their intervals overlap or are not known"
    return title


def _draw_ranking(
    positions: pd.DataFrame, statements: pd.DataFrame | None, book: Codebook, size: Size
) -> Chart:
    known = positions[positions["alignment"].notna() & (positions["n"] > 0)]
    if known.empty:
        return empty_chart(
            size,
            title="No member can be ranked",
            why="no statement on the war was found in which a member takes a side",
        )
    ranked = known.sort_values(["alignment", "actor"], ascending=[False, True], kind="stable")
    without = sorted(set(positions["actor"].dropna()) - set(ranked["actor"]))
    ranked = ranked.head(size.rows)
    title = _ranking_title(ranked, book.called)
    labels = [plain(actor) for actor in ranked["actor"]]
    left = label_width(size, labels)
    notes = [
        "Bars: bootstrap interval over articles; none where one article is all there is. "
        "Small marks: the mean of one article, or of as many as the number beside it."
    ]
    if without:
        notes.append(f"No evidence, which is not 0: {', '.join(map(plain, without))}.")
    figure = open_sheet(
        size,
        title=title,
        about=f"{count_of(int(known['n'].sum()), 'statement')} on the war about "
        f"{count_of(len(known), 'member')}",
        notes=notes,
        key=[
            Mark("mean of all statements", BLUE, marker="o"),
            Mark("one article", MUTED, marker="d", filled=False),
        ]
        if statements is not None
        else [],
        body=len(ranked) * size.line * 2.3,
        left=left,
        right=size.font * 10.5 / 72,
        below=3.4,
        alt=title
        + ". "
        + "; ".join(
            f"{plain(r.actor)} {signed(r.alignment)} (n {int(r.n)})" for r in ranked.itertuples()
        ),
    )
    axes = figure.body
    label_rows(axes, size, labels, left)
    axes.axvline(0, color=MUTED, linewidth=0.8)
    axes.grid(axis="x", color=RULE)
    axes.set_xlim(-1.06, 1.06)
    for row, member in enumerate(ranked.itertuples()):
        if pd.notna(member.low) and pd.notna(member.high):
            axes.plot(
                [member.low, member.high],
                [row, row],
                color=BLUE,
                linewidth=size.font * 0.22,
                solid_capstyle="butt",
            )
        axes.plot(member.alignment, row, "o", color=BLUE, markersize=size.font * 0.95, zorder=4)
        axes.annotate(
            signed(member.alignment),
            (member.alignment, row),
            xytext=(0, 0.72 * size.font),
            textcoords="offset points",
            ha="center",
            fontsize=size.font * 0.85,
            color=BLUE,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4},
            zorder=3,
        )
        beside(
            axes, row, f"n {int(member.n)} in {count_of(int(member.n_articles), 'article')}", size
        )
        if statements is not None:
            mine = statements[statements["actor"] == member.actor]
            of_article = mine.groupby("article_id")["alignment"].mean().astype(float).round(2)
            many = of_article.value_counts().sort_index()
            means = many.index.to_numpy(float)
            for mean, n in many[many > 1].items():
                axes.annotate(
                    str(n),
                    (mean, row + 0.27),
                    xytext=(0.36 * size.font, 0),
                    textcoords="offset points",
                    va="center",
                    fontsize=size.font * 0.7,
                    color=MUTED,
                )
            axes.plot(
                means,
                np.full(len(means), row + 0.27),
                "d",
                color=MUTED,
                markerfacecolor="white",
                markersize=size.font * 0.42,
                markeredgewidth=size.font * 0.08,
                clip_on=False,
            )
    axes.set_xticks([-1, -0.5, 0, 0.5, 1], ["−1", "−0.5", "0", "+0.5", "+1"])
    along, away = book.sides
    axes.set_xlabel(f"{away}  ←  mean alignment  →  {along}")
    return figure
