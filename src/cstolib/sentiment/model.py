"""The model method: a small encoder (int8 ONNX) that never sees the target's name.

The mentions of the target become mask tokens, so that who is spoken of cannot decide. A repeated
sentence runs once. The log odds of the lexicon count a little beside the encoder's: they are wrong
about other sentences. docs/models.md is the model's card, and training/ reproduces it.
"""

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from .lexicon import Spans, lexicon_probabilities

_CLS, _SEP, _MASK = 101, 102, 103
MAX_THREADS = 4


def _folder() -> Path:
    """Where model.onnx, tokenizer.json and model.json lie; CSTOLIB_SENTIMENT_MODEL moves it."""
    chosen = os.environ.get("CSTOLIB_SENTIMENT_MODEL")
    if chosen:
        return Path(chosen)
    return Path(str(resources.files("cstolib").joinpath("resources", "sentiment")))


@cache
def _tokenizer(folder: Path) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.encode_special_tokens = True  # "[MASK]" in a text is a word like any other
    return tokenizer


@cache
def _session(folder: Path) -> Any:
    import onnxruntime

    path = folder / "model.onnx"
    if not path.is_file():
        raise FileNotFoundError(
            f'the sentiment model is missing: no {path}; reinstall cstolib, or use method="lexicon"'
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # The graph is fused by hand; further fusion would put a slower layer norm in.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


@cache
def _settings(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "model.json").read_text("utf-8"))


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
            ids.append(_MASK)
    room -= 2
    if len(ids) > room:
        middle = ids.index(_MASK) if _MASK in ids else 0
        first = max(0, min(middle - room // 2, len(ids) - room))
        ids = ids[first : first + room]
    return (_CLS, *ids, _SEP)


def _encode_all(texts: Sequence[str], spans: Sequence[Spans]) -> list[tuple[int, ...]]:
    """Token ids of each text; a text that comes with several targets is tokenised once."""
    folder = _folder()
    room = int(_settings(folder)["max_tokens"])
    unique = list(dict.fromkeys(texts))
    tokenizer = _tokenizer(folder)
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
    Each sentence runs by itself on one thread, `threads` of them at a time: the int8 scales come
    from the sentence alone, so that its company cannot change its score.
    """
    folder = _folder()
    session, settings = _session(folder), _settings(folder)
    encoded = _encode_all(texts, spans)
    if not encoded:
        return np.zeros((0, 3))
    unique = sorted(set(encoded), key=lambda ids: (-len(ids), ids))  # the long ones first

    def run(ids: tuple[int, ...]) -> np.ndarray:
        return session.run(None, {"ids": np.array([ids], dtype=np.int64)})[0][0]

    with ThreadPoolExecutor(min(threads or os.cpu_count() or 1, MAX_THREADS)) as pool:
        logits = dict(zip(unique, pool.map(run, unique), strict=True))
    raw = np.stack([logits[ids] for ids in encoded]).astype(np.float64)
    raw += float(settings["lexicon_share"]) * np.log(lexicon_probabilities(texts, spans))
    raw /= float(settings["temperature"])
    powers = np.exp(raw - raw.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
