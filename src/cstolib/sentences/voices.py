"""Whose words each sentence of an article gives: the author's, or somebody's quoted or reported.

Takes an article's passages as sentences, finds the quotations that run over them and who says
what within each sentence, and carries speakers on: through a quotation of several sentences, from
"he" and "the minister" to the one last named, from a surname to the person introduced before.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from .attribution import Said, find_said
from .phrases import DETERMINERS, MASK, is_speaker, opening_phrase
from .quotes import Quote, find_quotes
from .speakers import introductions, is_institution, role_word, speaker_type

# A sentence is `quoted` when speakers answer for at least this share of its letters, the words that
# name the speaker left out. Set on two registers of the written passages, held on the others.
QUOTED_SHARE = 0.5
_MASKED = re.compile(f"{MASK}+")
_OPENING = re.compile(r"\s*[“«„\"]")
_PRONOUN = re.compile(r"(?:he|she|they|it)\Z", re.IGNORECASE)
_OF_THEM = re.compile(r"\bof (?:them|these|those)\Z")
_BEFORE_PREPOSITION = re.compile(r",|\s(?:of|in|at|for|from|with|to|who|which)\s")
_CYRILLIC = re.compile("[А-Яа-яЁё]")
_DIALOGUE = re.compile(r"[—–]\s*[«\"]?[А-ЯЁ]")  # a line of Russian that opens with a dash is speech
_CAPITAL = re.compile(r"[A-ZА-ЯЁ][\w’'-]*\w")
_NEAR = 20  # attributions that a pronoun or "the minister" may look back over
_LONG = 4000  # characters; what has no stop for so long is no sentence, and is not parsed
_SHORT_QUOTE = (
    3  # words; shorter ones without a stop of their own are names, titles or scare quotes
)


class Voice(NamedTuple):
    """Voice and speaker of a sentence; `reported` says for which parts of it who answers."""

    voice: str
    speaker: str | None
    speaker_type: str | None
    reported: str | None = None


AUTHOR = Voice("author", None, None)


def voice_at(reported: str | None, start: int, end: int) -> str:
    """Whose words `text[start:end]` of a sentence is: author, official, expert or other.

    `reported` is the sentence's value in that column. Of the parts that hold at least half of
    the stretch the narrowest decides; speakers of no known kind count as other.
    """
    if not isinstance(reported, str):
        return "author"
    shares: dict[int, str] = {}
    for part in reported.split():
        span, kind = part.split(":")
        low, high = map(int, span.split("-"))
        if 2 * (min(end, high) - max(start, low)) >= end - start:
            shares.setdefault(high - low, kind)
    return shares[min(shares)] if shares else "author"


def _names(words: str) -> list[str]:
    """The words with a capital that are no article or the like at the start of a sentence."""
    return [word for word in _CAPITAL.findall(words) if word.lower() not in DETERMINERS]


class _Memory:
    """The speakers an article has named so far."""

    def __init__(self, text: str) -> None:
        self.named: dict[str, tuple[str, str | None]] = dict(introductions(text))
        self.person: tuple[int, str] | None = None  # sentence and surname of the last person named
        self.last: list[tuple[int, str, str | None, bool]] = []  # sentence, words, type, plural

    def resolve(self, words: str, number: int) -> tuple[str | None, str | None]:
        """The speaker and type for `words` found in sentence `number`."""
        of_them = bool(_OF_THEM.search(words))
        if of_them or _PRONOUN.match(words):
            plural = of_them or words.lower() == "they"
            body = words.lower() == "it"
            near = [
                known
                for known in self.last[-_NEAR:]
                if number - known[0] <= 4
                and known[3] == plural
                and (plural or is_institution(known[1]) == body)
            ]
            distinct = {known[1] for known in near}
            if len(distinct) == 1 or (near and near[-1][0] == number - 1):
                return near[-1][1], near[-1][2]
            if (
                self.person
                and not plural
                and words.lower() != "it"
                and number - self.person[0] <= 2
            ):
                return self.named[self.person[1]]
            return None, (near or self.last or [(0, "", None, False)])[-1][2] or "official"
        kind = speaker_type(words)
        capitals = _names(_BEFORE_PREPOSITION.split(words)[0])
        name = capitals[-1] if capitals else None
        if name and name in self.named and (kind is None or len(words) < len(self.named[name][0])):
            full, known = self.named[name]
            if capitals[-1] == words or kind is None or known == kind:
                return full, known
        if name is None and words.lower().startswith(("the ", "his ", "her ")):
            role = role_word(words)
            for _, full, known, _ in reversed(self.last[-_NEAR:]):
                if role and re.search(rf"\b{re.escape(role)}\b", full, re.IGNORECASE):
                    return full, known or kind
        if (
            kind is None
            and re.search(r"\b(?:colleague|friend|counterpart)s?\b", words)
            and self.last
        ):
            kind = self.last[-1][2]
        if kind is None and name:
            kind = (
                "official"  # news introduces experts and bystanders; it does not leaders, capitals
            )
        return words, kind

    def meet(self, sentence: str, number: int) -> None:
        """Note which of the introduced persons a sentence names, if it names one and only one."""
        present = [name for name in _CAPITAL.findall(sentence) if name in self.named]
        if present:
            self.person = (number, present[0]) if len(set(present)) == 1 else None

    def keep(self, words: str, kind: str | None, number: int) -> None:
        head = words.split(",")[0]
        capitals = _names(head)
        noun = _BEFORE_PREPOSITION.split(head)[0]
        plural = noun[-1:].islower() and bool(
            re.search(r"[^s]s\Z|men\Z|people\Z|\band\b|\bof (?:them|these|those)\Z", noun)
        )
        self.last.append((number, words, kind, plural))
        if capitals and not plural:
            name = capitals[-1]
            if name not in self.named or len(words) > len(self.named[name][0]):
                self.named[name] = (words, kind)


def _mask(text: str, quotes: Sequence[Quote]) -> str:
    """`text` with quoted speech as MASK; a quoted name or a scare quote only loses its marks."""
    out = list(text)
    for quote in quotes:
        inner = text[quote.start + 1 : quote.end - quote.closed]
        short = len(inner.split()) <= _SHORT_QUOTE and not inner.rstrip().endswith(
            (",", ".", "!", "?")
        )
        if short:
            out[quote.start] = " "
            if quote.closed:
                out[quote.end - 1] = " "
        else:
            out[quote.start : quote.end] = MASK * (quote.end - quote.start)
    return "".join(out)


def _covered(masked: str, said: Sequence[Said]) -> tuple[float, float]:
    """Shares of a sentence that a speaker answers for: in all, and within quotation marks."""
    state = bytearray(len(masked))
    for one in said:
        for start, end in one.scope:
            state[start:end] = b"\1" * max(0, end - start)
    for one in said:
        start, end = one.frame
        state[start:end] = b"\2" * max(0, end - start)
    for start, end in _runs(masked):
        state[start:end] = b"\3" * (end - start)
    total = len(masked) - state.count(2)
    quoted = state.count(3)
    return ((state.count(1) + quoted) / total, quoted / total) if total else (0.0, 0.0)


def _runs(masked: str) -> list[tuple[int, int]]:
    return [run.span() for run in _MASKED.finditer(masked)] if MASK in masked else []


def _unclaimed(piece: str, said: Sequence[Said]) -> list[tuple[int, int]]:
    """The quotations of a sentence that no attribution covers: they are the main speaker's."""
    return [
        (low, high)
        for low, high in _runs(piece)
        if not any(start <= low and high <= end for one in said for start, end in one.scope)
    ]


def _told(found: Voice, by: Voice) -> Voice:
    """`found`, speech without a name, told by the speaker of `by`."""
    kind = by.speaker_type or "other"
    reported = found.reported and re.sub(r":\w+", f":{kind}", found.reported)
    return Voice("quoted", by.speaker, by.speaker_type, reported)


def assign_voices(passages: Sequence[Sequence[str]]) -> list[Voice]:
    """Voice and speaker of each sentence of one article, given passage by passage, in order."""
    memory = _Memory("\n".join(" ".join(sentences) for sentences in passages))
    out: list[Voice] = []
    pending: list[int] = []  # sentences of pure speech that wait for a name behind them
    turn: Voice | None = None
    for index, sentences in enumerate(passages):
        text = " ".join(sentences)
        ends, position = [], 0
        for sentence in sentences:
            position += len(sentence)
            ends.append(position)
            position += 1
        follows = index + 1 < len(passages) and bool(
            passages[index + 1] and _OPENING.match(passages[index + 1][0])
        )
        quotes = find_quotes(text, ends, runs_on=follows)
        masked = _mask(text, quotes) if quotes else text
        first = len(out)
        pending = [i for i in pending if i >= first - 1]
        for sentence, end in zip(sentences, ends, strict=True):
            low = end - len(sentence)
            piece = masked[low:end]
            number = len(out)
            found, pure = _one(piece, memory, number)
            memory.meet(sentence, number)
            if re.match(r"(?:Q|Question|В|Вопрос)\s*:", sentence):
                turn, found, pure = AUTHOR, AUTHOR, False
            elif re.match(r"(?:A|Answer|О|Ответ)\s*:", sentence):
                turn = found if found.voice == "quoted" else Voice("quoted", None, None)
                found = turn
            elif turn and turn.voice == "quoted" and found.voice == "author" and number == first:
                turn = None
            if pure and found.speaker is None and number:
                before = out[-1]
                same = number > first or (sentences and _OPENING.match(sentences[0]))
                if before.voice == "quoted" and before.speaker and same:
                    found = _told(found, before)
                else:
                    pending.append(number)
            elif pure and found.speaker is None:
                pending.append(number)
            elif found.voice == "quoted" and found.speaker and pending:
                for i in pending:
                    out[i] = _told(out[i], found)
                pending = []
            elif found.voice == "author":
                pending = []
            out.append(found)
    return out


def _one(piece: str, memory: _Memory, number: int) -> tuple[Voice, bool]:
    """Voice of one masked sentence, and whether it is speech that names no speaker itself."""
    said = find_said(piece) if len(piece) < _LONG else []
    if _DIALOGUE.match(piece):
        speaker, kind = memory.resolve(said[0].speaker, number) if said else (None, None)
        found = Voice("quoted", speaker, kind, f"0-{len(piece)}:{kind or 'other'}")
        return found, speaker is None
    if not said and MASK not in piece:
        return AUTHOR, False
    spoken, quoted = _covered(piece, said)
    if not said:
        if quoted >= QUOTED_SHARE:
            return Voice("quoted", None, None, f"0-{len(piece)}:other"), True
        who = opening_phrase(_MASKED.sub(" ", piece).strip())
        kind = memory.resolve(who, number)[1] if is_speaker(who) else None
        marked = [f"{start}-{end}:{kind or 'other'}" for start, end in _runs(piece)]
        return AUTHOR._replace(reported=" ".join(marked)), False
    best = max(said, key=lambda one: sum(end - start for start, end in one.scope))
    voice = AUTHOR
    parts = []
    for one in said:
        speaker, kind = memory.resolve(one.speaker, number)
        if one is best:
            voice = Voice("quoted", speaker, kind)
        if speaker:
            memory.keep(speaker, kind, number)
        spans = sorted([one.frame, *one.scope])
        if one is best:
            spans = sorted(spans + _unclaimed(piece, said))
        joined = [spans[0]]
        for start, end in spans[1:]:
            if start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        parts += [f"{start}-{end}:{kind or 'other'}" for start, end in joined if end > start]
    reported = " ".join(dict.fromkeys(parts))
    if spoken < QUOTED_SHARE:
        return AUTHOR._replace(reported=reported), False
    return voice._replace(reported=reported), False
