"""When what a statement reports happened: from its sentence, else from its article."""

import datetime as dt
import re
from functools import lru_cache
from typing import Any

import pandas as pd

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan\.|Feb\.|Mar\.|Apr\.|Aug\.|Sept?\.|Oct\.|Nov\.|Dec\.)"
)
_WEEKDAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_FULL = re.compile(rf"\b(?:\d{{1,2}} {_MONTH},? \d{{4}}|{_MONTH} \d{{1,2}},? \d{{4}})\b")
_DAY = re.compile(rf"\b(?:\d{{1,2}} {_MONTH}|{_MONTH} \d{{1,2}})\b(?!,? \d{{4}})")
_OF_MONTH = re.compile(rf"\b{_MONTH} (\d{{4}})\b")
_RELATIVE = re.compile(
    rf"\b(?:(?:last |next )?{_WEEKDAY}|yesterday|today|tomorrow)\b", re.IGNORECASE
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
# Most sentences hold no date: this is what is looked for first.
_ANY = re.compile(rf"{_MONTH}|{_WEEKDAY}|yesterday|today|tomorrow|Yesterday|Today")


@lru_cache(maxsize=4096)
def _parse(words: str, base: dt.date | None, future: bool) -> dt.date | None:
    import dateparser

    settings: dict[str, Any] = {
        "PREFER_DATES_FROM": "future" if future else "past",
        "PREFER_DAY_OF_MONTH": "first",
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    if base is not None:
        settings["RELATIVE_BASE"] = dt.datetime(base.year, base.month, base.day, 12)
    found = dateparser.parse(words, languages=["en"], settings=settings)
    return found.date() if found else None


def event_date(text: str, article: dt.date | None) -> tuple[pd.Timestamp | Any, str]:
    """The day that `text` speaks of, and on what basis.

    stated: the sentence gives day, month and year. month: month and year, taken as the first.
    inferred: a day without a year, or a weekday, by the article's date. article: the article's
    date, as the sentence has none of its own. none: the article has none either.
    Weekdays are taken to be past unless "next" stands before.
    """
    if _ANY.search(text):
        if full := _FULL.search(text):
            if day := _parse(full.group(), None, False):
                return pd.Timestamp(day), "stated"
        elif article is not None and (part := _DAY.search(text)):
            if day := _parse(part.group(), article, False):
                return pd.Timestamp(day), "inferred"
        elif of_month := _OF_MONTH.search(text):
            if day := _parse(of_month.group(), None, False):
                return pd.Timestamp(day), "month"
        elif article is not None and (relative := _RELATIVE.search(text)):
            words = relative.group().lower().removeprefix("last ")
            future = words.startswith("next ") or words == "tomorrow"
            words = words.removeprefix("next ")
            same = article.strftime("%A").lower() == words
            day = article if same and not future else _parse(words, article, future)
            if day:
                return pd.Timestamp(day), "inferred"
    if article is not None:
        return pd.Timestamp(article), "article"
    return pd.NaT, "none"


def latest_year(text: str) -> int | None:
    """The latest year that the sentence names, or None."""
    years = [int(year) for year in _YEAR.findall(text)]
    return max(years) if years else None


def is_early(row: Any, war_start: dt.date | None) -> bool:
    """Whether sentence or text is known to speak of the time before the war.

    An unknown date does not say so.
    """
    if war_start is None:
        return False
    year = latest_year(row.text)
    if year is not None and year < war_start.year:
        return True
    last = getattr(row, "date_high", None)
    if last is None or pd.isna(last):
        last = getattr(row, "date", None)
    return last is not None and not pd.isna(last) and last < pd.Timestamp(war_start)
