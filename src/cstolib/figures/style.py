"""The one visual system of all charts: sizes, colours, marks, and the sheet they are drawn on.

A sheet is laid out in inches, from the top: a title that says what is seen, a line on what was
counted, a key where marks need one, the chart, the axis, notes. Nothing here touches pyplot.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import matplotlib.style
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.textpath import TextToPath

INK, MUTED, RULE, PALE = "#1a1a1a", "#595959", "#d0d0d0", "#f2f2f2"
# Okabe and Ito 2008: apart for all three kinds of colour blindness; ordered by lightness here.
BLUE, VERMILION, PURPLE, ORANGE, SKY = "#0072b2", "#d55e00", "#cc79a7", "#e69f00", "#56b4e9"
# −1 blue … 0 grey … +1 orange. Zero is a grey that shows on paper: no evidence is left blank.
DIVERGING = LinearSegmentedColormap.from_list(
    "alignment", ["#08519c", "#6baed6", "#dedede", "#f59c3c", "#a63603"]
)
DASH = "–"
NO_EVIDENCE = "no evidence"

_RC: dict[str, Any] = {
    "font.family": "DejaVu Sans",  # ships with matplotlib; has Cyrillic, Armenian and Georgian
    "text.parse_math": False,  # a $ in a text is a $
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": RULE,
    "grid.linewidth": 0.5,
    "hatch.linewidth": 0.7,
    "xtick.color": MUTED,
    "ytick.color": INK,
    "ytick.major.size": 0,
    "xtick.major.size": 2.5,
    "svg.hashsalt": "cstolib",
    "svg.fonttype": "path",  # glyphs are drawn where the reader lacks the font
    "pdf.fonttype": 42,
    "savefig.dpi": 300,
    "figure.dpi": 100,
}


@dataclass(frozen=True)
class Size:
    """Width and greatest height in inches, font in points; a fixed sheet always has that height."""

    width: float
    height: float
    font: float
    fixed: bool = False

    @property
    def line(self) -> float:
        """Inches from one line of text to the next."""
        return self.font * 1.32 / 72

    @property
    def rows(self) -> int:
        """How many labelled rows fit on the sheet beside title, axis and notes."""
        return int((self.height - 10 * self.line) / ((1.2 if self.fixed else 1.45) * self.line))


# page: the text width of A4 with 25 mm margins; slide: 16 to 9; web: one column on a screen.
SIZES = {
    "page": Size(6.3, 9.2, 7.5),
    "slide": Size(13.333, 7.5, 15.0, fixed=True),
    "web": Size(9.0, 13.0, 10.5),
}


def look(size: Size) -> Any:
    """A context with this look, whatever the reader's own matplotlib settings are."""
    fonts = {
        "font.size": size.font,
        "axes.labelsize": size.font,
        "xtick.labelsize": size.font * 0.92,
        "ytick.labelsize": size.font,
    }
    return matplotlib.style.context(["default", {**_RC, **fonts}])


def plain(text: Any) -> str:
    """`text` as one line without control characters; "–" for a missing value."""
    if text is None or text != text:  # NaN and NA are not equal to themselves
        return DASH
    kept = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in str(text))
    return " ".join(kept.split()) or DASH


def signed(value: float, digits: int = 2) -> str:
    """`value` with its sign and a true minus; 0 has none."""
    rounded = round(float(value), digits)
    if rounded == 0:
        return f"{0:.{digits}f}"
    return f"{rounded:+.{digits}f}".replace("-", "−")


def count_of(n: int, noun: str, plural: str | None = None) -> str:
    """ "1 article", "1,204 articles"."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def list_names(names: Sequence[str], most: int = 3) -> str:
    """ "A", "A and B", "A, B and C", "A, B and 4 more"."""
    shown = list(names) if len(names) <= most else [*names[: most - 1], ""]
    if len(names) > most:
        shown[-1] = f"{len(names) - most + 1} more"
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


@cache
def _measure(text: str, points: float, bold: bool) -> float:
    font = FontProperties(family="DejaVu Sans", size=points, weight="bold" if bold else "normal")
    return TextToPath().get_text_width_height_descent(text, font, ismath=False)[0] / 72


def text_width(text: str, points: float, *, bold: bool = False) -> float:
    """Inches that a line of text takes."""
    return _measure(text, points, bold)


def wrap(text: str, inches: float, points: float, *, bold: bool = False) -> list[str]:
    """`text` in lines no wider than `inches`; a word that is wider is broken, never cut."""
    lines: list[str] = []
    for word in plain(text).split(" "):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(joined, points, bold=bold) <= inches:
            lines[-1] = joined
            continue
        while text_width(word, points, bold=bold) > inches and len(word) > 1:
            fits = max(1, int(len(word) * inches / text_width(word, points, bold=bold)))
            lines.append(word[:fits])
            word = word[fits:]
        lines.append(word)
    return lines


def balance(text: str, inches: float, points: float, *, bold: bool = False) -> list[str]:
    """`text` in as few lines as `wrap` needs, of about the same length."""
    lines = wrap(text, inches, points, bold=bold)
    for share in (0.5, 0.6, 0.7, 0.8, 0.9):
        even = wrap(text, inches * share, points, bold=bold)
        if 1 < len(even) == len(lines):
            return even
    return lines


class Chart(Figure):
    """A figure that knows its title and alt text, and draws itself again at another size."""

    title: str = ""
    alt: str = ""
    size: Size
    body: Axes
    redraw: Callable[[str], "Chart"]

    def _repr_png_(self) -> bytes:
        from io import BytesIO

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
    inner = (size.width - 2 * margin) * 0.965  # hinting makes text a little wider than measured
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
    for i, label in enumerate(labels):
        if not label:
            continue
        heavy = bool(bold) and bold[i]
        lines = wrap(label, inches - pad / 72, size.font, bold=heavy)
        points = size.font if len(lines) == 1 else size.font * 0.88
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


def bootstrap_mean(
    values: Sequence[float], clusters: Sequence[Any], *, draws: int = 2000, seed: int = 0
) -> tuple[float, float, float]:
    """Mean with the ends of its 95 % percentile interval, whole clusters drawn with replacement.

    Both ends are missing where there is one cluster: nothing can be said of how it would vary.
    """
    x = np.asarray(values, dtype=float)
    names, code = np.unique(np.asarray(clusters, dtype=str), return_inverse=True)
    if not len(x):
        return np.nan, np.nan, np.nan
    if len(names) < 2:
        return float(x.mean()), np.nan, np.nan
    sums, sizes = np.bincount(code, weights=x), np.bincount(code)
    drawn = np.random.default_rng(seed).integers(0, len(names), (draws, len(names)))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(x.mean()), float(low), float(high)
