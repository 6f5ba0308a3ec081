"""What is done with one batch of articles: from files on disk to files on disk, by pure functions.

A step leaves its tables as parts and, last of all, a note of what it did: a batch that has its note
is done, and one that was interrupted is done again from the start.
"""

import time
import warnings
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..actors import find_mentions
from ..clean.articles import label_articles, set_apart
from ..codebook import Codebook, load_codebook
from ..copies.prose import gather_prose, stated_days
from ..corrections import (
    correct_articles,
    correct_passages,
    correct_sentences,
    correct_statements,
    find_quote,
    hash_text,
)
from ..files import write_bytes
from ..fingerprint import read_json, write_json
from ..load import gather_warnings
from ..repeats import count_prints, mark_boilerplate, print_passages
from ..sentences import split_sentences
from ..sentiment import SentimentWarning, score_sentiment
from ..stance import code_stance
from ..tables import COLUMNS
from .parts import part_path, read_part, write_part
from .pieces import Piece, read_piece

_SCORED = {"confidence": "float64", "abstained": "boolean", "label": "str", "n": "Int64"}


class Workshop(NamedTuple):
    """Where the batches are worked on, and with what."""

    folder: Path  # of the tables
    work: Path  # of what is removed in the end
    codebook: str
    corrections: pd.DataFrame  # as read; once the articles are known, as placed

    def note(self, step: str, number: int) -> Path:
        """Says that a batch is done."""
        return self.work / step / f"{number:06}.json"

    def own(self, articles: pd.Series) -> pd.DataFrame:
        """The corrections that are placed in some articles."""
        return self.corrections[self.corrections["article_id"].isin(articles)]


class Clock:
    """CPU seconds of this process by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.start()

    def start(self) -> None:
        """What passed since the last stop is of no stage."""
        self._last = time.process_time()

    def stop(self, stage: str) -> None:
        """What passed since the last stop was spent on `stage`."""
        now = time.process_time()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._last
        self._last = now


@cache
def _open_codebook(path: str) -> Codebook:
    return load_codebook(path)


def _finish(shop: Workshop, step: str, number: int, clock: Clock, **told: Any) -> dict[str, Any]:
    note = {"number": number, "seconds": clock.seconds, **told}
    write_json(shop.note(step, number), note)
    return note


def _concerned(articles: pd.DataFrame, corrections: pd.DataFrame) -> pd.DataFrame:
    """The articles that a correction may be about: by their hash, or by the quote."""
    if not len(corrections):
        return articles[["article_id", "raw"]].iloc[:0]
    hashes = {*corrections["article"], *corrections["value"]}
    quotes = [quote for quote in corrections["quote"] if quote]
    chosen = [
        hash_text(raw) in hashes or any(find_quote(raw, quote) for quote in quotes)
        for raw in articles["raw"]
    ]
    return articles.loc[chosen, ["article_id", "raw"]]


def clean_piece(piece: Piece, shop: Workshop) -> dict[str, Any]:
    """Read and clean one piece; leaves articles, passages as yet without what stands out in many.

    The note says how many articles it has, and what the readers and the cleaner warned of.
    """
    number = piece.number
    if note := read_json(shop.note("clean", number)):
        return note
    clock, messages = Clock(), list[str]()
    with gather_warnings(messages):
        articles = read_piece(piece)
        clock.stop("load")
        if len(articles):
            articles, passages = label_articles(articles)
            printed = print_passages(articles, passages)
            write_part(printed, part_path(shop.work, "printed", number))
            write_part(count_prints(printed), part_path(shop.work, "counts", number))
            clock.stop("clean")
            named = [*COLUMNS["articles"], "notes"]  # files of one kind have a column more
            write_part(articles[named], part_path(shop.folder, "articles", number))
            write_part(passages, part_path(shop.work, "passages", number))
            concerned = _concerned(articles, shop.corrections)
            if len(concerned):
                write_part(concerned, part_path(shop.work, "concerned", number))
            clock.stop("parts")
    note = _finish(shop, "clean", number, clock, articles=len(articles), warnings=messages)
    if piece.cut:
        piece.cut.unlink(missing_ok=True)
    return note


def _write_prose(
    articles: pd.DataFrame, passages: pd.DataFrame, shop: Workshop, number: int
) -> None:
    """Leave the prose of each article for the search for copies, and what decides which is kept."""
    prose = gather_prose(articles, passages)
    texts = passages["text"].to_numpy(dtype=object)
    order = np.argsort(prose.places)
    said = ["\n".join(texts[prose.rows[low:high]]) for low, high in prose.bounds[order]]
    coded = [text.encode("utf-8", "replace") for text in said]
    breaks = np.diff(prose.bounds[order], axis=1).ravel() - 1
    known = articles.iloc[prose.places[order]]
    frame = pd.DataFrame(
        {
            "article_id": known["article_id"].array,
            "day": stated_days(known),
            "characters": np.array(list(map(len, said)), np.int64) - breaks,
            "bytes": np.array(list(map(len, coded)), np.int64),
        }
    )
    write_bytes(shop.work / "prose" / f"{number:06}", b"".join(coded))
    write_part(frame, part_path(shop.work, "prose", number))


def settle_batch(number: int, shop: Workshop) -> dict[str, Any]:
    """Set apart what many articles of an outlet print, and replay corrections; leaves passages."""
    if note := read_json(shop.note("settle", number)):
        return note
    clock = Clock()
    passages = read_part(shop.work, "passages", number)
    printed = read_part(shop.work, "printed", number)
    often = pd.read_parquet(shop.work / "often.parquet")
    passages = set_apart(passages, mark_boilerplate(passages, printed, often))
    known = ["article_id", "date", "date_basis"]
    articles = read_part(shop.folder, "articles", number, known)
    own = shop.own(articles["article_id"])
    if len(own):
        whole = correct_articles(read_part(shop.folder, "articles", number), own)
        write_part(whole, part_path(shop.folder, "articles", number))
        articles, passages = whole[known], correct_passages(passages, own)
    clock.stop("boilerplate")
    write_part(passages, part_path(shop.folder, "passages", number))
    clock.stop("parts")
    _write_prose(articles, passages, shop, number)
    clock.stop("copies")
    return _finish(shop, "settle", number, clock)


def read_sentences(number: int, shop: Workshop, *, coded: bool) -> dict[str, Any]:
    """Leave sentences and mentions and, where they are to be `coded`, scores and statements."""
    if note := read_json(shop.note("sentences", number)):
        return note
    clock = Clock()
    passages = read_part(shop.folder, "passages", number)
    columns = ["article_id", "raw", "date", "date_low", "date_high", "language"]
    articles = read_part(shop.folder, "articles", number, columns)
    copies = pd.read_parquet(shop.folder / "copies.parquet", columns=["article_id", "relation"])
    copies = copies[copies["article_id"].isin(articles["article_id"])]
    codebook = _open_codebook(shop.codebook)
    own = shop.own(articles["article_id"])
    clock.stop("parts")
    sentences = split_sentences(articles, passages, copies=copies)
    sentences = correct_sentences(sentences, own)
    clock.stop("sentences")
    mentions = find_mentions(sentences, codebook=codebook)
    clock.stop("mentions")
    tables = {"sentences": sentences, "mentions": mentions}
    if coded:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SentimentWarning)  # counted for all batches at once
            scores = score_sentiment(sentences, mentions=mentions, method="lexicon")
        tables["scores"] = scores.reindex(columns=[*COLUMNS["scores"], *_SCORED]).astype(_SCORED)
        clock.stop("sentiment")
        statements = code_stance(sentences, mentions, codebook=codebook, vote=False)
        tables["statements"] = correct_statements(statements, sentences, own)
        clock.stop("stance")
    for name, table in tables.items():
        write_part(table, part_path(shop.folder, name, number))
    clock.stop("parts")
    return _finish(shop, "sentences", number, clock, sentences=len(sentences))
