"""The words of stance in a sentence, by clause."""

from typing import NamedTuple

from ..actors.pronouns import Mention
from ..codebook import Codebook
from ..codebook.patterns import Found, Words
from .clauses import Clause, split_clauses


class Signal(NamedTuple):
    """A word of stance at words `start` to before `end`.

    kind: thing, act, own (an act on one issue), says, not, neither, if, public, report, needs.
    name: the issue, or of an act the family. sign: of the act; of a thing the number of its list.
    """

    start: int
    end: int
    kind: str
    name: str
    sign: int
    source: str


class Reading(NamedTuple):
    """A sentence read: its words, mentions, signals and clauses."""

    words: Words
    mentions: list[Mention]
    signals: list[Signal]
    clauses: list[Clause]


# Families whose verbs report what follows "that" rather than do something to it.
_SAYING = frozenset(["keeping", "asking", "praising", "blaming"])


def _hides(longer: Signal, s: Signal) -> bool:
    """Whether a signal says what a shorter one inside it seems to say."""
    if longer.start > s.start or longer.end < s.end:
        return False
    if longer.end - longer.start <= s.end - s.start:
        return longer.kind == "pass" and s.kind != "thing"
    if longer.kind == s.kind and (longer.name == s.name or s.kind in ("not", "neither")):
        return True
    if longer.kind == s.kind == "act":
        return longer.start < s.start
    if longer.kind == "pass":
        return s.kind not in ("thing", "needs")
    if longer.kind == "neither":
        return s.kind in ("not", "act", "own")
    if longer.kind in ("act", "own"):
        return s.kind in ("not", "if")
    return longer.kind in ("says", "votes") and s.kind == "if"


def _kept(found: list[Found], mentions: list[Mention]) -> list[Signal]:
    out = []
    for f in found:
        kind, name, sign = f.label
        out.append(Signal(f.start, f.end, kind, name, sign, f.source))
    out.sort(key=lambda s: (s.start, s.start - s.end, s.kind, s.name))
    groups = {i for m in mentions if m.how == "group" for i in range(m.start, m.end)}
    # "Russia's troops" are not the state's own; in "Russia's allies sent troops" they are.
    apart = [s for s in out if s.kind == "apart" and groups.isdisjoint(range(s.start, s.end))]
    blank = {(s.name, i) for s in apart for i in range(s.start, s.end)}
    excepting = {m.start - 1 for m in mentions if m.exception}  # "all bar Armenia"
    long = [s for s in out if s.end - s.start > 1 or s.kind == "pass"]
    keep = []
    for s in out:
        if s.kind in ("apart", "pass") or (s.kind == "act" and s.start in excepting):
            continue
        if s.kind == "says" and s.start in groups and not s.source.startswith("<actor>"):
            continue  # of "allies in the CSTO" it says nothing that they are in it
        if s.kind == "thing":
            spot = range(s.start, s.end)
            if all((s.name, i) in blank for i in spot) or any(i in groups for i in spot):
                continue
        if any(_hides(other, s) for other in long if other is not s):
            continue
        keep.append(s)
    return keep


def read(words: Words, mentions: list[Mention], codebook: Codebook) -> Reading:
    """The sentence with the words of stance in it, by clause."""
    sets: list[frozenset[str]] = [frozenset()] * len(words.low)
    for mention in mentions:
        for i in range(mention.start, mention.end):
            sets[i] = sets[i] | {mention.actor}
    signals = _kept(codebook.matcher.find(words, sets), mentions)
    verbs = {
        s.start for s in signals if s.kind in ("act", "own", "not", "neither", "says", "votes")
    }
    reports = {s.start for s in signals if s.kind == "report"}
    subjects = {m.start for m in mentions if not m.exception}
    solid = {
        i
        for s in signals
        if s.kind in ("act", "own", "neither", "says", "votes", "thing") and s.end - s.start < 8
        for i in range(s.start + (words.low[s.start] != "without"), s.end)
    }
    binding = {
        s.end - 1
        for s in signals
        if s.kind in ("act", "own", "not", "neither", "says") and s.name not in _SAYING
    }
    return Reading(
        words, mentions, signals, split_clauses(words, verbs, reports, subjects, solid, binding)
    )
