"""Signs of words to the alignment of a statement.

An actor's alignment on an issue is the product of signs: of the thing (what the principal favours
or opposes) and of each act and negation over it, after the composition of polarity in Moilanen and
Pulman (2007). "refuses to help evade sanctions": refuse (-) x help (+) x evade (-) x sanctions (-) = -1.
"""

from typing import NamedTuple

from ..actors import Mention
from ..codebook import Codebook
from ..patterns import Found, Words
from .clauses import Clause, is_oblique, split_clauses

_BEFORE, _AFTER = 10, 7  # words over which an act reaches the thing that it is about


class Signal(NamedTuple):
    """A word of stance at words `start` to before `end`."""

    start: int
    end: int
    kind: str
    issue: str | None
    sign: int
    source: str


class Candidate(NamedTuple):
    """A statement that the rules propose."""

    actor: str
    issue: str
    alignment: int
    inferred: bool
    start: int  # words
    end: int
    rule: str
    link: str
    clause: int


def _signals(found: list[Found]) -> list[Signal]:
    out = [Signal(f.start, f.end, *f.label, f.source) for f in found]  # type: ignore[misc]
    out.sort(key=lambda s: (s.start, s.start - s.end, s.kind))
    keep: list[Signal] = []
    for signal in out:
        inside = [
            k
            for k in keep
            if k.start <= signal.start
            and k.end >= signal.end
            and (k.end - k.start) > (signal.end - signal.start)
            and (
                k.kind == signal.kind
                or (k.kind in ("neither", "says") and signal.kind in ("not", "act"))
            )
        ]
        if not inside:
            keep.append(signal)
    return keep


class Reading(NamedTuple):
    """A sentence read: its words, mentions, signals and clauses."""

    words: Words
    mentions: list[Mention]
    signals: list[Signal]
    clauses: list[Clause]


def read(words: Words, mentions: list[Mention], codebook: Codebook) -> Reading:
    """The sentence with the words of stance in it, by clause."""
    sets: list[frozenset[str]] = [frozenset()] * len(words.low)
    at = [-1] * len(words.low)
    for k, mention in enumerate(mentions):
        for i in range(mention.start, mention.end):
            sets[i] = sets[i] | {mention.actor}
            at[i] = k
    signals = _signals(codebook.matcher.find(words, sets))
    verbs = {s.start for s in signals if s.kind in ("act", "not", "neither", "says")}
    return Reading(words, mentions, signals, split_clauses(words, verbs, at))


def _subject(
    reading: Reading, clause: Clause, before: int, principal: str
) -> tuple[list[Mention], str]:
    """Who acts in the clause before word `before`, and how we know."""
    words = reading.words
    inside = [m for m in reading.mentions if clause.start <= m.start < before]
    public = [s for s in reading.signals if s.kind == "public" and clause.start <= s.start < before]
    free = [m for m in inside if not is_oblique(words, m) and not m.exception]
    if public and (not free or free[-1].end <= public[-1].start):
        return [], "public"
    if free:
        last = free[-1] if free[-1].actor != principal else free[0]
        # Coordinated: "Armenia, Kazakhstan and Tajikistan".
        group = [last]
        for other in reversed(free):
            if other in group:
                continue
            between = words.low[other.end : group[-1].start]
            if other.start == group[-1].start or all(
                w in (",", "and", "or", "nor", "as", "well", "both", "'s", "neighbouring")
                for w in between
            ):
                group.append(other)
        return group, "subject"
    return [], "none"


def _agents(
    reading: Reading, number: int, before: int, after: int, principal: str
) -> tuple[list[Mention], str]:
    clause = reading.clauses[number]
    words = reading.words
    for m in reading.mentions:
        if after <= m.start < clause.end and m.start and not m.exception:
            i = m.start - 1
            while i > after and words.low[i] in ("the", "its", "'s"):
                i -= 1
            if words.low[i] == "by" and m.actor != principal:
                group = [o for o in reading.mentions if o.start == m.start]
                return group, "by"
    found, link = _subject(reading, clause, before, principal)
    if found or link == "public":
        return found, link
    k, steps = clause.parent, 0
    while k >= 0 and steps < 4:
        parent = reading.clauses[k]
        found, link = _subject(reading, parent, parent.end, principal)
        if link == "public":
            return [], "public"
        if found:
            return found, "inherited"
        k, steps = parent.parent, steps + 1
    near = [
        m
        for m in reading.mentions
        if clause.start <= m.start < clause.end and m.actor != principal and not m.exception
    ]
    if near:
        first = near[0]
        return [m for m in near if m.start == first.start], "loose"
    return [], "none"


def _product(
    signals: list[Signal], thing: Signal, clause: Clause, issue: str, negated: int
) -> tuple[int | None, list[Signal]]:
    sign, used = thing.sign, []
    acts = 0
    nots = 0
    taken: set[int] = set()
    own = {s.start for s in signals if s.kind == "act" and s.issue == issue}
    for s in signals:
        if s.kind not in ("act", "not", "neither") or s.issue not in (None, issue):
            continue
        if not clause.start <= s.start < clause.end or s.start in taken:
            continue
        if s.start < thing.end and s.end > thing.start:
            continue
        if s.kind == "act" and s.issue is None and s.start in own:
            continue
        if s.start < thing.start - _BEFORE or s.start > thing.end + _AFTER:
            continue
        taken.add(s.start)
        used.append(s)
        if s.kind == "neither" or (s.kind == "act" and s.sign == 0):
            return 0, used
        if s.kind == "not":
            nots += 1
            sign = -sign
        else:
            acts += 1
            sign *= s.sign
    if acts == 0:
        return None, used
    if nots % 2 and acts == 1 and negated == 0:
        return 0, used
    return sign, used


def _is_open(reading: Reading, clause: Clause) -> bool:
    """Whether the clause asks, supposes or expects, rather than states."""
    return any(s.kind == "if" and clause.start <= s.start < clause.end for s in reading.signals)


def propose(reading: Reading, codebook: Codebook, context: frozenset[str]) -> list[Candidate]:
    """The statements that the rules find in one sentence; `context`: issues spoken of just before."""
    if reading.words.low and "?" in reading.words.low[-2:]:
        return []
    out: list[Candidate] = []
    here = {s.issue for s in reading.signals if s.kind == "context"} | set(context)
    for number, clause in enumerate(reading.clauses):
        inside = [s for s in reading.signals if clause.start <= s.start < clause.end]
        if not inside or _is_open(reading, clause):
            continue
        claims: list[tuple[str, int, int, int, str]] = []
        for s in inside:
            if s.kind == "says" and s.issue:
                claims.append((s.issue, s.sign, s.start, s.end, f"says “{s.source}”"))
            elif s.kind == "thing" and s.issue:
                issue = codebook.issues[s.issue]
                if issue.context and s.issue not in here:
                    continue
                sign, used = _product(inside, s, clause, s.issue, issue.negated)
                if sign is None:
                    continue
                start = min([s.start, *(u.start for u in used)])
                end = max([s.end, *(u.end for u in used)])
                rule = " × ".join([*(u.source for u in used), s.source])
                claims.append((s.issue, sign, start, end, rule))
        said = {c[0] for c in claims if c[4].startswith("says")}
        for issue_name, sign, start, end, rule in claims:
            if issue_name in said and not rule.startswith("says"):
                continue
            if codebook.issues[issue_name].last_resort and any(c[0] != issue_name for c in claims):
                continue
            agents, link = _agents(
                reading, number, max(start, clause.start + 1), end, codebook.principal
            )
            for m in agents:
                only = codebook.actors[m.actor].only
                if only is not None and issue_name not in only:
                    continue
                how = f"{link}:{m.how}"
                out.append(
                    Candidate(
                        m.actor,
                        issue_name,
                        sign,
                        m.inferred,
                        min(start, m.start),
                        max(end, m.end),
                        rule,
                        how,
                        number,
                    )
                )
            for m in reading.mentions:
                if (
                    m.exception
                    and clause.start <= m.start < clause.end
                    and agents
                    and issue_name not in ("russia",)
                ):
                    flipped = 1 if sign <= 0 else 0
                    out.append(
                        Candidate(
                            m.actor,
                            issue_name,
                            flipped,
                            False,
                            start,
                            end,
                            rule,
                            "exception",
                            number,
                        )
                    )
    best: dict[tuple[str, str], Candidate] = {}
    for c in out:
        key = (c.actor, c.issue)
        if key not in best:
            best[key] = c
    return list(best.values())
