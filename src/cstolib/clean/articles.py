"""clean_articles: reads each text, labels its passages, fills in the metadata."""

import warnings
from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from ..load import CorpusWarning
from ..load.decode import mask_surrogates
from ..repeats import find_boilerplate, find_repeats
from ..tables import accept_table, make_table, require_columns
from .body import BARRED, choose_lines, lift_runs, place_lines, score_first, score_second
from .extracted import choose_extracted, parse_spans
from .features import context_features, own_features
from .labels import label_lines
from .layout import Layout
from .lines import Lines, split_lines
from .marks import Label, read_marks
from .metadata import Metadata, read_metadata
from .names import find_names
from .passages import make_passages
from .structure import Runs, bar_lines, declared_comments
from .zones import COMMENT, COMMENT_AUTHOR

# Texts longer than this (characters) are not searched for repeats within; no article is as long.
_LONGEST = 2_000_000
_BATCH = 200_000  # characters of articles whose lines are looked at together

_COLUMNS = ("article_id", "passage", "copy_of", "start", "end", "kind", "reason", "text")

Spans = dict[int, list[tuple[int, int]]]
Columns = dict[str, np.ndarray]


def _lay_out(lines: Lines, runs: Runs, spans: Spans, stated: list[str | None]) -> Layout:
    """Which lines are prose, by the two models, with copies and comments barred.

    spans: of some texts, what an extractor of HTML took for the article. stated: of each text the
    title, as its file says it.
    """
    own = own_features(lines)
    context = context_features(lines, own)
    scores, copies, comments = bar_lines(lines, score_first(lines, own, context), runs)
    again = score_second(place_lines(lines, scores), own, context)
    marks = read_marks(lines)
    plain = np.where((scores <= BARRED) | marks.vetoed, BARRED, again)
    chosen, stretches = choose_lines(lines, lift_runs(lines, own, plain))
    layout = Layout(lines, marks, chosen, stretches, copies, comments, stated)
    choose_extracted(layout, plain, spans)
    return layout


def _note_comments(layout: Layout, labels: list[Label], text: int) -> str | None:
    """A warning where the page declares another number of comments than it shows."""
    page = layout.pages[text]
    if page.comments >= page.high:
        return None
    header = layout.lines.text(page.comments)
    declared = declared_comments(header)
    own = labels[page.low : page.high]
    authors = sum(reason == COMMENT_AUTHOR for _, reason in own)
    present = authors or own.count(("comment", COMMENT))
    if declared is None or declared == present:
        return None
    return f"{declared} comments declared, {present} present ({header[:40]})"


def _merge(row: dict[str, Any], meta: Metadata) -> None:
    """Put into the row of an article what its text says, where the file itself says nothing."""
    if isinstance(row.get("extracted"), str) and isinstance(row["author"], str):
        row["author"] = "; ".join(dict.fromkeys(find_names(row["author"]))) or None
    for name in ("title", "author", "outlet", "language"):
        if pd.isna(row[name]):
            row[name] = getattr(meta, name)
    if pd.isna(row["date"]) and pd.isna(row["date_low"]):
        row["date"], row["date_basis"] = meta.day, meta.basis
        row["date_low"], row["date_high"] = meta.low, meta.high
    elif pd.isna(row["date_basis"]) or row["date_basis"] == "none":
        row["date_basis"] = "file"
    if not pd.isna(row["date"]) and pd.isna(row["date_low"]):
        row["date_low"] = row["date_high"] = row["date"]
    row["notes"] = "; ".join(meta.notes) or None


def _find_runs(texts: list[str]) -> dict[int, Runs]:
    """Of each text that repeats itself: the runs that do, and what they repeat."""
    runs: dict[int, Runs] = {}
    found = find_repeats([text if len(text) <= _LONGEST else "" for text in texts])
    for text, *run in found.itertuples(index=False, name=None):
        runs.setdefault(text, []).append(tuple(run))
    return runs


def _batches(texts: list[str]) -> Iterator[tuple[int, int]]:
    """From and to which text the lines are looked at together: some hundred thousand characters."""
    low = size = 0
    for number, text in enumerate(texts):
        size += len(text)
        if size >= _BATCH or number == len(texts) - 1:
            yield low, number + 1
            low, size = number + 1, 0


def _clean_batch(
    texts: list[str], runs: list[Runs], records: list[dict[str, Any]], today: date
) -> tuple[Columns, list[Metadata]]:
    """The passages of some texts, as columns of their table, and what each says about itself."""
    lines = split_lines(*texts)
    if not len(lines):
        return {}, [Metadata() for _ in texts]
    offsets = lines.offsets.tolist()
    moved = [
        tuple(place + offset for place in run)
        for own, offset in zip(runs, offsets, strict=False)
        for run in own
    ]
    spans = {text: parse_spans(record.get("extracted")) for text, record in enumerate(records)}
    stated = [record["title"] if isinstance(record["title"], str) else None for record in records]
    layout = _lay_out(lines, moved, {text: found for text, found in spans.items() if found}, stated)
    labels = label_lines(layout)
    metas = read_metadata(layout, labels, today)
    for text, meta in enumerate(metas):
        note = _note_comments(layout, labels, text)
        meta.notes += [note] if note else []
    made, last_of = make_passages(layout, labels)
    starts, ends, *rest = zip(*made, strict=True)
    of = np.searchsorted(lines.offsets, starts, "right") - 1  # the text of each passage
    numbers = np.arange(len(made)) - np.searchsorted(of, of)
    sources = np.full(len(made), np.nan)
    for copy, source in layout.copies.items():
        if labels[copy][0] == "repeat":
            sources[last_of[copy]] = numbers[last_of[source]]
    ids = np.array([record["article_id"] for record in records], dtype=object)
    places = (np.array(ends) - lines.offsets[of] for ends in (starts, ends))
    words = (np.array(column, dtype=object) for column in rest)
    return dict(zip(_COLUMNS, (ids[of], numbers, sources, *places, *words), strict=True)), metas


def label_articles(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What clean_articles returns, each article looked at by itself: no passage stands out yet."""
    require_columns(raw, "articles", ["article_id", "raw"])
    frame = raw.assign(raw=[mask_surrogates(t) if isinstance(t, str) else t for t in raw["raw"]])
    articles = make_table("articles", accept_table(frame, "articles", ()))
    articles["raw"] = articles["raw"].fillna("")
    texts, records = list(articles["raw"]), articles.to_dict("records")
    runs = _find_runs(texts)
    today = date.today()
    metas: list[Metadata] = []
    parts: list[Columns] = []
    for low, high in _batches(texts):
        own = [runs.get(text, []) for text in range(low, high)]
        part, found = _clean_batch(texts[low:high], own, records[low:high], today)
        parts += [part] if part else []
        metas += found
    for record, meta in zip(records, metas, strict=True):
        where = record["path"] if isinstance(record["path"], str) else record["article_id"]
        for note in meta.notes:
            warnings.warn(f"{where}: {note}", CorpusWarning, stacklevel=3)
        _merge(record, meta)
    names = [*articles.columns, *(["notes"] if "notes" not in articles else [])]
    cleaned = make_table("articles", pd.DataFrame(records, columns=names)).astype({"notes": "str"})
    columns = {n: np.concatenate([part[n] for part in parts]) for n in _COLUMNS} if parts else None
    return cleaned, make_table("passages", columns)


def set_apart(passages: pd.DataFrame, boilerplate: pd.Series) -> pd.DataFrame:
    """The passages, those that an outlet prints under many articles labelled so."""
    often = boilerplate.to_numpy(dtype=bool)
    passages.loc[often, "kind"] = "other"
    passages.loc[often, "reason"] = "stands in many articles of the outlet"
    return passages


def clean_articles(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table `articles` with metadata filled in, and the table `passages`.

    `raw` is what read_articles returned, or any table with article_id and raw. Rows keep their
    order. Metadata that `raw` holds already is kept. Every character of `raw` that is not blank
    lies in exactly one passage. In `text` faults are mended (a drop cap, mojibake, white space);
    `raw[start:end]` stays what the file says. Articles get a text column `notes`: warnings such as
    a declared number of comments that differs from those present, joined by "; "; each is also a
    CorpusWarning that names the file.
    """
    articles, passages = label_articles(raw)
    return articles, set_apart(passages, find_boilerplate(articles, passages))


def ledger(passages: pd.DataFrame) -> pd.DataFrame:
    """Passages and characters of each article by kind: article_id, kind, passages, characters.

    The characters of an article's rows add up to all its characters that lie in a passage.
    """
    sized = accept_table(passages, "passages", ["article_id", "start", "end", "kind"])
    sized["characters"] = sized["end"] - sized["start"]
    return (
        sized.groupby(["article_id", "kind"], sort=True)["characters"]
        .agg(passages="size", characters="sum")
        .reset_index()
    )
