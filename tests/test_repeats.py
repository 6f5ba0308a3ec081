"""Repeats inside one text, and the passages that an outlet prints under many."""

import gzip
import json
import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import invent_words

from cstolib import find_boilerplate, find_repeats


def prose(words: int, seed: int) -> str:
    """Sentences of no meaning, none like another."""
    text = invent_words(words, seed)
    return " ".join(f"{word}." if i % 12 == 11 else word for i, word in enumerate(text))


def repeated(text: str, **options) -> list[tuple[str, str]]:
    """The runs found in one text, each with its source."""
    runs = find_repeats([text], **options)
    return [(text[r.start : r.end], text[r.source_start : r.source_end]) for r in runs.itertuples()]


def test_second_copy_of_a_paragraph_is_found():
    first, second, third = prose(60, 1), prose(60, 2), prose(60, 3)
    ((run, source),) = repeated("\n".join([first, second, first, third]))
    assert run == source == first.rstrip(".")


def test_second_copy_counts_when_edited_and_broken_elsewhere():
    words = prose(200, 4).split()
    edited = [f"new{i}" if i % 50 == 20 else word for i, word in enumerate(words)]
    again = "\n".join(" ".join(edited[i : i + 33]) for i in range(0, 200, 33))
    text = " ".join(words) + "\n" + again
    covered = sum(len(run.split()) for run, _ in repeated(text))
    assert 190 <= covered <= 200
    assert all(text.index(run) >= len(" ".join(words)) for run, _ in repeated(text))


def test_all_of_three_copies_but_the_first_are_found():
    text = "\n".join([prose(80, 5)] * 3)
    assert sum(len(run.split()) for run, _ in repeated(text)) == 160


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"{prose(40, i)}\nWe will not send a single soldier." for i in range(6)),
        "\n".join(
            f"{country} voted in favour of the resolution on the territorial integrity of Ukraine."
            for country in (
                "Armenia",
                "Kazakhstan",
                "Tajikistan",
                "Kyrgyzstan",
                "Serbia",
                "Georgia",
            )
        ),
        "\n".join(
            f"Treaty {n} on mutual aid, signed in Moscow on {n} May 2002, in force since June."
            for n in range(2, 14)
        ),
        prose(100, 6) + " " + prose(30, 7) + " " + prose(60, 8) + " " + prose(30, 7) + prose(90, 9),
        "ha " * 400,
        "",
    ],
    ids=["refrain", "votes", "list", "quoted again within a paragraph", "one word", "empty"],
)
def test_what_is_no_repeat(text):
    assert repeated(text) == []


def test_russian_and_armenian():
    russian = " ".join(f"министр{i} заявил{i}" for i in range(40))
    armenian = " ".join(f"նախարարը{i} հայտարարեց{i}" for i in range(40))
    for paragraph in (russian, armenian):
        text = f"{paragraph}\n{prose(50, 10)}\n{paragraph.upper()}"
        ((run, source),) = repeated(text)
        assert (run, source) == (paragraph.upper(), paragraph)


def test_texts_do_not_mix_and_are_numbered():
    paragraph = prose(40, 11)
    runs = find_repeats([paragraph, paragraph, f"{paragraph}\n{paragraph}"])
    assert runs["text"].tolist() == [2]


def test_min_words_is_checked():
    with pytest.raises(ValueError, match="min_words must be at least 5, got 3"):
        find_repeats(["a"], min_words=3)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["ա բ գ", "a b c d", "é", "—", "\n", "x1 x2 x3"]), max_size=120))
def test_a_run_comes_after_its_source_and_within_the_text(parts):
    text = " ".join(parts)
    runs = find_repeats([text], min_words=5)
    assert (runs["source_end"] <= runs["end"]).all() and (runs["end"] <= len(text)).all()
    assert (runs["source_start"] < runs["start"]).all() and (runs["start"] < runs["end"]).all()


def test_score_on_labelled_repeats(shared):
    """Word precision and recall on 1,500 articles, half of them with a second copy inside."""
    with gzip.open(shared / "benchmarks" / "repeats_dev.jsonl.gz", "rt") as lines:
        rows = [json.loads(line) for line in lines]
    texts = ["\n".join(row["paragraphs"]) for row in rows]
    found = dict(iter(find_repeats(texts).groupby("text")))
    right = wrong = missed = 0
    for i, row in enumerate(rows):
        inside = bytearray(len(texts[i]))
        for run in found[i].itertuples() if i in found else ():
            inside[run.start : run.end] = b"\1" * (run.end - run.start)
        place = 0
        for paragraph, repeat in zip(row["paragraphs"], row["repeat"], strict=True):
            starts = [place + word.start() for word in re.finditer(r"\w+", paragraph)]
            hits = sum(inside[start] for start in starts)
            right, wrong = right + hits * repeat, wrong + hits * (1 - repeat)
            missed += (len(starts) - hits) * repeat
            place += len(paragraph) + 1
    assert right / (right + wrong) >= 0.995
    assert right / (right + missed) >= 0.995


def tables(*articles: tuple[str | None, list[str]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """An articles and a passages table of (outlet, passages)."""
    outlets = [outlet for outlet, _ in articles]
    ids = [f"a{i}" for i in range(len(articles))]
    rows = [
        {"article_id": ids[i], "start": 1000 * k, "kind": "body", "text": text}
        for i, (_, texts) in enumerate(articles)
        for k, text in enumerate(texts)
    ]
    return pd.DataFrame({"article_id": ids, "outlet": outlets}), pd.DataFrame(rows)


def test_what_an_outlet_prints_under_many_articles():
    pages = [
        (
            "Lantern",
            [prose(30, i), f"Updated {i + 3} May 2022 at {i}:40 p.m.", "Sign up for our letter."],
        )
        for i in range(3)
    ]
    articles, passages = tables(*pages, ("Herald", [prose(30, 9), "Sign up for our letter."]))
    found = find_boilerplate(articles, passages)
    assert passages["text"][found].tolist() == [text for _, texts in pages for text in texts[1:]]


@pytest.mark.parametrize(
    "text",
    [
        "The alliance was founded in 1992 and has six members.",
        "“We are not going to send anyone,” the minister said",
        "Организация была основана в 1992 году, в неё входят шесть стран.",
    ],
)
def test_prose_that_many_articles_repeat_is_no_boilerplate(text):
    articles, passages = tables(*[("Lantern", [prose(30, i), text]) for i in range(6)])
    assert not find_boilerplate(articles, passages).any()


def test_the_name_of_who_asks_is_no_boilerplate():
    pages = [("Lantern", ["Lantern", prose(20, i), "Lantern", prose(20, i + 50)]) for i in range(4)]
    assert not find_boilerplate(*tables(*pages)).any()


def test_boilerplate_keeps_the_index_and_takes_missing_outlets():
    articles, passages = tables(
        *[(None, [prose(30, i), "Follow us on Telegram"]) for i in range(3)]
    )
    passages.index = [f"row{i}" for i in range(len(passages))]
    found = find_boilerplate(articles, passages)
    assert found.index.equals(passages.index)
    assert passages["text"][found].unique().tolist() == ["Follow us on Telegram"]
    assert not find_boilerplate(articles.drop(columns="outlet").iloc[:1], passages.iloc[:0]).any()
