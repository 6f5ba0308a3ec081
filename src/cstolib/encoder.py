"""Runs the small encoders that ship: token ids to logits, on one thread a sentence."""

import json
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

CLS, SEP, MASK = 101, 102, 103
MAX_THREADS = 4


def _find(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.is_file():
        raise FileNotFoundError(
            f'a model is missing: no {path}; reinstall cstolib, or use method="lexicon" for '
            "sentiment and vote=False for stance"
        )
    return path


@cache
def load_tokenizer(folder: Path) -> Any:
    """The tokenizer in a model's folder."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(_find(folder, "tokenizer.json")))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.encode_special_tokens = True  # "[MASK]" in a text is a word like any other
    return tokenizer


@cache
def load_settings(folder: Path) -> dict[str, Any]:
    """What model.json in a model's folder says of it."""
    return dict(json.loads(_find(folder, "model.json").read_text("utf-8")))


@cache
def _session(folder: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # The graph is fused by hand; further fusion would put a slower layer norm in.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return onnxruntime.InferenceSession(
        str(_find(folder, "model.onnx")), options, providers=["CPUExecutionProvider"]
    )


def run_each(
    folder: Path, inputs: Iterable[tuple[int, ...]], *, threads: int | None = None
) -> dict[tuple[int, ...], np.ndarray]:
    """The logits of each different input (token ids).

    Each runs by itself on one thread, `threads` of them at a time: the int8 scales come from the
    input alone, so that its company cannot change its logits.
    """
    session = _session(folder)
    unique = sorted(set(inputs), key=lambda ids: (-len(ids), ids))  # the long ones first

    def run(ids: tuple[int, ...]) -> np.ndarray:
        return np.asarray(session.run(None, {"ids": np.array([ids], dtype=np.int64)})[0][0])

    with ThreadPoolExecutor(min(threads or os.cpu_count() or 1, MAX_THREADS)) as pool:
        return dict(zip(unique, pool.map(run, unique), strict=True))
