"""clean_articles: reads each text, labels its passages, fills in the metadata."""

import warnings
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from ..load import CorpusWarning
from ..load.decode import mask_surrogates
from ..repeats import find_boilerplate, find_repeats
from ..tables import make_table, require_columns
from .body import BARRED, choose_lines, lift_runs, place_lines, score_first, score_second
from .extracted import choose_extracted, parse_spans
from .features import context_features, own_features
from .labels import label_lines
from .layout import Layout
from .lines import Lines, split_lines
from .marks import Label, read_marks
from .metadata import Metadata, read_metadata
from .names import find_names
from .passages import Passage, make_passages
from .structure import Runs, bar_lines, declared_comments
from .zones import COMMENT, COMMENT_AUTHOR

# Texts longer than this (characters) are not searched for repeats within; no article is as long.
_LONGEST = 2_000_000
_COLUMNS = ("article_id", "passage", "copy_of", "start", "end", "kind", "reason", "text")


Spans = list[tuple[int, int]]


def _lay_out(lines: Lines, runs: Runs, spans: Spans, title: str | None) -> Layout:
    """Which lines are prose, by the two models, with copies and comments barred.

    `spans` are what an extractor of HTML took for the article, `title` what the file itself says.
    """
    own = own_features(lines)
    context = context_features(lines, own)
    scores, copies, comments = bar_lines(lines, score_first(own, context), runs)
    again = score_second(place_lines(lines, scores), own, context)
    marks = read_marks(lines)
    plain = np.where((scores <= BARRED) | marks.vetoed, BARRED, again)
    chosen, stretch = choose_lines(lines, lift_runs(lines, own, plain))
    if spans:
        barred = marks.vetoed.copy()
        barred[list(copies)] = False
        found = choose_extracted(lines, plain, barred, spans)
        if found[0].any():
            chosen, stretch = found
            comments = max(comments, stretch[1])
            copies = {copy: source for copy, source in copies.items() if not chosen[copy]}
    return Layout(lines, marks, chosen, stretch, copies, comments, title)


def _clean_one(
    raw: str, runs: Runs, spans: Spans, title: str | None, today: date
) -> tuple[list[Passage], dict[int, int], Metadata]:
    """The passages of a text, which of them repeats which, and what it says about itself."""
    lines = split_lines(raw)
    if not len(lines):
        return [], {}, Metadata()
    layout = _lay_out(lines, runs, spans, title)
    labels = label_lines(layout)
    meta = read_metadata(layout, labels, today)
    note = _comment_note(layout, labels)
    if note:
        meta.notes.append(note)
    return *make_passages(raw, layout, labels), meta


def _comment_note(layout: Layout, labels: list[Label]) -> str | None:
    """A warning where the page declares another number of comments than it shows."""
    if layout.comments >= len(layout.lines):
        return None
    header = layout.lines[layout.comments]
    declared = declared_comments(header)
    authors = sum(reason == COMMENT_AUTHOR for _, reason in labels)
    present = authors or sum(label == ("comment", COMMENT) for label in labels)
    if declared is None or declared == present:
        return None
    return f"{declared} comments declared, {present} present ({header.text[:40]})"


def _merge(row: dict[str, Any], meta: Metadata) -> dict[str, Any]:
    """The row of an article with what its text says, where the file itself says nothing."""
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
    return row


def label_articles(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What clean_articles returns, each article looked at by itself: no passage stands out yet."""
    require_columns(raw, "articles", ["article_id", "raw"])
    frame = raw.assign(raw=[mask_surrogates(t) if isinstance(t, str) else "" for t in raw["raw"]])
    articles = make_table("articles", frame)
    texts = list(articles["raw"])
    runs: dict[int, Runs] = {}
    found = find_repeats([text if len(text) <= _LONGEST else "" for text in texts])
    for row in found.itertuples(index=False):
        runs.setdefault(int(row.text), []).append(
            (int(row.start), int(row.end), int(row.source_start), int(row.source_end))
        )
    today = date.today()
    columns: dict[str, list[Any]] = {name: [] for name in _COLUMNS}
    rows: list[dict[str, Any]] = []
    for index, record in enumerate(articles.to_dict("records")):
        spans = parse_spans(record.get("extracted"))
        title = record["title"] if isinstance(record["title"], str) else None
        parts, sources, meta = _clean_one(texts[index], runs.get(index, []), spans, title, today)
        columns["article_id"] += [record["article_id"]] * len(parts)
        columns["passage"] += range(len(parts))
        columns["copy_of"] += map(sources.get, range(len(parts)))
        for name, values in zip(_COLUMNS[3:], zip(*parts, strict=True), strict=False):
            columns[name] += values
        for note in meta.notes:
            where = record["path"] if isinstance(record["path"], str) else record["article_id"]
            warnings.warn(f"{where}: {note}", CorpusWarning, stacklevel=3)
        rows.append(_merge({str(key): value for key, value in record.items()}, meta))
    names = [*articles.columns, *(["notes"] if "notes" not in articles else [])]
    cleaned = make_table("articles", pd.DataFrame(rows, columns=names)).astype({"notes": "str"})
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
    require_columns(passages, "passages", ["article_id", "start", "end", "kind"])
    sized = passages.assign(characters=passages["end"] - passages["start"])
    return (
        sized.groupby(["article_id", "kind"], sort=True)["characters"]
        .agg(passages="size", characters="sum")
        .reset_index()
    )
