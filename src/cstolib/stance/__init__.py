"""Sentences and mentions to statements: who stands where on what, says who, with the words."""

from typing import Any

import pandas as pd

from ..actors import Mention, mentions_of
from ..codebook import Codebook, load_codebook
from ..patterns import split_words
from ..tables import make_table, require_columns
from .claims import Topic
from .compose import propose
from .positions import summarise_stance
from .signals import read

__all__ = ["code_stance", "summarise_stance"]

_PARTS = {"title": "title", "deck": "title", "heading": "title", "caption": "caption"}


def _voice(row: Any) -> str:
    kind = getattr(row, "speaker_type", None)
    if getattr(row, "voice", "author") != "quoted" and not isinstance(kind, str):
        return "author"
    return kind if kind in ("official", "expert", "other") else "other"


def _before_war(row: Any, codebook: Codebook) -> bool:
    """Whether the text is known to be older than the war; an unknown date does not say so."""
    if codebook.war_start is None:
        return False
    last = getattr(row, "date_high", None)
    if last is None or pd.isna(last):
        last = getattr(row, "date", None)
    return last is not None and not pd.isna(last) and last < pd.Timestamp(codebook.war_start)


def code_stance(
    sentences: pd.DataFrame,
    mentions: pd.DataFrame,
    *,
    codebook: Codebook | None = None,
    coder: str = "rules",
    **options: Any,
) -> pd.DataFrame:
    """The table `statements`, coded by the codebook's rules, each with its quote and rule.

    Questions, conditionals and guesses are no statements. A text known to be older than the
    codebook's `war_start` says nothing on its war issues. `confidence` is how often such a rule
    was right on coded passages; `summarise_stance` leaves out what is below its `min_confidence`.
    """
    if coder != "rules":
        from ..coder import code_with_model

        return code_with_model(sentences, mentions, codebook=codebook, **options)
    require_columns(
        sentences, "sentences", ("article_id", "sentence", "start", "end", "text", "kind")
    )
    require_columns(mentions, "mentions", ("article_id", "sentence", "actor", "how"))
    codebook = codebook or load_codebook()
    by_sentence: dict[tuple[str, int], list[Any]] = {}
    for mention in mentions.itertuples(index=False):
        by_sentence.setdefault((mention.article_id, mention.sentence), []).append(mention)
    rows: list[dict[str, Any]] = []
    current: str | None = None
    context: frozenset[tuple[str, int]] = frozenset()
    topic: Topic | None = None
    for row in sentences.itertuples(index=False):
        if row.article_id != current:
            current, context, topic = row.article_id, frozenset(), None
        words = split_words(row.text)
        found: list[Mention] = mentions_of(
            words, by_sentence.get((row.article_id, row.sentence), [])
        )
        reading = read(words, found, codebook)
        proposed, topic = propose(reading, codebook, context, topic)
        if proposed:
            early = _before_war(row, codebook)
            for c in proposed:
                if early and codebook.issues[c.issue].war:
                    continue
                rows.append(
                    {
                        "article_id": row.article_id,
                        "sentence": row.sentence,
                        "start": row.start,
                        "end": row.end,
                        "quote": row.text,
                        "actor": c.actor,
                        "issue": c.issue,
                        "alignment": c.alignment,
                        "inferred": c.inferred,
                        "voice": _voice(row),
                        "speaker": getattr(row, "speaker", None),
                        "part": _PARTS.get(row.kind, "body"),
                        "rule": f"{c.rule} ({c.link}, {c.shape}, {c.how})",
                        "confidence": 0.6,
                        "event_date": getattr(row, "date", None),
                        "date_basis": None,
                    }
                )
        context = frozenset((s.name, s.sign) for s in reading.signals if s.kind == "needs")
    return make_table("statements", rows or None)
