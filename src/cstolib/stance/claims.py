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


_OBJECTLESS = frozenset(["none", "nobody", "nothing"])


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
    plain: int  # the sign without them and refusals: what doing it would be


def find_operators(
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
    if words.low[s.start] in _OBJECTLESS and any(s.start - 2 <= o.end <= s.start for o in others):
        return True  # "sent none"
    after = [t for t in targets if t >= s.end]
    return bool(after) and min(after) - s.end < reach


def compose_signs(
    sign: int, used: list[Signal], thing: int, words: Words, codebook: Codebook, negated: int
) -> tuple[int, str, int, int]:
    """The alignment of a thing under these signals, what it rests on, how many nots, and what
    the alignment would be without them and without refusals.
    """
    if any(s.kind == "neither" or s.sign == 0 for s in used):
        return 0, "neither", 0, 0
    turning = refusals = 0
    attitude = 1
    for s in used:
        if s.kind == "act" and codebook.language.acts[s.name].turns:
            turning += s.sign < 0
            refusals += s.name in codebook.language.everywhere
        elif s.kind in ("act", "own") and s.sign < 0:
            attitude = -1
    nots = sum(s.kind == "not" and _denies(s, used, thing, words) for s in used)
    sign *= attitude * (-1) ** turning
    plain = sign * (-1) ** refusals
    if nots:  # "has not sent and will not send" denies once
        sign = -sign if negated or refusals else 0
    shape = "own" if any(s.kind == "own" for s in used) else "act"
    return sign, shape, nots, plain


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
    foreign = {m.start for m in reading.mentions if m.actor == codebook.principal}
    for s in inside:
        if s.kind == "votes" and (s.name, -1) not in here:
            continue
        if s.kind in ("says", "votes"):
            if s.source.startswith("<actor>") and s.start in foreign:
                continue  # "Russian soldiers … in Ukraine"
            ops = find_operators(inside, s.name, everywhere, floor, s.start, masked)
            ops = [o for o in ops if o.kind != "own" and o.end <= s.start]
            negated = codebook.issues[s.name].negated
            sign, shape, nots, plain = s.sign, "says", 0, s.sign
            if s.sign:
                composed = compose_signs(s.sign, ops, s.start, words, codebook, negated)
                sign, shape, nots, plain = composed
                shape = "neither" if shape == "neither" else "says"
            start = min([s.start, *(o.start for o in ops)])
            claims.append(
                Claim(
                    s.name,
                    sign,
                    start,
                    s.end,
                    _rule(ops, s),
                    shape,
                    1 + len(ops),
                    start,
                    nots,
                    plain,
                )
            )
        elif s.kind == "thing" and s.start >= floor:
            issue = codebook.issues[s.name]
            things = issue.things[s.sign]
            if things.needs and (s.name, s.sign) not in here:
                continue
            families = everywhere | set(things.acts)
            low, high = max(floor, s.start - _REACH), s.end + _REACH
            ops = find_operators(inside, s.name, families, low, high, masked)
            ops = [o for o in ops if o.end <= s.start or o.start >= s.end or _spans(o, s)]
            # "would not join the sanctions, and took years to stop …": behind it, "to" is new.
            ops = [o for o in ops if o.start < s.end or words.low[o.start - 1] != "to"]
            told = [o for o in ops if o.kind != "not"]
            if not things.refusal_says:
                told = [o for o in told if o.kind != "act" or o.name not in everywhere]
            if not named and not told:
                continue
            wanted = 1 if things.wanted else -1
            sign, shape, nots, plain = compose_signs(
                wanted, ops, s.start, words, codebook, issue.negated
            )
            start = min([s.start, *(o.start for o in ops)])
            end = max([s.end, *(o.end for o in ops)])
            claims.append(
                Claim(
                    s.name,
                    sign,
                    start,
                    end,
                    _rule(ops, s),
                    shape,
                    len(ops) + 1,
                    start,
                    nots,
                    plain,
                )
            )
    return _prune(claims, codebook)


def _spans(act: Signal, thing: Signal) -> bool:
    """Whether the act stands on both sides of the thing: "called the invasion a crime"."""
    return act.start < thing.start and act.end >= thing.end


def _rank(claim: Claim) -> tuple[int, ...]:
    """A whole proposition goes before a composed one; of those the first, of these the shorter."""
    length = claim.end - claim.start
    return (0, claim.start, -length) if claim.shape == "says" else (1, length)


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
