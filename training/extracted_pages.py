"""Make gold for training/lines.py out of a public evaluation set of HTML pages.

Takes a checkout of trafilatura: tests/evaldata.json names pages and, for each, snippets
that belong to the text and snippets that do not; tests/eval holds the pages. Lines of a page count
as prose where trafilatura extracts them, corrected by the snippets. Pages whose extraction misses a
third of the snippets are left out, and all but 120 of the German ones.

    python training/extracted_pages.py CHECKOUT FOLDER
"""

import json
import random
import sys
from pathlib import Path
from urllib.parse import urlparse

from cstolib.clean.language import find_languages
from cstolib.load.page import _match, render_page

GERMAN = 120
SHORTEST = 400  # characters of extracted text
FOUND = 0.67  # share of the snippets


def _fold(text: str) -> str:
    return " ".join(text.split())


def label_page(source: str, wanted: list[str], unwanted: list[str]) -> tuple[list[str], list[int]]:
    """The lines of a page and the numbers, from 1, of those that are prose; [] if not sure."""
    import trafilatura

    lines = render_page(source)["raw"].split("\n")
    text = trafilatura.extract(source, include_comments=False, favor_precision=True) or ""
    if len(text) < SHORTEST:
        return lines, []
    prose = _match(lines, text)
    for place, line in enumerate(lines):
        if len(line) > 40 and any(snippet in line for snippet in wanted):
            prose[place] = True
        if any(snippet in line for snippet in unwanted):
            prose[place] = False
    kept = " ".join(line for line, yes in zip(lines, prose, strict=True) if yes)
    shown = [snippet for snippet in wanted if snippet in " ".join(lines)]
    if sum(snippet in kept for snippet in wanted) < FOUND * len(shown):
        return lines, []
    return lines, [place + 1 for place, yes in enumerate(prose) if yes]


def main(checkout: Path, folder: Path) -> None:
    """Write NAME.txt and NAME.ann.json for each page that can be labelled."""
    pages = json.loads((checkout / "tests/evaldata.json").read_text(encoding="utf-8"))
    order = sorted(pages)
    random.Random(1).shuffle(order)
    folder.mkdir(parents=True, exist_ok=True)
    german = 0
    for number, address in enumerate(order):
        page = pages[address]
        file = checkout / "tests/eval" / page["file"]
        wanted = [_fold(snippet) for snippet in page.get("with", [])]
        if not wanted or not file.exists():
            continue
        if find_languages([" ".join(wanted)]) == ["de"]:
            german += 1
            if german > GERMAN:
                continue
        source = file.read_bytes().decode("utf-8", "replace")
        lines, body = label_page(source, wanted, [_fold(s) for s in page.get("without", [])])
        if body:
            host = urlparse(address).netloc or page["file"]
            gold = {"address": f"https://{host}/", "u": address, "body_lines": body}
            (folder / f"t{number:03}.txt").write_text("\n".join(lines), encoding="utf-8")
            (folder / f"t{number:03}.ann.json").write_text(json.dumps(gold), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
