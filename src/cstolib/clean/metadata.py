"""Labelled lines -> title, author, outlet, date and language, as far as the text itself says."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from .dates import MONTHS, WEEKDAYS, find_date
from .labels import are, read_kinds
from .language import find_languages
from .layout import Layout, Page
from .lines import Lines
from .marks import Label
from .names import find_names, opening_name, tidy_name
from .outlet import find_outlets
from .repair import plain_markdown, tidy
from .scan import HAS_DIGIT, HAS_MONTH, HAS_WEEKDAY

_EARLIEST = date(1992, 1, 1)  # the treaty is of May 1992; no page of its time is dated before
_DAY_NAMES = "|".join(WEEKDAYS)
_MONTH_NAMES = "|".join(sorted(map(re.escape, MONTHS), key=lambda name: (-len(name), name)))
# "Thursday (August 27)", "Thursday, August 27", "четверг, 27 августа", "jueves 27 de agosto"
_WEEKDAY_DATE = re.compile(
    rf"\b(?P<day>{_DAY_NAMES})\b[\s,(]{{1,3}}(?:(?P<m1>{_MONTH_NAMES})\.?\s(?P<d1>\d{{1,2}})"
    rf"|(?P<d2>\d{{1,2}})(?:\sde)?\s(?P<m2>{_MONTH_NAMES}))\b(?!,?\s(?:de\s)?\d{{4}})",
)
_WEEKDAY = re.compile(rf"\b(?:on|в|во|el|este)\s(?P<day>{_DAY_NAMES})\b")
_WEEKDAY_FLAGS = HAS_WEEKDAY | HAS_MONTH | HAS_DIGIT
_NO_AUTHOR = re.compile(
    r"\W*(?:edited|editing|editor|редактор|перевод|translat|editado|traduc|source|источник)", re.I
)
_BARE_BYLINE = re.compile(r"\W*(?:by|автор|autora?|author|por)\W*", re.I)
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


def _author(lines: Lines, page: Page, bylines: list[int]) -> str | None:
    """The names in the byline by the title, or the first byline there is."""
    title = page.start if page.title is None else page.title
    for index in sorted(bylines, key=lambda i: (abs(i - title) > 12, i)):
        text = lines.text(index)
        if _NO_AUTHOR.match(text):
            continue
        names = find_names(text)
        if not names and _BARE_BYLINE.fullmatch(text) and index + 1 < page.high:
            names = find_names(lines.text(index + 1))
        if names:
            return "; ".join(dict.fromkeys(tidy_name(tidy(name)) for name in names))
    return None


def _author_from_box(layout: Layout, page: Page, about: list[int]) -> str | None:
    """The name on a line of its own in the box about the author."""
    lines = layout.lines
    for index in about:
        if index in layout.copies:
            continue
        text = lines.text(index)
        opening = opening_name(text) if lines.carries(index, "about", "within") else None
        if opening:
            return tidy_name(tidy(opening))
        names = find_names(text)
        if len(names) == 1 and len(names[0].split()) == len(text.split()):
            after = range(index + 1, min(index + 4, page.high))
            if names[0] in " ".join(map(lines.text, after)):
                return tidy_name(tidy(names[0]))
    return None


def _stated_date(lines: Lines, page: Page, places: list[int], today: date) -> date | None:
    """The publication date as one of these lines shows it, the one nearest the title first."""
    title = page.start if page.title is None else page.title
    for index in sorted(places, key=lambda i: (abs(i - title), i)):
        found = lines.date(index)
        if found and _plausible(found[0], today):
            return found[0]
        if found and found[0] is None:
            near = range(max(index - 1, page.low), min(index + 2, page.high))
            years = [_YEAR.search(lines.text(i)) for i in near if lines.counts[i] <= 6]
            for year in filter(None, years):
                again = find_date(f"{lines.text(index)}, {year[0]}")
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


def _inferred_date(
    lines: Lines, body: list[int], prose: str, captions: str, today: date
) -> tuple[date, date] | None:
    """The bounds of the date that weekdays and other dates in the text allow, or None.

    A weekday with day and month fixes the year; a weekday alone, with a dated caption, the day.
    """
    for index in body:
        if lines.flags[index] & _WEEKDAY_FLAGS == _WEEKDAY_FLAGS:
            found = _WEEKDAY_DATE.search(lines.text(index).lower())
            if not found:
                continue
            month = MONTHS[found["m1"] or found["m2"]]
            number, weekday = int(found["d1"] or found["d2"]), WEEKDAYS[found["day"]]
            day = _fitting_day(prose, month, number, weekday, today)
            if day:
                month_end = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
                return day, min(month_end - timedelta(days=1), day + timedelta(days=6), today)
            break
    shown = find_date(captions)
    weekday_alone = _WEEKDAY.search(prose[:400].lower()) if shown else None
    if shown and shown[0] and _plausible(shown[0], today) and weekday_alone:
        day = shown[0]
        ahead = (WEEKDAYS[weekday_alone["day"]] - day.weekday()) % 7
        if ahead <= 2:
            return day + timedelta(days=ahead), min(day + timedelta(days=ahead + 2), today)
    return None


def read_metadata(layout: Layout, labels: list[Label], today: date) -> list[Metadata]:
    """What the labelled lines of each text say about it."""
    lines, kinds = layout.lines, read_kinds(labels)
    bylines, about, dates, captions, bodies = (
        lines.by_text(are(kinds, kind)) for kind in ("byline", "about", "date", "caption", "body")
    )
    weekdays = lines.by_text(are(kinds, "body") & lines.flagged(HAS_WEEKDAY))
    proses = [" ".join(map(lines.text, body)) for body in bodies]
    languages = find_languages(
        [
            prose or " ".join(map(lines.text, range(page.low, min(page.low + 200, page.high))))
            for prose, page in zip(proses, layout.pages, strict=True)
        ]
    )
    outlets = find_outlets(layout, labels, kinds)
    found = []
    for text, page in enumerate(layout.pages):
        meta = Metadata(outlet=outlets[text], language=languages[text])
        found.append(meta)
        if page.title is not None:
            meta.title = plain_markdown(tidy(lines.text(page.title)))
        meta.author = _author(lines, page, bylines[text])
        meta.author = meta.author or _author_from_box(layout, page, about[text])
        title = page.start if page.title is None else page.title
        near = [index for index in bylines[text] if 0 < index - title < 6]
        stated = _stated_date(lines, page, dates[text] + near, today)
        if stated:
            meta.day = meta.low = meta.high = stated
            meta.basis = "stated"
        elif weekdays[text]:
            shown = " ".join(map(lines.text, captions[text]))[:5_000]
            prose = proses[text][:20_000]
            bounds = _inferred_date(lines, weekdays[text], prose, shown, today)
            if bounds:
                meta.low, meta.high = bounds
                meta.basis = "inferred"
                meta.day = bounds[0] if bounds[0] == bounds[1] else None
    return found
