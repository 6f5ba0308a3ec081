"""Pronouns and "none of them": who is meant by what stands for a name."""

from typing import NamedTuple

from ..codebook import Codebook
from ..codebook.patterns import Words, split_words

_PLACE_WORDS = (
    "in at near outside inside into around across through via visiting visited leaving reached"
)
_PLACE_PREPOSITIONS = frozenset(_PLACE_WORDS.split())
# A pronoun refers back over at most so many sentences, never into another article.
CARRY = 2


class Mention(NamedTuple):
    """An actor among the words of a sentence: from word `start` to before word `end`."""

    start: int
    end: int
    actor: str
    how: str
    inferred: bool  # through a group
    exception: bool  # "all except Belarus": this is Belarus


_OBLIQUE_WORDS = (
    "to with from against for in on by of at into towards toward about over between among "
    "under near than like unlike through via within across inside outside beyond upon despite "
    "visiting"
)
# Between a preposition and its noun.
_MODIFIER_WORDS = (
    "the a an its his her their this that president prime minister foreign defence both "
    "neighbouring 's mr official neighboring either new former own all russian"
)
# "the president of Kazakhstan" acts for it.
_HEAD_WORDS = (
    "president government minister ministry parliament leader leaders head governments "
    "republic delegation ambassador representative representatives authorities leadership "
    "side foreign state capital chairman affairs defence defense economy finance speaker "
    "army none neither each all one some most those that envoy council bank service "
    "committee house senate presidency officials ministries cabinet command committees justice "
    "interior trade energy transport customs prosecutors regulators agriculture regime court"
)
_OBLIQUE, _MODIFIERS = frozenset(_OBLIQUE_WORDS.split()), frozenset(_MODIFIER_WORDS.split())
_HEADS = frozenset(_HEAD_WORDS.split())


def is_oblique(words: Words, mention: Mention) -> bool:
    """Whether the mention hangs on a preposition ("to Kazakhstan") and so is not who acts."""
    i = mention.start - 1
    for _ in range(4):
        if i < 0:
            return False
        if words.low[i] in _OBLIQUE:
            if words.low[i] == "of" and i > 0 and words.low[i - 1] in _HEADS:
                return False
            if words.low[i] == "for" and "to" in words.low[mention.end : mention.end + 2]:
                return False  # "for Kazakhstan to disown"
            return not (words.low[i] == "in" and i > 0 and words.low[i - 1] in _HEADS)
        if words.low[i] not in _MODIFIERS:
            return False
        i -= 1
    return False


def is_place(words: Words, i: int) -> bool:
    """Whether the capital at word `i` is a place ("in Minsk"), not who governs there.

    "The ministry in Minsk" is who governs.
    """
    if i == 0 or words.low[i - 1] not in _PLACE_PREPOSITIONS:
        return False
    return not (words.low[i - 1] == "in" and i > 1 and words.low[i - 2] in _HEADS)


_PLURAL = frozenset(["they", "their", "both"])
_SEVERAL = frozenset(["two", "three", "four", "five"])


class Memory(NamedTuple):
    """Who was last spoken of, and how many sentences ago."""

    actors: tuple[str, ...]
    group: str | None
    age: int


def find_quantifiers(words: Words) -> list[tuple[int, int]]:
    """Where "none of them", "all of these", "none other than" or "the rest" stand for a group."""
    out = []
    low = words.low
    for i, word in enumerate(low):
        if word in ("none", "all", "most", "each") and low[i + 1 : i + 2] == ["of"]:
            if low[i + 2 : i + 3] in (["them"], ["these"], ["those"]):
                out.append((i, i + 3))
        elif word == "none" and low[i + 1 : i + 2] in (["other"], ["but"]):
            out.append((i, i + 1))
        elif (
            word in ("rest", "others")
            and low[i - 1 : i] == ["the"]
            and low[i + 1 : i + 2] != ["of"]
        ):
            out.append((i - 1, i + 1))
    return out


_EXPLETIVE = frozenset(
    ["is", "was", "would", "may", "seems", "seemed", "appears", "has", "had", "follows", "turns"]
)
_SAID_OF_IT = (
    "said rumoured rumored reported hard difficult true clear possible likely expected known "
    "believed thought understood questionable doubtful necessary wrong best not very rather "
    "perhaps be been explained announced noted worth easy impossible no little"
)
SAID_OF_IT = frozenset(_SAID_OF_IT.split())


def _expletive(words: Words, i: int, mentions: list[Mention]) -> bool:
    """Whether "it" stands for nobody: "it is Minsk that", "it was reported"."""
    low = words.low
    if low[i] != "it" or low[i + 1 : i + 2] == [] or low[i + 1] not in _EXPLETIVE:
        return False
    if low[i + 1] in ("seems", "seemed", "appears", "follows", "turns"):
        return True
    if any(m.start in (i + 2, i + 3) for m in mentions) and low[i + 1] in ("is", "was"):
        return True
    said = low[i + 2 : i + 3]
    return bool(said) and said[0] in SAID_OF_IT and low[i + 1] not in ("has", "had", "would")


def find_pronouns(
    words: Words,
    grammar: dict[str, list[tuple[int, int]]],
    mentions: list[Mention],
    memory: Memory,
    codebook: Codebook,
) -> list[Mention]:
    """Pronouns as mentions: of whoever acts before them, else of whoever did last."""
    out: list[Mention] = []
    principal = codebook.principal
    taken = {i for m in mentions for i in range(m.start, m.end)}
    for start, end in sorted(grammar.get("pronouns", ())):
        if start in taken or _expletive(words, start, mentions):
            continue
        taken.update(range(start, end))
        before = [m for m in mentions if m.end <= start and not m.exception]
        before = [m for m in before if m.actor != principal] or before
        acting = [m for m in before if not is_oblique(words, m)] or before
        inferred = False
        if acting:
            last = acting[-1]
            inferred = last.inferred
            actors: tuple[str, ...] = tuple(m.actor for m in acting if m.start == last.start)
            named = list(dict.fromkeys(m.actor for m in acting))
            if words.low[end - 1] == "former" and len(named) > 1:
                actors = (named[-2],)
            if words.low[start] in _PLURAL or words.low[end - 1] in _SEVERAL:
                actors = tuple(dict.fromkeys(m.actor for m in acting))
        else:
            actors = memory.actors if memory.age <= CARRY else ()
            if words.low[start] not in _PLURAL and words.low[end - 1] not in _SEVERAL:
                actors = actors[-1:]
        out += [Mention(start, end, a, "pronoun", inferred, False) for a in actors]
    return out


def _speaker_actor(speaker: str, codebook: Codebook) -> str | None:
    """The state that a speaker, as the text calls them, speaks for."""
    words = split_words(speaker)
    for hit in codebook.actor_matcher.find(words):
        label, kind = hit.label
        if kind in ("names", "demonyms", "leaders", "metonyms") and not is_place(words, hit.start):
            return str(label)
    return None


def find_first_person(
    words: Words,
    grammar: dict[str, list[tuple[int, int]]],
    mentions: list[Mention],
    memory: Memory,
    codebook: Codebook,
    speaker: str | None,
) -> list[Mention]:
    """ "We", "our": whoever speaks ("We will not send troops," Tokayev told reporters)."""
    out: list[Mention] = []
    principal = codebook.principal
    known = _speaker_actor(speaker, codebook) if speaker else None
    taken = {i for m in mentions for i in range(m.start, m.end)}
    for start, end in sorted(grammar["first_person"]):
        if start in taken:
            continue
        taken.update(range(start, end))
        named = [m for m in mentions if m.how != "group" and m.actor != principal]
        after = [m for m in named if m.start >= end and not is_oblique(words, m)]
        earlier = [m for m in named if m.end <= start and not is_oblique(words, m)]
        nearest = earlier[-1:] or after[:1]
        if known:
            actors: tuple[str, ...] = (known,)
        elif nearest:
            actors = (nearest[0].actor,)
        else:
            actors = memory.actors[-1:] if memory.age <= CARRY else ()
        out += [Mention(start, end, a, "pronoun", False, False) for a in actors]
    return out
