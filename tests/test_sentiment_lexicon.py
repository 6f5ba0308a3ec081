"""The lexicon method: counts by place, a readable file, an explanation that adds up."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from cstolib.sentiment.lexicon import (
    CLASSES,
    explain_lexicon,
    feature_of,
    features,
    lexicon_probabilities,
    load_lexicon,
    make_lexicon,
    read_lexicon,
    tokenise,
)

TEXT = "The minister praised Ruritania, but did not forgive its army."
SPAN = (TEXT.index("Ruritania"), TEXT.index(","))


def seen(text, spans, words=("praised", "forgive", "army"), pairs=(("praised", "@"),)):
    """The features of one text, as {(place, term): value}, VADER's own left out."""
    lexicon = make_lexicon(list(words), list(pairs))
    row = features(lexicon, [text], [spans]).tocoo()
    named = {feature_of(lexicon, int(c)): v for c, v in zip(row.col, row.data, strict=True)}
    return {k: v for k, v in named.items() if k[1] in {*words, *(" ".join(p) for p in pairs)}}


def test_tokenise_hides_the_target():
    assert tokenise(TEXT, [SPAN])[:6] == ["the", "minister", "praised", "@", ",", "but"]
    assert "ruritania" in tokenise(TEXT, [])


def test_features_tell_sides_and_distance():
    found = seen(TEXT, [SPAN])
    assert ("left", "praised") in found and ("right", "praised") not in found
    assert ("far right", "forgive") in found and ("right", "forgive") not in found
    assert ("pair", "praised @") in found and ("near pair", "praised @") in found


def test_features_turn_round_behind_a_negator():
    found = seen(TEXT, [SPAN])
    assert ("negated", "forgive") in found
    assert ("negated", "praised") not in found  # "not" comes later
    assert ("negated", "army") in found
    assert ("negated", "army") not in seen("Not one of the men in the army left.", [])


def test_features_know_no_distance_without_a_target():
    assert {place for place, _ in seen(TEXT, [])} == {"any", "negated"}


def test_features_do_not_run_from_one_text_into_the_next():
    lexicon = make_lexicon(["praised"], [("praised", "@")])
    alone = features(lexicon, ["praised"], [[]]).toarray()
    followed = features(lexicon, ["praised", "X spoke"], [[], [(0, 1)]]).toarray()
    assert (followed[0] == alone[0]).all()


def test_read_lexicon_puts_weights_where_they_belong():
    text = "# note\nplace\tterm\tnegative\tneutral\tpositive\nbias\t\t0.1\t0.2\t0.3\n"
    lexicon = read_lexicon(text + "left\taccused\t1\t0\t-1\npair\taccused @\t2\t0\t-2\n")
    row = features(lexicon, ["They accused Ruritania."], [[(13, 22)]])
    assert (row @ lexicon.weights).tolist() == [[3.0, 0.0, -3.0]]
    assert lexicon.bias.tolist() == [0.1, 0.2, 0.3]


@pytest.mark.parametrize("span", [SPAN, None])
def test_explain_lexicon_adds_up_to_the_score(span):
    table = explain_lexicon(TEXT, *(span or (None, None)))
    total = table[list(CLASSES)].sum().to_numpy()
    powers = np.exp(total - total.max())
    expected = lexicon_probabilities([TEXT], [[span] if span else []])[0]
    assert np.allclose(powers / powers.sum(), expected)


def test_explain_lexicon_quotes_the_text():
    table = explain_lexicon(TEXT, *SPAN)
    placed = table[table["start"].notna() & ~table["term"].str.contains("@")]
    words = placed[~placed["place"].isin(["valence"])]
    for row in words.itertuples():
        quoted = " ".join(tokenise(TEXT[row.start : row.end], []))
        assert quoted == row.term


@pytest.mark.parametrize("span", [(0, None), (None, 7), (7, 0), (0, 70)])
def test_a_target_outside_its_text_is_refused(span):
    with pytest.raises(ValueError, match="start and end must lie in the text"):
        explain_lexicon("Belarus is a friend.", *span)


def test_lexicon_knows_no_names():
    names = {"russia", "kazakhstan", "armenia", "putin", "lukashenko", "trump", "obama", "clinton"}
    lexicon = load_lexicon()
    weighted = {
        word
        for column in np.flatnonzero(lexicon.weights.any(axis=1))
        for word in feature_of(lexicon, int(column))[1].split(" ")
    }
    assert not weighted & names


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_probabilities_sum_to_one_for_any_text(text, a, b):
    start, end = sorted((min(a, len(text)), min(b, len(text))))
    found = lexicon_probabilities([text, text], [[(start, end)] if start < end else [], []])
    assert np.allclose(found.sum(axis=1), 1)
    explain_lexicon(text, start, end) if start < end else explain_lexicon(text)


@pytest.mark.parametrize(("name", "gate"), [("dev_mt", 0.62), ("dev_rw", 0.68)])
def test_lexicon_on_the_dev_sets(shared, name, gate):
    path = shared / "benchmarks" / "sentiment" / f"{name}.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    spans = [[(int(r["from"]), int(r["to"]))] for r in rows]
    guess = lexicon_probabilities([r["sentence"] for r in rows], spans).argmax(axis=1)
    assert f1_score([r["polarity"] + 1 for r in rows], guess, average="macro") >= gate
