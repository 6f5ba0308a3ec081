"""VADER (Hutto and Gilbert 2014) as NLTK computes it, without a download and faster.

It sums the ratings of words met anywhere in a sentence. It knows no target, no probabilities and
no language but English; "war" is negative whoever is spoken of.
"""

import re
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

# One mark of NLTK's PUNC_LIST before or after a run of two or more characters that are not ASCII
# punctuation: what `SentiText` strips, found without its products of all words and all marks.
_MARKS = r"(?:[.!?,;:\-'\"]|!!!?|\?\?\??|\?!\?!?|!\?!\??)"
_CORE = r"([^!-/:-@\[-`{-~]{2,})"
_EDGED = re.compile(f"{_CORE}{_MARKS}|{_MARKS}{_CORE}")


@cache
def lexicon_text() -> str:
    """The lexicon file that the vaderSentiment wheel carries."""
    return resources.files("vaderSentiment").joinpath("vader_lexicon.txt").read_text("utf-8")


@cache
def _analyzer() -> Any:
    """NLTK's analyzer on that lexicon; its constructor would read nltk_data."""
    from nltk.sentiment.vader import SentimentIntensityAnalyzer, VaderConstants

    analyzer = SentimentIntensityAnalyzer.__new__(SentimentIntensityAnalyzer)
    analyzer.lexicon_file = lexicon_text()
    analyzer.lexicon = {
        word: float(rating)
        for word, rating, *_ in (line.split("\t") for line in lexicon_text().splitlines() if line)
    }
    analyzer.constants = VaderConstants()
    return analyzer


class _Words:
    """What NLTK's methods read of a `SentiText`."""

    def __init__(self, text: str) -> None:
        self.words_and_emoticons = [_strip(word) for word in text.split() if len(word) > 1]
        capitals = sum(word.isupper() for word in self.words_and_emoticons)
        self.is_cap_diff = 0 < capitals < len(self.words_and_emoticons)


def _strip(word: str) -> str:
    edged = None if word.isalnum() else _EDGED.fullmatch(word)
    return word if edged is None else edged[1] or edged[2]


def polarity(text: str) -> dict[str, float]:
    """neg, neu, pos (shares of the words) and compound (-1 to 1), as NLTK's `polarity_scores`."""
    analyzer = _analyzer()
    boosters = analyzer.constants.BOOSTER_DICT
    words = _Words(text)
    tokens = words.words_and_emoticons
    if not any(token.lower() in analyzer.lexicon for token in tokens):
        return {"neg": 0.0, "neu": float(bool(tokens)), "pos": 0.0, "compound": 0.0}
    first: dict[str, int] = {}
    for i, token in enumerate(tokens):
        first.setdefault(token, i)  # NLTK looks at the first place of a repeated word
    sentiments: list[float] = []
    for token in tokens:
        i, low = first[token], token.lower()
        kind_of = low == "kind" and i < len(tokens) - 1 and tokens[i + 1].lower() == "of"
        if kind_of or low in boosters or low not in analyzer.lexicon:
            sentiments.append(0)
        else:
            sentiments = analyzer.sentiment_valence(0, words, token, i, sentiments)
    return analyzer.score_valence(analyzer._but_check(tokens, sentiments), text)


def compound_scores(texts: Sequence[str]) -> list[float]:
    """VADER's compound score of each text; a repeated text is scored once."""
    known = {text: polarity(text)["compound"] for text in dict.fromkeys(texts)}
    return [known[text] for text in texts]
