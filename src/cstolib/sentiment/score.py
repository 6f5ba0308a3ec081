"""Sentiment toward the actors that a sentence names, and of the sentence itself.

No evidence is not neutral: what a method cannot read gets no row, what it is unsure of no score.
"""

import hashlib
import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..actors import place_mentions
from ..tables import accept_table, make_table, require_columns
from .english import readable
from .lexicon import Spans, check_span, lexicon_probabilities
from .model import model_probabilities
from .vader import compound_scores

METHODS = ("model", "lexicon", "vader")
PROBABILITIES = ["p_negative", "p_neutral", "p_positive"]
LABELS = np.array(["negative", "neutral", "positive"], dtype=object)
MIN_CONFIDENCE = 0.45  # below it the model is right less than half of the time: docs/models.md
RESAMPLES = 1000
DIGITS = 4


class SentimentWarning(UserWarning):
    """Sentences or targets were left out of the scores; the message counts them and says why."""


def _warn_unread(frame: pd.DataFrame, read: np.ndarray, method: str) -> None:
    unread = frame[~read]
    if len(unread):
        if "language" in unread.columns:
            counts = unread["language"].fillna("unknown").value_counts().sort_index()
            named = ", ".join(f"{code} {n}" for code, n in counts.items())
        else:
            named = "not English by their letters and small words"
        warnings.warn(
            f"method {method!r} reads English only: {len(unread)} of {len(frame)} texts have no "
            f"score ({named})",
            SentimentWarning,
            stacklevel=3,
        )


def _measure(
    method: str, texts: Sequence[str], spans: Sequence[Spans], min_confidence: float
) -> pd.DataFrame:
    """Score, probabilities, confidence, abstained and label of each text toward its spans."""
    keys = [(text, tuple(places)) for text, places in zip(texts, spans, strict=True)]
    number = {key: i for i, key in enumerate(dict.fromkeys(keys))}
    rows = np.array([number[key] for key in keys], dtype=np.int64)
    if method == "vader":
        score = np.array(compound_scores([text for text, _ in number]), dtype=float)
        chances = np.full((len(number), 3), np.nan)  # VADER gives no probabilities
        sure = np.full(len(number), np.nan)
        label = LABELS[np.where(score >= 0.05, 2, np.where(score <= -0.05, 0, 1))]
    else:
        ask: Callable[..., np.ndarray] = (
            model_probabilities if method == "model" else lexicon_probabilities
        )
        chances = ask([text for text, _ in number], [places for _, places in number])
        chances = chances.round(DIGITS)
        score, sure = chances[:, 2] - chances[:, 0], chances.max(axis=1, initial=0.0)
        label = LABELS[chances.argmax(axis=1)]
    unsure = sure < min_confidence
    measured = pd.DataFrame(chances, columns=PROBABILITIES)
    measured.insert(0, "score", np.where(unsure, np.nan, score).round(DIGITS))
    measured["confidence"] = sure
    measured["abstained"] = pd.array(unsure, dtype="boolean")
    measured["label"] = pd.Series(np.where(unsure, np.nan, label), dtype="str")
    return measured.iloc[rows].reset_index(drop=True)


def _check(method: str, min_confidence: float) -> None:
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, got {method!r}")
    if not 0 <= min_confidence <= 1:
        raise ValueError(f"min_confidence must be between 0 and 1, got {min_confidence}")


def score_targets(
    frame: pd.DataFrame, *, method: str = "model", min_confidence: float = MIN_CONFIDENCE
) -> pd.DataFrame:
    """`frame` with how each text speaks of its target: score, probabilities, confidence.

    frame: text, start and end (characters of text) of the target in it, and optionally language;
    a row without start is scored as a whole sentence. No corpus is needed.

    Added columns: p_negative, p_neutral, p_positive (calibrated; missing for "vader", which has
    none), score (p_positive - p_negative, -1 to 1; VADER's compound), confidence (the highest of
    the three), abstained (confidence is below min_confidence: score and label are missing), label.
    A text that is not English has none of them, and one SentimentWarning counts such rows.
    """
    _check(method, min_confidence)
    require_columns(frame, "frame", ["text", "start", "end"])
    read = readable(frame)
    _warn_unread(frame, read, method)
    texts = frame["text"].to_numpy(dtype=object)
    places = [
        [] if pd.isna([text, start, end]).any() else [check_span(text, start, end)]
        for text, start, end in zip(texts, frame["start"], frame["end"], strict=True)
    ]
    at = np.flatnonzero(read)
    measured = _measure(method, [texts[i] for i in at], [places[i] for i in at], min_confidence)
    measured.index = frame.index[at] if frame.index.is_unique else pd.Index(at)
    out = frame if frame.index.is_unique else frame.reset_index(drop=True)
    out = out.drop(columns=[c for c in measured.columns if c in out.columns]).join(measured)
    out.index = frame.index
    return out


def _targets(sentences: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """A row for each sentence and actor named in it, with the spans of all its mentions there."""
    both = place_mentions(sentences, mentions)
    lost = int(both["span"].isna().sum())
    if lost:
        warnings.warn(
            f"{lost} of {len(both)} mentions are not in the text of their sentence, and are not "
            "scored; were both tables made from one run?",
            SentimentWarning,
            stacklevel=3,
        )
    both = both[both["span"].notna()]
    grouped = both.groupby(["article_id", "sentence", "actor"], sort=True)
    table = grouped.agg(
        start=("start_sentence", "first"),
        end=("end_sentence", "first"),
        voice=("voice", "first"),
        text=("text", "first"),
        spans=("span", lambda found: sorted(set(found))),
    )
    order = {key: i for i, key in enumerate(dict.fromkeys(sentences["article_id"]))}
    table = table.reset_index().rename(columns={"actor": "target"})
    table["order"] = table["article_id"].map(order)
    table = table.sort_values(["order", "sentence", "target"], kind="stable")
    return table.drop(columns="order").reset_index(drop=True)


def _named(sentences: pd.DataFrame, pairs: pd.DataFrame | None) -> list[Spans]:
    """The spans of all actors in each sentence: masked, so that no name sets the tone."""
    found: dict[tuple[str, int], set[tuple[int, int]]] = {}
    if pairs is not None:
        for pair in pairs.itertuples():
            found.setdefault((pair.article_id, pair.sentence), set()).update(pair.spans)
    keys = zip(sentences["article_id"], sentences["sentence"], strict=True)
    return [sorted(found.get(key, ())) for key in keys]


def _interval(values: np.ndarray, key: str) -> tuple[float, float]:
    """95 % percentile bootstrap interval of the mean; missing for fewer than three values.

    The seed comes from the data, so that neither order nor run changes it.
    """
    if len(values) < 3:
        return np.nan, np.nan
    ordered = np.sort(values)
    digest = hashlib.blake2b(key.encode() + ordered.tobytes(), digest_size=8).digest()
    draws = np.random.default_rng(int.from_bytes(digest, "big"))
    means = ordered[draws.integers(len(ordered), size=(RESAMPLES, len(ordered)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return round(float(low), DIGITS), round(float(high), DIGITS)


def _mean(values: np.ndarray) -> float:
    """The mean, rounded; of exact sums, so that the order of the values cannot tip it."""
    return round(math.fsum(values) / len(values), DIGITS)


def _article_rows(scored: pd.DataFrame) -> list[dict[str, Any]]:
    """A row for each article, target and voice: means of the rows that have a score."""
    kept = scored[scored["score"].notna()]
    both = pd.concat([kept, kept.assign(voice="all")], ignore_index=True)
    order = {key: i for i, key in enumerate(dict.fromkeys(scored["article_id"]))}
    groups = both.groupby(["article_id", "target", "voice"], sort=True, dropna=False)
    rows = []
    for (article, target, voice), group in groups:
        values = group["score"].to_numpy(dtype=float)
        low, high = _interval(values, f"{article}|{target}|{voice}")
        row: dict[str, Any] = {"article_id": article, "target": target, "voice": voice}
        row |= {"score": _mean(values), "low": low, "high": high}
        row |= {name: _mean(group[name].to_numpy(dtype=float)) for name in PROBABILITIES}
        rows.append(row | {"n": len(group), "unit": "article"})
    return sorted(rows, key=lambda row: order[row["article_id"]])


def score_sentiment(
    sentences: pd.DataFrame,
    *,
    mentions: pd.DataFrame | None = None,
    method: str = "model",
    min_confidence: float = MIN_CONFIDENCE,
    comments: bool = False,
) -> pd.DataFrame:
    """Scores of each sentence, of each sentence toward each actor it names, and of each article.

    It cannot tell: the models learnt from persons in US news, and war vocabulary is not hostility.

    sentences, mentions: the tables; without mentions, articles are scored by their sentences.
    method: "model" (the encoder), "lexicon" (explains itself: `explain_lexicon`) or "vader" (tone
    of the sentence by word ratings, blind to the target). min_confidence: below it the method
    abstains. comments: score readers' comments too.

    Returns the table scores with confidence, abstained, label, and n (sentences behind an article
    row). unit: sentence (target missing; all actors named in it are masked), target (sentence x
    actor; start and end are those of the sentence), article (article x actor x voice author, quoted
    and all: the mean over its rows that have a score, with a 95 % bootstrap interval, missing where
    n < 3).
    A sentence that is not in English has no row, and one SentimentWarning counts them.
    """
    _check(method, min_confidence)
    needed = ["article_id", "sentence", "start", "end", "text"]
    table = make_table("sentences", accept_table(sentences, "sentences", needed))
    if not comments:
        table = table[~table["kind"].isin(["comment"])]
    read = readable(table)
    _warn_unread(table, read, method)
    table = table[read].reset_index(drop=True)
    columns = ["article_id", "sentence", "start", "end", "voice"]
    pairs = None
    if mentions is not None:
        named = ["article_id", "sentence", "start", "end", "actor", "surface"]
        pairs = _targets(table, accept_table(mentions, "mentions", named))
    hidden = _named(table, pairs)
    whole = _measure(method, table["text"].tolist(), hidden, min_confidence)
    parts = [pd.concat([table[columns].assign(unit="sentence", target=None), whole], axis=1)]
    if pairs is not None:
        toward = _measure(method, pairs["text"].tolist(), pairs["spans"].tolist(), min_confidence)
        kept = pairs.drop(columns=["text", "spans"]).assign(unit="target")
        parts.append(pd.concat([kept, toward], axis=1))
    parts.append(pd.DataFrame(_article_rows(parts[-1])))
    filled = [part for part in parts if len(part)]
    scores = make_table("scores", pd.concat(filled, ignore_index=True) if filled else None)
    scores["method"] = method
    if "n" in scores.columns:
        scores["n"] = scores["n"].astype("Int64")
    return scores
