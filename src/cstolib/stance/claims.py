"""What a clause says on an issue: signs of words to an alignment.

The alignment is the product of signs: of the thing (what the principal wants or does not) and of
the acts and negations over it, after the composition of polarity in Moilanen and Pulman (2007):
"refuses to help evade sanctions" is - × + × - × - = -1.
"""

from typing import NamedTuple

from ..codebook import Codebook
from ..codebook.patterns import Words
from .clauses import Clause, is_negative
from .signals import Reading, Signal

_REACH = 14  # words over which an act before or after a thing speaks of it
_NOT_REACH = 6  # words from "not" to what it denies; from "no soldier of …" it may be farther
_DETERMINERS = frozenset(["no", "none", "nobody", "nothing", "neither", "nowhere"])


class Topic(NamedTuple):
    """A thing spoken of before, which "turned it down" may be about."""

    issue: str
    sign: int  # what doing it would be: of "help evade the sanctions" +1
    acts: tuple[str, ...] = ()
    asked: bool = False  # in a question


class Claim(NamedTuple):
    """What a clause says on an issue, before it is known of whom."""

    issue: str
    sign: int
    start: int
    end: int
    rule: str
    shape: str  # says, act, own, neither, topic: what the alignment rests on
    steps: int  # how many signs were multiplied
    first: int  # the first word that says something
    denied: int  # how many of the signs are "not"


def _operators(
    inside: list[Signal],
    issue: str,
    families: set[str],
    low: int,
    high: int,
    masked: frozenset[int] = frozenset(),
) -> list[Signal]:
    """The acts and negations in words low to high that speak about a thing of the issue.

    `masked`: words that stand on an actor ("none of them") and are counted with it.
    """
    taken: set[int] = set()
    out = []
    own = {i for s in inside if s.kind == "own" and s.name == issue for i in range(s.start, s.end)}
    for s in inside:
        if not low <= s.start < high or s.start in taken:
            continue
        if s.kind == "act" and (s.name not in families or s.start in own):
            continue
        if s.kind == "own" and s.name != issue:
            continue
        if s.kind not in ("act", "own", "not", "neither") or s.start in masked:
            continue
        taken.update(range(s.start, s.end))
        out.append(s)
    return out


def negative_words(reading: Reading) -> frozenset[int]:
    """The words "no" or "none of" that stand on an actor."""
    out: set[int] = set()
    for m in reading.mentions:
        if is_negative(reading.words, m):
            out.update(range(max(0, m.start - 3), m.end))
    return frozenset(out)


def _denies(s: Signal, others: list[Signal], thing: int, words: Words) -> bool:
    """Whether a "not" bears on one of the acts, or on the thing."""
    wide = words.low[s.start] in _DETERMINERS or words.low[s.start : s.start + 2] == ["not", "one"]
    reach = 2 * _NOT_REACH if wide else _NOT_REACH
    targets = [o.start for o in others if o.kind in ("act", "own")] + [thing]
    after = [t for t in targets if t >= s.end]
    return bool(after) and min(after) - s.end < reach


def _compose(
    sign: int, used: list[Signal], thing: int, words: Words, codebook: Codebook, negated: int
) -> tuple[int, str, int]:
    """The alignment of a thing under these signals, what it rests on, and how many nots."""
    if any(s.kind == "neither" or s.sign == 0 for s in used):
        return 0, "neither", 0
    turning = 0
    attitude = 1
    refused = False
    for s in used:
        if s.kind == "act" and codebook.language.acts[s.name].turns:
            turning += s.sign < 0
            refused |= s.name in codebook.language.everywhere
        elif s.kind in ("act", "own") and s.sign < 0:
            attitude = -1
    nots = sum(s.kind == "not" and _denies(s, used, thing, words) for s in used)
    sign *= attitude * (-1) ** turning
    if nots:  # "has not sent and will not send" denies once
        sign = -sign if negated or refused else 0
    shape = "own" if any(s.kind == "own" for s in used) else "act"
    return sign, shape, nots


def _rule(used: list[Signal], last: Signal) -> str:
    named = [o.name if o.kind == "act" else o.source for o in used]
    return " × ".join([*named, last.source])


def find_claims(
    reading: Reading,
    clause: Clause,
    codebook: Codebook,
    here: set[tuple[str, int]],
    floor: int,
    *,
    named: bool = False,
) -> list[Claim]:
    """The claims of a clause, one for each issue.

    `here`: the lists of things that the sentence gives the context for. `floor`: the word from
    which acts count. `named`: a thing without an act counts ("thanked Tashkent for generators").
    """
    words = reading.words
    inside = [s for s in reading.signals if clause.start <= s.start < clause.end]
    claims: list[Claim] = []
    everywhere = set(codebook.language.everywhere)
    masked = negative_words(reading)
    for s in inside:
        if s.kind == "votes" and (s.name, -1) not in here:
            continue
        if s.kind in ("says", "votes"):
            ops = _operators(inside, s.name, everywhere, floor, s.start, masked)
            ops = [o for o in ops if o.kind != "own" and o.end <= s.start]
            negated = codebook.issues[s.name].negated
            sign, shape, nots = s.sign, "says", 0
            if s.sign:
                sign, shape, nots = _compose(s.sign, ops, s.start, words, codebook, negated)
                shape = "neither" if shape == "neither" else "says"
            start = min([s.start, *(o.start for o in ops)])
            claims.append(
                Claim(s.name, sign, start, s.end, _rule(ops, s), shape, 1 + len(ops), start, nots)
            )
        elif s.kind == "thing" and s.start >= floor:
            issue = codebook.issues[s.name]
            things = issue.things[s.sign]
            if things.needs and (s.name, s.sign) not in here:
                continue
            families = everywhere | set(things.acts)
            low, high = max(floor, s.start - _REACH), s.end + _REACH
            ops = _operators(inside, s.name, families, low, high, masked)
            ops = [o for o in ops if o.end <= s.start or o.start >= s.end or _spans(o, s)]
            told = [o for o in ops if o.kind != "not"]
            if not things.refusal_says:
                told = [o for o in told if o.kind != "act" or o.name not in everywhere]
            if not named and not told:
                continue
            wanted = 1 if things.wanted else -1
            sign, shape, nots = _compose(wanted, ops, s.start, words, codebook, issue.negated)
            start = min([s.start, *(o.start for o in ops)])
            end = max([s.end, *(o.end for o in ops)])
            claims.append(
                Claim(s.name, sign, start, end, _rule(ops, s), shape, len(ops) + 1, start, nots)
            )
    return _prune(claims, codebook)


def _spans(act: Signal, thing: Signal) -> bool:
    """Whether the act stands on both sides of the thing: "called the invasion a crime"."""
    return act.start < thing.start and act.end >= thing.end


def _rank(claim: Claim) -> tuple[bool, int]:
    """A whole proposition goes before a composed one; of those the longer, of these the shorter."""
    says = claim.shape == "says"
    return not says, (claim.start - claim.end) if says else (claim.end - claim.start)


def _prune(claims: list[Claim], codebook: Codebook) -> list[Claim]:
    """One claim for each issue: the one that ranks first."""
    out: dict[str, Claim] = {}
    for claim in claims:
        old = out.get(claim.issue)
        if old is None or _rank(claim) < _rank(old):
            out[claim.issue] = claim
    kept = []
    for name, claim in out.items():
        issue = codebook.issues[name]
        if len(out) > 1 and (issue.last_resort or any(k in out for k in issue.yields_to)):
            continue
        kept.append(claim)
    return kept


_DOING = frozenset(["will", "would", "does", "did", "do", "has", "have", "is", "was", "can"])


def _plain_answer(reading: Reading, clause: Clause, topic: Topic) -> Claim | None:
    """ "It will not" or "it already does", behind a question."""
    low = reading.words.low
    if not topic.asked:
        return None
    for i in range(clause.start, min(clause.end, clause.start + 6)):
        if low[i] not in _DOING and not low[i].endswith("n't"):
            continue
        after = low[i + 1] if i + 1 < len(low) else "."
        no = low[i].endswith("n't") or after in ("not", "never")
        last = low[i + 2] if no and not low[i].endswith("n't") and i + 2 < len(low) else after
        if last in (",", ".", ";"):
            sign = -topic.sign if no else topic.sign
            return Claim(topic.issue, sign, clause.start, i + 1, "answers", "topic", 1, i, no)
    return None


def claim_on_topic(
    reading: Reading, clause: Clause, codebook: Codebook, topic: Topic, until: int, near: bool
) -> Claim | None:
    """A claim of a clause that names no thing but answers on one named before ("said no").

    `until`: the word before which it must be said. `near`: the thing stands in the same sentence,
    and "which it recognised" or "and welcomed by Minsk" may speak of it.
    """
    inside = [s for s in reading.signals if clause.start <= s.start < until]
    everywhere = set(codebook.language.everywhere)
    if near:
        everywhere |= set(topic.acts)
    ops = _operators(
        inside, topic.issue, everywhere, clause.start, clause.end, negative_words(reading)
    )
    ops = [
        o
        for o in ops
        if (near or o.kind != "own") and (o.kind != "neither" or o.name == "undecided")
    ]
    if not any(o.kind in ("act", "own", "neither") for o in ops):
        return _plain_answer(reading, clause, topic)
    first, last = ops[0], ops[-1]
    negated = codebook.issues[topic.issue].negated
    sign, shape, nots = _compose(topic.sign, ops, first.start, reading.words, codebook, negated)
    rule = " × ".join([*(o.name or o.source for o in ops), "what was spoken of before"])
    shape = "topic neither" if shape == "neither" else "topic"
    return Claim(topic.issue, sign, first.start, last.end, rule, shape, len(ops), first.start, nots)


def topic_of(
    reading: Reading, clause: Clause, codebook: Codebook, here: set[tuple[str, int]]
) -> Topic | None:
    """The thing that the clause speaks of last, if there is one."""
    topic = None
    asked = "?" in reading.words.low[-3:]
    claims: dict[str, Claim] | None = None
    for s in reading.signals:
        if s.kind != "thing" or not clause.start <= s.start < clause.end:
            continue
        things = codebook.issues[s.name].things[s.sign]
        if codebook.issues[s.name].last_resort or not things.refusal_says:
            continue
        if things.needs and (s.name, s.sign) not in here:
            continue
        sign = 1 if things.wanted else -1
        if asked:
            if claims is None:
                found = find_claims(reading, clause, codebook, here, clause.start)
                claims = {c.issue: c for c in found}
            sign = claims[s.name].sign or sign if s.name in claims else sign
        topic = Topic(s.name, sign, tuple(things.acts), asked)
    return topic
