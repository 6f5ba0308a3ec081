"""Lines -> numbers: what can be counted about each line and about its neighbourhood.

Nothing here knows an outlet; of languages it knows two word lists in resources/.
"""

import re
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from .dates import find_date
from .lines import Line

Table = npt.NDArray[np.float64]

CUE_KINDS = (
    "nav",
    "related",
    "appeal",
    "about",
    "disclaimer",
    "comment",
    "caption",
    "byline",
    "date",
    "embed",
    "other",
)
_PLACE = {kind: place for place, kind in enumerate(CUE_KINDS)}
_SIZES = (1, 2, 4, 7, 11, 19, 39)  # words: upper ends of the classes of length, but for the last
_TYPICAL = 0.35  # share of function words in English, Russian or Spanish prose
_HEAD = 4000  # characters of a line that are looked at
_CREDIT = re.compile(r"[(\[][^()\[\]]{0,80}[)\]]\W*$|/\s*[^\W\d_][\w. -]{1,30}\W*$")

_COUNTED = (
    "log words",
    "ends . or similar",
    "ends ? or !",
    "ends with a quotation mark",
    "ends :",
    "ends , or ;",
    "ends with dots",
    "sentences inside",
    "commas a word",
    "capitals",
    "all capitals",
    "digits",
    "function words",
    "long with function words",
    "starts lower",
    "starts with a quotation mark",
    "starts with a dash",
    "starts with a digit",
    "bullet",
    "sign ©",
    "link",
    "sign @ or #",
    "sign | or > or →",
    "credit at its end",
    "seen before",
    "seen again",
)
OWN = (
    *_COUNTED,
    *(f"words up to {size}" for size in _SIZES),
    f"words over {_SIZES[-1]}",
    *(f"{kind} words, all or at an end" for kind in CUE_KINDS),
    *(f"{kind} words within" for kind in CUE_KINDS),
)
_AT = {name: place for place, name in enumerate(OWN)}
CONTEXT = (
    *(f"prose within {reach} lines" for reach in (1, 2, 4, 8, 16)),
    "share of prose before",
    "share of prose after",
    "prose before",
    "prose after",
    "prose against the longest line",
    "run of short lines before",
    "run of short lines after",
    "in a run of short lines",
    "is a date line",
    "dates before",
    "just after a date",
    "near after a date",
    "just after a byline",
    "near after a byline",
    "just after a related header",
    "near after a related header",
    "after a comment header",
    "before a comment header",
    "just after an appeal",
    "words shared with the prose",
    "follows a repeated headline",
    "near after a repeated headline",
)


@cache
def _function_words() -> frozenset[str]:
    text = files("cstolib").joinpath("resources/function-words.txt").read_text(encoding="utf-8")
    return frozenset(
        word
        for line in text.splitlines()
        if not line.startswith("#")
        for word in line.partition(":")[2].split()
    )


def _count(line: Line, copies: int, earlier: bool) -> tuple[float, ...]:
    """What _COUNTED names, for one line."""
    text, words = line.text[:_HEAD], line.words[:600]
    size = len(words)
    several = max(size, 1)
    bare = line.text[-40:].rstrip("\"'”’»)] ")
    last = bare[-1:] or line.text[-1]
    first = text[0]
    dots = last == "…" or bare.endswith("...")
    stop = sum(map(_function_words().__contains__, words)) / several
    inner = text.count(". ") + text.count("? ") + text.count("! ") + text.count(".” ")
    digits = sum(map(str.isdigit, words)) if size else 0
    return (
        min(size, 150),
        last in ".։。" and not dots,
        last in "?!؟",
        text[-1] in "\"'”’»",
        last == ":",
        last in ",;",
        dots,
        min(inner, 4) / 4,
        min(text.count(",") / several, 0.3) * 3,
        min(max(line.capitals - 1, 0) / max(size - 1, 1), 1.0),
        text.isupper(),
        digits / several,
        min(stop, 0.6),
        min(stop, 0.5) * min(size, 40) / 20,
        first.islower(),
        first in "\"'“‘«„",
        first in "—–-" and size > 1,
        first.isdigit(),
        first in "•*·▪●■►○+",
        "©" in text or "(c)" in text or "(C)" in text,
        "http" in text or "www." in text or ".com" in text or ".org" in text,
        "@" in text or "#" in text,
        "|" in text or ">" in text or "→" in text,
        size < 90 and last in ")]" + text[-1] and _CREDIT.search(text[-120:]) is not None,
        earlier,
        copies > 1 and not earlier,
    )


def own_features(lines: list[Line]) -> Table:
    """One row a line, one column for each name in OWN."""
    table = np.zeros((len(lines), len(OWN)))
    if not lines:
        return table
    copies = Counter([line.key for line in lines])
    seen: set[str] = set()
    counted, rows, columns = [], [], []
    base = len(_COUNTED) + len(_SIZES) + 1
    for row, line in enumerate(lines):
        counted.append(_count(line, copies[line.key], line.key in seen))
        seen.add(line.key)
        for cue in line.cues:
            rows.append(row)
            place = _PLACE[cue.kind] + (len(CUE_KINDS) if cue.where == "within" else 0)
            columns.append(base + place)
    table[:, : len(_COUNTED)] = counted
    sizes = table[:, 0].copy()
    table[:, 0] = np.log1p(sizes)
    classes = np.searchsorted(_SIZES, sizes)
    table[np.arange(len(lines)), len(_COUNTED) + classes] = 1.0
    table[rows, columns] = 1.0
    _impute(table, lines)
    return table


def _impute(table: Table, lines: list[Line]) -> None:
    """In a language whose function words are not listed, take the usual share for sentences."""
    sizes = np.array([min(len(line.text) / 6, 60) for line in lines])
    ends = table[:, [_AT["ends . or similar"], _AT["ends ? or !"]]].max(axis=1) > 0
    sentences = (sizes >= 12) & ends
    known = sentences & (table[:, _AT["function words"]] >= 0.12)
    if sentences.sum() and known.sum() < 0.5 * sentences.sum():
        column = _AT["function words"]
        table[:, column] = np.where(sentences, _TYPICAL, table[:, column])
        table[:, column + 1] = table[:, column] * np.minimum(sizes, 40) / 20


def since(marks: npt.NDArray[np.bool_]) -> Table:
    """Lines since the last mark before each line; 99 where there was none."""
    index = np.arange(len(marks))
    last = np.maximum.accumulate(np.where(marks, index, -1))
    before = np.concatenate([[-1], last[:-1]])
    return np.where(before < 0, 99.0, index - before)


def window(values: Table, reach: int) -> Table:
    """Sum of `values` within `reach` places on both sides, the place itself left out."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    index = np.arange(len(values))
    high = np.minimum(index + reach + 1, len(values))
    low = np.maximum(index - reach, 0)
    return total[high] - total[low] - values


def shift(values: Table, by: int) -> Table:
    """`values` moved down by `by` rows (up where it is negative), zeros where none came."""
    result = np.zeros_like(values)
    if abs(by) < len(values):
        if by > 0:
            result[by:] = values[:-by]
        else:
            result[:by] = values[-by:]
    return result


def _run_before(short: npt.NDArray[np.bool_]) -> Table:
    """Number of short lines right before each line."""
    index = np.arange(len(short))
    last = np.maximum.accumulate(np.where(short, -1, index))
    return index - 1 - np.concatenate([[-1], last[:-1]])


def context_features(lines: list[Line], own: Table) -> Table:
    """One row a line, one column for each name in CONTEXT; `own` is own_features(lines)."""
    count = len(lines)
    if not count:
        return np.zeros((0, len(CONTEXT)))
    sizes = np.array([min(len(line.words), 60) for line in lines], dtype=np.float64)
    stops = own[:, [_AT["ends . or similar"], _AT["ends ? or !"]]].max(axis=1)
    ends = np.maximum(stops, 0.3 + 0.5 * own[:, _AT["ends :"]])
    prose = sizes * np.clip(own[:, _AT["function words"]] * 3, 0, 1) * ends
    columns: list[npt.NDArray[Any]] = [
        np.log1p(window(prose, reach)) / 5 for reach in (1, 2, 4, 8, 16)
    ]
    total, done = max(prose.sum(), 1.0), np.cumsum(prose)
    columns += [(done - prose) / total, 1 - done / total]
    columns += [np.log1p(done - prose) / 7, np.log1p(np.maximum(total - done, 0)) / 7]
    columns.append(prose / max(prose.max(), 1.0))
    short = sizes <= 5
    before, after = _run_before(short), _run_before(short[::-1])[::-1]
    columns += [np.log1p(before) / 3, np.log1p(after) / 3, short * np.log1p(before + after) / 3]

    def marks(test: list[bool]) -> npt.NDArray[np.bool_]:
        return np.array(test, dtype=bool)

    dates = marks([len(x.words) <= 14 and find_date(x.text) is not None for x in lines])
    byline = marks([x.has("byline") for x in lines]) & (sizes <= 14)
    header = marks([x.has("related", "whole") for x in lines])
    comment = marks([x.has("comment", "whole") for x in lines])
    since_date, since_byline, since_header = since(dates), since(byline), since(header)
    columns += [dates.astype(np.float64), np.minimum(np.cumsum(dates) - dates, 6) / 6]
    columns += [since_date <= 2, since_date <= 8, since_byline <= 2, since_byline <= 8]
    columns += [since_header <= 2, since_header <= 10]
    seen: Table = np.cumsum(comment, dtype=np.float64) - comment
    ahead: Table = np.cumsum(comment[::-1], dtype=np.float64)[::-1]
    columns += [seen > 0, ahead > 0]
    columns.append(np.asarray(since(marks([x.has("appeal") for x in lines])) <= 2))
    columns.append(_shared(lines, prose))
    heads = Counter([line.key for line in lines if 3 <= len(line.words) <= 30])
    again = marks([heads[line.key] > 1 for line in lines]) & (prose < 8)
    since_again = since(again)
    columns += [since_again <= 2, since_again <= 8]
    return np.column_stack(columns).astype(np.float64)


def _shared(lines: list[Line], prose: Table) -> Table:
    """For each line, the share of its longer words that other lines of prose hold as well."""
    stems = [{word[:7] for word in line.words[:200] if len(word) > 4} for line in lines]
    everywhere: Counter[str] = Counter()
    for index, words in enumerate(stems):
        if prose[index] >= 8:
            everywhere.update(words)
    once = {word for word, number in everywhere.items() if number == 1}
    more = everywhere.keys() - once
    shares = np.zeros(len(lines))
    for index, words in enumerate(stems):
        if words:
            known = more if prose[index] >= 8 else everywhere.keys()
            shares[index] = len(words & known) / len(words)
    return shares
