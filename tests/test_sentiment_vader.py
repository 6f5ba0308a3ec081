"""VADER without a download: the same numbers as NLTK's own code, only sooner."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cstolib.sentiment import vader

_WORDS = (
    "good bad GREAT awful not never very kind of sort but least at so this without doubt the war "
    "isn't don't hand bomb shit uber :) :D <3 n't NOT Hell no sucks x I"
)
WORDS = _WORDS.split(" ")
MARKS = ["", "!", "!!", "!!!", "?", "??", "?!?", ".", ",", '"', "'", "-", "(", "…", "’"]
token = st.builds(
    lambda a, w, b: a + w + b,
    st.sampled_from(MARKS),
    st.sampled_from(WORDS),
    st.sampled_from(MARKS),
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "!",
        "The summit was held.",
        "The summit was a GREAT success!!!",
        "not good, but not bad either...",
        'He was kind of good; "good!" she said (good).',
        "the least good of the good, at least",
        "Саммит прошёл good",
        "good",
        "a",
        "It isn't bad at all?!?! ????",
    ],
)
def test_polarity_is_what_nltk_says(text):
    assert vader.polarity(text) == vader._analyzer().polarity_scores(text)


@settings(max_examples=300, deadline=None)
@given(st.lists(token, max_size=25).map(" ".join))
def test_polarity_is_what_nltk_says_of_any_words(text):
    assert vader.polarity(text) == vader._analyzer().polarity_scores(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_polarity_is_what_nltk_says_of_any_text(text):
    assert vader.polarity(text) == vader._analyzer().polarity_scores(text)


def test_compound_scores_keep_the_order():
    assert vader.compound_scores(["good", "bad", "good"]) == [0.4404, -0.5423, 0.4404]
