"""F10: statements by date, over events that are known to have happened."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from ..codebook import Codebook, load_codebook
from ..tables import require_columns
from .positions import alignment_color
from .sheet import Chart, Mark, empty_chart, label_rows, label_width, make_chart, open_sheet
from .style import INK, MUTED, RULE, Size, count_of, plain

MARKS = {1: "^", 0: "o", -1: "v"}
_SURE = ("stated", "yes", "verified")


def plot_timeline(
    statements: pd.DataFrame,
    events: pd.DataFrame | None = None,
    *,
    codebook: Codebook | None = None,
    size: str = "page",
) -> Chart:
    """F10: each statement at its date, by member, over dated events.

    statements: the table that code_stance returned; event_date places them, and a date that is not
    stated (date_basis) is drawn hollow. events: date, event, and verified ("yes", or anything else
    for a day that is uncertain, drawn as a dashed line).
    """
    require_columns(statements, "statements", ["actor", "alignment", "event_date", "date_basis"])
    if events is not None:
        require_columns(events, "events", ["date", "event"])

    def draw(size: Size) -> Chart:
        return _draw_timeline(statements, events, codebook or load_codebook(), size)

    return make_chart(draw, size)


def _events(events: pd.DataFrame | None, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    """The events between two days, in order, each with whether its date is sure."""
    if events is None or events.empty:
        return pd.DataFrame(columns=["date", "event", "sure"])
    days = pd.to_datetime(events["date"], errors="coerce")
    sure = (
        events["verified"].astype(str).str.lower().isin(_SURE)
        if "verified" in events
        else pd.Series(True, index=events.index)
    )
    who = events["actor"] if "actor" in events else pd.Series(pd.NA, index=events.index)
    said = [
        plain(event) if pd.isna(actor) or str(actor) in str(event) else f"{actor}: {plain(event)}"
        for actor, event in zip(who, events["event"], strict=True)
    ]
    known = pd.DataFrame({"date": days, "event": said, "sure": sure})
    known = known[known["date"].between(first, last)]
    return known.sort_values(["date", "event"]).reset_index(drop=True)


def _choose(events: pd.DataFrame, most: int) -> pd.DataFrame:
    """At most `most` events, spread evenly over their order; unchecked ones only if all fit."""
    if len(events) <= most:
        return events
    sure = events[events["sure"].astype(bool)]
    picked = np.unique(np.linspace(0, len(sure) - 1, most).round().astype(int))
    return sure.iloc[picked] if len(sure) else events.head(most)


def _stack(days: np.ndarray, step: float) -> np.ndarray:
    """A level for each day, so that marks nearer than `step` days stand above each other."""
    levels = np.zeros(len(days), dtype=int)
    last: list[float] = []
    for i in np.argsort(days, kind="stable"):
        for level, at in enumerate(last):
            if days[i] - at >= step:
                last[level], levels[i] = days[i], level
                break
        else:
            last.append(days[i])
            levels[i] = len(last) - 1
    return levels


def _draw_timeline(
    statements: pd.DataFrame, events: pd.DataFrame | None, book: Codebook, size: Size
) -> Chart:
    dated = statements[statements["event_date"].notna() & statements["alignment"].notna()]
    undated = len(statements) - len(dated)
    if dated.empty:
        return empty_chart(
            size,
            title="No statement can be dated",
            why=f"none of {count_of(len(statements), 'statement')} has a date",
        )
    dated = dated.assign(
        day=pd.to_datetime(dated["event_date"]),
        sure=dated["date_basis"].astype(str).isin(_SURE),
    )
    first, last = dated["day"].min(), dated["day"].max()
    pad = max((last - first) * 0.04, pd.Timedelta(days=10))
    known = _events(events, first - pad, last + pad)
    listed = _choose(known, 5 if size.fixed else 10)
    members = sorted(dated["actor"].astype(str).unique())
    month = dated["day"].dt.strftime("%B %Y").value_counts()
    busiest = sorted(month[month == month.max()].index)[0]
    title = (
        f"The statements run from {first:%B %Y} to {last:%B %Y}; most are of {busiest} "
        f"({int(month.max())} of {len(dated)})"
    )
    inferred = dated[~dated["sure"]]
    notes = (
        [
            " · ".join(
                f"({i + 1}) {e.date.day} {e.date:%b %Y}{'' if e.sure else ', day uncertain'}: "
                f"{plain(e.event)}"
                for i, e in enumerate(listed.itertuples())
            )
        ]
        if len(listed)
        else ["No verified event falls into these dates."]
    )
    rest = ["A number beside a mark: so many statements of that day."]
    if len(known) > len(listed):
        rest.insert(0, f"{len(known) - len(listed)} further events are not drawn.")
    if undated:
        rest.append(f"{count_of(undated, 'statement')} without a date: not drawn.")
    notes.append(" ".join(rest))
    labels = [plain(member) for member in members]
    left = label_width(size, labels)
    sides = [side for side in (1, 0, -1) if (dated["alignment"] == side).any()]
    said = {1: book.sides[0], 0: "neither", -1: book.sides[1]}
    key = [Mark(said[s], alignment_color(s), marker=MARKS[s]) for s in sides]
    if len(inferred):
        key.append(Mark("hollow: date inferred", MUTED, marker="o", filled=False))
    figure = open_sheet(
        size,
        title=title,
        about=f"{count_of(len(dated), 'dated statement')} about "
        f"{count_of(len(members), 'member')}, {len(inferred)} with an inferred date; "
        f"{count_of(len(listed), 'event')}",
        notes=notes,
        key=key,
        body=len(members) * size.line * 3.2,
        left=left,
        right=0.1,
        above=1.2 if len(listed) else 0.2,
        alt=title,
    )
    axes = figure.body
    label_rows(axes, size, labels, left)
    axes.set_xlim(date2num(first - pad), date2num(last + pad))
    for row in range(1, len(members)):
        axes.axhline(row - 0.5, color=RULE, linewidth=0.5)
    _draw_events(axes, listed, size)
    row_points = axes.get_position().height * figure.get_figheight() * 72 / len(members)
    width = axes.get_position().width * size.width * 72
    low, high = axes.get_xlim()
    step = size.font * 1.3 * (high - low) / width
    for row, member in enumerate(members):
        mine = dated[dated["actor"].astype(str) == member]
        marks = mine.groupby(["day", "alignment", "sure"]).size().rename("n").reset_index()
        days = date2num(marks["day"].to_numpy())
        levels = _stack(days, step)
        spacing = min(0.24, 0.84 / max(levels.max(), 1))
        offset = row + spacing * levels.max() / 2 - spacing * levels
        for day, y, mark in zip(days, offset, marks.itertuples(), strict=True):
            fits = min(1.0, spacing * row_points / (0.66 * size.font))
            _draw_mark(axes, day, y, int(mark.alignment), bool(mark.sure), int(mark.n), size, fits)
    _date_axis(axes, first - pad, last + pad)
    axes.set_xlabel("date of what is reported")
    return figure


def _date_axis(axes: Axes, first: pd.Timestamp, last: pd.Timestamp) -> None:
    """Ticks on first days of months: the shortest step that gives at most seven."""
    steps = (1, 2, 3, 6, 12, 24, 60, 120)
    for step in steps:
        months = pd.date_range(first, last, freq="MS")
        ticks = [day for day in months if (day.year * 12 + day.month - 1) % step == 0]
        if len(ticks) <= 7:
            break
    if not ticks:
        ticks = [first.normalize()]
    form = "%Y" if step >= 12 else "%b %Y"
    axes.set_xticks([date2num(day) for day in ticks], [day.strftime(form) for day in ticks])


def _draw_mark(
    axes: Axes,
    day: float,
    y: float,
    alignment: int,
    sure: bool,
    n: int,
    size: Size,
    scale: float,
) -> None:
    """The statements of one member, day and side: a mark, and how many if there are several."""
    color = alignment_color(alignment)
    axes.plot(
        day,
        y,
        MARKS[alignment],
        markerfacecolor=color if sure else "white",
        markeredgecolor=INK if sure or not alignment else color,
        markeredgewidth=size.font * (0.06 if sure else 0.13),
        markersize=size.font * 0.62 * scale,
        zorder=3,
    )
    if n > 1:
        axes.annotate(
            str(n),
            (day, y),
            xytext=(0.5 * size.font, 0),
            textcoords="offset points",
            va="center",
            fontsize=size.font * 0.72 * max(scale, 0.75),
            color=MUTED,
            zorder=4,
        )


def _draw_events(axes: Axes, events: pd.DataFrame, size: Size) -> None:
    """A numbered line for each event; numbers that would overlap stand on a second level."""
    if events.empty:
        return
    low, high = axes.get_xlim()
    inches = axes.get_position().width * size.width
    days = date2num(events["date"].to_numpy())
    levels = _stack(days, size.font * 1.3 / 72 * (high - low) / inches) % 2
    for i, (day, level) in enumerate(zip(days, levels, strict=True)):
        sure = bool(events["sure"].iloc[i])
        axes.axvline(
            day, color=MUTED, linewidth=0.7, linestyle="solid" if sure else (0, (3, 2)), zorder=1
        )
        axes.annotate(
            str(i + 1),
            (day, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, size.font * (0.25 + 1.0 * level)),
            textcoords="offset points",
            ha="center",
            fontsize=size.font * 0.82,
            color=MUTED,
            annotation_clip=False,
        )
