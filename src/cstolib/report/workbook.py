"""The run's tables as one Excel workbook, a sheet each; text stays text, also behind an `=`."""

import re
import zipfile
from io import BytesIO
from pathlib import Path

import pandas as pd

LEFT_OUT = ("passages",)  # the ledger and the articles say the same at a size that opens
MAX_CELL = 32_000  # characters; Excel holds 32,767
MAX_ROWS = 100_000
EPOCH = (2020, 1, 1, 0, 0, 0)  # the same bytes on every run
MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def same_bytes(source: BytesIO, path: Path) -> None:
    """Write the archive anew with one fixed time, so that a rerun gives the same file."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            data = old.read(name)
            if name == "docProps/core.xml":  # openpyxl writes the time of saving
                data = MODIFIED.sub(rb"\g<1>2020-01-01T00:00:00Z\g<2>", data)
            new.writestr(zipfile.ZipInfo(name, EPOCH), data, zipfile.ZIP_DEFLATED)


def _plain(value: object) -> object:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if isinstance(value, str):
        return ILLEGAL_CHARACTERS_RE.sub("", value)[:MAX_CELL]
    if value is None or pd.isna(value):
        return None
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value


def write_workbook(tables: dict[str, pd.DataFrame], path: Path) -> None:
    """Write `tables` to `path`; long tables are cut at MAX_ROWS (csv and parquet have all)."""
    import datetime as dt

    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    book.properties.creator = "cstolib"
    book.properties.created = dt.datetime(*EPOCH)
    for name, table in sorted(tables.items()):
        if name in LEFT_OUT:
            continue
        sheet = book.create_sheet(name[:31])
        shown = table.drop(
            columns=[c for c in ("raw", "shifts", "scraped", "reported") if c in table]
        )
        lines = [list(map(str, shown.columns)), *shown.head(MAX_ROWS).itertuples(index=False)]
        for line in lines:
            cells = []
            for value in line:
                cell = WriteOnlyCell(sheet, _plain(value))
                if isinstance(value, str):
                    cell.data_type = "s"  # never a formula
                cells.append(cell)
            sheet.append(cells)
    buffer = BytesIO()
    book.save(buffer)
    buffer.seek(0)
    same_bytes(buffer, path)
