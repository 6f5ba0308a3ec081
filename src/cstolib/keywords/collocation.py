"""Sentences -> the words that keep company with an actor, and pairs of words that go together."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from ..actors import place_mentions
from ..tables import accept_table, make_table
from . import keyness
from .kwic import find_matches
from .words import (
    encode_words,
    find_words,
    join_phrases,
    main_language,
    number_terms,
    reducer,
    stopwords,
    to_terms,
)

# NLTK's association measures for pairs (nltk.metrics.BigramAssocMeasures), by their names there.
MEASURES = (
    *("likelihood_ratio", "pmi", "mi_like", "student_t", "chi_sq", "phi_sq", "dice", "jaccard"),
    *("poisson_stirling", "raw_freq"),
)


# As WORD, with the soft hyphens and loose accents that folding takes out of a word or into it.
_SPELT = re.compile(r"[\w\u00ad\u0300-\u036f]+(?:['’-][\w\u00ad\u0300-\u036f]+)*")


def _near(text: str, spans: list[tuple[int, int]], window: int) -> Iterator[tuple[str, bool]]:
    """Each word within `window` words of a span, once, and whether it stands before it."""
    found = [(m.start(), m.end()) for m in _SPELT.finditer(text)]
    inside = [any(s < high and e > low for low, high in spans) for s, e in found]
    for i, (start, end) in enumerate(found):
        if inside[i]:
            continue
        after = any(inside[max(0, i - window) : i])
        before = any(inside[i + 1 : i + 1 + window])
        if before or after:
            yield from ((word, before) for word in find_words(text[start:end]))


def collocates(
    sentences: pd.DataFrame,
    node: str,
    *,
    mentions: pd.DataFrame | None = None,
    window: int = 5,
    unit: str = "word",
    min_count: int = 3,
    function_words: bool = False,
) -> pd.DataFrame:
    """The words that stand near an actor more often than elsewhere: a `terms` table, best first.

    node: an actor, where `mentions` are given; else a pattern with wildcards, as in concordance.
    window: words on each side, within the sentence. A word near two mentions counts once.
    count: uses in the window; count_rest: elsewhere; group: the node. before, after: uses on each
    side. Measures are those of compare_keywords; min_count is of uses in the window.
    """
    place = ["sentence", "start", "end"] if mentions is not None else []
    sentences = accept_table(sentences, "sentences", ["article_id", "text", *place])
    if window < 1 or min_count < 1:
        raise ValueError(f"window and min_count must be 1 or more, got {window}, {min_count}")
    if mentions is not None:
        needed = ["article_id", *place, "actor", "surface"]
        mentions = accept_table(mentions, "mentions", needed)
        placed = place_mentions(sentences, mentions[mentions["actor"] == node])
        keys = zip(sentences["article_id"], sentences["sentence"], strict=True)
        row_of = {key: row for row, key in enumerate(keys)}
        places = [
            (row_of[one.article_id, one.sentence], *one.span)
            for one in placed[placed["span"].notna()].itertuples()
        ]
    else:
        places = list(find_matches(sentences["text"], node))
    spans: dict[int, list[tuple[int, int]]] = {}
    for row, start, end in places:
        spans.setdefault(row, []).append((start, end))
    language = main_language(sentences)
    reduce = reducer(unit, language)
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    articles: dict[str, set[str]] = {}
    total = 0
    texts, ids = sentences["text"].tolist(), sentences["article_id"].tolist()
    for row in sorted(spans):
        for word, is_before in _near(str(texts[row]), spans[row], window):
            total += 1
            term = to_terms([word], reduce)[0]
            if term:
                (before if is_before else after)[term] += 1
                articles.setdefault(term, set()).add(ids[row])
    tokens = encode_words(sentences["text"])
    terms, number = number_terms(to_terms(tokens.words, reduce), tokens.word)
    everywhere = dict(
        zip(terms, np.bincount(number[number >= 0], minlength=len(terms)), strict=True)
    )
    stops: frozenset[str] = frozenset() if function_words else stopwords(language)
    stops |= frozenset(to_terms(stops, reduce))
    near = before + after
    kept = sorted(term for term, n in near.items() if n >= min_count and term not in stops)
    rest = len(tokens.word) - total
    if not kept or not rest:
        return make_table("terms")
    a = np.array([near[term] for term in kept])
    b = np.array([everywhere[term] - near[term] for term in kept])
    from scipy.special import chdtrc

    ratio, low, high = keyness.log_ratio(a, b, total, rest)
    g2 = keyness.log_likelihood(a, b, total, rest)
    p = chdtrc(1, np.abs(g2))
    table = make_table(
        "terms",
        {
            "term": kept,
            "group": node,
            "count": a,
            "count_rest": b,
            "expected": keyness.expected_count(a, b, total, rest),
            "log_ratio": ratio,
            "g2": g2,
            "p_adjusted": keyness.adjust_p(p),
            "low": low,
            "high": high,
            "articles": [len(articles[term]) for term in kept],
            "p": p,
            "total": total,
            "total_rest": rest,
            "before": [before[term] for term in kept],
            "after": [after[term] for term in kept],
        },
    )
    return table.sort_values(["g2", "term"], ascending=[False, True], ignore_index=True)


def collocations(
    sentences: pd.DataFrame,
    *,
    measure: str = "likelihood_ratio",
    min_count: int = 5,
    phrases: Sequence[str] = (),
    function_words: bool = False,
) -> pd.DataFrame:
    """Pairs of neighbouring words that go together more than chance, best first.

    measure: one of NLTK's (see MEASURES); values equal its BigramCollocationFinder.from_documents
    over the sentences. Columns: term, first, second, count, count_first, count_second, score,
    articles. A pair with a function word is left out unless `function_words`.
    """
    sentences = accept_table(sentences, "sentences", ["article_id", "text"])
    if measure not in MEASURES:
        raise ValueError(f"measure must be one of {', '.join(MEASURES)}, got {measure!r}")
    from nltk.metrics.association import BigramAssocMeasures

    tokens = join_phrases(encode_words(sentences["text"]), phrases)
    words = pd.Series(tokens.words, dtype=object).take(tokens.word).reset_index(drop=True)
    article = sentences["article_id"].take(tokens.row).reset_index(drop=True)
    pairs = pd.DataFrame({"first": words, "second": words.shift(-1), "article": article})
    pairs = pairs[:-1][tokens.row[:-1] == tokens.row[1:]]
    found = pairs.groupby(["first", "second"]).agg(
        count=("article", "size"), articles=("article", "nunique")
    )
    found = found[found["count"] >= min_count].reset_index()
    stops = frozenset() if function_words else stopwords(main_language(sentences))
    for side in ("first", "second"):
        is_term = [bool(term) and term not in stops for term in to_terms(found[side], str)]
        found = found[is_term]
    times = words.value_counts()
    score = getattr(BigramAssocMeasures, measure)
    table = found.assign(
        term=found["first"] + " " + found["second"],
        count_first=found["first"].map(times),
        count_second=found["second"].map(times),
    )
    table["score"] = [
        float(score(row.count, (row.count_first, row.count_second), len(words)))
        for row in table.itertuples()
    ]
    table = table.sort_values(["score", "term"], ascending=[False, True], ignore_index=True)
    columns = ["term", "first", "second", "count", "count_first", "count_second", "score"]
    return table[[*columns, "articles"]]
