"""Mentions: which actor stands where, and which names are none."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cstolib as cs

BOOK = cs.load_codebook()
CSTO = {"Armenia", "Belarus", "Kazakhstan", "Kyrgyzstan", "Tajikistan"}


def mentions(*texts, **columns):
    rows, at = [], 0
    for number, text in enumerate(texts):
        end = at + len(text)
        rows.append(
            {
                "article_id": "a",
                "sentence": number,
                "start": at,
                "end": end,
                "text": text,
                **columns,
            }
        )
        at = end + 1
    return cs.find_mentions(pd.DataFrame(rows), codebook=BOOK)


def actors(*texts, **columns):
    table = mentions(*texts, **columns)
    last = table[(table["sentence"] == len(texts) - 1) & (table["actor"] != "Russia")]
    return {(row.actor, row.how) for row in last.itertuples(index=False)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Armenia left.", {("Armenia", "name")}),
        ("Lukashenka spoke.", {("Belarus", "leader")}),
        ("Minks voted.", {("Belarus", "capital")}),
        ("Sadyr Japarov and Akylbek Japarov met.", {("Kyrgyzstan", "leader")}),
        ("Kazakh officials declined.", {("Kazakhstan", "name")}),
        ("Akorda was silent.", {("Kazakhstan", "metonym")}),
        # Publics and places are no state.
        ("Kazakh volunteers fight there.", set()),
        ("Belarusian migrants left.", set()),
        ("He lives in Minsk.", set()),
        ("MINSK, 3 May (Novik) - Rain fell.", set()),
        ("The georgia typeface is old.", set()),
    ],
)
def test_find_mentions_finds_states_and_not_publics(text, expected):
    assert actors(text) == expected


def test_find_mentions_expands_groups_to_members():
    table = mentions("None of Russia's allies except Belarus agreed.")
    group = table[table["how"] == "group"]
    assert set(group["actor"]) == CSTO - {"Belarus"}
    assert table.loc[table["actor"] == "Belarus", "exception"].tolist() == [True]


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("The three South Caucasus governments met.", {"Armenia", "Azerbaijan", "Georgia"}),
        ("Belarus agreed; other CSTO members did not.", CSTO - {"Belarus"}),
        ("All CSTO members but Armenia signed.", CSTO - {"Armenia"}),
        ("Four of Moscow's allies abstained and Belarus did not.", CSTO - {"Belarus"}),
    ],
)
def test_find_mentions_knows_who_is_left_out_of_a_group(text, members):
    table = mentions(text)
    assert set(table.loc[table["how"] == "group", "actor"]) - {"Russia"} == members


def test_find_mentions_carries_pronouns_over_two_sentences_and_no_more():
    assert actors("Armenia spoke.", "It left.") == {("Armenia", "pronoun")}
    assert actors("Armenia spoke.", "Rain fell.", "It left.") == {("Armenia", "pronoun")}
    assert actors("Armenia spoke.", "Rain fell.", "Snow fell.", "It left.") == set()
    assert actors("Armenia spoke.", "It is raining hard, it was said.") == {("Armenia", "pronoun")}
    assert actors("Armenia spoke.", "It was said that rain fell.") == set()


def test_find_mentions_takes_we_for_whoever_speaks():
    said = '"We shall not send soldiers."'
    assert actors(said, speaker="Emomali Rahmon") == {("Tajikistan", "pronoun")}
    assert actors(said, speaker=None) == set()


def test_find_mentions_starts_anew_with_each_article():
    frame = pd.DataFrame(
        {
            "article_id": ["a", "b"],
            "sentence": [0, 0],
            "start": [0, 0],
            "end": [14, 8],
            "text": ["Armenia spoke.", "It left."],
        }
    )
    assert cs.find_mentions(frame, codebook=BOOK)["article_id"].tolist() == ["a"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["Armenia", "Minsk", "they", "none of them,", "except", "“", "’s", "—", "é"]
        )
    )
)
def test_find_mentions_quotes_the_text(pieces):
    text = " ".join(pieces)
    table = mentions(text)
    for row in table.itertuples(index=False):
        assert text[row.start : row.end] == row.surface
        assert text[row.at : row.until] == row.surface


def test_find_mentions_of_nothing_is_an_empty_table():
    assert mentions("").empty
    assert list(mentions("Rain fell.").columns[:3]) == ["article_id", "sentence", "start"]
