"""What changed between two runs: inputs, texts, statements, positions, conclusions."""

from pathlib import Path
from typing import Any

import pandas as pd

from ..fingerprint import changed_keys, name_few, read_json
from .plan import CARD

MOST = 20  # lines of a section; the tables have them all
_STATEMENT = ["path", "quote", "actor", "issue"]


class DiffError(ValueError):
    """A folder that does not hold the results of a run."""


def _open(folder: Path) -> dict[str, Any]:
    card = read_json(folder / CARD)
    if card is None:
        raise DiffError(
            f"{folder} does not hold the results of a run (no {CARD}); "
            "give a folder reports/<study>"
        )
    return dict(card)


def _table(folder: Path, name: str) -> pd.DataFrame | None:
    path = folder / "tables" / f"{name}.parquet"
    return pd.read_parquet(path) if path.is_file() else None


def _capped(lines: list[str]) -> list[str]:
    rest = len(lines) - MOST
    return lines[:MOST] + ([f"… and {rest} more"] if rest > 0 else [])


def _inputs(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    lines = []
    for key in ("corpus", "codebook"):
        if old[key] != new[key]:
            lines.append(f"{key}: {old[key]} -> {new[key]}")
    for name in changed_keys(old["versions"], new["versions"]):
        lines.append(f"{name}: {old['versions'].get(name)} -> {new['versions'].get(name)}")
    if files := changed_keys(old["library"], new["library"]):
        lines.append(f"cstolib's own files changed: {name_few(files)}")
    for key in ("codebook", "corrections"):
        if old["inputs"][key] != new["inputs"][key]:
            lines.append(f"the content of the {key} changed")
    before, after = old["notebooks"], new["notebooks"]
    for notebook in sorted(before.keys() & after.keys()):
        was, now = before[notebook]["parameters"], after[notebook]["parameters"]
        for name in changed_keys(was, now):
            lines.append(f"{notebook}.{name}: {was.get(name)!r} -> {now.get(name)!r}")
    lines += [f"notebook {name} only before" for name in sorted(before.keys() - after.keys())]
    lines += [f"notebook {name} only now" for name in sorted(after.keys() - before.keys())]
    return lines


def _texts(old: dict[str, str], new: dict[str, str]) -> list[str]:
    marks = {
        name: "+" if name not in old else "-" if name not in new else "~"
        for name in changed_keys(old, new)
    }
    return [f"{mark} {name}" for name, mark in marks.items()]


def _statements(folder: Path) -> pd.Series:
    """The alignment of each statement by file, quote, actor and issue."""
    statements, articles = _table(folder, "statements"), _table(folder, "articles")
    if statements is None or articles is None:
        return pd.Series(dtype="float64")
    paths = articles.set_index("article_id")["path"]
    rows = statements.assign(path=statements["article_id"].map(paths))
    return rows.groupby(_STATEMENT)["alignment"].first().astype("float64")


def _signed(value: float) -> str:
    shown = "none" if pd.isna(value) else f"{value:+.2f}".removesuffix(".00")
    return "0" if shown in ("+0", "-0") else shown


def _changes(old: pd.Series, new: pd.Series) -> pd.DataFrame:
    both = pd.concat([old.rename("old"), new.rename("new")], axis=1).sort_index()
    same = (both["old"] == both["new"]) | (both["old"].isna() & both["new"].isna())
    return both[~same]


def _statement_lines(old: Path, new: Path) -> list[str]:
    lines = []
    for key, row in _changes(_statements(old), _statements(new)).iterrows():
        path, quote, actor, issue = key
        mark = "+" if pd.isna(row["old"]) else "-" if pd.isna(row["new"]) else "~"
        value = f"{_signed(row['old'])} -> {_signed(row['new'])}"
        lines.append(f"{mark} {actor} on {issue}: {value}, {path}: “{str(quote)[:90]}”")
    return lines


def _position_lines(old: Path, new: Path) -> list[str]:
    lines = []
    for name, keys in (("positions", ["actor", "issue"]), ("ranking", ["actor"])):
        a, b = _table(old, name), _table(new, name)
        if a is None or b is None:
            continue
        changed = _changes(a.set_index(keys)["alignment"], b.set_index(keys)["alignment"])
        for key, row in changed.iterrows():
            what = " on ".join(key) if isinstance(key, tuple) else f"{key} on the war"
            lines.append(f"~ {what}: {_signed(row['old'])} -> {_signed(row['new'])}")
    return lines


def _conclusions(folder: Path) -> list[str]:
    files = sorted((folder / "results").glob("*.json"))
    return [line for file in files for line in (read_json(file) or {}).get("conclusions", [])]


def compare_runs(old: str | Path, new: str | Path | None = None) -> list[str]:
    """The differences of two runs in lines, under a heading for each kind; one line where none.

    old, new: folders reports/<study>. Without `new`, the study's results of now are compared with
    those before they last changed. Raises DiffError where a folder holds no results.
    """
    old = Path(old)
    if new is None:
        root = old.resolve().parent.parent
        new, old = old, root / "data" / "processed" / old.resolve().name / "previous"
        if not old.is_dir():
            _open(new)
            return [f"{new} has no earlier results to compare with"]
    new = Path(new)
    before, after = _open(old), _open(new)
    sections = {
        "inputs": _inputs(before, after),
        "texts": _texts(before["files"], after["files"]),
        "statements": _statement_lines(old, new),
        "positions": _position_lines(old, new),
        "conclusions": [
            *(f"- {line}" for line in _conclusions(old) if line not in _conclusions(new)),
            *(f"+ {line}" for line in _conclusions(new) if line not in _conclusions(old)),
        ],
    }
    lines = []
    for name, found in sections.items():
        if found:
            lines += [f"{name} ({len(found)})", *(f"  {line}" for line in _capped(found))]
    return lines or ["nothing changed"]
