"""Which outlet a text says that it comes from."""

import re
from collections import Counter, defaultdict
from difflib import SequenceMatcher

from .layout import Layout
from .lines import Line
from .marks import Label
from .names import find_names
from .repair import tidy

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
_TOLD_WORDS = frozenset(("told", "tells", "speaking", "interview"))
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
        name = _LEGAL_FORM.sub("", _COMPANY.sub("", tidy(name))).strip(f" .,:;-–—|/{_QUOTES}")
        key = _key(name)
        if not 2 <= len(key) <= 60 or len(name.split()) > 8 or any(c.isdigit() for c in key):
            return
        self.weights[key] += weight
        known = self.spelled.get(key)
        if known is None or (known.isupper() and not name.isupper()):
            self.spelled[key] = name


def _key(name: str) -> str:
    return re.sub(r"^the\s+|[\W_]", "", name.lower())


def _named(line: Line) -> bool:
    """Whether the line could be a name by itself: a few words, most with capitals, no sentence."""
    size = len(line.words)
    return (
        1 <= size <= 7
        and line.text[-1] not in ".!?:,;"
        and line.capitals >= (size + 1) / 2
        and not any(cue.where in ("whole", "start") for cue in line.cues)
        and not any(c.isdigit() for c in line.text)
    )


def _vote_head(votes: _Votes, layout: Layout, labels: list[Label]) -> None:
    """The masthead, and what stands behind the title."""
    lines = layout.lines
    title = lines[layout.title] if layout.title is not None else None
    menu = sum(label[0] == "nav" for label in labels[:12])
    for index, line in enumerate(lines[:12]):
        if title and line.key != title.key and line.key.startswith(title.key):
            found = _TAIL.search(line.text)
            if found and len(title.words) >= 3:
                votes.add(found[1], 5)
        if index > 1 or labels[index][0] in ("title", "repeat", "body", "caption"):
            continue
        head = _HEAD.match(line.text)
        if head and len(head[1].split()) <= 5 and not find_names(head[1]):
            votes.add(head[1], 2 if index == 0 and menu < 8 else 1)
        elif _named(line) and index == 0:
            votes.add(line.text, 2 if menu < 8 else 1)


def _weight_alone(layout: Layout, labels: list[Label], index: int) -> float:
    """What a name on a line of its own says: more by the title, or above a box of the outlet."""
    line, kind = layout.lines[index], labels[index][0]
    if kind == "byline":
        return 0.0 if find_names(line.text) else 1.0
    if len(line.words) < 2:
        return 0.0
    weight = 0.5 if kind == "other" else 0.0
    if layout.title is not None and 0 < abs(index - layout.title) <= 5:
        weight += 1.0
    after = labels[index + 1][0] if index + 1 < len(labels) else ""
    if index >= layout.stretch[1] and after in ("appeal", "about", "disclaimer"):
        weight += 1.5 if len(layout.lines[index + 1].words) > 12 else 0.5
    return weight


def find_outlet(layout: Layout, labels: list[Label]) -> str | None:
    """The outlet, or None where the text does not say plainly.

    Evidence: what stands behind the title or in the masthead, the line of copyright, for whom the
    author writes, whom somebody "told", a name that stands alone under the article, an address.
    """
    votes = _Votes()
    _vote_head(votes, layout, labels)
    lines = layout.lines
    alone: Counter[str] = Counter()
    outside: list[str] = []
    hosts: set[str] = set()
    for index, (line, (kind, _)) in enumerate(zip(lines, labels, strict=True)):
        text = line.text
        if kind in ("disclaimer", "comment") and len(line.words) <= 60:
            for pattern in (_RIGHTS, _SINCE):
                found = pattern.search(text)
                if found:
                    votes.add(found["name"], 2)
        if kind == "about":
            found = _WORKS_FOR.search(text)
            if found:
                votes.add(found["name"], 2)
        if kind == "body":
            if not _TOLD_WORDS.isdisjoint(line.words):
                for found in _TOLD.finditer(text):
                    if not find_names(found["name"]):
                        votes.add(found["name"], 0.7)
            continue
        if _named(line) and kind in ("other", "nav", "byline", "related"):
            alone[_key(text)] += 1
            votes.add(text, _weight_alone(layout, labels, index))
        hosts.update(host.lower().replace("-", "") for host in _HOST.findall(text))
        outside.append(" ".join(line.words))
    if not votes.weights:
        return None
    return _elect(votes, alone, outside, hosts)


def _elect(votes: _Votes, alone: Counter[str], outside: list[str], hosts: set[str]) -> str | None:
    """The name with most evidence, once what stands elsewhere on the page is counted."""
    page = " ".join(outside)
    for key, name in votes.spelled.items():
        votes.weights[key] += 0.5 * min(alone[key], 2)
        words = " ".join(re.findall(r"[^\W_]+", name.lower())).removeprefix("the ")
        votes.weights[key] += 0.5 * min(max(page.count(words) - 1, 0), 2) if len(words) > 3 else 0
        stem = " ".join(words.split()[:2])
        if len(words.split()) > 3 and page.count(stem) > page.count(words):
            votes.weights[key] += 0.5
        for host in sorted(hosts):
            if SequenceMatcher(None, host, key).ratio() >= 0.85:
                votes.weights[key] += 2
                break
    best = min(votes.weights, key=lambda key: (-votes.weights[key], key))
    if votes.weights[best] < _ENOUGH:
        return None
    name = votes.spelled[best]
    return (
        " ".join(word.capitalize() for word in name.split())
        if name.isupper() and len(name) > 5
        else name
    )
