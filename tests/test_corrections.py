"""Corrections: written, checked, replayed, and never lost without a word."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cstolib as cs
from cstolib.corrections import (
    COLUMNS,
    CorrectionError,
    add_correction,
    correct_articles,
    correct_copies,
    correct_passages,
    correct_sentences,
    describe_corrections,
    find_quote,
    hash_text,
    place_corrections,
    read_corrections,
)
from cstolib.tables import make_table

RAW = "Minsk backs the war.\nKazakhstan will not\nsend troops.  Share this."
BOOK = cs.load_codebook()
ARTICLES = make_table("articles", [{"article_id": "a", "raw": RAW, "outlet": "Old Post"}])
PASSAGES = make_table(
    "passages",
    [
        {"article_id": "a", "start": 0, "end": 20, "kind": "title", "reason": "first line"},
        {"article_id": "a", "start": 21, "end": 65, "kind": "body", "reason": "prose"},
    ],
)


def place(*rows: tuple[str, ...]) -> pd.DataFrame:
    return place_corrections(pd.DataFrame(rows, columns=list(COLUMNS), dtype="str"), ARTICLES)


def write(file: Path, *lines: str) -> Path:
    file.write_text("\n".join([",".join(COLUMNS), *lines]))
    return file


def test_a_written_correction_is_read_back(tmp_path: Path) -> None:
    file = tmp_path / "data" / "corrections.csv"
    said = 'a "quote", with commas\nand a line'
    add_correction(file, raw=RAW, quote=said, field="kind", value="nav", who="Ann; B", why="=x")
    add_correction(file, raw=RAW, quote="", field="outlet", value="New Post", who="", why="")
    rows = read_corrections(file, BOOK)
    assert rows["quote"].tolist() == ['a "quote", with commas and a line', ""]
    assert rows["article"].tolist() == [hash_text(RAW)] * 2
    assert rows["why"].tolist() == ["=x", ""]


def test_a_file_saved_by_a_spreadsheet_is_read(tmp_path: Path) -> None:
    file = tmp_path / "corrections.csv"
    text = ";".join(COLUMNS) + "\r\nabc;a quote, here;kind;nav;Ann;\r\n;;;;;\r\n"
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_corrections(file, BOOK)["quote"].tolist() == ["a quote, here"]
    add_correction(file, raw=RAW, quote="q", field="kind", value="nav", who="", why="")
    assert len(read_corrections(file, BOOK)) == 2


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("a,q,knid,nav,,", "line 2: the field must be one of title, author"),
        ("a,q,kind,bdy,,", "line 2: the value must be one of body, heading"),
        ("a,q,voice,official,,", "line 2: the value must be one of author, quoted, got 'official'"),
        ("a,,date,15.9.2022,,", "line 2: the value must be a day such as 2022-09-15"),
        ("a,,copy,other.txt,,", "line 2: the value must be none or the hash"),
        ("a,q,stance Atlantis/troops,+1,,", "'Atlantis' is no actor; the codebook has Armenia"),
        ("a,q,stance Belarus/weather,+1,,", "'weather' is no issue; the codebook has"),
        ("a,q,stance Belarus/troops,2,,", "the value must be +1, 0, -1 or none, got '2'"),
        ("a,,stance Belarus/troops,+1,,", "a correction of stance needs the quote"),
        ("a,,kind,nav,,", "a correction of kind needs the quote"),
    ],
)
def test_read_corrections_says_what_is_wrong(tmp_path: Path, line: str, says: str) -> None:
    file = write(tmp_path / "corrections.csv", line)
    with pytest.raises(CorrectionError) as caught:
        read_corrections(file, BOOK)
    assert says in str(caught.value)
    assert str(file) in str(caught.value)


def test_read_corrections_reports_all_faults_at_once(tmp_path: Path) -> None:
    file = write(tmp_path / "c.csv", "a,q,knid,nav,,", "a,q,kind,nav,,", "a,q,kind,bdy,,")
    with pytest.raises(CorrectionError) as caught:
        read_corrections(file, BOOK)
    assert [line.split(":")[0][-1] for line in str(caught.value).splitlines()] == ["2", "4"]
    file.write_text("article,quote\n")
    with pytest.raises(CorrectionError, match="the first line lacks field, value, who, why"):
        read_corrections(file, BOOK)


def test_a_correction_finds_its_quote_whatever_the_white_space() -> None:
    placed = place((hash_text(RAW), "Kazakhstan will not send troops.", "kind", "caption", "A", ""))
    row = placed.iloc[0]
    assert RAW[row["start"] : row["end"]] == "Kazakhstan will not\nsend troops."
    passages = correct_passages(PASSAGES, placed)
    assert passages["kind"].tolist() == ["title", "caption"]
    assert passages["reason"].tolist() == ["first line", "correction by A"]
    assert PASSAGES["kind"].tolist() == ["title", "body"]


def test_a_text_scraped_anew_is_found_by_its_quote() -> None:
    placed = place(("000000000000", "backs the war", "kind", "body", "A", ""))
    assert placed["state"].tolist() == ["placed"]


@pytest.mark.parametrize(
    "row",
    [
        ("000000000000", "words that are gone", "kind", "nav", "A", ""),
        (hash_text(RAW), "words that are gone", "kind", "nav", "A", ""),
        ("000000000000", "", "outlet", "New Post", "A", ""),
        (hash_text(RAW), "", "copy", "000000000000", "A", ""),
    ],
)
def test_an_orphan_is_reported_and_changes_nothing(row: tuple[str, ...]) -> None:
    placed = place(row)
    assert placed["state"].tolist() == ["orphan"]
    assert len(describe_corrections(placed)) == 1
    assert correct_articles(ARTICLES, placed).equals(ARTICLES)
    assert correct_passages(PASSAGES, placed).equals(PASSAGES)


def test_metadata_and_dates_are_corrected() -> None:
    placed = place(
        (hash_text(RAW), "", "outlet", "New Post", "A", ""),
        (hash_text(RAW), "", "date", "2022-09-15", "A", ""),
    )
    row = correct_articles(ARTICLES, placed).iloc[0]
    assert row["outlet"] == "New Post"
    assert (row["date"], row["date_high"]) == (pd.Timestamp("2022-09-15"),) * 2
    assert row["date_basis"] == "stated"


@pytest.mark.parametrize(
    ("text", "voice", "said"),
    [
        ("Belarus supports Russia in the war, President Lukashenko said.", "author", "author"),
        ("Belarus supports Russia in the war.", "quoted", "other"),
    ],
)
def test_statements_follow_the_corrected_voice_of_their_sentence(
    text: str, voice: str, said: str
) -> None:
    articles = make_table("articles", [{"article_id": "a", "raw": text}])
    passage = {"article_id": "a", "passage": 0, "start": 0, "end": len(text), "kind": "body"}
    sentences = cs.split_sentences(articles, make_table("passages", [passage]))
    row = (hash_text(text), "supports Russia", "voice", voice, "A", "")
    placed = place_corrections(pd.DataFrame([row], columns=list(COLUMNS), dtype="str"), articles)

    def voices(table: pd.DataFrame) -> list[str]:
        return cs.code_stance(table, cs.find_mentions(table), vote=False)["voice"].tolist()

    assert said not in voices(sentences)
    assert set(voices(correct_sentences(sentences, placed))) == {said}


def test_copies_are_denied_and_stated() -> None:
    articles = make_table(
        "articles", [{"article_id": "a", "raw": RAW}, {"article_id": "b", "raw": RAW + "!"}]
    )
    found = make_table("copies", [{"article_id": "b", "copy_of": "a", "relation": "edited"}])
    rows = pd.DataFrame(
        [[hash_text(RAW + "!"), "", "copy", "none", "A", ""]], columns=list(COLUMNS)
    )
    assert correct_copies(found, place_corrections(rows, articles)).empty
    rows.loc[0, "value"] = hash_text(RAW)
    stated = correct_copies(found.head(0), place_corrections(rows, articles))
    assert stated[["article_id", "copy_of", "relation"]].to_numpy().tolist() == [
        ["b", "a", "edited"]
    ]


@given(st.text(min_size=1).filter(str.strip), st.text(), st.text())
def test_find_quote_finds_any_words_of_the_text(quote: str, before: str, after: str) -> None:
    span = find_quote(before + quote + after, " ".join(quote.split()))
    assert span is not None
    found = (before + quote + after)[slice(*span)]
    assert " ".join(found.split()) == " ".join(quote.split())
