"""A corpus cut into pieces of bounded size, each of which one worker reads.

A piece is a handful of files or, of a table of articles larger than that, a stretch of its rows.
Ids, order and what is left out are as `read_articles` has them.
"""

import codecs
import hashlib
import warnings
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ..load import CorpusError, CorpusWarning, give_ids, list_files, read_records, to_articles
from ..load.decode import mask_surrogates
from ..load.readers import known_columns, parse_row

_CUT = (".jsonl", ".ndjson", ".csv", ".tsv", ".parquet")  # read row by row; others are read whole
_MOST_FILES = 5_000  # of a piece: however small they are, opening them takes time
_ROW = 200  # bytes that a record takes beside its text
_SHOWN = 5  # faulty lines that are named


class Piece(NamedTuple):
    """Some articles of a corpus: the files that hold them, or a parquet file cut from a table."""

    number: int
    files: tuple[tuple[Path, str], ...]  # with their paths within the corpus
    cut: Path | None = None

    def __str__(self) -> str:
        first, last = self.files[0][1], self.files[-1][1]
        return f"{self.number} ({first}{f' to {last}' if last != first else ''})"


Rows = Iterator[dict[str, Any]]


def _warn(path: Path, fault: str) -> None:
    warnings.warn(f"{path}: {fault}", CorpusWarning, stacklevel=2)


def _json_rows(path: Path) -> Rows:
    faulty: list[int] = []
    many = 0
    with path.open("rb") as lines:
        for number, data in enumerate(lines, start=1):
            line = data.decode("utf-8-sig" if number == 1 else "utf-8", "replace")
            if not line.strip():
                continue
            row = parse_row(line)
            if row is not None:
                yield row
            else:
                many += 1
                faulty += [number] if many <= _SHOWN else []
    if faulty:
        shown = ", ".join(map(str, faulty)) + (" …" if many > _SHOWN else "")
        _warn(path, f"lines {shown} are no JSON objects and were left out; mend them")


def _csv_rows(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", errors="replace") as stream:
        first = stream.readline()
    frames = pd.read_csv(
        path,
        sep=max(",;\t", key=first.count),
        dtype=str,
        keep_default_na=False,
        na_filter=False,
        encoding="utf-8-sig",
        encoding_errors="replace",
        chunksize=1_000,
    )
    for frame in frames:
        yield from frame.to_dict("records")


def _parquet_rows(path: Path) -> Rows:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=1_000):
            yield from batch.to_pandas().to_dict("records")


_ROWS: dict[str, Callable[[Path], Rows]] = {".parquet": _parquet_rows}
_ROWS |= {".csv": _csv_rows, ".tsv": _csv_rows, ".jsonl": _json_rows, ".ndjson": _json_rows}


def _starts_with_mark(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(3) == codecs.BOM_UTF8


def _records(path: Path, name: str) -> Rows:
    """The records of a table, with their ids, one after the other."""
    digest = hashlib.sha256(name.encode("utf-8", "replace") + b"\0")
    with path.open("rb") as stream:
        while data := stream.read(1 << 20):
            digest.update(data)
    key = digest.hexdigest()[:12]
    found = (known_columns(row) for row in _ROWS[path.suffix.lower()](path))
    held = (record for record in found if record.get("raw"))
    first = list(islice(held, 2))
    if not first:
        _warn(path, "no column holds the text of an article. Name one `text`")
    marked = path.suffix.lower() != ".parquet" and _starts_with_mark(path)
    for number, record in enumerate(chain(first, held)):
        record["raw"] = mask_surrogates(record["raw"])
        record["encoding"] = "utf-8-sig" if marked else "utf-8"
        record["path"] = name
        record["article_id"] = record.get("article_id") or (
            f"{key}-{number}" if len(first) > 1 else key
        )
        yield record


def _cut_table(path: Path, name: str, size: int) -> Iterator[list[dict[str, Any]]]:
    """The records of a table, `size` bytes of text at a time."""
    records: list[dict[str, Any]] = []
    held = 0
    try:
        for record in _records(path, name):
            records.append(record)
            held += len(record["raw"]) + _ROW
            if held >= size:
                yield records
                records, held = [], 0
    except (OSError, ValueError) as error:
        _warn(path, f"the table cannot be read beyond this: {error}; what stands before it is kept")
    if records:
        yield records


def cut_corpus(
    source: str | Path | Iterable[str | Path],
    *,
    size: int,
    folder: Path,
    needed: Callable[[int], bool] = lambda number: True,
) -> Iterator[Piece]:
    """The pieces of a corpus, each of about `size` bytes, in the order of its files.

    Tables (csv, tsv, jsonl, parquet) larger than that are read row by row, as UTF-8, and cut: the
    rows of a piece are written into `folder`, unless it is not `needed`. A file that is no table,
    or a json array, is one piece however large it is.
    """
    number = 0
    group: list[tuple[Path, str]] = []
    held = 0
    folder.mkdir(parents=True, exist_ok=True)
    for path, name in list_files(source, False):
        bytes_ = path.stat().st_size
        large = bytes_ > size and path.suffix.lower() in _CUT
        if group and (large or held + bytes_ > size or len(group) == _MOST_FILES):
            yield Piece(number, tuple(group))
            number, group, held = number + 1, [], 0
        if not large:
            group.append((path, name))
            held += bytes_
            continue
        for records in _cut_table(path, name, size):
            cut = folder / f"{number:06}.parquet"
            if needed(number) and not cut.exists():
                part = cut.with_suffix(".part")
                pd.DataFrame(records).to_parquet(part, index=False, compression="lz4")
                part.replace(cut)
            yield Piece(number, ((path, name),), cut)
            number += 1
    if group:
        yield Piece(number, tuple(group))
    elif not number:
        raise CorpusError(f"no article could be read from {source}: put files of articles there")


def read_piece(piece: Piece) -> pd.DataFrame:
    """The table `articles` of a piece, as `read_articles` returns it."""
    if piece.cut is None:
        records = read_records(piece.files)
        give_ids(records)
    else:
        frame = pd.read_parquet(piece.cut).astype(object)
        frame = frame.where(frame.notna(), None)
        records = [
            {str(key): value for key, value in row.items()} for row in frame.to_dict("records")
        ]
    return to_articles(records)
