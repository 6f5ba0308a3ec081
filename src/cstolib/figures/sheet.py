"""The sheet that every chart is drawn on, and the parts that charts share.

A sheet is laid out in inches, from the top: a title that says what is seen, a line on what was
counted, a key where marks need one, the chart, the axis, notes. Nothing here touches pyplot.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import wraps
from io import BytesIO
from typing import Any, ParamSpec

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from .style import INK, MUTED, PALE, SIZES, Size, balance, look, plain, text_width, wrap

NO_EVIDENCE = "no evidence"
Look = dict[str, Any]  # how matplotlib is to draw something
P = ParamSpec("P")


class Chart(Figure):
    """A figure that knows its title and alt text, and draws itself again at another size."""

    title: str = ""
    alt: str = ""
    size: Size
    body: Axes
    redraw: Callable[[str], "Chart"]

    def _repr_png_(self) -> bytes:
        target = BytesIO()
        with look(self.size):
            self.savefig(target, format="png", dpi=110, metadata={"Software": None})
        return target.getvalue()


def at_any_size(plot: Callable[P, Chart]) -> Callable[P, Chart]:
    """`plot` in the look of its argument `size`; its chart can draw itself again at another."""

    @wraps(plot)
    def draw(*args: P.args, **kwargs: P.kwargs) -> Chart:
        size = str(kwargs.get("size", "page"))
        if size not in SIZES:
            raise ValueError(f"size must be one of {', '.join(SIZES)}, got {size!r}")
        with look(SIZES[size]):
            chart = plot(*args, **kwargs)
        again: Any = draw
        chart.redraw = lambda other: again(*args, **{**kwargs, "size": other})
        return chart

    return draw


@dataclass(frozen=True)
class Mark:
    """A colour with a hatch, or a marker: an entry of a key, and what it is the key to."""

    label: str
    color: str
    hatch: str = ""
    marker: str = ""
    filled: bool = True

    @property
    def fill(self) -> str:
        """The colour inside a marker."""
        return self.color if self.filled else "white"


def _key_width(mark: Mark, size: Size) -> float:
    return text_width(mark.label, size.font * 0.92) + size.font / 72 * 3.2


def _key_lines(marks: Sequence[Mark], size: Size, inches: float) -> list[list[Mark]]:
    lines: list[list[Mark]] = []
    used = 0.0
    for mark in marks:
        width = _key_width(mark, size)
        if not lines or used + width > inches:
            lines.append([])
            used = 0.0
        lines[-1].append(mark)
        used += width
    return lines


def _draw_key(figure: Chart, lines: list[list[Mark]], y: float) -> None:
    """Draw the key's swatches and words from height `y` down."""
    size, height = figure.size, figure.get_figheight()
    box = size.font / 72
    for line in lines:
        x = size.margin
        y -= size.line
        for mark in line:
            middle = (y + size.line * 0.36) / height
            handle: Line2D | Rectangle
            if mark.marker:
                handle = Line2D(
                    [(x + box * 0.7) / size.width],
                    [middle],
                    marker=mark.marker,
                    markersize=size.font * 0.72,
                    markerfacecolor=mark.fill,
                    markeredgecolor=mark.color,
                    markeredgewidth=size.font * 0.13,
                    linestyle="",
                    transform=figure.transFigure,
                )
            else:
                handle = Rectangle(
                    (x / size.width, (y + size.line * 0.05) / height),
                    box * 1.4 / size.width,
                    box * 0.85 / height,
                    facecolor=mark.color,
                    hatch=mark.hatch,
                    edgecolor=INK if mark.hatch else MUTED,
                    linewidth=0.4,
                    transform=figure.transFigure,
                )
            figure.add_artist(handle)
            at = (x + box * 1.8) / size.width
            figure.text(at, middle, mark.label, fontsize=size.font * 0.92, va="center")
            x += _key_width(mark, size)


def body_inches(figure: Chart) -> tuple[float, float]:
    """Width and height of the axes in inches."""
    box = figure.body.get_position()
    return box.width * figure.get_figwidth(), box.height * figure.get_figheight()


def write(
    axes: Axes,
    size: Size,
    text: str,
    at: tuple[float, float],
    *,
    shift: tuple[float, float] = (0, 0),
    share: float = 1.0,
    **look: Any,
) -> None:
    """Write `text` beside a point of the axes: `shift` and `share` are in heights of the font."""
    place: Look = {"textcoords": "offset points", "annotation_clip": False}
    font: Look = {"va": "center", "fontsize": size.font * share}
    off = (shift[0] * size.font, shift[1] * size.font)
    axes.annotate(text, at, xytext=off, **place, **(font | look))


def beside(axes: Axes, y: float, text: str, size: Size, *, color: str = MUTED) -> None:
    """Write `text` right of the axes at row `y`."""
    row = ("axes fraction", "data")
    write(axes, size, text, (1, y), shift=(0.5, 0), share=0.88, color=color, xycoords=row)


def draw_interval(
    axes: Axes, low: float, high: float, y: float, color: str, width: float, **look: Any
) -> None:
    """A bar from `low` to `high` at height `y`, where both are known."""
    if pd.notna(low) and pd.notna(high):
        axes.plot([low, high], [y, y], color=color, linewidth=width, **look)


def draw_mark(axes: Axes, x: float, y: float, mark: Mark, size: float, edge: float) -> None:
    """A marker at a point; `size` of it and width of its `edge` in points."""
    inside: Look = {"markerfacecolor": mark.fill, "markeredgewidth": edge, "markersize": size}
    axes.plot(x, y, mark.marker, color=mark.color, **inside)


def label_width(size: Size, labels: Iterable[str], most: float = 0.3) -> float:
    """Inches for row labels: the widest, but at most this share of the sheet."""
    widths = [text_width(plain(label), size.font) for label in labels]
    return min(max(widths, default=0) + 0.9 * size.font / 72, most * size.width)


def label_rows(axes: Axes, size: Size, labels: Sequence[str], inches: float) -> None:
    """Name the rows 0, 1, … of a chart from the top, each name wrapped to `inches`."""
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    sheet = axes.get_figure(root=True)
    assert sheet is not None
    height = axes.get_position().height * sheet.get_figheight()
    room = height * 72 / max(len(labels), 1) / 1.15
    row = ("axes fraction", "data")
    for i, label in enumerate(labels):
        if label:
            lines = wrap(label, inches - 0.6 * size.font / 72, size.font)
            points = size.font if len(lines) == 1 else size.font * 0.88
            points = min(points, max(room / len(lines), 0.5 * size.font))
            set_as: Look = {"ha": "right", "fontsize": points, "linespacing": 1.05}
            write(axes, size, "\n".join(lines), (0, i), shift=(-0.6, 0), xycoords=row, **set_as)


def open_sheet(
    size: Size,
    *,
    title: str,
    about: str = "",
    notes: Iterable[str] = (),
    key: Sequence[Mark] = (),
    labels: Sequence[str] = (),
    most: float = 0.3,
    body: float = 3.0,
    left: float | None = None,
    right: float = 0.1,
    below: float = 2.6,
    above: float = 0.0,
    says: Iterable[str] = (),
) -> Chart:
    """A sheet with title, counts, key and notes drawn, and empty axes `body` between them.

    labels: of the rows, at most the share `most` of the sheet; body: inches that the axes should
    be high; left and right: inches kept beside them (left: as wide as the labels, unless told);
    below and above: lines of text kept for the axis under and over them; says: what the alt text
    tells beside the title.
    """
    inner = (size.width - 2 * size.margin) * 0.965
    big, small = size.font * 1.3, size.font * 0.92
    title = plain(title)
    head = balance(title, inner, big, bold=True)
    counted = wrap(about, inner, small) if about else []
    foot = [line for note in notes for line in wrap(note, inner, size.font * 0.85)]
    lines = _key_lines(key, size, inner)
    fixed = (
        len(head) * big * 1.25 / 72
        + size.line * (len(counted) + 1.12 * len(lines) + above + below)
        + len(foot) * size.line * 0.88
        + size.line * (0.9 + 0.35 * bool(lines) + 0.3 * bool(foot))
    )
    height = size.height if size.fixed else min(size.height, fixed + body)
    figure = Chart(figsize=(size.width, height))
    told = "; ".join(says)
    figure.title, figure.size = title, size
    figure.alt = plain(f"{title}. {told}") if told else title

    def print_line(line: str, y: float, **font: Any) -> None:
        figure.text(size.margin / size.width, y / height, line, **font)

    y = height - size.line * 0.25
    for line in head:
        print_line(line, y, fontsize=big, weight="bold", va="top")
        y -= big * 1.25 / 72
    for line in counted:
        print_line(line, y, fontsize=small, color=MUTED, va="top")
        y -= size.line
    if lines:
        y -= size.line * 0.35
        _draw_key(figure, lines, y)
        y -= size.line * 1.0 * len(lines)
    top = y - size.line * (0.4 + above)
    low = size.line * 0.25 + len(foot) * size.line * 0.88
    for i, line in enumerate(reversed(foot)):
        up = size.line * 0.2 + i * size.line * 0.88
        print_line(line, up, fontsize=size.font * 0.85, color=MUTED, va="bottom")
    bottom = low + size.line * (below + 0.3 * bool(foot))
    if left is None:
        left = label_width(size, labels, most) if labels else 0.1
    first, last = left + size.margin, right + size.margin
    across, tall = size.width - first - last, max(top - bottom, 0.3)
    box = (first / size.width, bottom / height, across / size.width, tall / height)
    figure.body = figure.add_axes(box)
    if labels:
        label_rows(figure.body, size, labels, left)
    return figure


def note_rest(drawn: int, of: int, things: str, which: str = "") -> list[str]:
    """The note that not all are drawn, where that is so."""
    return [f"{drawn} of {of} {things} are drawn{which}."] if drawn < of else []


def empty_chart(size: Size, *, title: str, why: str) -> Chart:
    """An honest chart of nothing: a frame that says there is no evidence, and why."""
    figure = open_sheet(size, title=title, body=1.6 * size.width / 6.3, below=0.6, says=[why])
    figure.alt = f"{title}: {why}"
    axes = figure.body
    axes.set(xticks=[], yticks=[], facecolor=PALE)
    axes.spines[:].set_visible(False)
    lines = wrap(why, body_inches(figure)[0] * 0.8, size.font)
    text = "\n".join([NO_EVIDENCE, *lines])
    axes.text(0.5, 0.5, text, ha="center", va="center", color=MUTED, transform=axes.transAxes)
    return figure
