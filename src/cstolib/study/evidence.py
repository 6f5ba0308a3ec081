"""Tables that a notebook derives from several others: coverage of actors, terms in their words."""

from collections.abc import Iterable
from importlib import resources
from itertools import combinations

import pandas as pd

from ..actors import find_mentions
from ..keywords import label_groups, marking_terms
from ..keywords.kwic import concordance
from ..sentences import split_sentences
from ..sentiment import score_sentiment
from ..tables import KINDS, accept_table
from ..validate import krippendorff_alpha
from .corpus import Corpus


def _per_actor(mentions: pd.DataFrame) -> pd.Series:
    named = mentions[mentions["how"] != "pronoun"]
    return named.groupby("actor").size()


def _words(texts: pd.Series) -> int:
    return int(texts.str.split().str.len().sum())


def count_coverage(corpus: Corpus) -> pd.DataFrame:
    """How often each actor is named in the files as scraped, and in one copy of each article.

    Columns actor, before, after (mentions), words_before, words_after. Before counts everything in
    the files: repeats, menus, comments and copies; after, the text that was analysed. Pronouns do
    not count. An actor that is named nowhere has no row.
    """
    scraped = split_sentences(corpus.articles, corpus.passages, kinds=KINDS)
    before = _per_actor(find_mentions(scraped, codebook=corpus.codebook))
    after = _per_actor(corpus.mentions)
    counts = pd.DataFrame({"before": before, "after": after}).fillna(0).astype("Int64")
    counts = counts.sort_index().rename_axis("actor").reset_index()
    return counts.assign(
        words_before=_words(scraped["text"]), words_after=_words(corpus.sentences["text"])
    )


def concordance_of(
    corpus: Corpus, terms: pd.DataFrame, *, by: str, most: int = 3, lines: int = 3
) -> pd.DataFrame:
    """The strongest terms of each group in the sentences of that group: a concordance.

    At most `most` terms of a group and `lines` lines of a term, in the order of the texts, with
    columns group and term before those of `concordance`.
    """
    sentences = corpus.sentences.reset_index(drop=True)
    labels = label_groups(sentences, corpus.articles, corpus.mentions, by)
    ordered = marking_terms(terms).sort_values(
        ["group", "g2", "term"], ascending=[True, False, True], kind="stable"
    )
    found = []
    for row in ordered.groupby("group").head(most).itertuples():
        own = sentences[[label is not None and row.group in label for label in labels]]
        part = concordance(own, str(row.term), limit=lines)
        found.append(part.assign(group=row.group, term=row.term))
    if not found:
        return concordance(sentences.head(0), "none").assign(group=[], term=[])
    table = pd.concat(found, ignore_index=True)
    return table[["group", "term", *table.columns.drop(["group", "term"])]]


def score_by_methods(
    sentences: pd.DataFrame, mentions: pd.DataFrame, methods: Iterable[str]
) -> pd.DataFrame:
    """The table scores by each of `methods`, in that order; one named twice counts once."""
    parts = [
        score_sentiment(sentences, mentions=mentions, method=method)
        for method in dict.fromkeys(methods)
    ]
    return pd.concat(parts, ignore_index=True)


def compare_methods(scores: pd.DataFrame) -> pd.DataFrame:
    """How far methods agree on the same sentences and targets: one row for each two methods.

    Columns method, reference (the other method), measure (Krippendorff's alpha, interval scale),
    value, n (scored by both). Missing where fewer than two are scored by both.
    """
    needed = ["article_id", "unit", "sentence", "target", "method", "score"]
    scores = accept_table(scores, "scores", needed)
    keys = ["article_id", "sentence", "target"]
    both = scores[(scores["unit"] == "target") & scores["score"].notna()]
    wide = both.pivot_table(index=keys, columns="method", values="score", aggfunc="mean")
    rows = []
    for one, other in combinations(dict.fromkeys(scores["method"]), 2):
        pair = wide.reindex(columns=[one, other]).dropna()
        value = float("nan")
        if len(pair) > 1:
            value = krippendorff_alpha(pair.to_numpy("float64").T, scale="interval")
        rows.append(
            {"method": one, "reference": other, "measure": "alpha", "value": value, "n": len(pair)}
        )
    columns = ["method", "reference", "measure", "value", "n"]
    return pd.DataFrame(rows, columns=columns).astype({"value": "float64", "n": "Int64"})


def load_events() -> pd.DataFrame:
    """The dated events that ship: date, event, actor, verified, source, note.

    verified is "yes", or the doubt about the day where there is one.
    """
    path = resources.files("cstolib") / "resources" / "timeline.csv"
    with path.open(encoding="utf-8") as file:
        events = pd.read_csv(file, dtype="str", parse_dates=["date", "date_high"])
    sure = events["date"].eq(events["date_high"]) & ~events["note"].fillna("").str.contains("day ")
    return events.assign(verified=events["note"].where(~sure, "yes").fillna("day not known"))


def name_sources(contradictions: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """What `find_contradictions` returned, as its chart wants it: claim, value, source, is_fact."""
    names = articles.set_index("article_id")
    told = contradictions.assign(
        claim=contradictions["question"],
        source=contradictions["article_id"].map(names["outlet"].fillna(names["path"])),
        is_fact=False,
    )
    facts = told[told["fact"].fillna("") != ""].drop_duplicates("claim")
    facts = facts.assign(value=facts["fact"], source="sourced fact", is_fact=True)
    table = pd.concat([told, facts], ignore_index=True)
    return table[["claim", "value", "source", "is_fact"]]
