"""F11, F12 and F13: how far the results may be believed."""

import pandas as pd

from ..codebook import Codebook, load_codebook
from ..tables import require_columns
from .sheet import (
    Chart,
    Mark,
    at_any_size,
    beside,
    body_inches,
    draw_interval,
    draw_mark,
    empty_chart,
    note_rest,
    open_sheet,
)
from .style import (
    BLUE,
    INK,
    MUTED,
    RULE,
    SIDES,
    SIZES,
    VERMILION,
    count_of,
    plain,
    signed,
    text_width,
    tick,
)

AGAINST_GOLD = Mark("against gold", BLUE, marker="o")
AMONG = Mark("against each other", VERMILION, marker="s", filled=False)
ONE_SETTING = Mark("under one setting", MUTED, marker="o", filled=False)
OWN_SETTING = Mark("the study's own setting", BLUE, marker="o")


@at_any_size
def plot_votes(
    votes: pd.DataFrame, *, codebook: Codebook | None = None, size: str = "page"
) -> Chart:
    """F11: alignment in the texts against votes at the United Nations, one point per member.

    votes: actor, alignment, low, high (of the texts), vote_index (−1 always against the
    codebook's principal … +1 always with it), and where computed rho (Spearman), p (exact,
    two-sided), p_smallest (the least that so few members can give), the same in every row. n and
    n_votes: statements and votes.
    """
    require_columns(votes, "votes", ["actor", "alignment", "vote_index"])
    paper, book = SIZES[size], codebook or load_codebook()
    more = ["low", "high", "n", "n_votes", "rho", "p", "p_smallest"]
    votes = votes.reindex(columns=["actor", "alignment", "vote_index", *more])
    known = votes[votes["alignment"].notna() & votes["vote_index"].notna()]
    if len(known) < 2:
        return empty_chart(
            paper,
            title="Texts and votes cannot be compared",
            why=f"{count_of(len(known), 'member')} with both statements and votes; two are needed",
        )
    rho, p, least = (known[column].max() for column in ("rho", "p", "p_smallest"))
    if pd.isna(rho):
        rho = float(known["alignment"].corr(known["vote_index"], method="spearman"))
    how = (
        "rise together" if rho > 0.3 else "run against each other" if rho < -0.3 else "barely agree"
    )
    title = f"Texts and votes {how} over {len(known)} members (rank correlation {signed(rho)})"
    note = f"With {len(known)} members this describes and cannot prove"
    note += f": exact p = {p:.3f}" if pd.notna(p) else ""
    note += f", where the least that so few can give is {least:.3f}" if pd.notna(least) else ""
    notes = [f"{note}. Bars: bootstrap interval over articles."]
    if missing := sorted(set(votes["actor"].dropna()) - set(known["actor"])):
        notes.append(f"Without statements or votes: {', '.join(map(plain, missing))}.")
    counted = []
    if known["n"].notna().any():
        counted.append(count_of(int(known["n"].sum()), "statement"))
    if known["n_votes"].notna().any():
        counted.append(f"{count_of(int(known['n_votes'].max()), 'vote')} of each member")
    figure = open_sheet(
        paper,
        title=title,
        about=", ".join(counted),
        notes=notes,
        body=paper.width * 0.5,
        left=paper.font * 6 / 72,
        says=[
            f"{plain(r.actor)}: votes {signed(r.vote_index)}, texts {signed(r.alignment)}"
            for r in known.itertuples()
        ],
    )
    axes = figure.body
    axes.axhline(0, color=RULE, linewidth=0.8)
    axes.axvline(0, color=RULE, linewidth=0.8)
    axes.set(xlim=(-1.08, 1.08), ylim=(-1.08, 1.08))
    axes.set_xticks(*SIDES)
    axes.set_yticks(*SIDES)
    axes.tick_params(axis="y", colors=MUTED)
    for row in known.itertuples():
        if pd.notna(row.low) and pd.notna(row.high):
            ends = [row.low, row.high]
            axes.plot([row.vote_index] * 2, ends, color=BLUE, linewidth=paper.font * 0.14)
        axes.plot(row.vote_index, row.alignment, "o", color=BLUE, markersize=paper.font * 0.75)
    _name_points(figure, known)
    axes.set_xlabel(f"votes at the United Nations: −1 against {book.called}, +1 with it")
    along, away = book.sides
    axes.set_ylabel(f"texts: −1 {away},\n+1 {along}")
    return figure


def _name_points(figure: Chart, points: pd.DataFrame) -> None:
    """Write each member beside its point, where it overlaps no name and no point set before."""
    size = figure.size
    width, height = body_inches(figure)
    scale_x, scale_y = width / 2.16, height / 2.16
    dot, tall = size.font * 0.6 / 72, size.font * 1.1 / 72
    at = [(r.vote_index * scale_x, r.alignment * scale_y) for r in points.itertuples()]
    taken = [(x - dot, y - dot, x + dot, y + dot) for x, y in at]
    for bar in points.dropna(subset=["low", "high"]).itertuples():
        x = bar.vote_index * scale_x
        taken.append((x - dot / 4, bar.low * scale_y, x + dot / 4, bar.high * scale_y))
    edge_x, edge_y = 1.06 * scale_x, 1.06 * scale_y

    def free(box: tuple[float, float, float, float]) -> bool:
        inside = box[0] > -edge_x and box[2] < edge_x and box[1] > -edge_y and box[3] < edge_y
        return inside and all(
            box[2] < t[0] or box[0] > t[2] or box[3] < t[1] or box[1] > t[3] for t in taken
        )

    for (x, y), actor in zip(at, points["actor"], strict=True):
        text = plain(actor)
        long = text_width(text, size.font)
        right, left = x + dot * 1.4, x - dot * 1.4 - long
        corners = [(right, y - tall / 2), (left, y - tall / 2)]
        corners += [(side, y + k * tall) for side in (right, left) for k in (0.5, -1.5, 1.2, -2.2)]
        boxes = [(low, bottom, low + long, bottom + tall) for low, bottom in corners]
        best = next(filter(free, boxes), boxes[0])
        taken.append(best)
        figure.body.text(best[0] / scale_x, (best[1] + tall / 2) / scale_y, text, va="center")


@at_any_size
def plot_agreement(agreement: pd.DataFrame, *, size: str = "page") -> Chart:
    """F12: agreement of each method with its reference, with intervals.

    agreement: method, reference ("gold", another method or coder), measure (as "F1", "alpha"),
    value, and low, high, n where known. Rows of reference gold are drawn first and filled.
    """
    needed = ["method", "reference", "measure", "value"]
    require_columns(agreement, "agreement", needed)
    paper = SIZES[size]
    known = agreement[agreement["value"].notna()].reindex(columns=[*needed, "low", "high", "n"])
    if known.empty:
        why = "there is no gold and no second method here"
        return empty_chart(paper, title="No agreement was measured", why=why)
    is_gold = known["reference"].astype(str).str.lower().str.startswith("gold")
    known = known.assign(gold=is_gold).sort_values(
        ["gold", "measure", "value", "method"], ascending=[False, True, False, True], kind="stable"
    )
    shown = known.head(paper.rows)
    labels = [f"{plain(r.method)} and {plain(r.reference)}" for r in shown.itertuples()]
    has_low = shown["low"].notna().any()
    keys = [AGAINST_GOLD] * bool(shown["gold"].any()) + [AMONG] * bool(not shown["gold"].all())
    figure = open_sheet(
        paper,
        title=_agreement_title(shown),
        about=f"{count_of(len(known), 'comparison')}; measures: "
        f"{', '.join(sorted(map(plain, known['measure'].unique())))}",
        notes=[
            "Bars: 95 % interval." if has_low else "Intervals are not known.",
            *note_rest(len(shown), len(known), "comparisons"),
        ],
        key=keys,
        body=len(shown) * paper.line * 1.8,
        labels=labels,
        most=0.4,
        right=paper.font * 11 / 72,
        says=[
            f"{label}: {plain(r.measure)} {r.value:.2f}"
            for label, r in zip(labels, shown.itertuples(), strict=True)
        ],
    )
    axes = figure.body
    for row, item in enumerate(shown.itertuples()):
        mark = AGAINST_GOLD if item.gold else AMONG
        draw_interval(axes, item.low, item.high, row, mark.color, paper.font * 0.16)
        draw_mark(axes, item.value, row, mark, paper.font * 0.7, paper.font * 0.13)
        count = f", n {int(item.n):,}" if pd.notna(item.n) else ""
        beside(axes, row, f"{plain(item.measure)} {item.value:.2f}{count}", paper)
    least = float(shown[["value", "low", "high"]].min(axis=None))
    axes.set_xlim(min(0.0, least - 0.05), 1.02)
    axes.grid(axis="x", color=RULE)
    axes.set_xlabel("agreement: 1 is perfect, 0 of alpha and kappa is chance")
    return figure


def _agreement_title(shown: pd.DataFrame) -> str:
    """The best comparison, and the worst by the same measure."""
    names = [f"{plain(r.method)} against {plain(r.reference)}" for r in shown.itertuples()]
    best = shown.iloc[0]
    title = f"{names[0]}: {plain(best['measure'])} {best['value']:.2f}"
    same = (shown["measure"] == best["measure"]).to_numpy().nonzero()[0][-1]
    if names[same] != names[0]:
        title += f"; {names[same]}: {shown['value'].iloc[same]:.2f}"
    return title[0].upper() + title[1:]


@at_any_size
def plot_specifications(sweep: pd.DataFrame, *, size: str = "page") -> Chart:
    """F13: each conclusion under every setting of the sweep.

    sweep: conclusion (as "alignment of Belarus"), setting (as "min_confidence 0.3"), value, and
    low, high, default (whether it is the study's own setting) where known.
    """
    needed = ["conclusion", "setting", "value"]
    require_columns(sweep, "sweep", needed)
    paper = SIZES[size]
    known = sweep[sweep["value"].notna()].reindex(columns=[*needed, "low", "high", "default"])
    if known.empty:
        why = "the study names no sweep"
        return empty_chart(paper, title="No other setting was tried", why=why)
    own = known["default"].fillna(False).astype(bool)
    settings = list(dict.fromkeys(known["setting"].astype(str)))
    spread = known.groupby("conclusion")["value"].agg(["min", "max", "mean"]).astype(float)
    spread = spread.sort_values("mean", ascending=False, kind="stable")
    shown = list(spread.index[: paper.rows])
    ranges = [
        f"{signed(spread.loc[name, 'min'])} to {signed(spread.loc[name, 'max'])}" for name in shown
    ]
    labels = [plain(name) for name in shown]
    notes = ["Settings, from the top of each row down: " + "; ".join(map(plain, settings)) + "."]
    if len(settings) > 12:
        notes = [
            f"{len(settings)} settings, in the order of the sweep from the top of each row down."
        ]
    if known["low"].notna().any():
        notes.append("Thin lines: bootstrap interval under that setting.")
    figure = open_sheet(
        paper,
        title=_specifications_title(known, spread, len(settings)),
        about=f"{count_of(len(spread), 'conclusion')}, {count_of(len(settings), 'setting')}",
        notes=[*notes, *note_rest(len(shown), len(spread), "conclusions")],
        key=[ONE_SETTING, *([OWN_SETTING] if own.any() else [])],
        body=len(shown) * paper.line * max(1.6, min(3.6, 0.42 * len(settings))),
        labels=labels,
        most=0.34,
        right=paper.font * 8.5 / 72,
        says=[f"{label}: {values}" for label, values in zip(labels, ranges, strict=True)],
    )
    axes = figure.body
    axes.axvline(0, color=MUTED, linewidth=0.8)
    axes.grid(axis="x", color=RULE)
    for row, name in enumerate(shown):
        if row:
            axes.axhline(row - 0.5, color=RULE, linewidth=0.4)
        mine = known.assign(own=own)[known["conclusion"] == name]
        _draw_settings(figure, mine, row, settings)
        beside(axes, row, ranges[row], paper)
    axes.xaxis.set_major_formatter(lambda value, _: tick(value))
    axes.set_xlabel("value of the conclusion")
    return figure


def _specifications_title(known: pd.DataFrame, spread: pd.DataFrame, settings: int) -> str:
    """How many conclusions keep their sign, and whether their order holds."""
    turned = int(((spread["min"] < 0) & (spread["max"] > 0)).sum())
    title = (
        f"{len(spread) - turned} of {count_of(len(spread), 'conclusion')} keep their sign under "
        f"all {count_of(settings, 'setting')}"
    )
    values = known.pivot_table(
        index="setting", columns="conclusion", values="value", aggfunc="first"
    )
    ranks = values.dropna().rank(axis=1, ascending=False).drop_duplicates()
    if len(spread) > 1 and len(ranks):
        title += "; their order " + ("holds too" if len(ranks) == 1 else "changes")
    return title


def _draw_settings(figure: Chart, mine: pd.DataFrame, row: int, settings: list[str]) -> None:
    """The values of one conclusion, one under the other in the order of the settings."""
    font, many = figure.size.font, len(settings)
    small = max(font * 0.24, min(font * 0.55, font * 3.2 / many))
    for item in mine.itertuples():
        y = row + (settings.index(str(item.setting)) - (many - 1) / 2) * 0.72 / many
        color = BLUE if item.own else "#a0a0a0"
        draw_interval(figure.body, item.low, item.high, y, color, 0.6)
        figure.body.plot(
            item.value,
            y,
            "o",
            color=BLUE if item.own else INK,
            markerfacecolor=BLUE if item.own else "white",
            markersize=small,
            markeredgewidth=small * 0.2,
            zorder=4 if item.own else 3,
        )
