"""Sentences and mentions to statements: who stands where on what, says who, with the words."""

from typing import Any

import pandas as pd

from ..actors import mentions_of
from ..codebook import Codebook, load_codebook
from ..codebook.patterns import MOST_WORDS, Words, split_words
from ..sentences import quote_at
from ..sentences.voices import voice_at
from ..tables import VOICES, make_table, require_columns
from .compose import Candidate, propose
from .confidence import confidence_of
from .dates import event_date, latest_year
from .positions import summarise_stance
from .signals import read
from .topics import Topic

__all__ = ["code_stance", "summarise_stance"]

_PARTS = {"title": "title", "deck": "title", "heading": "title", "caption": "caption"}
_CONTEXT = 2  # sentences over which "Ukraine" or "the war" gives the context
_SHORT, _LONG = 6, 40  # words of a quote
_EDGES = frozenset("\"“”‘’'.,;:—–-()")


def _is_early(row: Any, codebook: Codebook) -> bool:
    """Whether sentence or text is known to speak of the time before the war.

    An unknown date does not say so.
    """
    if codebook.war_start is None:
        return False
    year = latest_year(row.text)
    if year is not None and year < codebook.war_start.year:
        return True
    last = getattr(row, "date_high", None)
    if last is None or pd.isna(last):
        last = getattr(row, "date", None)
    return last is not None and not pd.isna(last) and last < pd.Timestamp(codebook.war_start)


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


def _row(candidate: Candidate, row: Any, words: Words, confidence: float) -> dict[str, Any]:
    shifts = getattr(row, "shifts", None)
    at, until = _span(candidate, words, shifts)
    start, end, quote = quote_at(row, at, until)
    voice = voice_at(getattr(row, "reported", None), at, until)
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


def code_stance(
    sentences: pd.DataFrame,
    mentions: pd.DataFrame,
    *,
    codebook: Codebook | None = None,
    coder: str = "rules",
    **options: Any,
) -> pd.DataFrame:
    """The table `statements`, coded by the codebook's rules, each with its quote and rule.

    Questions, conditionals and guesses are no statements. A text or sentence known to be older than
    the codebook's `war_start` says nothing on its war issues. `confidence` is how often such a rule
    was right on coded passages; `summarise_stance` leaves out what is below its `min_confidence`.
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
    require_columns(sentences, "sentences", columns)
    require_columns(mentions, "mentions", ("article_id", "sentence", "actor", "how"))
    codebook = codebook or load_codebook()
    by_sentence: dict[tuple[str, int], list[Any]] = {}
    for mention in mentions.itertuples(index=False):
        by_sentence.setdefault((mention.article_id, mention.sentence), []).append(mention)
    rows: list[dict[str, Any]] = []
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
        early = bool(proposed) and _is_early(row, codebook)
        for candidate in proposed:
            if early and codebook.issues[candidate.issue].war:
                continue
            rows.append(_row(candidate, row, words, confidence_of(candidate)))
        context = {name: age + 1 for name, age in context.items() if age < _CONTEXT}
        context |= {(s.name, s.sign): 1 for s in reading.signals if s.kind == "needs"}
    table = make_table("statements", rows or None)
    if "link" not in table:
        table["link"] = pd.Series(dtype="str")
    return table
