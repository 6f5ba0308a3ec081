"""Who a speaker is: official, expert or other, by the words the text has for them."""

import re
from collections.abc import Iterator
from functools import cache

from .wordlists import either, words

_STUDIES = (
    r"\b(?:who|which)\s+(?:(?:has|have|now|once)\s+)?(?:stud|teach|taught|research|cover|track|follow|"
    r"monitor|counts|lectures|edits|writes|directs|reads|advises compan)\w*"
)
_HAS_WRITTEN = r"whose (?:history|book|study|biography|column)\b"
_SCHOLARLY = (
    r"\b(?:of|at|with|from|in|runs|heads|founded)\s+(?:the|an?)\s+[\w\s’'.-]{0,120}"
    r"(?:[Ii]nstitute|[Uu]niversity|Cent(?:re|er)|Observatory|Forum|Foundation|Academy|School|"
    r"Endowment|Group|Archive|Programme|Program|Project|Society|College|think[- ]tank|quarterly|"
    r"weekly)\b"
)
_WHO_STUDIES = re.compile(f"{_STUDIES}|{_HAS_WRITTEN}|{_SCHOLARLY}")
_NOT_STATE = re.compile(
    r"\b(?:opposition|dissident|not (?:to )?be (?:named|identified|indicated)|name to be left out|"
    r"anonymous(?:ly)?|anonymity|neither of whom|unnamed)\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"\b(?:who|whom|whose|which)\b")
_EXILE = re.compile(r"\b(?:exiled?|in exile)\b")
_FORMER = re.compile(r"\b(?:former|ex-|one-time|onetime|retired|then-)\b", re.IGNORECASE)


_TYPES = ("official", "expert", "other")


def _plurals(nouns: frozenset[str]) -> Iterator[str]:
    for noun in nouns:
        yield noun
        if noun.endswith("y") and not noun.endswith(("ay", "ey", "oy")):
            yield noun[:-1] + "ies"
        elif noun.endswith("man"):
            yield noun[:-3] + "men"
        elif not noun.endswith("s"):
            yield noun + "s"


@cache
def _roles() -> re.Pattern[str]:
    """Finds English nouns for speakers; the group says which type."""
    parts = []
    for kind in _TYPES:
        nouns = sorted(set(_plurals(words(kind))), key=lambda noun: (-len(noun), noun))
        parts.append(f"(?P<{kind}>{'|'.join(map(re.escape, nouns))})")
    return re.compile(rf"\b(?:{'|'.join(parts)})\b", re.IGNORECASE)


@cache
def _foreign() -> re.Pattern[str]:
    """The same for Russian, by stems, and Spanish."""
    parts = [
        f"(?P<{kind}>\\b(?:{either(f'russian_{kind}')})\\w*|\\b(?:{either(f'spanish_{kind}')})\\b)"
        for kind in _TYPES
    ]
    return re.compile("|".join(parts), re.IGNORECASE)


# The head of a noun phrase is its last noun before one of these.
_TAIL = re.compile(r"[,(–—·]|\b(?:of|in|at|for|from|with|on|to|who|whom|whose|which|that|by|and)\b")


def speaker_type(speaker: str) -> str | None:
    """official, expert or other, by the nouns of title and trade in `speaker`; None without any.

    The head noun decides ("a foreign ministry official", "a sanctions lawyer in Vienna"); words
    that take a person out of the state ("opposition deputy", "in exile") come before it, and a
    former official speaks for no state.
    """
    if _NOT_STATE.search(speaker):
        return "other"
    found: re.Match[str] | None = None
    main = _RELATIVE.split(speaker)[0]
    for part in _TAIL.split(main):
        heads = list(_roles().finditer(part))
        if heads:
            found = heads[-1]
            if found.lastgroup == "official" and _EXILE.search(speaker):
                return "other"
            if found.lastgroup == "official" and _FORMER.search(part[: found.start()]):
                return "expert" if _WHO_STUDIES.search(speaker) else "other"
            break
    if _WHO_STUDIES.search(speaker) and (found is None or found.lastgroup != "official"):
        return "expert"
    found = found or _foreign().search(main)
    return found.lastgroup if found else None


_INSTITUTION = re.compile(
    r"\b(?:ministr(?:y|ies)|governments?|cabinet|kremlin|embassy|committee|bank|office|presidency|"
    r"parliament|delegation|agency|service|command|staff|authorities|administration|commission|"
    r"council|states?|sides?|capitals?|newspaper|weekly|daily|group|channel|institute|union)\Z",
    re.IGNORECASE,
)


def is_institution(speaker: str) -> bool:
    """Whether the head noun of `speaker` is an office or a body, no person."""
    head = _TAIL.split(speaker)[0] if speaker else ""
    return bool(_INSTITUTION.search(head.strip()))


def heads_with_role(phrase: str) -> bool:
    """Whether the noun before the first preposition is a role, or a name behind one."""
    head = _TAIL.split(phrase)[0].split()
    if not head:
        return False
    return is_role(head[-1]) or (head[-1][:1].isupper() and is_role(" ".join(head)))


@cache
def _nouns() -> frozenset[str]:
    english = {noun for kind in _TYPES for noun in _plurals(words(kind))}
    return frozenset(english | {noun for kind in _TYPES for noun in words(f"spanish_{kind}")})


_WORD = re.compile(r"[\w-]+")


def is_role(phrase: str) -> bool:
    """Whether `phrase` names an office, a trade or a part in events that somebody speaks from."""
    if not _nouns().isdisjoint(_WORD.findall(phrase.lower())):
        return True
    return not phrase.isascii() and bool(_foreign().search(phrase))


def role_word(phrase: str) -> str | None:
    """The first noun of office or trade in `phrase`."""
    found = _roles().search(phrase) or _foreign().search(phrase)
    return found[0] if found else None


_INTRODUCED = re.compile(
    r"(?P<name>[A-Z][\w’'.-]{1,40}(?:\s[A-Z][\w’'.-]{1,40}){1,3}),\s(?P<what>(?:an?|the|one|who|whose|whom|now|then|"
    r"former|head|director|deputy|chief|professor|once|himself|herself|our|my)\s[^.;:“”\"«»—]{3,140})"
)
_FULL_NAME = re.compile(r"[A-Z][\w’'-]{1,40}(?:\s[A-Z][\w’'-]{1,40}){1,5}\b")
_TITLE_BEFORE = re.compile(r"(?:[\w’'-]{1,40}\s){0,5}[\w’'-]{1,40}\Z")


_OPENING = re.compile(
    r"^(?:(?:But|And|Yet|So|While|When|As|In|On|At|For|Then|Now|However|Meanwhile|After|Before)\s+)+"
)


def introductions(text: str) -> dict[str, tuple[str, str]]:
    """Persons whom `text` introduces: surname -> (name and description, type)."""
    known: dict[str, tuple[str, str]] = {}
    for found in _INTRODUCED.finditer(text):
        what = found["what"].split(",")[0].strip()
        kind = speaker_type(what) or speaker_type(found["what"])
        name = found["name"]
        if kind and not is_role(name.split()[-1]):
            known.setdefault(name.split()[-1], (f"{name}, {what}", kind))
    for found in _FULL_NAME.finditer(text):
        parts = found[0].split()
        roles = list(_roles().finditer(found[0])) if is_role(found[0]) else []
        if roles:  # "Deputy Foreign Minister Anna Keller"
            title, name = found[0][: roles[-1].end()], found[0][roles[-1].end() :].split()
        else:  # "the sanctions lawyer Anna Keller"
            before = text[max(0, found.start() - 60) : found.start()].split()
            if not before or not is_role(before[-1]):
                continue
            spoken = _TITLE_BEFORE.search(" ".join(before))
            title, name = spoken[0] if spoken else "", parts
            roles = list(_roles().finditer(title))
        title = _OPENING.sub("", title)
        roles = list(_roles().finditer(title))
        if roles and len(name) > 1 and roles[-1].end() == len(title) and roles[-1].lastgroup:
            described = f"{title} {' '.join(name)}"
            known.setdefault(name[-1], (described, roles[-1].lastgroup))
    return known
