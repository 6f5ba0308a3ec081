"""Whose stance a claim is: the actors who act in its clause."""

from ..actors.pronouns import Mention
from ..codebook import Codebook
from .claims import Claim
from .clauses import AUXILIARIES, RELATIVE, Clause, is_oblique
from .signals import Reading

_LIST_WORDS = (
    ", and or nor as well both 's neighbouring neighboring then also alike each including "
    "the but not"
)
LIST_WORDS = frozenset(_LIST_WORDS.split())
# "has Minsk's backing", "with Minsk's consent": families whose acts an actor can own.
_NOMINAL = frozenset(["backing", "permitting", "helping"])
_OWNED = 5  # words from a state to the public that is meant: "Kazakhstan's main opposition party"


def _coordinated(reading: Reading, chosen: Mention, *, acts: bool = True) -> list[Mention]:
    """The mention with those it is listed with: "Armenia, Kazakhstan and Tajikistan".

    `acts`: it is who acts, so that nobody behind a preposition is listed with it.
    """
    group = [m for m in reading.mentions if m.start == chosen.start]
    alone = list(group)
    low = reading.words.low
    joined = False

    def listed(start: int, end: int) -> bool:
        return start < end and all(w in LIST_WORDS for w in low[start:end])

    first = last = chosen
    for other in reversed([m for m in reading.mentions if m.end <= first.start]):
        if listed(other.end, first.start):
            oblique = is_oblique(reading.words, other)
            if acts and oblique and not is_oblique(reading.words, chosen):
                break
            joined |= low[other.end : first.start] != [","]
            if not other.exception and other.how != "pronoun":
                group.append(other)
            first = other
    for other in [m for m in reading.mentions if m.start >= last.end]:
        if listed(last.end, other.start):
            joined |= low[last.end : other.start] != [","]
            if not other.exception and other.how != "pronoun":
                group.append(other)
            last = other
    return group if joined else alone


def _counts(mention: Mention, issue: str, codebook: Codebook) -> bool:
    only = codebook.actors[mention.actor].only
    return only is None or issue in only


def _acting(
    reading: Reading, clause: Clause, first: int, codebook: Codebook, issue: str
) -> tuple[list[Mention], str]:
    """Who acts in the clause before word `first`, and how we know; "public" if that is no state."""
    words = reading.words
    inside = [m for m in reading.mentions if clause.start <= m.start < first and not m.exception]
    free = [m for m in inside if not is_oblique(words, m)]
    coded = [m for m in free if _counts(m, issue, codebook)]
    public = [s for s in reading.signals if s.kind == "public" and clause.start <= s.start < first]
    if public and not coded:
        return [], "public"
    if public and coded[-1].end <= public[-1].start:
        # "Minsk has set up firms": here the firms are not who acts.
        between = range(coded[-1].end, public[-1].start)
        acts = {s.start for s in reading.signals if s.kind in ("act", "own")}
        verb = any(words.low[i] in AUXILIARIES or i in acts for i in between)
        if not verb and len(between) <= _OWNED:
            return [], "public"
    if not coded:
        return [], "none"
    chosen = coded[-1]
    if chosen.actor == codebook.principal:
        others = [m for m in coded if m.actor != codebook.principal and m.how != "pronoun"]
        if others:
            chosen = others[-1]
    strangers = [m for m in free if not _counts(m, issue, codebook) and m.start < chosen.start]
    return _coordinated(reading, chosen), "object" if strangers else "subject"


def _praised(reading: Reading, clause: Clause, codebook: Codebook, issue: str) -> Mention | None:
    """Whoever is thanked, praised or blamed "for" something: the one who did it."""
    low = reading.words.low
    for m in reading.mentions:
        if m.how == "pronoun" or not clause.start < m.start < clause.end:
            continue
        if not _counts(m, issue, codebook):
            continue
        if m.actor == codebook.principal or low[m.end : m.end + 1] not in (
            ["for"],
            ["of"],
            ["over"],
        ):
            continue
        near = [
            s
            for s in reading.signals
            if s.kind == "act"
            and s.name in ("praising", "blaming")
            and m.start - 6 <= s.start < m.start
        ]
        if near:
            return m
    return None


def find_agents(
    reading: Reading, number: int, claim: Claim, codebook: Codebook
) -> tuple[list[Mention], str]:
    """The actors whose stance the claim of clause `number` is, and the kind of link to them."""
    clause = reading.clauses[number]
    words = reading.words
    issue = claim.issue
    acts = {s.start for s in reading.signals if s.kind == "act" and s.name in _NOMINAL}
    for m in reading.mentions:
        if claim.start < m.start < clause.end and not m.exception and _counts(m, issue, codebook):
            i = m.start - 1
            while i > claim.start and words.low[i] in ("the", "its", "'s", "both"):
                i -= 1
            owns = words.low[m.end : m.end + 1] == ["'s"] and m.end + 1 in acts
            if (words.low[i] == "by" or owns) and m.actor != codebook.principal:
                return _coordinated(reading, m), "by"
    opening = [m for m in reading.mentions if m.start == claim.start and claim.shape == "says"]
    if opening and _counts(opening[0], issue, codebook) and not opening[0].exception:
        return _coordinated(reading, opening[0]), "subject"  # "<actor> <soldiers> fought"
    first = max(claim.first, clause.start + 1)
    if clause.opener in RELATIVE:
        starts = {m.start for m in reading.mentions if _counts(m, issue, codebook)}
        if not starts & {clause.start + 1, clause.start + 2}:
            before = [
                m
                for m in reading.mentions
                if clause.start - 4 <= m.end <= clause.start and _counts(m, issue, codebook)
            ]
            if before:
                return _coordinated(reading, before[-1]), "relative"
    found, link = _acting(reading, clause, first, codebook, issue)
    if found or link == "public":
        return found, link
    k, steps = clause.parent, 0
    while k >= 0 and steps < 4:
        parent = reading.clauses[k]
        found, link = _acting(reading, parent, parent.end, codebook, issue)
        if link == "public":
            return [], "public"
        if found:
            inside = [
                m
                for m in reading.mentions
                if parent.start <= m.start < parent.end
                and not m.exception
                and _counts(m, issue, codebook)
                and not is_oblique(words, m)
                and m.actor != codebook.principal
            ]
            chosen = inside[0] if inside else found[0]
            return _coordinated(reading, chosen), "inherited"
        k, steps = parent.parent, steps + 1
    near = [
        m
        for m in reading.mentions
        if clause.start <= m.start < clause.end
        and m.actor != codebook.principal
        and not m.exception
        and _counts(m, issue, codebook)
        # "imposed sanctions on Minsk": what is done to a state is not its own doing
        and words.low[m.start - 1 : m.start] not in (["on"], ["against"])
    ]
    if near:
        return _coordinated(reading, near[0]), "loose"
    return [], "none"


def praised(
    reading: Reading, clause: Clause, codebook: Codebook, issue: str
) -> tuple[list[Mention], int]:
    """Those thanked or blamed for something, and the word after which it is said what."""
    m = _praised(reading, clause, codebook, issue)
    return (_coordinated(reading, m, acts=False), m.end) if m else ([], 0)
