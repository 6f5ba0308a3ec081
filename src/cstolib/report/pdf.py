"""The report as a PDF, set by typst: paged, with captions, cross-references and an appendix.

Everything that comes from a corpus reaches the template as JSON strings, never as typst markup.
"""

import json
from pathlib import Path
from typing import Any

from .cells import Table, column_widths
from .content import Content, Section

TEMPLATE = Path(__file__).resolve().parent.parent / "resources" / "report" / "report.typ"
MAX_QUOTES = 400  # in the appendix; the HTML report and tables/ have them all


def _table(table: Table | None) -> dict[str, Any] | None:
    if table is None:
        return None
    rows = [[cell.text for cell in row] for row in table.rows]
    return {
        "columns": table.columns,
        "widths": column_widths([table.columns, *rows]),
        "rows": rows,
        "align": table.align,
        "left_out": table.left_out,
    }


def _section(section: Section, results: Path) -> dict[str, Any]:
    image = ""
    if section.figure is not None:
        image = "/" + section.figure.with_suffix(".svg").relative_to(results).as_posix()
    # A figure's data is in figures/ as csv: on paper the figure speaks for it.
    table = None if section.figure is not None else _table(section.table)
    return {
        "id": section.id,
        "question": section.question,
        "title": section.title,
        "caption": section.caption,
        "alt": section.alt,
        "image": image,
        "table": table,
    }


def _evidence(content: Content) -> tuple[list[dict[str, Any]], int]:
    groups, room = [], MAX_QUOTES
    for group in content.evidence:
        quotes = group["quotes"][:room]
        room -= len(quotes)
        if quotes:
            groups.append({**group, "quotes": quotes})
    total = sum(len(group["quotes"]) for group in content.evidence)
    return groups, total - (MAX_QUOTES - room)


def write_pdf(content: Content, path: Path) -> None:
    """Write the PDF to `path`."""
    import matplotlib
    import typst

    evidence, left_out = _evidence(content)
    data = {
        "title": content.title,
        "subtitle": content.subtitle,
        "findings": content.findings,
        "warnings": content.warnings,
        "missing": content.missing,
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
