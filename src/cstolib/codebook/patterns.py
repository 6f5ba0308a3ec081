"""Word patterns of a codebook: a small language without regular expressions, so that a pattern
that somebody edits can be slow or wrong in no surprising way.

    send* troops            words in a row; * stands for any ending
    voted (for|against) it  a choice in one place, also without brackets: for|against
    send* .. troops         up to three words between;  ... up to six
    the? war                a word that may be missing
    <soldiers> .. Ukraine   a word list of the codebook
    <actor>, <Russia>       a mention of any actor, of Russia
Lower case matches any case; a capital asks for one. Matching is linear in the text: a pattern has
no repetition but gaps of bounded length.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, NamedTuple

GAPS = {"..": 3, "...": 6}
_TOKEN = re.compile(r"(?:[A-Z]\.){2,}|\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’]t\b)?|['’]s\b|[^\w\s]|_")
# What no gap passes over: the end of a clause, and a word that turns what follows.
_BREAKS = frozenset([*";:.!?", "not", "never", "no", "nor", "neither", "none"])
_PIECE = re.compile(r"\([^()]*\)\??|[^\s()]+")
_NONE: frozenset[str] = frozenset()
_WAYS = 32


class PatternError(ValueError):
    """A pattern of a codebook that cannot be read; the message says what is allowed."""


class Words(NamedTuple):
    """The words of a text: lower case, where they stand, whether they begin with a capital."""

    low: list[str]
    start: list[int]
    end: list[int]
    capital: list[bool]


# No sentence of prose is longer; text that a scraper left without stops may be.
MOST_WORDS = 400


def split_words(text: str, most: int | None = None) -> Words:
    """The words and punctuation marks of `text`, at most so many, with offsets into it."""
    low, start, end, capital = [], [], [], []
    for found in islice(_TOKEN.finditer(text), most):
        word = found.group()
        low.append(word.lower().replace("’", "'"))
        start.append(found.start())
        end.append(found.end())
        capital.append(word[0].isupper())
    return Words(low, start, end, capital)


class Element(NamedTuple):
    """One place of a pattern."""

    exact: frozenset[str]
    prefixes: tuple[str, ...]
    capitals: frozenset[str]  # of the above, those that need a capital
    actors: frozenset[str]  # of mentions; "*" is any
    optional: bool
    gap: int  # words that may stand between; 0 for a place that holds a word

    def fits(self, words: Words, i: int, mentions: list[frozenset[str]] | None) -> bool:
        low = words.low[i]
        if low in self.exact:
            if low not in self.capitals or words.capital[i]:
                return True
        elif self.prefixes and low.startswith(self.prefixes):
            return True
        if self.actors and mentions is not None and mentions[i]:
            return "*" in self.actors or not self.actors.isdisjoint(mentions[i])
        return False


Pattern = tuple[Element, ...]


def _option(option: str, lists: Mapping[str, list[str]], source: str) -> list[Element]:
    """The places that one option takes: one for each of its words."""
    out = []
    for piece in option.split():
        optional = piece.endswith("?") and len(piece) > 1
        piece = piece.removesuffix("?") if optional else piece
        if piece in GAPS:
            out.append(Element(_NONE, (), _NONE, _NONE, True, GAPS[piece]))
        elif piece.startswith("<") and piece.endswith(">"):
            name = piece[1:-1]
            if name in lists:
                words = [place for word in lists[name] for place in _option(word, {}, source)]
                if len(words) != len(lists[name]):
                    raise PatternError(f"the word list {piece} may hold single words only")
                out.append(_merged(words, optional))
            elif name == "actor" or name[:1].isupper():
                label = frozenset(["*" if name == "actor" else name])
                out.append(Element(_NONE, (), _NONE, label, optional, 0))
            else:
                raise PatternError(
                    f"{source!r} names the word list {piece}, which the codebook lacks; "
                    f"it has {', '.join(sorted(lists)) or 'none'}"
                )
        else:
            stem = piece.removesuffix("*")
            found = split_words(stem)
            if not found.low or re.search(r"[*?(){}<>\[\]\\+^$]", stem):
                raise PatternError(
                    f"{source!r} has {piece!r}, which is no word; a pattern holds words, word*, "
                    "a|b, (a|b), word?, .. and ... (gaps), <list> and <actor>"
                )
            for low, capital in zip(found.low, found.capital, strict=True):
                word = frozenset([low])
                out.append(Element(word, (), word if capital else _NONE, _NONE, optional, 0))
            if stem != piece:
                out[-1] = Element(_NONE, (found.low[-1],), _NONE, _NONE, optional, 0)
    return out


def _merged(places: list[Element], optional: bool) -> Element:
    exact = frozenset(word for place in places for word in place.exact)
    free = frozenset(word for place in places for word in place.exact - place.capitals)
    prefixes = tuple(sorted({p for place in places for p in place.prefixes}))
    actors = frozenset(a for place in places for a in place.actors)
    return Element(exact, prefixes, exact - free, actors, optional, 0)


def parse_pattern(source: str, lists: Mapping[str, list[str]] | None = None) -> list[Pattern]:
    """The patterns that `source` writes, several where a choice holds more than one word.

    Raises PatternError that says what is allowed.
    """
    done: list[list[Element]] = [[]]
    pieces = _PIECE.findall(source)
    if "".join(pieces).replace(" ", "") != source.replace(" ", ""):
        raise PatternError(f"{source!r} opens a bracket that it does not close")
    for piece in pieces:
        optional = piece.endswith(")?") or (piece.endswith("?") and "|" in piece)
        bare = piece.removesuffix("?") if optional else piece
        if bare.startswith("("):
            bare = bare[1:-1]
        options = [_option(o, lists or {}, source) for o in bare.split("|")]
        if any(not o for o in options):
            raise PatternError(f"{source!r} has an empty choice")
        single = [o[0] for o in options if len(o) == 1 and not o[0].gap]
        longer = [o for o in options if len(o) != 1 or o[0].gap]
        ways = [*longer]
        if single:
            flag = optional or (len(options) == 1 and single[0].optional)
            ways.append([_merged(single, flag)])
        elif optional:
            ways.append([])
        done = [[*head, *way] for head in done for way in ways]
        if len(done) > _WAYS:
            raise PatternError(f"{source!r} has more than {_WAYS} readings; write it as several")
    for elements in done:
        if not elements or elements[0].optional or elements[-1].gap:
            raise PatternError(
                f"{source!r} must begin with a word that is not optional and end with a word"
            )
    return [tuple(elements) for elements in done]


def _breaks(word: str) -> bool:
    return word in _BREAKS or word.endswith("n't")


def _ends(
    pattern: Pattern,
    at: int,
    words: Words,
    i: int,
    limit: int,
    mentions: list[frozenset[str]] | None,
) -> int:
    """Where `pattern[at:]` ends if it matches from word `i`, or -1."""
    if at == len(pattern):
        return i
    element = pattern[at]
    if element.gap:
        for skip in range(element.gap + 1):
            if i + skip > limit or (skip and _breaks(words.low[i + skip - 1])):
                return -1
            end = _ends(pattern, at + 1, words, i + skip, limit, mentions)
            if end >= 0:
                return end
        return -1
    if i < limit and element.fits(words, i, mentions):
        end = _ends(pattern, at + 1, words, i + 1, limit, mentions)
        if end >= 0:
            return end
    return _ends(pattern, at + 1, words, i, limit, mentions) if element.optional else -1


class Found(NamedTuple):
    """A pattern in a text: the words it takes, and the label it stands under."""

    start: int  # first word
    end: int  # after its last word
    label: Any
    source: str


class Matcher:
    """Finds many patterns at once, each under a label."""

    def __init__(
        self,
        labelled: Iterable[tuple[Any, str]],
        lists: Mapping[str, list[str]] | None = None,
    ) -> None:
        self._patterns: list[tuple[Pattern, Any, str]] = []
        self._last: list[frozenset[str] | None] = []  # words of which one must stand in the text
        self._by_word: dict[str, list[int]] = {}
        self._by_prefix: dict[str, list[tuple[str, int]]] = {}  # by its first two letters
        self._by_actor: list[int] = []
        for label, source in labelled:
            for pattern in parse_pattern(source, lists):
                number = len(self._patterns)
                self._patterns.append((pattern, label, source))
                last = pattern[-1]
                free = last.prefixes or last.actors or last.optional or len(pattern) == 1
                self._last.append(None if free else last.exact)
                for word in sorted(pattern[0].exact):
                    self._by_word.setdefault(word, []).append(number)
                for prefix in pattern[0].prefixes:
                    self._by_prefix.setdefault(prefix[:2], []).append((prefix, number))
                if pattern[0].actors:
                    self._by_actor.append(number)
        self._known: dict[str, tuple[int, ...]] = {}

    def _candidates(self, low: str) -> tuple[int, ...]:
        known = self._known.get(low)
        if known is None:
            numbers = list(self._by_word.get(low, ()))
            for key in {low[:1], low[:2]}:
                found = self._by_prefix.get(key, ())
                numbers += [n for prefix, n in found if low.startswith(prefix)]
            known = tuple(sorted(set(numbers)))
            if len(self._known) < 200_000:
                self._known[low] = known
        return known

    def find(self, words: Words, mentions: list[frozenset[str]] | None = None) -> list[Found]:
        """Every match, by where it starts; of one label at one place the longest."""
        out: list[Found] = []
        limit = len(words.low)
        there = frozenset(words.low)
        for i, low in enumerate(words.low):
            numbers = self._candidates(low)
            if mentions is not None and mentions[i] and self._by_actor:
                numbers = (*numbers, *self._by_actor)
            for number in numbers:
                last = self._last[number]
                if last is not None and last.isdisjoint(there):
                    continue
                pattern, label, source = self._patterns[number]
                if not pattern[0].fits(words, i, mentions):
                    continue
                end = (
                    _ends(pattern, 1, words, i + 1, limit, mentions) if len(pattern) > 1 else i + 1
                )
                if end > i:
                    out.append(Found(i, end, label, source))
        return out
