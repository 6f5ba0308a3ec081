"""Which outlet a text says that it comes from."""

import re
from collections import Counter, defaultdict
from difflib import SequenceMatcher
from functools import cache, lru_cache

import numpy as np

from .cues import hash_words
from .layout import Layout
from .lines import Flags, Lines, Numbers, where_bits
from .marks import Label
from .names import find_names
from .repair import plain_markdown, tidy
from .scan import HAS_DOT, HAS_FIGURE, HAS_TOLD

_NAMING = ("other", "nav", "byline", "related")
_STATING = ("appeal", "about", "disclaimer", "comment")
_KNOWN = 1 << 15  # names of menus come again on each page of an outlet
_LIKE = 0.85  # an address and the name that it spells
_ELSEWHERE = 1.5  # the most that a name's other places on the page add
_HEADS = where_bits("whole", "start")
_ENOUGH = 2.0  # weight of evidence below which no outlet is named
_TAIL = re.compile(r"(?:\s(?:\||–|—|-|»|::|/)\s|\s»\s)([^|–—»]{2,60})$")
_HEAD = re.compile(r"^([^|:·—–]{3,50}?)\s*(?:::|\||·|—|–)\s")
_YEARS = r"(?:19|20)\d\d(?:\s*[-–—]\s*(?:19|20)?\d\d)?"
_RIGHTS = re.compile(
    rf"(?:©|\(c\)|copyright\b)\W*(?:(?:©|copyright|@)\W*)*(?:{_YEARS})?[\s,.]*"
    rf"(?P<name>[^\W\d_«\"][^.,;|()©»\"]{{1,60}}?|[«\"][^»\"]{{2,60}}[»\"])"
    rf"(?=\s*(?:[.,;|(»\"]|{_YEARS}|all rights|inc\b|ltd\b|llc\b|©|$))",
    re.IGNORECASE,
)
_SINCE = re.compile(rf"^(?P<name>[^\W\d_][^,;|()]{{2,50}}),\s*{_YEARS}\b")
_WORKS_FOR = re.compile(
    r"\b(?:correspondent|reporter|editor|columnist|writer|contributor|journalist|writes|analyst"
    r"|reporting)\b"
    r"[^.]{0,60}?\b(?:for|of|at)\s+(?P<name>(?:The\s)?[A-Z][\w’'&]*(?:\s(?:of|and|for"
    r"|[A-Z][\w’'&]*))*)"
)
_TOLD = re.compile(
    r"\b(?:told|tells|speaking to|interview "
    r"with)\s+(?P<name>[A-Z][\w.]*(?:\s[A-Z][\w.]*){0,2})(?=[\s,.])"
)
_COMPANY = re.compile(
    r"\s+(?:inc|ltd|llc|gmbh|plc|corp|interactive|media pvt|pvt|private|limited|media group)\b.*$",
    re.IGNORECASE,
)
_LEGAL_FORM = re.compile(
    r"^(?:миа|иа|риа|ооо|ао|газета|журнал|портал|сетевое издание|the website of)\s+", re.I
)
_HOST = re.compile(
    r"\b(?:www\.)?([\w-]{3,40})\.(?:com|org|net|info|ru|kz|am|by|kg|tj|ua|eu|uk|es|media|news)\b",
    re.I,
)
_QUOTES = "«»\"“”„'"


class _Votes:
    """Evidence for each name, whatever its case, article or quotation marks."""

    def __init__(self) -> None:
        self.weights: defaultdict[str, float] = defaultdict(float)
        self.spelled: dict[str, str] = {}

    def add(self, name: str, weight: float) -> None:
        name, key = _spell(name)
        if not key:
            return
        self.weights[key] += weight
        known = self.spelled.get(key)
        if known is None or (known.isupper() and not name.isupper()):
            self.spelled[key] = name


@lru_cache(_KNOWN)
def _spell(name: str) -> tuple[str, str]:
    """The name without what firms add to it, and its key, which is empty where it is no name."""
    name = _LEGAL_FORM.sub("", _COMPANY.sub("", plain_markdown(tidy(name)))).strip(
        f" .,:;-–—|/{_QUOTES}"
    )
    key = _key(name)
    if not 2 <= len(key) <= 60 or len(name.split()) > 8 or any(c.isdigit() for c in key):
        return name, ""
    return name, key


@lru_cache(_KNOWN)
def _key(name: str) -> str:
    return re.sub(r"^the\s+|[\W_]", "", name.lower())


def _named_lines(lines: Lines) -> Flags:
    """Lines that could be a name by themselves: a few words, most with capitals, no sentence."""
    named = (lines.sizes >= 1) & (lines.sizes <= 7) & (2 * lines.capitals >= lines.sizes + 1)
    named &= ~lines.flagged(HAS_FIGURE) & ((lines.cue_mask & np.uint64(_HEADS)) == 0)
    for index in named.nonzero()[0].tolist():
        named[index] = lines.raw[lines.facts[index][1] - 1] not in ".!?:,;"
    return named


def _vote_head(votes: _Votes, layout: Layout, labels: list[Label], named: Flags) -> None:
    """The masthead, and what stands behind the title."""
    lines = layout.lines
    title = lines[layout.title] if layout.title is not None else None
    menu = sum(label[0] == "nav" for label in labels[:12])
    again = np.zeros(12, dtype=bool)
    if title and title.size >= 3:
        again = lines.first_words[:12] == lines.first_words[layout.title]
    for index, line in enumerate(lines.part(0, 12)):
        if index > 1 and not again[index]:
            continue
        if title and again[index] and line.key != title.key and line.key.startswith(title.key):
            found = _TAIL.search(line.text)
            if found:
                votes.add(found[1], 5)
        if index > 1 or labels[index][0] in ("title", "repeat", "body", "caption"):
            continue
        head = _HEAD.match(line.text)
        if head and len(head[1].split()) <= 5 and not find_names(head[1]):
            votes.add(head[1], 2 if index == 0 and menu < 8 else 1)
        elif named[index] and index == 0:
            votes.add(line.text, 2 if menu < 8 else 1)


def _weight_alone(layout: Layout, labels: list[Label], index: int) -> float:
    """What a name on a line of its own says: more by the title, or above a box of the outlet."""
    line, kind = layout.lines[index], labels[index][0]
    if kind == "byline":
        return 0.0 if find_names(line.text) else 1.0
    if line.size < 2:
        return 0.0
    weight = 0.5 if kind == "other" else 0.0
    if layout.title is not None and 0 < abs(index - layout.title) <= 5:
        weight += 1.0
    after = labels[index + 1][0] if index + 1 < len(labels) else ""
    if index >= layout.stretch[1] and after in ("appeal", "about", "disclaimer"):
        weight += 1.5 if len(layout.lines[index + 1].words) > 12 else 0.5
    return weight


@cache
def _article() -> np.uint64:
    return hash_words(["the"])[0, 0]


def _letters(lines: Lines) -> Numbers:
    """Letters and figures of each line, without an article."""
    articled = lines.first_words == _article()
    return lines.word_rows[:, 6] - lines.word_rows[:, 5] - lines.sizes + 1 - 3 * articled


def _may_win(layout: Layout, kinds: list[str], named: Flags, hosts: set[str]) -> Flags:
    """Names on lines of their own that could gather enough: most entries of a menu cannot."""
    lines = layout.lines
    may = (lines.sizes > 3) | (lines.times > 1)
    if layout.title is not None:
        may[max(layout.title - 5, 0) : layout.title + 6] = True
    above = [kind in _STATING for kind in kinds[layout.stretch[1] + 1 :]]
    may[len(may) - len(above) - 1 : -1] |= np.array(above, dtype=bool)
    may |= np.array([kind in ("byline", "other") for kind in kinds])
    letters = _letters(lines)
    for size in {len(host) for host in hosts}:
        may |= 2 * np.minimum(letters, size) >= _LIKE * (letters + size)
    return may & named


def find_outlet(layout: Layout, labels: list[Label]) -> str | None:
    """The outlet, or None where the text does not say plainly.

    Evidence: what stands behind the title or in the masthead, the line of copyright, for whom the
    author writes, whom somebody "told", a name that stands alone under the article, an address.
    """
    votes = _Votes()
    lines = layout.lines
    kinds = [kind for kind, _ in labels]
    named = _named_lines(lines)
    _vote_head(votes, layout, labels, named)
    outside = np.array([kind != "body" for kind in kinds])
    dotted = lines.flagged(HAS_DOT) & outside
    hosts = {
        host.lower().replace("-", "")
        for index in dotted.nonzero()[0].tolist()
        for host in _HOST.findall(lines.text(index))
    }
    named &= np.array([kind in _NAMING for kind in kinds])
    winning = _may_win(layout, kinds, named, hosts)
    telling = winning | lines.flagged(HAS_TOLD)
    telling |= np.array([kind in _STATING for kind in kinds])
    alone: Counter[str] = Counter()
    for index in telling.nonzero()[0].tolist():
        kind, text = kinds[index], lines.text(index)
        if kind == "body":
            for found in _TOLD.finditer(text):
                if not find_names(found["name"]):
                    votes.add(found["name"], 0.7)
            continue
        if kind in ("disclaimer", "comment") and lines.facts[index][2] <= 60:
            _vote_rights(votes, text)
        elif kind == "about":
            works = _WORKS_FOR.search(text)
            if works:
                votes.add(works["name"], 2)
        elif winning[index]:
            alone[_key(text)] += 1
            votes.add(text, _weight_alone(layout, labels, index))
    sizes, known = _letters(lines).tolist(), {len(key) for key in votes.weights}
    for index in (named & ~winning).nonzero()[0].tolist():
        text = lines.text(index)
        if sizes[index] in known and _key(text) in votes.weights:
            alone[_key(text)] += 1
            votes.add(text, 0)
    if not votes.weights:
        return None
    return _elect(votes, alone, lines.plain_of(outside), hosts)


def _vote_rights(votes: _Votes, text: str) -> None:
    """Who holds the rights, as a line of copyright says."""
    for pattern in (_RIGHTS, _SINCE):
        found = pattern.search(text)
        if found:
            votes.add(found["name"], 2)


@lru_cache(_KNOWN)
def _is_like(host: str, key: str) -> bool:
    """Whether the address spells the name; the cheap bounds on the ratio come first."""
    if 2 * min(len(host), len(key)) < _LIKE * (len(host) + len(key)):
        return False
    shared = sum((Counter(host) & Counter(key)).values())
    if 2 * shared < _LIKE * (len(host) + len(key)):
        return False
    return SequenceMatcher(None, host, key).ratio() >= _LIKE


def _elect(votes: _Votes, alone: Counter[str], page: str, hosts: set[str]) -> str | None:
    """The name with most evidence, once what stands elsewhere on the page is counted."""
    for key, name in votes.spelled.items():
        votes.weights[key] += 0.5 * min(alone[key], 2) + 2 * any(_is_like(h, key) for h in hosts)
        if votes.weights[key] < _ENOUGH - _ELSEWHERE:
            continue  # whatever stands elsewhere, it is not enough
        words = " ".join(re.findall(r"[^\W_]+", name.lower())).removeprefix("the ")
        votes.weights[key] += 0.5 * min(max(page.count(words) - 1, 0), 2) if len(words) > 3 else 0
        stem = " ".join(words.split()[:2])
        if len(words.split()) > 3 and page.count(stem) > page.count(words):
            votes.weights[key] += 0.5
    best = min(votes.weights, key=lambda key: (-votes.weights[key], key))
    if votes.weights[best] < _ENOUGH:
        return None
    name = votes.spelled[best]
    return (
        " ".join(word.capitalize() for word in name.split())
        if name.isupper() and len(name) > 5
        else name
    )
