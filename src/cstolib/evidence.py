"""Tables that a notebook derives from several others: coverage of actors, terms in their words."""

import pandas as pd

from .actors import find_mentions
from .concordance import concordance
from .corpus import Corpus
from .sentences import split_sentences
from .tables import KINDS


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
    sentences: pd.DataFrame, terms: pd.DataFrame, *, most: int = 5, lines: int = 6
) -> pd.DataFrame:
    """The strongest terms of each group in their sentences: group, term, then a concordance.

    At most `most` terms of a group and `lines` lines of a term, in the order of the texts.
    """
    ordered = terms[terms["log_ratio"] > 0].sort_values(
        ["group", "g2", "term"], ascending=[True, False, True], kind="stable"
    )
    found = []
    for row in ordered.groupby("group").head(most).itertuples():
        part = concordance(sentences, str(row.term), limit=lines)
        found.append(part.assign(group=row.group, term=row.term))
    if not found:
        return concordance(sentences.head(0), "none").assign(group=[], term=[])
    table = pd.concat(found, ignore_index=True)
    return table[["group", "term", *table.columns.drop(["group", "term"])]]
