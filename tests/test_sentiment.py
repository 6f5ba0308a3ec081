"""Scores: rows by sentence, target and article; what cannot be read has no row."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cstolib as cs
from cstolib.actors import _locate
from cstolib.sentiment.score import SentimentWarning
from cstolib.tables import check_table

ROWS = [  # article, voice, language, text
    ("a", "author", "en", "Ruritania praised Graustark for its courage and its generous help."),
    ("a", "quoted", "en", "Graustark betrayed us and its shameful lies hurt Ruritania."),
    ("a", "author", "en", "Graustark failed again to pay its shameful debts."),
    ("a", "author", "en", "Graustark was accused of a brutal attack on civilians."),
    ("b", "author", "ru", "Граустарк снова не заплатил."),
    ("b", "author", "en", "Ruritania held a meeting on Monday."),
]
ACTORS = {"Graustark": "GRA", "Ruritania": "RUR"}


def make_sentences(rows=ROWS, kind="body"):
    table, at = [], {}
    for article, voice, language, text in rows:
        start, number = at.get(article, (0, 0))
        at[article] = (start + len(text) + 1, number + 1)
        table.append(
            {
                "article_id": article,
                "passage": 0,
                "sentence": number,
                "start": start,
                "end": start + len(text),
                "text": text,
                "kind": kind,
                "voice": voice,
                "language": language,
            }
        )
    return pd.DataFrame(table)


def make_mentions(sentences):
    found = []
    for row in sentences.itertuples():
        for name, actor in ACTORS.items():
            at = row.text.find(name)
            while at >= 0:
                start = row.start + at
                found.append((row.article_id, row.sentence, start, start + len(name), actor, name))
                at = row.text.find(name, at + 1)
    columns = ["article_id", "sentence", "start", "end", "actor", "surface"]
    return pd.DataFrame(found, columns=columns).assign(how="name")


def score(rows=ROWS, **options):
    sentences = make_sentences(rows)
    options = {"mentions": make_mentions(sentences), "method": "lexicon"} | options
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SentimentWarning)
        return cs.score_sentiment(sentences, **options)


def test_score_sentiment_has_a_row_for_each_sentence_target_and_article():
    scores = check_table(score(), "scores")
    assert (scores["unit"] == "sentence").sum() == 5  # the Russian one has none
    targets = scores[scores["unit"] == "target"]
    assert list(targets["target"]) == ["GRA", "RUR", "GRA", "RUR", "GRA", "GRA", "RUR"]
    articles = scores[scores["unit"] == "article"].set_index(["article_id", "target", "voice"])
    assert set(articles.index) == {
        *(("a", "GRA", voice) for voice in ("all", "author", "quoted")),
        *(("a", "RUR", voice) for voice in ("all", "author", "quoted")),
        *(("b", "RUR", voice) for voice in ("all", "author")),
    }


def test_score_sentiment_keeps_the_author_apart_from_those_quoted():
    scores = score(min_confidence=0.0)
    targets = scores[(scores["unit"] == "target") & (scores["target"] == "GRA")]
    articles = scores[(scores["unit"] == "article") & (scores["target"] == "GRA")]
    by_voice = articles.set_index("voice")
    for voice in ("author", "quoted"):
        own = targets.loc[targets["voice"] == voice, "score"]
        assert by_voice.loc[voice, "score"] == pytest.approx(own.mean(), abs=1e-4)
        assert by_voice.loc[voice, "n"] == len(own)
    assert by_voice.loc["all", "n"] == 4


def test_score_sentiment_gives_an_interval_from_three_sentences_on():
    articles = score(min_confidence=0.0).query("unit == 'article' and target == 'GRA'")
    by_voice = articles.set_index("voice")
    assert by_voice.loc["author", "low"] <= by_voice.loc["author", "score"]
    assert by_voice.loc["author", "score"] <= by_voice.loc["author", "high"]
    assert np.isnan(by_voice.loc["quoted", "low"]) and np.isnan(by_voice.loc["quoted", "high"])


def test_score_sentiment_warns_once_of_a_language_that_it_does_not_know():
    sentences = make_sentences()
    with pytest.warns(SentimentWarning, match=r"1 of 6 texts have no score \(ru 1\)") as caught:
        scores = cs.score_sentiment(sentences, method="lexicon")
    assert len(caught) == 1
    assert not ((scores["article_id"] == "b") & (scores["sentence"] == 0)).any()


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("The summit was held in Yerevan on Monday.", True),
        ("Armenia freezes membership, Pashinyan says", True),
        ("Los Angeles sues La Paz over the debts of the city", True),
        ("Участники саммита приняли заявление.", False),
        (
            "Los líderes de la organización se reunieron en la capital para hablar del conflicto.",
            False,
        ),
        ("Die Staaten haben sich nicht auf eine Erklärung und den Plan geeinigt.", False),
        ("2024", False),
    ],
)
def test_score_targets_tells_a_language_by_its_small_words(text, read):
    frame = pd.DataFrame({"text": [text], "start": [0], "end": [4]})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SentimentWarning)
        out = cs.score_targets(frame, method="lexicon")
    assert out["p_neutral"].notna().item() is read


def test_score_sentiment_leaves_comments_out_unless_asked():
    sentences = make_sentences(kind="comment").query("language == 'en'")
    assert cs.score_sentiment(sentences, method="lexicon").empty
    assert len(cs.score_sentiment(sentences, method="lexicon", comments=True)) > 5


def test_score_sentiment_without_mentions_scores_articles_by_their_sentences():
    scores = score(mentions=None)
    assert set(scores["unit"]) == {"sentence", "article"}
    assert scores["target"].isna().all()


def test_score_sentiment_masks_all_mentions_of_an_actor_together():
    once = "Graustark lied, and then Graustark lied again about its shameful debts."
    other = once.replace("Graustark", "Ruritania")
    one, two = (
        score([("a", "author", "en", text)]).query("unit == 'target'")["score"].tolist()
        for text in (once, other)
    )
    assert one == two and len(one) == 1


def test_score_sentiment_says_which_mentions_it_cannot_find():
    sentences = make_sentences(ROWS[:1])
    mentions = make_mentions(sentences)
    mentions.loc[0, "surface"] = "Elbonia"
    with pytest.warns(SentimentWarning, match="1 of 2 mentions"):
        scores = cs.score_sentiment(sentences, mentions=mentions, method="lexicon")
    assert list(scores.query("unit == 'target'")["target"]) == ["RUR"]


def test_score_sentiment_of_nothing_is_an_empty_table():
    sentences = make_sentences()
    mentions = make_mentions(sentences)
    for few in (None, mentions.iloc[:0]):
        scores = cs.score_sentiment(sentences.iloc[:0], mentions=few, method="lexicon")
        assert check_table(scores, "scores").empty


def test_scores_do_not_depend_on_company_or_order():
    sentences = make_sentences(ROWS[:4])
    mentions = make_mentions(sentences)
    both = cs.score_sentiment(sentences, mentions=mentions, method="lexicon")
    turned = cs.score_sentiment(
        sentences.iloc[::-1], mentions=mentions.sample(frac=1, random_state=1), method="lexicon"
    )
    keys = ["unit", "article_id", "sentence", "target", "voice"]
    left, right = (t.sort_values(keys).reset_index(drop=True) for t in (both, turned))
    pd.testing.assert_frame_equal(left, right)


def test_score_targets_abstains_rather_than_guess():
    frame = pd.DataFrame({"text": ["Ruritania held a meeting."], "start": [0], "end": [9]})
    sure = cs.score_targets(frame, method="lexicon", min_confidence=0.0)
    unsure = cs.score_targets(frame, method="lexicon", min_confidence=1.0)
    assert not sure["abstained"].item() and sure["score"].notna().item()
    assert unsure["abstained"].item() and unsure["score"].isna().item()
    assert unsure["label"].isna().item()
    assert unsure["p_neutral"].item() == sure["p_neutral"].item()


def test_score_targets_keeps_index_and_columns():
    text = "Ruritania praised Graustark."
    frame = pd.DataFrame({"text": [text] * 2, "start": [0, 18], "end": [9, 27], "id": ["x", "y"]})
    out = cs.score_targets(frame.set_index(pd.Index([7, 7])), method="lexicon")
    assert list(out.index) == [7, 7] and list(out["id"]) == ["x", "y"]
    again = cs.score_targets(out, method="lexicon")
    assert list(again.columns) == list(out.columns)
    assert (out[["p_negative", "p_neutral", "p_positive"]].sum(axis=1) - 1).abs().max() < 2e-4


def test_vader_is_labelled_as_what_it_is():
    frame = pd.DataFrame({"text": ["Ruritania won a GREAT victory!"], "start": [0], "end": [9]})
    out = cs.score_targets(frame, method="vader")
    assert out["p_positive"].isna().all() and out["score"].item() > 0.5
    assert out["label"].item() == "positive"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "bert"}, "method must be one of model, lexicon, vader, got 'bert'"),
        ({"min_confidence": 1.5}, "min_confidence must be between 0 and 1, got 1.5"),
    ],
)
def test_score_targets_says_what_is_allowed(options, message):
    frame = pd.DataFrame({"text": ["Ruritania won."], "start": [0], "end": [9]})
    with pytest.raises(ValueError, match=message):
        cs.score_targets(frame, **({"method": "lexicon"} | options))


def test_score_targets_refuses_a_span_outside_the_text():
    frame = pd.DataFrame({"text": ["Ruritania won."], "start": [4], "end": [90]})
    with pytest.raises(ValueError, match="must lie in the text"):
        cs.score_targets(frame, method="lexicon")


@pytest.mark.parametrize(
    ("text", "surface", "offset", "stretch", "found"),
    [
        ("Graustark and Graustark", "Graustark", 14, 23, (14, 23)),
        ("The Graustark army", "Graustark", 7, 21, (4, 13)),  # the raw text is longer
        ("the New  Graustark army", "New Graustark", 4, 23, (4, 18)),
        ("Graustark, then Graustark", "Graustark", 17, 26, (16, 25)),
        ("Ruritania", "Graustark", 0, 9, None),
    ],
)
def test_locate_finds_the_mention_in_a_cleaned_text(text, surface, offset, stretch, found):
    assert _locate(text, surface, offset, stretch) == found


@settings(max_examples=50, deadline=None)
@given(st.permutations(range(4)))
def test_article_rows_do_not_depend_on_the_order_of_sentences(order):
    rows = [ROWS[i] for i in range(4)]
    expected = score(rows).query("unit == 'article' and voice == 'all'")
    found = score([rows[i] for i in order]).query("unit == 'article' and voice == 'all'")
    keep = ["target", "score", "low", "high", "n"]
    pd.testing.assert_frame_equal(
        expected[keep].reset_index(drop=True), found[keep].reset_index(drop=True)
    )
