"""Which outlet a text says that it comes from."""

import re
from collections import Counter, defaultdict
from difflib import SequenceMatcher
from functools import cache, lru_cache

import numpy as np

from .cues import hash_words
from .labels import Kinds, are
from .layout import Layout, Page
from .lines import Flags, Lines, Numbers, where_bits
from .marks import Label
from .names import find_names
from .repair import plain_markdown, tidy
from .scan import ENDS_MARK, HAS_DOT, HAS_FIGURE, HAS_TOLD

_NAMING = ("other", "nav", "byline", "related")
_STATING = ("appeal", "about", "disclaimer", "comment")
_FIRST_LINES = 12
_KNOWN = 1 << 15  # names of menus come again on each page of an outlet
_LIKE = 0.85  # an address and the name that it spells
_ELSEWHERE = 1.5  # the most that a name's other places on the page add
_HEADS = np.uint64(where_bits("whole", "start"))
_ENOUGH = 2.0  # weight of evidence below which no outlet is named
_TAIL = re.compile(r"(?:\s(?:\||–|—|-|»|::|/)\s|\s»\s)([^|–—»]{2,60})$")
_HEAD = re.compile(r"^([^|:·—–]{3,50}?)\s*(?:::|(?:\||·|—|–)\s)")
_YEARS = r"(?:19|20)\d\d(?:\s*[-–—]\s*(?:19|20)?\d\d)?"
_RIGHTS = re.compile(
    rf"(?:©|\(c\)|copyright\b)(?:\W|copyright\b){{0,30}}(?:{_YEARS})?[\s,.]*"
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
    r"(?<!\s)\s+(?:inc|ltd|llc|gmbh|plc|corp|interactive|media pvt|pvt|private|limited|media group)"
    r"\b.*$",
    re.IGNORECASE,
)
_LEGAL_FORM = re.compile(
    r"^(?:миа|иа|риа|ооо|ао|газета|журнал|портал|сетевое издание|the website of)\s+", re.I
)
_HOST = re.compile(
    r"\b(?:www\.)?([\w-]{3,40})\.(?:com|org|net|info|ru|kz|am|by|kg|tj|ua|eu|uk|es|media|news)\b",
    re.I,
)
_NO_KEY = re.compile(r"^the\s+|[\W_]+")
_WORDS = re.compile(r"[^\W_]+")
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
    if not 2 <= len(key) <= 60 or len(name.split()) > 8 or not key.isalpha():
        return name, ""
    return name, key


@lru_cache(_KNOWN)
def _key(name: str) -> str:
    return _NO_KEY.sub("", name.lower())


def _named_lines(lines: Lines) -> Flags:
    """Lines that could be a name by themselves: a few words, most with capitals, no sentence."""
    named = (lines.sizes >= 1) & (lines.sizes <= 7) & (2 * lines.capitals >= lines.sizes + 1)
    return named & ~lines.flagged(HAS_FIGURE | ENDS_MARK) & ((lines.cue_mask & _HEADS) == 0)


def _titles_again(layout: Layout) -> list[list[int]]:
    """Of each text: those of its first lines that start as its title does."""
    lines, title = layout.lines, layout.title_of
    again = (title >= 0) & (lines.sizes[title] >= 3) & (np.arange(len(lines)) != title)
    again &= lines.first_words == lines.first_words[title]
    return lines.by_text(again & (np.arange(len(lines)) < lines.bounds[lines.texts] + _FIRST_LINES))


def _vote_head(
    votes: _Votes, layout: Layout, page: Page, kinds: list[str], named: Flags, again: list[int]
) -> None:
    """The masthead, and what stands behind the title."""
    lines = layout.lines
    menu = kinds[page.low : min(page.low + _FIRST_LINES, page.high)].count("nav")
    for index in sorted({*range(page.low, min(page.low + 2, page.high)), *again}):
        text = lines.text(index)
        if page.title is not None and index in again:
            key, longer = lines.key(page.title), lines.key(index)
            found = _TAIL.search(text) if longer.startswith(key) else None
            if found and longer != key:
                votes.add(found[1], 5)
        if index > page.low + 1 or kinds[index] in ("title", "repeat", "body", "caption"):
            continue
        head = _HEAD.match(text)
        if head and len(head[1].split()) <= 5 and not find_names(head[1]):
            votes.add(head[1], 2 if index == page.low and menu < 8 else 1)
        elif named[index] and index == page.low:
            votes.add(text, 2 if menu < 8 else 1)


def _weight_alone(layout: Layout, page: Page, kinds: list[str], index: int) -> float:
    """What a name on a line of its own says: more by the title, or above a box of the outlet."""
    lines, kind = layout.lines, kinds[index]
    if kind == "byline":
        return 0.0 if find_names(lines.text(index)) else 1.0
    if lines.counts[index] < 2:
        return 0.0
    weight = 0.5 if kind == "other" else 0.0
    if page.title is not None and 0 < abs(index - page.title) <= 5:
        weight += 1.0
    after = kinds[index + 1] if index + 1 < page.high else ""
    if index >= page.end and after in ("appeal", "about", "disclaimer"):
        weight += 1.5 if lines.counts[index + 1] > 12 else 0.5
    return weight


@cache
def _article() -> np.uint64:
    return hash_words(["the"])[0, 0]


def _letters(lines: Lines) -> Numbers:
    """Letters and figures of each line, without an article."""
    articled = lines.first_words == _article()
    return lines.rows[:, 6] - lines.rows[:, 5] - lines.sizes + 1 - 3 * articled


def _find_hosts(lines: Lines, outside: Flags) -> list[set[str]]:
    """Of each text: the names of the sites whose addresses stand outside its prose."""
    return [
        {
            host.lower().replace("-", "")
            for index in places
            for host in _HOST.findall(lines.text(index))
        }
        for places in lines.by_text(outside & lines.flagged(HAS_DOT))
    ]


def _may_win(layout: Layout, kinds: Kinds, letters: Numbers, hosts: list[set[str]]) -> Flags:
    """Lines that could gather enough where they are names: most entries of a menu cannot."""
    lines = layout.lines
    may = (lines.sizes > 3) | (lines.times > 1) | are(kinds, "byline", "other")
    above = are(kinds, *_STATING)[1:] & (lines.texts[1:] == lines.texts[:-1])
    may[:-1] |= above & (np.arange(1, len(lines)) > layout.stretches[lines.texts[:-1], 1])
    for page, known in zip(layout.pages, hosts, strict=True):
        if page.title is not None:
            may[max(page.title - 5, page.low) : min(page.title + 6, page.high)] = True
        here = slice(page.low, page.high)
        for size in {len(host) for host in known}:
            may[here] |= 2 * np.minimum(letters[here], size) >= _LIKE * (letters[here] + size)
    return may


def _vote_lines(
    votes: _Votes, layout: Layout, page: Page, kinds: list[str], telling: list[int], winning: Flags
) -> Counter[str]:
    """What single lines say; how often each name stands alone."""
    lines = layout.lines
    alone: Counter[str] = Counter()
    for index in telling:
        kind, text = kinds[index], lines.text(index)
        if kind == "body":
            for found in _TOLD.finditer(text):
                if not find_names(found["name"]):
                    votes.add(found["name"], 0.7)
        elif kind in ("disclaimer", "comment") and lines.counts[index] <= 60:
            _vote_rights(votes, text)
        elif kind == "about":
            works = _WORKS_FOR.search(text)
            if works:
                votes.add(works["name"], 2)
        elif winning[index]:
            alone[_key(text)] += 1
            votes.add(text, _weight_alone(layout, page, kinds, index))
    return alone


def find_outlets(layout: Layout, labels: list[Label], kinds: Kinds) -> list[str | None]:
    """Of each text the outlet, or None where it does not say plainly.

    Evidence: what stands behind the title or in the masthead, the line of copyright, for whom the
    author writes, whom somebody "told", a name that stands alone under the article, an address.
    """
    lines, letters = layout.lines, _letters(layout.lines)
    hosts = _find_hosts(lines, ~are(kinds, "body"))
    named = _named_lines(lines)
    alone = named & are(kinds, *_NAMING)
    winning = alone & _may_win(layout, kinds, letters, hosts)
    telling = lines.by_text(winning | lines.flagged(HAS_TOLD) | are(kinds, *_STATING))
    rest, again = lines.by_text(alone & ~winning), _titles_again(layout)
    sizes, names = letters.tolist(), [kind for kind, _ in labels]
    found: list[str | None] = []
    for text, page in enumerate(layout.pages):
        votes = _Votes()
        _vote_head(votes, layout, page, names, named, again[text])
        times = _vote_lines(votes, layout, page, names, telling[text], winning)
        known = {len(key) for key in votes.weights}
        for index in rest[text] if known else []:
            key = _key(lines.text(index)) if sizes[index] in known else ""
            if key in votes.weights:
                times[key] += 1
                votes.add(lines.text(index), 0)
        found.append(_elect(votes, times, hosts[text], lines, page))
    return found


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


def _count_elsewhere(page: str, words: str) -> float:
    """What the times say that a name stands on the page, whole or by its first two words."""
    times, size = page.count(words), words.count(" ") + 1
    weight = 0.5 * min(max(times - 1, 0), 2) if len(words) > 3 else 0.0
    if size > 3 and page.count(" ".join(words.split(" ", 2)[:2])) > times:
        weight += 0.5
    return weight


def _elect(
    votes: _Votes, alone: Counter[str], hosts: set[str], lines: Lines, page: Page
) -> str | None:
    """The name with most evidence, once what stands elsewhere on the page is counted."""
    weights = {
        key: weight + 0.5 * min(alone[key], 2) + 2 * any(_is_like(host, key) for host in hosts)
        for key, weight in votes.weights.items()
    }
    most, best, around = _ENOUGH, "", ""
    for key in sorted(weights, key=lambda key: (-weights[key], key)):
        if weights[key] + _ELSEWHERE < most:
            break  # whatever stands elsewhere, it is not enough
        if not around:
            parts = ((page.low, page.start), (page.end, page.high))
            around = " ".join(lines.words_between(*part) for part in parts)
        words = " ".join(_WORDS.findall(votes.spelled[key].lower())).removeprefix("the ")
        weight = weights[key] + _count_elsewhere(around, words)
        if weight > most or (weight == most and (not best or key < best)):
            most, best = weight, key
    name = votes.spelled[best] if best else None
    if name and name.isupper() and len(name) > 5:
        return " ".join(word.capitalize() for word in name.split())
    return name
