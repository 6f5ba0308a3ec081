"""Results of a study -> one self-contained HTML page, a PDF and a Word file.

The three are drawn from one content (content.py), so that they cannot tell different things.
Text of articles is data: it is escaped in HTML, passed to typst as strings and to Word as runs.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from ..files import write_atomic
from .content import Content, ReportError, read_content
from .workbook import write_workbook

__all__ = ["FORMATS", "ReportError", "write_report"]

FORMATS = ("html", "pdf", "docx")


def _writer(name: str) -> Callable[[Content, Path], None]:
    if name == "html":
        from .html import write_html

        return write_html
    if name == "pdf":
        from .pdf import write_pdf

        return write_pdf
    from .word import write_word

    return write_word


def write_report(results: str | Path, *, formats: Sequence[str] = FORMATS) -> list[Path]:
    """The paths of the reports written into `results`, the folder of a finished run.

    tables/tables.xlsx is written beside them, for users of Excel.

    `results` holds run.json, tables/*.parquet, figures/F*.{svg,png,json} and results/*.json. What
    a run did not make is left out of the report, and the report says so. Each file appears whole
    or not at all. Raises ReportError where `results` is no run's folder, and
    ValueError for an unknown format.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise ValueError(f"formats may hold {', '.join(FORMATS)}; got {', '.join(unknown)}")
    results = Path(results)
    content = read_content(results)
    written = []
    for name in formats:
        path = results / f"report.{name}"
        written.append(write_atomic(path, partial(_writer(name), content)))
    write_atomic(results / "tables" / "tables.xlsx", partial(write_workbook, content.tables))
    return written
