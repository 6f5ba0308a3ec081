"""Measurements against gold and peers. Each module's `main` writes its table into docs/."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTED = ROOT / "src" / "cstolib" / "resources" / "measured.json"  # the report shows it too
START, END = "<!-- results -->", "<!-- /results -->"


def write_table(document: Path, markdown: str) -> None:
    """Put `markdown` between the results markers of `document`; all else stays as it is."""
    text = document.read_text(encoding="utf-8")
    if START not in text or END not in text:
        raise ValueError(f"{document} lacks the lines {START} and {END}")
    block = f"{START}\n\n{markdown.strip()}\n\n{END}"
    pattern = re.compile(re.escape(START) + ".*?" + re.escape(END), re.DOTALL)
    document.write_text(pattern.sub(lambda _: block, text, count=1), encoding="utf-8")


def note(area: str, rows: list[tuple[str, str, str]]) -> None:
    """Keep what README says of `area`: rows of what was measured, the value, and on which data."""
    kept = json.loads(NOTED.read_text(encoding="utf-8")) if NOTED.is_file() else {}
    kept[area] = rows
    NOTED.write_text(json.dumps(kept, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")


def write_readme() -> None:
    """Write README's table from what the benchmarks noted."""
    kept = json.loads(NOTED.read_text(encoding="utf-8"))
    lines = ["| what | measured | on |", "| --- | --- | --- |"]
    for area in sorted(kept):
        lines += [f"| {area}: {what} | {value} | {data} |" for what, value, data in kept[area]]
    write_table(ROOT / "README.md", "\n".join(lines))
