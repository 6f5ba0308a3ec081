"""Sentences -> the phrases that say what each article is about."""

import numpy as np
import pandas as pd

from ..tables import accept_table
from .words import encode_words, make_ngrams, number_terms, stopwords, to_terms

METHODS = ("tfidf", "yake")
COLUMNS = ("article_id", "rank", "phrase", "score", "method")


def _language_of(sentences: pd.DataFrame) -> pd.Series:
    """The language of each article, "en" where it is not known."""
    if "language" not in sentences.columns:
        return pd.Series("en", index=sentences["article_id"].unique())
    return sentences.groupby("article_id", sort=False)["language"].first().fillna("en")


def _by_tfidf(sentences: pd.DataFrame, top: int, most_words: int) -> pd.DataFrame:
    """Term frequency times ln(N / df) + 1, over runs of up to `most_words` words."""
    ids, articles = pd.factorize(sentences["article_id"], sort=True)
    language = _language_of(sentences)
    stops = {code: stopwords(code) for code in sorted(language.unique())}
    tokens = encode_words(sentences["text"])
    terms, term = number_terms(to_terms(tokens.words, str), tokens.word)
    parts = []
    for n in range(1, most_words + 1):
        names, code, row = make_ngrams(terms, term, tokens.row, n)
        known = code >= 0
        key, count = np.unique(
            ids[row[known]] * max(len(names), 1) + code[known], return_counts=True
        )
        article, number = np.divmod(key, max(len(names), 1))
        held = np.bincount(number, minlength=len(names))
        score = count * (np.log(len(articles) / held[number]) + 1)
        phrase = np.array(names, dtype=object)[number]
        parts.append(
            pd.DataFrame({"at": article, "phrase": phrase, "score": score, "count": count})
        )
    found = pd.concat(parts, ignore_index=True)
    if not len(found):
        return pd.DataFrame(columns=list(COLUMNS))
    # a phrase of several words that occurs once is chance
    found = found[(found["count"] > 1) | ~found["phrase"].str.contains(" ")]
    found["article_id"] = np.asarray(articles, dtype=object)[found["at"]]
    ends = found["phrase"].str.split(" ")
    of = found["article_id"].map(language)
    held_back = [
        words[0] in stops[code] or words[-1] in stops[code]
        for words, code in zip(ends, of, strict=True)
    ]
    found = found[~np.array(held_back, dtype=bool)]
    found = found.sort_values(["article_id", "score", "phrase"], ascending=[True, False, True])
    return found.groupby("article_id", sort=False).head(top)


def _by_yake(sentences: pd.DataFrame, top: int, most_words: int) -> pd.DataFrame:
    """YAKE (Campos et al. 2020) by its library: lower scores are better."""
    import yake

    language = _language_of(sentences)
    rows = []
    for article, texts in sentences.groupby("article_id", sort=True)["text"]:
        extractor = yake.KeywordExtractor(lan=language[article], n=most_words, top=top)
        text = "\n".join(texts.dropna())
        ranked = sorted(extractor.extract_keywords(text), key=lambda pair: (pair[1], pair[0]))
        rows += [{"article_id": article, "phrase": p, "score": float(s)} for p, s in ranked]
    return pd.DataFrame(rows, columns=["article_id", "phrase", "score"])


def keyphrases(
    sentences: pd.DataFrame, *, method: str = "tfidf", top: int = 10, most_words: int = 2
) -> pd.DataFrame:
    """The `top` phrases of each article: article_id, rank (from 1), phrase, score, method.

    method: "tfidf" compares the article with the other articles of the table (higher scores are
    better; one article alone gives its most frequent words); "yake" reads the article alone (lower
    scores are better). most_words: the longest phrase.
    """
    sentences = accept_table(sentences, "sentences", ["article_id", "text"])
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, got {method!r}")
    if top < 1 or most_words < 1:
        raise ValueError(f"top and most_words must be 1 or more, got {top}, {most_words}")
    by = _by_tfidf if method == "tfidf" else _by_yake
    found = by(sentences, top, most_words)
    found = found.assign(method=method)
    found["rank"] = found.groupby("article_id").cumcount() + 1
    return found[list(COLUMNS)].reset_index(drop=True)
