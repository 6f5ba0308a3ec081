"""The report as a PDF, set by typst: paged, with captions, cross-references and an appendix.

Everything that comes from a corpus reaches the template as JSON strings, never as typst markup.
"""

import json
from pathlib import Path
from typing import Any

from .cells import Table, column_widths
from .content import Content, Section

TEMPLATE = Path(__file__).resolve().parent.parent / "resources" / "report" / "report.typ"


def _table(table: Table) -> dict[str, Any]:
    rows = [[cell.text for cell in row] for row in table.rows]
    return vars(table) | {"rows": rows, "widths": column_widths([table.columns, *rows])}


def _section(section: Section, results: Path) -> dict[str, Any]:
    """The section with its picture or its table: on paper a figure speaks for its data."""
    image, table = "", None
    if section.figure is not None:
        image = "/" + section.figure.with_suffix(".svg").relative_to(results).as_posix()
    elif section.table is not None:
        table = _table(section.table)
    return vars(section) | {"figure": None, "image": image, "table": table}


def write_pdf(content: Content, path: Path) -> None:
    """Write the PDF to `path`."""
    import matplotlib
    import typst

    evidence, left_out = content.first_quotes()
    plain = ("title", "subtitle", "findings", "warnings", "missing")
    data = {
        **{name: getattr(content, name) for name in plain},
        "sections": [_section(s, content.results) for s in content.sections],
        "evidence": evidence,
        "evidence_left_out": left_out,
    }
    # DejaVu comes with matplotlib and has the Cyrillic and Armenian letters that typst's own lack.
    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    pdf = typst.compile(  # type: ignore[call-overload]
        TEMPLATE.read_bytes(),
        root=str(content.results.resolve()),
        font_paths=[str(fonts)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    path.write_bytes(pdf)
