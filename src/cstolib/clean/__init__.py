"""Articles -> passages: every stretch of text with its kind and the rule that decided.

Cleaning deletes nothing. `passages` cover all of `raw` that is not blank, without overlap.
"""

from typing import Any

import pandas as pd

from ..tables import make_table, require_columns
from .body import find_stretch, looks_like_prose
from .labels import find_cue
from .lines import Line, split_lines
from .metadata import find_language, is_date_line, parse_date

Passage = dict[str, Any]


def _label(lines: list[Line]) -> list[tuple[str, str, int | None]]:
    """Kind, reason and, for a repeat, the line repeated, of each line."""
    cues = [
        None if looks_like_prose(x) and x.words > 60 else find_cue(x.text, x.words) for x in lines
    ]
    first: dict[str, int] = {}
    again: list[int | None] = []
    for index, line in enumerate(lines):
        again.append(first.setdefault(line.key, index) if line.key in first else None)
        first.setdefault(line.key, index)
    prose = [
        looks_like_prose(line) and not cue and seen is None
        for line, cue, seen in zip(lines, cues, again, strict=True)
    ]
    headers = [i for i, cue in enumerate(cues) if cue and cue[0] == "comment"]
    after = next((i for i in headers if sum(prose[:i]) >= 3), len(lines))  # comments follow
    start, end = find_stretch(lines[:after], prose)
    if start and lines[start - 1].words == 1 and len(lines[start - 1].text) == 1:
        start -= 1  # a drop cap
    result: list[tuple[str, str, int | None]] = []
    state = "nav"
    title_at = next(
        (
            i
            for i, line in enumerate(lines)
            if not start <= i < end
            and 4 <= line.words <= 30
            and not cues[i]
            and not is_date_line(line)
            and (i < start or again[i] is not None)
        ),
        None,
    )
    for index, line in enumerate(lines):
        cue, seen = cues[index], again[index]
        if cue:
            result.append((*cue, None))
            if cue[0] in ("comment", "related", "about") and index >= end:
                state = cue[0]
        elif seen is not None and line.words > 3:
            result.append(("repeat", "same words as an earlier line", seen))
        elif start <= index < end:
            if prose[index] or line.words >= 6 or len(line.text) == 1:
                result.append(("body", "inside the prose", None))
            else:
                result.append(("heading", "short line inside the prose", None))
        elif index == title_at:
            result.append(("title", "first long line before the prose", None))
        elif is_date_line(line):
            result.append(("date", "a date and little else", None))
        elif index < start:
            result.append(("nav", "before the article", None))
        else:
            result.append((state, f"after the article, under {state}", None))
    return result


def _clean_one(article_id: str, raw: str) -> tuple[list[Passage], dict[str, Any]]:
    lines = split_lines(raw)
    labels = _label(lines)
    passages: list[Passage] = []
    meta: dict[str, Any] = {}
    number_of: dict[int, int] = {}
    skip = -1
    for index, (line, (kind, reason, seen)) in enumerate(zip(lines, labels, strict=True)):
        if index == skip:
            continue
        start, end, text = line.start, line.end, " ".join(line.text.split())
        drop = len(line.text) == 1 and line.text.isalpha() and index + 1 < len(lines)
        if drop and kind == labels[index + 1][0] == "body":
            end, text, skip = lines[index + 1].end, text + lines[index + 1].text, index + 1
        number_of[index] = len(passages)
        passages.append(
            {
                "article_id": article_id,
                "passage": len(passages),
                "start": start,
                "end": end,
                "kind": kind,
                "reason": reason,
                "copy_of": None if seen is None else number_of.get(seen, number_of.get(seen - 1)),
                "text": text,
            }
        )
        if kind == "title":
            meta.setdefault("title", text)
        elif kind == "date":
            meta.setdefault("date", parse_date(text))
    body = " ".join(p["text"] for p in passages if p["kind"] in ("body", "heading"))
    meta["language"] = find_language(body or raw)
    return passages, meta


def clean_articles(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table `articles` with metadata filled in, and the table `passages`.

    `raw` is what read_articles returned, or any table with article_id and raw. The rows of the
    result come in its order. Metadata that `raw` holds already is kept.
    """
    require_columns(raw, "articles", ["article_id", "raw"])
    articles = make_table("articles", raw)
    passages: list[Passage] = []
    rows: list[dict[str, Any]] = []
    for row in articles.to_dict("records"):
        found, meta = _clean_one(row["article_id"], "" if pd.isna(row["raw"]) else row["raw"])
        passages.extend(found)
        stated = pd.isna(row["date"]) and meta.get("date") is not None
        for name, value in meta.items():
            if pd.isna(row[name]) and value is not None:
                row[name] = value
        if stated:
            row["date_basis"] = "stated"
            row["date_low"] = row["date_high"] = row["date"]
        elif pd.isna(row["date_basis"]):
            row["date_basis"] = "none"
        rows.append(row)
    return make_table("articles", pd.DataFrame(rows, columns=articles.columns)), make_table(
        "passages", passages
    )


def ledger(passages: pd.DataFrame) -> pd.DataFrame:
    """Passages and characters of each article by kind: article_id, kind, passages, characters."""
    require_columns(passages, "passages", ["article_id", "start", "end", "kind"])
    sized = passages.assign(characters=passages["end"] - passages["start"])
    return (
        sized.groupby(["article_id", "kind"], sort=True)["characters"]
        .agg(passages="size", characters="sum")
        .reset_index()
    )
