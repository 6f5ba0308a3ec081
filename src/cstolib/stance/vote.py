"""The learned vote: a small encoder that reads who stands where, beside the rules.

It is asked about one actor of a sentence at a time, and sees no actor's name: that one is a mask,
the others are a mark; the sentence before goes with it. For each issue it answers how probable are
nothing said, -1, 0 and +1. docs/models.md is its card, and training/ reproduces it.
"""

import math
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..actors import dateline
from ..codebook import Codebook
from ..encoder import CLS, MASK, SEP, load_settings, load_tokenizer, run_each
from .compose import Candidate, Considered
from .confidence import confidence_of
from .signals import Reading

OTHER, BEFORE = 1, 2  # unused words of the vocabulary: another actor; the actor one sentence before
ROOM, ROOM_BEFORE = 84, 12  # tokens of the sentence, and of the one before it
SIGNS = (-1, 0, 1)
# Chosen on registers left out: with a floor of 0.55 F1 was 0.01 higher and precision 0.01 lower.
# With less patience for the rules both hold there, but real texts lose 0.04 of F1.
FLOOR = 0.6  # what only the model proposes, and is less sure than this, is not said
DOUBT = 0.25  # what the rules say stays at a half at least, unless the model leaves less than this


@cache
def _folder(name: str) -> Path:
    return Path(str(resources.files("cstolib").joinpath("resources", name)))


class Token(NamedTuple):
    """A token of a sentence, or a whole mention with those whom it names; where it begins."""

    ids: tuple[int, ...]
    actors: frozenset[str]
    start: int


def tokens_of(text: str, reading: Reading) -> list[Token]:
    """The tokens of a sentence without its dateline; a mention is one, with all that it touches."""
    begins, ends = reading.words.start, reading.words.end
    read = text[: ends[-1]] if ends else ""  # of a text without stops, what the rules read of it
    encoded = load_tokenizer(_folder("sentiment")).encode(read, add_special_tokens=False)
    skipped = dateline(reading.words)
    head = ends[skipped - 1] if skipped else 0
    words = encoded.word_ids
    named: dict[int, frozenset[str]] = {}
    for mention in reading.mentions:
        at, until = begins[mention.start], ends[mention.end - 1]
        for word, (start, end) in zip(words, encoded.offsets, strict=True):
            if start < until and end > at:
                named[word] = named.get(word, frozenset()) | {mention.actor}
    out: list[Token] = []
    last: frozenset[str] = frozenset()
    for token, word, (start, end) in zip(encoded.ids, words, encoded.offsets, strict=True):
        if end <= head:
            continue
        actors = named.get(word, frozenset())
        if actors and last == actors:
            out[-1] = out[-1]._replace(ids=(*out[-1].ids, token))
        else:
            out.append(Token((token,), actors, start))
        last = actors
    return out


def _mark(tokens: list[Token], actor: str, principal: str, mask: int) -> list[int]:
    ids: list[int] = []
    for token in tokens:
        if actor in token.actors:
            ids.append(mask)
        elif token.actors - {principal}:
            ids.append(OTHER)
        else:
            ids.extend(token.ids)
    return ids


def input_ids(
    tokens: list[Token], before: list[Token], actor: str, principal: str
) -> tuple[int, ...]:
    """The model's input for one actor: masked, the others marked; no name but the principal's."""
    here = _mark(tokens, actor, principal, MASK)
    if len(here) > ROOM:
        middle = here.index(MASK) if MASK in here else 0
        first = max(0, min(middle - ROOM // 2, len(here) - ROOM))
        here = here[first : first + ROOM]
    past = _mark(before, actor, principal, BEFORE if MASK in here else MASK)
    return (CLS, *past[-ROOM_BEFORE:], SEP, *here, SEP)


class Question(NamedTuple):
    """One actor of one sentence, with the tokens of the sentence and of the one before."""

    number: int
    actor: str
    tokens: list[Token]
    before: list[Token]


def questions_of(considered: Sequence[Considered], codebook: Codebook) -> Iterator[Question]:
    """What the model is asked: each actor that a sentence names, or means by a pronoun.

    Nothing is asked about questions, about actors that are coded on some issues only, in another
    language than English, or about groups: one error there would make five.
    """
    free = {name for name, actor in codebook.actors.items() if actor.only is None}

    @cache
    def tokens(number: int) -> list[Token]:
        return tokens_of(considered[number].row.text, considered[number].reading)

    for number, one in enumerate(considered):
        language = getattr(one.row, "language", None)
        english = not isinstance(language, str) or language.startswith("en")
        actors = sorted({m.actor for m in one.reading.mentions if not m.inferred} & free)
        if not actors or not english or "?" in one.reading.words.low[-3:]:
            continue
        follows = number > 0 and considered[number - 1].row.article_id == one.row.article_id
        before = tokens(number - 1) if follows else []
        for actor in actors:
            yield Question(number, actor, tokens(number), before)


def is_thinkable(ids: Sequence[int]) -> bool:
    """Whether a statement is thinkable at all by the words of the sentence, each for itself.

    Saves most of the model's time. The words' weights are a logistic regression too, with a
    threshold that eight in ten sentences with a statement pass.
    """
    gate = load_settings(_folder("stance"))["gate"]
    words = gate["words"]
    here = set(ids[ids.index(SEP) + 1 :])
    return sum(words.get(str(word), 0.0) for word in here) >= gate["least"]


def log_odds(p: float) -> float:
    """The logarithm of p to 1 - p, bounded."""
    p = min(max(p, 1e-3), 1 - 1e-3)
    return math.log(p / (1 - p))


def confidence_of_both(chance: float, rule: Candidate | None, against: bool) -> float:
    """How far to trust a statement to which the model gives `chance`, and which `rule` may make.

    `against`: the rules give another alignment. The weights are a logistic regression on passages
    that the model had not learnt (training/stance_weigh.py).
    """
    weights = load_settings(_folder("stance"))["weights"]
    total = weights["all"] + weights["model"] * log_odds(chance)
    if rule is not None:
        total += weights["rule"] + weights["both"] * log_odds(chance)
        total += weights["rule_confidence"] * log_odds(confidence_of(rule))
    if against:
        total += weights["against"]
    sure = 1 / (1 + math.exp(-total))
    return round(max(sure, 0.5) if rule is not None and sure >= DOUBT else sure, 2)


def _answers(asked: Sequence[tuple[int, ...]]) -> np.ndarray:
    """The model's probabilities (inputs x issues x nothing, -1, 0, +1)."""
    if not asked:
        return np.zeros((0, 0, 0))
    found = run_each(_folder("stance"), asked)
    logits = np.stack([found[ids] for ids in asked]).astype(np.float64)
    logits = logits.reshape(len(asked), -1, 1 + len(SIGNS))
    powers = np.exp(logits - logits.max(axis=2, keepdims=True))
    return powers / powers.sum(axis=2, keepdims=True)


class _Found(NamedTuple):
    """A statement that the model proposes."""

    question: Question
    issue: str
    head: int
    alignment: int
    chance: float
    confidence: float


def _reasons(
    found: Sequence[_Found], considered: Sequence[Considered], principal: str
) -> list[Candidate]:
    """The statements found, each with the clause without which the model believes it least."""
    without = []
    for number, f in enumerate(found):
        reading = considered[f.question.number].reading
        for clause in reading.clauses:
            low, high = reading.words.start[clause.start], reading.words.end[clause.end - 1]
            kept = [t for t in f.question.tokens if t.actors or not low <= t.start < high]
            ids = input_ids(kept, f.question.before, f.question.actor, principal)
            without.append((number, clause, ids))
    answers = _answers([ids for _, _, ids in without])
    best: dict[int, tuple[float, int, int]] = {}
    for (number, clause, _), chances in zip(without, answers, strict=True):
        f = found[number]
        left = float(chances[f.head, 1 + SIGNS.index(f.alignment)])
        best[number] = min(best.get(number, (2.0, 0, 0)), (left, clause.start, clause.end))
    out = []
    for number, f in enumerate(found):
        left, start, end = best[number]
        actor = f.question.actor
        mentions = considered[f.question.number].reading.mentions
        how = next(m.how for m in mentions if m.actor == actor and not m.inferred)
        rule = f"model {f.chance:.2f}, without these words {left:.2f}"
        out.append(
            Candidate(
                actor, f.issue, f.alignment, False, start, end, rule, "model", "model", 0, how, 0
            )
        )
    return out


def vote_on(
    considered: Sequence[Considered], codebook: Codebook
) -> list[list[tuple[Candidate, float]]]:
    """The statements of each sentence, those of the rules and those of the model, with confidence.

    Of an actor on an issue only the surer alignment stays. What the rules propose stays also where
    the model is against it, with the confidence that is left.
    """
    heads = load_settings(_folder("stance"))["heads"]
    issues = {n: heads.index(i.learnt) for n, i in codebook.issues.items() if i.learnt in heads}
    said = [{(c.actor, c.issue): (c, confidence_of(c)) for c in one.proposed} for one in considered]
    questions, asked = [], []
    for question in questions_of(considered, codebook) if issues else []:
        ids = input_ids(question.tokens, question.before, question.actor, codebook.principal)
        ruled = any(c.actor == question.actor for c in considered[question.number].proposed)
        if ruled or is_thinkable(ids):
            questions.append(question)
            asked.append(ids)
    found = []
    for question, chances in zip(questions, _answers(asked), strict=True):
        here = said[question.number]
        for issue, head in issues.items():
            rule = here[question.actor, issue][0] if (question.actor, issue) in here else None
            for alignment, chance in zip(SIGNS, chances[head, 1:].tolist(), strict=True):
                same = rule if rule and rule.alignment == alignment else None
                sure = confidence_of_both(chance, same, rule is not None and same is None)
                if same:
                    here[question.actor, issue] = (same, sure)
                elif sure >= FLOOR:
                    found.append(_Found(question, issue, head, alignment, chance, sure))
    for f, candidate in zip(found, _reasons(found, considered, codebook.principal), strict=True):
        here = said[f.question.number]
        key = (candidate.actor, candidate.issue)
        if key not in here or here[key][1] < f.confidence:
            here[key] = (candidate, f.confidence)
    return [list(here.values()) for here in said]
