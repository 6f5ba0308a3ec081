"""Texts -> the terms that keywords count: words, lemmas, stems, phrases kept whole, n-grams.

A word is a run of letters and digits, joined by apostrophes or hyphens; case is folded and a
possessive 's is cut. Words without a letter, or of one letter, are counted but are no terms.

Arrow splits the texts at white space and numbers what it finds; Python then sees each distinct
piece once, so that 100 MB of news cost seconds.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

WORD = re.compile(r"\w+(?:['’-]\w+)*")
_POSSESSIVE = re.compile(r"'s\b")
UNITS = ("word", "lemma", "stem")
STEMMERS = {"en": "english", "ru": "russian"}


@dataclass(frozen=True)
class Tokens:
    """Every word of some texts, in order: words[word[i]] stands in text row[i]."""

    words: list[str]
    word: np.ndarray
    row: np.ndarray


def fold(text: str) -> str:
    """`text` in one form of characters and case, without soft hyphens and possessive 's."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).replace("\u00ad", "").replace("’", "'")
    text = text.lower()
    return _POSSESSIVE.sub("", text) if "'s" in text else text


def find_words(text: str) -> list[str]:
    """The words of a text, folded, in order."""
    return WORD.findall(fold(text))


def encode_words(texts: pd.Series) -> Tokens:
    """The words of every text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    array = pa.array(texts.fillna("").astype(object), pa.large_string())
    pieces = pc.utf8_split_whitespace(array)
    flat = pieces.flatten().dictionary_encode()
    number: dict[str, int] = {}
    spelt: list[int] = []
    begin = np.zeros(len(flat.dictionary) + 1, dtype=np.int64)
    for i, piece in enumerate(flat.dictionary.to_pylist()):
        spelt += [number.setdefault(word, len(number)) for word in find_words(piece)]
        begin[i + 1] = len(spelt)
    piece = flat.indices.to_numpy()
    many = np.diff(begin)[piece]
    row = np.repeat(np.arange(len(texts), dtype=np.int32), np.diff(pieces.offsets.to_numpy()))
    within = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
    place = np.repeat(begin[piece], many) + within
    return Tokens(list(number), np.array(spelt, dtype=np.int32)[place], np.repeat(row, many))


def join_phrases(tokens: Tokens, phrases: Iterable[str]) -> Tokens:
    """`tokens` with each of `phrases` as one word; of two that overlap, the longer one."""
    number = {word: i for i, word in enumerate(tokens.words)}
    split = {tuple(find_words(phrase)) for phrase in phrases}
    many = [parts for parts in split if len(parts) > 1 and all(p in number for p in parts)]
    if not many:
        return tokens
    frequency = np.bincount(tokens.word, minlength=len(tokens.words))
    rarest = {
        parts: min(range(len(parts)), key=lambda i: frequency[number[parts[i]]]) for parts in many
    }
    wanted = np.zeros(len(tokens.words), dtype=bool)
    wanted[[number[parts[i]] for parts, i in rarest.items()]] = True
    places = np.flatnonzero(wanted[tokens.word])
    places = places[np.argsort(tokens.word[places], kind="stable")]
    sorted_words = tokens.word[places]
    word, words = tokens.word.copy(), list(tokens.words)
    free, keep = np.ones(len(word), dtype=bool), np.ones(len(word), dtype=bool)
    for parts in sorted(many, key=lambda parts: (-len(parts), parts)):
        code, long = number[parts[rarest[parts]]], len(parts)
        low, high = np.searchsorted(sorted_words, [code, code + 1])
        starts = places[low:high] - rarest[parts]
        starts = starts[(starts >= 0) & (starts + long <= len(word))]
        starts = starts[tokens.row[starts] == tokens.row[starts + long - 1]]
        for i, part in enumerate(parts):
            starts = starts[(tokens.word[starts + i] == number[part]) & free[starts + i]]
        if len(starts) and (np.diff(starts) < long).any():  # "so so so": no word counts twice
            kept, end = [], -1
            for start in starts.tolist():
                if start >= end:
                    kept.append(start)
                    end = start + long
            starts = np.array(kept)
        word[starts] = len(words)
        words.append(" ".join(parts))
        for i in range(long):
            free[starts + i] = False
            keep[starts + i] = i == 0
    return Tokens(words, word[keep], tokens.row[keep])


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
        return lambda word: word if " " in word else stem(word)
    if unit == "lemma" and language:
        import simplemma

        try:
            simplemma.lemmatize("a", lang=language)
        except ValueError:
            return lambda word: word
        return lambda word: (
            word if " " in word else simplemma.lemmatize(word, lang=language).lower()
        )
    return lambda word: word


def to_terms(words: Iterable[str], reduce: Callable[[str], str]) -> list[str]:
    """The term that each word counts for; "" for a word that is no term."""
    return [reduce(word) if _is_term(word) else "" for word in words]


def number_terms(names: list[str], word: np.ndarray) -> tuple[list[str], np.ndarray]:
    """The distinct terms in order, and for each token the number of its term, or −1.

    names: the term of each word number, "" for none; word: the word number of each token.
    """
    terms = sorted({name for name in names if name})
    place = {term: i for i, term in enumerate(terms)}
    number = np.array([place.get(name, -1) for name in names], dtype=np.int64)
    return terms, number[word] if len(names) else np.zeros(0, dtype=np.int64)


def make_ngrams(
    terms: list[str], term: np.ndarray, row: np.ndarray, n: int
) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Runs of `n` terms in one row: their names, the number of each run (−1: no term), its row."""
    if n == 1:
        return terms, term, row
    length = max(len(term) - n + 1, 0)
    inside = row[:length] == row[n - 1 :] if length else np.zeros(0, dtype=bool)
    starts = np.flatnonzero(inside)
    code = term[starts]
    names = singles = np.array(terms, dtype=object)
    for i in range(1, n):
        follower = term[starts + i]
        whole = (code >= 0) & (follower >= 0)
        key = np.where(whole, code * len(terms) + follower, -1)
        distinct, code = np.unique(key, return_inverse=True)
        if len(distinct) and distinct[0] == -1:
            distinct, code = distinct[1:], code - 1
        first, second = np.divmod(distinct, max(len(terms), 1))
        names = names[first] + " " + singles[second]
    return list(names), code, row[starts]


def main_language(sentences: pd.DataFrame) -> str | None:
    """The language of most sentences, where it is known."""
    common = sentences.get("language", pd.Series(dtype="str")).mode()
    return str(common.iloc[0]) if len(common) else None


def stopwords(language: str | None) -> frozenset[str]:
    """The function words of `language`, from the lists that YAKE ships; empty if it has none."""
    if not language:
        return frozenset()
    from importlib.resources import files

    path = files("yake.core") / "StopwordsList" / f"stopwords_{language}.txt"
    if not path.is_file():
        return frozenset()
    return frozenset(fold(path.read_text(encoding="utf-8")).split())
