"""What a line is by itself: a credit, a date, a byline, words of furniture."""

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from . import scan
from .cues import CREDIT_FIRSTS, Cue, vocabulary, words_of
from .dates import find_date
from .lines import Flags, Lines, cue_bits, where_bits
from .names import find_names

Label = tuple[str, str]  # kind and reason
_WEIGHT = {"whole": 3.0, "start": 2.0, "end": 2.0, "within": 1.0}
# Of two kinds whose words weigh the same, the earlier is taken.
_ORDER = "disclaimer comment appeal related caption byline date about embed other nav".split()  # noqa: SIM905
_DATE_WORDS = words_of(
    "published posted updated update last modified first date created ago hours hour "
    "minutes minute days day today yesterday est edt gmt utc ist cet msk local time monday "
    "tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun "
    "опубликовано обновлено дата года год мск понедельник вторник среда четверг пятница "
    "суббота воскресенье назад часов publicado actualizado fecha hora horas hace lunes "
    "martes miércoles jueves viernes sábado domingo del read min"
)
_DATE_LINE = 16  # words
_FEW = 8  # words of a line that is furniture if all of it is
_WHOLE = where_bits("whole") & ~cue_bits("date", "whole") & ~cue_bits("about", "whole")
_MARKING = _WHOLE | cue_bits("related", "start") | cue_bits("appeal", "start")
LONGEST_LINE = 200_000  # characters; no paragraph is as long
_CREDIT_WORDS = re.compile(
    r"photo|image|picture|illustration|video|courtesy|credit|screenshot|screen capture|getty"
    r"|reuters|afp|\bap\b|epa|efe"
    r"|tass|sputnik|shutterstock|stock|wikimedia|archive|pool|press service|фото|снимок"
    r"|изображение|видео"
    r"|тасс|архив|пресс-служб|иллюстрац|коллаж|скриншот|foto|imagen|archivo|cortes[ií]a|vídeo"
    r"|kremlin",
    re.IGNORECASE,
)
_CREDIT_FIRSTS = words_of(CREDIT_FIRSTS)
_CREDIT_END = re.compile(r"[(\[]([^()\[\]]{2,90})[)\]]\W*$")
_SLASH_CREDIT = re.compile(r"\b[^\W\d_][\w.’' -]{2,40}\s?/\s?[A-ZА-ЯЁ][\w. ]{1,30}\W*$")
_CREDIT_LAST = re.compile(
    r"(?:^|[.!?»”\"]\s+|\s[–—|-]\s|,\s)(?:file )?(?:photos?|image|picture|illustration|video"
    r"|screenshot|credit|courtesy"
    r"|фото|видео|снимок|иллюстрация|foto|imagen|vídeo|fotografía|crédito)"
    r"(?:\s?(?::|/|\||©)|\s(?:by|via|courtesy|credit|from|de|из))\s?[^.]{2,60}\.?$",
    re.IGNORECASE,
)
_SIGN_END = re.compile(r"\S.{8,}[.!?»”]\s*©\s?[^©]{2,60}$")
_DATE_END = re.compile(r"[.!?»”]\s+(?P<date>[^.!?]{6,24})\.?$")
_CREDIT_START = re.compile(
    r"^(?:file )?(?:photo|image|picture|illustration|video|фото|видео|иллюстрация|foto|imagen"
    r"|fotografía)"
    r"(?: (?:by|credit|courtesy|de|из))?\s?(?:credit)?\s?[:/|(©]",
    re.IGNORECASE,
)
_BY_LAST = re.compile(
    r"^(?:[^\W\d_]+[\s,&]+){1,4}by\s+|^(?:interview|words and photos|text and photos|текст и фото"
    r"|текст|texto y fotos|беседовал[аи]?|записал[аи]?|entrevista)\s?:\s*",
    re.I,
)
_NAME_BYLINE = re.compile(r"^(?:by|por|автор|autor|author|текст|texto)\b\s*:?", re.IGNORECASE)


def is_credited(lines: Lines, index: int) -> bool:
    """Whether the line is the text of a picture: it ends, or starts, with who made it."""
    text, size = lines.text(index), lines.counts[index]
    if size > 90 or _NAME_BYLINE.match(text):
        return False
    tail = text[-100:]
    slash = "/" in tail
    if text[-1] in ")]" or text[-2:-1] in ")]":
        bracket = _CREDIT_END.search(tail)
        if bracket and ("/" in bracket[1] or _CREDIT_WORDS.search(bracket[1])):
            return len(bracket[1].split()) <= 12
    words = lines.words(index).split()
    if not _CREDIT_FIRSTS.isdisjoint(words[:2] + words[-14:]):
        if _CREDIT_START.match(text) and size >= 2:
            return True
        if _CREDIT_LAST.search(tail):
            return True
    if "©" in text and _SIGN_END.search(text[-160:]):
        return True
    if size >= 8 and _ends_with_date(tail):
        return True
    if size < 6:
        return False
    if slash and _SLASH_CREDIT.search(tail) is not None:
        return True
    return lines.carries(index, "caption", "end") and text[-1] != "." and size < 30


def _ends_with_date(tail: str) -> bool:
    """Whether the last sentence is a date and nothing more."""
    dated = _DATE_END.search(tail) if tail[-5:].strip(".").isdigit() or tail[-1].isdigit() else None
    found = find_date(dated["date"]) if dated else None
    if not dated or not found or not found[0]:
        return False
    return found[2] - found[1] >= len(dated["date"].strip()) - 2


def is_date_line(lines: Lines, index: int) -> bool:
    """Whether a short line shows a date and little else."""
    found, text = lines.date(index), lines.text(index)
    if not found:
        return False
    rest = text[: found[1]] + " " + text[found[2] :]
    letters = [
        word for word in re.findall(r"[^\W\d_]{3,}", rest.lower()) if word not in _DATE_WORDS
    ]
    return len(letters) <= 1


def is_byline(lines: Lines, index: int) -> bool:
    text, size = lines.text(index), lines.counts[index]
    if _NAME_BYLINE.match(text) and size <= 40:
        return bool(find_names(text)) or size <= 5
    if size > 24:
        return all(lines.carries(index, "byline", where) for where in ("within", "start"))
    if _BY_LAST.search(text) and find_names(_BY_LAST.sub("", text, count=1)):
        return size <= 12
    return lines.carries(index, "byline") and not lines.carries(index, "caption")


def _has_marks(lines: Lines, index: int) -> bool:
    """Whether a sign or words say that the line is furniture, however much it reads like prose."""
    text, size = lines.text(index), lines.counts[index]
    if lines.bits[index] & scan.LIKE_SPEECH:
        return "©" in text[:3] and size <= 40
    if "©" in text and size <= 30:
        return True
    for cue in map(vocabulary().cues.__getitem__, lines.cues(index)):
        if cue.where == "whole" and size <= _FEW and cue.kind not in ("date", "about"):
            return True
        header = " " in cue.phrase or ":" in text[: len(cue.phrase) + 2]
        if cue.where == "start" and cue.kind == "related" and size <= 30 and header:
            return True
        if cue.where == "start" and cue.kind == "appeal" and size <= 12 and " " in cue.phrase:
            return True
    return False


@dataclass
class Marks:
    """What each line is by itself."""

    dated: Flags  # a date and little else
    signed: Flags  # a byline
    credited: Flags  # the text of a picture
    vetoed: Flags  # not the article's prose, whatever its score: plain marks of furniture


def read_marks(lines: Lines) -> Marks:
    """What each line is by itself; only those whose flags allow it are looked at."""
    dated = (lines.sizes <= _DATE_LINE) & lines.flagged(scan.HAS_DIGIT)
    dated &= lines.flagged(scan.HAS_MONTH | scan.HAS_NUMBERS)
    signed = lines.flagged(scan.MAY_BYLINE) | lines.has("byline")
    credited = (lines.flagged(scan.MAY_CREDIT) | lines.has("caption", "end")) & (lines.sizes <= 90)
    for which, test in ((dated, is_date_line), (signed, is_byline), (credited, is_credited)):
        for row in which.nonzero()[0].tolist():
            which[row] = test(lines, row)
    bare = (lines.sizes == 0) | (lines.ends - lines.starts > LONGEST_LINE)
    vetoed = lines.flagged(scan.HAS_SIGN) | ((lines.cue_mask & np.uint64(_MARKING)) > 0)
    vetoed &= ~(bare | credited)
    plain = (lines.cue_mask & np.uint64(_WHOLE)) > 0
    plain &= (lines.sizes <= _FEW) & ~lines.flagged(scan.LIKE_SPEECH)
    for row in (vetoed & ~plain).nonzero()[0].tolist():
        vetoed[row] = _has_marks(lines, row)
    return Marks(dated, signed, credited, vetoed | bare | credited)


def count_cues(lines: Lines, index: int, kind: str) -> int:
    """How many words of furniture of this kind a line carries."""
    return sum(vocabulary().cues[number].kind == kind for number in lines.cues(index))


def by_cues(lines: Lines, index: int) -> Label | None:
    """The kind whose words of furniture weigh most in the line."""
    cues = lines.cues(index)
    return _weigh(cues, lines.counts[index] > 25) if cues else None


@lru_cache(1 << 15)
def _weigh(numbers: tuple[int, ...], long: bool) -> Label | None:
    """The kind that these cues speak for in a line, which may be long."""
    known = vocabulary().cues
    cues = [known[number] for number in numbers]
    weights: dict[str, float] = {}
    best: dict[str, Cue] = {}
    for cue in cues:
        weights[cue.kind] = weights.get(cue.kind, 0.0) + _WEIGHT[cue.where]
        other = best.get(cue.kind)
        if other is None or _WEIGHT[cue.where] > _WEIGHT[other.where]:
            best[cue.kind] = cue
    kind = min(weights, key=lambda name: (-weights[name], _ORDER.index(name)))
    if weights[kind] < 2 and long:
        return None  # one word of furniture in a long line says little
    where = {"whole": "all of it", "within": "in it"}.get(
        best[kind].where, f"at its {best[kind].where}"
    )
    return kind, f"words of {kind} {where}: {best[kind].phrase}"
