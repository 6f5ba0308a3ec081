"""Tables in parts: a folder NAME.parquet with a file for each batch, as pandas and DuckDB read it.

Each file is written to a temporary name and moved into place, so a part that is there is whole.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd


def part_path(folder: Path, table: str, number: int) -> Path:
    """Where the rows of one batch go."""
    return folder / f"{table}.parquet" / f"{number:06}.parquet"


def write_part(frame: pd.DataFrame, path: Path) -> None:
    """Write a part, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        frame.to_parquet(part, index=False, compression="zstd")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def read_part(
    folder: Path, table: str, number: int, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """The rows of one batch; no rows and no columns where it left none."""
    path = part_path(folder, table, number)
    return pd.read_parquet(path, columns=columns) if path.exists() else pd.DataFrame()
