"""Sentences and mentions to statements: who stands where on what, says who, with the words."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import pandas as pd

from ..actors import mentions_of
from ..codebook import Codebook, load_codebook
from ..codebook.patterns import MOST_WORDS, Words, split_words
from ..sentences import quote_at
from ..sentences.voices import voice_at
from ..tables import VOICES, accept_table, make_table
from .compose import Candidate, Considered, propose
from .confidence import confidence_of
from .dates import event_date, is_early
from .positions import summarise_stance
from .signals import read
from .topics import Topic
from .vote import vote_on

__all__ = ["code_stance", "summarise_stance"]

_PARTS = {"title": "title", "deck": "title", "heading": "title", "caption": "caption"}
_BLOCK = 2000  # sentences
_CONTEXT = 8  # sentences over which "Ukraine" or "the war" gives the context
_SHORT, _LONG = 6, 40  # words of a quote
_EDGES = frozenset("\"“”‘’'.,;:—–-()")


def _span(candidate: Candidate, words: Words, shifts: Any) -> tuple[int, int]:
    """Where in the sentence's text the quote stands."""
    first, last = candidate.start, candidate.end
    limit = len(words.low)
    while last < limit and last - first < _SHORT and words.low[last] not in (";", ":"):
        last += 1
    while last - 1 > first and words.low[last - 1] in _EDGES:
        last -= 1
    if last - first > _LONG:
        last = first + _LONG
    split = int(shifts.split(":")[0]) if isinstance(shifts, str) else 0
    if first == 0 and 0 < split < words.end[0]:
        # A drop cap on a line of its own: the quote begins behind the word that it splits.
        first = min(2 if words.low[1:2] == ["'s"] else 1, limit - 1)
    return words.start[first], words.end[last - 1]


def _row(candidate: Candidate, one: Considered, confidence: float) -> dict[str, Any]:
    row, words = one.row, one.reading.words
    shifts = getattr(row, "shifts", None)
    at, until = _span(candidate, words, shifts)
    start, end, quote = quote_at(row, at, until)
    reported = getattr(row, "reported", None)
    if not isinstance(reported, str) and getattr(row, "voice", None) == "quoted":
        voice = "other"  # of a table without that column
    else:
        voice = voice_at(reported, at, until)
    day = getattr(row, "date", None)
    when, basis = event_date(row.text, None if day is None or pd.isna(day) else day.date())
    return {
        "article_id": row.article_id,
        "sentence": row.sentence,
        "start": start,
        "end": end,
        "quote": quote,
        "actor": candidate.actor,
        "issue": candidate.issue,
        "alignment": candidate.alignment,
        "inferred": candidate.inferred,
        "voice": voice if voice in VOICES else "other",
        "speaker": None if voice == "author" else getattr(row, "speaker", None),
        "part": _PARTS.get(row.kind, "body"),
        "rule": candidate.rule,
        "confidence": confidence,
        "event_date": when,
        "date_basis": basis,
        "link": candidate.link,
    }


def consider(
    sentences: pd.DataFrame, mentions: pd.DataFrame, codebook: Codebook
) -> Iterator[Considered]:
    """Each sentence as read, with the statements that the rules propose."""
    by_sentence: dict[tuple[str, int], list[Any]] = {}
    for mention in mentions.itertuples(index=False):
        by_sentence.setdefault((mention.article_id, mention.sentence), []).append(mention)
    current: str | None = None
    context: dict[tuple[str, int], int] = {}
    topic: Topic | None = None
    for row in sentences.itertuples(index=False):
        if row.article_id != current:
            current, context, topic = row.article_id, {}, None
        words = split_words(row.text, MOST_WORDS)
        found = mentions_of(words, by_sentence.get((row.article_id, row.sentence), []), row)
        reading = read(words, found, codebook)
        proposed, topic = propose(reading, codebook, frozenset(context), topic)
        yield Considered(row, reading, proposed)
        context = {name: age + 1 for name, age in context.items() if age < _CONTEXT}
        context |= {(s.name, s.sign): 1 for s in reading.signals if s.kind == "needs"}


def _blocks(considered: Iterable[Considered]) -> Iterator[list[Considered]]:
    """Whole articles, about so many sentences at a time as are held in memory."""
    block: list[Considered] = []
    for _, article in groupby(considered, key=lambda one: one.row.article_id):
        block += article
        if len(block) >= _BLOCK:
            yield block
            block = []
    yield block


def code_stance(
    sentences: pd.DataFrame,
    mentions: pd.DataFrame,
    *,
    codebook: Codebook | None = None,
    coder: str = "rules",
    vote: bool = True,
    **options: Any,
) -> pd.DataFrame:
    """The table `statements`, coded by the codebook's rules and a learned vote, each with a quote.

    Questions, conditionals and guesses are no statements. A text or sentence known to be older than
    the codebook's `war_start` says nothing on its war issues. `vote`: a small model reads beside
    the rules, on issues that the codebook gives it (`learnt`); what only it says has a `rule` that
    begins with "model" and the link "model". `confidence` is how often such a statement was right
    on coded passages; `summarise_stance` leaves out what is below its `min_confidence`.
    The extra column `link` says how the actor was found (subject, by, inherited, exception …).
    `coder="llm"` asks a language model at `endpoint` instead (see coder.py).
    """
    if coder not in ("rules", "llm"):
        raise ValueError(f"coder must be 'rules' or 'llm', got {coder!r}")
    if coder == "llm":
        from ..coder import code_with_model

        return code_with_model(sentences, mentions, codebook=codebook, **options)
    if options:
        raise TypeError(f"coder='rules' takes no {', '.join(sorted(options))}")
    columns = ("article_id", "sentence", "start", "end", "text", "kind")
    sentences = accept_table(sentences, "sentences", columns)
    named = ("article_id", "sentence", "start", "end", "actor", "how")
    mentions = accept_table(mentions, "mentions", named)
    codebook = codebook or load_codebook()
    mentions = mentions[mentions["actor"].isin(codebook.actors)]
    rows = []
    for block in _blocks(consider(sentences, mentions, codebook)):
        if vote:
            weighed = vote_on(block, codebook)
        else:
            weighed = [[(c, confidence_of(c)) for c in one.proposed] for one in block]
        for one, said in zip(block, weighed, strict=True):
            rows += [
                _row(candidate, one, confidence)
                for candidate, confidence in said
                if not codebook.issues[candidate.issue].war
                or not is_early(one.row, codebook.war_start)
            ]
    table = make_table("statements", rows or None)
    if "link" not in table:
        table["link"] = pd.Series(dtype="str")
    return table
