"""A corpus opened: the five tables that every notebook starts from, read once and passed on."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ..codebook import Codebook, load_codebook
from ..corrections import (
    correct_articles,
    correct_copies,
    correct_passages,
    correct_sentences,
    correct_statements,
    describe_corrections,
    place_corrections,
    read_corrections,
)
from ..files import write_bytes
from ..fingerprint import STAMP, describe_inputs, list_files, read_json, write_json
from ..load import CorpusError, gather_warnings, read_articles
from .shipped import find_shipped

TABLES = ("articles", "passages", "copies", "sentences", "mentions")
_LARGE = 64 << 20  # bytes of files from which batches, in several processes, are worth their start


@dataclass(frozen=True)
class Corpus:
    """The five tables of a corpus, the codebook they were made with, and what was left out."""

    articles: pd.DataFrame
    passages: pd.DataFrame
    copies: pd.DataFrame
    sentences: pd.DataFrame
    mentions: pd.DataFrame
    codebook: Codebook = field(repr=False)
    corrections: pd.DataFrame = field(repr=False)  # as read, with their places and states
    fingerprint: str = ""  # of the files' paths and bytes
    warnings: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[pd.DataFrame]:
        return iter(getattr(self, name) for name in TABLES)

    def correct(self, statements: pd.DataFrame) -> pd.DataFrame:
        """`statements` with the analyst's corrections replayed."""
        return correct_statements(statements, self.sentences, self.corrections)

    def __repr__(self) -> str:
        sizes = ", ".join(f"{len(getattr(self, name)):,} {name}" for name in TABLES)
        return f"Corpus {self.fingerprint}: {sizes}; {len(self.warnings)} warnings"


def find_corpus(corpus: str | Path) -> Path:
    """The path of a corpus; "sample" is the one that ships, unless a folder here has that name."""
    path = Path(corpus).expanduser()
    if str(corpus) == "sample" and not path.exists():
        path = find_shipped("data/raw/sample")
    if not path.exists():
        raise CorpusError(f"corpus {str(corpus)!r} does not exist (looked for {path.absolute()})")
    return path


def _compute(
    path: Path, codebook: Codebook, fixes: pd.DataFrame, messages: list[str]
) -> dict[str, pd.DataFrame]:
    from ..actors import find_mentions
    from ..clean import clean_articles
    from ..copies import find_copies
    from ..sentences import split_sentences

    with gather_warnings(messages):
        articles, passages = clean_articles(read_articles(path))
        placed = place_corrections(fixes, articles)
        articles = correct_articles(articles, placed)
        passages = correct_passages(passages, placed)
        copies = correct_copies(find_copies(articles, passages), placed)
        sentences = split_sentences(articles, passages, copies=copies)
        sentences = correct_sentences(sentences, placed)
        mentions = find_mentions(sentences, codebook=codebook)
    messages += describe_corrections(placed)
    return {
        "articles": articles,
        "passages": passages,
        "copies": copies,
        "sentences": sentences,
        "mentions": mentions,
        "corrections": placed,
    }


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as parquet, whole or not at all; the same table gives the same bytes."""
    write_bytes(path, frame.to_parquet(None, index=False, compression="zstd"))


def _size(corpus: Path) -> int:
    return sum(path.stat().st_size for path in list_files(corpus))


def open_corpus(
    corpus: str | Path = "sample",
    *,
    tables: str | Path = "",
    codebook: str = "default",
    corrections: str | Path = "",
    engine: str = "local",
    scheduler: str = "",
    memory: int | str = "2 GB",
) -> Corpus:
    """The tables articles, passages, copies, sentences and mentions of a corpus.

    Parameters
    ----------
    corpus: a folder or file that `read_articles` reads, relative to the working directory;
        "sample" is the corpus that ships.
    tables: a folder where the tables are passed on as parquet. Empty: compute them. A folder
        without tables is filled; one with tables of other texts, or made with another codebook,
        is an error, so that two corpora are never mixed.
    codebook: "default", or the path of a codebook.yml.
    corrections: the path of a corrections.csv that is replayed; empty replays none.
    engine, scheduler, memory: who fills `tables` where the corpus is large, and in how much memory
        (see prepare_corpus). Always prepare_corpus where the engine is "dask". The rows are the
        same, but for the column that readers of HTML leave to the cleaner.

    The five tables must fit in memory: about 13 kB for each article of 300 words.
    Raises CorpusError where the corpus is missing or has no text that can be read.
    """
    path = find_corpus(corpus)
    book = load_codebook(codebook)
    fixes = read_corrections(corrections, book)
    inputs = describe_inputs(path, codebook, corrections)
    folder = Path(tables) if str(tables) else None
    stamp = read_json(folder / STAMP) if folder else None
    messages: list[str] = []
    if folder and not stamp and (engine != "local" or _size(path) > _LARGE):
        from ..batches.prepare import prepare_corpus

        prepare_corpus(
            path,
            folder,
            engine=engine,
            scheduler=scheduler,
            memory=memory,
            codebook=codebook,
            corrections=corrections,
        )
        stamp = read_json(folder / STAMP)
    if folder and stamp:
        library = stamp["inputs"].pop("library"), inputs["library"]
        if stamp["inputs"] != {key: inputs[key] for key in inputs if key != "library"}:
            raise CorpusError(
                f"the tables in {folder} were made from other texts, another codebook or other "
                f"corrections than {corpus!s} now has: give `tables` another folder, or remove it"
            )
        frames = {
            name: pd.read_parquet(folder / f"{name}.parquet") for name in (*TABLES, "corrections")
        }
        for name in ("sentences", "mentions") if "batches" in stamp else ():
            frames[name] = frames[name].sort_values("article_id", kind="stable", ignore_index=True)
        messages = list(stamp["warnings"])
        if library[0] != library[1]:
            messages.append(f"the tables in {folder} were made by another state of cstolib")
    else:
        frames = _compute(path, book, fixes, messages)
        if folder:
            for name, frame in frames.items():
                write_parquet(frame, folder / f"{name}.parquet")
            write_json(folder / STAMP, {"inputs": inputs, "warnings": messages})
    return Corpus(**frames, codebook=book, fingerprint=inputs["corpus"], warnings=tuple(messages))
