"""F6 and F7: where the members stand."""

import numpy as np
import pandas as pd

from ..codebook import Codebook, load_codebook
from ..tables import accept_table
from .sheet import (
    Chart,
    Look,
    Mark,
    at_any_size,
    beside,
    body_inches,
    draw_interval,
    empty_chart,
    open_sheet,
    write,
)
from .style import (
    BLUE,
    DIVERGING,
    INK,
    MUTED,
    RULE,
    SIDES,
    SIZES,
    alignment_color,
    count_of,
    list_names,
    plain,
    signed,
    wrap,
)

# Statements that a member needs to stand among the others; those with fewer come last.
FIRM = 5


def issue_heading(issue: str, book: Codebook) -> str:
    """An issue as the heading of a column or the name of a node."""
    label = plain(book.call_issue(issue))
    return label[:1].upper() + label[1:]


def _stance_title(cells: pd.DataFrame, book: Codebook) -> str:
    """The cells furthest on each side; those with fewer than three statements only if all have."""
    firm = cells[cells["n"] >= 3]
    cells = firm if len(firm) else cells
    keys = ["alignment", "n", "actor", "issue"]
    best = cells.sort_values(keys, ascending=[False, False, True, True]).iloc[0]
    worst = cells.sort_values(keys, ascending=[True, False, True, True]).iloc[0]

    def say(cell: pd.Series) -> str:
        # a no-break space: n stays by its number
        value = f"({signed(cell['alignment'])}, n\u00a0{int(cell['n'])})"
        return f"{plain(cell['actor'])} on {plain(book.call_issue(cell['issue']))} {value}"

    if best["alignment"] == worst["alignment"]:
        return f"All that was found stands at {signed(best['alignment'])}: {say(best)}"
    return f"Closest to {book.called}: {say(best)}; furthest from it: {say(worst)}"


def _order_actors(positions: pd.DataFrame, cells: pd.DataFrame) -> list[str]:
    """The members by their mean, those of few statements behind, those of none last."""
    weight = (
        cells.assign(total=cells["alignment"] * cells["n"]).groupby("actor")[["total", "n"]].sum()
    )
    mean = (weight["total"] / weight["n"]).sort_values(ascending=False, kind="stable")
    firm = weight["n"].reindex(mean.index) >= FIRM
    silent = sorted(set(positions["actor"].dropna()) - set(mean.index))
    return [str(actor) for actor in (*mean.index[firm], *mean.index[~firm], *silent)]


@at_any_size
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
    needed = ["actor", "issue", "n", "alignment"]
    positions = accept_table(positions, "positions", needed)
    paper, book = SIZES[size], codebook or load_codebook()
    positions = positions.reindex(columns=[*needed, "conflict"])
    positions["conflict"] = positions["conflict"].fillna(False).astype(bool)
    cells = positions[positions["alignment"].notna() & (positions["n"] > 0)]
    if cells.empty:
        return empty_chart(
            paper,
            title="No statement on where a member stands",
            why="no sentence was found in which an actor takes a side",
        )
    issues = book.order_issues(positions["issue"].dropna().astype(str))
    headings = [issue_heading(issue, book) for issue in issues]
    actors = _order_actors(positions, cells)[: paper.rows // 2 + 2]
    many = len(actors) * len(issues)
    about = count_of(int(cells["n"].sum()), "statement")
    if statements is not None and len(statements):
        about += f" in {count_of(statements['article_id'].nunique(), 'article')}"
    blank = many - int(cells["actor"].isin(actors).sum())
    about += f"; {blank} of {count_of(many, 'cell')} without evidence, "
    about += f"{cells['conflict'].sum()} with conflicting statements"
    labels = [plain(actor) for actor in actors]
    figure = open_sheet(
        paper,
        title=_stance_title(cells, book),
        about=about,
        notes=[
            f"Number: mean alignment, −1 {book.sides[1]}, +1 sides with it; under it the "
            "statements. Area of the disc: statements. Hatched: statements conflict. Blank: no "
            "evidence, which is not 0."
        ],
        body=len(actors) * paper.line * 2.6,
        labels=labels,
        most=0.2,
        right=0.0,
        above=1.5 if max(map(len, headings)) < 14 else 2.6,
        below=3.4,
        says=[
            f"{plain(r.actor)} on {plain(r.issue)}: {signed(r.alignment)} (n {int(r.n)})"
            for r in cells.itertuples()
        ],
    )
    axes = figure.body
    axes.set_xlim(-0.5, len(issues) - 0.5)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    over = ("data", "axes fraction")
    for column, heading in enumerate(headings):
        lines = wrap(heading, body_inches(figure)[0] / len(issues) * 0.96, paper.font)
        look: Look = {"share": 1 if len(lines) == 1 else 0.9, "ha": "center", "va": "bottom"}
        write(axes, paper, "\n".join(lines), (column, 1), shift=(0, 0.4), xycoords=over, **look)
    for edge in range(len(actors) + 1):
        axes.axhline(edge - 0.5, color=RULE, linewidth=0.5, clip_on=False)
    war = sum(issue in book.war_issues for issue in issues)
    if 0 < war < len(issues):
        axes.axvline(war - 0.5, color=MUTED, linewidth=0.8, linestyle=(0, (2, 2)))
    _draw_discs(figure, cells[cells["actor"].isin(actors)], float(cells["n"].max()), actors, issues)
    _draw_scale(figure, book.sides)
    return figure


def _draw_discs(
    figure: Chart, cells: pd.DataFrame, most: float, actors: list[str], issues: list[str]
) -> None:
    """A disc and its numbers for each cell with evidence; `most` statements fill a cell."""
    axes, paper = figure.body, figure.size
    width, height = body_inches(figure)
    widest = min(height / len(actors) * 0.86, width / len(issues) * 0.46) * 72  # points
    for cell in cells.itertuples():
        x, y = issues.index(str(cell.issue)), actors.index(str(cell.actor))
        diameter = max(widest * 0.28, widest * np.sqrt(float(cell.n) / most))
        axes.scatter(
            [x - 0.22],
            [y],
            s=diameter**2,
            facecolor=alignment_color(cell.alignment),
            edgecolor=INK,
            linewidth=paper.font * 0.07,
            hatch="/////" if cell.conflict else None,
            zorder=3,
        )
        beyond = (x + 0.06, y)
        write(axes, paper, signed(cell.alignment), beyond, shift=(0, 0.1), share=0.92, va="bottom")
        said: Look = {"share": 0.8, "va": "top", "color": MUTED}
        write(axes, paper, f"n {int(cell.n)}", beyond, shift=(0, -0.15), **said)


def _draw_scale(figure: Chart, sides: tuple[str, str]) -> None:
    """The colour scale, under the matrix, and what its ends mean."""
    size, box = figure.size, figure.body.get_position()
    height = size.line * 0.55 / figure.get_figheight()
    axes = figure.add_axes(
        (box.x0 + box.width * 0.3, box.y0 - 3.0 * height, box.width * 0.4, height)
    )
    colors = np.linspace(-1, 1, 201)[None, :]
    axes.imshow(colors, cmap=DIVERGING, aspect="auto", extent=(-1, 1, 0, 1))
    axes.set_yticks([])
    axes.set_xticks(*SIDES)
    axes.tick_params(labelsize=size.font * 0.8, pad=1.5)
    axes.spines[:].set_visible(False)
    look: Look = {"va": "center", "fontsize": size.font * 0.88, "transform": axes.transAxes}
    axes.text(0, 0.5, f"{sides[1]}  ", ha="right", **look)
    axes.text(1, 0.5, f"  {sides[0]}", ha="left", **look)


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


@at_any_size
def plot_ranking(
    positions: pd.DataFrame,
    statements: pd.DataFrame | None = None,
    *,
    codebook: Codebook | None = None,
    size: str = "page",
) -> Chart:
    """F7: members from most to least aligned with the principal, with intervals and articles.

    positions: summarise_stance(statements, by="actor"), over the issues of the war; statements:
    those that it was summarised from, for the marks of articles.
    """
    needed = ["actor", "n", "n_articles", "alignment", "low", "high"]
    positions = accept_table(positions, "positions", needed)
    paper, book = SIZES[size], codebook or load_codebook()
    known = positions[positions["alignment"].notna() & (positions["n"] > 0)]
    if known.empty:
        return empty_chart(
            paper,
            title="No member can be ranked",
            why="no statement on the war was found in which a member takes a side",
        )
    ranked = known.sort_values(["alignment", "actor"], ascending=[False, True], kind="stable")
    without = sorted(set(positions["actor"].dropna()) - set(ranked["actor"]))
    ranked = ranked.head(paper.rows)
    labels = [plain(actor) for actor in ranked["actor"]]
    notes = [
        "Bars: bootstrap interval over articles; none where one article is all there is. "
        "Small marks: the mean of one article, or of as many as the number beside it."
    ]
    if without:
        notes.append(f"No evidence, which is not 0: {', '.join(map(plain, without))}.")
    marks = [
        Mark("mean of all statements", BLUE, marker="o"),
        Mark("one article", MUTED, marker="d", filled=False),
    ]
    figure = open_sheet(
        paper,
        title=_ranking_title(ranked, book.called),
        about=f"{count_of(int(known['n'].sum()), 'statement')} on the war about "
        f"{count_of(len(known), 'member')}",
        notes=notes,
        key=marks if statements is not None else [],
        body=len(ranked) * paper.line * 2.3,
        labels=labels,
        right=paper.font * 10.5 / 72,
        below=3.4,
        says=[
            f"{plain(r.actor)} {signed(r.alignment)} (n {int(r.n)})" for r in ranked.itertuples()
        ],
    )
    axes = figure.body
    axes.axvline(0, color=MUTED, linewidth=0.8)
    axes.grid(axis="x", color=RULE)
    axes.set_xlim(-1.06, 1.06)
    for row, member in enumerate(ranked.itertuples()):
        mean, wide = member.alignment, paper.font * 0.22
        draw_interval(axes, member.low, member.high, row, BLUE, wide, solid_capstyle="butt")
        axes.plot(mean, row, "o", color=BLUE, markersize=paper.font * 0.95, zorder=4)
        white: Look = {"facecolor": "white", "edgecolor": "none", "pad": 0.4}
        look: Look = {"ha": "center", "va": "baseline", "color": BLUE, "bbox": white, "zorder": 3}
        write(axes, paper, signed(mean), (mean, row), shift=(0, 0.72), share=0.85, **look)
        counted = f"n {int(member.n)} in {count_of(int(member.n_articles), 'article')}"
        beside(axes, row, counted, paper)
        if statements is not None:
            _draw_articles(figure, row, statements[statements["actor"] == member.actor])
    axes.set_xticks(*SIDES)
    along, away = book.sides
    axes.set_xlabel(f"{away}  ←  mean alignment  →  {along}")
    return figure


def _draw_articles(figure: Chart, row: int, mine: pd.DataFrame) -> None:
    """A small mark for the mean of each article; a number where several have the same."""
    axes, paper = figure.body, figure.size
    of_article = mine.groupby("article_id")["alignment"].mean().astype(float).round(2)
    many = of_article.value_counts().sort_index()
    for mean, n in many[many > 1].items():
        at = (float(mean), row + 0.27)
        write(axes, paper, str(n), at, shift=(0.36, 0), share=0.7, color=MUTED)
    axes.plot(
        many.index.to_numpy(float),
        np.full(len(many), row + 0.27),
        "d",
        color=MUTED,
        markerfacecolor="white",
        markersize=paper.font * 0.42,
        markeredgewidth=paper.font * 0.08,
        clip_on=False,
    )
