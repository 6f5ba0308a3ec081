"""Cleaning against its gold and its peers; writes the table of docs/cleaning.md.

Needs the gold, which does not ship: ../shared from the project's root, or $CSTOLIB_SHARED.
"""

import gzip
import json
import logging
import os
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import cstolib as cs
from benchmarks import ROOT, note, write_table
from benchmarks.scores import score_bodies, score_lines

SHARED = Path(os.environ.get("CSTOLIB_SHARED", ROOT.parent / "shared"))
# Measured on the same gold before this project: the best of eleven methods on each set.
BEST_BEFORE = {
    "seeds": (0.869, 0.850),
    "pages": (0.955, None),
    "written": (0.845, 0.680),
    "rendered": (0.872, 0.783),
}
METADATA = ("title", "author", "outlet", "date")
NAMES = {
    "seeds": "texts on the CSTO",
    "pages": "news pages labelled by hand",
    "written": "pages written with the traps of such coverage",
    "rendered": "real pages, labelled by program",
}


def read_gold(shared: Path, name: str) -> list[dict[str, Any]]:
    """The labelled texts of a set: id, raw, and what the gold says."""
    folder = shared / "gold" / "cleaning" / name
    texts = shared / "corpus" if name == "seeds" else folder
    pages = []
    for path in sorted(folder.glob("*.ann.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        stem = path.name.removesuffix(".ann.json")
        raw = (texts / f"{stem}.txt").read_bytes().decode("utf-8")
        pages.append({"id": stem, "raw": raw, "gold": gold})
    return pages


def line_kinds(raw: str, passages: pd.DataFrame) -> dict[int, Counter[str]]:
    """For each line that is not blank: how many of its characters have which kind."""
    kinds: dict[int, Counter[str]] = {}
    starts, ends = passages["start"].to_numpy(), passages["end"].to_numpy()
    names, offset = passages["kind"].to_numpy(), 0
    for number, line in enumerate(raw.split("\n"), start=1):
        stop = offset + len(line)
        found: Counter[str] = Counter()
        for place in range(int(np.searchsorted(ends, offset, "right")), len(starts)):
            if starts[place] >= stop:
                break
            piece = raw[max(starts[place], offset) : min(ends[place], stop)]
            found[names[place]] += sum(not character.isspace() for character in piece)
        if line.strip():
            kinds[number] = found
        offset = stop + 1
    return kinds


def score_set(pages: list[dict[str, Any]]) -> pd.DataFrame:
    """One row a page: token and line F1, kinds right and counted, and the article's metadata."""
    frame = pd.DataFrame(
        {"article_id": [page["id"] for page in pages], "raw": [page["raw"] for page in pages]}
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        articles, passages = cs.clean_articles(frame)
    groups = dict(tuple(passages.groupby("article_id")))
    rows = []
    for page, article in zip(pages, articles.to_dict("records"), strict=True):
        kinds = line_kinds(page["raw"], groups[page["id"]])
        gold = set(page["gold"]["body_lines"])
        kept = {
            number
            for number, found in kinds.items()
            if 2 * (found["body"] + found["heading"]) >= sum(found.values())
        }
        token, line = score_lines(page["raw"].split("\n"), gold, kept)
        labels = {int(number): kind for number, kind in page["gold"].get("labels", {}).items()}
        asked = [number for number in labels if number not in gold and number in kinds]
        right = sum(kinds[number].most_common(1)[0][0] == labels[number] for number in asked)
        rows.append(
            {"token": token, "line": line, "right": right, "asked": len(asked)}
            | {f"found {name}": article[name] for name in METADATA}
            | {
                f"gold {name}": page["gold"].get(name)
                for name in ("title", "author", "outlet", "date")
            }
            | {"kept": kept, "kinds": kinds, "labels": labels, "id": page["id"]}
        )
    return pd.DataFrame(rows)


def score_html(shared: Path) -> list[tuple[str, float, float, float]]:
    """F1, precision and recall on real pages as HTML, ours beside trafilatura's."""
    import trafilatura

    folder = shared / "gold" / "cleaning" / "html"
    gold = json.loads((folder / "ground_truth.json").read_text(encoding="utf-8"))
    sources = {key: gzip.decompress((folder / f"{key[:12]}.html.gz").read_bytes()) for key in gold}
    bodies = {key: gold[key]["articleBody"] for key in gold}
    with tempfile.TemporaryDirectory() as name, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for key, source in sources.items():
            (Path(name) / f"{key}.html").write_bytes(source)
        articles, passages = cs.clean_articles(cs.read_articles(name))
    prose = passages[passages["kind"].isin(["body", "heading"])]
    found = prose.groupby("article_id")["text"].agg("\n".join)
    ours = {Path(r.path).stem: found.get(r.article_id, "") for r in articles.itertuples()}
    peers: dict[str, dict[str, str]] = {"**cstolib**": ours}
    logging.disable(logging.CRITICAL)
    for label, precision in (("trafilatura, precision", True), ("trafilatura, default", False)):
        peers[label] = {
            key: trafilatura.extract(
                source.decode("utf-8", "replace"), include_comments=False, favor_precision=precision
            )
            or ""
            for key, source in sources.items()
        }
    logging.disable(logging.NOTSET)
    return [
        (label, *score_bodies([(bodies[key], texts.get(key, "")) for key in gold]))
        for label, texts in peers.items()
    ]


def measure_speed(texts: list[str]) -> float:
    """Millions of characters cleaned in a CPU second, all of clean_articles counted."""
    frame = pd.DataFrame({"article_id": [str(n) for n in range(len(texts))], "raw": texts})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        start = time.process_time()
        cs.clean_articles(frame)
        spent = time.process_time() - start
    return sum(map(len, texts)) / spent / 1e6


def read_distinct(shared: Path) -> list[str]:
    """The articles of the benchmark of copies, each text once."""
    path = shared / "benchmarks" / "copies_dev.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return list(dict.fromkeys(json.loads(line)["text"] for line in lines))


def speed_rows(shared: Path) -> list[str]:
    """The table of speed: texts again and again, and texts that all differ."""
    seeds = [page["raw"] for page in read_gold(shared, "seeds")]
    pages = [page["raw"] for name in ("pages", "written") for page in read_gold(shared, name)]
    distinct = read_distinct(shared)
    sets = [
        ("five texts on the CSTO, again and again", seeds * 20),
        ("five texts on the CSTO, again and again", seeds * 80),
        ("labelled pages with their menus, again and again", pages * 10),
        ("news articles, all different", distinct[:500]),
        ("news articles, all different", distinct[:2000]),
    ]
    measure_speed(seeds)  # loads the models
    rows = ["", "| texts | articles | million characters a CPU second |", "|---|---|---|"]
    for name, texts in sets:
        rows.append(f"| {name} | {len(texts)} | {measure_speed(texts):.2f} |")
    return rows


def main() -> None:
    """Score every set and write docs/cleaning.md."""
    rows = [
        "| texts | pages | token F1 | line F1 | lowest token F1 | kinds right "
        "| best before: token, line |",
        "|---|---|---|---|---|---|---|",
    ]
    noted = []
    for name, best in BEST_BEFORE.items():
        table = score_set(read_gold(SHARED, name))
        asked = int(table["asked"].sum())
        kinds = f"{table['right'].sum() / asked:.3f} of {asked}" if asked else "not labelled"
        before = ", ".join("not known" if value is None else f"{value:.3f}" for value in best)
        rows.append(
            f"| {NAMES[name]} | {len(table)} | **{table['token'].mean():.3f}** | "
            f"**{table['line'].mean():.3f}** | {table['token'].min():.3f} | {kinds} | {before} |"
        )
        scores = f"{table['token'].mean():.3f} / {table['line'].mean():.3f}"
        noted.append(("token F1 / line F1 of the body", scores, f"{len(table)} {NAMES[name]}"))
    rows += ["", "| HTML pages | F1 | precision | recall |", "|---|---|---|---|"]
    for label, *scores in score_html(SHARED):
        rows.append(f"| {label} | " + " | ".join(f"{score:.4f}" for score in scores) + " |")
    rows += speed_rows(SHARED)
    write_table(ROOT / "docs" / "cleaning.md", "\n".join(rows))
    note("cleaning", noted)
