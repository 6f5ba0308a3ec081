"""Files -> the table `articles`, with the text as the file holds it in `raw`.

Nothing here changes a text: cleaning comes later and refers to `raw` by character offsets.
"""

import hashlib
import warnings
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from ..tables import make_table
from .readers import READERS, FileError, Record

# Files that stand beside a corpus and are no articles.
_BESIDE = ("readme", "license", "licence", "sources.csv", "thumbs.db", "desktop.ini", "~$")


class CorpusError(ValueError):
    """The corpus cannot be read at all: the message names the path and what to do."""


class CorpusWarning(UserWarning):
    """A file, or a row of one, was left out; the message names it, says why and what to do."""


def _leave_out(message: str, strict: bool) -> None:
    if strict:
        raise CorpusError(message)
    warnings.warn(message, CorpusWarning, stacklevel=4)


def _walk(folder: Path, strict: bool) -> list[tuple[Path, str]]:
    """The files of `folder` with their paths in it; links that lead out of it are not followed."""
    root = folder.resolve()
    found: list[tuple[Path, str]] = []
    seen = {root}
    stack = [folder]
    while stack:
        here = stack.pop()
        for entry in sorted(here.iterdir()):
            if entry.name.startswith(".") or entry.name.lower().startswith(_BESIDE):
                continue
            target = entry.resolve()
            if entry.is_symlink() and not target.is_relative_to(root):
                _leave_out(f"{entry}: a link that leads out of the corpus; copy the file", strict)
            elif entry.is_dir():
                if target not in seen:
                    seen.add(target)
                    stack.append(entry)
            elif entry.is_file():
                found.append((entry, entry.relative_to(folder).as_posix()))
            else:
                _leave_out(f"{entry}: no plain file; take it out of the corpus", strict)
    return found


def list_files(source: str | Path | Iterable[str | Path], strict: bool) -> list[tuple[Path, str]]:
    """Each file once, with its path within the corpus, in the order of those paths."""
    sources = [source] if isinstance(source, str | Path) else list(source)
    if not sources:
        raise CorpusError("the list of files is empty; give at least one file or folder")
    files: dict[Path, tuple[Path, str]] = {}
    for item in sources:
        path = Path(item).expanduser()
        if not path.exists():
            raise CorpusError(f"{path} does not exist; give a file or a folder of articles")
        for file, name in _walk(path, strict) if path.is_dir() else [(path, path.name)]:
            known = files.get(file.resolve())
            if known is None or len(name) > len(known[1]):
                files[file.resolve()] = (file, name)
    return sorted(files.values(), key=lambda pair: (pair[1], str(pair[0])))


def _read_file(path: Path, name: str) -> list[Record]:
    """The records of one file, with `path` and what their ids are made of."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise FileError(
            f"files of type {path.suffix or 'unknown'} are not read; "
            f"types read: {', '.join(sorted(READERS))}"
        )
    for _ in range(2):
        before = path.stat()
        data = path.read_bytes()
        after = path.stat()
        if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns):
            break
    else:
        raise FileError("the file changed while it was read; run again once it is written")
    records = reader(data)
    digest = hashlib.sha256(name.encode("utf-8", "replace") + b"\0" + data).hexdigest()
    for number, record in enumerate(records):
        record["path"] = name
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


def _read_date(value: object) -> Any:
    """The day of a date that a file states in a field, or NaT."""
    moment = pd.to_datetime(str(value), errors="coerce", utc=True, format="mixed")
    return moment.tz_localize(None).normalize() if not pd.isna(moment) else pd.NaT


def read_records(files: Iterable[tuple[Path, str]], strict: bool = False) -> list[Record]:
    """The records of the files that can be read, each a path and its name in the corpus."""
    records: list[Record] = []
    for path, name in files:
        try:
            found = _read_file(path, name)
            for record in found:
                if "fault" in record:
                    _leave_out(f"{path}: {record['fault']}", strict)
            records.extend(record for record in found if "fault" not in record)
        except (FileError, OSError) as error:
            _leave_out(f"{path}: {error}", strict)
    return records


def to_articles(records: list[Record]) -> pd.DataFrame:
    """The table `articles` of records that have their ids."""
    for record in records:
        record.pop("row", None)
        record["date"] = _read_date(record.get("date"))
        record["date_basis"] = "none" if pd.isna(record["date"]) else "file"
    return make_table("articles", records)


def read_articles(
    source: str | Path | Iterable[str | Path], *, strict: bool = False
) -> pd.DataFrame:
    """The table `articles` of a file, a folder (with its subfolders) or a list of them.

    Reads txt, md, html, docx, pdf (one article a file; a news-archive export in docx may hold
    several) and csv, tsv, json, jsonl, parquet (one article a row; common column names are known).
    `raw` is the decoded text of a plain file or cell, and of html, docx and pdf the text as a
    reader shows it; metadata is filled as far as the file itself carries it. `path` is relative to
    the folder given. In a folder, files whose name starts with "." or "README" are passed over.

    A file that cannot be read is left out with a CorpusWarning; with `strict` it raises. Raises
    CorpusError for a path that does not exist, for no readable article at all, and for an id
    column with twins. Rows come in the order of their paths, whatever the order of `source`.
    """
    files = list_files(source, strict)
    records = read_records(files, strict)
    if not records:
        raise CorpusError(
            f"no article could be read from {source}: {len(files)} files were found. "
            f"Put files of these types there: {', '.join(sorted(READERS))}"
        )
    give_ids(records)
    return to_articles(records)
