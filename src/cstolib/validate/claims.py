"""The same claim told with different values across articles, or against a sourced fact.

A claim is a row of claims.csv: what a sentence, with those before it, must be about, where its
value stands, and what sources say. `load_claims` lists the columns.
"""

import calendar
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ..tables import TableError, accept_table, require_columns

KINDS = ("number", "month", "choice")
COLUMNS = ("claim", "question", "kind", "about", "value", "fact", "source", "note")
_MONTHS = [month.lower() for month in calendar.month_name[1:]]
_DIGITS = "zero one two three four five six seven eight nine ten eleven twelve"
_WORDS = {word: number for number, word in enumerate(_DIGITS.split())}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_NUMBER = (
    r"(?:\d{1,3}(?:[,.   ]\d{3})+|\d+(?:\.\d+)?|" + "|".join(_WORDS) + r")"
    r"(?:\s+(?:hundred|thousand|million))?"
)
_FACT = re.compile(r"\d+(?:\.\d+)?(?:-\d+(?:\.\d+)?)?")
_MONTH = (
    r"(?:" + "|".join(m.title() for m in _MONTHS) + r"|(?:[Ee]arlier |[Ll]ater )?[Tt]his month|"
    r"[Ll]ast month)"
)


class _Claim(NamedTuple):
    claim: str
    question: str
    kind: str
    about: tuple[re.Pattern[str], ...]
    value: tuple[tuple[str, re.Pattern[str]], ...]
    fact: str | None
    source: str | None


def load_claims(path: str | Path | None = None) -> pd.DataFrame:
    """The claims that ship, or those of the CSV file at `path`, as a table of text.

    Columns: claim, question, kind (number, month, choice), about (regular expressions joined by
    " && ", each of which must match the sentence, the five before it or the title), value (regular
    expressions joined by " || ": NUMBER and MONTH stand for one; for a choice
    "yes = … || no = …"), fact (a value, a range "2000-2500", a month "2022-06", or empty where
    sources differ), source, note.
    """
    shipped = resources.files("cstolib") / "resources" / "claims.csv"
    try:
        with (Path(path) if path else shipped).open(encoding="utf-8") as file:
            return pd.read_csv(file, dtype="str", keep_default_na=False)
    except OSError as error:
        raise TableError(f"the claims {str(path)!r} cannot be read: {error.strerror}") from None


def _compile(pattern: str, claim: str) -> re.Pattern[str]:
    named = pattern.replace("NUMBER", f"(?P<value>{_NUMBER})").replace(
        "MONTH", f"(?P<value>{_MONTH})"
    )
    try:
        return re.compile(named, re.IGNORECASE)
    except re.error as error:
        raise TableError(
            f"claim {claim!r} has a pattern that cannot be read: {pattern!r} ({error}); "
            "write it as a regular expression"
        ) from None


def _read(claims: pd.DataFrame) -> list[_Claim]:
    require_columns(claims, "claims", COLUMNS[:5])
    out = []
    for row in claims.fillna("").to_dict("records"):
        name = str(row["claim"])
        if row["kind"] not in KINDS:
            raise TableError(
                f"claim {name!r}: kind must be {', '.join(KINDS)}, got {row['kind']!r}"
            )
        if row["kind"] == "choice":
            options = [option.partition("=") for option in str(row["value"]).split("||")]
            value = tuple((o[0].strip(), _compile(o[2].strip(), name)) for o in options)
        else:
            value = tuple(("", _compile(o.strip(), name)) for o in str(row["value"]).split("||"))
        if row["kind"] != "choice" and not all("value" in p.groupindex for _, p in value):
            raise TableError(
                f"claim {name!r}: value must hold NUMBER or MONTH, got {row['value']!r}"
            )
        about = tuple(_compile(part.strip(), name) for part in str(row["about"]).split("&&"))
        fact, source = str(row.get("fact", "")) or None, str(row.get("source", "")) or None
        if row["kind"] == "number" and fact and not _FACT.fullmatch(fact):
            raise TableError(
                f"claim {name!r}: fact must be a number or a range such as 2000-2500, got {fact!r}"
            )
        out.append(_Claim(name, str(row["question"]), row["kind"], about, value, fact, source))
    return out


def _number(words: str) -> float:
    """2,500, "two thousand" and "2.5 thousand" as numbers."""
    parts = words.lower().split()
    scale = 1
    if len(parts) > 1 and parts[-1] in _SCALES:
        scale = _SCALES[parts.pop()]
    digits = "".join(parts)
    if digits in _WORDS:
        return float(_WORDS[digits] * scale)
    if re.fullmatch(r"\d{1,3}(?:[,.   ]\d{3})+", digits):
        digits = re.sub(r"\D", "", digits)
    return float(digits) * scale


def _month(words: str, date: Any) -> str | None:
    """The month as 2022-06; one without a year is the last such month at the article's date."""
    low = words.lower()
    if date is None or pd.isna(date):
        return None
    day = pd.Timestamp(date)
    if low in _MONTHS:
        month = _MONTHS.index(low) + 1
        year = day.year if month <= day.month else day.year - 1
        return f"{year}-{month:02d}"
    if low.startswith("last"):
        day = day - pd.DateOffset(months=1)
    return f"{day.year}-{day.month:02d}"


def _values(claim: _Claim, text: str, date: Any) -> Iterator[tuple[int, int, str, float]]:
    """Each value that a sentence gives: where, how it is told, and as a number."""
    for option, pattern in claim.value:
        for found in pattern.finditer(text):
            if claim.kind == "choice":
                yield found.start(), found.end(), option, float("nan")
                break
            start, end = found.span("value")
            if claim.kind == "number":
                number = _number(found["value"])
                yield start, end, f"{number:,.0f}", number
            elif month := _month(found["value"], date):
                yield start, end, month, float(month.replace("-", ""))


def _agrees(claim: _Claim, told: str, number: float) -> bool | None:
    if claim.fact is None:
        return None
    if claim.kind == "number":
        low, _, high = claim.fact.partition("-")
        return float(low) <= number <= float(high or low)
    return told == claim.fact


_BEFORE = 5  # sentences


def _near(records: list[dict[str, Any]], place: int) -> str:
    """A sentence with its article's title and the sentences just before it."""
    article = records[place]["article_id"]
    low = place
    while low and records[low - 1]["article_id"] == article:
        low -= 1
    first = max(low, place - _BEFORE)
    head = [r for r in records[low:first] if r.get("kind") == "title"]
    return " ".join(str(r["text"]) for r in [*head, *records[first : place + 1]])


def find_contradictions(
    sentences: pd.DataFrame, claims: pd.DataFrame | str | Path | None = None
) -> pd.DataFrame:
    """Where the articles tell one claim with different values, or against a sourced fact.

    Every telling of a claim on which they differ, also those that agree with the fact, so that
    both sides stand there. Columns: claim, question, article_id, sentence, start, end, quote,
    voice, speaker, value, number, fact, agrees (with the fact; missing without one), source,
    n_values (different values told), n_articles. It finds what its patterns describe and no more;
    a rounded number counts as another value.
    """
    needed = ["article_id", "sentence", "start", "end", "text"]
    sentences = accept_table(sentences, "sentences", needed)
    read = _read(
        load_claims(claims) if claims is None or not isinstance(claims, pd.DataFrame) else claims
    )
    rows: list[dict[str, Any]] = []
    records = sentences.to_dict("records")
    for place, row in enumerate(records):
        text = str(row["text"])
        near = ""
        for claim in read:
            values = list(_values(claim, text, row.get("date")))
            near = near or (_near(records, place) if values else "")
            if not values or not all(part.search(near) for part in claim.about):
                continue
            for _, _, told, number in values:
                rows.append(
                    {
                        "claim": claim.claim,
                        "question": claim.question,
                        **{key: row[key] for key in ("article_id", "sentence", "start", "end")},
                        "quote": " ".join(text.split()),
                        "voice": row.get("voice"),
                        "speaker": row.get("speaker"),
                        "value": told,
                        "number": number,
                        "fact": claim.fact,
                        "agrees": _agrees(claim, told, number),
                        "source": claim.source,
                    }
                )
    return _differing(rows)


_TOLD = {
    **dict.fromkeys(("claim", "question", "article_id"), "str"),
    **dict.fromkeys(("sentence", "start", "end"), "Int64"),
    **dict.fromkeys(("quote", "voice", "speaker", "value"), "str"),
    **{"number": "float64", "fact": "str", "agrees": "boolean", "source": "str"},
}


def _differing(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """The tellings of claims on which articles differ among themselves or from the fact."""
    frame = pd.DataFrame(rows, columns=list(_TOLD)).astype(_TOLD)
    frame = frame.drop_duplicates(["claim", "article_id", "sentence", "value"])
    groups = frame.groupby("claim", sort=False)
    for many, column in (("n_values", "value"), ("n_articles", "article_id")):
        frame[many] = groups[column].transform("nunique").astype("Int64")
    wrong = frame["claim"].isin(frame.loc[(~frame["agrees"]).fillna(False), "claim"])
    order = ["claim", "number", "value", "article_id", "sentence"]
    differing = frame[(frame["n_values"] > 1) | wrong]
    return differing.sort_values(order, kind="stable").reset_index(drop=True)
