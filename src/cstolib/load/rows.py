"""A table of articles (csv, tsv, json, jsonl, parquet) -> its records, one row after the other.

A file as large as memory is read by the same functions as a small one: rows come as they are read,
and what a row may hold is bounded.
"""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, BinaryIO, TextIO

import pandas as pd

from .decode import find_encoding, mask_surrogates, open_text
from .files import FileError

Record = dict[str, Any]
# A text in place of a row says what is amiss in the file; the rows beside it are read.
Rows = Iterator[dict[str, Any] | str]

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
_NAMES = frozenset(" ".join(COLUMN_NAMES.values()).split())
LARGEST = 500_000_000  # bytes or characters that are unpacked or parsed at once
_LONGEST_LINE = 20_000_000  # characters of one row of a table, which is one article
_MOST_COLUMNS = 10_000
_BATCH = 256  # rows of a parquet file that are unpacked at once
_SHOWN = 5  # faulty lines that are named


def _as_text(value: Any, depth: int = 3) -> str | None:
    """A cell as text; of a list its items, as long as lists do not stand in lists without end."""
    if isinstance(value, dict):  # {"name": …} as in JSON-LD
        value = value.get("name")
    if isinstance(value, list | tuple):
        names = [_as_text(item, depth - 1) for item in value] if depth else []
        return "; ".join(filter(None, names)) or None
    if value is None or value != value or isinstance(value, dict):
        return None
    return mask_surrogates(str(value)).strip() or None


def _normal(key: str) -> str:
    return re.sub(r"[\s.-]+", "_", key.strip().lower())


@lru_cache(8)
def _find_columns(keys: tuple[str, ...]) -> list[tuple[str, list[str]]]:
    """For each column of the articles table, the keys of a row that may hold it, best first."""
    known: dict[str, str] = {}
    for key in keys:
        known.setdefault(_normal(key), key)
    found = [
        (column, [known[name] for name in names.split() if name in known])
        for column, names in COLUMN_NAMES.items()
    ]
    return [(column, held) for column, held in found if held]


def known_columns(row: dict[str, Any]) -> Record:
    """The columns of the articles table that `row` has under any of their common names."""
    record: Record = {}
    for column, keys in _find_columns(tuple(row)):
        for key in keys:
            value = row[key]
            if column == "raw" and isinstance(value, str):  # offsets: not even stripped
                found = mask_surrogates(value) if value and not value.isspace() else None
            else:
                found = _as_text(value)
            if found:
                record[column] = found
                break
    return record


def say_error(error: Exception) -> str:
    """What an error of another library says, in one short line."""
    return " ".join(f"{error}".split())[:200] or type(error).__name__


def _check_lines(text: TextIO) -> None:
    number = 1
    while line := text.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE and not line.endswith("\n"):
            raise FileError(f"line {number} is longer than {_LONGEST_LINE:,} characters; split it")
        number += 1


def _csv_rows(text: TextIO) -> Rows:
    first = text.readline(_LONGEST_LINE)
    separator = max(",;\t", key=first.count)
    if first.count(separator) >= _MOST_COLUMNS:
        raise FileError(f"it has over {_MOST_COLUMNS:,} columns; keep those of the articles")
    text.seek(0)
    options = {"dtype": str, "keep_default_na": False, "na_filter": False}
    try:
        for frame in pd.read_csv(text, sep=separator, chunksize=_BATCH, **options):
            yield from frame.to_dict("records")
    except (ValueError, pd.errors.ParserError) as error:
        raise FileError(f"the table cannot be parsed: {error}. Quote cells with commas") from None


def _parse_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _json_rows(text: TextIO) -> Rows:
    """The objects of a list, whether it stands alone or in one object; else one a line."""
    head = list(islice(filter(str.strip, text), 2))
    if len(head) < 2 or not isinstance(_parse_json(head[0]), dict):
        text.seek(0)
        whole = _parse_json(text.read(LARGEST))
        if isinstance(whole, dict):
            lists = [value for value in whole.values() if isinstance(value, list)]
            alone = len(lists) == 1 and not known_columns(whole).get("raw")
            whole = lists[0] if alone else [whole]
        if isinstance(whole, list):
            yield from (row for row in whole if isinstance(row, dict))
            return
    text.seek(0)
    yield from _line_rows(text)


def _line_rows(text: TextIO) -> Rows:
    faulty: list[int] = []
    many = found = 0
    for number, line in enumerate(text, start=1):
        row = _parse_json(line)
        if isinstance(row, dict):
            found += 1
            yield row
        elif line.strip():
            many += 1
            faulty += [number] if many <= _SHOWN else []
    if faulty and not found:
        raise FileError(f"line {faulty[0]} is no JSON object; write one object a line")
    if faulty:
        shown = ", ".join(map(str, faulty)) + (" …" if many > _SHOWN else "")
        yield f"lines {shown} are no JSON objects and were left out; mend them"


def _parquet_rows(stream: BinaryIO) -> Rows:
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(stream)
        names = file.schema_arrow.names
        known = [name for name in names if _normal(name) in _NAMES]
        if not known:
            yield dict.fromkeys(names)
            return
        for batch in file.iter_batches(_BATCH, columns=known):
            if batch.nbytes > LARGEST:
                raise FileError(f"it unpacks to more than {LARGEST:,} bytes; split it")
            yield from batch.to_pylist()
    except FileError:
        raise
    except Exception as error:  # a broken file makes its reader fail in any way it can
        raise FileError(f"not a parquet table that can be read: {say_error(error)}") from None


def _text_rows(stream: BinaryIO, suffix: str, encoding: str) -> Rows:
    with open_text(stream, encoding) as text:
        _check_lines(text)
        text.seek(0)
        yield from (_csv_rows if suffix in (".csv", ".tsv") else _json_rows)(text)


def stream_records(stream: BinaryIO, suffix: str) -> Iterator[Record | str]:
    """One record a row that has a text; a string says what is amiss, and that the rest is read.

    FileError where the file holds no article, or something that no reader should try to hold.
    """
    if not stream.read(1 << 20).strip():
        raise FileError("the file is empty; delete it or export it again")
    stream.seek(0)
    encoding = "utf-8" if suffix == ".parquet" else find_encoding(stream)
    rows = _parquet_rows(stream) if suffix == ".parquet" else _text_rows(stream, suffix, encoding)
    columns: dict[str, None] = {}  # of the first rows
    found = False
    try:
        for number, row in enumerate(rows):
            if isinstance(row, str):
                yield row
                continue
            record = known_columns(row)
            if number < _SHOWN:
                columns |= dict.fromkeys(map(str, row))
            if record.get("raw"):
                found = True
                yield record | {"encoding": encoding}
    except FileError as error:
        if not found:
            raise
        yield f"{error}; what stands before it was read"
    if not found:
        names = ", ".join(columns) or "none"
        raise FileError(
            f"no column holds the text of an article; columns: {names}. Name one `text`"
        )
