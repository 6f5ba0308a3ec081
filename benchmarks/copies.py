"""Repeats and copies against labels and peers; how the work grows. Writes docs/copies.md."""

import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

import cstolib as cs
from benchmarks import ROOT, note, write_table
from cstolib.copies.candidates import pack_pairs
from cstolib.copies.compare import compare_pairs
from cstolib.copies.prose import gather_prose
from cstolib.shingles import SHINGLE

SHARED = Path(os.environ.get("CSTOLIB_SHARED", ROOT.parent / "shared")) / "benchmarks"
PEERS = {
    "rensa": "rensa",
    "fastsketch": "FastSketchLSH",
    "gaoya": "gaoya",
    "datasketch": "datasketch",
}
ARTICLES, LABELLED = "copies_dev.jsonl.gz", 8000
SIZES = (10_000, 100_000, 1_000_000)
RUNS = 3  # the least CPU time of so many


def rows_of(name: str) -> list[dict[str, Any]]:
    with gzip.open(SHARED / name, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def least_cpu(work: Any) -> tuple[float, Any]:
    times = []
    for _ in range(RUNS):
        started = time.process_time()
        result = work()
        times.append(time.process_time() - started)
    return min(times), result


def repeats() -> tuple[str, float, float, float]:
    """A row for each way, and ours: precision, recall, MB a CPU second."""
    rows = rows_of("repeats_dev.jsonl.gz")
    texts = ["\n".join(row["paragraphs"]) for row in rows]
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    cs.find_repeats(texts[:2])
    seconds, runs = least_cpu(lambda: cs.find_repeats(texts))
    ours, hashed = np.zeros(3, int), np.zeros(3, int)
    found = dict(iter(runs.groupby("text")))
    for i, row in enumerate(rows):
        inside = np.zeros(len(texts[i]) + 1, bool)
        for run in found[i].itertuples() if i in found else ():
            inside[run.start : run.end] = True
        place, seen = 0, set()
        for paragraph, repeat in zip(row["paragraphs"], row["repeat"], strict=True):
            words = [place + match.start() for match in re.finditer(r"\w+", paragraph)]
            key = re.sub(r"\W+", " ", paragraph.casefold())
            for score, hits in ((ours, inside[words].sum()), (hashed, len(words) * (key in seen))):
                score += hits * repeat, hits * (1 - repeat), (len(words) - hits) * repeat
            seen.add(key)
            place += len(paragraph) + 1
    lines = ["| repeats inside an article | precision | recall | MB a CPU second |"]
    lines += ["| --- | --- | --- | --- |"]
    scores = {}
    for name, (right, wrong, missed) in (("cstolib", ours), ("hash of each paragraph", hashed)):
        scores[name] = right / (right + wrong), right / (right + missed)
        speed = f"{megabytes / seconds:.0f}" if name == "cstolib" else ""
        lines.append(f"| {name} | {scores[name][0]:.4f} | {scores[name][1]:.4f} | {speed} |")
    return "\n".join(lines), *scores["cstolib"], megabytes / seconds


def tables(rows: list[dict[str, Any]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    articles = pd.DataFrame({"article_id": [row["id"] for row in rows]})
    passages = [
        (row["id"], paragraph.start(), "body", paragraph[0])
        for row in rows
        for paragraph in re.finditer(r"[^\n]+", row["text"])
    ]
    return articles, pd.DataFrame(passages, columns=["article_id", "start", "kind", "text"])


def whole_texts(rows: list[dict[str, Any]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Each text as one passage: strings of Python in, as the peers get them."""
    ids, texts = [row["id"] for row in rows], encode(rows)
    passages = {"article_id": ids, "start": 0, "kind": "body", "text": texts}
    return pd.DataFrame({"article_id": ids}), pd.DataFrame(passages)


def encode(rows: list[dict[str, Any]]) -> "pd.Series[str]":
    """The texts as pandas holds them, in UTF-8: what all ways from text in begin with."""
    return pd.Series([row["text"] for row in rows], dtype="str")


def labels_of(copies: pd.DataFrame, ids: list[str]) -> list[str]:
    left = copies[copies["relation"] != "quotes"]
    kept = dict(zip(left["article_id"], left["copy_of"], strict=True))
    return [kept.get(article_id, article_id) for article_id in ids]


def pairs_of(labels: list[Any]) -> int:
    return sum(count * (count - 1) // 2 for count in Counter(labels).values())


def score(labels: list[Any], gold: list[Any]) -> tuple[float, float, float, int]:
    """Precision, recall and F1 of the pairs; the largest cluster."""
    right = pairs_of(list(zip(labels, gold, strict=True)))
    found, true = pairs_of(labels), pairs_of(gold)
    largest = max(Counter(labels).values())
    return right / found, right / true, 2 * right / (found + true), largest


def similar_pairs(articles: pd.DataFrame, passages: pd.DataFrame) -> list[tuple[str, str]]:
    """All pairs of a similarity of .7 or more, by an index of all shingles, none sampled."""
    prose = gather_prose(articles, passages)
    hashed = prose.hash(np.arange(len(prose.bounds)))
    owner = np.repeat(np.arange(len(hashed.ends)), np.diff(hashed.ends, prepend=0))
    frame = pd.DataFrame({"shingle": hashed.shingles[: hashed.ends[-1]], "owner": owner})
    frame = frame.drop_duplicates()
    frame = frame[frame.groupby("shingle")["owner"].transform("size").between(2, 12)]
    joined = frame.merge(frame, on="shingle")
    joined = joined[joined["owner_x"] < joined["owner_y"]]
    times = joined.groupby(["owner_x", "owner_y"]).size()
    times = times[times >= SHINGLE].reset_index()
    one, other = times["owner_x"].to_numpy(), times["owner_y"].to_numpy()
    overlap = compare_pairs(prose, pack_pairs(one, other), np.empty(0, np.uint64))
    ids = articles["article_id"].to_numpy()[prose.places]
    much = overlap.similarity >= 0.7
    return list(zip(ids[one[much]], ids[other[much]], strict=True))


def peers(hashes: Path) -> dict[str, dict[str, Any]]:
    """CPU seconds and clusters of each peer that the environment has."""
    found = {}
    for name in [*PEERS, "rensa_hashed"]:
        command = [os.environ.get("CSTOLIB_PEERS", sys.executable), "_copies_peers.py", name]
        command += [str(SHARED / ARTICLES), str(hashes)]
        runs = [
            subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True)
            for _ in range(RUNS if name != "datasketch" else 1)
        ]
        if all(run.returncode == 0 for run in runs):
            found[name] = min((json.loads(run.stdout) for run in runs), key=lambda run: run["cpu"])
    return found


def copies() -> tuple[str, dict[str, float]]:
    rows = rows_of(ARTICLES)
    ids, gold = [row["id"] for row in rows], [row["cluster"] for row in rows]
    articles, passages = tables(rows)
    cs.find_copies(articles[:9], passages[:200])
    seconds, table = least_cpu(lambda: cs.find_copies(articles, passages))
    text_seconds, _ = least_cpu(lambda: cs.find_copies(*whole_texts(rows)))
    encode_seconds, _ = least_cpu(lambda: encode(rows))
    prose = gather_prose(articles, passages)
    hash_seconds, hashed = least_cpu(lambda: prose.hash(np.arange(len(prose.bounds))))
    with tempfile.TemporaryDirectory() as folder:
        hashes = Path(folder) / "hashes.npz"
        offsets = np.append(0, hashed.ends).astype(np.uint64)
        np.savez(hashes, shingles=hashed.shingles[: hashed.ends[-1]], offsets=offsets)
        others = peers(hashes)
    labels = labels_of(table, ids)
    kept = dict(zip(ids, labels, strict=True))
    close = similar_pairs(articles, passages)
    recall = sum(kept[a] == kept[b] for a, b in close) / len(close)
    precision, found, f1, largest = score(labels, gold)
    lines = ["| copies between articles | precision | recall | F1 | largest | CPU seconds |"]
    lines += ["| --- | --- | --- | --- | --- | --- |"]
    for name, cpu in (("cstolib, from texts", text_seconds), ("cstolib, from tables", seconds)):
        row = f"{precision:.4f} | {found:.4f} | {f1:.4f} | {largest} | {cpu:.2f}"
        lines.append(f"| {name} | {row} |")
    for name, label in PEERS.items():
        if name in others:
            p, r, f, most = score(others[name]["labels"], gold)
            cpu = others[name]["cpu"]
            lines.append(f"| {label} | {p:.4f} | {r:.4f} | {f:.4f} | {most} | {cpu:.2f} |")
    if "rensa_hashed" in others:
        flags = others["rensa_hashed"]["cpu"]
        cpu = encode_seconds + hash_seconds + flags
        lines.append(f"| rensa on cstolib's hashes: flags, no clusters | | | | | {cpu:.2f} |")
        lines += [
            "",
            f"Of the {cpu:.2f} s of rensa on ready hashes, {encode_seconds:.2f} encode the texts, "
            f"{hash_seconds:.2f} hash their shingles by cstolib's kernels, and {flags:.2f} are its "
            "own, for whether each article has a copy: not which, nor how alike. "
            f"cstolib, which compares and explains all pairs, has {cpu / text_seconds:.2f} of "
            "that speed.",
        ]
    lines += ["", f"Of {len(close)} pairs whose similarity is .7 or more, {recall:.4f} are found."]
    figures = {"precision": precision, "f1": f1, "recall": recall, "seconds": text_seconds}
    best = min((others[name]["cpu"] for name in PEERS if name in others), default=0.0)
    if best:
        figures["times"] = best / text_seconds
        lines.append(f"The fastest peer takes {best / text_seconds:.1f} times the CPU time.")
    megabytes = sum(len(row["text"].encode()) for row in rows) / 1e6
    lines.append(f"Hashing all shingles alone: {megabytes / hash_seconds:.0f} MB a CPU second.")
    return "\n".join(lines), figures


def recombined(count: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """That many articles of five to nine real paragraphs at random; each sixth a copy, cut."""
    pool = [
        paragraph
        for row in rows_of(ARTICLES)
        if not row["edits"]
        for paragraph in row["text"].split("\n")
        if len(paragraph) > 40
    ]
    chooser = np.random.default_rng(0)
    sizes = chooser.integers(5, 10, count)
    owner = np.repeat(np.arange(count), sizes)
    chosen = chooser.integers(0, len(pool), len(owner))
    first = np.cumsum(sizes) - sizes
    for i in range(5, count, 6):
        both = min(sizes[i], sizes[i - 1])
        chosen[first[i] : first[i] + both] = chosen[first[i - 1] : first[i - 1] + both]
    texts = pa.array(pool, pa.large_string()).take(pa.array(chosen))
    ids = pa.array([f"{i:07}" for i in range(count)], pa.large_string())
    passages = {
        "article_id": pd.array(ids.take(pa.array(owner)), dtype="str"),
        "start": np.arange(len(owner)),
        "kind": pd.array(pa.array(["body"]).take(pa.array(np.zeros(len(owner), int))), dtype="str"),
        "text": pd.array(texts, dtype="str"),
    }
    return pd.DataFrame({"article_id": pd.array(ids, dtype="str")}), pd.DataFrame(passages)


def resident() -> int:
    """Bytes of memory that this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def measure_size(folder: Path, memory: str) -> dict[str, float]:
    """CPU seconds of, and peak memory above, the tables in `folder`; for a process of its own."""
    articles, passages = (pd.read_feather(folder / name) for name in ("articles", "passages"))
    cs.find_copies(articles[:99], passages[:999])
    pa.default_memory_pool().release_unused()
    before, peak, done = resident(), [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.005):
            peak[0] = max(peak[0], resident())

    watcher = threading.Thread(target=watch)
    watcher.start()
    started = time.process_time()
    table = cs.find_copies(articles, passages, memory=memory)
    cpu = time.process_time() - started
    done.set()
    watcher.join()
    digest = int(pd.util.hash_pandas_object(table).sum())
    return {"cpu": cpu, "memory": max(peak[0] - before, 0), "rows": len(table), "digest": digest}


def scale() -> tuple[str, float]:
    """A row for each size, and the exponent of the growth."""
    lines = ["| articles | CPU seconds | kB an article above the text | rows |"]
    lines += ["| --- | --- | --- | --- |"]
    cpu: dict[int, float] = {}
    digest: dict[int, int] = {}
    labelled = rows_of(ARTICLES)
    cases: list[tuple[str, int, str, Any]] = [
        (f"{LABELLED:,} labelled, whole", LABELLED, "64GB", lambda _: whole_texts(labelled)),
        (f"{LABELLED:,} labelled, in paragraphs", LABELLED, "64GB", lambda _: tables(labelled)),
        *((f"{count:,} recombined", count, "64GB", recombined) for count in SIZES),
    ]
    cases.insert(4, (f"{SIZES[1]:,} recombined, through DuckDB", SIZES[1], "64MB", recombined))
    for label, count, memory, make in cases:
        made = make(count)
        with tempfile.TemporaryDirectory() as name:
            for frame, part in zip(made, ("articles", "passages"), strict=True):
                frame.to_feather(Path(name) / part, compression="uncompressed", chunksize=1 << 30)
            del made, frame
            command = [sys.executable, "-m", "benchmarks.copies", name, memory]
            runs = [
                subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
                for _ in range(RUNS if count < SIZES[1] else 1)
            ]
        found = json.loads(runs[0].stdout)
        found["cpu"] = min(json.loads(run.stdout)["cpu"] for run in runs)
        above = max(json.loads(run.stdout)["memory"] for run in runs) / count / 1000
        lines.append(f"| {label} | {found['cpu']:.1f} | {above:.2f} | {found['rows']:,} |")
        if make is recombined and found["digest"] != digest.setdefault(count, found["digest"]):
            raise AssertionError("on disk the table is another")
        cpu.setdefault(count, found["cpu"])
    exponent = np.log(cpu[SIZES[-1]] / cpu[SIZES[0]]) / np.log(SIZES[-1] / SIZES[0])
    lines += ["", f"CPU time grows as the number of articles to the power of {exponent:.2f}."]
    return "\n".join(lines), float(exponent)


def main() -> None:
    """Measure and write docs/copies.md."""
    if not SHARED.is_dir():
        return
    inside, precision, recall, _ = repeats()
    between, figures = copies()
    growth, exponent = scale()
    write_table(ROOT / "docs" / "copies.md", "\n\n".join([inside, between, growth]))
    rows = [
        ("repeats, word precision / recall", f"{precision:.4f} / {recall:.4f}", "1,500 articles"),
        ("copies, pair F1 at precision", f"{figures['f1']:.4f} at {figures['precision']:.4f}",
         "8,000 labelled articles"),
        ("CPU exponent", f"{exponent:.2f}", "10,000 to 1,000,000 recombined articles"),
    ]  # fmt: skip
    if "times" in figures:
        rows.append(("speed, times the fastest peer", f"{figures['times']:.1f}", "the same 8,000"))
    note("copies", rows)


if __name__ == "__main__":
    print(json.dumps(measure_size(Path(sys.argv[1]), sys.argv[2])))
