"""Signs of words to the alignment of a statement.

An actor's alignment on an issue is the product of signs: of the thing (what the principal wants or
does not) and of each act and negation over it, after the composition of polarity in Moilanen and
Pulman (2007): "refuses to help evade sanctions" is - × + × - × - = -1.
"""

from typing import NamedTuple

from ..actors import Mention
from ..codebook import Codebook
from ..patterns import Found, Words
from .clauses import Clause, is_oblique, split_clauses

_REACH = 14  # words over which an act before or after a thing speaks of it


class Signal(NamedTuple):
    """A word of stance at words `start` to before `end`; `name` is an issue or a family of acts."""

    start: int
    end: int
    kind: str
    name: str
    sign: int
    source: str


class Claim(NamedTuple):
    """What a clause says on an issue, before it is known of whom."""

    issue: str
    sign: int
    start: int
    end: int
    rule: str
    shape: str  # says, act, own, neither: what the alignment rests on
    steps: int  # how many signs were multiplied
    thing: int  # where the thing stands


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
    shape: str
    steps: int
    how: str
    clause: int


class Reading(NamedTuple):
    """A sentence read: its words, mentions, signals and clauses."""

    words: Words
    mentions: list[Mention]
    signals: list[Signal]
    clauses: list[Clause]


def _signals(found: list[Found], mentions: list[Mention]) -> list[Signal]:
    out = [Signal(f.start, f.end, *f.label, f.source) for f in found]  # type: ignore[misc]
    out.sort(key=lambda s: (s.start, s.start - s.end, s.kind, s.name))
    blank = {(s.name, i) for s in out if s.kind == "apart" for i in range(s.start, s.end)}
    groups = {i for m in mentions if m.how == "group" for i in range(m.start, m.end)}
    keep: list[Signal] = []
    for s in out:
        if s.kind == "apart":
            continue
        if s.kind == "thing":
            if any((s.name, i) in blank for i in range(s.start, s.end)):
                continue
            if any(i in groups for i in range(s.start, s.end)):
                continue
        longer = False
        for k in keep:
            if k.start <= s.start and k.end >= s.end and k.end - k.start > s.end - s.start:
                same = k.kind == s.kind and (
                    k.name == s.name or s.kind in ("act", "not", "neither")
                )
                swallowed = k.kind == "neither" and s.kind in ("not", "act", "own")
                swallowed |= k.kind in ("act", "own") and s.kind == "not"
                swallowed |= k.kind == "says" and s.kind in ("own", "act") and k.start < s.start
                if same or swallowed:
                    longer = True
                    break
        if not longer:
            keep.append(s)
    return keep


def read(words: Words, mentions: list[Mention], codebook: Codebook) -> Reading:
    """The sentence with the words of stance in it, by clause."""
    sets: list[frozenset[str]] = [frozenset()] * len(words.low)
    for mention in mentions:
        for i in range(mention.start, mention.end):
            sets[i] = sets[i] | {mention.actor}
    signals = _signals(codebook.matcher.find(words, sets), mentions)
    verbs = {s.start for s in signals if s.kind in ("act", "own", "not", "neither", "says")}
    return Reading(words, mentions, signals, split_clauses(words, verbs))


# --- what a clause says -------------------------------------------------------------------------


def _operators(
    inside: list[Signal], issue: str, families: set[str], low: int, high: int
) -> list[Signal]:
    """The acts and negations in words low to high that speak about a thing of the issue."""
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
        if s.kind not in ("act", "own", "not", "neither"):
            continue
        taken.update(range(s.start, s.end))
        out.append(s)
    return out


def _compose(sign: int, used: list[Signal], negated: int) -> tuple[int, str]:
    """The alignment of a thing of `sign` under these signals, and what it rests on."""
    shape = "own" if any(s.kind == "own" for s in used) else "act"
    if any(s.kind == "neither" or s.sign == 0 for s in used):
        return 0, "neither"
    nots = sum(s.kind == "not" for s in used)
    acts = [s for s in used if s.kind != "not"]
    for s in acts:
        sign *= s.sign
    if nots % 2:
        sign = -sign if negated or any(s.name == "refusing" for s in acts) else 0
    return sign, shape


def _claims(
    reading: Reading, clause: Clause, codebook: Codebook, here: set[tuple[str, int]], floor: int
) -> list[Claim]:
    inside = [s for s in reading.signals if clause.start <= s.start < clause.end]
    claims: list[Claim] = []
    everywhere = set(codebook.language.everywhere)
    for s in inside:
        if s.kind == "says":
            turning = [
                o for o in _operators(inside, s.name, everywhere, floor, s.start) if o.kind != "own"
            ]
            sign, shape = s.sign, "says"
            if turning and not (s.sign == 0):
                sign, shape = _compose(s.sign, turning, codebook.issues[s.name].negated)
                shape = "says not" if shape != "neither" else shape
            rule = " × ".join([*(o.source for o in turning), s.source])
            claims.append(
                Claim(s.name, sign, s.start, s.end, rule, shape, 1 + len(turning), s.start)
            )
        elif s.kind == "thing":
            issue = codebook.issues[s.name]
            things = issue.things[s.sign]
            if things.needs and (s.name, s.sign) not in here:
                continue
            families = everywhere | set(things.acts)
            low, high = max(floor, s.start - _REACH), s.end + _REACH
            used = [
                o
                for o in _operators(inside, s.name, families, low, high)
                if o.end <= s.start or o.start >= s.end
            ]
            if not any(o.kind != "not" for o in used):
                continue
            sign, shape = _compose(1 if things.wanted else -1, used, issue.negated)
            start = min([s.start, *(o.start for o in used)])
            end = max([s.end, *(o.end for o in used)])
            rule = " × ".join([*(o.source for o in used), s.source])
            claims.append(Claim(s.name, sign, start, end, rule, shape, len(used) + 1, s.start))
    return claims


def _prune(claims: list[Claim], codebook: Codebook) -> list[Claim]:
    """One claim for each issue: a whole proposition before a composed one, the shortest first."""
    out: dict[str, Claim] = {}
    for claim in claims:
        old = out.get(claim.issue)
        rank = (not claim.shape.startswith("says"), claim.end - claim.start)
        if old is None or rank < (not old.shape.startswith("says"), old.end - old.start):
            out[claim.issue] = claim
    if len(out) > 1:
        out = {k: c for k, c in out.items() if not codebook.issues[k].last_resort}
    return list(out.values())


# --- who acts -----------------------------------------------------------------------------------

_LIST_WORDS = frozenset(
    ", and or nor as well both 's neighbouring neighboring then also alike , each including".split(
        " "
    )
)


def _coordinated(reading: Reading, chosen: Mention) -> list[Mention]:
    """The mention with those it is listed with: "Armenia, Kazakhstan and Tajikistan"."""
    group = [m for m in reading.mentions if m.start == chosen.start and not m.exception]
    low = reading.words.low
    first = last = chosen
    for other in reversed([m for m in reading.mentions if m.end <= first.start]):
        if all(w in _LIST_WORDS for w in low[other.end : first.start]) and first.start > other.end:
            if not other.exception and other.how != "pronoun":
                group.append(other)
            first = other
    for other in [m for m in reading.mentions if m.start >= last.end]:
        if all(w in _LIST_WORDS for w in low[last.end : other.start]) and other.start > last.end:
            if not other.exception and other.how != "pronoun":
                group.append(other)
            last = other
    return group


def _in_clause(
    reading: Reading, clause: Clause, before: int, codebook: Codebook, issue: str
) -> tuple[list[Mention], str]:
    """Who acts in the clause before word `before`, and how we know; "public" if that is no state."""
    principal = codebook.principal
    only = codebook.actors[principal].only
    principal_counts = only is None or issue in only
    words = reading.words
    inside = [m for m in reading.mentions if clause.start <= m.start < before and not m.exception]
    free = [m for m in inside if not is_oblique(words, m)]
    coded = [m for m in free if m.actor != principal or principal_counts]
    public = [s for s in reading.signals if s.kind == "public" and clause.start <= s.start < before]
    if public and (not coded or coded[-1].end <= public[-1].start):
        if not public[-1].end < before - 9:
            return [], "public"
    # "praised Tajikistan for recognising": who is praised acts.
    for m in reversed(inside):
        after = words.low[m.end : m.end + 2]
        if (
            len(after) == 2
            and after[0] in ("for", "of", "from")
            and after[1].endswith("ing")
            and m.end < before
            and m.actor != principal
        ):
            return _coordinated(reading, m), "praised"
    if coded:
        first_principal = next((m for m in free if m.actor == principal), None)
        chosen = coded[-1]
        if principal_counts and chosen.actor == principal and len(coded) > 1:
            others = [m for m in coded if m.actor != principal]
            if others and others[-1].end <= chosen.start:
                chosen = others[-1]
        if (
            first_principal
            and chosen.actor != principal
            and first_principal.start < chosen.start
            and not principal_counts
        ):
            return _coordinated(reading, chosen), "object"
        link = "subject"
        return _coordinated(reading, chosen), link
    return [], "none"


def _agents(
    reading: Reading, number: int, claim: Claim, codebook: Codebook
) -> tuple[list[Mention], str]:
    clause = reading.clauses[number]
    words = reading.words
    for m in reading.mentions:
        if claim.start < m.start < clause.end and m.start and not m.exception:
            i = m.start - 1
            while i > claim.start and words.low[i] in ("the", "its", "'s", "both"):
                i -= 1
            if words.low[i] == "by" and (
                m.actor != codebook.principal
                or claim.issue in (codebook.actors[m.actor].only or ())
            ):
                return _coordinated(reading, m), "by"
    found, link = _in_clause(
        reading, clause, max(claim.thing, clause.start + 1), codebook, claim.issue
    )
    if found or link == "public":
        return found, link
    k, steps = clause.parent, 0
    while k >= 0 and steps < 4:
        parent = reading.clauses[k]
        found, link = _in_clause(reading, parent, parent.end, codebook, claim.issue)
        if link == "public":
            return [], "public"
        if found:
            return found, "inherited"
        k, steps = parent.parent, steps + 1
    near = [
        m
        for m in reading.mentions
        if clause.start <= m.start < clause.end
        and m.actor != codebook.principal
        and not m.exception
    ]
    if near:
        return _coordinated(reading, near[0]), "loose"
    return [], "none"


def _is_open(reading: Reading, clause: Clause) -> bool:
    """Whether the clause asks, supposes or expects, rather than states."""
    return any(s.kind == "if" and clause.start <= s.start < clause.end for s in reading.signals)


def _under_neither(reading: Reading, number: int) -> bool:
    """Whether the clause is one half of "neither … nor …" said of acts."""
    low = reading.words.low
    clause = reading.clauses[number]
    starts = {m.start for m in reading.mentions}
    for i, word in enumerate(low):
        if word == "neither" and i + 1 not in starts and "nor" in low[i:]:
            end = i + low[i:].index("nor")
            if clause.start <= i < clause.end or clause.start <= end < clause.end:
                return True
    return False


def propose(reading: Reading, codebook: Codebook, before: frozenset[str]) -> list[Candidate]:
    """The statements that the rules find in one sentence.

    `before` holds the issues that the sentence before spoke of.
    """
    if "?" in reading.words.low[-3:]:
        return []
    here = {(s.name, s.sign) for s in reading.signals if s.kind == "needs"}
    here |= {(name, n) for name in before for n in range(len(codebook.issues[name].things))}
    out: list[Candidate] = []
    for number, clause in enumerate(reading.clauses):
        if _is_open(reading, clause):
            continue
        claims = _prune(_claims(reading, clause, codebook, here, clause.start), codebook)
        for claim in claims:
            agents, link = _agents(reading, number, claim, codebook)
            if link == "praised":
                floor = agents[0].end
                again = [
                    c
                    for c in _prune(_claims(reading, clause, codebook, here, floor), codebook)
                    if c.issue == claim.issue
                ]
                if not again:
                    continue
                claim = again[0]
            sign, shape = claim.sign, claim.shape
            if sign and _under_neither(reading, number):
                sign, shape = 0, "neither"
            for m in agents:
                only = codebook.actors[m.actor].only
                if only is not None and claim.issue not in only:
                    continue
                out.append(
                    Candidate(
                        m.actor,
                        claim.issue,
                        sign,
                        m.inferred,
                        min(claim.start, m.start) if m.start >= clause.start else claim.start,
                        max(claim.end, m.end) if m.end <= clause.end else claim.end,
                        claim.rule,
                        link,
                        shape,
                        claim.steps,
                        m.how,
                        number,
                    )
                )
            excepted = [m for m in reading.mentions if m.exception]
            if excepted and agents and agents[0].inferred:
                for m in excepted:
                    turned = (
                        (1 if sign <= 0 else 0)
                        if not codebook.issues[claim.issue].negated
                        else (-sign if sign else 1)
                    )
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
                            number,
                        )
                    )
    return _one_each(out)


def _one_each(found: list[Candidate]) -> list[Candidate]:
    """One statement for an actor on an issue in a sentence: the neutral one if there is one."""
    best: dict[tuple[str, str], Candidate] = {}
    for c in found:
        old = best.get((c.actor, c.issue))
        if old is None or (c.alignment == 0 and old.alignment != 0):
            best[c.actor, c.issue] = c
    return list(best.values())
