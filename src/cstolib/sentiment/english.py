"""Which texts a method that knows only English can read."""

import re

import numpy as np
import pandas as pd

_SMALL_WORDS = (
    "the of and to is was for with that his her by at from they you has have had be are were said "
    "not will would its their this who it she in a as after over an been which"
)
_OTHER_SMALL_WORDS = (  # of languages in Latin letters
    "el la los las una del que y en por para con les des du et est une pour der die und das ist "
    "nicht den von mit il che non per della os dos em um uma não na się nie jest ve bir bu için "
    "het een van och att som că și este że do není"
)
_BEYOND_LATIN = re.compile(r"[\u0250-\u1fff\u2c00-\uffff]")
_LETTER = re.compile(r"[^\W\d_]")
_ENGLISH = frozenset(_SMALL_WORDS.split())
_FOREIGN = frozenset(_OTHER_SMALL_WORDS.split())


def _is_latin(text: str) -> bool:
    """Whether there are letters, and at least half of them are Latin."""
    if not _BEYOND_LATIN.search(text):
        return _LETTER.search(text) is not None
    letters = [c for c in text if c.isalpha()]
    return 2 * sum(c < "\u0250" for c in letters) >= max(len(letters), 1)


def _reads_english(text: str) -> bool:
    """Whether a text of unknown language can be English: by its letters and its small words."""
    if not _is_latin(text):
        return False
    words = text.lower().split()
    foreign = len(_FOREIGN.intersection(words))
    return foreign < 2 or foreign <= len(_ENGLISH.intersection(words))


def readable(frame: pd.DataFrame) -> np.ndarray:
    """Which rows are in English, by their `language` or, where that is missing, by their words."""
    texts = [text if isinstance(text, str) else "" for text in frame["text"]]
    if "language" not in frame.columns:
        return np.array([_reads_english(text) for text in texts], dtype=bool)
    languages = frame["language"].tolist()
    return np.array(
        [
            _reads_english(text) if pd.isna(code) else code.lower()[:2] == "en" and _is_latin(text)
            for text, code in zip(texts, languages, strict=True)
        ],
        dtype=bool,
    )
