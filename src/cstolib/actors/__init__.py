"""Sentences to mentions: which actor stands where, by what kind of name."""

import re
from bisect import bisect_left
from typing import Any

import pandas as pd

from ..codebook import ALIASES, Codebook, load_codebook
from ..codebook.patterns import MOST_WORDS, Words, split_words
from ..sentences import locate
from ..tables import COLUMNS, accept_table, make_table
from .pronouns import (
    CARRY,
    Memory,
    Mention,
    find_first_person,
    find_pronouns,
    find_quantifiers,
    is_place,
)

# "MINSK, 24 January (Agency) -": the place of a report is no actor.
_DATELINE_WORDS = 14
_SOME = frozenset(
    ["some", "several", "many", "half", "part", "one", "few", "most", "which", "certain"]
)
_NOT_ALL = _SOME | {"various", "first", "only", "last", "single", "another", "a", "an", "what"}
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5}
_EXTRA = {"at": "Int64", "until": "Int64", "exception": "boolean"}


def dateline(words: Words) -> int:
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


def _demonym_counts(
    words: Words, end: int, state: set[int], public: set[int], demonyms: set[int]
) -> bool:
    """Whether "Kazakh …" speaks of the state: a state noun follows before a public one.

    "Kazakh, Kyrgyz and Tajik presidents" are three states.
    """
    left = 4
    for i in range(end, len(words.low)):
        if i in public:
            return False
        if i in state:
            return True
        listed = i in demonyms or (words.low[i] in (",", "and", "or") and {i + 1, i + 2} & demonyms)
        left -= not listed
        if not left or not (listed or words.low[i][0].isalpha() or words.low[i] == "-"):
            break
    return False


def _is_part(words: Words, start: int, members: int) -> bool:
    """Whether the group at word `start` is not meant whole: "two allies", "some of its members"."""
    low = words.low
    before = low[start - 1] if start else ""
    if before in ("the", "its", "his", "their", "these", "those", "'s"):
        before = low[start - 2] if start > 1 else ""
        start -= 1
        if before != "of":
            return False
    if before == "of":
        some = start > 1 and low[start - 2] in _SOME
        return some and low[start - 3 : start - 2] not in (["not"], ["every"], ["each"])
    counted = _NUMBERS.get(before, members) != members and low[start - 2 : start - 1] != ["the"]
    denied = low[start - 2 : start - 1] == ["not"] and before in ("all", "every")
    return before in _NOT_ALL or counted or denied


def locate_actors(
    text: str, codebook: Codebook, memory: Memory | None = None, speaker: str | None = None
) -> tuple[Words, list[Mention], Memory]:
    """The words of a sentence, its mentions, and who a pronoun in the next sentence may mean."""
    words = split_words(text, MOST_WORDS)
    memory = memory or Memory((), None, 0)
    head = dateline(words)
    grammar: dict[str, list[tuple[int, int]]] = {}
    found: list[tuple[int, int, str, str]] = []
    for hit in codebook.actor_matcher.find(words):
        label, kind = hit.label
        if kind == "grammar":
            grammar.setdefault(label, []).append((hit.start, hit.end))
        elif hit.start >= head:
            found.append((hit.start, hit.end, label, kind))
    found.sort(key=lambda f: (f[0], f[0] - f[1]))
    state = {i for start, end in grammar.get("state_nouns", ()) for i in range(start, end)}
    public = {i for start, end in grammar.get("public_nouns", ()) for i in range(start, end)}
    demonyms = {start for start, _, _, kind in found if kind == "demonyms"}
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
        if kind == "demonyms" and not _demonym_counts(words, end, state, public, demonyms):
            continue
        if kind == "capitals" and is_place(words, start):
            continue
        taken = end
        mentions.append(Mention(start, end, label, ALIASES[kind], False, False))
    # Exceptions: "except Belarus", "Minsk excepted".
    for start, end in grammar.get("exceptions", ()):
        for k, mention in enumerate(mentions):
            if words.low[start] == "but" and "to" in words.low[mention.end : mention.end + 2]:
                continue  # "But for Kazakhstan to disown …"
            if end <= mention.start <= end + 1:
                mentions[k] = mention._replace(exception=True)
        del start
    for start, _end in grammar.get("exceptions_after", ()):
        for k, mention in enumerate(mentions):
            if mention.end in (start, start - 1):
                mentions[k] = mention._replace(exception=True)
    for start, end, _ in group_spans:  # "all members but Armenia"
        if words.low[end : end + 1] == ["but"]:
            for k, mention in enumerate(mentions):
                if mention.start == end + 1:
                    mentions[k] = mention._replace(exception=True)
        del start
    named = {m.actor for m in mentions}
    other = {i for start, _ in grammar.get("others", ()) for i in range(start - 1, start + 3)}
    for start, end, label in group_spans:
        members = list(codebook.groups[label].members)
        leave_out = {m.actor for m in mentions if m.exception}
        if other & set(range(start - 1, end)):
            leave_out |= named
        number = _NUMBERS.get(
            words.low[start - 2] if words.low[start - 1 : start] == ["of"] else "", 0
        )
        if number and len(set(members) - named - {codebook.principal}) == number:
            leave_out |= named
        elif number or _is_part(words, start, len(members)):
            continue  # "two of the allies", "some members": the text does not say which
        if words.low[start - 1 : start] in (["its"], ["his"], ["their"], ["whose"]):
            leave_out |= set(memory.actors) - {codebook.principal}
        if "other" in words.low[start:end] and not named & set(members):
            leave_out |= set(memory.actors)
        if words.low[start - 1 : start] in (["two"], ["both"]) or words.low[start] in (
            "two",
            "both",
        ):
            recent = [m for m in memory.actors if m in members]
            members = recent if len(recent) == 2 else members
        mentions += [
            Mention(start, end, m, "group", True, False) for m in members if m not in leave_out
        ]
    recalled = group_spans[-1][2] if group_spans else memory.group
    if recalled and (group_spans or memory.age <= CARRY):
        members = list(codebook.groups[recalled].members)
        leave_out = {m.actor for m in mentions if m.exception}
        for i, end in find_quantifiers(words):
            if words.low[end - 1] in ("rest", "others"):
                leave_out |= named | (set() if named else set(memory.actors))
            if not any(g[0] <= i < g[1] for g in group_spans):
                mentions += [
                    Mention(i, end, m, "group", True, False) for m in members if m not in leave_out
                ]
    mentions += find_pronouns(words, grammar, mentions, memory, codebook)
    if grammar.get("first_person"):
        mentions += find_first_person(words, grammar, mentions, memory, codebook, speaker)
    mentions.sort(key=lambda m: (m.start, m.end, m.actor))
    own = [
        m
        for m in mentions
        if m.how != "group" and m.actor != codebook.principal and not m.exception
    ]
    if own:
        memory = Memory(tuple(dict.fromkeys(m.actor for m in own)), None, 1)
    else:
        memory = memory._replace(age=memory.age + 1)
    if group_spans:
        memory = memory._replace(group=group_spans[-1][2], age=1)
    return words, mentions, memory


def find_mentions(sentences: pd.DataFrame, *, codebook: Codebook | None = None) -> pd.DataFrame:
    """The table `mentions`: one row for each actor at each place; groups give a row per member.

    Publics, migrants, volunteers and firms are not the state and give none; a capital as a place
    ("in Minsk") gives none. A pronoun means the actor last spoken of, at most two sentences back.
    Of a sentence without end the first 400 words are read.
    Extra columns: `at` and `until`, the place in the sentence's text, and `exception`
    ("all except Belarus": true for Belarus).
    """
    columns = ("article_id", "sentence", "start", "end", "text")
    sentences = accept_table(sentences, "sentences", columns)
    codebook = codebook or load_codebook()
    out: dict[str, list[Any]] = {name: [] for name in (*COLUMNS["mentions"], *_EXTRA)}
    current, memory = None, None
    for row in sentences.itertuples(index=False):
        if row.article_id != current:
            current, memory = row.article_id, None
        speaker = getattr(row, "speaker", None)
        words, mentions, memory = locate_actors(
            row.text, codebook, memory, speaker if isinstance(speaker, str) else None
        )
        shifts = getattr(row, "shifts", None)
        for mention in mentions:
            at, until = words.start[mention.start], words.end[mention.end - 1]
            start, end = locate(row.start, at, until, shifts)
            values = (
                row.article_id,
                row.sentence,
                start,
                end,
                mention.actor,
                row.text[at:until],
                mention.how,
                at,
                until,
                mention.exception,
            )
            for column, value in zip(out.values(), values, strict=True):
                column.append(value)
    table = make_table("mentions", out)
    return table.astype(_EXTRA)


def mentions_of(words: Words, rows: list[Any], sentence: Any = None) -> list[Mention]:
    """The rows of a mentions table that stand in one sentence, as places among its words.

    A table that came from elsewhere may lack `at`, `until` and `exception`.
    """
    out = []
    for row in rows:
        at = getattr(row, "at", None)
        if at is None or at is pd.NA:
            at, until = row.start - sentence.start, row.end - sentence.start
        else:
            until = row.until
        start, end = bisect_left(words.start, at), bisect_left(words.start, until)
        if start < len(words.start) and end > start:
            flag = getattr(row, "exception", False)
            inferred = row.how == "group"
            out.append(
                Mention(start, end, row.actor, row.how, inferred, flag is not pd.NA and bool(flag))
            )
    return out


def _locate(text: str, surface: str, offset: int, stretch: int) -> tuple[int, int] | None:
    """Where a mention stands in a sentence's text, which may differ from the raw text.

    offset: of the mention in the raw sentence; stretch: length of the raw sentence.
    """
    if text[offset : offset + len(surface)] == surface and surface:
        return offset, offset + len(surface)
    pattern = r"\s+".join(re.escape(word) for word in surface.split())
    found = [m.span() for m in re.finditer(pattern, text)] if pattern else []
    expected = offset * len(text) / max(stretch, 1)
    return min(found, key=lambda span: abs(span[0] - expected), default=None)


def _place(row: Any) -> tuple[int, int] | None:
    at, until = getattr(row, "at", pd.NA), getattr(row, "until", pd.NA)
    if pd.notna(at) and pd.notna(until) and row.text[int(at) : int(until)] == row.surface:
        return int(at), int(until)
    offset, stretch = row.start - row.start_sentence, row.end_sentence - row.start_sentence
    return _locate(row.text, row.surface, int(offset), int(stretch))


def place_mentions(sentences: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """Each mention with the text and voice of its sentence and `span`, its place in that text.

    The text of a sentence may differ from the raw text; the span is None where it lacks the words.
    """
    held = ["article_id", "sentence", "start", "end", "text", "voice"]
    named = mentions[mentions["surface"].notna()]
    both = named.merge(
        sentences.reindex(columns=held), on=["article_id", "sentence"], suffixes=("", "_sentence")
    )
    both["span"] = pd.Series([_place(row) for row in both.itertuples()], dtype=object)
    return both
