"""Sentences -> the terms that set one group of texts apart from the rest."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from . import keyness
from .concordance import concordance as concordance
from .tables import PROSE, make_table, require_columns
from .words import (
    find_words,
    fold,
    join_phrases,
    make_ngrams,
    reducer,
    stopwords,
    vocabulary,
)

PERIODS = ("year", "quarter", "month")
_SET_APART = ("comment",)
_PROSE = (*PROSE, "title", "deck")


@dataclass(frozen=True)
class Counts:
    """How often each term stands in each cell; a cell is one article's text in one set of groups."""

    terms: list[str]
    term: np.ndarray  # one entry per term and cell where it occurs
    cell: np.ndarray
    count: np.ndarray
    articles: np.ndarray  # article (an index) of each cell
    groups: list[frozenset[str]]  # groups of each cell
    sizes: np.ndarray  # tokens of each cell, terms or not


def _periods(dates: pd.Series, period: str) -> pd.Series:
    days = pd.to_datetime(dates)
    if period == "year":
        return days.dt.strftime("%Y")
    if period == "month":
        return days.dt.strftime("%Y-%m")
    return days.dt.strftime("%Y-Q") + days.dt.quarter.astype("Int64").astype("str")


def _of_article(
    sentences: pd.DataFrame, articles: pd.DataFrame | None, column: str
) -> pd.Series | None:
    """`column` for each sentence, from the sentences themselves or from their articles."""
    if column in sentences.columns:
        return sentences[column]
    if articles is not None and column in articles.columns:
        return sentences["article_id"].map(articles.set_index("article_id")[column])
    return None


def _label(
    sentences: pd.DataFrame,
    articles: pd.DataFrame | None,
    mentions: pd.DataFrame | None,
    by: str,
) -> pd.Series:
    """The groups of each sentence, a tuple; None where it takes no part in the comparison."""
    if by == "actor":
        if mentions is None:
            raise ValueError(
                "by='actor' needs the mentions: pass mentions=find_mentions(sentences)"
            )
        require_columns(mentions, "mentions", ["article_id", "sentence", "actor"])
        named = mentions.groupby(["article_id", "sentence"])["actor"].agg(
            lambda actors: tuple(sorted(set(actors.dropna())))
        )
        keys = pd.MultiIndex.from_frame(sentences[["article_id", "sentence"]])
        found = named.reindex(keys).to_numpy()
        return pd.Series([v if isinstance(v, tuple) else () for v in found], dtype=object)
    if by == "article":
        values: pd.Series | None = sentences["article_id"]
    elif by in PERIODS:
        dates = _of_article(sentences, articles, "date")
        values = None if dates is None else _periods(dates, by)
    elif by == "kind":
        require_columns(sentences, "passages", ["kind"])
        names = dict.fromkeys(_SET_APART, "comments") | dict.fromkeys(_PROSE, "articles")
        values = sentences["kind"].map(names)
    else:
        values = _of_article(sentences, articles, by)
    if values is None:
        known = sorted({*sentences.columns, *(articles.columns if articles is not None else ())})
        raise ValueError(
            f"by must be actor, article, kind, {', '.join(PERIODS)} or a column of the sentences or "
            f"the articles, got {by!r}; there are {', '.join(known)}"
        )
    return pd.Series([None if pd.isna(v) else (str(v),) for v in values], dtype=object)


def _count_terms(
    rows: pd.DataFrame, *, language: str | None, unit: str, ngrams: int, phrases: Sequence[str]
) -> Counts:
    """Count the terms of `rows` (text, article, groups), all of one language."""
    join, reduce = join_phrases(phrases), reducer(unit, language)
    number: dict[str, int] = {}
    cells = rows.groupby(["article", "groups"], sort=True)["text"]
    ids, counts, sizes, articles, groups = [], [], [], [], []
    reduced: dict[str, str] = {}
    for (article, group), texts in cells:
        folded = [join(fold(text)) for text in texts]
        if ngrams == 1:
            found = Counter(find_words("\n".join(folded)))
        else:
            found = Counter()
            for words in map(find_words, folded):
                new = set(words) - reduced.keys()
                reduced.update(vocabulary(new, reduce))
                found.update(make_ngrams([reduced[word] for word in words], ngrams))
        ids.append([number.setdefault(word, len(number)) for word in found])
        counts.append(list(found.values()))
        sizes.append(found.total())
        articles.append(article)
        groups.append(frozenset(group))
    words = list(number)
    if ngrams == 1:
        of_word = vocabulary(words, reduce)
        named = [of_word[word] for word in words]
    else:  # "" within: one of the words is no term
        named = [w if all(part for part in w.split(" ")) else "" for w in words]
    terms = sorted(set(named) - {""})
    place = {term: i for i, term in enumerate(terms)} | {"": -1}
    of_id = np.array([place[name] for name in named], dtype=np.int64)
    cell = np.repeat(np.arange(len(ids)), [len(found) for found in ids])
    term = of_id[np.concatenate([np.array(i, dtype=np.int64) for i in ids])] if ids else of_id
    count = np.concatenate([np.array(c, dtype=np.int64) for c in counts]) if counts else of_id
    keep = term >= 0
    return Counts(
        terms=terms,
        term=term[keep],
        cell=cell[keep],
        count=count[keep],
        articles=pd.factorize(np.array(articles, dtype=object))[0],
        groups=groups,
        sizes=np.array(sizes, dtype=np.int64),
    )


def _sum_pairs(
    first: np.ndarray, second: np.ndarray, count: np.ndarray, width: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counts summed over equal pairs: the pairs' two parts and their sums, in order."""
    keys, where = np.unique(first * width + second, return_inverse=True)
    return keys // width, keys % width, np.bincount(where, weights=count).astype(np.int64)


def _compare(
    counts: Counts, group: str, *, min_count: int, min_articles: int, correction: str
) -> pd.DataFrame:
    """The measures of every term of `group` against the other cells that passes the thresholds."""
    many, width = len(counts.terms), int(counts.articles.max()) + 1
    inside = np.array([group in groups for groups in counts.groups])
    total, total_rest = int(counts.sizes[inside].sum()), int(counts.sizes[~inside].sum())
    if not total or not total_rest:
        return pd.DataFrame()
    mine = inside[counts.cell]
    a = np.bincount(counts.term[mine], weights=counts.count[mine], minlength=many)
    b = np.bincount(counts.term[~mine], weights=counts.count[~mine], minlength=many)
    of_article = counts.articles[counts.cell]
    term, article, n = _sum_pairs(counts.term[mine], of_article[mine], counts.count[mine], width)
    other, _, _ = _sum_pairs(counts.term[~mine], of_article[~mine], counts.count[~mine], width)
    sizes = np.bincount(counts.articles[inside], weights=counts.sizes[inside], minlength=width)
    seen = np.bincount(term, minlength=many)
    seen_rest = np.bincount(other, minlength=many)
    dp, juilland = keyness.dispersion(term, article, n, sizes, terms=many)
    group_articles = int((sizes > 0).sum())
    rest_articles = len(np.unique(counts.articles[~inside]))
    expected = keyness.expected_count(a, b, total, total_rest)
    over = (a >= expected) & (a >= min_count) & (seen >= min(min_articles, group_articles))
    under = (a < expected) & (b >= min_count) & (seen_rest >= min(min_articles, rest_articles))
    keep = np.flatnonzero(over | under)
    a, b = a[keep], b[keep]
    ratio, low, high = keyness.log_ratio(a, b, total, total_rest)
    odds, z = keyness.log_odds(a, b, total, total_rest)
    return pd.DataFrame(
        {
            "term": [counts.terms[i] for i in keep],
            "group": group,
            "count": a.astype(np.int64),
            "count_rest": b.astype(np.int64),
            "expected": expected[keep],
            "log_ratio": ratio,
            "g2": keyness.log_likelihood(a, b, total, total_rest, correction=correction),
            "low": low,
            "high": high,
            "articles": seen[keep],
            "articles_rest": seen_rest[keep],
            "group_articles": group_articles,
            "total": total,
            "total_rest": total_rest,
            "log_odds": odds,
            "log_odds_z": z,
            "percent_diff": keyness.percent_difference(a, b, total, total_rest),
            "dp": dp[keep],
            "juilland_d": juilland[keep],
        }
    )


def _own_names(
    by: str, groups: Sequence[str], mentions: pd.DataFrame | None
) -> set[tuple[str, str]]:
    """Pairs of a group and a term that only names the group."""
    if by == "actor" and mentions is not None and "surface" in mentions.columns:
        pairs = mentions[["actor", "surface"]].dropna().drop_duplicates()
        names = [(str(a), fold(str(s))) for a, s in pairs.itertuples(index=False)]
        names += [(group, fold(group)) for group in groups]
    elif by == "outlet":
        names = [(group, fold(group)) for group in groups]
    else:
        return set()
    whole = {(group, " ".join(find_words(name))) for group, name in names}
    if by == "actor":  # "Kassym-Jomart Tokayev" also names by each of its words
        whole |= {(group, word) for group, name in names for word in find_words(name)}
    return whole


def _is_stopword(terms: pd.Series, stops: frozenset[str]) -> pd.Series:
    """Whether a term is, begins or ends with a function word."""
    words = terms.str.split(" ")
    return words.str[0].isin(stops) | words.str[-1].isin(stops)


def compare_keywords(
    sentences: pd.DataFrame,
    articles: pd.DataFrame | None = None,
    *,
    by: str = "outlet",
    groups: Sequence[str] | None = None,
    mentions: pd.DataFrame | None = None,
    unit: str = "word",
    ngrams: int = 1,
    phrases: Sequence[str] = (),
    min_count: int = 5,
    min_articles: int = 2,
    function_words: bool = False,
    underused: bool = False,
    correction: str = "none",
) -> pd.DataFrame:
    """The table `terms`: what each group says more often than the rest, strongest first.

    A group is compared with all other groups in its own language, so that a language is not taken
    for a style. A term must occur `min_count` times and in `min_articles` articles of its group; a
    group of fewer articles gives the words of those articles (`group_articles` tells).
    Nothing here says that a term is approving or hostile, nor that a writer chose it to be.

    by: a column of the sentences or articles (outlet, language, author …), "year", "quarter",
        "month", "article", "actor" (sentences that mention the actor against all others; needs
        `mentions`) or "kind" (pass the passages: comments against articles). Rows without a value
        are left out.
    groups: only these are compared, each still with all the rest.
    unit: "word", "lemma" (simplemma) or "stem" (Snowball, English and Russian).
    ngrams: words per term; no term crosses the end of a sentence.
    phrases: terms of several words to keep whole, as "special military operation".
    function_words: keep "the", "of" … (lists of YAKE). Totals always count every word.
    underused: also the terms that a group says less often than the rest (g2 negative).
    correction: of G2, "none" (Dunning 1993) or "williams", the default of quanteda.

    Further columns: language, p, total, total_rest (all words), group_articles, articles_rest,
    log_odds and log_odds_z (Monroe et al. 2008), percent_diff (%DIFF), dp (Gries) and juilland_d
    (dispersion over the group's articles), own_name (the term only names the group). p_adjusted is
    Benjamini and Hochberg's over all tests of this call. low and high: 95 % interval of log_ratio.
    """
    require_columns(sentences, "sentences", ["article_id", "text"])
    if ngrams < 1 or min_count < 1 or min_articles < 1:
        raise ValueError(
            "ngrams, min_count and min_articles must be 1 or more, got "
            f"{ngrams}, {min_count}, {min_articles}"
        )
    sentences = sentences.reset_index(drop=True)
    labels = _label(sentences, articles, mentions, by)
    language = _of_article(sentences, articles, "language")
    rows = pd.DataFrame(
        {
            "text": sentences["text"].astype(object),
            "article": sentences["article_id"].astype(object),
            "groups": labels,
            "language": None if language is None or by == "language" else language.astype(object),
        }
    )
    rows = rows[rows["groups"].notna() & rows["text"].notna()]
    known = rows["language"].dropna()
    rows["language"] = rows["language"].where(
        rows["language"].notna(), known.mode().iloc[0] if len(known) else ""
    )
    everyone = sorted({group for label in set(rows["groups"]) for group in label})
    wanted = everyone if groups is None else [g for g in everyone if g in set(groups)]
    own = _own_names(by, everyone, mentions)
    whole = [*phrases, *sorted({name for _, name in own if " " in name and by == "outlet"})]
    parts = []
    for code, part in rows.groupby("language", sort=True):
        counts = _count_terms(
            part, language=str(code) or None, unit=unit, ngrams=ngrams, phrases=whole
        )
        stops = frozenset() if function_words else stopwords(str(code) or None)
        stops |= frozenset(vocabulary(stops, reducer(unit, str(code) or None)).values()) - {""}
        for group in wanted:
            found = _compare(
                counts,
                group,
                min_count=min_count,
                min_articles=min_articles,
                correction=correction,
            )
            if len(found):
                found.insert(2, "language", str(code) or None)
                parts.append(found[~_is_stopword(found["term"], stops)])
    if not parts:
        return make_table("terms")
    from scipy.stats import chi2

    terms = pd.concat(parts, ignore_index=True)
    terms["p"] = chi2.sf(terms["g2"].abs(), 1)
    terms["p_adjusted"] = keyness.adjust_p(terms["p"])
    terms["own_name"] = [pair in own for pair in zip(terms["group"], terms["term"], strict=True)]
    if not underused:
        terms = terms[terms["g2"] >= 0]
    order = ["group", "language", "g2", "term"]
    return make_table("terms", terms.sort_values(order, ascending=[True, True, False, True]))


def collocates(*args: object, **options: object) -> pd.DataFrame:
    """Not written yet."""
    raise NotImplementedError("collocates is not written yet")


def keyphrases(*args: object, **options: object) -> pd.DataFrame:
    """Not written yet."""
    raise NotImplementedError("keyphrases is not written yet")
