"""The language of a text, by the model of py3langid."""

# mypy: allow-untyped-defs
# numba infers the types of the kernel.

import re
from functools import cache
from math import log1p
from typing import NamedTuple
from unicodedata import normalize

import numpy as np
import numpy.typing as npt

from ..shingles import kernel

_LANGUAGES = (
    "en ru es uk be kk ky hy az ka uz fr de it pt pl ro tr nl sv no da fi cs sk sl hr sr bg mk hu "
    "el et lv lt "
    "sq bs mn tg tk fa ar he hi ur ps zh ja ko vi id ms th sw"
)
_SAMPLE = 320  # characters that the language is told from
_NO_LETTER = re.compile(r"[\W\d_]+")
_NO_LATIN, _NO_CYRILLIC = re.compile("[^A-Za-z]+"), re.compile("[^А-Яа-яЁё]+")


class _Model(NamedTuple):
    """The automaton that finds features in UTF-8, and the weights of each in each language."""

    moves: npt.NDArray[np.uint32]
    rows: npt.NDArray[np.int64]
    outputs: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float32]
    priors: npt.NDArray[np.float32]
    names: list[str]


@cache
def _model() -> _Model:
    """The model for languages in which news of the region is written, and large ones."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    # One of our own: py3langid.set_languages would change the answers of everybody else.
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    known = [name for name in _LANGUAGES.split() if name in set(identifier.labels)]
    identifier.set_languages(known)
    return _Model(
        np.frombuffer(identifier.tk_nextmove, np.uint32),
        np.array(identifier.tk_row, np.int64),
        np.array(identifier.tk_output, np.int64),
        np.ascontiguousarray(identifier.nb_ptc, np.float32),
        np.asarray(identifier.nb_pc, np.float32),
        list(identifier.nb_classes),
    )


@kernel
def _classify(data, ends, moves, rows, outputs, weights, priors, best):
    """Put into `best` the most likely language of each text, which ends at ends[i] in `data`."""
    start = 0
    for i in range(ends.shape[0]):
        found = np.empty(ends[i] - start, np.int64)
        state, count = np.int64(0), 0
        for place in range(start, ends[i]):
            state = np.int64(moves[rows[state] * 256 + data[place]])
            if outputs[state] >= 0:
                found[count] = outputs[state]
                count += 1
        found = np.sort(found[:count])
        scores = priors.copy()
        first = 0
        for k in range(1, count + 1):
            if k == count or found[k] != found[first]:
                scores += np.float32(log1p(k - first)) * weights[found[first]]
                first = k
        best[i] = scores.argmax()
        start = ends[i]


def _tell(samples: list[str]) -> list[str]:
    """The most likely language of each sample."""
    model = _model()
    plain = [normalize("NFC", text.lower() if text.isupper() else text) for text in samples]
    data = [text.encode("utf-8", "surrogatepass") for text in plain]
    ends, best = np.cumsum(list(map(len, data))), np.zeros(len(data), np.int64)
    if data:
        _classify(np.frombuffer(b"".join(data), np.uint8), ends, *model[:5], best)
    return [model.names[number] for number in best]


def _is_mixed(sample: str) -> bool:
    """Whether a sample has few letters, or many of two scripts."""
    latin, cyrillic = len(_NO_LATIN.sub("", sample)), len(_NO_CYRILLIC.sub("", sample))
    return len(_NO_LETTER.sub("", sample)) < 40 or min(latin, cyrillic) > 0.25 * (latin + cyrillic)


def find_languages(texts: list[str]) -> list[str | None]:
    """ISO 639-1 code of each text's language; None where it is too short or too mixed to tell."""
    middles = [max((len(text) - _SAMPLE) // 2, 0) for text in texts]
    samples = [text[at : at + _SAMPLE] for text, at in zip(texts, middles, strict=True)]
    samples = ["" if _is_mixed(sample) else sample for sample in samples]
    found = _tell(samples)
    # A short sample has to say the same once a third is taken away.
    short = [place for place, sample in enumerate(samples) if len(sample) < _SAMPLE]
    parts = _tell([samples[place][: 2 * len(samples[place]) // 3] for place in short])
    again = dict(zip(short, parts, strict=True))
    return [
        language if samples[place] and again.get(place, language) == language else None
        for place, language in enumerate(found)
    ]
