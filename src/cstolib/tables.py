"""What each table holds: its columns, their types, the values allowed.

Every function of cstolib takes and returns plain DataFrames. `make_table` builds one with the
columns and types below; `check_table` says what is wrong with one that came from elsewhere.
A table may carry more columns than are named here; it may not lack one that a step needs.

Offsets `start` and `end` count characters (code points) of `articles.raw`; `raw[start:end]` is
what the scraped file says there. A missing value is missing (NaN, NaT, <NA>), never 0 or "".
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

# body and heading are the article's own prose in its first full copy; all else is set apart.
KINDS = (
    "body",
    "heading",
    "title",
    "deck",
    "byline",
    "date",
    "caption",
    "embed",
    "repeat",
    "nav",
    "related",
    "appeal",
    "about",
    "disclaimer",
    "comment",
    "other",
)
PROSE = ("body", "heading")
RELATIONS = ("same", "edited", "excerpt", "quotes")
DATE_BASES = ("stated", "inferred", "file", "none")
SENTENCE_VOICES = ("author", "quoted")
VOICES = ("author", "official", "expert", "other")
PARTS = ("title", "caption", "body")
HOW = ("name", "leader", "capital", "metonym", "group", "pronoun")
UNITS = ("sentence", "target", "article")

TEXT, COUNT, NUMBER, FLAG, DAY = "str", "Int64", "float64", "boolean", "datetime64[us]"
_SAID = {
    TEXT: "text",
    COUNT: "whole numbers",
    NUMBER: "numbers",
    FLAG: "true or false",
    DAY: "days such as 2022-09-15",
}

COLUMNS: dict[str, dict[str, str]] = {
    "articles": {
        "article_id": TEXT,
        "path": TEXT,
        "title": TEXT,
        "author": TEXT,  # several names are joined by "; "
        "outlet": TEXT,
        "date": DAY,
        "date_basis": TEXT,
        "date_low": DAY,
        "date_high": DAY,
        "language": TEXT,  # ISO 639-1, or missing where the text does not tell
        "url": TEXT,
        "raw": TEXT,
        "encoding": TEXT,
    },
    "passages": {
        "article_id": TEXT,
        "passage": COUNT,
        "start": COUNT,
        "end": COUNT,
        "kind": TEXT,
        "reason": TEXT,
        "copy_of": COUNT,  # the passage of this article that is repeated here
        "text": TEXT,
    },
    "copies": {
        "article_id": TEXT,
        "copy_of": TEXT,  # the article that is kept, or for `quotes` the other one
        "relation": TEXT,
        "similarity": NUMBER,
        "containment": NUMBER,
        "shared_words": COUNT,
    },
    "sentences": {
        "article_id": TEXT,
        "passage": COUNT,
        "sentence": COUNT,  # numbered from 0 within the article
        "start": COUNT,
        "end": COUNT,
        "text": TEXT,
        "kind": TEXT,
        "voice": TEXT,
        "speaker": TEXT,
        "date": DAY,
        "date_low": DAY,
        "date_high": DAY,
        "language": TEXT,
    },
    "mentions": {
        "article_id": TEXT,
        "sentence": COUNT,
        "start": COUNT,
        "end": COUNT,
        "actor": TEXT,
        "surface": TEXT,
        "how": TEXT,
    },
    "scores": {
        "article_id": TEXT,
        "unit": TEXT,
        "sentence": COUNT,  # missing for a score of a whole article
        "start": COUNT,
        "end": COUNT,
        "target": TEXT,
        "voice": TEXT,
        "method": TEXT,
        "score": NUMBER,  # -1 hostile … +1 friendly
        "p_negative": NUMBER,
        "p_neutral": NUMBER,
        "p_positive": NUMBER,
        "low": NUMBER,
        "high": NUMBER,
    },
    "terms": {
        "term": TEXT,
        "group": TEXT,
        "count": COUNT,
        "count_rest": COUNT,
        "expected": NUMBER,
        "log_ratio": NUMBER,  # in doublings
        "g2": NUMBER,
        "p_adjusted": NUMBER,
        "low": NUMBER,
        "high": NUMBER,
        "articles": COUNT,
    },
    "statements": {
        "article_id": TEXT,
        "sentence": COUNT,
        "start": COUNT,
        "end": COUNT,
        "quote": TEXT,
        "actor": TEXT,
        "issue": TEXT,
        "alignment": COUNT,
        "inferred": FLAG,
        "voice": TEXT,
        "speaker": TEXT,
        "part": TEXT,
        "rule": TEXT,
        "confidence": NUMBER,
        "event_date": DAY,
        "date_basis": TEXT,
    },
    "positions": {  # beside the columns that it was summarised by
        "n": COUNT,
        "n_articles": COUNT,
        "alignment": NUMBER,
        "low": NUMBER,
        "high": NUMBER,
        "conflict": FLAG,
    },
}

_ALLOWED: dict[str, dict[str, tuple[Any, ...]]] = {
    "articles": {"date_basis": DATE_BASES},
    "passages": {"kind": KINDS},
    "copies": {"relation": RELATIONS},
    "sentences": {"kind": KINDS, "voice": SENTENCE_VOICES},
    "mentions": {"how": HOW},
    "scores": {"unit": UNITS},
    "statements": {"alignment": (-1, 0, 1), "voice": VOICES, "part": PARTS},
}


class TableError(ValueError):
    """A table lacks a column, or holds a value, that a step cannot work with. `rows` has them."""

    def __init__(self, message: str, rows: pd.DataFrame | None = None) -> None:
        super().__init__(message)
        self.rows = rows


def _convert(values: pd.Series, kind: str) -> pd.Series:
    if str(values.dtype) == kind:
        return values
    if kind == DAY:  # of a moment with a time zone, the day in UTC
        values = pd.to_datetime(values, utc=True, format="ISO8601").dt.tz_localize(None)
    elif kind == NUMBER:
        values = values.astype("Float64")  # in which a missing value may be written pd.NA
    return values.astype(kind)


def _is_of(value: Any, kind: str) -> bool:
    try:
        _convert(pd.Series([value], dtype=object), kind)
    except (TypeError, ValueError, OverflowError):
        return False
    return True


def _set_types(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """`frame` with the types of table `name`; raises TableError naming column, row and value."""
    types = {c: kind for c, kind in COLUMNS.get(name, {}).items() if c in frame.columns}
    columns = {}
    for column, kind in types.items():
        try:
            columns[column] = _convert(frame[column], kind)
        except (TypeError, ValueError, OverflowError):
            wrong = frame[[not _is_of(value, kind) for value in frame[column]]]
            raise TableError(
                f"column {column} of the {name} table must hold {_SAID[kind]}, got "
                f"{wrong[column].iloc[0]!r} in row {wrong.index[0]!r}",
                wrong,
            ) from None
    return frame.assign(**columns).reset_index(drop=True)


def make_table(
    name: str, data: Mapping[str, Any] | Iterable[Mapping[str, Any]] | pd.DataFrame | None = None
) -> pd.DataFrame:
    """A table `name` of `data` with its columns first, in order, and of their types.

    Columns that `data` lacks are missing values; further columns stay, behind the named ones.
    """
    columns = COLUMNS[name]
    if data is None:
        frame = pd.DataFrame(columns=list(columns))
    elif isinstance(data, pd.DataFrame | Mapping):
        frame = pd.DataFrame(data)
    else:
        frame = pd.DataFrame(list(data))
    extra = [column for column in frame.columns if column not in columns]
    return _set_types(frame.reindex(columns=[*columns, *extra]), name)


@cache
def _schema(name: str) -> Any:
    import pandera.pandas as pa

    allowed = _ALLOWED.get(name, {})

    def column(label: str, dtype: str) -> Any:
        checks = [pa.Check.isin(allowed[label])] if label in allowed else []
        if label in ("start", "end"):
            checks.append(pa.Check.ge(0))
        return pa.Column(dtype, checks, nullable=True, coerce=True)

    return pa.DataFrameSchema({label: column(label, t) for label, t in COLUMNS[name].items()})


def require_columns(frame: pd.DataFrame, name: str, columns: Iterable[str]) -> None:
    """Raise TableError unless `frame`, which is to serve as table `name`, has these columns."""
    if not isinstance(frame, pd.DataFrame):
        raise TableError(
            f"the {name} table must be a pandas DataFrame, got {type(frame).__name__}; make one "
            "with pandas.DataFrame"
        )
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise TableError(
            f"the {name} table lacks {', '.join(missing)}; "
            f"it has {', '.join(map(str, frame.columns)) or 'no column'}"
        )


def _check_ids(articles: pd.DataFrame) -> None:
    ids = articles["article_id"]
    twins = articles[ids.duplicated(keep=False) | ids.isna()]
    if len(twins):
        named = ", ".join(sorted({str(value) for value in twins["article_id"]})[:5])
        raise TableError(f"article_id must be unique and never missing; at fault: {named}", twins)


def accept_table(frame: pd.DataFrame, name: str, columns: Iterable[str]) -> pd.DataFrame:
    """`frame`, which may come from anywhere, as table `name`; raises TableError if it cannot be.

    It must have `columns`; those that `COLUMNS` names get their types. Rows are numbered from 0.
    The ids of articles must be unique. Sentences stand as they are read: articles in the order in
    which they come, each from its first sentence on; one without text says nothing.
    """
    require_columns(frame, name, columns)
    table = _set_types(frame, name)
    if name == "articles":
        _check_ids(table)
    if name != "sentences":
        return table
    table["text"] = table["text"].fillna("")
    if "sentence" not in table:
        return table
    order = np.lexsort((table["sentence"].astype("float64"), table["article_id"].factorize()[0]))
    return table if (np.diff(order) == 1).all() else table.iloc[order].reset_index(drop=True)


def check_table(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """`frame` with the types of table `name`; raises TableError naming column, row and value."""
    import pandera.errors

    require_columns(frame, name, COLUMNS[name])
    try:
        return _schema(name).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        cases = error.failure_cases
        first = cases.iloc[0]
        raise TableError(
            f"the {name} table is not right in {len(cases)} places; first: "
            f"column {first['column']}, row {first['index']}, "
            f"value {first['failure_case']!r} fails {first['check']}",
            cases,
        ) from None


def check_articles(frame: pd.DataFrame) -> pd.DataFrame:
    """The articles table, checked; article_id must be there and unique."""
    frame = check_table(frame, "articles")
    _check_ids(frame)
    return frame


def check_passages(frame: pd.DataFrame) -> pd.DataFrame:
    """The passages table, checked; passages of an article may not overlap."""
    frame = check_table(frame, "passages")
    ordered = frame.sort_values(["article_id", "start"])
    before = ordered.groupby("article_id")["end"].shift()
    over = ordered[(ordered["start"] < before).fillna(False) | (ordered["end"] < ordered["start"])]
    if len(over):
        raise TableError(f"{len(over)} passages overlap or end before they start", over)
    return frame


def check_sentences(frame: pd.DataFrame) -> pd.DataFrame:
    """The sentences table, checked."""
    return check_table(frame, "sentences")


def check_mentions(frame: pd.DataFrame) -> pd.DataFrame:
    """The mentions table, checked."""
    return check_table(frame, "mentions")


def check_statements(frame: pd.DataFrame) -> pd.DataFrame:
    """The statements table, checked."""
    return check_table(frame, "statements")
