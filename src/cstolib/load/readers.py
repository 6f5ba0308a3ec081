"""The bytes of one file -> its articles as records: text and the metadata that the file carries."""

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pandas as pd

from .decode import decode_bytes, looks_binary, mask_surrogates

Record = dict[str, Any]


class FileError(ValueError):
    """One file, or one row of it, cannot be read; the message says why and what to do."""


# The names that scrapers, archives and content systems use for the same thing, best first.
COLUMN_NAMES = {
    "raw": "raw text body content article article_text full_text fulltext maintext main_text "
    "raw_text raw_content articlebody article_body story plaintext plain_text news_text texto "
    "cuerpo contenido текст содержание",
    "article_id": "article_id id doc_id docid document_id uuid guid",
    "title": "title headline head heading article_title titulo título titular заголовок название",
    "author": "author authors byline by creator writer journalist autor autora автор",
    "outlet": "outlet source publication publisher newspaper media site site_name sitename "
    "source_name source_domain domain medio fuente издание источник",
    "date": "date published published_at date_published publish_date publication_date "
    "date_publish pubdate pub_date published_date datetime timestamp created_at time fecha дата",
    "language": "language lang idioma язык",
    "url": "url link address permalink source_url href enlace ссылка",
}
# What a file may unpack to: a small one can hold a thousand times its size.
_LARGEST = 500_000_000  # bytes, of all parts of a docx or all cells of a parquet file
_LARGEST_PART = 100_000_000  # bytes of one xml part of a docx; its tree takes several times that
_LONGEST_LINE = 20_000_000  # characters of one row of a table, which is one article
_MOST_COLUMNS = 10_000
_BATCH = 256  # rows of a parquet file that are unpacked at once
_NAMES = frozenset(" ".join(COLUMN_NAMES.values()).split())
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


def read_table(data: bytes, suffix: str) -> list[Record]:
    """One record a row of csv, tsv, json, jsonl or parquet; common column names are known."""
    if not data.strip():
        raise FileError("the file is empty; delete it or export it again")
    encoding = "utf-8"
    if suffix == ".parquet":
        rows = _parquet_rows(data)
    else:
        text, encoding = decode_bytes(data)
        rows = (_csv_rows if suffix in (".csv", ".tsv") else _json_rows)(text)
    records = []
    for number, row in enumerate(rows):
        if set(row) == {"fault"}:
            records.append(row)
            continue
        record = known_columns(row)
        if not record.get("raw"):
            continue
        records.append(record | {"raw": mask_surrogates(record["raw"]), "row": number})
    if not any("raw" in record for record in records):
        names = ", ".join(dict.fromkeys(str(key) for row in rows[:3] for key in row)) or "none"
        raise FileError(
            f"no column holds the text of an article; columns: {names}. Name one `text`"
        )
    return [record | {"encoding": encoding} for record in records]


def _check_lines(text: str) -> None:
    start = 0
    while (end := text.find("\n", start, start + _LONGEST_LINE)) >= 0:
        start = end + 1
    if len(text) - start >= _LONGEST_LINE:
        number = text.count("\n", 0, start) + 1
        raise FileError(f"line {number} is longer than {_LONGEST_LINE:,} characters; split it")


def _csv_rows(text: str) -> list[dict[str, Any]]:
    first = text[: _LONGEST_LINE + 1].split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    if first.count(separator) >= _MOST_COLUMNS:
        raise FileError(f"it has over {_MOST_COLUMNS:,} columns; keep those of the articles")
    _check_lines(text)
    try:
        frame = pd.read_csv(
            io.StringIO(text), sep=separator, dtype=str, keep_default_na=False, na_filter=False
        )
    except (ValueError, pd.errors.ParserError) as error:
        raise FileError(f"the table cannot be parsed: {error}. Quote cells with commas") from None
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def parse_row(line: str) -> dict[str, Any] | None:
    """The row that a line of jsonl holds, or None where it holds none."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _json_rows(text: str) -> list[dict[str, Any]]:
    _check_lines(text)
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        whole = None
    if isinstance(whole, dict):
        lists = [value for value in whole.values() if isinstance(value, list)]
        whole = lists[0] if len(lists) == 1 and "text" not in whole else [whole]
    if isinstance(whole, list):
        return [row for row in whole if isinstance(row, dict)]
    rows, faulty = [], []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        row = parse_row(line)
        if row is not None:
            rows.append(row)
        else:
            faulty.append(number)
    if faulty and rows:
        shown = ", ".join(map(str, faulty[:5])) + (" …" if len(faulty) > 5 else "")
        rows.append({"fault": f"lines {shown} are no JSON objects and were left out; mend them"})
    elif faulty:
        raise FileError(f"line {faulty[0]} is no JSON object; write one object a line")
    return rows


def _parquet_rows(data: bytes) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    rows: list[dict[str, Any]] = []
    held = 0
    try:
        file = pq.ParquetFile(io.BytesIO(data))
        names = file.schema_arrow.names
        known = [name for name in names if _normal(name) in _NAMES]
        if not known:
            return [dict.fromkeys(names)]
        for batch in file.iter_batches(_BATCH, columns=known):
            held += batch.nbytes
            if held > _LARGEST:
                raise FileError(f"it unpacks to more than {_LARGEST:,} bytes; split it")
            rows += batch.to_pylist()
    except FileError:
        raise
    except Exception as error:  # a broken file makes its reader fail in any way it can
        raise FileError(f"not a parquet table that can be read: {_say(error)}") from None
    return rows


def _say(error: Exception) -> str:
    """What an error of another library says, in one short line."""
    return " ".join(f"{error}".split())[:200] or type(error).__name__


def _as_text(value: Any) -> str | None:
    if isinstance(value, dict):  # {"name": …} as in JSON-LD
        value = value.get("name")
    if isinstance(value, list | tuple) or hasattr(value, "tolist"):
        items = value.tolist() if hasattr(value, "tolist") else value
        if isinstance(items, list | tuple):
            names = [name for name in map(_as_text, items) if name]
            return "; ".join(names) or None
        value = items
    if value is None or value is pd.NaT or value != value:
        return None
    return mask_surrogates(str(value)).strip() or None


def _normal(key: object) -> str:
    return re.sub(r"[\s.-]+", "_", str(key).strip().lower())


def known_columns(row: dict[str, Any]) -> Record:
    """The columns of the articles table that `row` has under any of their common names."""
    lowered: dict[str, Any] = {}
    for key, value in row.items():
        lowered.setdefault(_normal(key), value)
    record: Record = {}
    for column, names in COLUMN_NAMES.items():
        for name in names.split():
            value = lowered.get(name)
            if column == "raw" and isinstance(value, str):
                found = value if value.strip() else None  # offsets: not even stripped
            else:
                found = _as_text(value) if name in lowered else None
            if found:
                record[column] = found
                break
    return record


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
        if (size := sum(size for size, _ in sizes)) > _LARGEST or largest > _LARGEST_PART:
            raise FileError(f"it unpacks to {size:,} bytes; split it")
        records = docx_records(data)
    except FileError:
        raise
    except Exception as error:  # a broken file makes its reader fail in any way it can
        raise FileError(f"no Word file of the docx kind: {_say(error)}; save it again") from None
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
        raise FileError(f"the pdf cannot be read: {_say(error)}; save it as .txt") from None
    if not records:
        raise FileError("the pdf has no text layer (a scan?); run OCR and save it as .txt")
    return [
        record | {"raw": mask_surrogates(record["raw"]), "encoding": "pdf"} for record in records
    ]


READERS: dict[str, Callable[[bytes], list[Record]]] = {
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
