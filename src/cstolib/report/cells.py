"""Values and tables as a reader is shown them, and the names of places in the report."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..figures.style import signed

MAX_ROWS = 200  # rows of a table that are shown; tables/ has them all
LINE, WIDE = 120, 14  # characters: of a page's width in small type, and of a word kept whole


@dataclass
class Cell:
    """Text of a cell, and the place in the report that it leads to."""

    text: str
    link: str = ""


@dataclass
class Table:
    """A table as it is shown: column heads, rows of cells, and what was left out."""

    columns: list[str]
    rows: list[list[Cell]]
    align: list[str]  # "text", "number", or "end": text that ends at the right
    left_out: int = 0


def anchor(*parts: object) -> str:
    """A name for a place in the report, of letters, digits and dashes."""
    joined = "-".join(str(part) for part in parts).lower()
    return "".join(c if c.isalnum() and c.isascii() else "-" for c in joined)


def shown(value: Any, column: str = "") -> str:
    """A value as a reader wants it: dates as days, numbers short, missing as a dash."""
    if pd.isna(value):
        return "–"
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        if column.startswith("p_") or column == "p":
            return "<0.001" if value < 0.001 else f"{value:.3f}"
        if column in ("alignment", "score", "low", "high", "log_ratio"):
            return signed(value)
        return f"{value:.0f}" if value == int(value) and abs(value) > 9 else f"{value:.2f}"
    return " ".join(str(value).split())


def show_table(
    frame: pd.DataFrame,
    columns: list[str] | None = None,
    links: dict[str, list[str]] | None = None,
) -> Table:
    """These columns of `frame` (all, if not told) as a Table of at most MAX_ROWS rows."""
    frame = frame if columns is None else frame[columns]
    part = frame.head(MAX_ROWS)
    cells = [
        [Cell(shown(value, str(name)), link) for value, link in zip(column, places, strict=True)]
        for name, column in part.items()
        for places in [(links or {}).get(str(name), [""] * len(part))]
    ]
    align = ["number" if pd.api.types.is_numeric_dtype(frame[c]) else "text" for c in frame]
    heads = [str(name).replace("_", " ") for name in frame]
    rows = [list(row) for row in zip(*cells, strict=True)]
    return Table(heads, rows, align, len(frame) - len(part))


def shorten(text: str, most: int) -> str:
    """`text`, cut at a word where it is longer than `most` characters."""
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,.;:–-") + "…"


def name_article(article: Any) -> str:
    return shown(article.title) if shown(article.title) != "–" else str(article.path)


def name_source(article: Any) -> str:
    """Outlet and date as a reader cites them; what the article does not state is left out."""
    known = [v for v in (shown(article.outlet), shown(article.date)) if v != "–"]
    return ", ".join(known) or str(article.path)


def column_widths(lines: list[list[str]]) -> list[float]:
    """Room for each column, in characters: its longest word, and a share of the rest of LINE.

    The share goes by how much more text a column has than its longest word.
    """
    words, more = [], []
    for column in zip(*lines, strict=True):
        longest = max(len(word) for text in column for word in (text.split() or [""]))
        usual = sorted(len(text) for text in column)[int(0.9 * (len(column) - 1))]
        words.append(min(longest, WIDE) + 5)  # room for the margins of a cell
        more.append(max(0, usual - longest) + 1)
    rest = max(0, LINE - sum(words))
    return [word + rest * part / sum(more) for word, part in zip(words, more, strict=True)]
