"""The one visual system of all charts: sizes, colours, fonts, and how words and numbers are set."""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import matplotlib.style
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

INK, MUTED, RULE, PALE = "#1a1a1a", "#595959", "#d0d0d0", "#f2f2f2"
# Okabe and Ito 2008: apart for all three kinds of colour blindness; ordered by lightness here.
BLUE, VERMILION, PURPLE, ORANGE, SKY = "#0072b2", "#d55e00", "#cc79a7", "#e69f00", "#56b4e9"
# −1 blue … 0 grey … +1 orange. Zero is a grey that shows on paper: no evidence is left blank.
DIVERGING = LinearSegmentedColormap.from_list(
    "alignment", ["#08519c", "#6baed6", "#dedede", "#f59c3c", "#a63603"]
)
DASH = "–"
# The ticks of an alignment.
SIDES = ([-1, -0.5, 0, 0.5, 1], ["−1", "−0.5", "0", "+0.5", "+1"])

_RC: dict[str, Any] = {
    "font.family": "DejaVu Sans",  # ships with matplotlib; has Cyrillic, Armenian and Georgian
    "text.hinting": "no_hinting",  # so that text is as wide as measured, at any resolution
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
    def margin(self) -> float:
        """Inches kept free at the sides."""
        return 0.08 * self.width / 6.3

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


def alignment_color(value: float) -> str:
    """The colour of an alignment of −1 … +1, as #rrggbb."""
    return str(to_hex(DIVERGING((float(value) + 1) / 2)))


def plain(text: Any) -> str:
    """`text` as one line without control characters; "–" for a missing value.

    No-break spaces stay, for `wrap`.
    """
    if text is None or text is pd.NA or text != text:  # NaN and NaT are not equal to themselves
        return DASH
    kept = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in str(text))
    return re.sub(r"[^\S\u00a0]+", " ", kept).strip() or DASH


def signed(value: float, digits: int = 2) -> str:
    """`value` with its sign and a true minus; 0 has none."""
    rounded = round(float(value), digits)
    if rounded == 0:
        return f"{0:.{digits}f}"
    return f"{rounded:+.{digits}f}".replace("-", "−")


def tick(value: float) -> str:
    """`value` of an axis that runs both sides of 0: "−0.25", "0", "+0.5"."""
    text = signed(value)
    return "0" if text == "0.00" else text.rstrip("0").rstrip(".")


def share_of(part: float) -> str:
    """ "12%", "under 1%"."""
    return "under 1%" if 0 < part < 0.005 else f"{part:.0%}"


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
        parts = 1  # a word that is too wide falls into parts of about the same length
        while True:
            long = math.ceil(len(word) / parts)
            pieces = [word[i : i + long] for i in range(0, len(word), long)]
            if long == 1 or all(text_width(p, points, bold=bold) <= inches for p in pieces):
                break
            parts += 1
        lines += pieces
    return lines


def balance(text: str, inches: float, points: float, *, bold: bool = False) -> list[str]:
    """`text` in as few lines as `wrap` needs, of about the same length."""
    lines = wrap(text, inches, points, bold=bold)
    for share in (0.5, 0.6, 0.7, 0.8, 0.9):
        even = wrap(text, inches * share, points, bold=bold)
        if 1 < len(even) == len(lines):
            return even
    return lines
