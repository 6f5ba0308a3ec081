"""Labelled lines -> title, author, outlet, date and language, as far as the text itself says."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from .dates import MONTHS, WEEKDAYS, find_date
from .language import find_language
from .layout import Layout
from .marks import Label
from .names import find_names, opening_name, tidy_name
from .outlet import find_outlet
from .repair import plain_markdown, tidy
from .scan import HAS_WEEKDAY

_EARLIEST = date(1992, 1, 1)  # the treaty is of May 1992; no page of its time is dated before
_DAY_NAMES = "|".join(WEEKDAYS)
_MONTH_NAMES = "|".join(sorted(map(re.escape, MONTHS), key=lambda name: (-len(name), name)))
# "Thursday (August 27)", "Thursday, August 27", "четверг, 27 августа", "jueves 27 de agosto"
_WEEKDAY_DATE = re.compile(
    rf"\b(?P<day>{_DAY_NAMES})\b[\s,(]{{1,3}}(?:(?P<m1>{_MONTH_NAMES})\.?\s(?P<d1>\d{{1,2}})"
    rf"|(?P<d2>\d{{1,2}})(?:\sde)?\s(?P<m2>{_MONTH_NAMES}))\b(?!,?\s(?:de\s)?\d{{4}})",
)
_WEEKDAY = re.compile(rf"\b(?:on|в|во|el|este)\s(?P<day>{_DAY_NAMES})\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass
class Metadata:
    """What a text says about itself; None where it does not say."""

    title: str | None = None
    author: str | None = None
    outlet: str | None = None
    day: date | None = None
    basis: str = "none"
    low: date | None = None
    high: date | None = None
    language: str | None = None
    notes: list[str] = field(default_factory=list)


def _plausible(day: date | None, today: date) -> bool:
    return day is not None and _EARLIEST <= day <= today


def _author(layout: Layout, labels: list[Label]) -> str | None:
    """The names in the byline by the title, or the first byline there is."""
    title = layout.title if layout.title is not None else layout.stretch[0]
    bylines = [i for i, label in enumerate(labels) if label[0] == "byline"]
    bylines.sort(key=lambda i: (abs(i - title) > 12, i))
    for index in bylines:
        line = layout.lines[index]
        if re.match(
            r"\W*(?:edited|editing|editor|редактор|перевод|translat|editado|traduc|source"
            r"|источник)",
            line.text,
            re.I,
        ):
            continue
        names = find_names(line.text)
        if not names and re.fullmatch(r"\W*(?:by|автор|autora?|author|por)\W*", line.text, re.I):
            after = layout.lines.part(index + 1, index + 2)
            names = find_names(after[0].text) if after else []
        if names:
            return "; ".join(dict.fromkeys(tidy_name(tidy(name)) for name in names))
    return _author_from_box(layout, labels)


def _author_from_box(layout: Layout, labels: list[Label]) -> str | None:
    """The name on a line of its own in the box about the author."""
    for index, label in enumerate(labels):
        if label[0] == "about" and index not in layout.copies:
            line = layout.lines[index]
            opening = opening_name(line.text) if line.has("about", "within") else None
            if opening:
                return tidy_name(tidy(opening))
            names = find_names(line.text)
            if len(names) == 1 and len(names[0].split()) == len(line.text.split()):
                rest = " ".join(x.text for x in layout.lines.part(index + 1, index + 4))
                if names[0] in rest:
                    return tidy_name(tidy(names[0]))
    return None


def _stated_date(layout: Layout, labels: list[Label], today: date) -> date | None:
    """The publication date as a line of its own shows it, the one nearest the title first."""
    title = layout.title if layout.title is not None else layout.stretch[0]
    places = [i for i, label in enumerate(labels) if label[0] in ("date", "byline")]
    places = [i for i in places if labels[i][0] == "date" or 0 < i - title < 6]
    places.sort(key=lambda i: (abs(i - title), i))
    for index in places:
        found = find_date(layout.lines[index].text)
        if found and _plausible(found[0], today):
            return found[0]
        if found and found[0] is None:
            year = [
                _YEAR.search(x.text) for x in layout.lines.part(index - 1, index + 2) if x.size <= 6
            ]
            for hit in filter(None, year):
                again = find_date(f"{layout.lines[index].text}, {hit[0]}")
                if again and _plausible(again[0], today):
                    return again[0]
    return None


@cache
def _landmarks() -> list[tuple[re.Pattern[str], date, date]]:
    text = files("cstolib").joinpath("resources/landmarks.txt").read_text(encoding="utf-8")
    marks = []
    for line in text.splitlines():
        if line and not line.startswith("#"):
            phrase, first, last = (part.strip() for part in line.rsplit(";", 2))
            until = date.fromisoformat(last) if last else date.max
            marks.append((re.compile(rf"\b(?:{phrase})"), date.fromisoformat(first), until))
    return marks


def _fitting_day(text: str, month: int, number: int, weekday: int, today: date) -> date | None:
    """The day of that month and number which fell on the weekday, in a year the text allows.

    A year named in the text that fits is taken; else the last one that the offices and names of
    resources/landmarks.txt allow. None where nothing in the text bounds the year from above.
    """
    fits = []
    for year in range(_EARLIEST.year, today.year + 1):
        try:
            day = date(year, month, number)
        except ValueError:
            continue
        if day <= today and day.weekday() == weekday:
            fits.append(day)
    named = {int(year) for year in _YEAR.findall(text)}
    latest = max((year for year in named if year <= today.year), default=0)
    for day in fits:
        if latest and 0 <= day.year - latest <= 1:
            return day
    lowered = text.lower()
    bounds = [(first, last) for phrase, first, last in _landmarks() if phrase.search(lowered)]
    low = max((first for first, _ in bounds), default=_EARLIEST)
    high = min((last for _, last in bounds), default=date.max)
    fits = [day for day in fits if low <= day <= high and day.year >= latest]
    return fits[-1] if fits and high < date.max else None


def _find_weekday_date(text: str) -> re.Match[str] | None:
    """The first weekday with a day and a month; the long pattern is tried only at weekdays."""
    places = []
    for name in WEEKDAYS:
        place = text.find(name)
        while place >= 0:
            places.append(place)
            place = text.find(name, place + 1)
    return next(filter(None, (_WEEKDAY_DATE.match(text, place) for place in sorted(places))), None)


def _inferred_date(text: str, captions: str, today: date) -> tuple[date, date] | None:
    """The bounds of the date that weekdays and other dates in the text allow, or None.

    A weekday with day and month fixes the year; a weekday alone, with a dated caption, the day.
    """
    found = _find_weekday_date(text.lower())
    if found:
        month = MONTHS[found["m1"] or found["m2"]]
        day = _fitting_day(
            text, month, int(found["d1"] or found["d2"]), WEEKDAYS[found["day"]], today
        )
        if day:
            month_end = (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
            return day, min(month_end, day + timedelta(days=6), today)
    shown = find_date(captions)
    weekday_alone = _WEEKDAY.search(text[:400].lower())
    if shown and shown[0] and _plausible(shown[0], today) and weekday_alone:
        day = shown[0]
        ahead = (WEEKDAYS[weekday_alone["day"]] - day.weekday()) % 7
        if ahead <= 2:
            return day + timedelta(days=ahead), min(day + timedelta(days=ahead + 2), today)
    return None


def _join(layout: Layout, labels: list[Label], kind: str) -> str:
    """The text of the lines of one kind."""
    raw, facts = layout.lines.raw, layout.lines.facts
    return " ".join(
        raw[facts[i][0] : facts[i][1]] for i, label in enumerate(labels) if label[0] == kind
    )


def read_metadata(layout: Layout, labels: list[Label], today: date) -> Metadata:
    """What the labelled lines say about the article."""
    meta = Metadata()
    lines = layout.lines
    if layout.title is not None:
        meta.title = plain_markdown(tidy(lines[layout.title].text))
    meta.author = _author(layout, labels)
    meta.outlet = find_outlet(layout, labels)
    prose = _join(layout, labels, "body")
    meta.language = find_language(prose or " ".join(x.text for x in lines.part(0, 200)))
    stated = _stated_date(layout, labels, today)
    if stated:
        meta.day = meta.low = meta.high = stated
        meta.basis = "stated"
        return meta
    weekday = any(
        lines.flag_list[i] & HAS_WEEKDAY for i, label in enumerate(labels) if label[0] == "body"
    )
    captions = _join(layout, labels, "caption")
    bounds = _inferred_date(prose[:20_000], captions[:5_000], today) if weekday else None
    if bounds:
        meta.low, meta.high = bounds
        meta.basis = "inferred"
        if bounds[0] == bounds[1]:
            meta.day = bounds[0]
    return meta
