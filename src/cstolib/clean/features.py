"""Lines -> numbers: what can be counted about each line and about its neighbourhood.

Nothing here knows an outlet; of languages it knows two word lists in resources/.
"""

import re

import numpy as np

from .context import count_context
from .cues import KINDS, PLACES, vocabulary
from .lines import COUNTED, Flags, Lines, Table
from .scan import HAS_DIGIT, HAS_MONTH, HAS_NUMBERS, MAY_END_CREDIT

_SIZES = (1, 2, 4, 7, 11, 19, 39)  # words: upper ends of the classes of length, but for the last
_TYPICAL = 0.35  # share of function words in English, Russian or Spanish prose
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
    *(f"{kind} words, all or at an end" for kind in KINDS),
    *(f"{kind} words within" for kind in KINDS),
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


def own_features(lines: Lines) -> Table:
    """One row a line, one column for each name in OWN."""
    count = len(lines)
    table = np.zeros((count, len(OWN)))
    table[:, :COUNTED] = lines.counted
    credit = _AT["credit at its end"]
    bare = table[:, credit] > 0
    bare &= ~lines.flagged(MAY_END_CREDIT)
    table[bare, credit] = 0.0
    for row in table[:, credit].nonzero()[0].tolist():
        if not _CREDIT.search(lines.text(row)[-120:]):
            table[row, credit] = 0.0
    at = np.arange(count)
    earlier = lines.first < at
    table[:, credit + 1], table[:, credit + 2] = earlier, (lines.times > 1) & ~earlier
    sizes = table[:, 0].copy()
    table[:, 0] = np.log1p(sizes)
    table[at, len(_COUNTED) + np.searchsorted(_SIZES, sizes)] = 1.0
    kind, place = np.divmod(vocabulary().places[lines.cue_numbers], len(PLACES))
    within = len(KINDS) * (place == PLACES.index("within"))
    table[lines.cue_lines, len(_COUNTED) + len(_SIZES) + 1 + kind + within] = 1.0
    _impute(table, lines)
    return table


def _impute(table: Table, lines: Lines) -> None:
    """In a language whose function words are not listed, take the usual share for sentences."""
    sizes = np.minimum((lines.ends - lines.starts) / 6, 60)
    ends = table[:, _AT["ends . or similar"]] + table[:, _AT["ends ? or !"]] > 0
    sentences = (sizes >= 12) & ends
    column = _AT["function words"]
    known = sentences & (table[:, column] >= 0.12)
    some, most = (np.bincount(lines.texts, which) for which in (known, sentences))
    foreign = (some < 0.5 * most)[lines.texts]
    share = np.where(foreign & sentences, _TYPICAL, table[:, column])
    table[:, column] = share
    table[foreign, column + 1] = (share * np.minimum(sizes, 40) / 20)[foreign]


def dated_lines(lines: Lines) -> Flags:
    """Short lines that show a date."""
    dated = (lines.sizes <= 14) & lines.flagged(HAS_DIGIT) & lines.flagged(HAS_MONTH | HAS_NUMBERS)
    for row in dated.nonzero()[0].tolist():
        dated[row] = lines.date(row) is not None
    return dated


def context_features(lines: Lines, own: Table) -> Table:
    """One row a line, one column for each name in CONTEXT; `own` is own_features(lines)."""
    stops = own[:, _AT["ends . or similar"]] + own[:, _AT["ends ? or !"]]
    ends = np.maximum(stops, 0.3 + 0.5 * own[:, _AT["ends :"]])
    sizes = np.minimum(lines.sizes, 60).astype(np.float64)
    prose = sizes * np.minimum(own[:, _AT["function words"]] * 3, 1.0) * ends
    marks = np.column_stack(
        [
            dated_lines(lines),
            lines.has("byline") & (sizes <= 14),
            lines.has("related", "whole"),
            lines.has("comment", "whole"),
            lines.has("appeal"),
            (lines.times > 1) & (lines.sizes >= 3) & (lines.sizes <= 30) & (prose < 8),
        ]
    )
    table = np.zeros((len(lines), len(CONTEXT)))
    count_context(lines.bounds, lines.rows, lines.stems, sizes, prose, marks, table)
    return table
