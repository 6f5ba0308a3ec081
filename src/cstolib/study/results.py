"""What a notebook leaves: figures with captions, tables, conclusions, one small JSON file."""

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from ..fingerprint import write_json
from .corpus import Corpus, write_parquet

LONG = ("raw",)  # columns that a spreadsheet cell cannot hold; they are in the parquet file


def write_tables(folder: Path, **tables: pd.DataFrame) -> None:
    """Write each table into `folder` as parquet and as csv (the csv leaves out raw texts)."""
    from ..figures import write_csv

    for name, frame in tables.items():
        write_parquet(frame, folder / f"{name}.parquet")
        short = frame.drop(columns=[column for column in LONG if column in frame])
        write_csv(short, folder / f"{name}.csv")


def _plain(value: Any) -> Any:
    """A number as JSON holds it; a missing one is None."""
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return None
    return value.item() if hasattr(value, "item") else value


class Results:
    """Collects what a notebook leaves in a folder `out`, and writes it.

    `out/figures` holds each figure as png, svg, pdf, its data (csv) and its caption (json),
    `out/tables` each table as parquet and csv, `out/results/<notebook>.json` the conclusions.
    """

    def __init__(self, out: str | Path, notebook: str, corpus: Corpus) -> None:
        self.out = Path(out)
        self.notebook = notebook
        self.corpus = corpus
        self.conclusions: list[str] = []
        self.numbers: dict[str, float | int | str | None] = {}
        self.warnings: list[str] = list(corpus.warnings)

    def describe(self, **settings: Any) -> str:
        """What every caption ends in: how much text, which corpus, which settings."""
        corpus = self.corpus
        counts = (
            f"{corpus.sentences['article_id'].nunique():,} articles without their copies, "
            f"{len(corpus.sentences):,} sentences"
        )
        named = "".join(f"; {key.replace('_', ' ')} {value}" for key, value in settings.items())
        return f"{counts}; corpus {corpus.fingerprint[:8]}{named}."

    def figure(
        self,
        figure: Any,
        name: str,
        *,
        data: pd.DataFrame,
        says: str,
        title: str | None = None,
        alt: str | None = None,
        **settings: Any,
    ) -> Any:
        """`figure`, saved; its caption is what it `says`, then the counts and the settings."""
        from ..figures import save_figure

        caption = f"{says} {self.describe(**settings)}"
        save_figure(
            figure, self.out / "figures", name, data=data, title=title, caption=caption, alt=alt
        )
        return figure

    def tables(self, **tables: pd.DataFrame) -> None:
        """Write each table as parquet and as csv (the csv leaves out raw texts)."""
        write_tables(self.out / "tables", **tables)

    def conclude(self, lines: str | Iterable[str], /, **numbers: Any) -> None:
        """Keep conclusions in words and the numbers they rest on; a missing number stays null."""
        self.conclusions += [lines] if isinstance(lines, str) else list(lines)
        for key, value in numbers.items():
            self.number(key, value)

    def number(self, name: str, value: Any, *, low: Any = None, high: Any = None) -> None:
        """Keep one number of the results; NaN and <NA> are kept as null.

        `low` and `high` make it an estimate, which sweeps and corrections are compared by.
        """
        self.numbers[name] = _plain(value)
        if low is not None or high is not None:
            self.numbers[f"{name} low"] = _plain(low)
            self.numbers[f"{name} high"] = _plain(high)

    def warn(self, message: str) -> None:
        """Keep a warning for the run card."""
        if message not in self.warnings:
            self.warnings.append(message)

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Keep the warnings that the library gives inside for the run card."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield
        for one in caught:
            if issubclass(one.category, UserWarning):
                self.warn(" ".join(str(one.message).split()))

    def write(self) -> dict[str, Any]:
        """Write `out/results/<notebook>.json` and return what it holds."""
        content = {
            "notebook": self.notebook,
            "conclusions": self.conclusions,
            "numbers": self.numbers,
            "warnings": self.warnings,
        }
        write_json(self.out / "results" / f"{self.notebook}.json", content)
        return content
