"""Sentences -> the terms that set one group of texts apart from the rest."""

import warnings
from collections.abc import Sequence

import pandas as pd

from ..tables import COLUMNS, PROSE, accept_table, make_table, require_columns
from . import keyness
from .collocation import collocates as collocates
from .collocation import collocations as collocations
from .kwic import concordance as concordance
from .salience import keyphrases as keyphrases
from .termcounts import compare_counts, count_terms
from .words import encode_words, find_words, join_phrases, reducer, stopwords, to_terms

FURTHER = (
    *("language", "articles_all", "group_articles", "total", "total_rest", "log_odds"),
    *("log_odds_z", "percent_diff", "dp", "juilland_d", "p", "own_name"),
)
PERIODS = ("year", "quarter", "month")
_SET_APART = ("comment",)
_PROSE = (*PROSE, "title", "deck")


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


def label_groups(
    sentences: pd.DataFrame,
    articles: pd.DataFrame | None,
    mentions: pd.DataFrame | None,
    by: str,
) -> pd.Series:
    """The groups of each sentence, a tuple in its order; None where it takes no part."""
    if not isinstance(by, str):
        raise ValueError(f"by must be one name, such as 'outlet', got {by!r}")
    if by == "actor":
        if mentions is None:
            raise ValueError(
                "by='actor' needs the mentions: pass mentions=find_mentions(sentences)"
            )
        require_columns(sentences, "sentences", ["sentence"])
        mentions = accept_table(mentions, "mentions", ["article_id", "sentence", "actor"])
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
            f"by must be actor, article, kind, {', '.join(PERIODS)} or a column of the sentences "
            f"or the articles, got {by!r}; there are {', '.join(known)}"
        )
    return pd.Series([None if pd.isna(v) else (str(v),) for v in values], dtype=object)


def _own_names(
    by: str, groups: Sequence[str], mentions: pd.DataFrame | None
) -> set[tuple[str, str]]:
    """Pairs of a group and a term that only names the group."""
    if by == "actor" and mentions is not None and "surface" in mentions.columns:
        pairs = mentions[["actor", "surface"]].dropna().drop_duplicates()
        names = [(str(a), str(s)) for a, s in pairs.itertuples(index=False)]
        names += [(group, group) for group in groups]
    elif by == "outlet":
        names = [(group, group) for group in groups]
    else:
        return set()
    found = [(group, find_words(name)) for group, name in names]
    # "the Post reported" names The Highland Post as "Tokayev said" names Kazakhstan
    return {(group, " ".join(words)) for group, words in found} | {
        (group, word) for group, words in found for word in words
    }


def marking_terms(terms: pd.DataFrame) -> pd.DataFrame:
    """The terms that a group uses more than the rest, without those that only name the group."""
    found = terms[terms["log_ratio"] > 0]
    if "own_name" in found.columns:
        found = found[~found["own_name"].fillna(False).astype(bool)]
    return found


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
    correction: of G2, "none" (Dunning 1993), "williams" or "yates" (the default of quanteda).

    Further columns: language, p, total, total_rest (all words), group_articles, articles_all,
    log_odds and log_odds_z (Monroe et al. 2008), percent_diff (%DIFF), dp (Gries) and juilland_d
    (dispersion over the group's articles), own_name (the term only names the group). p_adjusted is
    Benjamini and Hochberg's over all tests of this call. low and high: 95 % interval of log_ratio.
    """
    sentences = accept_table(sentences, "sentences", ["article_id", "text"])
    if articles is not None:
        articles = accept_table(articles, "articles", ["article_id"])
    if ngrams < 1 or min_count < 1 or min_articles < 1:
        raise ValueError(
            "ngrams, min_count and min_articles must be 1 or more, got "
            f"{ngrams}, {min_count}, {min_articles}"
        )
    labels = label_groups(sentences, articles, mentions, by)
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
    rows["language"] = rows["language"].fillna(known.mode().iloc[0] if len(known) else "")
    everyone = sorted({group for label in set(rows["groups"]) for group in label})
    chosen = {groups} if isinstance(groups, str) else set(everyone if groups is None else groups)
    if unknown := sorted(chosen - set(everyone)):
        raise ValueError(f"groups must be among {', '.join(everyone)}, got {', '.join(unknown)}")
    wanted = sorted(chosen)
    if len(everyone) < 2 and by != "actor":
        named = f"only {everyone[0]}" if everyone else "none"
        missing = int(labels.isna().sum())
        warnings.warn(
            f"by={by!r} needs two groups to compare and found {named}; {missing} of {len(labels)} "
            "sentences name none. Try by='article'.",
            stacklevel=2,
        )
    own = _own_names(by, everyone, mentions)
    outlets = _of_article(sentences, articles, "outlet")
    outlet_names = {
        " ".join(find_words(str(name)))
        for name in (outlets.dropna().unique() if outlets is not None else ())
    }
    if by != "outlet":  # the press names itself in every text: that tells nothing of a group
        own |= {(group, name) for group in everyone for name in outlet_names}
    whole = [
        *([phrases] if isinstance(phrases, str) else phrases),
        *sorted(name for name in outlet_names if " " in name),
    ]
    tokens = join_phrases(encode_words(sentences["text"]), whole)
    parts = []
    for code, part in rows.groupby("language", sort=True):
        reduce = reducer(unit, str(code) or None)
        counts = count_terms(tokens, part, to_terms(tokens.words, reduce), ngrams)
        found = compare_counts(
            counts,
            wanted,
            min_count=min_count,
            min_articles=min_articles,
            underused=underused,
            correction=correction,
        )
        found.insert(2, "language", str(code) or None)
        if not function_words:
            stops = stopwords(str(code) or None)
            stops |= frozenset(to_terms(stops, reduce))
            found = found[~_is_stopword(found["term"], stops)]
        if len(found):
            aliases = own | {(g, " ".join(to_terms(name.split(), reduce))) for g, name in own}
            pairs = zip(found["group"], found["term"], strict=True)
            parts.append(found.assign(own_name=[pair in aliases for pair in pairs]))
    if not parts:
        return make_table("terms", pd.DataFrame(columns=[*COLUMNS["terms"], *FURTHER]))
    from scipy.special import chdtrc

    terms = pd.concat(parts, ignore_index=True)
    terms["p"] = chdtrc(1, terms["g2"].abs())
    terms["p_adjusted"] = keyness.adjust_p(terms["p"])
    order = ["group", "language", "g2", "term"]
    return make_table("terms", terms.sort_values(order, ascending=[True, True, False, True]))
