"""Cleaning against its gold: scores may not fall below what was reached. Skips without the gold."""

import pandas as pd
import pytest

from benchmarks.cleaning import read_gold, score_html, score_set


@pytest.fixture(scope="module")
def seeds(shared):
    return score_set(read_gold(shared, "seeds"))


@pytest.mark.parametrize(
    ("name", "token", "line", "lowest"),
    [
        ("seeds", 0.99, 0.99, 0.98),
        ("pages", 0.98, 0.955, 0.92),
        ("written", 0.985, 0.98, 0.96),
        ("rendered", 0.925, 0.875, 0.0),
    ],
)
def test_prose_is_found(shared, name, token, line, lowest):
    scores = score_set(read_gold(shared, name))
    assert scores["token"].mean() >= token
    assert scores["line"].mean() >= line
    assert scores["token"].min() >= lowest


@pytest.mark.parametrize(("name", "share"), [("seeds", 0.95), ("pages", 0.83), ("written", 0.92)])
def test_kinds_of_the_other_lines(shared, name, share):
    scores = score_set(read_gold(shared, name))
    assert scores["right"].sum() >= share * scores["asked"].sum()


def test_nothing_foreign_stands_in_the_body_of_the_five_texts(seeds):
    foreign = {"comment", "appeal", "disclaimer", "about", "repeat"}
    for row in seeds.itertuples():
        for number in row.kept:
            assert row.labels.get(number) not in foreign, (row.id, number)


def test_headings_of_the_five_texts_are_kept(seeds):
    for row in seeds.itertuples():
        for number, kind in row.labels.items():
            if kind == "heading":
                assert row.kinds[number].most_common(1)[0][0] == "heading", (row.id, number)


def test_metadata_of_the_five_texts_are_what_they_state(seeds):
    for _, row in seeds.iterrows():
        for name in ("title", "author", "outlet", "date"):
            want, got = row[f"gold {name}"], row[f"found {name}"]
            want = "; ".join(want) if isinstance(want, list) else want
            want = None if isinstance(want, float) else want
            got = None if pd.isna(got) else str(got)[:10] if name == "date" else got
            assert got == want, (row["id"], name)


def test_titles_and_dates_of_the_pages(shared):
    scores = score_set(read_gold(shared, "pages"))
    assert (scores["found title"] == scores["gold title"]).sum() >= 8
    found = scores["found date"].map(lambda day: None if pd.isna(day) else str(day)[:10])
    assert (found == scores["gold date"]).sum() >= 8


def test_html_is_read_at_least_as_well_as_by_the_extractor_alone(shared):
    scores = {name: f1 for name, f1, _, _ in score_html(shared)}
    assert scores["**cstolib**"] >= 0.967
    assert scores["**cstolib**"] >= scores["trafilatura, precision"]
