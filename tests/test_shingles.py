"""Words and shingles: what counts as a word, whatever the script."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cstolib.shingles import SHINGLE, fold_table, hash_places, hash_texts, to_arrow, to_spans


def words_of(text: str) -> tuple[list[str], list[int]]:
    """The words of `text` as the kernel sees them, and their hashes."""
    spans = to_spans(to_arrow(pd.Series([text], dtype="str")))
    room = len(text.encode()) + 8
    words, places = np.empty(room, np.uint64), np.empty((room, 2), np.int64)
    count, _ = hash_places(
        spans.data, spans.begin[0], spans.finish[0], fold_table(), words, places,
        np.empty(room, np.uint64),
    )  # fmt: skip
    return [text[a:b] for a, b in places[:count]], words[:count].tolist()


def hash_amid(*parts: str, beside: str = "") -> tuple[list[int], list[int]]:
    """The words and the shingles of a text in several spans, with other text before and after."""
    spans = to_spans(to_arrow(pd.Series([beside, *parts, beside], dtype="str")))
    room = sum(len(part.encode()) for part in parts) + 8
    words, shingles = np.empty(room, np.uint64), np.empty(room, np.uint64)
    ends, counts = np.empty(1, np.int64), np.empty(1, np.int64)
    hash_texts(
        *spans, np.arange(len(parts) + 2), np.array([[1, len(parts) + 1]]), fold_table(),
        words, shingles, ends, counts,
    )  # fmt: skip
    return words[: counts[0]].tolist(), shingles[: ends[0]].tolist()


def shingles_of(*parts: str) -> list[int]:
    """The shingles of a text that comes in several spans."""
    return hash_amid(*parts)[1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Yerevan froze its seat.", ["Yerevan", "froze", "its", "seat"]),
        ("don’t — “do”", ["don", "t", "do"]),
        ("ОДКБ: заседание в Ереване", ["ОДКБ", "заседание", "в", "Ереване"]),
        ("Հայաստանը սառեցրեց։", ["Հայաստանը", "սառեցրեց"]),
        ("东京 ok", ["东", "京", "ok"]),
        ("𠀀a", ["𠀀", "a"]),
        ("peace🕊keepers", ["peace", "keepers"]),
        ("co\u00adoperate", ["co\u00adoperate"]),
        ("", []),
        (" \n—", []),
    ],
)
def test_words_of_any_script(text, words):
    assert words_of(text)[0] == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ЕРЕВАН", "ереван"),
        ("ёлка", "елка"),
        ("café", "cafe\u0301"),
        ("co\u00adoperate", "cooperate"),
        ("Tbilisi.", "«Tbilisi»"),
    ],
)
def test_same_word_however_written(one, other):
    assert words_of(one)[1] == words_of(other)[1]


@pytest.mark.parametrize(
    ("one", "other"),
    [("is", "si"), ("a", "aa"), ("минск", "минска"), ("12", "21"), ("ab c", "a bc")],
)
def test_unlike_words_stay_unlike(one, other):
    assert words_of(one)[1] != words_of(other)[1]


def test_breaks_between_paragraphs_do_not_matter():
    whole = shingles_of("one two three four five six seven")
    assert len(whole) == 7 - SHINGLE + 1
    assert shingles_of("one two three", "four five", "six seven") == whole
    assert shingles_of("seven six five four three two one") != whole


def test_a_text_of_few_words_is_one_shingle():
    assert len(shingles_of("Read more")) == 1
    assert shingles_of("Read more") != shingles_of("Read on")
    assert shingles_of(" ") == []


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(max_codepoint=0x5FF), max_size=60))
def test_places_quote_the_text_and_leave_no_letter_out(text):
    found, hashes = words_of(text)
    assert len(found) == len(hashes)
    assert all(re.search(r"\w", word) for word in found)
    letters = re.compile(r"[a-z0-9а-яա-ֆ]")
    assert letters.findall("".join(found)) == letters.findall(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_no_text_is_too_odd(text):
    text = text.encode("utf-8", "ignore").decode()
    found, _ = words_of(text)
    assert all(found)


SYLLABLES = ["word", "Seven", "unconstitutionally", "9", " ", " ", " ", ", ", "\n", "’", "“", "—"]
SYLLABLES += ["é", "e\u0301", "\u00ad", "\u200b", "ОДКБ", "Երևան", "东", "€", "🕊", "_"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(SYLLABLES), max_size=60), st.sampled_from(["", "a" * 99, " " * 99]))
def test_blocks_hold_the_words_that_letters_make(parts, beside):
    """Read in blocks of plain text, and letter by letter."""
    text = "".join(parts)
    assert hash_amid(text, beside=beside)[0] == words_of(text)[1]


def test_kernels_run_where_nothing_can_be_kept(monkeypatch):
    """A package that root installed, run by a user without a home."""
    import numba

    from cstolib.shingles import kernel

    plain = numba.njit

    def refuse(*, cache: bool = False, **options):
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return plain(**options)

    monkeypatch.setattr(numba, "njit", refuse)
    assert kernel(lambda number: number + 1)(1) == 2
