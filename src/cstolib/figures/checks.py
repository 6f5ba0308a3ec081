"""F11, F12 and F13: how far the results may be believed."""

import numpy as np
import pandas as pd

from ..codebook import Codebook, load_codebook
from ..tables import require_columns
from .sheet import (
    Chart,
    Mark,
    beside,
    body_inches,
    empty_chart,
    label_rows,
    label_width,
    make_chart,
    open_sheet,
)
from .style import (
    BLUE,
    INK,
    MUTED,
    RULE,
    VERMILION,
    Size,
    count_of,
    plain,
    signed,
    text_width,
    tick,
)

AMONG = Mark("against each other", VERMILION, marker="s", filled=False)


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

    def draw(size: Size) -> Chart:
        return _draw_votes(votes, codebook or load_codebook(), size)

    return make_chart(draw, size)


def _one(frame: pd.DataFrame, column: str) -> float | None:
    """The value that a column repeats, or None."""
    if column not in frame.columns:
        return None
    known = frame[column].dropna()
    return float(known.iloc[0]) if len(known) else None


def _draw_votes(votes: pd.DataFrame, book: Codebook, size: Size) -> Chart:
    known = votes[votes["alignment"].notna() & votes["vote_index"].notna()]
    if len(known) < 2:
        return empty_chart(
            size,
            title="Texts and votes cannot be compared",
            why=f"{count_of(len(known), 'member')} with both statements and votes; two are needed",
        )
    rho, p, least = (_one(known, column) for column in ("rho", "p", "p_smallest"))
    if rho is None:
        rho = float(known["alignment"].corr(known["vote_index"], method="spearman"))
    how = (
        "rise together" if rho > 0.3 else "run against each other" if rho < -0.3 else "barely agree"
    )
    title = f"Texts and votes {how} over {len(known)} members (rank correlation {signed(rho)})"
    note = f"With {len(known)} members this describes and cannot prove"
    if p is not None:
        note += f": exact p = {p:.3f}"
        note += (
            f", where the least that so few can give is {least:.3f}" if least is not None else ""
        )
    missing = sorted(set(votes["actor"].dropna()) - set(known["actor"]))
    notes = [f"{note}. Bars: bootstrap interval over articles."]
    if missing:
        notes.append(f"Without statements or votes: {', '.join(map(plain, missing))}.")
    about = count_of(int(known["n"].sum()), "statement") if "n" in known else ""
    if "n_votes" in known:
        about += f", {count_of(int(known['n_votes'].max()), 'vote')} of each member"
    figure = open_sheet(
        size,
        title=title,
        about=about.lstrip(", "),
        notes=notes,
        body=size.width * 0.5,
        left=size.font * 6 / 72,
        right=0.1,
        alt=f"{title}. "
        + "; ".join(
            f"{plain(r.actor)}: votes {signed(r.vote_index)}, texts {signed(r.alignment)}"
            for r in known.itertuples()
        ),
    )
    axes = figure.body
    axes.axhline(0, color=RULE, linewidth=0.8)
    axes.axvline(0, color=RULE, linewidth=0.8)
    axes.set(xlim=(-1.08, 1.08), ylim=(-1.08, 1.08))
    ticks = ([-1, -0.5, 0, 0.5, 1], ["−1", "−0.5", "0", "+0.5", "+1"])
    axes.set_xticks(*ticks)
    axes.set_yticks(*ticks)
    axes.tick_params(axis="y", colors=MUTED)
    for row in known.itertuples():
        low, high = getattr(row, "low", np.nan), getattr(row, "high", np.nan)
        if pd.notna(low) and pd.notna(high):
            axes.plot([row.vote_index] * 2, [low, high], color=BLUE, linewidth=size.font * 0.14)
        axes.plot(row.vote_index, row.alignment, "o", color=BLUE, markersize=size.font * 0.75)
    _name_points(figure, known, size)
    axes.set_xlabel(f"votes at the United Nations: −1 against {book.called}, +1 with it")
    along, away = book.sides
    axes.set_ylabel(f"texts: −1 {away},\n+1 {along}")
    return figure


def _name_points(figure: Chart, points: pd.DataFrame, size: Size) -> None:
    """Write each member beside its point, where it overlaps no name and no point set before."""
    axes = figure.body
    width, height = body_inches(figure)
    scale_x, scale_y = width / 2.16, height / 2.16
    taken: list[tuple[float, float, float, float]] = []
    dot = size.font * 0.6 / 72
    at = [(r.vote_index * scale_x, r.alignment * scale_y) for r in points.itertuples()]
    taken += [(x - dot, y - dot, x + dot, y + dot) for x, y in at]
    if {"low", "high"} <= set(points.columns):
        bars = points.dropna(subset=["low", "high"])
        taken += [
            (
                r.vote_index * scale_x - dot / 4,
                r.low * scale_y,
                r.vote_index * scale_x + dot / 4,
                r.high * scale_y,
            )
            for r in bars.itertuples()
        ]
    for (x, y), actor in zip(at, points["actor"], strict=True):
        text = plain(actor)
        long, tall = text_width(text, size.font), size.font * 1.1 / 72
        gap = dot * 1.4
        places = [
            (x + gap, y - tall / 2),
            (x - gap - long, y - tall / 2),
            *[(x + gap, y + k * tall) for k in (0.5, -1.5, 1.2, -2.2)],
            *[(x - gap - long, y + k * tall) for k in (0.5, -1.5, 1.2, -2.2)],
        ]
        edge_x, edge_y = 1.06 * scale_x, 1.06 * scale_y
        best = places[0]
        for left, bottom in places:
            box = (left, bottom, left + long, bottom + tall)
            inside = box[0] > -edge_x and box[2] < edge_x and box[1] > -edge_y and box[3] < edge_y
            free = all(
                box[2] < t[0] or box[0] > t[2] or box[3] < t[1] or box[1] > t[3] for t in taken
            )
            if inside and free:
                best = (left, bottom)
                break
        taken.append((best[0], best[1], best[0] + long, best[1] + tall))
        axes.text(best[0] / scale_x, (best[1] + tall / 2) / scale_y, text, va="center")


def plot_agreement(agreement: pd.DataFrame, *, size: str = "page") -> Chart:
    """F12: agreement of each method with its reference, with intervals.

    agreement: method, reference ("gold", another method or coder), measure (as "F1", "alpha"),
    value, and low, high, n where known. Rows of reference gold are drawn first and filled.
    """
    require_columns(agreement, "agreement", ["method", "reference", "measure", "value"])

    def draw(size: Size) -> Chart:
        return _draw_agreement(agreement, size)

    return make_chart(draw, size)


def _draw_agreement(agreement: pd.DataFrame, size: Size) -> Chart:
    known = agreement[agreement["value"].notna()]
    if known.empty:
        return empty_chart(
            size,
            title="No agreement was measured",
            why="there is no gold and no second method here",
        )
    is_gold = known["reference"].astype(str).str.lower().str.startswith("gold")
    known = known.assign(gold=is_gold).sort_values(
        ["gold", "measure", "value", "method"], ascending=[False, True, False, True], kind="stable"
    )
    shown = known.head(size.rows)
    best = shown.iloc[0]
    title = (
        f"{plain(best['method'])} against {plain(best['reference'])}: "
        f"{plain(best['measure'])} {best['value']:.2f}"
    )
    if len(shown) > 1:
        last = shown[shown["measure"] == best["measure"]].iloc[-1]
        if last["method"] != best["method"] or last["reference"] != best["reference"]:
            title += (
                f"; {plain(last['method'])} against {plain(last['reference'])}: {last['value']:.2f}"
            )
    title = title[0].upper() + title[1:]
    labels = [f"{plain(r.method)} and {plain(r.reference)}" for r in shown.itertuples()]
    left = label_width(size, labels, 0.4)
    has_low = {"low", "high"} <= set(shown.columns) and shown["low"].notna().any()
    notes = ["Bars: 95 % interval."] if has_low else ["Intervals are not known."]
    if len(shown) < len(known):
        notes.append(f"{len(shown)} of {len(known)} comparisons are drawn.")
    figure = open_sheet(
        size,
        title=title,
        about=f"{count_of(len(known), 'comparison')}; measures: "
        f"{', '.join(sorted(map(plain, known['measure'].unique())))}",
        notes=notes,
        key=[
            *([Mark("against gold", BLUE, marker="o")] if shown["gold"].any() else []),
            *([AMONG] if not shown["gold"].all() else []),
        ],
        body=len(shown) * size.line * 1.8,
        left=left,
        right=size.font * 11 / 72,
        alt=f"{title}. "
        + "; ".join(
            f"{label}: {plain(r.measure)} {r.value:.2f}"
            for label, r in zip(labels, shown.itertuples(), strict=True)
        ),
    )
    axes = figure.body
    label_rows(axes, size, labels, left)
    for row, item in enumerate(shown.itertuples()):
        color = BLUE if item.gold else VERMILION
        low, high = getattr(item, "low", np.nan), getattr(item, "high", np.nan)
        if pd.notna(low) and pd.notna(high):
            axes.plot([low, high], [row, row], color=color, linewidth=size.font * 0.16)
        axes.plot(
            item.value,
            row,
            "o" if item.gold else "s",
            color=color,
            markerfacecolor=color if item.gold else "white",
            markeredgewidth=size.font * 0.13,
            markersize=size.font * 0.7,
        )
        n = getattr(item, "n", np.nan)
        count = f", n {int(n):,}" if pd.notna(n) else ""
        beside(axes, row, f"{plain(item.measure)} {item.value:.2f}{count}", size)
    values = shown[["value", *(["low", "high"] if has_low else [])]].to_numpy(float)
    axes.set_xlim(min(0.0, float(np.nanmin(values)) - 0.05), 1.02)
    axes.grid(axis="x", color=RULE)
    axes.set_xlabel("agreement: 1 is perfect, 0 of alpha and kappa is chance")
    return figure


def plot_specifications(sweep: pd.DataFrame, *, size: str = "page") -> Chart:
    """F13: each conclusion under every setting of the sweep.

    sweep: conclusion (as "alignment of Belarus"), setting (as "min_confidence 0.3"), value, and
    low, high, default (whether it is the study's own setting) where known.
    """
    require_columns(sweep, "sweep", ["conclusion", "setting", "value"])

    def draw(size: Size) -> Chart:
        return _draw_specifications(sweep, size)

    return make_chart(draw, size)


def _draw_specifications(sweep: pd.DataFrame, size: Size) -> Chart:
    known = sweep[sweep["value"].notna()]
    if known.empty:
        return empty_chart(size, title="No other setting was tried", why="the study names no sweep")
    settings = list(dict.fromkeys(known["setting"].astype(str)))
    spread = known.groupby("conclusion")["value"].agg(["min", "max", "mean"]).astype(float)
    spread = spread.sort_values(["mean"], ascending=False, kind="stable")
    shown = list(spread.index[: size.rows])
    turned = int(((spread["min"] < 0) & (spread["max"] > 0)).sum())
    order = known.pivot_table(
        index="setting", columns="conclusion", values="value", aggfunc="first"
    )
    ranks = {tuple(row.rank(ascending=False)) for _, row in order.dropna().iterrows()}
    title = (
        f"{len(spread) - turned} of {count_of(len(spread), 'conclusion')} keep their sign under "
        f"all {count_of(len(settings), 'setting')}"
    )
    if len(spread) > 1 and ranks:
        title += "; their order " + ("holds too" if len(ranks) == 1 else "changes")
    is_default = (
        known["default"].fillna(False).astype(bool)
        if "default" in known
        else pd.Series(False, index=known.index)
    )
    labels = [plain(name) for name in shown]
    left = label_width(size, labels, 0.34)
    notes = ["Settings, from the top of each row down: " + "; ".join(map(plain, settings)) + "."]
    if len(settings) > 12:
        notes = [
            f"{len(settings)} settings, in the order of the sweep from the top of each row down."
        ]
    if {"low", "high"} <= set(known.columns):
        notes.append("Thin lines: bootstrap interval under that setting.")
    if len(shown) < len(spread):
        notes.append(f"{len(shown)} of {len(spread)} conclusions are drawn.")
    figure = open_sheet(
        size,
        title=title,
        about=f"{count_of(len(spread), 'conclusion')}, {count_of(len(settings), 'setting')}",
        notes=notes,
        key=[
            Mark("under one setting", MUTED, marker="o", filled=False),
            *([Mark("the study's own setting", BLUE, marker="o")] if is_default.any() else []),
        ],
        body=len(shown) * size.line * max(1.6, min(3.6, 0.42 * len(settings))),
        left=left,
        right=size.font * 8.5 / 72,
        alt=f"{title}. "
        + "; ".join(
            f"{plain(c)}: {signed(spread.loc[c, 'min'])} to {signed(spread.loc[c, 'max'])}"
            for c in shown
        ),
    )
    axes = figure.body
    label_rows(axes, size, labels, left)
    axes.axvline(0, color=MUTED, linewidth=0.8)
    axes.grid(axis="x", color=RULE)
    place = {
        s: (i - (len(settings) - 1) / 2) * 0.72 / max(len(settings), 1)
        for i, s in enumerate(settings)
    }
    small = max(size.font * 0.24, min(size.font * 0.55, size.font * 3.2 / len(settings)))
    for row, name in enumerate(shown):
        if row:
            axes.axhline(row - 0.5, color=RULE, linewidth=0.4)
        mine = known[known["conclusion"] == name]
        for item, own in zip(mine.itertuples(), is_default[mine.index], strict=True):
            y = row + place[str(item.setting)]
            low, high = getattr(item, "low", np.nan), getattr(item, "high", np.nan)
            if pd.notna(low) and pd.notna(high):
                axes.plot([low, high], [y, y], color=BLUE if own else "#a0a0a0", linewidth=0.6)
            axes.plot(
                item.value,
                y,
                "o",
                color=BLUE if own else INK,
                markerfacecolor=BLUE if own else "white",
                markersize=small,
                markeredgewidth=small * 0.2,
                zorder=4 if own else 3,
            )
        text = f"{signed(spread.loc[name, 'min'])} to {signed(spread.loc[name, 'max'])}"
        beside(axes, row, text, size)
    axes.xaxis.set_major_formatter(lambda value, _: tick(value))
    axes.set_xlabel("value of the conclusion")
    return figure
