"""The clauses of a sentence, by conjunctions, relative pronouns and punctuation."""

from typing import NamedTuple

from ..actors.pronouns import Mention, is_oblique
from ..codebook.patterns import Words

__all__ = ["Clause", "is_negative", "is_oblique", "split_clauses"]

_STRONG = frozenset(";:—–()")
_AFTER_COMMA = (
    "but while whereas although though which who whom whose where when and or nor yet "
    "because since unless saying adding as so that after before until what than without then if "
    "despite unlike asked invited urged pressed"
)
_BARE = "but while whereas although though because whose who which without unless if"
_AUXILIARIES = (
    "has have had is are was were will would does did do not never also then can cannot "
    "again still instead now been shall refuses"
)
_RELATIVE = "which who whom whose that where"
# A clause that one of these opens ends at the next comma.
_SUBORDINATE = (
    "when whether while whereas although though because since unless as after before until if "
    "despite unlike without asked pressed questioned"
)
_ASIDE = frozenset(["without", "unlike", "despite", "asked", "invited", "urged", "pressed"])
AFTER_COMMA, BARE = frozenset(_AFTER_COMMA.split()), frozenset(_BARE.split())
AUXILIARIES = frozenset(_AUXILIARIES.split())
RELATIVE, SUBORDINATE = frozenset(_RELATIVE.split()), frozenset(_SUBORDINATE.split())
PRONOUNS = frozenset(["it", "he", "she", "they", "we", "I", "i"])
FINITE = frozenset(
    [
        "has",
        "have",
        "had",
        "is",
        "are",
        "was",
        "were",
        "will",
        "would",
        "does",
        "did",
        "says",
        "said",
    ]
)
_NEGATIVE = frozenset(["no", "none", "neither", "nor", "nobody"])
_BETWEEN = frozenset(["of", "the", "these", "them", "other", "its", "in", "one", "single", "five"])


_ASIDE_WORDS = 7


class Clause(NamedTuple):
    """Words `start` to before `end`; `parent` is the clause it hangs on (-1 none)."""

    start: int
    end: int
    parent: int
    opener: str


def _has_verb(words: Words, verbs: set[int], start: int, end: int) -> bool:
    """Whether an act begins in words start to end, before the next punctuation."""
    for i in range(start, end):
        if i in verbs:
            return True
        if words.low[i] == "," or words.low[i] in _STRONG:
            return False
    return False


def _attributes(words: Words, reports: set[int], i: int) -> bool:
    """Whether word `i`, behind a comma, stands in or behind ", said Tokayev,"."""
    if i in reports:
        return True
    return any(
        words.low[j] == "," and j + 1 in reports for j in range(max(0, i - _ASIDE_WORDS), i - 1)
    )


def split_clauses(
    words: Words,
    verbs: set[int],
    reports: set[int],
    subjects: set[int],
    solid: set[int],
    binding: set[int],
) -> list[Clause]:
    """The clauses in order. `verbs` are the words at which an act or a negation begins, `reports`
    those of saying, `subjects` those at which a mention begins. Before a `solid` word, inside a
    pattern, there is no cut, nor at a "that" behind a `binding` one: what "denied that
    …" denies stays with it.
    """
    low, n = words.low, len(words.low)
    cuts: dict[int, str] = {0: low[0] if low and low[0] in SUBORDINATE else ""}
    comma_closes = bool(low) and low[0] in SUBORDINATE
    for i in range(1, n - 1):
        word, before = low[i], low[i - 1]
        if i in solid:
            continue
        if word in _STRONG:
            cuts[i + 1] = word
            comma_closes = False
        elif before == "," and word in AFTER_COMMA:
            cuts[i] = word
            comma_closes = word in RELATIVE or word in _ASIDE
        elif before == "," and comma_closes:
            cuts[i] = "resume"
            comma_closes = False
        elif before == "," and i in verbs and word.endswith("ing") and len(word) > 5:
            cuts[i] = "participle"
        elif before == "," and word in FINITE and not _attributes(words, reports, i):
            cuts[i] = "and"
        elif before == "," and i in subjects and any(max(cuts) < v < i for v in verbs):
            if _has_verb(words, verbs, i + 1, n):  # "Minsk was against, Astana abstained"
                cuts[i] = "and"
        elif word in BARE:
            cuts[i] = word
            comma_closes = comma_closes or word in RELATIVE or word in _ASIDE
        elif word == "that" and before != "," and i >= 2 and (i - 1) not in binding:
            cuts[i] = word
        elif word in ("and", "or"):
            after = low[i + 1]
            if i + 1 in verbs or i + 1 in reports or after in AUXILIARIES or after in PRONOUNS:
                cuts[i] = word
    edges = sorted(at for at in cuts if at < n)
    clauses: list[Clause] = []
    for k, start in enumerate(edges):
        end = edges[k + 1] if k + 1 < len(edges) else n
        parent = k - 2 if cuts[start] == "resume" and k >= 2 else k - 1
        clauses.append(Clause(start, end, parent, cuts[start]))
    return clauses


def is_negative(words: Words, mention: Mention) -> bool:
    """Whether a "no" or "none of" stands on the mention: "none of them", "no other member"."""
    if words.low[mention.end : mention.end + 1] == ["none"]:
        return True
    for i in range(mention.end - 1, max(-1, mention.start - 4), -1):
        if words.low[i] in _NEGATIVE:
            return True
        if i < mention.start and words.low[i] not in _BETWEEN:
            return words.low[i] == "one" and i > 0 and words.low[i - 1] == "not"
    return False
