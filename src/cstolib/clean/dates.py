"""Dates as news pages show them, in the languages of the region and a few more."""

import re
from datetime import date

# Months as they stand in dates: full names (nominative and genitive) and the usual short forms.
_MONTHS = {
    1: "january jan января январь янв enero ene січня қаңтар հունվարի հունվար "
    "janvier janeiro januar",
    2: "february feb февраля февраль фев февр febrero лютого ақпан փետրվարի փետրվար "
    "février fevereiro februar",
    3: "march mar марта март мар marzo березня наурыз մարտի մարտ mars março märz",
    4: "april apr апреля апрель апр abril abr квітня сәуір ապրիլի ապրիլ avril",
    5: "may мая май mayo травня мамыр մայիսի մայիս mai maio",
    6: "june jun июня июнь июн junio червня маусым հունիսի հունիս juin junho juni",
    7: "july jul июля июль июл julio липня шілде հուլիսի հուլիս juillet julho juli",
    8: "august aug августа август авг agosto ago серпня тамыз օգոստոսի օգոստոս août",
    9: "september sep sept сентября сентябрь сен сент septiembre setiembre вересня қыркүйек "
    "սեպտեմբերի սեպտեմբեր septembre setembro",
    10: "october oct октября октябрь окт octubre жовтня қазан հոկտեմբերի հոկտեմբեր octobre outubro "
    "oktober",
    11: "november nov ноября ноябрь ноя нояб noviembre листопада қараша նոյեմբերի նոյեմբեր "
    "novembre novembro",
    12: "december dec декабря декабрь дек diciembre dic грудня желтоқсан դեկտեմբերի դեկտեմբեր "
    "décembre dezembro dezember",
}
MONTHS = {name: number for number, names in _MONTHS.items() for name in names.split()}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday понедельник lunes",
            "tuesday вторник martes",
            "wednesday среда среду miércoles",
            "thursday четверг jueves",
            "friday пятница пятницу viernes",
            "saturday суббота субботу sábado",
            "sunday воскресенье domingo",
        )
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(map(re.escape, MONTHS), key=lambda name: (-len(name), name)))
_YEAR = r"(?:19|20)\d\d"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_DATE = re.compile(
    rf"\b(?:(?P<m1>{_MONTH})\.?[\s,]+(?P<d1>{_DAY})(?:st|nd|rd|th)?\b[\s,]*(?P<y1>{_YEAR})?"
    rf"|(?P<d2>{_DAY})(?:st|nd|rd|th|\.)?(?:\s+of|\s+de)?[\s.-]+(?P<m2>{_MONTH})\b\.?,?(?:\s+del?)?"
    rf"[\s-]*(?P<y2>{_YEAR})?"
    rf"|(?P<y3>{_YEAR})[-/.](?P<m3>0?[1-9]|1[0-2])[-/.](?P<d3>{_DAY})(?!\d)"
    rf"|(?P<d4>\d\d?)(?P<s4>[./-])(?P<m4>\d\d?)(?P=s4)(?P<y4>{_YEAR}|\d\d)(?![\d.]))",
)
_HINT = re.compile(r"\d")
_NUMERIC = re.compile(r"\d[./-]\d")
_AROUND = ".,;:()[]«»|/"


def find_date(text: str) -> tuple[date | None, int, int] | None:
    """The first date in `text`: the day (None where it shows no year), and where it stands."""
    if not _HINT.search(text):
        return None
    if not _NUMERIC.search(text) and not any(
        word.strip(_AROUND) in MONTHS for word in text.lower().replace("-", " ").split()
    ):
        return None
    for found in _DATE.finditer(text.lower()):
        valid, day = _read(found)
        if valid:
            return day, found.start(), found.end()
    return None


def _read(found: re.Match[str]) -> tuple[bool, date | None]:
    """Whether it is a date, and the day, which is None where no year is shown."""
    if found["y4"]:
        first, second, year = int(found["d4"]), int(found["m4"]), int(found["y4"])
        year += 2000 if year < 100 else 0
        if found["s4"] == "/" and second > 12 >= first:  # month first, as in the United States
            first, second = second, first
        return _day(year, second, first)
    if found["y3"]:
        return _day(int(found["y3"]), int(found["m3"]), int(found["d3"]))
    form = "1" if found["m1"] else "2"
    month, number = MONTHS[found[f"m{form}"]], int(found[f"d{form}"])
    year_text = found[f"y{form}"]
    if year_text:
        return _day(int(year_text), month, number)
    return _day(2000, month, number)[0], None


def _day(year: int, month: int, number: int) -> tuple[bool, date | None]:
    try:
        return True, date(year, month, number)
    except ValueError:
        return False, None
