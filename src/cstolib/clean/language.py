"""The language of a text, by the model of py3langid."""

# mypy: allow-untyped-defs
# numba infers the types of the kernel.

import re
import unicodedata
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..shingles import kernel

_LANGUAGES = (
    "en ru es uk be kk ky hy az ka uz fr de it pt pl ro tr nl sv no da fi cs sk sl hr sr bg mk hu "
    "el et lv lt "
    "sq bs mn tg tk fa ar he hi ur ps zh ja ko vi id ms th sw"
)
_SAMPLE = 320  # characters that the language is told from
_LATIN, _CYRILLIC = re.compile("[A-Za-z]"), re.compile("[А-Яа-яЁё]")


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
def _walk(text, moves, rows, outputs, found, times):
    """Put the features of the bytes into `found`, and how often each occurs; how many there are."""
    state, count = 0, 0
    for letter in text:
        state = moves[rows[state] * 256 + letter]
        if outputs[state] >= 0:
            found[count] = outputs[state]
            count += 1
    found[:count].sort()
    size = 0
    for i in range(count):
        if not size or found[size - 1] != found[i]:
            found[size] = found[i]
            times[size] = 0.0
            size += 1
        times[size - 1] += 1
    return size


def _classify(text: str) -> str:
    model = _model()
    plain = unicodedata.normalize("NFC", text.lower() if text.isupper() else text)
    data = np.frombuffer(plain.encode("utf-8", "surrogatepass"), np.uint8)
    found, times = np.empty(len(data), np.int64), np.empty(len(data), np.float32)
    size = _walk(data, model.moves, model.rows, model.outputs, found, times)
    weights = np.log1p(times[:size])
    return model.names[int((weights @ model.weights[found[:size]] + model.priors).argmax())]


def find_language(text: str) -> str | None:
    """ISO 639-1 code of the language of `text`; None where it is too short or too mixed to tell."""
    middle = max((len(text) - _SAMPLE) // 2, 0)
    sample = text[middle : middle + _SAMPLE]
    latin, cyrillic = len(_LATIN.findall(sample)), len(_CYRILLIC.findall(sample))
    if sum(map(str.isalpha, sample)) < 40 or min(latin, cyrillic) > 0.25 * (latin + cyrillic):
        return None
    language = _classify(sample)
    if len(sample) >= _SAMPLE or _classify(sample[: 2 * len(sample) // 3]) == language:
        return language
    return None
