"""Sentences -> every place where a pattern stands, with its context: key word in context (KWIC)."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pandas as pd

from ..sentences import locate
from ..tables import accept_table

SORTS = ("position", "left", "right", "match")
# Seconds that a search may take before it is refused, and more for each million characters; an
# honest pattern needs well under a tenth of that.
BUDGET, BUDGET_PER_MILLION = 3.0, 1.0


class PatternError(ValueError):
    """A search pattern that cannot be read, or that takes too long."""


def _from_wildcards(pattern: str) -> str:
    """The regular expression of a search: * any letters, ? one letter, a lone * any word."""
    words = []
    for word in pattern.split():
        if word == "*":
            words.append(r"\w+(?:['’-]\w+)*")
            continue
        parts = re.split(r"([*?])", re.sub(r"\*{2,}", "*", word))
        words.append("".join({"*": r"\w*", "?": r"\w"}.get(p) or re.escape(p) for p in parts))
    head = r"(?<!\w)" if re.match(r"[\w*?]", pattern.strip()) else ""
    tail = r"(?!\w)" if re.search(r"[\w*?]$", pattern.strip()) else ""
    return head + r"[\s ]+".join(words) + tail


def compile_pattern(pattern: str, *, is_regex: bool = False, case: bool = False) -> Any:
    """The compiled search; raises PatternError where `pattern` cannot be read."""
    import regex

    if not isinstance(pattern, str) or not pattern.strip():
        raise PatternError(f"the pattern must be a word or words, such as 'bloc*', got {pattern!r}")
    source = pattern if is_regex else _from_wildcards(pattern)
    try:
        return regex.compile(source, regex.VERSION0 if case else regex.VERSION0 | regex.IGNORECASE)
    except regex.error as error:
        raise PatternError(f"{pattern!r} is no regular expression: {error}") from None


def find_matches(
    texts: pd.Series, pattern: str, *, is_regex: bool = False, case: bool = False
) -> Iterator[tuple[int, int, int]]:
    """Row number, start and end of every match in `texts`, in order; empty matches are left out.

    The search has a budget of seconds, so that a pattern that tries endless ways, as (a+)+b does,
    ends in PatternError and not in a notebook that hangs.
    """
    compiled = compile_pattern(pattern, is_regex=is_regex, case=case)
    budget = BUDGET + BUDGET_PER_MILLION * float(texts.str.len().sum()) / 1e6
    left = budget
    for row, text in enumerate(texts):
        if not isinstance(text, str):
            continue
        began = time.monotonic()
        try:
            found = [match.span() for match in compiled.finditer(text, timeout=max(left, 0.001))]
        except TimeoutError:
            raise PatternError(
                f"{pattern!r} takes too long (over {budget:.0f} seconds): avoid a repeat inside a "
                "repeat, as in (a+)+"
            ) from None
        left -= time.monotonic() - began
        yield from ((row, start, end) for start, end in found if end > start)


def _context(sentences: pd.DataFrame, row: int, step: int, width: int) -> str:
    """At least `width` characters of the same article before (step -1) or after (+1) a sentence."""
    ids, texts = sentences["article_id"], sentences["text"]
    parts: list[str] = []
    at = row + step
    while sum(map(len, parts)) < width and 0 <= at < len(ids) and ids[at] == ids[row]:
        parts.append(str(texts[at]))
        at += step
    return " ".join(parts[::step])


def _cut(text: str, width: int, *, left: bool) -> str:
    """`text` cut to about `width` characters, at a word."""
    text = " ".join(text.split())
    if len(text) <= width:
        return text
    if left:
        cut = text[-width:]
        return cut if text[-width - 1] == " " else cut.partition(" ")[2] or cut
    cut = text[:width]
    return cut if text[width] == " " else cut.rpartition(" ")[0] or cut


def _sort_key(rows: pd.DataFrame, sort: str) -> pd.Series:
    """What to sort a concordance by: the words beside the match, nearest first."""
    if sort == "left":
        return rows["left"].map(lambda text: " ".join(reversed(re.findall(r"\w+", text.lower()))))
    column = "right" if sort == "right" else "match"
    return rows[column].map(lambda text: " ".join(re.findall(r"\w+", text.lower())))


def concordance(
    sentences: pd.DataFrame,
    pattern: str,
    *,
    is_regex: bool = False,
    case: bool = False,
    width: int = 80,
    sort: str = "position",
    limit: int | None = None,
) -> pd.DataFrame:
    """Every match of `pattern` with what stands left and right of it (KWIC).

    pattern: a word or words; `*` stands for any letters, `?` for one, a `*` alone for any word:
        "peacekeep*", "special * operation". With `is_regex`, a regular expression.
    width: characters of context on each side, cut at a word, from the sentences beside too.
    sort: "position", "left" or "right" (by the nearest word), or "match".
    Columns: article_id, sentence, start, end (offsets into raw), left, match, right, and voice,
    speaker, date where the sentences have them.
    Raises PatternError for a pattern that cannot be read or that takes too long.
    """
    sentences = accept_table(sentences, "sentences", ["article_id", "text"])
    if sort not in SORTS:
        raise ValueError(f"sort must be one of {', '.join(SORTS)}, got {sort!r}")
    if width < 0 or (limit is not None and limit < 0):
        raise ValueError(f"width and limit must be 0 or more, got {width} and {limit}")
    carried = [c for c in ("voice", "speaker", "date") if c in sentences.columns]
    columns = ["article_id", "sentence", "start", "end", "left", "match", "right", *carried]
    has_place = {"start", "end"} <= set(sentences.columns)
    rows: list[dict[str, Any]] = []
    for row, start, end in find_matches(sentences["text"], pattern, is_regex=is_regex, case=case):
        source = sentences.iloc[row]
        text = source["text"]
        first = last = pd.NA
        if has_place and pd.notna(source["start"]):
            first, last = locate(int(source["start"]), start, end, source.get("shifts"))
        before, after = text[:start], text[end:]
        if len(before) < width:
            before = f"{_context(sentences, row, -1, width)} {before}"
        if len(after) < width:
            after = f"{after} {_context(sentences, row, 1, width)}"
        rows.append(
            {
                "article_id": source["article_id"],
                "sentence": source.get("sentence", row),
                "start": first,
                "end": last,
                "left": _cut(before, width, left=True),
                "match": " ".join(text[start:end].split()),
                "right": _cut(after, width, left=False),
                **{column: source[column] for column in carried},
            }
        )
    found = pd.DataFrame(rows, columns=columns)
    found = found.astype({"sentence": "Int64", "start": "Int64", "end": "Int64"})
    if sort != "position":
        found = found.iloc[_sort_key(found, sort).argsort(kind="stable")]
    return found.head(limit if limit is not None else len(found)).reset_index(drop=True)
