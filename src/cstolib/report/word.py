"""The report as a Word file with real headings, captions and alt text, to be taken over."""

from io import BytesIO
from pathlib import Path
from typing import Any

from .cells import Table, column_widths
from .content import Content
from .workbook import same_bytes

PAGE_CM, MARGIN_CM = (21.0, 29.7), 2.2  # A4
WIDTH_CM, HEIGHT_CM = PAGE_CM[0] - 2 * MARGIN_CM, 18.5
GREY = "595959"


def _clean(text: str) -> str:
    """`text` without the control characters that XML cannot hold."""
    return "".join(
        c for c in text if c in "\t\n" or (ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF)
    )


def _open_document() -> Any:
    """A document on A4 with quiet captions, and a style for the source of a quote."""
    import docx
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Cm, Pt, RGBColor

    document = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = (Cm(side) for side in PAGE_CM)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(MARGIN_CM)
    styles = document.styles
    source = styles.add_style("Source", WD_STYLE_TYPE.PARAGRAPH)
    source.base_style = styles["Normal"]
    for style in (styles["Caption"], source):
        style.font.size, style.font.bold = Pt(8), False
        style.font.color.rgb = RGBColor.from_string(GREY)
    source.paragraph_format.space_after = Pt(9)
    quote = styles["Quote"].paragraph_format
    quote.space_after, quote.keep_with_next = Pt(0), True
    return document


def _keep_row(row: Any, *, head: bool) -> None:
    """Keep a row on one page; a head row comes again on each."""
    from docx.oxml import OxmlElement

    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if head:
        properties.append(OxmlElement("w:tblHeader"))


def _pad_cells(grid: Any) -> None:
    """Leave a little room above and below the text of each cell."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    margins = OxmlElement("w:tblCellMar")
    for side in ("top", "bottom"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "40")  # twentieths of a point
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    grid._tbl.tblPr.find(qn("w:tblLook")).addprevious(margins)


def _add_table(document: Any, table: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    grid = document.add_table(rows=1, cols=len(table.columns), style="Light Shading")
    grid.autofit = False
    look = grid._tbl.tblPr.find(qn("w:tblLook"))
    look.set(qn("w:noHBand"), "1")
    look.set(qn("w:val"), "06A0")  # the same in the form that older readers know
    _pad_cells(grid)
    lines = [[*table.columns], *([cell.text for cell in row] for row in table.rows)]
    room = column_widths(lines)
    widths = [Cm(WIDTH_CM * part / sum(room)) for part in room]
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    for number, line in enumerate(lines):
        row = grid.rows[0] if number == 0 else grid.add_row()
        _keep_row(row, head=number == 0)
        cells = row.cells
        for position, text in enumerate(line):
            paragraph = cells[position].paragraphs[0]
            run = paragraph.add_run(_clean(text))
            run.font.size = Pt(7.5)
            run.bold = number == 0
            cells[position].width = widths[position]
            if table.align[position] != "text":
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if table.left_out:
        document.add_paragraph(f"{table.left_out} more rows are in tables/.", style="Caption")


def _add_figure(document: Any, image: Path, caption: str, alt: str) -> None:
    from docx.shared import Cm

    document.add_picture(str(image), width=Cm(WIDTH_CM))
    shape = document.inline_shapes[len(document.inline_shapes) - 1]
    if shape.height > Cm(HEIGHT_CM):  # heading, picture and caption go on one page
        shape.width, shape.height = int(shape.width * Cm(HEIGHT_CM) / shape.height), Cm(HEIGHT_CM)
    shape._inline.docPr.set("descr", _clean(alt))
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    document.add_paragraph(_clean(caption), style="Caption")


def _add_evidence(document: Any, content: Content) -> None:
    document.add_page_break()
    document.add_heading("Appendix: what are the words behind every statement?", 1)
    groups, left_out = content.first_quotes()
    for group in groups:
        document.add_heading(_clean(group["heading"]), 2)
        for quote in group["quotes"]:
            document.add_paragraph(_clean(f"“{quote['quote']}”"), style="Quote")
            document.add_paragraph(_clean(quote["source"]), style="Source")
    if left_out:
        document.add_paragraph(f"{left_out} more statements are in tables/statements.csv.")


def write_word(content: Content, path: Path) -> None:
    """Write the Word file to `path`."""
    document = _open_document()
    document.core_properties.title = _clean(content.title)
    document.core_properties.author = "cstolib"
    document.add_heading(_clean(content.title), 0)
    document.add_paragraph(_clean(content.subtitle), style="Subtitle")
    findings = content.findings or ["The notebooks of this run computed no conclusion."]
    for heading, lines in (("Findings", findings), ("Warnings", content.warnings)):
        if lines:
            document.add_heading(heading, 1)
        for line in lines:
            document.add_paragraph(_clean(line), style="List Bullet")
    for section in content.sections:
        if section.id == "T3":
            continue
        document.add_heading(f"{section.id}  {section.question}", 1)
        if section.figure is not None:
            _add_figure(document, section.figure.with_suffix(".png"), section.caption, section.alt)
        elif section.table is not None:
            _add_table(document, section.table)
    if content.evidence:
        _add_evidence(document, content)
    if content.missing:
        document.add_heading("Not in this report", 1)
        document.add_paragraph("This run made no data for: " + "; ".join(content.missing) + ".")
    buffer = BytesIO()
    document.save(buffer)
    buffer.seek(0)
    same_bytes(buffer, path)
