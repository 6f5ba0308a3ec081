"""The model method: a small encoder (int8 ONNX) that never sees the target's name.

The mentions of the target become mask tokens, so that who is spoken of cannot decide. A repeated
sentence runs once. The log odds of the lexicon count a little beside the encoder's: they are wrong
about other sentences. docs/models.md is the model's card, and training/ reproduces it.
"""

import os
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from ..encoder import CLS, MASK, SEP, load_settings, load_tokenizer, run_each
from .lexicon import Spans, lexicon_probabilities


def _folder() -> Path:
    """Where model.onnx, tokenizer.json and model.json lie; CSTOLIB_SENTIMENT_MODEL moves it."""
    chosen = os.environ.get("CSTOLIB_SENTIMENT_MODEL")
    if chosen:
        return Path(chosen)
    return Path(str(resources.files("cstolib").joinpath("resources", "sentiment")))


def encode(encoded: Any, spans: Spans, room: int) -> tuple[int, ...]:
    """Token ids of a sentence, each span one mask; what is over `room` is cut around the target.

    A word that a span touches is masked whole, so that the rest of its spelling tells nothing.
    """
    words, offsets, tokens = encoded.word_ids, encoded.offsets, encoded.ids
    hidden = {
        words[i]
        for i, (start, end) in enumerate(offsets)
        if any(start < stop and end > begin for begin, stop in spans)
    }
    ids: list[int] = []
    for i, token in enumerate(tokens):
        if words[i] not in hidden:
            ids.append(token)
        elif not (i and words[i - 1] in hidden):
            ids.append(MASK)
    room -= 2
    if len(ids) > room:
        middle = ids.index(MASK) if MASK in ids else 0
        first = max(0, min(middle - room // 2, len(ids) - room))
        ids = ids[first : first + room]
    return (CLS, *ids, SEP)


def _encode_all(texts: Sequence[str], spans: Sequence[Spans]) -> list[tuple[int, ...]]:
    """Token ids of each text; a text that comes with several targets is tokenised once."""
    folder = _folder()
    room = int(load_settings(folder)["max_tokens"])
    unique = list(dict.fromkeys(texts))
    tokenizer = load_tokenizer(folder)
    known: dict[str, Any] = {}
    for i in range(0, len(unique), 4096):
        part = unique[i : i + 4096]
        known.update(zip(part, tokenizer.encode_batch(part, add_special_tokens=False), strict=True))
    return [encode(known[text], places, room) for text, places in zip(texts, spans, strict=True)]


def model_probabilities(
    texts: Sequence[str], spans: Sequence[Spans], *, threads: int | None = None
) -> np.ndarray:
    """Calibrated probabilities (negative, neutral, positive) of each text toward its target.

    `spans` are the mentions of one target in each text; none of them: the tone of the sentence.
    `threads` sentences run at a time, each by itself.
    """
    folder = _folder()
    settings = load_settings(folder)
    encoded = _encode_all(texts, spans)
    if not encoded:
        return np.zeros((0, 3))
    logits = run_each(folder, encoded, threads=threads)
    raw = np.stack([logits[ids] for ids in encoded]).astype(np.float64)
    raw += float(settings["lexicon_share"]) * np.log(lexicon_probabilities(texts, spans))
    raw /= float(settings["temperature"])
    powers = np.exp(raw - raw.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
