"""The sheet that every chart is drawn on, and the parts that charts share.

A sheet is laid out in inches, from the top: a title that says what is seen, a line on what was
counted, a key where marks need one, the chart, the axis, notes. Nothing here touches pyplot.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from .style import INK, MUTED, PALE, SIZES, Size, balance, look, plain, text_width, wrap

NO_EVIDENCE = "no evidence"


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


@dataclass(frozen=True)
class Mark:
    """One entry of a key: a colour with a hatch, or a marker."""

    label: str
    color: str
    hatch: str = ""
    marker: str = ""
    filled: bool = True


def _draw_key(
    figure: Chart, size: Size, marks: Sequence[Mark], lines: list[list[int]], y: float
) -> None:
    """Draw the key's swatches and words, in the lines laid out before, from height `y` down."""
    points, margin = size.font * 0.92, 0.08 * size.width / 6.3
    height = figure.get_figheight()
    for line in lines:
        x = margin
        y -= size.line
        for i in line:
            mark = marks[i]
            box = size.font / 72
            if mark.marker:
                handle = Line2D(
                    [(x + box * 0.7) / size.width],
                    [(y + size.line * 0.36) / height],
                    marker=mark.marker,
                    markersize=size.font * 0.72,
                    markerfacecolor=mark.color if mark.filled else "white",
                    markeredgecolor=mark.color,
                    markeredgewidth=size.font * 0.13,
                    linestyle="",
                    transform=figure.transFigure,
                )
                figure.add_artist(handle)
            else:
                swatch = Rectangle(
                    (x / size.width, (y + size.line * 0.05) / height),
                    box * 1.4 / size.width,
                    box * 0.85 / height,
                    facecolor=mark.color,
                    hatch=mark.hatch,
                    edgecolor=INK if mark.hatch else MUTED,
                    linewidth=0.4,
                    transform=figure.transFigure,
                )
                figure.add_artist(swatch)
            figure.text(
                (x + box * 1.8) / size.width,
                (y + size.line * 0.36) / height,
                mark.label,
                fontsize=points,
                va="center",
            )
            x += _key_width(mark, size)


def _key_width(mark: Mark, size: Size) -> float:
    return text_width(mark.label, size.font * 0.92) + size.font / 72 * 3.2


def _key_lines(marks: Sequence[Mark], size: Size, inches: float) -> list[list[int]]:
    lines: list[list[int]] = []
    used = 0.0
    for i, mark in enumerate(marks):
        width = _key_width(mark, size)
        if not lines or used + width > inches:
            lines.append([])
            used = 0.0
        lines[-1].append(i)
        used += width
    return lines


def open_sheet(
    size: Size,
    *,
    title: str,
    about: str = "",
    notes: Iterable[str] = (),
    key: Sequence[Mark] = (),
    body: float = 3.0,
    left: float = 0.1,
    right: float = 0.1,
    below: float = 2.6,
    above: float = 0.0,
    alt: str = "",
) -> Chart:
    """A sheet with title, counts, key and notes drawn, and empty axes `body` between them.

    body: inches that the axes should be high; left and right: inches kept beside them for labels;
    below and above: lines of text kept for the axis under and over them.
    """
    margin = 0.08 * size.width / 6.3
    inner = (size.width - 2 * margin) * 0.965
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
    figure.title, figure.size, figure.alt = title, size, plain(alt) if alt else title
    y = height - size.line * 0.25
    for line in head:
        figure.text(margin / size.width, y / height, line, fontsize=big, weight="bold", va="top")
        y -= big * 1.25 / 72
    for line in counted:
        figure.text(margin / size.width, y / height, line, fontsize=small, color=MUTED, va="top")
        y -= size.line
    if lines:
        y -= size.line * 0.35
        _draw_key(figure, size, key, lines, y)
        y -= size.line * 1.0 * len(lines)
    top = y - size.line * (0.4 + above)
    low = size.line * 0.25 + len(foot) * size.line * 0.88
    for i, line in enumerate(reversed(foot)):
        figure.text(
            margin / size.width,
            (size.line * 0.2 + i * size.line * 0.88) / height,
            line,
            fontsize=size.font * 0.85,
            color=MUTED,
            va="bottom",
        )
    bottom = low + size.line * (below + 0.3 * bool(foot))
    left, right = left + margin, right + margin
    figure.body = figure.add_axes(
        (
            left / size.width,
            bottom / height,
            (size.width - left - right) / size.width,
            max(top - bottom, 0.3) / height,
        )
    )
    return figure


def body_inches(figure: Chart) -> tuple[float, float]:
    """Width and height of the axes in inches."""
    box = figure.body.get_position()
    return box.width * figure.get_figwidth(), box.height * figure.get_figheight()


def label_rows(
    axes: Axes, size: Size, labels: Sequence[str], inches: float, *, bold: Sequence[bool] = ()
) -> None:
    """Name the rows 0, 1, … of a chart from the top, each name wrapped to `inches`."""
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    pad = 0.6 * size.font
    box = axes.get_position()
    sheet = axes.get_figure(root=True)
    assert sheet is not None
    room = box.height * sheet.get_figheight() * 72 / max(len(labels), 1) / 1.15
    for i, label in enumerate(labels):
        if not label:
            continue
        heavy = bool(bold) and bold[i]
        lines = wrap(label, inches - pad / 72, size.font, bold=heavy)
        points = size.font if len(lines) == 1 else size.font * 0.88
        points = min(points, max(room / len(lines), 0.5 * size.font))
        axes.annotate(
            "\n".join(lines),
            (0, i),
            xycoords=("axes fraction", "data"),
            xytext=(-pad, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=points,
            weight="bold" if heavy else "normal",
            linespacing=1.05,
            annotation_clip=False,
        )


def label_width(size: Size, labels: Iterable[str], most: float = 0.3) -> float:
    """Inches for row labels: the widest, but at most this share of the sheet."""
    widths = [text_width(plain(label), size.font) for label in labels]
    return min(max(widths, default=0) + 0.9 * size.font / 72, most * size.width)


def beside(axes: Axes, y: float, text: str, size: Size, *, color: str = MUTED) -> None:
    """Write `text` right of the axes at row `y`."""
    axes.annotate(
        text,
        (1, y),
        xycoords=("axes fraction", "data"),
        xytext=(0.5 * size.font, 0),
        textcoords="offset points",
        va="center",
        fontsize=size.font * 0.88,
        color=color,
        annotation_clip=False,
    )


def empty_chart(size: Size, *, title: str, why: str, alt: str = "") -> Chart:
    """An honest chart of nothing: a frame that says there is no evidence, and why."""
    figure = open_sheet(
        size, title=title, body=1.6 * size.width / 6.3, below=0.6, alt=alt or f"{title}: {why}"
    )
    axes = figure.body
    axes.set(xticks=[], yticks=[], facecolor=PALE)
    for side in axes.spines.values():
        side.set_visible(False)
    lines = wrap(why, body_inches(figure)[0] * 0.8, size.font)
    text = "\n".join([NO_EVIDENCE, *lines])
    axes.text(0.5, 0.5, text, ha="center", va="center", color=MUTED, transform=axes.transAxes)
    return figure


def make_chart(draw: Callable[[Size], Chart], size: str) -> Chart:
    """The chart that `draw` draws at the size of this name; it can draw itself again at another."""
    if size not in SIZES:
        raise ValueError(f"size must be one of {', '.join(SIZES)}, got {size!r}")
    with look(SIZES[size]):
        figure = draw(SIZES[size])
    figure.redraw = lambda other: make_chart(draw, other)
    return figure
