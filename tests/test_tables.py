"""Tables that the caller made: other types, another order, a wrong value."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import cstolib as cs
from cstolib.tables import TableError, make_table

TEXT = (
    "Belarus supports Russia in the war. It sent no troops. Kazakhstan refused to send troops to "
    "Ukraine. Armenia was a brave and loyal friend of Belarus."
)


@pytest.fixture(scope="module")
def sentences() -> pd.DataFrame:
    """Four sentences of two articles."""
    ends = [i + 1 for i, character in enumerate(TEXT) if character == "."]
    starts = [0, *(end + 1 for end in ends[:-1])]
    rows = [
        {"article_id": article, "sentence": i, "start": start, "end": end, "text": TEXT[start:end]}
        for article in ("11", "7")
        for i, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]
    about = {"kind": "body", "voice": "author", "language": "en", "date": "2022-10-01"}
    return make_table("sentences", pd.DataFrame(rows).assign(**about))


def days(write: Callable[[pd.Series], pd.Series]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """What writes the dates of a table in another way."""

    def rewrite(frame: pd.DataFrame) -> pd.DataFrame:
        dated = [c for c in ("date", "event_date") if c in frame]
        return frame.assign(**{c: write(frame[c]) for c in dated})

    return rewrite


FOREIGN = {
    "object": lambda frame: frame.astype(object),
    "pd.NA": lambda frame: frame.astype(object).where(frame.notna(), pd.NA),
    "None": lambda frame: frame.astype(object).where(frame.notna(), None),
    "category": lambda frame: frame.astype({"article_id": "category"}),
    "arrow": lambda frame: frame.convert_dtypes(dtype_backend="pyarrow"),
    "numbers as ids": lambda frame: frame.astype({"article_id": "int64"}),
    "id as index": lambda frame: frame.set_index("article_id", drop=False),
    "one index value": lambda frame: frame.set_axis(["x"] * len(frame)),
    "columns reversed, one more": lambda frame: frame[frame.columns[::-1]].assign(spans=1),
    "time zone": days(lambda date: date.dt.tz_localize("UTC")),
    "days as text": days(lambda date: date.dt.strftime("%Y-%m-%d")),
    "days as dates": days(lambda date: date.dt.date),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_table_of_other_types_gives_the_same_results(name: str, sentences: pd.DataFrame) -> None:
    mentions = cs.find_mentions(sentences)
    other = FOREIGN[name](sentences)
    before = other.copy()
    found = cs.find_mentions(other)
    pd.testing.assert_frame_equal(found, mentions)
    given = FOREIGN[name](mentions)
    for act in (
        lambda s, m: cs.score_sentiment(s, mentions=m, method="lexicon"),
        lambda s, m: cs.compare_keywords(s, by="actor", mentions=m, min_count=1, min_articles=1),
        lambda s, m: cs.collocates(s, "Belarus", mentions=m, min_count=1),
        lambda s, m: cs.concordance(s, "war"),
        lambda s, m: cs.keyphrases(s),
    ):
        pd.testing.assert_frame_equal(act(other, given), act(sentences, mentions))
    pd.testing.assert_frame_equal(other, before)


def test_sentences_in_any_order_are_read_from_the_first_on(sentences: pd.DataFrame) -> None:
    """ "It" of the second sentence is Belarus, named in the first one."""
    mixed = sentences.iloc[[1, 3, 0, 2, 7, 5, 4, 6]]
    pd.testing.assert_frame_equal(cs.find_mentions(mixed), cs.find_mentions(sentences))


def test_a_sentence_without_text_says_nothing(sentences: pd.DataFrame) -> None:
    silent = sentences.assign(text=sentences["text"].where(sentences["sentence"] > 0))
    assert 0 not in set(cs.find_mentions(silent)["sentence"])
    with pytest.warns(cs.SentimentWarning, match="2 of 8 texts have no score"):
        scores = cs.score_sentiment(silent, method="lexicon")
    assert 0 not in set(scores["sentence"])


@pytest.mark.parametrize(
    ("column", "value", "allowed"),
    [
        ("date", "last Friday", "days such as 2022-09-15"),
        ("start", 1.5, "whole numbers"),
        ("start", "x", "whole numbers"),
        ("end", np.inf, "whole numbers"),
    ],
)
def test_a_wrong_value_is_named_with_its_row(
    column: str, value: object, allowed: str, sentences: pd.DataFrame
) -> None:
    wrong = sentences.astype({column: object})
    wrong.loc[5, column] = value
    with pytest.raises(TableError) as caught:
        cs.find_mentions(wrong)
    says = f"column {column} of the sentences table must hold {allowed}, got {value!r} in row 5"
    assert says in str(caught.value)
    assert caught.value.rows is not None
    assert caught.value.rows.index.tolist() == [5]


def test_what_is_no_table_is_told_so() -> None:
    with pytest.raises(TableError, match="must be a pandas DataFrame, got list"):
        cs.find_mentions([{"text": "Belarus"}])  # type: ignore[arg-type]


@pytest.mark.parametrize("ids", [["a", "a"], ["a", None]])
def test_ids_that_do_not_tell_articles_apart_are_refused(ids: list[str | None]) -> None:
    twins = pd.DataFrame({"article_id": ids, "raw": ["One text.", "Another."]})
    with pytest.raises(TableError, match="article_id must be unique and never missing"):
        cs.clean_articles(twins)


def test_passages_of_other_texts_are_refused() -> None:
    articles = pd.DataFrame({"article_id": ["a"], "raw": ["Short."]})
    passage = {"article_id": "a", "passage": 0, "start": 0, "end": 6, "kind": "body"}
    cs.split_sentences(articles, pd.DataFrame([passage]))
    for fault in ({"article_id": "b"}, {"end": 60}, {"start": -5}, {"start": None}):
        with pytest.raises(TableError, match="1 passages are not in the raw text of their article"):
            cs.split_sentences(articles, pd.DataFrame([passage | fault]))


@pytest.mark.parametrize("name", FOREIGN)
def test_statements_of_a_table_of_other_types_are_the_same(
    name: str, sentences: pd.DataFrame
) -> None:
    mentions = cs.find_mentions(sentences)
    coded = cs.code_stance(sentences, mentions, vote=False)
    assert len(coded)
    other, given = FOREIGN[name](sentences.iloc[::-1]), FOREIGN[name](mentions)
    both = [cs.code_stance(table, given, vote=False) for table in (other, other.iloc[::-1])]
    pd.testing.assert_frame_equal(both[1], coded)
    assert len(both[0]) == len(coded)
    positions = cs.summarise_stance(coded, min_confidence=0)
    found = cs.summarise_stance(FOREIGN[name](coded), min_confidence=0)
    pd.testing.assert_frame_equal(found, positions)


def test_who_is_quoted_is_not_the_author(sentences: pd.DataFrame) -> None:
    quoted = sentences.assign(voice="quoted")
    coded = cs.code_stance(quoted, cs.find_mentions(quoted), vote=False)
    assert set(coded["voice"]) == {"other"}


def test_actors_that_the_codebook_lacks_say_nothing(sentences: pd.DataFrame) -> None:
    foreign = cs.find_mentions(sentences).assign(actor="Narnia")
    assert cs.code_stance(sentences, foreign, vote=False).empty


def test_a_statement_without_alignment_counts_nowhere(sentences: pd.DataFrame) -> None:
    coded = cs.code_stance(sentences, cs.find_mentions(sentences), vote=False)
    silent = coded.assign(alignment=pd.NA)
    assert cs.summarise_stance(silent, min_confidence=0).empty
    with pytest.raises(ValueError, match="by must name a column or more"):
        cs.summarise_stance(coded, by=[])
