"""A corpus cut into pieces of bounded size, each of which one worker reads.

A piece is a handful of files or, of a table of articles larger than that, a stretch of its rows.
Ids, order and what is left out are as `read_articles` has them.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ..load import CorpusError, give_ids, list_files, read_records, stream_table, to_articles
from ..load.files import FileError, leave_out
from ..load.readers import TABLES
from ..load.rows import Record

_MOST_FILES = 5_000  # of a piece: however small they are, opening them takes time
_ROW = 200  # bytes that a record takes beside its text


class Piece(NamedTuple):
    """Some articles of a corpus: the files that hold them, or a parquet file cut from a table."""

    number: int
    files: tuple[tuple[Path, str], ...]  # with their paths within the corpus
    cut: Path | None = None

    def __str__(self) -> str:
        first, last = self.files[0][1], self.files[-1][1]
        return f"{self.number} ({first}{f' to {last}' if last != first else ''})"


def _cut_table(path: Path, name: str, size: int) -> Iterator[list[Record]]:
    """The records of a table, `size` characters at a time."""
    records: list[Record] = []
    held = 0
    try:
        for record in stream_table(path, name):
            records.append(record)
            held += _ROW + sum(map(len, record.values()))
            if held >= size:
                yield records
                records, held = [], 0
    except (OSError, FileError) as error:
        leave_out(path, str(error), strict=False)
    if records:
        yield records


def _write_records(records: list[Record], path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = dict.fromkeys(name for record in records for name in record)
    texts = {name: [record.get(name) for record in records] for name in names}
    table = pa.table({name: pa.array(held, pa.large_string()) for name, held in texts.items()})
    part = path.with_suffix(".part")
    pq.write_table(table, part, compression="lz4")
    part.replace(path)


def _read_records(path: Path) -> list[Record]:
    import pyarrow.parquet as pq

    return pq.read_table(path).to_pylist()


def cut_corpus(
    source: str | Path | Iterable[str | Path],
    *,
    size: int,
    folder: Path,
    needed: Callable[[int], bool] = lambda number: True,
) -> Iterator[Piece]:
    """The pieces of a corpus, each of about `size` bytes, in the order of its files.

    Tables (csv, tsv, jsonl, parquet) larger than that are read row by row and cut: the
    rows of a piece are written into `folder`, unless it is not `needed`. A file that is no table,
    or a json array, is one piece however large it is.
    """
    number = 0
    group: list[tuple[Path, str]] = []
    held = 0
    folder.mkdir(parents=True, exist_ok=True)
    for path, name in list_files(source, False):
        bytes_ = path.stat().st_size
        large = bytes_ > size and path.suffix.lower() in TABLES
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
                _write_records(records, cut)
            yield Piece(number, ((path, name),), cut)
            number += 1
    if group:
        yield Piece(number, tuple(group))
    elif not number:
        raise CorpusError(f"no article could be read from {source}: put files of articles there")


def read_piece(piece: Piece) -> pd.DataFrame:
    """The table `articles` of a piece, as `read_articles` returns it."""
    records = read_records(piece.files) if piece.cut is None else _read_records(piece.cut)
    give_ids(records)
    return to_articles(records)
