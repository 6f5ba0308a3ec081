"""Sentences to mentions: which actor stands where, by what kind of name."""

from bisect import bisect_left
from typing import Any, NamedTuple

import pandas as pd

from .codebook import ALIASES, Codebook, load_codebook
from .patterns import Words, split_words
from .tables import make_table, require_columns

# "MINSK, 24 January (Agency) -": the place of a report is no actor.
_DATELINE_WORDS = 14
_PLACE_PREPOSITIONS = frozenset(
    "in at near outside inside into around across through via visiting visited leaving reached".split()
)
# A pronoun refers back over at most so many sentences, and never past a paragraph of another article.
CARRY = 2


class Mention(NamedTuple):
    """An actor among the words of a sentence: from word `start` to before word `end`."""

    start: int
    end: int
    actor: str
    how: str
    inferred: bool  # through a group
    exception: bool  # "all except Belarus": this is Belarus


def _dateline(words: Words) -> int:
    """How many words the dateline at the head of a report takes, else 0."""
    low = words.low[:_DATELINE_WORDS]
    for i, word in enumerate(low):
        if word in ("-", "–", "—") and i and i + 1 < len(words.low):
            first = words.end[0] - words.start[0]
            spaced = words.start[i] > words.end[i - 1]
            upper = words.capital[0] and first > 2
            if spaced and upper and any(p in (",", "(", "/") for p in low[:i]):
                return i + 1
            if spaced and upper and i <= 2:
                return i + 1
    return 0


def _is_place(words: Words, i: int) -> bool:
    return i > 0 and words.low[i - 1] in _PLACE_PREPOSITIONS


def _demonym_counts(words: Words, end: int, state: set[int], public: set[int]) -> bool:
    """Whether "Kazakh …" speaks of the state: a state noun follows before a public one."""
    for i in range(end, min(end + 4, len(words.low))):
        if i in public:
            return False
        if i in state:
            return True
        if not words.low[i][0].isalpha() and words.low[i] != "-":
            break
    return False


class _Memory(NamedTuple):
    """Who was last spoken of, and how many sentences ago."""

    actors: tuple[str, ...]
    group: str | None
    age: int


def locate_actors(
    text: str, codebook: Codebook, memory: _Memory | None = None
) -> tuple[Words, list[Mention], _Memory]:
    """The words of a sentence, its mentions, and who a pronoun in the next sentence may mean."""
    words = split_words(text)
    memory = memory or _Memory((), None, 0)
    head = _dateline(words)
    grammar: dict[str, list[tuple[int, int]]] = {}
    found: list[tuple[int, int, str, str]] = []
    for hit in codebook.actor_matcher.find(words):
        label, kind = hit.label  # type: ignore[misc]
        if kind == "grammar":
            grammar.setdefault(label, []).append((hit.start, hit.end))
        elif hit.start >= head:
            found.append((hit.start, hit.end, label, kind))
    found.sort(key=lambda f: (f[0], f[0] - f[1]))
    state = {i for start, end in grammar.get("state_nouns", ()) for i in range(start, end)}
    public = {i for start, end in grammar.get("public_nouns", ()) for i in range(start, end)}
    mentions: list[Mention] = []
    group_spans: list[tuple[int, int, str]] = []
    taken = -1
    for start, end, label, kind in found:
        if start < taken:
            continue
        if kind == "group":
            group_spans.append((start, end, label))
            taken = end
            continue
        if kind == "demonyms" and not _demonym_counts(words, end, state, public):
            continue
        if kind == "capitals" and _is_place(words, start):
            continue
        taken = end
        mentions.append(Mention(start, end, label, ALIASES[kind], False, False))
    # Exceptions: "except Belarus", "Minsk excepted".
    for start, end in grammar.get("exceptions", ()):
        for k, mention in enumerate(mentions):
            if end <= mention.start <= end + 1:
                mentions[k] = mention._replace(exception=True)
        del start
    for start, _end in grammar.get("exceptions_after", ()):
        for k, mention in enumerate(mentions):
            if mention.end in (start, start - 1):
                mentions[k] = mention._replace(exception=True)
    named = {m.actor for m in mentions}
    other = {i for start, _ in grammar.get("others", ()) for i in range(start - 1, start + 3)}
    for start, end, label in group_spans:
        members = [m for m in codebook.groups[label].members if m != codebook.principal]
        leave_out = {m.actor for m in mentions if m.exception}
        if other & set(range(start - 1, end)):
            leave_out |= named
        mentions += [
            Mention(start, end, m, "group", True, False) for m in members if m not in leave_out
        ]
    if not group_spans and memory.group and memory.age <= CARRY:
        for i, low in enumerate(words.low[:6]):
            if low in ("none", "all", "most", "each") and words.low[i + 1 : i + 3] in (
                ["of", "them"],
                ["of", "these"],
            ):
                members = codebook.groups[memory.group].members
                leave_out = {m.actor for m in mentions if m.exception}
                mentions += [
                    Mention(i, i + 3, m, "group", True, False)
                    for m in members
                    if m not in leave_out
                ]
    # Pronouns go back to the last actor spoken of, in this sentence or before.
    for start, end in grammar.get("pronouns", ()):
        if any(m.start <= start < m.end for m in mentions):
            continue
        before = [m for m in mentions if m.end <= start and m.how != "pronoun" and not m.exception]
        before = [m for m in before if m.actor != codebook.principal] or before
        if before:
            last = before[-1]
            actors: tuple[str, ...] = tuple(m.actor for m in before if m.start == last.start)
            if words.low[start] == "they":
                actors = tuple(dict.fromkeys(m.actor for m in before))
        elif memory.age <= CARRY:
            actors = memory.actors
        else:
            actors = ()
        if words.low[start] != "they" and len(actors) > 1:
            actors = actors[:1] if not before else actors[-1:]
        mentions += [Mention(start, end, a, "pronoun", False, False) for a in actors]
    mentions.sort(key=lambda m: (m.start, m.end, m.actor))
    own = [
        m
        for m in mentions
        if m.how != "group" and m.actor != codebook.principal and not m.exception
    ]
    if own:
        memory = _Memory(tuple(dict.fromkeys(m.actor for m in own)), None, 1)
    else:
        memory = memory._replace(age=memory.age + 1)
    if group_spans:
        memory = memory._replace(group=group_spans[-1][2], age=1)
    return words, mentions, memory


def find_mentions(sentences: pd.DataFrame, *, codebook: Codebook | None = None) -> pd.DataFrame:
    """The table `mentions`: one row for each actor at each place; groups give a row per member.

    Publics, migrants, volunteers and firms are not the state and give none; a capital as a place
    ("in Minsk") gives none. A pronoun means the actor last spoken of, at most two sentences back.
    Extra columns: `at` and `until`, the place in the sentence's text, and `exception`
    ("all except Belarus": true for Belarus).
    """
    require_columns(sentences, "sentences", ("article_id", "sentence", "start", "end", "text"))
    codebook = codebook or load_codebook()
    rows: list[dict[str, Any]] = []
    for article_id, part in sentences.groupby("article_id", sort=False):
        memory = None
        for row in part.itertuples(index=False):
            words, mentions, memory = locate_actors(row.text, codebook, memory)
            exact = row.end - row.start == len(row.text)
            for mention in mentions:
                at, until = words.start[mention.start], words.end[mention.end - 1]
                rows.append(
                    {
                        "article_id": article_id,
                        "sentence": row.sentence,
                        "start": row.start + at if exact else row.start,
                        "end": row.start + until if exact else row.end,
                        "actor": mention.actor,
                        "surface": row.text[at:until],
                        "how": mention.how,
                        "at": at,
                        "until": until,
                        "exception": mention.exception,
                    }
                )
    table = make_table("mentions", rows or None)
    for column, kind in (("at", "Int64"), ("until", "Int64"), ("exception", "boolean")):
        if column not in table:
            table[column] = pd.Series(dtype=kind)
        table[column] = table[column].astype(kind)
    return table


def mentions_of(words: Words, rows: list[Any], inferred: str = "group") -> list[Mention]:
    """The rows of a mentions table that stand in one sentence, as places among its words."""
    out = []
    for row in rows:
        start = bisect_left(words.start, row.at)
        end = bisect_left(words.start, row.until)
        if start < len(words.start) and end > start:
            flag = bool(row.exception) if row.exception is not pd.NA else False
            out.append(Mention(start, end, row.actor, row.how, row.how == inferred, flag))
    return out
