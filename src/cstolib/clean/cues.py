"""Words of web furniture (resources/furniture.txt) found in a line."""

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_SECTION = re.compile(r"\[(\w+) (whole|start|end|within) (\d+)\]")
_STEM = 4  # letters by which a phrase is found whose longest word is starred
_LONGEST = 150  # words of a line that are looked at
_LONGEST_WHOLE = 14


class Cue(NamedTuple):
    """One phrase of the list, as it was found: its kind, where it has to stand, the phrase."""

    kind: str
    where: str
    phrase: str


class _Phrase(NamedTuple):
    words: tuple[str, ...]
    anchor: int  # the place of its longest word, by which it is found
    longest: int
    cue: Cue


class _Index(NamedTuple):
    whole: dict[str, list[Cue]]
    words: dict[str, list[_Phrase]]
    stems: dict[str, list[_Phrase]]


def words_of(text: str) -> frozenset[str]:
    """The words of a list that is written as one text."""
    return frozenset(text.split())


@cache
def _load() -> _Index:
    index = _Index({}, {}, {})
    kind = where = ""
    longest = 0
    text = files("cstolib").joinpath("resources/furniture.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        section = _SECTION.fullmatch(line.strip())
        if section:
            kind, where, longest = section[1], section[2], int(section[3])
        elif line.strip() and not line.startswith("#"):
            for phrase in line.lower().split(";"):
                words = tuple(re.findall(r"[^\W_]+\*?", phrase))
                if words:
                    _add(index, words, longest, Cue(kind, where, " ".join(words)))
    return index


def _add(index: _Index, words: tuple[str, ...], longest: int, cue: Cue) -> None:
    if cue.where == "whole":
        index.whole.setdefault(cue.phrase, []).append(cue)
        return
    anchor = max(range(len(words)), key=lambda place: (len(words[place]), place))
    word = words[anchor]
    table, key = (index.stems, word[:_STEM]) if word[-1] == "*" else (index.words, word)
    table.setdefault(key, []).append(_Phrase(words, anchor, longest, cue))


def _fits(phrase: _Phrase, words: list[str], at: int) -> bool:
    """Whether the phrase stands in `words` with its anchor at place `at`, where it has to."""
    first = at - phrase.anchor
    last = first + len(phrase.words)
    if first < 0 or last > len(words):
        return False
    if (phrase.cue.where == "start" and first) or (phrase.cue.where == "end" and last < len(words)):
        return False
    for wanted, found in zip(phrase.words, words[first:last], strict=True):
        if found != wanted and not (wanted[-1] == "*" and found.startswith(wanted[:-1])):
            return False
    return True


def _collect(phrases: list[_Phrase], words: list[str], stem: str | None, found: list[Cue]) -> None:
    """Add the cues of those phrases, all with one anchor (or one stem), that stand in `words`."""
    size = len(words)
    fitting = [phrase for phrase in phrases if size <= phrase.longest]
    if not fitting:
        return
    if stem is not None:
        places = [at for at, word in enumerate(words) if word.startswith(stem)]
    else:
        anchor = fitting[0].words[fitting[0].anchor]
        places = [words.index(anchor)]
        if words.count(anchor) > 1:
            places = [at for at, word in enumerate(words) if word == anchor]
    for phrase in fitting:
        for at in places:
            if _fits(phrase, words, at):
                found.append(phrase.cue)
                break


def find_cues(words: list[str]) -> list[Cue]:
    """The phrases of web furniture that a line of these words (lower case) carries."""
    if not words or len(words) > _LONGEST:
        return []
    index = _load()
    found: list[Cue] = []
    if len(words) <= _LONGEST_WHOLE:
        plain = " ".join([word for word in words if not word.isdigit()])
        found.extend(index.whole.get(plain, ()))
    for key in sorted(index.words.keys() & set(words)):
        _collect(index.words[key], words, None, found)
    for key in sorted(index.stems.keys() & {word[:_STEM] for word in words}):
        _collect(index.stems[key], words, key, found)
    return found
