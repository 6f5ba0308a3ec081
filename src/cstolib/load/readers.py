"""The bytes of one file -> its articles as records: text and the metadata that the file carries."""

import io
import re
from collections.abc import Callable, Sequence

from .decode import decode_bytes, looks_binary, mask_surrogates
from .files import FileError
from .rows import LARGEST, Record, known_columns, say_error, stream_records

# What a Word file may unpack to, beside LARGEST: a small one can hold a thousand times its size.
_LARGEST_PART = 100_000_000  # bytes of one xml part; its tree takes several times that
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{2,40})""", re.I)
_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.S)
_FRONT_LINE = re.compile(r"^(\w[\w-]{0,30}):[ \t]*(\S.*?)[ \t]*\r?$", re.M)


def read_text(data: bytes) -> list[Record]:
    """One record of a plain text."""
    if not data.strip():
        raise FileError("the file is empty; delete it or scrape the page again")
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")) and looks_binary(data):
        raise FileError("the file is binary, not text; save it as .txt, .html, .docx or .pdf")
    raw, encoding = decode_bytes(data)
    if not raw.strip():
        raise FileError("the file holds only white space; delete it or scrape the page again")
    return [{"raw": raw, "encoding": encoding}]


def read_markdown(data: bytes) -> list[Record]:
    """One record of a Markdown text, with title, author, date … from its front matter."""
    [record] = read_text(data)
    front = _FRONT_MATTER.match(record["raw"])
    if front:
        fields = {key.lower(): value.strip("\"'") for key, value in _FRONT_LINE.findall(front[1])}
        record |= known_columns(fields)
    return [record]


def read_table(data: bytes, suffix: str) -> list[Record | str]:
    """One record a row; common column names are known. A string says what was left out."""
    records, held = list[Record | str](), 0
    for record in stream_records(io.BytesIO(data), suffix):
        records.append(record)
        held += sum(map(len, record.values())) if isinstance(record, dict) else 0
        if held > max(LARGEST, len(data)):
            raise FileError(f"it unpacks to more than {LARGEST:,} characters; split it")
    return records


def read_html(data: bytes) -> list[Record]:
    """One record of a page: its text block by block, and what its head says of it."""
    from .page import render_page

    if not data.strip():
        raise FileError("the file is empty; delete it or scrape the page again")
    declared = _META_CHARSET.search(data[:4096])
    source, encoding = decode_bytes(data, declared[1].decode("ascii") if declared else None)
    try:
        record = render_page(source)
    except ValueError as error:
        raise FileError(f"the page cannot be read: {error}; save its text as .txt") from None
    if not record["raw"].strip():
        raise FileError("the page shows no text (perhaps a script draws it); save it as seen")
    return [record | {"encoding": encoding}]


def read_docx(data: bytes) -> list[Record]:
    """One record of a Word file, or several where it is the export of a news archive."""
    import zipfile

    from .documents import docx_records

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sizes = [(item.file_size, item.filename) for item in archive.infolist()]
        largest = max((size for size, name in sizes if name.endswith((".xml", ".rels"))), default=0)
        if (size := sum(size for size, _ in sizes)) > LARGEST or largest > _LARGEST_PART:
            raise FileError(f"it unpacks to {size:,} bytes; split it")
        records = docx_records(data)
    except FileError:
        raise
    except Exception as error:  # a broken file makes its reader fail in any way it can
        said = say_error(error)
        raise FileError(f"no Word file of the docx kind: {said}; save it again") from None
    if not records:
        raise FileError("the document holds no text; save it as .txt")
    return [
        record | {"raw": mask_surrogates(record["raw"]), "encoding": "docx"} for record in records
    ]


def read_pdf(data: bytes) -> list[Record]:
    """One record of a pdf with a text layer."""
    import logging

    from .documents import pdf_records

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # our own message names the file
    try:
        records = pdf_records(data)
    except Exception as error:  # a broken file makes its reader fail in any way it can
        raise FileError(f"the pdf cannot be read: {say_error(error)}; save it as .txt") from None
    if not records:
        raise FileError("the pdf has no text layer (a scan?); run OCR and save it as .txt")
    return [
        record | {"raw": mask_surrogates(record["raw"]), "encoding": "pdf"} for record in records
    ]


READERS: dict[str, Callable[[bytes], Sequence[Record | str]]] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".docx": read_docx,
    ".pdf": read_pdf,
    ".csv": lambda data: read_table(data, ".csv"),
    ".tsv": lambda data: read_table(data, ".tsv"),
    ".json": lambda data: read_table(data, ".json"),
    ".jsonl": lambda data: read_table(data, ".jsonl"),
    ".ndjson": lambda data: read_table(data, ".jsonl"),
    ".parquet": lambda data: read_table(data, ".parquet"),
}
TABLES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")  # files of many articles, read by rows
