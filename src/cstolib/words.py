"""Texts -> the terms that keywords count: words, lemmas, stems, phrases kept whole, n-grams.

A word is a run of letters and digits, joined by apostrophes or hyphens; case is folded and a
possessive 's is cut. Terms without a letter, or of one letter, are no terms.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

WORD = re.compile(r"\w+(?:['’-]\w+)*")
POSSESSIVE = re.compile(r"['’]s\b")
# A letter-like mark that no text uses; it holds the words of a phrase together as one word.
JOINT = "ˍ"
UNITS = ("word", "lemma", "stem")
STEMMERS = {"en": "english", "ru": "russian"}


def fold(text: str) -> str:
    """`text` in one form of characters and case, without soft hyphens and possessive 's."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).replace("\u00ad", "").replace("’", "'")
    text = text.lower()
    return POSSESSIVE.sub("", text) if "'s" in text else text


def join_phrases(phrases: Iterable[str]) -> Callable[[str], str]:
    """A function that makes each of `phrases` one word of a folded text, the longest first."""
    split = {tuple(WORD.findall(fold(phrase))) for phrase in phrases}
    many = sorted((words for words in split if len(words) > 1), key=lambda w: (-len(w), w))
    if not many:
        return lambda text: text
    patterns = [
        (words[0], words[-1], re.compile(r"\b" + r"[\s-]+".join(map(re.escape, words)) + r"\b"))
        for words in many
    ]

    def join(text: str) -> str:
        for first, last, pattern in patterns:
            if first in text and last in text:
                text = pattern.sub(lambda m: re.sub(r"[\s-]+", JOINT, m[0]), text)
        return text

    return join


def find_words(text: str) -> list[str]:
    """The words of a folded text, in order."""
    return WORD.findall(text)


def _is_term(word: str) -> bool:
    return len(word) > 1 and any(c.isalpha() for c in word)


def reducer(unit: str, language: str | None) -> Callable[[str], str]:
    """A function from a word to its unit: itself, its lemma (simplemma) or stem (Snowball).

    A language that has no lemmas or stems here leaves words as they are. A phrase stays whole.
    """
    if unit not in UNITS:
        raise ValueError(f"unit must be one of {', '.join(UNITS)}, got {unit!r}")
    if unit == "stem" and language in STEMMERS:
        from nltk.stem.snowball import SnowballStemmer

        stem = SnowballStemmer(STEMMERS[language]).stem
        return lambda word: word if JOINT in word else stem(word)
    if unit == "lemma" and language:
        import simplemma

        try:
            simplemma.lemmatize("a", lang=language)
        except ValueError:
            return lambda word: word
        return lambda word: word if JOINT in word else simplemma.lemmatize(word, lang=language)
    return lambda word: word


def vocabulary(words: Iterable[str], reduce: Callable[[str], str]) -> dict[str, str]:
    """Each word -> the term it counts for; "" for a word that is no term."""
    terms = {}
    for word in words:
        reduced = reduce(word).lower() if _is_term(word) else ""
        terms[word] = reduced.replace(JOINT, " ")
    return terms


def make_ngrams(words: Sequence[str], n: int) -> list[str]:
    """The runs of `n` words, joined by spaces."""
    if n == 1:
        return list(words)
    return [" ".join(run) for run in zip(*(words[i:] for i in range(n)), strict=False)]


def stopwords(language: str | None) -> frozenset[str]:
    """The function words of `language`, from the lists that YAKE ships; empty if it has none."""
    if not language:
        return frozenset()
    from importlib.resources import files

    path = files("yake.core") / "StopwordsList" / f"stopwords_{language}.txt"
    if not path.is_file():
        return frozenset()
    return frozenset(fold(path.read_text(encoding="utf-8")).split())
