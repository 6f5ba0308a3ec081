"""What a clause says about a thing named before: "has not", "turned it down", "did the same"."""

from typing import NamedTuple

from ..codebook import Codebook
from .claims import Claim, compose_signs, find_operators, negative_words
from .clauses import Clause
from .signals import Reading, Signal

_AUXILIARY_WORDS = "will would does did do has have had can must"
# What may stand between the auxiliary and the end of "has not yet done so".
_FILLING_WORDS = (
    "not never so far yet either too also since done it that the same likewise as well itself "
    "already indeed now to agreed obliged go on doing"
)
_RECALLED_WORDS = (
    "request requests offer offers invitation appeal plea demand demands proposal idea suggestion "
    "overture overtures claim claims allegation accusation accusations charge report reports"
)
_AUXILIARY, _FILLING = frozenset(_AUXILIARY_WORDS.split()), frozenset(_FILLING_WORDS.split())
_CONTRASTING = frozenset([";", "but", "while", "whereas"])
_STOPS = frozenset([",", ".", ";", ":", "!", "and", "but", "”", '"', ")", "—", "–", "while"])
# "It", "any", "the request": what was spoken of before.
_OBJECTS = frozenset(["it", "them", "any", "either", "neither", "both", "none", "this", "these"])
_RECALLED = frozenset(_RECALLED_WORDS.split())


class Topic(NamedTuple):
    """A thing spoken of before, which "turned it down" or "has not" may be about."""

    issue: str
    sign: int  # of the thing: +1 if the principal wants it
    acts: tuple[str, ...] = ()
    refusal: bool = True  # whether a refusal alone says something about it
    doing: int = 0  # what doing what was said of it would be: of "help evade the sanctions" +1
    asked: bool = False  # in a question, or supposed
    age: int = 0  # sentences since


def _answer(
    reading: Reading, clause: Clause, topic: Topic, until: int, negated: int
) -> Claim | None:
    """ "It has not", "so did Minsk", "did the opposite": a verb left out, taken from before."""
    low = reading.words.low
    doing = topic.doing
    if not doing:
        return None
    for i in range(clause.start, min(until, clause.start + 14)):
        if low[i : i + 2] in (["followed", "suit"], ["follows", "suit"], ["did", "likewise"]):
            return _told(topic, doing, clause, i, i + 2, 0)
        if low[i] in ("did", "done", "does", "moved", "gone", "went") and low[i + 1 : i + 2] == [
            "the"
        ]:
            kind = low[i + 2 : i + 3]
            if kind == ["same"]:
                return _told(topic, doing, clause, i, i + 3, 0)
            if kind in (["opposite"], ["reverse"], ["contrary"]):
                return _told(topic, -doing, clause, i, i + 3, 1)
        if low[i] not in _AUXILIARY and not low[i].endswith("n't"):
            continue
        before = low[i - 1] if i else ""
        inverted = before in ("neither", "nor", "so", "as")
        end = i + 1
        if inverted:  # "nor has Tbilisi"
            after = [m.end for m in reading.mentions if i < m.start <= i + 2]
            if not after:
                continue
            end = max(after)
        no = before in ("neither", "nor") or low[i].endswith("n't")
        marked = inverted or topic.asked or clause.opener in _CONTRASTING
        while end < clause.end and low[end] in _FILLING:
            no |= low[end] in ("not", "never")
            marked |= low[end] in ("too", "also", "so", "same", "likewise", "already")
            end += 1
            if low[end : end + 1] == [","] and low[end + 1 : end + 2] in (["so"], ["yet"], ["as"]):
                end += 1  # "has not, so far, sent"
        if not (no or marked):
            continue  # "whatever they have, …"
        if end >= len(low) or low[end] in _STOPS or end == clause.end:
            refused = -doing if negated else 0
            return _told(topic, refused if no else doing, clause, i, end, int(no))
    return None


def _told(topic: Topic, sign: int, clause: Clause, at: int, end: int, nots: int) -> Claim:
    rule = "answers on what was spoken of before"
    return Claim(topic.issue, sign, clause.start, end, rule, "answer", 1, at, nots, topic.doing)


def _has_object(reading: Reading, s: Signal) -> bool:
    """Whether what the act is done to is a word for what was spoken of before."""
    low = reading.words.low
    after = low[s.end : s.end + 3]
    if not after:
        return False
    if after[0] in _OBJECTS:
        return True
    return after[0] in ("the", "this", "that", "such") and any(w in _RECALLED for w in after[1:])


def claim_on_topic(
    reading: Reading, clause: Clause, codebook: Codebook, topic: Topic, until: int, near: bool
) -> Claim | None:
    """A claim of a clause that names no thing but answers on one named before ("said no").

    `until`: the word before which it must be said. `near`: the thing stands in the same sentence,
    and "which it recognised" or "and welcomed by Minsk" may speak of it.
    """
    inside = [s for s in reading.signals if clause.start <= s.start < until]
    everywhere = set(codebook.language.everywhere)
    families = everywhere | set(topic.acts)
    masked = negative_words(reading)
    negated = codebook.issues[topic.issue].negated
    found = find_operators(inside, topic.issue, families, clause.start, clause.end, masked)
    ops = []
    for o in found:
        if o.kind == "act":
            general = o.name in everywhere and topic.refusal
            if not (general or near or _has_object(reading, o)):
                continue
        if (o.kind == "own" and not near) or (o.kind == "neither" and o.name != "undecided"):
            continue
        ops.append(o)
    if not any(o.kind in ("act", "own", "neither") for o in ops):
        return _answer(reading, clause, topic, until, negated)
    first, last = ops[0], ops[-1]
    # What is asked or alleged is refused whole: helping to evade the sanctions, not these.
    alone = all(o.kind == "not" or o.name in everywhere for o in ops)
    whole = topic.asked or _has_object(reading, last) or last.end >= clause.end - 1
    base = (alone and whole and topic.doing) or topic.sign
    sign, shape, nots, plain = compose_signs(
        base, ops, first.start, reading.words, codebook, negated
    )
    rule = " × ".join([*(o.name or o.source for o in ops), "what was spoken of before"])
    shape = "topic neither" if shape == "neither" else "topic"
    return Claim(
        topic.issue, sign, first.start, last.end, rule, shape, len(ops), first.start, nots, plain
    )


def topic_of(
    reading: Reading,
    clause: Clause,
    codebook: Codebook,
    here: set[tuple[str, int]],
    claims: list[Claim],
) -> Topic | None:
    """The thing that the clause speaks of last, if there is one; `claims` are the clause's own."""
    topic = None
    for s in reading.signals:
        if s.kind != "thing" or not clause.start <= s.start < clause.end:
            continue
        things = codebook.issues[s.name].things[s.sign]
        if codebook.issues[s.name].last_resort:
            continue
        if things.needs and (s.name, s.sign) not in here:
            continue
        if topic and topic.issue in codebook.issues[s.name].yields_to:
            continue
        sign = 1 if things.wanted else -1
        topic = Topic(s.name, sign, tuple(things.acts), things.refusal_says)
    said = [c for c in claims if topic is None or c.issue == topic.issue]
    if said and said[-1].plain and not codebook.issues[said[-1].issue].last_resort:
        doing = said[-1].plain
        topic = topic or Topic(said[-1].issue, doing, (), False)
        topic = topic._replace(doing=doing)
    return topic
