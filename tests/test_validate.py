"""Scores, agreement, UN votes and contradictions: by hand, as laws, and on real texts."""

from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cstolib as cs
from cstolib.tables import TableError
from cstolib.validate import (
    add_lines,
    compare_coders,
    compare_votes,
    find_contradictions,
    krippendorff_alpha,
    score_statements,
)
from cstolib.validate.claims import load_claims
from cstolib.validate.votes import load_votes, rank_correlation

KEYS = ["article_id", "sentence", "actor", "issue", "alignment"]


def _rows(*rows: tuple[Any, ...], **more: Any) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=KEYS).assign(**more)


A = ("a", 0, "Armenia", "csto", -1)
B = ("a", 1, "Belarus", "basing", 1)
C = ("b", 0, "Georgia", "sanctions", 0)
D = ("c", 2, "Armenia", "troops", -1)


def test_scores_are_those_of_a_count_by_hand() -> None:
    score = score_statements(_rows(A, B, D), _rows(A, C)).iloc[0]
    assert (score["n"], score["n_gold"], score["right"], score["found"]) == (3, 2, 1, 1)
    assert score["precision"] == pytest.approx(1 / 3)
    assert score["recall"] == pytest.approx(1 / 2)
    assert score["f1"] == pytest.approx(0.4)


def test_of_two_coders_either_makes_right_and_both_make_required() -> None:
    gold = pd.concat([_rows(A, B, coder="B"), _rows(A, C, coder="C")])
    score = score_statements(_rows(A, B, D), gold).iloc[0]
    assert score["precision"] == pytest.approx(2 / 3)  # A and B are right
    assert (score["n_gold"], score["recall"]) == (1, 1.0)  # A is required


def test_a_statement_said_twice_counts_once() -> None:
    score = score_statements(_rows(A, A), _rows(A, A)).iloc[0]
    assert (score["n"], score["n_gold"], score["f1"]) == (1, 1, 1.0)


def test_unsure_statements_are_left_out_as_in_figures() -> None:
    said = _rows(A, B).assign(confidence=[0.9, 0.3])
    assert score_statements(said, _rows(A)).iloc[0]["precision"] == 1
    assert score_statements(said, _rows(A), min_confidence=0.2).iloc[0]["precision"] == 0.5


def test_false_alarms_are_on_texts_that_say_nothing() -> None:
    score = score_statements(_rows(A, C), _rows(A), units=["a", "b", "c", "d", "e"]).iloc[0]
    assert score["false_alarms"] == pytest.approx(1 / 4)


def test_no_statement_at_all_is_recall_zero_and_no_precision() -> None:
    score = score_statements(_rows(), _rows(A)).iloc[0]
    assert np.isnan(score["precision"])
    assert (score["recall"], score["f1"]) == (0, 0)


def test_scores_by_issue_stand_below_the_score_of_all() -> None:
    table = score_statements(_rows(A, B), _rows(A, C), by="issue")
    assert list(table["group"]) == ["all", "basing", "csto", "sanctions"]
    assert table.set_index("group").loc["csto", "f1"] == 1


def test_what_is_missing_is_named() -> None:
    with pytest.raises(TableError, match="gold table lacks alignment"):
        score_statements(_rows(A), _rows(A).drop(columns="alignment"))
    with pytest.raises(TableError, match="missing values"):
        score_statements(_rows(("a", 0, None, "csto", 1)), _rows(A))


_statement = st.tuples(
    st.sampled_from("abcde"),
    st.integers(0, 2),
    st.sampled_from(["Armenia", "Belarus"]),
    st.sampled_from(["csto", "troops"]),
    st.sampled_from([-1, 0, 1]),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(_statement, min_size=1), st.lists(_statement, min_size=1))
def test_laws_of_scores(said: list[Any], gold: list[Any]) -> None:
    forth = score_statements(_rows(*said), _rows(*gold), draws=40).iloc[0]
    back = score_statements(_rows(*gold), _rows(*said), draws=40).iloc[0]
    assert forth["f1"] == pytest.approx(back["f1"])
    assert forth["precision"] == pytest.approx(back["recall"])
    again = score_statements(_rows(*reversed(said)), _rows(*reversed(gold)), draws=40).iloc[0]
    pd.testing.assert_series_equal(forth, again)  # neither order nor chance moves an interval
    for measure in ("precision", "recall", "f1"):
        assert 0 <= forth[measure] <= 1
        if not np.isnan(forth[f"{measure}_low"]):
            assert 0 <= forth[f"{measure}_low"] <= forth[f"{measure}_high"] <= 1


def test_lines_are_those_of_the_raw_file() -> None:
    articles = pd.DataFrame({"article_id": ["a"], "raw": ["one\ntwo\n\nfour"]})
    statements = pd.DataFrame({"article_id": "a", "start": [0, 4, 9]})
    assert list(add_lines(statements, articles)["line"]) == [1, 2, 4]


# Krippendorff (2011), section C: four observers, twelve units, missing values.
_OBSERVERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, np.nan, np.nan, np.nan],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, np.nan, 3],
        [np.nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, np.nan],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, np.nan],
    ]
)


@pytest.mark.parametrize(
    ("scale", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_alpha_is_that_of_krippendorff_s_example(scale: str, alpha: float) -> None:
    assert krippendorff_alpha(_OBSERVERS, scale=scale) == pytest.approx(alpha, abs=0.0006)


def test_alpha_of_no_variation_is_missing_and_a_scale_must_be_known() -> None:
    assert np.isnan(krippendorff_alpha(np.ones((2, 4))))
    with pytest.raises(ValueError, match="scale must be"):
        krippendorff_alpha(_OBSERVERS, scale="ratio")


def test_coders_agree_as_far_as_they_do() -> None:
    turned = ("b", 0, "Georgia", "sanctions", 1)
    table = compare_coders({"rules": _rows(A, B, C), "model": _rows(A, turned, D), "me": _rows(A)})
    pairs = table[table["measure"] == "F1"]
    assert list(zip(pairs["method"], pairs["reference"], strict=True)) == [
        ("rules", "model"),
        ("rules", "me"),
        ("model", "me"),
    ]
    first = table.head(3).set_index("measure")
    assert first.loc["F1", "value"] == pytest.approx(1 / 3)
    assert (first.loc["same", "value"], first.loc["same", "n"]) == (0.5, 2)
    with pytest.raises(ValueError, match="at least two, got rules"):
        compare_coders({"rules": _rows(A)})


def test_a_coder_agrees_with_itself_and_not_with_nobody() -> None:
    table = compare_coders({"a": _rows(A, B, C), "b": _rows(C, B, A)})
    assert table["value"].tolist() == pytest.approx([1, 1, 1])
    none = compare_coders({"a": _rows(A), "b": _rows()}).set_index("measure")["value"]
    assert none["F1"] == 0
    assert none[["same", "alpha"]].isna().all()
    assert compare_coders({"a": _rows(), "b": _rows()})["value"].isna().all()


def test_agreement_can_be_drawn() -> None:
    chart = cs.plot_agreement(compare_coders({"rules": _rows(A, B, C), "model": _rows(A, D)}))
    assert chart is not None


def _brute_p(first: list[float], second: list[float]) -> float:
    """The same p, from scipy's rho under every order, to check the fast way by the slow one."""
    from scipy.stats import spearmanr

    rho = abs(spearmanr(first, second).statistic)
    orders = [abs(spearmanr(first, list(order)).statistic) for order in permutations(second)]
    return float(np.mean(np.array(orders) >= rho - 1e-9))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([0.1, -0.1, -0.2, -0.3, -0.5], [1, 0.1, 0.1, -0.1, 0]),
        ([1, 2, 3, 4], [4, 3, 2, 1]),
        ([1, 1, 2, 3], [0, 5, 5, 6]),
    ],
)
def test_p_is_exact(first: list[float], second: list[float]) -> None:
    _, p, smallest = rank_correlation(np.array(first), np.array(second))
    assert p == pytest.approx(_brute_p(first, second))
    assert smallest <= p


def test_five_states_without_ties_allow_no_p_below_two_in_120() -> None:
    rho, p, smallest = rank_correlation(np.arange(5.0), np.arange(5.0))
    assert (rho, p, smallest) == (pytest.approx(1), pytest.approx(2 / 120), pytest.approx(2 / 120))
    assert np.isnan(rank_correlation(np.ones(5), np.arange(5.0))[0])


def test_many_states_are_drawn_and_always_the_same() -> None:
    values = np.arange(12.0)
    first = rank_correlation(values, values[::-1])
    assert first == rank_correlation(values, values[::-1])
    assert first[0] == pytest.approx(-1)
    assert 0 < first[1] < 0.001


def test_votes_that_ship_are_verified_ones_with_sources() -> None:
    votes = load_votes()
    assert set(votes["vote"]) <= {"Y", "N", "A", "NV"}
    assert votes["source"].str.len().gt(5).all()
    assert not votes.duplicated(["resolution", "date", "country"]).any()
    first = votes[votes["resolution"] == "A/RES/ES-11/1"].set_index("country")["vote"]
    assert (first["Belarus"], first["Kazakhstan"], first["Georgia"]) == ("N", "A", "Y")


def _positions(**alignment: float) -> pd.DataFrame:
    return pd.DataFrame({"actor": list(alignment), "alignment": list(alignment.values())})


def test_votes_are_compared_on_the_same_resolutions() -> None:
    table = compare_votes(
        _positions(Kazakhstan=-0.4, Belarus=0.1, Armenia=-0.3, Tajikistan=-0.2, Atlantis=0.0)
    )
    assert list(table["actor"]) == ["Armenia", "Belarus", "Kazakhstan", "Tajikistan"]
    assert table.attrs["left_out"] == ["Atlantis"]
    assert set(table["n_votes"]) == {8}
    assert table.set_index("actor").loc["Belarus", "vote_index"] == 1
    assert table.set_index("actor").loc["Belarus", "text_rank"] == 1
    assert (table["p"] >= table["p_smallest"]).all()


def test_a_vote_index_is_the_mean_of_what_was_cast() -> None:
    votes = pd.DataFrame(
        {
            "resolution": ["r1", "r1", "r2", "r2", "r3"],
            "date": ["2022-03-02", "2022-03-02", "2022-04-07", "2022-04-07", "2022-05-01"],
            "country": ["X", "Y", "X", "Y", "X"],
            "vote": ["N", "Y", "A", "NV", "N"],
        }
    )
    table = compare_votes(_positions(X=1.0, Y=-1.0), votes).set_index("actor")
    assert table["n_votes"].tolist() == [2, 2]  # r3 is not known of Y
    assert table["vote_index"].to_dict() == {"X": 0.5, "Y": -0.5}
    none = compare_votes(_positions(X=1.0, Y=-1.0), votes, since="2023-01-01")
    assert len(none) == 0
    assert none.attrs["left_out"] == ["X", "Y"]


def test_positions_by_issue_are_no_positions_of_an_actor() -> None:
    with pytest.raises(TableError, match="Twice: Armenia"):
        compare_votes(pd.concat([_positions(Armenia=0.0)] * 2))
    with pytest.raises(TableError, match="got yes"):
        compare_votes(
            _positions(X=0.0),
            pd.DataFrame(
                {"resolution": "r", "date": ["2022-03-02"], "country": "X", "vote": "yes"}
            ),
        )


def _told(*texts: str, date: str | None = "2022-09-06") -> pd.DataFrame:
    """Sentences of as many articles as there are texts."""
    rows = []
    for number, text in enumerate(texts):
        articles = pd.DataFrame(
            {"article_id": [f"a{number}"], "raw": [text], "date": [pd.Timestamp(date)]}
        )
        passages = pd.DataFrame(
            {
                "article_id": [f"a{number}"],
                "passage": 0,
                "start": 0,
                "end": len(text),
                "kind": "body",
                "text": text,
            }
        )
        rows.append(cs.split_sentences(articles, passages))
    return pd.concat(rows, ignore_index=True)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("some 3,000 troops", "3,000"),
        ("2.5 thousand peacekeepers", "2,500"),
        ("two thousand soldiers", "2,000"),
        ("3 000 men", "3,000"),
        ("a 2,030-strong contingent of peacekeepers", "2,030"),
        ("2,030 CSTO servicemen", "2,030"),
        ("3,000 tents", None),
    ],
)
def test_numbers_are_read_however_they_are_written(words: str, value: str | None) -> None:
    other = "In January the CSTO sent 1,234 soldiers to Kazakhstan."
    table = find_contradictions(_told(f"In January the CSTO sent {words} to Kazakhstan.", other))
    told = table[table["article_id"] == "a0"]["value"].tolist()
    assert told == ([value] if value else [])


def test_a_claim_told_differently_is_shown_from_both_sides() -> None:
    table = find_contradictions(
        _told(
            "In January the CSTO sent 2,000 soldiers to Kazakhstan.",
            "Almaty burned that January. The CSTO's 3,000 peacekeepers came.",
            "The bloc held drills with 4,000 soldiers in Kazakhstan in January.",
            "Armenia sent 500 soldiers to the parade.",
        )
    )
    assert table["claim"].unique().tolist() == ["csto-troops-2022"]
    assert table[["article_id", "value", "agrees"]].values.tolist() == [
        ["a0", "2,000", True],
        ["a1", "3,000", False],
    ]
    assert table["source"].str.contains("6 January").all()


def test_agreement_with_the_fact_is_no_contradiction() -> None:
    text = "In January the CSTO sent 2,500 soldiers to Kazakhstan."
    assert len(find_contradictions(_told(text, text))) == 0


def test_a_month_is_reckoned_from_the_article_s_date() -> None:
    text = "Last month, at the St. Petersburg forum, Putin sat beside Tokayev."
    july = find_contradictions(_told(text, date="2022-09-06"))
    assert july["value"].tolist() == ["2022-08"]
    assert len(find_contradictions(_told(text, date="2022-07-20"))) == 0  # June: that is right
    assert len(find_contradictions(_told(text, date=None))) == 0  # no date, no month


def test_yes_and_no_contradict_each_other() -> None:
    table = find_contradictions(
        _told(
            "After two appeals from Moscow, Yerevan kept its troops out of the war.",
            "Putin has not asked him for troops in this war, he said.",
        )
    )
    assert table["value"].tolist() == ["no", "yes"]
    assert table["agrees"].isna().all()


def test_claims_that_cannot_be_read_are_named() -> None:
    claims = load_claims().head(1)
    with pytest.raises(TableError, match="kind must be number, month, choice, got 'size'"):
        find_contradictions(_told("It rained."), claims.assign(kind="size"))
    with pytest.raises(TableError, match="cannot be read"):
        find_contradictions(_told("It rained."), claims.assign(value="("))
    with pytest.raises(TableError, match="value must hold NUMBER or MONTH, got 'two'"):
        find_contradictions(_told("It rained."), claims.assign(value="two"))
    with pytest.raises(TableError, match="fact must be a number or a range such as 2000-2500"):
        find_contradictions(_told("It rained."), claims.assign(fact="many"))
    with pytest.raises(TableError, match="claims 'none\\.csv' cannot be read: No such file"):
        find_contradictions(_told("It rained."), "none.csv")
    with pytest.raises(TableError, match="claims table lacks question"):
        find_contradictions(_told("It rained."), claims.drop(columns="question"))


def test_an_analyst_s_own_claims_need_no_code(tmp_path: Any) -> None:
    path = tmp_path / "claims.csv"
    pd.DataFrame(
        {
            "claim": ["bridges"],
            "question": ["How many bridges?"],
            "kind": ["number"],
            "about": [r"\bNarva\b"],
            "value": [r"NUMBER bridges"],
        }
    ).to_csv(path, index=False)
    table = find_contradictions(_told("Narva has two bridges.", "Narva has 3 bridges."), path)
    assert table["value"].tolist() == ["2", "3"]


def test_the_real_texts_contradict_each_other_where_they_do(shared: Any) -> None:
    articles, passages = cs.clean_articles(cs.read_articles(shared / "corpus"))
    table = find_contradictions(cs.split_sentences(articles, passages))
    troops = table[table["claim"] == "csto-troops-2022"]
    assert sorted(set(troops["value"])) == ["2,000", "3,000"]
    assert {"no", "yes"} <= set(table[table["claim"] == "troops-requested-2022"]["value"])
    raws = articles.set_index("article_id")["raw"]
    for row in table.itertuples():
        assert " ".join(raws[row.article_id][row.start : row.end].split()) == row.quote


def test_events_of_the_timeline_are_dated_and_sourced(root: Any) -> None:
    events = pd.read_csv(root / "src" / "cstolib" / "resources" / "timeline.csv")
    assert events["date"].is_monotonic_increasing
    assert (events["date"] <= events["date_high"]).all()
    assert events[["actor", "event", "source"]].notna().all(axis=None)
