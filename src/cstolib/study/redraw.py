"""One figure of a finished run again, at another size, from the run's tables."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from .. import figures
from ..codebook import load_codebook
from ..figures.save import FORMATS
from ..files import write_atomic
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
        """The table of this name; raises FigureError where the run left none.

        Of the statements, those that the run used: of enough confidence.
        """
        path = self.folder / f"{name}.parquet"
        if not path.is_file():
            have = sorted(p.stem for p in self.folder.glob("*.parquet"))
            raise FigureError(
                f"{self.folder} has no table {name}; it has {', '.join(have) or 'none'}"
            )
        table = pd.read_parquet(path)
        if name == "statements":
            step = self.card.get("notebooks", {}).get("stance", {})
            given = step.get("depends", {}).get("parameters", {}) | step.get("parameters", {})
            table = table[table["confidence"] >= given.get("min_confidence", 0.0)]
        return table


Draw = Callable[[pd.DataFrame, _Run], figures.Chart]


def _draw_ranking(ranking: pd.DataFrame, run: _Run) -> figures.Chart:
    on_war = war_statements(run.table("statements"), run.codebook)
    return figures.plot_ranking(ranking, on_war, codebook=run.codebook)


def _draw_contradictions(told: pd.DataFrame, run: _Run) -> figures.Chart:
    return figures.plot_contradictions(name_sources(told, run.table("articles")))


# The table that is each figure's data, and how it is drawn.
CHARTS: dict[str, tuple[str, Draw]] = {
    "F1": ("passages", lambda t, run: figures.plot_provenance(t, run.table("articles"))),
    "F2": ("coverage", lambda t, run: figures.plot_coverage(t)),
    "F3": ("terms", lambda t, run: figures.plot_keyness(t)),
    "F5": ("scores", lambda t, run: figures.plot_sentiment(t)),
    "F6": (
        "positions",
        lambda t, run: figures.plot_stance(t, run.table("statements"), codebook=run.codebook),
    ),
    "F7": ("ranking", _draw_ranking),
    "F8": ("statements", lambda t, run: figures.plot_voices(t)),
    "F9": ("statements", lambda t, run: figures.plot_network(t, codebook=run.codebook)),
    "F10": (
        "statements",
        lambda t, run: figures.plot_timeline(t, load_events(), codebook=run.codebook),
    ),
    "F11": ("votes", lambda t, run: figures.plot_votes(t, codebook=run.codebook)),
    "F12": ("agreement", lambda t, run: figures.plot_agreement(t)),
    "F13": ("sweep", lambda t, run: figures.plot_specifications(t)),
    "F14": ("contradictions", _draw_contradictions),
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
    table, draw = CHARTS[number]
    frame = run.table(table)
    words: dict[str, str] = {}
    for path in sorted((results / "figures").glob(f"{number}-*.json")):
        words = json.loads(path.read_text(encoding="utf-8"))
    whole = words.get("name", number)
    paths = figures.save_figure(
        draw(frame, run),
        out,
        whole,
        data=frame.drop(columns=[column for column in ("raw", "text") if column in frame]),
        caption=words.get("caption", ""),
        size=size,
        formats=formats,
    )
    own = results / "figures" / f"{whole}.csv"
    if own.is_file():  # the data as the run published them
        write_atomic(Path(out) / own.name, lambda part: part.write_bytes(own.read_bytes()))
    return paths
