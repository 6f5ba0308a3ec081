"""Keywords: what sets one group of texts apart, and where words stand."""

import math
import time
import unicodedata
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cstolib as cs
from cstolib.keywords import collocations, keyness
from cstolib.keywords.kwic import PatternError
from cstolib.keywords.words import encode_words, find_words, join_phrases
from cstolib.tables import COLUMNS, make_table


def make_sentences(*articles: tuple[str, str, str], language: str = "en") -> pd.DataFrame:
    """Articles as (id, outlet, text), a sentence ending at each full stop."""
    rows = []
    for article, outlet, text in articles:
        at = 0
        for number, part in enumerate(text.split(". ")):
            rows.append(
                {
                    "article_id": article,
                    "passage": 0,
                    "sentence": number,
                    "start": at,
                    "end": at + len(part),
                    "text": part,
                    "kind": "body",
                    "voice": "author",
                    "outlet": outlet,
                    "language": language,
                }
            )
            at += len(part) + 2
    return make_table("sentences", rows)


@pytest.fixture
def sentences() -> pd.DataFrame:
    return make_sentences(
        ("a1", "Steppe Post", "Peacekeepers left. The peacekeepers of the pact left Almaty again"),
        ("a2", "Steppe Post", "Peacekeepers came to Almaty. A pact held"),
        ("b1", "River Daily", "Sanctions hurt trade. Sanctions and more sanctions"),
        ("b2", "River Daily", "The pact saw sanctions. Trade in Almaty fell"),
    )


# ---- the measures --------------------------------------------------------------------------------

# count, rest, total, total_rest -> G2 without correction, with Williams', with Yates' correction:
# computed by the C++ function of quanteda.textstats 0.97 (src/keyness.cpp), compiled by itself.
QUANTEDA = [
    ((7, 2, 10, 9), (4.534939370, 4.200833447, 2.702843781)),
    ((3, 7, 10, 9), (-4.534939370, -4.200833447, -2.702843781)),
    ((57, 0, 1200, 5400), (196.599016445, 196.599016445, 196.599016445)),
    ((12, 14, 1200, 5400), (10.697262446, 10.318755200, 9.378915321)),
    ((5, 3, 60, 90), (1.738267255, 1.630384013, 0.907087642)),
    ((3, 1, 40, 900), (14.745205456, 7.443177604, 10.768020249)),
]


@pytest.mark.parametrize(("table", "expected"), QUANTEDA)
def test_log_likelihood_equals_quanteda(table: tuple, expected: tuple) -> None:
    for correction, value in zip(keyness.CORRECTIONS, expected, strict=True):
        found = float(keyness.log_likelihood(*table, correction=correction))
        assert found == pytest.approx(value, abs=1e-8)


def test_log_likelihood_of_an_unseen_term_is_dunnings() -> None:
    g2 = float(keyness.log_likelihood(0, 41, 1200, 5400))
    assert g2 == pytest.approx(-2 * 41 * math.log(41 / (41 * 5400 / 6600)) + 0, rel=0.02)
    assert keyness.log_likelihood(12, 54, 1200, 5400) == 0, "equal shares: no difference"


@given(
    a=st.integers(0, 400),
    b=st.integers(0, 400),
    n1=st.integers(401, 100_000),
    n2=st.integers(401, 100_000),
)
def test_keyness_turns_its_sign_when_the_groups_change_places(
    a: int, b: int, n1: int, n2: int
) -> None:
    one, other = keyness.log_likelihood(a, b, n1, n2), keyness.log_likelihood(b, a, n2, n1)
    assert one == pytest.approx(-other, abs=1e-9)
    ratio, low, high = keyness.log_ratio(a, b, n1, n2)
    assert low <= ratio <= high
    assert ratio == pytest.approx(-keyness.log_ratio(b, a, n2, n1)[0], abs=1e-9)
    odds, z = keyness.log_odds(a, b, n1, n2)
    if a + b:
        assert np.sign(odds) == np.sign(z)


def test_log_ratio_is_in_doublings() -> None:
    ratio, low, high = (float(x) for x in keyness.log_ratio(80, 20, 10_000, 10_000))
    assert ratio == 2.0
    # Katz: exp(ln 4 ± 1.96 sqrt(1/80 + 1/20 - 2/10000)), in doublings
    assert (low, high) == pytest.approx((1.294224, 2.705776), abs=1e-5)


def test_percent_difference_and_log_odds_by_hand() -> None:
    assert float(keyness.percent_difference(30, 10, 1000, 1000)) == pytest.approx(200)
    odds, z = keyness.log_odds(30, 10, 1000, 1000, prior_tokens=100)
    by_hand = math.log(32 / 1068) - math.log(12 / 1088)
    assert float(odds) == pytest.approx(by_hand)
    assert float(z) == pytest.approx(by_hand / math.sqrt(1 / 32 + 1 / 12))


def test_dispersion_tells_spread_from_clumped() -> None:
    # row 0 stands evenly in four equal articles, row 1 only in one of them
    dp, d = keyness.dispersion(
        [0, 0, 0, 0, 1], [2, 2, 2, 2, 8], [0.25] * 5, parts=[4, 4], least=[0.25, 0.25]
    )
    assert dp == pytest.approx([0, 1])
    assert d == pytest.approx([1, 0])
    alone, _ = keyness.dispersion([0], [5], [1.0], parts=[1], least=[1.0])
    assert np.isnan(alone[0]), "one article says nothing of dispersion"


def test_adjust_p_is_benjamini_and_hochbergs() -> None:
    adjusted = keyness.adjust_p([0.01, 0.04, 0.03, np.nan, 0.5])
    assert adjusted[:3] == pytest.approx([0.04, 0.16 / 3, 0.16 / 3])
    assert np.isnan(adjusted[3]) and adjusted[4] == 0.5


# ---- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Russia's “allies”", ["russia", "allies"]),
        ("Putin’s ex-ally", ["putin", "ex-ally"]),
        ("don't", ["don't"]),
        ("war—which", ["war", "which"]),
        ("peace\u00adkeepers", ["peacekeepers"]),
        ("Й — и\u0306", ["й", "й"]),
        ("2,500 men", ["2", "500", "men"]),
        ("Սահման և", ["սահման", "և"]),
    ],
)
def test_find_words(text: str, words: list[str]) -> None:
    assert find_words(text) == words


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="ab's’- .,é\u00ad\n", max_size=30), max_size=5))
def test_encoding_many_texts_finds_the_words_of_each(texts: list[str]) -> None:
    tokens = encode_words(pd.Series(texts, dtype="str"))
    for row, text in enumerate(texts):
        found = [tokens.words[i] for i in tokens.word[tokens.row == row]]
        assert found == [word for piece in text.split() for word in find_words(piece)]


def test_join_phrases_prefers_the_longer_one_and_stays_in_the_sentence() -> None:
    texts = pd.Series(["the special military operation", "special", "military operation special"])
    joined = join_phrases(
        encode_words(texts), ["military operation", "special military operation", "no such phrase"]
    )
    assert [joined.words[i] for i in joined.word] == [
        "the",
        "special military operation",
        "special",
        "military operation",
        "special",
    ]


# ---- comparing groups ----------------------------------------------------------------------------


def test_compare_keywords_by_outlet(sentences: pd.DataFrame) -> None:
    terms = cs.compare_keywords(sentences, by="outlet", min_count=2)
    assert list(terms.columns[: len(COLUMNS["terms"])]) == list(COLUMNS["terms"])
    best = terms.groupby("group").first()
    assert best.loc["Steppe Post", "term"] == "peacekeepers"
    assert best.loc["River Daily", "term"] == "sanctions"
    row = terms[terms["term"] == "sanctions"].iloc[0]
    assert (row["count"], row["count_rest"], row["articles"]) == (4, 0, 2)
    assert row["g2"] == pytest.approx(
        float(keyness.log_likelihood(4, 0, row["total"], row["total_rest"]))
    )
    assert "the" not in set(terms["term"]), "function words are left out"


def test_totals_count_every_word(sentences: pd.DataFrame) -> None:
    terms = cs.compare_keywords(sentences, by="outlet", min_count=2)
    all_words = sum(len(find_words(text)) for text in sentences["text"])
    assert (terms["total"] + terms["total_rest"]).eq(all_words).all()


def test_a_word_of_one_article_does_not_pass_for_its_outlet() -> None:
    table = make_sentences(
        ("a1", "Post", "tractor " * 40 + "harvest pact"),
        ("a2", "Post", "harvest pact summit border"),
        ("b1", "Daily", "pact summit border minister"),
        ("b2", "Daily", "pact summit border minister"),
    )
    terms = cs.compare_keywords(table, min_count=2)
    assert "tractor" not in set(terms["term"])
    assert "harvest" in set(terms["term"])
    lone = cs.compare_keywords(table[table["article_id"] != "a2"], min_count=2)
    assert lone.set_index("term").loc["tractor", "group_articles"] == 1, "it says so"


def test_an_outlet_is_not_marked_by_its_own_name() -> None:
    table = make_sentences(
        ("a1", "The Caspian Ledger", "the Ledger has learnt of grain. The Caspian Ledger says"),
        ("a2", "The Caspian Ledger", "grain is dear. the ledger was told of grain"),
        ("b1", "Orta Wire", "troops are home. Troops rest"),
        ("b2", "Orta Wire", "troops left. Orta Wire was there"),
    )
    terms = cs.compare_keywords(table, min_count=2).set_index("term")
    assert terms.loc["ledger", "own_name"] and not terms.loc["grain", "own_name"]


def test_a_language_is_not_taken_for_a_style() -> None:
    english = make_sentences(("a1", "Post", "troops troops left"), ("b1", "Daily", "trade talks"))
    russian = make_sentences(("c1", "Post", "войска войска ушли"), language="ru")
    terms = cs.compare_keywords(pd.concat([english, russian]), min_count=1)
    assert "войска" not in set(terms["term"]), "there is no other Russian text to compare with"
    assert "troops" in set(terms["term"])


def test_stems_and_lemmas_bring_forms_together() -> None:
    table = make_sentences(
        ("c1", "А", "союзник союзники союзникам ушли"),
        ("d1", "Б", "сделка сделки ушли"),
        language="ru",
    )
    for unit in ("stem", "lemma"):
        terms = cs.compare_keywords(table, unit=unit, min_count=3).set_index("group")
        assert terms.loc["А", "count"] == 3, unit
    with pytest.raises(ValueError, match="unit must be one of word, lemma, stem, got 'root'"):
        cs.compare_keywords(table, unit="root")


def test_ngrams_stay_within_a_sentence(sentences: pd.DataFrame) -> None:
    pairs = cs.compare_keywords(sentences, ngrams=2, min_count=1, min_articles=1)
    assert "sanctions hurt" in set(pairs["term"])
    assert "trade sanctions" not in set(pairs["term"]), "they stand in two sentences"
    assert not pairs["term"].str.contains(r"\bthe\b").any()


def test_phrases_are_kept_whole() -> None:
    table = make_sentences(
        ("a1", "Post", "the special military operation goes on"),
        ("a2", "Post", "a Special Military Operation. military aid"),
        ("b1", "Daily", "the war goes on"),
    )
    terms = cs.compare_keywords(table, phrases=["special military operation"], min_count=1)
    counts = terms.set_index("term")["count"]
    assert counts["special military operation"] == 2
    assert "special" not in counts.index and counts.get("military", 1) == 1


def test_compare_keywords_by_actor_sets_its_sentences_against_all_others(
    sentences: pd.DataFrame,
) -> None:
    mentions = make_table(
        "mentions",
        [
            {"article_id": "a1", "sentence": 1, "actor": "Kazakhstan", "surface": "Almaty"},
            {"article_id": "a2", "sentence": 0, "actor": "Kazakhstan", "surface": "Almaty"},
            {"article_id": "a2", "sentence": 0, "actor": "Russia", "surface": "Moscow"},
        ],
    )
    terms = cs.compare_keywords(sentences, by="actor", mentions=mentions, min_count=1)
    of_kazakhstan = terms[terms["group"] == "Kazakhstan"].set_index("term")
    assert of_kazakhstan.loc["peacekeepers", "count"] == 2
    assert of_kazakhstan.loc["peacekeepers", "count_rest"] == 1
    assert terms[terms["term"] == "almaty"].set_index("group").loc["Kazakhstan", "own_name"]
    with pytest.raises(ValueError, match="by='actor' needs the mentions"):
        cs.compare_keywords(sentences, by="actor")


def test_compare_keywords_by_time_article_and_kind(sentences: pd.DataFrame) -> None:
    days = {"a1": "2021-12-01", "a2": "2022-01-05", "b1": "2022-04-01", "b2": None}
    dated = sentences.assign(date=pd.to_datetime(sentences["article_id"].map(days)))
    by_year = cs.compare_keywords(dated, by="year", min_count=1, min_articles=1)
    assert set(by_year["group"]) == {"2021", "2022"}
    assert set(cs.compare_keywords(dated, by="quarter", min_count=1)["group"]) >= {"2021-Q4"}
    assert set(cs.compare_keywords(sentences, by="article", min_count=1)["group"]) == {
        "a1",
        "a2",
        "b1",
        "b2",
    }
    passages = sentences.assign(kind=["comment", *["body"] * (len(sentences) - 1)])
    assert set(cs.compare_keywords(passages, by="kind", min_count=1)["group"]) == {
        "comments",
        "articles",
    }


def test_underused_terms_are_negative(sentences: pd.DataFrame) -> None:
    terms = cs.compare_keywords(sentences, min_count=2, underused=True)
    row = terms[(terms["group"] == "Steppe Post") & (terms["term"] == "sanctions")].iloc[0]
    assert row["g2"] < 0 and row["log_ratio"] < 0 and row["count"] == 0


def test_rows_in_another_order_give_the_same_table(sentences: pd.DataFrame) -> None:
    shuffled = sentences.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(
        cs.compare_keywords(sentences, min_count=1), cs.compare_keywords(shuffled, min_count=1)
    )


def test_one_group_is_no_comparison(sentences: pd.DataFrame) -> None:
    alone = sentences[sentences["outlet"] == "Steppe Post"]
    with pytest.warns(UserWarning, match="needs two groups .* only Steppe Post"):
        terms = cs.compare_keywords(alone)
    assert terms.empty and "dp" in terms.columns
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert cs.compare_keywords(sentences.head(0)).empty
    with pytest.raises(ValueError, match="got 'paper'; there are"):
        cs.compare_keywords(sentences, by="paper")


# ---- in context ----------------------------------------------------------------------------------


def test_concordance_quotes_the_text(sentences: pd.DataFrame) -> None:
    lines = cs.concordance(sentences, "peacekeep*")
    assert list(lines["match"]) == ["Peacekeepers", "peacekeepers", "Peacekeepers"]
    second = lines.iloc[1]
    assert second["left"] == "Peacekeepers left The" and second["right"].startswith("of the pact")
    source = sentences[(sentences["article_id"] == "a1") & (sentences["sentence"] == 1)].iloc[0]
    low = second["start"] - source["start"]
    assert source["text"][low : low + 12] == "peacekeepers"


@pytest.mark.parametrize(
    ("pattern", "options", "found"),
    [
        ("sanction", {}, 0),
        ("sanction?", {}, 4),
        ("left *", {}, 1),
        ("* pact", {}, 3),
        ("PACT", {"case": True}, 0),
        (r"(?:sanctions\W+){2,}", {"is_regex": True}, 0),
        (r"sanction\w|pact", {"is_regex": True}, 7),
        (".", {}, 0),
    ],
)
def test_concordance_patterns(
    sentences: pd.DataFrame, pattern: str, options: dict, found: int
) -> None:
    assert len(cs.concordance(sentences, pattern, **options)) == found


def test_concordance_is_sorted_by_the_nearest_word(sentences: pd.DataFrame) -> None:
    right = cs.concordance(sentences, "peacekeepers", sort="right")["right"]
    assert [text.split()[0] for text in right] == ["came", "left", "of"]
    left = cs.concordance(sentences, "sanctions", sort="left")["left"]
    assert [text.split()[-1] if text else "" for text in left] == ["", "more", "saw", "trade"]
    with pytest.raises(ValueError, match="sort must be one of position, left, right, match"):
        cs.concordance(sentences, "a", sort="up")


def test_a_pattern_that_never_ends_is_refused_in_time(sentences: pd.DataFrame) -> None:
    trap = sentences.assign(text="a" * 60 + "!")
    began = time.monotonic()
    with pytest.raises(PatternError, match="takes too long"):
        cs.concordance(trap, r"(?:a|a)*b|(a+)+c", is_regex=True)
    assert time.monotonic() - began < 15
    with pytest.raises(PatternError, match="is no regular expression"):
        cs.concordance(sentences, "(", is_regex=True)
    with pytest.raises(PatternError, match="must be a word or words"):
        cs.concordance(sentences, " ")


def test_what_is_asked_for_must_be_there(sentences: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="groups must be among River Daily, Steppe Post, got Sun"):
        cs.compare_keywords(sentences, groups=["Sun"])
    one = cs.compare_keywords(sentences, groups="River Daily", min_count=1, min_articles=1)
    assert set(one["group"]) == {"River Daily"}
    with pytest.raises(ValueError, match="by must be one name, such as 'outlet', got "):
        cs.compare_keywords(sentences, by=["outlet"])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="width and limit must be 0 or more, got 80 and -1"):
        cs.concordance(sentences, "pact", limit=-1)
    with pytest.raises(ValueError, match="window and min_count must be 1 or more, got 5, 0"):
        cs.collocates(sentences, "pact", min_count=0)


def test_collocates_are_found_however_their_letters_are_written() -> None:
    """Accents on their own and soft hyphens are no ends of words."""
    apart = unicodedata.normalize("NFD", "The pact réfused to co\u00adoperate; йод")
    near = cs.collocates(make_sentences(("a", "Post", f"{apart}. Nothing")), "pact", min_count=1)
    assert set(near["term"]) == {"réfused", "cooperate", "йод"}


def test_collocates_of_an_actor_stay_within_the_window() -> None:
    table = make_sentences(
        ("a1", "Post", "Kazakhstan refused troops then and then and then and at last left"),
        ("a2", "Post", "loudly Kazakhstan refused. Others left. Others refused nothing"),
    )
    mentions = make_table(
        "mentions",
        [
            {
                "article_id": a,
                "sentence": 0,
                "start": at,
                "actor": "Kazakhstan",
                "surface": "Kazakhstan",
            }
            for a, at in (("a1", 0), ("a2", 7))
        ],
    )
    near = cs.collocates(table, "Kazakhstan", mentions=mentions, window=2, min_count=1)
    near = near.set_index("term")
    assert near.loc["refused", "count"] == 2 and near.loc["refused", "after"] == 2
    assert near.loc["refused", "count_rest"] == 1
    assert near.loc["loudly", "before"] == 1
    assert "left" not in near.index and "kazakhstan" not in near.index
    by_pattern = cs.collocates(table, "kazakh*", window=2, min_count=1)
    assert set(by_pattern["term"]) == set(near.index)


def test_collocations_equal_nltk(sentences: pd.DataFrame) -> None:
    from nltk.collocations import BigramCollocationFinder
    from nltk.metrics import BigramAssocMeasures

    words = [find_words(text) for text in sentences["text"]]
    finder = BigramCollocationFinder.from_documents(words)
    for measure in ("likelihood_ratio", "pmi", "student_t"):
        found = collocations(sentences, measure=measure, min_count=1, function_words=True)
        theirs = dict(finder.score_ngrams(getattr(BigramAssocMeasures, measure)))
        assert len(found) > 5
        for row in found.itertuples():
            assert row.score == pytest.approx(theirs[row.first, row.second])
    with pytest.raises(ValueError, match="measure must be one of likelihood_ratio, pmi"):
        collocations(sentences, measure="luck")


def test_keyphrases_of_each_article(sentences: pd.DataFrame) -> None:
    for method in ("tfidf", "yake"):
        found = cs.keyphrases(sentences, method=method, top=3)
        assert (found.groupby("article_id")["rank"].max() <= 3).all()
        assert set(found["method"]) == {method}
    first = cs.keyphrases(sentences, top=1).set_index("article_id")["phrase"]
    assert first["b1"] == "sanctions"
    with pytest.raises(ValueError, match="method must be one of tfidf, yake"):
        cs.keyphrases(sentences, method="lda")
    assert cs.keyphrases(sentences.head(0)).empty
