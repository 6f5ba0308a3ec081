"""Measurements against gold and peers. Each module's `main` writes its table into docs/."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START, END = "<!-- results -->", "<!-- /results -->"


def write_table(document: Path, markdown: str) -> None:
    """Put `markdown` between the results markers of `document`; all else stays as it is."""
    text = document.read_text(encoding="utf-8")
    if START not in text or END not in text:
        raise ValueError(f"{document} lacks the lines {START} and {END}")
    block = f"{START}\n\n{markdown.strip()}\n\n{END}"
    pattern = re.compile(re.escape(START) + ".*?" + re.escape(END), re.DOTALL)
    document.write_text(pattern.sub(lambda _: block, text, count=1), encoding="utf-8")
