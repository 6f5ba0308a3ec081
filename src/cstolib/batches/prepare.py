"""A corpus of any size made into its tables, batch by batch, in bounded memory.

Three passes over the batches, and between them what the whole corpus must know: which passages an
outlet prints under many articles (counts of the batches, added up by DuckDB), and the copies (one
search over the prose of all articles, which lies in a file mapped into memory).
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..codebook import load_codebook
from ..copies.find import join_copies, read_size
from ..copies.prose import Prose
from ..corrections import (
    correct_copies,
    describe_corrections,
    place_corrections,
    read_corrections,
)
from ..fingerprint import STAMP, describe_inputs, read_json, write_json
from ..load import CorpusError
from ..repeats import MIN_ARTICLES
from ..shingles import Spans
from .engines import Engine, open_engine
from .parts import read_part, write_part
from .pieces import Piece, cut_corpus
from .steps import Clock, Workshop, clean_piece, read_sentences, settle_batch

UNTIL = ("copies", "mentions", "statements")
MADE = (
    *("articles", "passages", "copies", "sentences", "mentions"),
    *("scores", "statements", "corrections"),
)
_BATCHES = 256  # of so many the memory holds one: cleaning takes 40 times the text of a batch
_PROCESS = 350 << 20  # bytes of a process that has cstolib loaded
_WORK = 40  # bytes at work for each byte of a batch
_MOST_WARNINGS = 1_000  # kept; articles have theirs in the column notes as well

_ADD_COUNTS = """
copy (
    select outlet, print, sum(articles)::bigint as articles, max(most) as most
    from parts group by outlet, print
    having sum(articles) >= {least} order by outlet, print
) to '{often}' (format parquet)
"""
_FIND_TWINS = """
select article_id, list(distinct path order by path)[:3]
from parts group by article_id
having count(*) > 1 order by article_id limit 5
"""


@dataclass(frozen=True)
class Prepared:
    """A folder of tables in parts, and what making them took."""

    folder: Path
    articles: int
    batches: int
    warnings: tuple[str, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)  # of CPU, by stage; {} if reused


def _plan_memory(memory: int, workers: int) -> tuple[int, int]:
    """Bytes of a batch, which the workers have no say in, and the workers that memory allows."""
    size = max(memory // _BATCHES, 64 << 10)
    room = memory - _PROCESS
    most = room // (_PROCESS + _WORK * size)
    if most < 1:
        least = _PROCESS * 2 + _WORK * size
        raise ValueError(f"memory must be at least {least / 1e9:.1f} GB, got {memory / 1e9:.1f} GB")
    return size, min(workers, most)


def _query(shop: Workshop, memory: int, query: str, parts: Path) -> list[Any]:
    """What DuckDB finds in the parts of a table, with its work on disk where memory is short."""
    import duckdb
    from pyarrow.dataset import dataset

    with duckdb.connect() as database:
        database.execute(f"set memory_limit = '{max(memory >> 20, 64)}MB'")
        database.execute("set temp_directory = ?", [str(shop.work / "spill")])
        database.register("parts", dataset(parts))
        return database.execute(query).fetchall()


def _add_counts(shop: Workshop, memory: int) -> None:
    """Which passages stand in many articles of their outlet, by the counts of all batches."""
    part = shop.work / "often.part"
    query = _ADD_COUNTS.format(least=MIN_ARTICLES, often=str(part).replace("'", "''"))
    _query(shop, memory, query, shop.work / "counts.parquet")
    part.replace(shop.work / "often.parquet")


def _check_ids(shop: Workshop, memory: int) -> None:
    """Raise CorpusError where two batches have an id in common."""
    twins = _query(shop, memory, _FIND_TWINS, shop.folder / "articles.parquet")
    if twins:
        names = ", ".join(name for name, _ in twins)
        paths = ", ".join(sorted({path for _, found in twins for path in found})[:3])
        raise CorpusError(
            f"article ids must be unique, but {names} stands more than once ({paths}); "
            "rename the id column or make its values unique"
        )


def _gather(shop: Workshop, numbers: list[int]) -> tuple[Prose, Any]:
    """The prose of all batches, mapped from one file, in the order of keeping; and its ids."""
    import pyarrow as pa
    import pyarrow.compute as pc

    frame = pd.concat([read_part(shop.work, "prose", number) for number in numbers])
    path = shop.work / "prose.bytes"
    with path.open("wb") as whole:
        for number in numbers:
            with (shop.work / "prose" / f"{number:06}").open("rb") as part:
                shutil.copyfileobj(part, whole, 1 << 22)
    size = frame["bytes"].to_numpy(np.int64)
    finish = size.cumsum()
    ids = pa.array(frame["article_id"], pa.large_string())
    ranks = np.empty(len(frame), np.int64)
    ranks[pc.sort_indices(ids).to_numpy()] = np.arange(len(frame))
    # earliest stated date first, then the longest, then by id, as copies/prose.py has it
    order = np.lexsort((ranks, -frame["characters"].to_numpy(np.int64), frame["day"]))
    data = np.memmap(path, np.uint8, "r") if finish.size and finish[-1] else np.zeros(1, np.uint8)
    prose = Prose(
        Spans(np.asarray(data), finish - size, finish),
        np.arange(len(frame)),
        np.column_stack([order, order + 1]),
        size[order],
        order,
    )
    return prose, frame["article_id"].array[order]


def _join(shop: Workshop, numbers: list[int], memory: int) -> None:
    """Leave the copies between the articles of all batches."""
    prose, ids = _gather(shop, numbers)
    copies = join_copies(prose, ids, memory)
    write_part(correct_copies(copies, shop.corrections), shop.folder / "copies.parquet")


def _place(shop: Workshop, numbers: list[int]) -> pd.DataFrame:
    """The corrections with their places in the corpus."""
    parts = [read_part(shop.work, "concerned", number) for number in numbers]
    empty = pd.DataFrame(columns=["article_id", "raw"], dtype="str")
    return place_corrections(shop.corrections, pd.concat([empty, *parts], ignore_index=True))


def _start(folder: Path, plan: dict[str, Any]) -> None:
    """Make the workshop ready; what an interrupted run of the same plan left there is kept."""
    work = folder / "work"
    if read_json(work / "plan.json") != plan:
        for name in MADE:
            path = folder / f"{name}.parquet"
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        shutil.rmtree(work, ignore_errors=True)
        write_json(work / "plan.json", plan)


def _timed(pieces: Iterator[Piece], clock: Clock) -> Iterator[Piece]:
    """The pieces; cutting them counts as loading, and what is done with them does not."""
    clock.start()
    for piece in pieces:
        clock.stop("load")
        yield piece
        clock.start()


def _run(
    source: Path, shop: Workshop, engine: Engine, plan: dict[str, Any], memory: int
) -> tuple[list[dict[str, Any]], list[str], dict[str, float]]:
    """All passes; the notes of the batches, what corrections lack, CPU seconds between batches."""
    clock = Clock()
    pieces = cut_corpus(
        source,
        size=plan["size"],
        folder=shop.work / "pieces",
        needed=lambda number: not shop.note("clean", number).exists(),
    )
    notes = list(engine.map(partial(clean_piece, shop=shop), _timed(pieces, clock)))
    notes.sort(key=lambda note: note["number"])
    clock.start()
    numbers = [note["number"] for note in notes if note["articles"]]
    if not numbers:
        raise CorpusError(f"no article could be read from {source}: {len(notes)} batches are empty")
    _check_ids(shop, memory)
    if not (shop.work / "often.parquet").exists():
        _add_counts(shop, memory)
    clock.stop("parts")
    shop = shop._replace(corrections=_place(shop, numbers))
    notes += engine.map(partial(settle_batch, shop=shop), numbers)
    if not (shop.folder / "copies.parquet").exists():
        clock.start()
        _join(shop, numbers, memory)
        clock.stop("copies")
    if plan["until"] != "copies":
        coded = plan["until"] == "statements"
        notes += engine.map(partial(read_sentences, shop=shop, coded=coded), numbers)
    write_part(shop.corrections, shop.folder / "corrections.parquet")
    return notes, describe_corrections(shop.corrections), clock.seconds


def _finish(
    folder: Path,
    about: dict[str, Any],
    notes: list[dict[str, Any]],
    told: list[str],
    seconds: dict[str, float],
) -> Prepared:
    """Say that the tables are whole, and remove what they were made with."""
    messages = [text for note in notes for text in note.get("warnings", ())]
    more = len(messages) - _MOST_WARNINGS
    messages = messages[:_MOST_WARNINGS] + ([f"… and {more:,} more warnings"] if more > 0 else [])
    counts = [note["articles"] for note in notes if "articles" in note]
    about |= {"articles": sum(counts), "batches": len(counts), "warnings": messages + told}
    write_json(folder / STAMP, about)
    shutil.rmtree(folder / "work")
    for note in notes:
        for stage, spent in note["seconds"].items():
            seconds[stage] = seconds.get(stage, 0.0) + spent
    return _describe(folder, about, seconds)


def _describe(folder: Path, stamp: dict[str, Any], seconds: dict[str, float]) -> Prepared:
    warnings = tuple(stamp["warnings"])
    return Prepared(folder, stamp["articles"], stamp["batches"], warnings, seconds)


def prepare_corpus(
    source: str | Path,
    folder: str | Path,
    *,
    engine: str = "local",
    scheduler: str = "",
    workers: int = 0,
    memory: int | str = "2 GB",
    codebook: str = "default",
    corrections: str | Path = "",
    until: str = "mentions",
) -> Prepared:
    """The tables of a corpus of any size, written into `folder` batch by batch; where they are.

    The rows are those of read_articles, clean_articles, find_copies, split_sentences and so on;
    each table is a folder NAME.parquet of parts, which pandas and DuckDB read as one. Articles
    stand in the order of their files, and so do their sentences. A run that was interrupted goes on
    where it was; tables of the same corpus that are whole are left as they are.

    source: a file or folder. engine: "local" (processes here) or "dask", with the address of a
    scheduler whose workers see both folders, or else on workers here. workers: processes; as many
    as cores unless told. memory: for all processes, bytes or a size like "2 GB"; fewer workers are
    started where it holds no more. until: "copies", "mentions", or "statements", which adds scores
    (by the lexicon) and statements. Neither engine nor workers change a byte; memory decides how
    many parts there are.

    Raises CorpusError for a corpus that cannot be read, and where `folder` has other tables, and
    BatchError where a batch lost its worker three times.
    """
    from filelock import FileLock, Timeout

    if workers < 0:
        raise ValueError(f"workers must be 0 (as many as cores) or more, got {workers}")
    if until not in UNTIL:
        raise ValueError(f"until must be one of {', '.join(UNTIL)}, got {until!r}")
    source, folder = Path(source).expanduser(), Path(folder)
    if not source.exists():
        raise CorpusError(f"corpus {source} does not exist; give a file or a folder of articles")
    if engine == "dask":  # its workers stand in folders of their own
        source, folder = source.absolute(), folder.absolute()
        if codebook not in ("", "default"):
            codebook = str(Path(codebook).expanduser().absolute())
    bound = read_size(memory)
    size, allowed = _plan_memory(bound, workers or os.cpu_count() or 1)
    book = load_codebook(codebook)
    fixes = read_corrections(corrections, book)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".lock", timeout=0):
            inputs = describe_inputs(source, codebook, corrections)
            stamp = read_json(folder / STAMP)
            about = {"inputs": inputs, "until": until}
            if stamp and {key: stamp.get(key) for key in about} == about:
                return _describe(folder, stamp, {})
            if stamp:
                raise CorpusError(
                    f"{folder} has tables made from other texts, with another codebook, `until` "
                    "another step or by another cstolib: give another folder, or remove it"
                )
            _start(folder, about | {"size": size})
            shop = Workshop(folder, folder / "work", codebook, fixes)
            with open_engine(engine, workers=allowed, scheduler=scheduler) as crew:
                left = max(bound - _PROCESS * (allowed + 1), 64 << 20)
                done = _run(source, shop, crew, about | {"size": size}, left)
            if describe_inputs(source, codebook, corrections)["corpus"] != inputs["corpus"]:
                raise CorpusError(f"{source} changed while it was read; run again")
            return _finish(folder, about, *done)
    except Timeout:
        raise CorpusError(f"{folder} is being filled by another run; wait until it ends") from None
