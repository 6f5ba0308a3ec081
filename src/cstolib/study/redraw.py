"""One figure of a finished run again, at another size, from the run's tables."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from .. import figures
from ..codebook import load_codebook
from ..figures.save import FORMATS
from .conclusions import war_statements
from .evidence import load_events, name_sources


class FigureError(ValueError):
    """A figure that cannot be drawn again: an unknown name, size or format, or no such run."""


class _Run:
    """The tables and parameters of the run in a folder reports/<study>."""

    def __init__(self, results: Path) -> None:
        self.folder = results / "tables"
        self.card: dict[str, Any] = json.loads((results / "run.json").read_text(encoding="utf-8"))

        self.codebook = load_codebook(self.card.get("codebook", "default"))

    def table(self, name: str) -> pd.DataFrame:
        """The table of this name; raises FigureError where the run left none."""
        path = self.folder / f"{name}.parquet"
        if not path.is_file():
            have = sorted(p.stem for p in self.folder.glob("*.parquet"))
            raise FigureError(f"{self.folder} has no table {name}; it has {', '.join(have)}")
        return pd.read_parquet(path)

    def used(self) -> pd.DataFrame:
        """The statements that the run used: those of enough confidence."""
        step = self.card.get("notebooks", {}).get("stance", {})
        parameters = {**step.get("depends", {}).get("parameters", {}), **step.get("parameters", {})}
        statements = self.table("statements")
        return statements[statements["confidence"] >= parameters.get("min_confidence", 0.0)]

    def on_war(self) -> pd.DataFrame:
        """The statements that the ranking rests on."""
        return war_statements(self.used(), self.codebook)

    def claims(self) -> pd.DataFrame:
        """The contradictions as their chart wants them."""
        return name_sources(self.table("contradictions"), self.table("articles"))


# What each figure is drawn from, and the table that is its data.
CHARTS: dict[str, tuple[Callable[[_Run], figures.Chart], str]] = {
    "F1": (
        lambda run: figures.plot_provenance(run.table("passages"), run.table("articles")),
        "passages",
    ),
    "F2": (lambda run: figures.plot_coverage(run.table("coverage")), "coverage"),
    "F3": (lambda run: figures.plot_keyness(run.table("terms")), "terms"),
    "F5": (lambda run: figures.plot_sentiment(run.table("scores")), "scores"),
    "F6": (
        lambda run: figures.plot_stance(run.table("positions"), run.used(), codebook=run.codebook),
        "positions",
    ),
    "F7": (
        lambda run: figures.plot_ranking(run.table("ranking"), run.on_war(), codebook=run.codebook),
        "ranking",
    ),
    "F8": (lambda run: figures.plot_voices(run.used()), "statements"),
    "F9": (lambda run: figures.plot_network(run.used(), codebook=run.codebook), "statements"),
    "F10": (
        lambda run: figures.plot_timeline(run.used(), load_events(), codebook=run.codebook),
        "statements",
    ),
    "F11": (lambda run: figures.plot_votes(run.table("votes"), codebook=run.codebook), "votes"),
    "F12": (lambda run: figures.plot_agreement(run.table("agreement")), "agreement"),
    "F13": (lambda run: figures.plot_specifications(run.table("sweep")), "sweep"),
    "F14": (lambda run: figures.plot_contradictions(run.claims()), "contradictions"),
}


def redraw_figure(
    results: str | Path,
    name: str,
    *,
    size: str = "page",
    formats: tuple[str, ...] = FORMATS,
    out: str | Path = ".",
) -> list[Path]:
    """The files written: figure `name` of the run in `results`, drawn anew without running it.

    name: "F6" or the whole name, "F6-stance". size: page, slide or web. The caption is the run's.
    Raises FigureError where the run is not there, or lacks the figure's table.
    """
    results = Path(results)
    number = name.partition("-")[0].upper()
    if number not in CHARTS:
        raise FigureError(f"name must be one of {', '.join(CHARTS)}, got {name!r}")
    if size not in figures.SIZES:
        raise FigureError(f"size must be one of {', '.join(figures.SIZES)}, got {size!r}")
    if unknown := set(formats) - set(FORMATS):
        raise FigureError(f"format must be one of {', '.join(FORMATS)}, got {', '.join(unknown)}")
    if not (results / "run.json").is_file():
        raise FigureError(f"{results} holds no run (run.json); give a folder reports/<study>")
    run = _Run(results)
    draw, data = CHARTS[number]
    words: dict[str, str] = {}
    for path in sorted((results / "figures").glob(f"{number}-*.json")):
        words = json.loads(path.read_text(encoding="utf-8"))
    whole = words.get("name", number)
    frame = run.used() if data == "statements" else run.table(data)
    paths = figures.save_figure(
        draw(run),
        out,
        whole,
        data=frame.drop(columns=[column for column in ("raw", "text") if column in frame]),
        caption=words.get("caption", ""),
        size=size,
        formats=formats,
    )
    own = results / "figures" / f"{whole}.csv"
    if own.is_file():  # the data as the run published them
        figures.write_atomic(Path(out) / own.name, lambda part: part.write_bytes(own.read_bytes()))
    return paths
