"""Corrections: what an analyst says is otherwise, read from a csv file and replayed on every run.

A row: article (hash of its raw text), quote, field, value, who, why. Fields and their values:

    title, author, outlet, language, url    text
    date                                    a day, as 2022-09-15
    kind                                    a kind of passage: that of the passage with the quote
    voice                                   author or quoted: that of the sentence with the quote
    copy                                    none, or the hash of the article that it is a copy of
    stance Belarus/troops                   +1, 0, -1 or none: of the sentence with the quote

A row whose article or quote is gone is an orphan: it is kept and reported, never dropped.
"""

import csv
import datetime as dt
import hashlib
import io
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from .codebook import Codebook
from .files import write_bytes
from .tables import KINDS, SENTENCE_VOICES, make_table

COLUMNS = ("article", "quote", "field", "value", "who", "why")
METADATA = ("title", "author", "outlet", "language", "url")
_STANCE = re.compile(r"stance ([^/]+)/([^/]+)")
_FIELDS = (*METADATA, "date", "kind", "voice", "copy", "stance ACTOR/ISSUE")


class CorrectionError(ValueError):
    """A corrections file that cannot be used: every fault, with its line."""


def hash_text(raw: str) -> str:
    """The hash by which corrections know an article: 12 hex digits of its raw text's SHA-256."""
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _fault(field: str, value: str, quote: str, codebook: Codebook) -> str | None:
    """What is wrong with a correction, or None."""
    if stance := _STANCE.fullmatch(field):
        actor, issue = stance.groups()
        if actor not in codebook.actors:
            return f"{actor!r} is no actor; the codebook has {', '.join(codebook.actors)}"
        if issue not in codebook.issues:
            return f"{issue!r} is no issue; the codebook has {', '.join(codebook.issues)}"
        if value not in ("+1", "1", "0", "-1", "none"):
            return f"the value must be +1, 0, -1 or none, got {value!r}"
    elif field == "kind" and value not in KINDS:
        return f"the value must be one of {', '.join(KINDS)}, got {value!r}"
    elif field == "voice" and value not in SENTENCE_VOICES:
        return f"the value must be one of {', '.join(SENTENCE_VOICES)}, got {value!r}"
    elif field == "date":
        try:
            dt.date.fromisoformat(value)
        except ValueError:
            return f"the value must be a day such as 2022-09-15, got {value!r}"
    elif field == "copy" and value != "none" and not re.fullmatch("[0-9a-f]{12}", value):
        return f"the value must be none or the hash of an article (12 hex digits), got {value!r}"
    elif field not in _FIELDS:
        return f"the field must be one of {', '.join(_FIELDS)}, got {field!r}"
    if not quote and (stance or field in ("kind", "voice")):
        return f"a correction of {field.split()[0]} needs the quote that it is about"
    return None


def _delimiter(text: str) -> str:
    """A comma, or the semicolon that some spreadsheets write instead."""
    first = text.split("\n", 1)[0]
    return ";" if first.count(";") > first.count(",") else ","


def read_corrections(path: str | Path, codebook: Codebook) -> pd.DataFrame:
    """The rows of a corrections file, checked; raises CorrectionError with all faults at once.

    No file is named by an empty path: then there are no rows.
    """
    if not str(path):
        return pd.DataFrame(columns=list(COLUMNS), dtype="str")
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise CorrectionError(f"{path}: there is no such file") from None
    except UnicodeDecodeError:
        raise CorrectionError(f"{path}: is not UTF-8; save it as CSV in UTF-8") from None
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or COLUMNS)]
    if missing:
        raise CorrectionError(
            f"{path}: the first line lacks {', '.join(missing)}; it must be {','.join(COLUMNS)}"
        )
    rows, faults = [], []
    for record in reader:
        row = {name: " ".join((record[name] or "").split()) for name in COLUMNS}
        if not any(row.values()):
            continue
        if fault := _fault(row["field"], row["value"], row["quote"], codebook):
            faults.append(f"{path}, line {reader.line_num}: {fault}")
        rows.append(row)
    if faults:
        raise CorrectionError("\n".join(faults))
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")


def add_correction(
    path: str | Path, *, raw: str, quote: str, field: str, value: str, who: str, why: str
) -> None:
    """Append a correction to a file, which is made where it is missing; written whole or not."""
    path = Path(path)
    old = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    delimiter = _delimiter(old)
    names = next(csv.reader(old.splitlines(), delimiter=delimiter)) if old else list(COLUMNS)
    out = io.StringIO()
    writer = csv.DictWriter(out, names, delimiter=delimiter, lineterminator="\n", restval="")
    if not old:
        writer.writeheader()
    given = (hash_text(raw), quote, field, value, who, why)
    cells = (" ".join(str(cell).split()) for cell in given)
    writer.writerow(dict(zip(COLUMNS, cells, strict=True)))
    gap = "\n" if old and not old.endswith("\n") else ""
    write_bytes(path, (old + gap + out.getvalue()).encode())


def find_quote(raw: str, quote: str) -> tuple[int, int] | None:
    """Where `quote`, white space folded, first stands in `raw`, or None."""
    if not quote:
        return None
    found = re.search(r"\s+".join(map(re.escape, quote.split())), raw)
    return found.span() if found else None


def place_corrections(corrections: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """The corrections with the article_id, start and end they are about, and their state.

    An article that was scraped anew, and so has another hash, is found by the quote where one
    article alone has it. state: placed, or orphan. A correction stands once for each article with
    that text.
    """
    raws = dict(zip(articles["article_id"], articles["raw"], strict=True))
    by_hash: dict[str, list[str]] = {}
    for article_id, raw in raws.items() if len(corrections) else ():
        by_hash.setdefault(hash_text(raw), []).append(article_id)
    placed = []
    for row in corrections.itertuples(index=False):
        homes = by_hash.get(row.article, [])
        if not homes and row.quote:
            homes = [i for i, raw in raws.items() if find_quote(raw, row.quote)]
            homes = homes if len(homes) == 1 else []
        spans = {i: find_quote(raws[i], row.quote) for i in homes}
        good = [i for i in homes if spans[i] or not row.quote]
        target = by_hash.get(row.value, []) if row.field == "copy" and row.value != "none" else [""]
        for article_id in good if target else []:
            start, end = spans[article_id] or (None, None)
            placed.append((*row, article_id, start, end, target[0], "placed"))
        if not good or not target:
            placed.append((*row, None, None, None, None, "orphan"))
    columns = [*COLUMNS, "article_id", "start", "end", "target", "state"]
    types = dict.fromkeys(columns, "str") | {"start": "Int64", "end": "Int64"}
    return pd.DataFrame(placed, columns=columns).astype(types)


def _rows(placed: pd.DataFrame, fields: Iterable[str]) -> Iterable[Any]:
    chosen = placed[(placed["state"] == "placed") & placed["field"].isin(list(fields))]
    return chosen.itertuples()


def _overlapping(table: pd.DataFrame, row: Any) -> pd.Series:
    """The rows of `table` that share a character with a correction's quote."""
    return (
        (table["article_id"] == row.article_id)
        & (table["start"] < row.end)
        & (table["end"] > row.start)
    )


def correct_articles(articles: pd.DataFrame, placed: pd.DataFrame) -> pd.DataFrame:
    """Articles with corrected title, author, outlet, language, url and date."""
    articles = articles.copy()
    for row in _rows(placed, METADATA):
        articles.loc[articles["article_id"] == row.article_id, row.field] = row.value
    for row in _rows(placed, ["date"]):
        here = articles["article_id"] == row.article_id
        articles.loc[here, ["date", "date_low", "date_high"]] = pd.Timestamp(row.value)
        articles.loc[here, "date_basis"] = "stated"
    return articles


def correct_passages(passages: pd.DataFrame, placed: pd.DataFrame) -> pd.DataFrame:
    """Passages with corrected kinds; the reason then names who corrected it."""
    passages = passages.copy()
    for row in _rows(placed, ["kind"]):
        here = _overlapping(passages, row)
        passages.loc[here, "kind"] = row.value
        passages.loc[here, "reason"] = f"correction by {row.who or 'unnamed'}"
    return passages


def correct_copies(copies: pd.DataFrame, placed: pd.DataFrame) -> pd.DataFrame:
    """Copies without those that a correction denies, and with those that it states."""
    for row in _rows(placed, ["copy"]):
        own = (copies["article_id"] == row.article_id) & (copies["relation"] != "quotes")
        copies = copies[~own]
        if row.value != "none":
            new = {"article_id": row.article_id, "copy_of": row.target, "relation": "edited"}
            copies = pd.concat([copies, make_table("copies", [new])])
    return copies.reset_index(drop=True)


def correct_sentences(sentences: pd.DataFrame, placed: pd.DataFrame) -> pd.DataFrame:
    """Sentences with corrected voices; the statements in them follow, by `reported`."""
    sentences = sentences.copy()
    whole = "0-" + sentences["text"].str.len().astype("str") + ":other"
    for row in _rows(placed, ["voice"]):
        here = _overlapping(sentences, row)
        sentences.loc[here, "voice"] = row.value
        if row.value == "author":
            sentences.loc[here, ["speaker", "reported"]] = None
        else:
            sentences.loc[here, "reported"] = whole[here]
    return sentences


def correct_statements(
    statements: pd.DataFrame, sentences: pd.DataFrame, placed: pd.DataFrame
) -> pd.DataFrame:
    """Statements with corrected alignments, some taken out, some put in; `corrected` says why.

    A corrected statement has confidence 1 and the rule `correction`.
    """
    statements = statements.assign(corrected=pd.Series(None, index=statements.index, dtype="str"))
    added = []
    stances = placed[(placed["state"] == "placed") & placed["field"].str.startswith("stance ")]
    for row in stances.itertuples():
        actor, issue = _STANCE.fullmatch(row.field).groups()  # type: ignore[union-attr]
        about = (statements["actor"] == actor) & (statements["issue"] == issue)
        here = _overlapping(statements, row) & about
        says = f"{row.who or 'unnamed'}: {row.why or 'no reason given'}"
        if row.value == "none":
            statements = statements[~here]
        elif here.any():
            statements.loc[here, ["alignment", "confidence"]] = [int(row.value), 1.0]
            statements.loc[here, ["rule", "corrected"]] = ["correction", says]
        else:
            found = sentences[_overlapping(sentences, row)].head(1)
            voice = found["voice"].replace({"quoted": "other"})
            new = {"actor": actor, "issue": issue, "alignment": int(row.value), "corrected": says}
            new |= {"inferred": False, "part": "body", "rule": "correction", "confidence": 1.0}
            kept = found[["article_id", "sentence", "start", "end", "speaker"]]
            new |= {"quote": found["text"], "voice": voice, "event_date": found["date"]}
            added.append(make_table("statements", kept.assign(**new)))
    table = make_table("statements", statements)
    if not added:
        return table
    table = pd.concat([table, *added])
    order = ["article_id", "start", "actor", "issue"]
    return make_table("statements", table.sort_values(order, kind="stable"))


def describe_corrections(placed: pd.DataFrame) -> list[str]:
    """A warning for each orphan: what it was about and what to do."""
    orphans = placed[placed["state"] == "orphan"]
    return [
        f"correction by {row.who or 'unnamed'} of {row.field} to {row.value!r} has no place: "
        f"{'the quote “' + row.quote[:60] + '”' if row.quote else 'the article ' + row.article} "
        "is not in the corpus; mend the row or remove it"
        for row in orphans.itertuples()
    ]
