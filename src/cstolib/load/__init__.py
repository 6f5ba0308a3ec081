"""Files -> the table `articles`, with the text as the file holds it in `raw`.

Nothing here changes a text: cleaning comes later and refers to `raw` by character offsets.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from ..tables import make_table
from .files import CorpusError, CorpusWarning, leave_out, list_files, read_bytes, show_name
from .readers import READERS, TABLES, FileError, Record

__all__ = ["CorpusError", "CorpusWarning", "list_files", "read_articles", "read_records"]

LARGEST = 100_000_000  # bytes of a file that holds one article
TABLE_SHARE = 5  # a file of many articles may be this many times as large


def _read_file(path: Path, name: str, largest: int) -> list[Record]:
    """The records of one file, with `path` and what their ids are made of."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise FileError(
            f"files of type {path.suffix or 'unknown'} are not read; "
            f"types read: {', '.join(sorted(READERS))}"
        )
    most = largest * TABLE_SHARE if path.suffix.lower() in TABLES else largest
    data = read_bytes(path, most)
    records = reader(data)
    digest = hashlib.sha256(os.fsencode(name) + b"\0" + data).hexdigest()
    for number, record in enumerate(records):
        record["path"] = show_name(name)
        record["key"] = digest[:12] if len(records) == 1 else f"{digest[:12]}-{number}"
    return records


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
            found = _read_file(path, name, largest)
        except (FileError, OSError) as error:
            leave_out(path, str(error), strict)
            continue
        for record in found:
            if "fault" in record:
                leave_out(path, record["fault"], strict)
        records.extend(record for record in found if "fault" not in record)
    return records


def to_articles(records: list[Record]) -> pd.DataFrame:
    """The table `articles` of records that have their ids."""
    days: dict[str, Any] = {"": pd.NaT}
    for record in records:
        record.pop("row", None)
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
        raise CorpusError(
            f"no article could be read from {source}: {len(files)} files were found. "
            f"Put files of these types there: {', '.join(sorted(READERS))}"
        )
    give_ids(records)
    return to_articles(records)
