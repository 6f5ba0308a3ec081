"""Sentences to candidates: the statements that the rules propose."""

from typing import Any, NamedTuple

from ..actors import dateline
from ..actors.pronouns import Mention
from ..codebook import Codebook
from .agents import find_agents, praised
from .claims import Claim, find_claims
from .clauses import Clause, is_negative
from .signals import Reading
from .topics import Topic, claim_on_topic, topic_of

# "It will not": only a short sentence answers on what the one before spoke of.
_SHORT = 30
_DENIED = 9  # words before a "that" clause in which it is refused: "rejected a report that …"
_NEAR = 12  # words between a group and its exception
_CONCEDING = frozenset(["although", "though", "despite"])
# "led Minsk to …": it did.
_BRINGING_WORDS = "for by led leads leading prompted forced allowed caused pushed drove made"
_BRINGING = frozenset(_BRINGING_WORDS.split())
_MEANT = 2  # sentences over which "it" may mean what was spoken of


class Candidate(NamedTuple):
    """A statement that the rules propose, with what they rest on."""

    actor: str
    issue: str
    alignment: int
    inferred: bool
    start: int  # words
    end: int
    rule: str
    link: str
    shape: str
    steps: int
    how: str
    nots: int


class Considered(NamedTuple):
    """A sentence (its row and how it reads) with the statements that the rules propose."""

    row: Any
    reading: Reading
    proposed: list[Candidate]


def _opens(reading: Reading, clause: Clause, codebook: Codebook) -> int:
    """The word of the clause from which it asks, supposes or expects, rather than states."""
    answered = {s.end for s in reading.signals if s.name == "undecided"}
    marks = [s.start for s in reading.signals if s.kind == "if"]
    marks = [m for m in marks if m not in answered]  # "has not decided whether …"
    low = reading.words.low
    marks += [
        m.end  # "wants Minsk to …", but not the title "Minsk to …" nor "let Minsk to …"
        for m in reading.mentions
        if m.start > 1 and low[m.end : m.end + 1] == ["to"] and m.how != "pronoun"
        if m.actor != codebook.principal and low[m.start - 1] not in _BRINGING
    ]
    if clause.opener == "that" and clause.start > 0:
        ends = [s.end for s in reading.signals if s.kind == "if"]
        if any(clause.start - 3 <= end <= clause.start + 1 for end in ends):
            return clause.start
    return min([m for m in marks if clause.start <= m < clause.end], default=clause.end)


def _goes_on(reading: Reading, clause: Clause) -> bool:
    """Whether the clause goes on about what was just named: "which …", "and … by Minsk"."""
    if clause.opener in ("which", "whom"):
        return True
    low = reading.words.low
    if clause.opener in ("while", "whereas") and any(
        clause.start < m.start < clause.end for m in reading.mentions
    ):
        return True
    if clause.opener in ("and", "but") and "by" in low[clause.start : clause.end]:
        return True
    objects = ("it", "them", "either", "neither", "both")
    return any(
        s.kind in ("act", "own")
        and clause.start <= s.start < clause.end
        and low[s.end : s.end + 1]
        and low[s.end] in objects
        for s in reading.signals
    )


def _is_refused(reading: Reading, start: int, end: int, codebook: Codebook) -> bool:
    """Whether words start to end refuse what follows: "turned down a proposal to …"."""
    everywhere = codebook.language.everywhere
    return any(
        s.kind == "act" and s.name in everywhere and start <= s.start < end for s in reading.signals
    )


def _under_neither(reading: Reading, clause: Clause) -> bool:
    """Whether the clause is one half of "neither … nor …" said of acts."""
    low = reading.words.low
    starts = {m.start for m in reading.mentions}
    for i, word in enumerate(low):
        if word == "neither" and i + 1 not in starts and low[i + 1] != "of" and "nor" in low[i:]:
            end = i + low[i:].index("nor")
            if clause.start <= i < clause.end or clause.start <= end < clause.end:
                return True
    return False


def _statements(
    reading: Reading,
    number: int,
    claim: Claim,
    codebook: Codebook,
    agents: list[Mention],
    link: str,
) -> list[Candidate]:
    clause = reading.clauses[number]
    negated = codebook.issues[claim.issue].negated
    said, shape = claim.sign, claim.shape
    if said and _under_neither(reading, clause):
        said, shape = 0, "neither"
    before = max(0, clause.start - _DENIED)
    if said and clause.opener == "that" and _is_refused(reading, before, clause.start, codebook):
        said, shape = (-said if negated else 0), "denied"
    out = []
    negative = False
    for m in agents:
        only = codebook.actors[m.actor].only
        if only is not None and claim.issue not in only:
            continue
        sign = said
        if is_negative(reading.words, m) and not (claim.shape == "says" and claim.start < m.start):
            negative = True
            sign = -sign if negated else 0
        out.append(
            Candidate(
                m.actor,
                claim.issue,
                sign,
                m.inferred,
                min(claim.start, m.start) if m.start >= clause.start else claim.start,
                max(claim.end, m.end) if m.start >= clause.start else claim.end,
                claim.rule,
                link,
                shape,
                claim.steps,
                m.how,
                claim.denied,
            )
        )
    if agents and agents[0].inferred and (said or claim.plain):
        turned = -said if negated else 0
        if negative:
            turned = said
        elif claim.plain != claim.sign:  # the others refuse or do not: it does
            turned = claim.plain
        for m in reading.mentions:
            if m.exception and abs(m.start - agents[0].start) <= _NEAR:
                out.append(
                    Candidate(
                        m.actor,
                        claim.issue,
                        turned,
                        False,
                        claim.start,
                        claim.end,
                        claim.rule,
                        "exception",
                        shape,
                        claim.steps,
                        m.how,
                        claim.denied,
                    )
                )
    return out


def propose(
    reading: Reading, codebook: Codebook, context: frozenset[tuple[str, int]], topic: Topic | None
) -> tuple[list[Candidate], Topic | None]:
    """The statements that the rules find in one sentence, and what it spoke of last.

    `context`: the lists of things that the sentence before gave the context for; `topic`: the
    thing that it spoke of last.
    """
    here = {(s.name, s.sign) for s in reading.signals if s.kind == "needs"} | context
    low = reading.words.low
    head = dateline(reading.words)
    supposed = "would" in low and any(
        s.kind == "if" and s.start <= head + 1 for s in reading.signals
    )
    claims = [find_claims(reading, c, codebook, here, c.start) for c in reading.clauses]
    topics = [
        topic_of(reading, clause, codebook, here, said)
        for clause, said in zip(reading.clauses, claims, strict=True)
    ]
    latest = next((t for t in reversed(topics) if t), _aged(topic))
    if "?" in low[-3:] or supposed:
        return [], latest and latest._replace(asked=True)
    out: list[Candidate] = []
    spoken = topic if len(low) <= _SHORT else None
    within = False
    for number, clause in enumerate(reading.clauses):
        opens = _opens(reading, clause, codebook)
        sure = [
            c
            for c in claims[number]
            if c.end <= opens or _is_refused(reading, c.start, opens, codebook)
        ]
        for claim in sure:
            agents, link = find_agents(reading, number, claim, codebook)
            out += _statements(reading, number, claim, codebook, agents, link)
        for issue in codebook.issues:
            thanked, floor = praised(reading, clause, codebook, issue)
            if thanked:
                again = find_claims(reading, clause, codebook, here, floor, named=True)
                again = [c for c in again if c.end <= opens]
                for claim in again:
                    if claim.issue == issue and not codebook.issues[issue].last_resort:
                        out = [c for c in out if c.issue != issue]
                        out += _statements(reading, number, claim, codebook, thanked, "praised")
        if not sure and spoken and (within or not any(topics)):
            near = within and _goes_on(reading, clause)
            answer = claim_on_topic(reading, clause, codebook, spoken, opens, near)
            if not answer and _under_neither(reading, clause):
                answer = Claim(
                    spoken.issue,
                    0,
                    clause.start,
                    clause.end,
                    "neither … nor",
                    "topic neither",
                    1,
                    clause.start + 1,
                    0,
                    0,
                )
            if answer:
                agents, link = find_agents(reading, number, answer, codebook)
                if answer.shape == "answer" and link not in ("subject", "relative"):
                    agents = []
                out += _statements(reading, number, answer, codebook, agents, link)
        spoken, within = topics[number] or spoken, within or topics[number] is not None
    return _one_each(out, low), latest


def _aged(topic: Topic | None) -> Topic | None:
    """The topic one sentence on, while it may still be meant."""
    if topic is None or topic.age >= _MEANT:
        return None
    return topic._replace(age=topic.age + 1)


def _declines(c: Candidate) -> bool:
    return c.nots > 0 or "refusing" in c.rule or "not|" in c.rule


def _preference(c: Candidate) -> tuple[int, bool]:
    """Neither side goes before one, and that before a mere "not": "did not condemn, it hailed"."""
    denied = c.alignment == 0 and c.nots > 0
    return 2 if denied else abs(c.alignment), c.shape.startswith("topic")


def _one_each(found: list[Candidate], low: list[str]) -> list[Candidate]:
    """One statement for an actor on an issue in a sentence.

    Neither side goes before one, what the clause itself says before what it answers, and both
    sides in two clauses are neither; but "although …" gives way to what it is said against.
    """
    best: dict[tuple[str, str], Candidate] = {}
    for c in found:
        old = best.get((c.actor, c.issue))
        if old is None or _preference(c) < _preference(old):
            best[c.actor, c.issue] = c
        elif (
            c.alignment * old.alignment < 0
            and c.shape != "answer"
            and _declines(c)
            and _declines(old)
            and c.start >= old.end
            and not _CONCEDING & set(low[old.end : c.start + 1])
        ):
            best[c.actor, c.issue] = old._replace(alignment=0, end=c.end, shape="both")
    return list(best.values())
