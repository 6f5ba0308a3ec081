"""Labelled lines -> title, author, outlet and date of the article."""

import re

import pandas as pd

from .lines import Line

_MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
_RU = ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"]
_ES = ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"]
_NUMBER = {m[:3]: i for i, m in enumerate(_MONTHS, 1)}
_NAMES = {m: i for names in (_MONTHS, _RU, _ES) for i, m in enumerate(names, 1)} | _NUMBER
_MONTH = "|".join(sorted(_NAMES, key=len, reverse=True))
_DATE = re.compile(
    rf"\b(?:(?P<m1>{_MONTH})\.? (?P<d1>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y1>(?:19|20)\d\d)"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?: de)? (?P<m2>{_MONTH})\.?,?(?: de)? (?P<y2>(?:19|20)\d\d)"
    r"|(?P<y3>(?:19|20)\d\d)-(?P<m3>\d\d)-(?P<d3>\d\d)"
    r"|(?P<d4>\d\d)\.(?P<m4>\d\d)\.(?P<y4>(?:20)?\d\d))\b"
)


def parse_date(text: str) -> pd.Timestamp | None:
    """The first full date in `text`, or None."""
    found = _DATE.search(text.lower())
    if not found:
        return None
    for form in "1234":
        year = found[f"y{form}"]
        if year:
            month = found[f"m{form}"]
            number = _NAMES.get(month) or int(month)
            try:
                return pd.Timestamp(
                    int(year) + (2000 if len(year) == 2 else 0), number, int(found[f"d{form}"])
                )
            except ValueError:
                return None
    return None


def is_date_line(line: Line) -> bool:
    """Whether a short line shows a date and little else."""
    return line.words <= 12 and _DATE.search(line.text.lower()) is not None


def find_language(text: str) -> str | None:
    """ISO code of the language of `text`, or None where it is too short to tell."""
    import py3langid

    if sum(c.isalpha() for c in text[:4000]) < 60:
        return None
    return str(py3langid.classify(text[:4000])[0])
