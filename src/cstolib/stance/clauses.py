"""The clauses of a sentence, by conjunctions, relative pronouns and punctuation: who acts in which."""

from typing import NamedTuple

from ..actors import Mention
from ..patterns import Words

_STRONG = frozenset(";:—–()")
_JOINS = frozenset(
    "but while whereas although though which who whom whose where when and or nor yet because since "
    "unless saying adding as so that after before until what than".split()
)
_BARE = frozenset("but while whereas although though because whose who which".split())
_AUXILIARIES = frozenset(
    "has have had is are was were will would does did do not never also then can cannot again still "
    "instead now has been refuses".split()
)
_RELATIVE = frozenset("which who whom whose that where".split())
_OBLIQUE = frozenset(
    "to with from against for in on by of at into towards toward about over between among under near "
    "than like through via within across inside outside beyond upon despite visiting".split()
)
# Between a preposition and its noun.
_MODIFIERS = frozenset(
    "the a an its his her their this that president prime minister foreign defence both neighbouring "
    "'s mr official neighboring either new former own all russian".split()
)


class Clause(NamedTuple):
    """Words `start` to before `end`; `parent` is the clause it hangs on (-1 none)."""

    start: int
    end: int
    parent: int
    opener: str


def split_clauses(words: Words, verbs: set[int]) -> list[Clause]:
    """The clauses in order. `verbs` are the words at which an act or a negation begins."""
    low, n = words.low, len(words.low)
    cuts: list[tuple[int, str]] = [(0, "")]
    relative_open = False
    for i in range(1, n - 1):
        word, before = low[i], low[i - 1]
        if word in _STRONG:
            cuts.append((i + 1, word))
            relative_open = False
        elif before == "," and word in _JOINS:
            cuts.append((i, word))
            relative_open = word in _RELATIVE
        elif before == "," and relative_open:
            cuts.append((i, "resume"))
            relative_open = False
        elif word in _BARE:
            cuts.append((i, word))
        elif word == "that" and before != "," and i >= 2 and (i - 1) not in verbs:
            cuts.append((i, word))
        elif word in ("and", "or"):
            after = low[i + 1]
            verb = i + 1 in verbs or after in _AUXILIARIES or after in ("it", "he", "she", "they")
            if verb and after not in ("the", "a"):
                cuts.append((i, word))
    seen: dict[int, str] = {}
    for at, opener in cuts:
        if at < n:
            seen[at] = opener
    edges = sorted(seen)
    clauses: list[Clause] = []
    for k, start in enumerate(edges):
        end = edges[k + 1] if k + 1 < len(edges) else n
        opener = seen[start]
        parent = k - 1
        if opener == "resume" and k >= 2:
            parent = k - 2
        clauses.append(Clause(start, end, parent, opener))
    return clauses


def is_oblique(words: Words, mention: Mention) -> bool:
    """Whether the mention hangs on a preposition ("to Kazakhstan") and so is not who acts."""
    i = mention.start - 1
    for _ in range(4):
        if i < 0:
            return False
        if words.low[i] in _OBLIQUE:
            return not (words.low[i] == "of" and i > 0 and words.low[i - 1] in _HEADS)
        if words.low[i] not in _MODIFIERS:
            return False
        i -= 1
    return False


_HEADS = frozenset(
    "president government minister ministry parliament leader leaders head governments republic "
    "delegation ambassador representative authorities leadership side foreign state capital chairman "
    "affairs defence defense economy finance speaker army none neither each all one some most".split()
)
