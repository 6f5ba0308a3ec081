"""F10: statements by date, over events that are known to have happened."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from ..codebook import Codebook, load_codebook
from ..tables import accept_table, require_columns
from .sheet import Chart, Look, Mark, at_any_size, body_inches, empty_chart, open_sheet, write
from .style import INK, MUTED, RULE, SIZES, alignment_color, count_of, plain

MARKS = {1: "^", 0: "o", -1: "v"}
_SURE = ("stated", "yes", "verified")


def _events(events: pd.DataFrame | None, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    """The events between two days, in order, each with whether its date is sure."""
    if events is None:
        return pd.DataFrame(columns=["date", "event", "sure"])
    events = events.reindex(columns=["date", "event", "verified", "actor"])
    said = [
        plain(event) if pd.isna(actor) or str(actor) in str(event) else f"{actor}: {plain(event)}"
        for actor, event in zip(events["actor"], events["event"], strict=True)
    ]
    sure = events["verified"].fillna("yes").astype(str).str.lower().isin(_SURE)
    days = pd.to_datetime(events["date"], errors="coerce")
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


@at_any_size
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
    needed = ["actor", "alignment", "event_date", "date_basis"]
    statements = accept_table(statements, "statements", needed)
    if events is not None:
        require_columns(events, "events", ["date", "event"])
    paper, book = SIZES[size], codebook or load_codebook()
    dated = statements[statements["event_date"].notna() & statements["alignment"].notna()]
    if dated.empty:
        return empty_chart(
            paper,
            title="No statement can be dated",
            why=f"none of {count_of(len(statements), 'statement')} has a date",
        )
    dated = dated.assign(
        actor=dated["actor"].astype(str),
        day=pd.to_datetime(dated["event_date"]),
        sure=dated["date_basis"].astype(str).isin(_SURE),
    )
    pad = max((dated["day"].max() - dated["day"].min()) * 0.04, pd.Timedelta(days=10))
    first, last = dated["day"].min() - pad, dated["day"].max() + pad
    known = _events(events, first, last)
    listed = _choose(known, 5 if paper.fixed else 10)
    rest = ["A number beside a mark: so many statements of that day."]
    if further := len(known) - len(listed):
        rest.insert(0, f"{further} further events are not drawn.")
    if undated := len(statements) - len(dated):
        rest.append(f"{count_of(undated, 'statement')} without a date: not drawn.")
    members = sorted(dated["actor"].unique())
    labels = [plain(member) for member in members]
    said = {1: book.sides[0], 0: "neither", -1: book.sides[1]}
    key = [
        Mark(said[side], alignment_color(side), marker=MARKS[side])
        for side in said
        if (dated["alignment"] == side).any()
    ]
    inferred = int((~dated["sure"]).sum())
    if inferred:
        key.append(Mark("hollow: date inferred", MUTED, marker="o", filled=False))
    figure = open_sheet(
        paper,
        title=_timeline_title(dated["day"]),
        about=f"{count_of(len(dated), 'dated statement')} about "
        f"{count_of(len(members), 'member')}, {inferred} with an inferred date; "
        f"{count_of(len(listed), 'event')}",
        notes=[_name_events(listed), " ".join(rest)],
        key=key,
        body=len(members) * paper.line * 3.2,
        labels=labels,
        above=1.2 if len(listed) else 0.2,
    )
    axes = figure.body
    axes.set_xlim(date2num(first), date2num(last))
    for row in range(1, len(members)):
        axes.axhline(row - 0.5, color=RULE, linewidth=0.5)
    _draw_events(figure, listed)
    for row, member in enumerate(members):
        _draw_member(figure, row, dated[dated["actor"] == member], len(members))
    _date_axis(axes, first, last)
    axes.set_xlabel("date of what is reported")
    return figure


def _timeline_title(days: pd.Series) -> str:
    month = days.dt.strftime("%B %Y").value_counts()
    busiest = sorted(month[month == month.max()].index)[0]
    return (
        f"The statements run from {days.min():%B %Y} to {days.max():%B %Y}; most are of {busiest} "
        f"({int(month.max())} of {len(days)})"
    )


def _name_events(events: pd.DataFrame) -> str:
    """The events by their numbers, in one line."""
    named = [
        f"({i}) {e.date.day} {e.date:%b %Y}{'' if e.sure else ', day uncertain'}: {plain(e.event)}"
        for i, e in enumerate(events.itertuples(), 1)
    ]
    return " · ".join(named) or "No verified event falls into these dates."


def _date_axis(axes: Axes, first: pd.Timestamp, last: pd.Timestamp) -> None:
    """Ticks on first days of months: the shortest step that gives at most seven."""
    months = pd.date_range(first, last, freq="MS")
    for step in (1, 2, 3, 6, 12, 24, 60, 120):
        ticks = [day for day in months if (day.year * 12 + day.month - 1) % step == 0]
        if len(ticks) <= 7:
            break
    form = "%Y" if step >= 12 else "%b %Y"
    ticks = ticks or [first.normalize()]
    axes.set_xticks([date2num(day) for day in ticks], [day.strftime(form) for day in ticks])


def _days_of(figure: Chart, heights: float) -> float:
    """The days that so many heights of the font take on the axis of dates."""
    low, high = figure.body.get_xlim()
    return figure.size.font * heights / 72 * (high - low) / body_inches(figure)[0]


def _draw_member(figure: Chart, row: int, mine: pd.DataFrame, rows: int) -> None:
    """A mark for each day and side, and how many statements it stands for if there are several."""
    axes, paper = figure.body, figure.size
    marks = mine.groupby(["day", "alignment", "sure"]).size().rename("n").reset_index()
    days = date2num(marks["day"].to_numpy())
    levels = _stack(days, _days_of(figure, 1.3))
    spacing = min(0.24, 0.84 / max(levels.max(), 1))
    offset = row + spacing * levels.max() / 2 - spacing * levels
    room = body_inches(figure)[1] * 72 / rows
    scale = min(1.0, spacing * room / (0.66 * paper.font))
    for day, y, mark in zip(days, offset, marks.itertuples(), strict=True):
        side = int(mark.alignment)
        color = alignment_color(side)
        axes.plot(
            day,
            y,
            MARKS[side],
            markerfacecolor=color if mark.sure else "white",
            markeredgecolor=INK if mark.sure or not side else color,
            markeredgewidth=paper.font * (0.06 if mark.sure else 0.13),
            markersize=paper.font * 0.62 * scale,
            zorder=3,
        )
        if mark.n > 1:
            share = 0.72 * max(scale, 0.75)
            look: Look = {"share": share, "color": MUTED, "zorder": 4}
            write(axes, paper, str(mark.n), (day, y), shift=(0.5, 0), **look)


def _draw_events(figure: Chart, events: pd.DataFrame) -> None:
    """A numbered line for each event; numbers that would overlap stand on a second level."""
    if events.empty:
        return
    days, over = date2num(events["date"].to_numpy()), ("data", "axes fraction")
    levels = _stack(days, _days_of(figure, 1.3)) % 2
    for i, (day, level, sure) in enumerate(zip(days, levels, events["sure"], strict=True), 1):
        stroke = "solid" if sure else (0, (3, 2))
        figure.body.axvline(day, color=MUTED, linewidth=0.7, linestyle=stroke, zorder=1)
        look: Look = {"ha": "center", "va": "baseline", "color": MUTED, "xycoords": over}
        shift = (0, 0.25 + 1.0 * level)
        write(figure.body, figure.size, str(i), (day, 1), shift=shift, share=0.82, **look)
