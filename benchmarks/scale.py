"""A thousand to a million articles through all steps, by batches. Writes docs/scale.md.

`python -m benchmarks.scale` measures to 100,000; `python -m benchmarks.scale 1000000` that size.
What was measured stays in docs/scale.json, so that a size can be measured by itself.
"""

import gzip
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import ROOT, note, write_table

SHARED = Path(os.environ.get("CSTOLIB_SHARED", ROOT.parent / "shared")) / "benchmarks"
KEPT = ROOT / "docs" / "scale.json"
SIZES = (1_000, 10_000, 100_000)
PAPER = 10_000_000
WORDS = 300  # an article takes paragraphs until it has so many
STAGES = (
    *("load", "clean", "boilerplate", "copies", "sentences", "mentions"),
    *("sentiment", "stance", "parts"),
)
PAGE = os.sysconf("SC_PAGE_SIZE")

# What a scraper brings along: our own words, in places of news pages.
ABOVE = "{title}\n\nBy {author}\n{day} {month} 2022\n\n"
BELOW = "\n\nRead more: {title}\n\nSign up for the newsletter of {outlet} and get it every morning."
MONTHS = "January February March April May June July August September October November".split()  # noqa: SIM905
NAMES = [
    "Anna Petrov",
    "Ivan Sokol",
    "Maria Lind",
    "Omar Haddad",
    "Leyla Kaya",
    "John Mercer",
    "Aigul Bekova",
]


def write_corpus(path: Path, count: int) -> int:
    """`count` articles of about 300 words, recombined from real paragraphs; bytes of text.

    Seeded. Each sixth is the one before it without its last paragraph, in another outlet.
    """
    with gzip.open(SHARED / "copies_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if not row["edits"]]
    pool = [p for row in rows for p in row["text"].split("\n") if 40 < len(p) < 1_500]
    sizes = [len(paragraph.split()) for paragraph in pool]
    outlets = sorted({row["outlet"] for row in rows})[:400]
    chooser = np.random.default_rng(0)
    written = 0
    chosen: list[int] = []
    with path.open("w", encoding="utf-8") as out:
        for number in range(count):
            if number % 6 == 5:
                chosen = chosen[:-1] or chosen
            else:
                chosen, words = [], 0
                while words < WORDS:
                    place = int(chooser.integers(len(pool)))
                    chosen.append(place)
                    words += sizes[place]
            draw = chooser.integers(1 << 30, size=5)
            outlet = outlets[draw[0] % len(outlets)]
            title = " ".join(pool[int(draw[1]) % len(pool)].split()[:9]).strip(" .,;:")
            head = ABOVE.format(
                title=title,
                author=NAMES[draw[2] % len(NAMES)],
                day=draw[3] % 28 + 1,
                month=MONTHS[draw[4] % len(MONTHS)],
            )
            tail = BELOW.format(title=title[::-1].title()[::-1], outlet=outlet)
            text = head + "\n\n".join(pool[place] for place in chosen) + tail
            written += len(text.encode())
            row = {"url": f"https://example.org/{number}", "outlet": outlet, "text": text}
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    return written


class Watch(threading.Thread):
    """The most memory that this process and those below it held together.

    Pages of files mapped into memory are not counted: the system takes them back when it likes.
    """

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.root = root
        self.peak = 0
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(1):
            self.peak = max(self.peak, sum(map(_anonymous, _family(self.root))))


def _family(root: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                after = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(after[1]), []).append(int(entry.name))
    found, stack = [], [root]
    while stack:
        found.append(stack.pop())
        stack += parents.get(found[-1], [])
    return found


def _anonymous(process: int) -> int:
    try:
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def measure(corpus: Path, work: Path, options: dict[str, Any]) -> dict[str, Any]:
    """One run in a process of its own: articles, wall and CPU seconds, by stage, peak memory."""
    arguments = [str(corpus), str(work), json.dumps(options)]
    started = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.scale", "--one", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"},
    )
    watch = Watch(child.pid)
    watch.start()
    out, _ = child.communicate()
    watch.over.set()
    if child.returncode:
        raise RuntimeError(f"{options} failed on {corpus}")
    result = json.loads(out.splitlines()[-1])
    return result | {"wall": time.perf_counter() - started, "memory": watch.peak}


def one(corpus: str, work: str, options: str) -> None:
    """The run that `measure` measures."""
    import warnings

    import cstolib as cs

    warnings.simplefilter("ignore")
    started = os.times()
    done = cs.prepare_corpus(corpus, work, **json.loads(options))
    ended = os.times()
    spent = [ended[i] - started[i] for i in range(4)]
    copies = 0
    if done.articles:
        import pyarrow.parquet as pq

        copies = pq.read_metadata(done.folder / "copies.parquet").num_rows
    print(
        json.dumps(
            {
                "articles": done.articles,
                "batches": done.batches,
                "cpu": sum(spent),
                "copies": copies,
                "seconds": done.seconds,
            }
        )
    )


def keywords(folder: Path) -> float:
    """CPU seconds of compare_keywords over all sentences of a prepared folder, in one process."""
    import pandas as pd

    import cstolib as cs

    columns = ["article_id", "text", "language"]
    sentences = pd.read_parquet(folder / "sentences.parquet", columns=columns)
    articles = pd.read_parquet(folder / "articles.parquet", columns=["article_id", "outlet"])
    started = time.process_time()
    terms = cs.compare_keywords(sentences, articles, by="outlet")
    assert isinstance(terms, pd.DataFrame)
    return time.process_time() - started


def measure_size(count: int, runs: dict[str, dict[str, Any]], kept: dict[str, Any]) -> None:
    """Each of the runs on a corpus of `count` articles; kept at once, for a run may take hours."""
    with tempfile.TemporaryDirectory(prefix="cstolib-scale-") as name:
        folder = Path(name)
        corpus = folder / "corpus.jsonl"
        write_corpus(folder / "few.jsonl", 60)
        measure(folder / "few.jsonl", folder / "few", RUNS["one process"])  # compiles the kernels
        size = write_corpus(corpus, count)
        for run, options in runs.items():
            found = measure(corpus, folder / run, options) | {"bytes": size}
            if options["until"] == "statements" and count <= 10_000:
                found["seconds"]["keywords"] = keywords(folder / run)
            kept.setdefault(str(count), {})[run] = found
            KEPT.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
            print(count, run, json.dumps(found), flush=True)


TO_COPIES = "to copies, two processes"
RUNS: dict[str, dict[str, Any]] = {
    "one process": {"workers": 1, "until": "statements"},
    TO_COPIES: {"workers": 2, "until": "copies", "memory": "4 GB"},
    "two processes": {"workers": 2, "until": "statements"},
    "dask, two workers": {"engine": "dask", "workers": 2, "until": "statements"},
}


def exponent(points: list[tuple[int, float]]) -> float:
    """The slope of log time over log size."""
    x, y = np.log(np.array(points, float)).T
    return float(np.polyfit(x, y, 1)[0])


def table(kept: dict[str, dict[str, Any]]) -> str:
    """What was measured, as Markdown."""
    lines = [
        "| articles | run | CPU s | wall s | articles a CPU s | articles a s | peak memory, MB |",
        "| ---: | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for size in sorted(kept, key=int):
        for run, r in kept[size].items():
            n = r["articles"]
            lines.append(
                f"| {n:,} | {run} | {r['cpu']:,.0f} | {r['wall']:,.0f} | {n / r['cpu']:,.0f} "
                f"| {n / r['wall']:,.0f} | {r['memory'] / 1e6:,.0f} |"
            )
    lines += ["", "Share of each stage in the CPU seconds of one process:", ""]
    sizes = [size for size in sorted(kept, key=int) if "one process" in kept[size]]
    lines.append("| stage | " + " | ".join(f"{int(size):,}" for size in sizes) + " |")
    lines.append("| --- |" + " ---: |" * len(sizes))
    for stage in (*STAGES, "keywords"):
        cells = []
        for size in sizes:
            seconds = kept[size]["one process"]["seconds"]
            total = spent(kept[size]["one process"])
            cells.append(f"{seconds[stage] / total:.1%}" if stage in seconds else "")
        lines.append(f"| {stage} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def spent(run: dict[str, Any]) -> float:
    """CPU seconds of all stages; starting the processes is left out."""
    return sum(run["seconds"].get(stage, 0.0) for stage in STAGES)


def growth(kept: dict[str, dict[str, Any]]) -> dict[str, tuple[float, int]]:
    """For each run, the exponent of growth between its two largest sizes, and the larger one."""
    points: dict[str, list[tuple[int, float]]] = {}
    for size in sorted(kept, key=int):
        for name, run in kept[size].items():
            points.setdefault(name, []).append((run["articles"], spent(run)))
    return {
        name: (exponent(found[-2:]), found[-1][0])
        for name, found in points.items()
        if len(found) > 1
    }


def on_paper(kept: dict[str, dict[str, Any]]) -> str:
    """What ten million articles would take on 2 and on 64 cores, from the largest full run."""
    size = max((size for size in kept if "one process" in kept[size]), key=int)
    run = kept[size]["one process"]
    slope, _ = growth(kept).get("one process", (1.0, 0))
    copies = {int(n): r["seconds"]["copies"] for n in kept for r in kept[n].values()}
    joined = copies[max(copies)] * PAPER / max(copies)
    spread = (spent(run) - run["seconds"]["copies"]) * (PAPER / int(size)) ** max(slope, 1.0)
    hours = [(spread / cores + joined) / 3600 for cores in (2, 64)]
    return (
        f"Ten million articles, on paper: {spread / 3600:,.0f} CPU hours by batches (from "
        f"{int(size):,} articles, exponent {max(slope, 1.0):.2f}) and {joined / 3600:,.1f} for the "
        f"search for copies in one process (from {max(copies):,}, in proportion): about "
        f"{hours[0]:,.0f} hours on 2 cores, {hours[1]:,.1f} on a cluster of 64."
    )


def write(kept: dict[str, dict[str, Any]]) -> None:
    """Put what was measured into docs/scale.md and the README's table."""
    lines, rows, slopes = [table(kept)], [], growth(kept)
    if slopes:
        lines += ["", "Growth of the CPU seconds of all stages, as a power of the size:", ""]
    for name, (slope, size) in slopes.items():
        lines.append(f"- {name}: {slope:.2f}, up to {size:,} articles")
        rows.append((f"exponent of growth, {name}", f"{slope:.2f}", f"up to {size:,} articles"))
    if "one process" in slopes:
        lines += ["", on_paper(kept)]
    lines += ["", f"Machine: {os.cpu_count()} cores, Python {platform.python_version()}."]
    write_table(ROOT / "docs" / "scale.md", "\n".join(lines))
    for size in sorted(kept, key=int)[-1:]:
        for name, run in kept[size].items():
            speed = f"{run['articles'] / spent(run):,.0f} articles a CPU second"
            rows.append((name, speed, f"{run['articles']:,} articles of {WORDS} words"))
    note("scale", rows)


def main(sizes: Sequence[int] = SIZES) -> None:
    kept = json.loads(KEPT.read_text("utf-8")) if KEPT.is_file() else {}
    for size in sizes:
        runs = RUNS if size <= 10_000 else {TO_COPIES: RUNS[TO_COPIES]}
        measure_size(size, runs, kept)
    write(kept)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(*sys.argv[2:])
    else:
        main([int(argument) for argument in sys.argv[1:]] or SIZES)
