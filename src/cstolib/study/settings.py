"""What other settings would conclude: the table and figure of a sweep, the effect of corrections.

Both compare results that notebooks left (results/*.json), so nothing is computed twice.
"""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ..fingerprint import hash_json, read_json, seal, write_json
from .results import write_tables
from .runner import DONE, is_done

Setting = Mapping[str, Mapping[str, Any]]  # parameters by notebook


def read_numbers(folders: Iterable[Path]) -> dict[str, Any]:
    """The numbers that notebooks kept, by name, from the folders of their results."""
    numbers: dict[str, Any] = {}
    for folder in folders:
        for file in sorted((folder / "results").glob("*.json")):
            numbers |= (read_json(file) or {}).get("numbers", {})
    return numbers


def name_setting(setting: Setting) -> str:
    """`min_confidence 0.3, method model`."""
    pairs = (f"{name} {value}" for given in setting.values() for name, value in given.items())
    return ", ".join(pairs)


def _estimates(numbers: Mapping[str, Any]) -> list[str]:
    """The numbers that have an interval: counts and names are no conclusions."""
    return [name for name in numbers if f"{name} low" in numbers]


def sweep_table(
    runs: Iterable[tuple[Setting, Iterable[Path]]], base: Iterable[Path]
) -> pd.DataFrame:
    """Each conclusion under each setting: conclusion, setting, value, low, high, default.

    Conclusions of notebooks that no setting touches are left out: they are the same throughout.
    `default` marks the settings whose notebooks are the study's own, in the folders `base`.
    """
    own = {folder.name for folder in base}
    rows = []
    for setting, folders in runs:
        mine = [folder for folder in folders if folder.name.rsplit("-", 1)[0] in setting]
        numbers = read_numbers(mine)
        for name in _estimates(numbers):
            estimate = (numbers[name], numbers[f"{name} low"], numbers[f"{name} high"])
            default = all(folder.name in own for folder in mine)
            rows.append((name, name_setting(setting), *estimate, default))
    columns = ["conclusion", "setting", "value", "low", "high", "default"]
    table = pd.DataFrame(rows, columns=columns)
    return table.astype({"value": "float64", "low": "float64", "high": "float64"})


def _begin(root: Path, name: str, key: Any) -> tuple[Path, bool]:
    """The folder of a result that depends on `key`, and whether it is there already."""
    folder = root / f"{name}-{hash_json(key)[:12]}"
    if is_done(folder):
        return folder, True
    shutil.rmtree(folder, ignore_errors=True)
    return folder, False


def write_sweep(
    root: Path, runs: Sequence[tuple[Setting, list[Path]]], base: list[Path], library: str
) -> Path:
    """The folder with the table `sweep` and figure F13 of these runs; made where it is missing."""
    key = [[name_setting(s), sorted(f.name for f in folders)] for s, folders in runs]
    folder, done = _begin(root, "sweep", [key, sorted(f.name for f in base), library])
    if done:
        return folder
    from ..figures import plot_specifications, save_figure

    table = sweep_table(runs, base)
    write_tables(folder / "tables", sweep=table)
    if len(table):
        save_figure(
            plot_specifications(table),
            folder / "figures",
            "F13-settings",
            data=table,
            caption=f"Each conclusion under {len(runs)} settings; the study's own is marked.",
        )
    seal(folder, DONE)
    return folder


def _moved(now: Mapping[str, Any], before: Mapping[str, Any]) -> pd.DataFrame:
    rows = []
    for name in sorted(now.keys() | before.keys()):
        old, new = before.get(name), now.get(name)
        if old != new and not name.endswith((" low", " high")):
            rows.append({"number": name, "without": old, "with": new})
    return pd.DataFrame(rows, columns=["number", "without", "with"])


def _show(value: Any) -> str:
    if value is None or pd.isna(value):
        return "nothing"
    return f"{value:.2f}".replace("-", "−") if isinstance(value, float) else str(value)


def write_effect(
    root: Path, corrections: Path, now: list[Path], before: list[Path], library: str
) -> Path:
    """The folder that tells what corrections did: how many found their place, what they moved.

    corrections: the parquet file of placed corrections; `now` and `before` are the folders of the
    same notebooks with and without them.
    """
    key = [sorted(folder.name for folder in [*now, *before]), library]
    folder, done = _begin(root, "corrections", key)
    if done:
        return folder
    placed = pd.read_parquet(corrections)
    moved = _moved(read_numbers(now), read_numbers(before))
    columns = ["article", "field", "value", "quote"]
    rows = placed.drop_duplicates(columns)
    count, orphans = len(rows), int((rows["state"] == "orphan").sum())
    lines = [f"{count} corrections replayed, of which {orphans} found no place."]
    estimates = moved[moved["number"].str.contains(" of ")]
    lines += [
        f"Corrections moved the {row.number} from {_show(row.without)} to {_show(row.with_)}."
        for row in estimates.rename(columns={"with": "with_"}).head(8).itertuples()
    ]
    if estimates.empty:
        lines.append("They moved no alignment and no sentiment.")
    shown = moved.astype({"without": "str", "with": "str"})
    write_tables(folder / "tables", corrections=placed, corrections_effect=shown)
    result = {
        "notebook": "corrections",
        "conclusions": lines,
        "numbers": {"corrections": count, "orphaned corrections": orphans},
        "warnings": [],
    }
    write_json(folder / "results" / "corrections.json", result)
    seal(folder, DONE)
    return folder
