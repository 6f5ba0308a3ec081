"""Files -> the table `articles`, with the text as the file holds it in `raw`.

Nothing here changes a text: cleaning comes later and refers to `raw` by character offsets.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pandas as pd

from ..tables import make_table
from .files import (
    CorpusError,
    CorpusWarning,
    FileError,
    gather_warnings,
    leave_out,
    list_files,
    read_bytes,
    show_name,
)
from .readers import READERS, TABLES
from .rows import Record, stream_records

__all__ = [
    "CorpusError",
    "CorpusWarning",
    "gather_warnings",
    "list_files",
    "read_articles",
    "read_records",
]

LARGEST = 100_000_000  # bytes of a file that holds one article
TABLE_SHARE = 5  # a file of many articles may be this many times as large


def number_records(
    found: Iterable[Record | str], path: Path, name: str, digest: str, strict: bool
) -> Iterator[Record]:
    """The records of a file with `path` and what their ids are made of; warns of what is amiss."""

    def read() -> Iterator[Record]:
        for record in found:
            if isinstance(record, str):
                leave_out(path, record, strict)
            else:
                yield record

    records = read()
    first = list(islice(records, 2))
    for number, record in enumerate(chain(first, records)):
        key = digest[:12] if len(first) == 1 else f"{digest[:12]}-{number}"
        yield record | {"path": show_name(name), "key": key}


def _read_file(path: Path, name: str, strict: bool, largest: int) -> list[Record]:
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise FileError(
            f"files of type {path.suffix or 'unknown'} are not read; "
            f"types read: {', '.join(sorted(READERS))}"
        )
    most = largest * TABLE_SHARE if path.suffix.lower() in TABLES else largest
    data = read_bytes(path, most)
    digest = hashlib.sha256(os.fsencode(name) + b"\0" + data).hexdigest()
    return list(number_records(reader(data), path, name, digest, strict))


def stream_table(path: Path, name: str) -> Iterator[Record]:
    """The records of a table of any size, as `read_records` has them, one after the other."""
    digest = hashlib.sha256(os.fsencode(name) + b"\0")
    with path.open("rb") as stream:
        while data := stream.read(1 << 20):
            digest.update(data)
        stream.seek(0)
        records = stream_records(stream, path.suffix.lower())
        yield from number_records(records, path, name, digest.hexdigest(), False)


def give_ids(records: list[Record]) -> None:
    """Fill article_id where the file gave none; raise CorpusError where a file gave one twice."""
    given = [record["article_id"] for record in records if record.get("article_id")]
    twins = sorted(value for value, number in Counter(given).items() if number > 1)
    if twins:
        paths = sorted({r["path"] for r in records if r.get("article_id") in set(twins)})
        raise CorpusError(
            f"article ids must be unique, but {', '.join(twins[:5])} stands more than once "
            f"({', '.join(paths[:3])}); rename the id column or make its values unique"
        )
    taken = set(given)
    for record in records:
        key = record.pop("key")
        if not record.get("article_id"):
            number = 2
            unique = key
            while unique in taken:
                unique, number = f"{key}-{number}", number + 1
            record["article_id"] = unique
            taken.add(unique)


def _read_date(text: str) -> Any:
    """The day of a date that a file states in a field, or NaT."""
    moment = pd.to_datetime(text, errors="coerce", utc=True, format="mixed")
    return moment.tz_localize(None).normalize() if not pd.isna(moment) else pd.NaT


def read_records(
    files: Iterable[tuple[Path, str]], strict: bool = False, largest: int = LARGEST
) -> list[Record]:
    """The records of the files that can be read, each a path and its name in the corpus."""
    records: list[Record] = []
    for path, name in files:
        try:
            records += _read_file(path, name, strict, largest)
        except (FileError, OSError) as error:
            leave_out(path, str(error), strict)
    return records


def to_articles(records: list[Record]) -> pd.DataFrame:
    """The table `articles` of records that have their ids."""
    days: dict[str, Any] = {"": pd.NaT}
    for record in records:
        stated = "" if record.get("date") is None else str(record["date"])
        if stated not in days:  # articles of an archive share their days
            days[stated] = _read_date(stated)
        record["date"] = days[stated]
        record["date_basis"] = "none" if pd.isna(record["date"]) else "file"
    return make_table("articles", records)


def read_articles(
    source: str | Path | Iterable[str | Path],
    *,
    strict: bool = False,
    largest: int = LARGEST,
) -> pd.DataFrame:
    """The table `articles` of a file, a folder (with its subfolders) or a list of them.

    Reads txt, md, html, docx, pdf (one article a file; a news-archive export in docx may hold
    several) and csv, tsv, json, jsonl, parquet (one article a row; common column names are known).
    `raw` is the decoded text of a plain file or cell, and of html, docx and pdf the text as a
    reader shows it; metadata is filled as far as the file itself carries it. `path` is relative to
    the folder given. In a folder, files whose name starts with "." or "README" are passed over, and
    links that lead out of it are not followed. A file of one article may hold `largest` bytes, a
    table five times as many.

    A file that cannot be read is left out with a CorpusWarning; with `strict` it raises. Raises
    CorpusError for a path that does not exist, for no readable article at all, and for an id
    column with twins. Rows come in the order of their paths, whatever the order of `source`.
    """
    files = list_files(source, strict)
    records = read_records(files, strict, largest)
    if not records:
        why = f"none of {len(files)} files can be read, see the warnings" if files else "no file"
        raise CorpusError(
            f"no article could be read from {source}: {why}. "
            f"Put files of these types there: {', '.join(sorted(READERS))}"
        )
    give_ids(records)
    return to_articles(records)
