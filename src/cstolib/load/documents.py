"""Word and pdf files -> their articles as records."""

import io
import re
from collections import Counter
from itertools import islice
from typing import Any

# A news archive marks the end of each article, and names its fields, in these words (Nexis and the
# like, in English, Russian, Spanish and German exports).
_END = re.compile(
    r"^\W*(?:end of document|конец документа|fin del documento|ende des dokuments)\W*$", re.I
)
_FIELD = re.compile(
    r"^(?P<name>byline|autor|author|автор|load-date|publication-date|section|length|language|dateline|headline"
    r"|dateline|copyright|highlight|body)\s*:\s*(?P<value>.*)$",
    re.IGNORECASE,
)
_BODY = re.compile(r"^\W*(?:body|текст|cuerpo|text)\W*$", re.IGNORECASE)
_MONTH_DATE = re.compile(r"\b(?:19|20)\d\d\b")
_HYPHEN = re.compile(r"[^\W\d_][-\u00ad\u2010]\Z")
_PAGE_NUMBER = re.compile(
    r"^\W*+(?:page|стр|pág|с)?+\W*+\d{1,4}(?:\s*(?:/|of|из|de)\s*\d{1,4})?\W*$", re.I
)
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACE = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_EDGE = 3  # lines at the top and the foot of a page where its furniture stands
_MOST_PAGES = 5000
_MOST_STEPS = 5_000_000  # drawing operators of a pdf; a page of a newspaper has some thousands


def _text(paragraph: Any) -> str:
    """The text of a paragraph of a Word file, without what was deleted and what a box holds."""
    from lxml.etree import iterwalk

    parts: list[str] = []
    walk = iterwalk(paragraph, events=("start",))
    for _, node in walk:
        name = node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
        if name == "t":
            parts.append(node.text or "")
        elif name in ("AlternateContent", "txbxContent"):
            walk.skip_subtree()
        elif name in _SPACE and node.tag.startswith(_WORD):
            parts.append(_SPACE[name])
    return "".join(parts)


def _paragraphs(data: bytes) -> list[str]:
    """The paragraphs of a Word file in order; a row of a table is one, its cells apart by tabs.

    The tree is walked here, since python-docx repeats a cell as often as the file claims that it
    spans columns, and takes time that grows with the square of a run.
    """
    from docx import Document
    from lxml.etree import iterwalk

    body = Document(io.BytesIO(data)).element.body
    found: list[str] = []
    walk = iterwalk(body, events=("start",), tag=(f"{_WORD}p", f"{_WORD}tr"))
    for _, node in walk:
        walk.skip_subtree()
        if node.tag == f"{_WORD}p":
            found.append(_text(node))
        else:
            cells = (cell.iter(f"{_WORD}p") for cell in node.iterchildren(f"{_WORD}tc"))
            found.append("\t".join("\n".join(map(_text, cell)) for cell in cells))
    return found


def _archive_record(paragraphs: list[str]) -> dict[str, Any] | None:
    """One article of an archive's export: title, outlet and date above `Body`, fields by name."""
    shown = [line.strip() for line in paragraphs if line.strip()]
    if len(shown) < 2:
        return None
    record: dict[str, Any] = {"raw": "\n".join(paragraphs).strip("\n"), "title": shown[0]}
    body = next((place for place, line in enumerate(shown[:25]) if _BODY.match(line)), 0)
    head = shown[1 : body or 8]
    if body and len(head) >= 2:
        record["outlet"] = head[0]
    for line in head:
        field = _FIELD.match(line)
        if field and field["name"].lower() in ("byline", "author", "autor", "автор"):
            record["author"] = field["value"].strip() or None
        elif "date" not in record and not field and _MONTH_DATE.search(line):
            record["date"] = re.sub(r"(?<!\s)\s+(?:[A-Z][a-z]+day)\b.*$", "", line)
    return record


def docx_records(data: bytes) -> list[dict[str, Any]]:
    """The records of a Word file: one, or one an article where it is the export of an archive."""
    paragraphs = _paragraphs(data)
    ends = [place for place, line in enumerate(paragraphs) if _END.match(line.strip())]
    if not ends:
        raw = "\n".join(paragraphs)
        return [{"raw": raw}] if raw.strip() else []
    parts, start = [], 0
    for end in ends:
        parts.append(paragraphs[start:end])
        start = end + 1
    records = [_archive_record(part) for part in parts]
    return [record for record in records if record]


def _page_lines(data: bytes) -> list[list[str]]:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise ValueError("it is encrypted")
    steps = 0

    def count(*_: Any) -> None:
        nonlocal steps
        steps += 1
        if steps > _MOST_STEPS:
            raise ValueError(f"it draws its text in over {_MOST_STEPS:,} steps")

    pages = []
    for page in islice(reader.pages, _MOST_PAGES):
        shown = page.extract_text(visitor_operand_before=count)
        lines = [line.rstrip() for line in shown.split("\n")]
        pages.append([line for line in lines if line.strip()])
    return pages


def _drop_furniture(pages: list[list[str]]) -> list[list[str]]:
    """The pages without running heads, feet and page numbers.

    A line at the edge of a page is furniture if, its figures masked, it stands at the edge of most.
    """
    masked = [
        {re.sub(r"\d+", "#", line.strip()) for line in lines[:_EDGE] + lines[-_EDGE:]}
        for lines in pages
    ]
    counts = Counter(key for keys in masked for key in keys)
    often = {key for key, number in counts.items() if number >= 2 and 2 * number > len(pages)}
    kept = []
    for lines in pages:
        last = len(lines) - _EDGE
        kept.append(
            [
                line
                for place, line in enumerate(lines)
                if _EDGE <= place < last
                or not (re.sub(r"\d+", "#", line.strip()) in often or _PAGE_NUMBER.match(line))
            ]
        )
    return kept


def _join_lines(lines: list[str]) -> str:
    """Paragraphs of the lines of a column: a line that is full, and ends no sentence, goes on."""
    widest = max((len(row) for row in lines), default=0)
    parts: list[str] = []
    last = 0
    for row in lines:
        ended = not parts or re.search(r"[.!?:…][»”\"')]*$", parts[-1]) is not None
        full = last >= (0.9 if ended else 0.75) * widest
        goes_on = row[:1].islower() or (full and not (ended and row[:1] in "\t "))
        if parts and row[:1].islower() and _HYPHEN.search(parts[-1]):
            parts[-1] = parts[-1][:-1] + row.strip()
        elif parts and last >= 0.4 * widest and goes_on:
            parts[-1] += " " + row.strip()
        else:
            parts.append(row.strip())
        last = len(row)
    return "\n".join(parts)


def pdf_records(data: bytes) -> list[dict[str, Any]]:
    """The record of a pdf with a text layer; [] where there is none.

    Words that a line end split are joined, running heads and page numbers left out. Columns come in
    the order in which the file draws them.
    """
    pages = _drop_furniture(_page_lines(data))
    raw = _join_lines([line for lines in pages for line in lines])
    return [{"raw": raw}] if raw.strip() else []
