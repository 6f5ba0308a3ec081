"""save_figure: one chart -> picture files, its data, its words."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from ..files import write_atomic
from .sheet import Chart
from .style import SIZES, look

FORMATS = ("png", "svg", "pdf")
# No date and no version: the same chart is the same bytes.
_METADATA: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": "cstolib"},
    "pdf": {"CreationDate": None, "Creator": "cstolib", "Producer": "cstolib"},
}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def escape_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with an apostrophe before each text that a spreadsheet would run as a formula."""

    def escape(value: Any) -> Any:
        return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value

    out = frame.copy()
    for i, dtype in enumerate(out.dtypes):
        if not (
            pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_datetime64_any_dtype(dtype)
        ):
            out.isetitem(i, out.iloc[:, i].map(escape, na_action="ignore").astype(object))
    return out.rename(columns=escape)


def write_csv(frame: pd.DataFrame, path: Path) -> Path:
    """`path`, with `frame` as UTF-8 csv that a spreadsheet opens without running any cell."""
    return write_atomic(
        path,
        lambda part: escape_formulas(frame).to_csv(
            part, index=False, lineterminator="\n", quoting=csv.QUOTE_MINIMAL, encoding="utf-8"
        ),
    )


def save_figure(
    figure: Figure,
    folder: str | Path,
    name: str,
    *,
    data: pd.DataFrame,
    title: str | None = None,
    caption: str = "",
    alt: str | None = None,
    size: str = "page",
    formats: tuple[str, ...] = FORMATS,
) -> list[Path]:
    """The files written: folder/name.png (300 dpi), .svg, .pdf, .csv (data), .json (words).

    The same chart gives the same bytes whenever it is saved; each file appears whole or not at
    all.
    size: "page", "slide" or "web": the chart is drawn anew for it.
    title and alt: where not given, those that the chart computed from its data.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"name must be letters, digits, dots and hyphens, as F6-stance, got {name!r}"
        )
    unknown = set(formats) - set(FORMATS)
    if unknown:
        raise ValueError(f"formats must be among {', '.join(FORMATS)}, got {sorted(unknown)}")
    if size not in SIZES:
        raise ValueError(f"size must be one of {', '.join(SIZES)}, got {size!r}")
    if isinstance(figure, Chart):
        if figure.size != SIZES[size]:
            figure = figure.redraw(size)
        title, alt = title or figure.title, alt or figure.alt
    folder = Path(folder)
    paths = []
    with look(SIZES[size]):
        for kind in formats:
            target = folder / f"{name}.{kind}"

            def write(part: Path, kind: str = kind) -> None:
                figure.savefig(part, format=kind, dpi=300, metadata=_METADATA[kind])

            paths.append(write_atomic(target, write))
    paths.append(write_csv(data, folder / f"{name}.csv"))
    words = {"name": name, "title": title or name, "caption": caption, "alt": alt or title or name}
    text = json.dumps(words, ensure_ascii=False, indent=1) + "\n"
    paths.append(
        write_atomic(folder / f"{name}.json", lambda part: part.write_text(text, encoding="utf-8"))
    )
    return paths
