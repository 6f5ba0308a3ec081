"""clean_articles: laws that hold for any text, and the faults of pages one by one."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cstolib.clean import clean_articles, ledger
from cstolib.clean.cues import vocabulary
from cstolib.clean.dates import find_date
from cstolib.clean.language import find_languages
from cstolib.clean.lines import split_lines
from cstolib.clean.marks import read_marks
from cstolib.clean.names import find_names, opening_name
from cstolib.clean.repair import (
    find_glued_heading,
    find_prefix,
    join_drop_cap,
    mend_encoding,
    tidy,
)
from cstolib.tables import KINDS, check_articles, check_passages

PARAGRAPHS = [
    "The six governments met in the capital on Tuesday, and after nine hours they agreed that "
    "they would meet again, which was more than their own officials had expected of them.",
    "Armenia had asked for observers on its border. It was told that the question would be "
    "studied, an answer that its prime minister has heard three times since the autumn.",
    "Belarus offered the alliance its railways and its hospitals, but no soldiers; the others "
    "offered nothing at all, and said so in almost the same words.",
    "“We have signed what we have signed,” a diplomat said on the steps. He would not say what "
    "that was, and he asked for his name to be left out of the report.",
    "The next meeting is planned for May. Few of those who left the hall in the rain believed "
    "that it would bring the troops that some had asked for, or the money.",
]
BODY = "\n\n".join(PARAGRAPHS)


def clean(*texts: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    ids = [f"a{number}" for number in range(len(texts))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return clean_articles(
            pd.DataFrame({"article_id": ids, "raw": pd.Series(texts, dtype=object)})
        )


def kinds_of(text: str) -> dict[str, str]:
    _, passages = clean(text)
    return dict(zip(passages["text"], passages["kind"], strict=True))


# -- laws --------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *PARAGRAPHS,
        "Menu",
        "Home",
        "R",
        "ussia’s allies met on Monday and said little of note.",
        "",
        "26 Comments",
        "© 2022 The Post",
        "By Ann Lee",
        "May 3, 2022",
        "\x00",
        "\u202e",
        "About",
        "Read also: Why the drill was moved",
        "Photo: Reuters",
        ":",
        "Подпишитесь на наш канал",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=40), max_size=14).map("\n".join)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
def test_passages_cover_what_is_not_blank_once_and_quote_raw(text):
    articles, passages = clean(text)
    check_articles(articles)
    check_passages(passages)
    raw = articles["raw"][0]
    covered = np.zeros(len(raw), dtype=int)
    for row in passages.itertuples():
        assert row.start < row.end
        covered[row.start : row.end] += 1
        assert raw[row.start : row.end].strip() == raw[row.start : row.end]
    assert (covered <= 1).all()
    for place, character in enumerate(raw):
        assert covered[place] or character.isspace()
    assert list(passages["passage"]) == list(range(len(passages)))
    assert passages["start"].is_monotonic_increasing
    assert passages["kind"].isin(KINDS).all() and passages["reason"].notna().all()
    copies = passages.dropna(subset=["copy_of"])
    assert copies["copy_of"].isin(passages["passage"]).all()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_cleaning_twice_or_in_another_order_gives_the_same(texts):
    _, once = clean(*texts)
    _, twice = clean(*texts)
    pd.testing.assert_frame_equal(once, twice)
    _, turned = clean(*reversed(texts))
    for number in range(len(texts)):
        ours = once[once["article_id"] == f"a{number}"].drop(columns="article_id")
        theirs = turned[turned["article_id"] == f"a{len(texts) - 1 - number}"]
        theirs = theirs.drop(columns="article_id")
        pd.testing.assert_frame_equal(ours.reset_index(drop=True), theirs.reset_index(drop=True))


def test_the_answer_does_not_depend_on_the_batch(monkeypatch):
    texts = [f"Menu\n{BODY}\n\nHome", "", BODY, f"26 Comments\n\n{BODY}\n\nBy Ann Lee"]
    together = clean(*texts)
    monkeypatch.setattr("cstolib.clean.articles._BATCH", 1)
    for table, alone in zip(together, clean(*texts), strict=True):
        pd.testing.assert_frame_equal(table, alone)


def test_the_ledger_adds_up_to_the_text():
    articles, passages = clean(BODY, "Menu\n\n" + BODY)
    table = ledger(passages)
    for row in articles.itertuples():
        shown = table[table["article_id"] == row.article_id]
        blank = sum(map(str.isspace, row.raw))
        inner = sum(
            sum(map(str.isspace, row.raw[p.start : p.end]))
            for p in passages[passages["article_id"] == row.article_id].itertuples()
        )
        assert shown["characters"].sum() - inner == len(row.raw) - blank
        assert shown["passages"].sum() == (passages["article_id"] == row.article_id).sum()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n" * 100_000,
        "a" * 3_000_000,
        "word " * 300_000,
        "(" * 50_000,
        "1/" * 50_000,
        "Photo: " * 20_000,
        "©" * 30_000 + " 2022",
        "By Ann Lee" + " " * 100_000 + "and Bo Ray",
        f"{BODY}\n\n{'1.' * 50_000} views\n\n{BODY}",
        "A\x00B\x00",
        "A lone \ud800 surrogate.",
        "\u202eturned around\u202c",
    ],
    ids=[
        "empty",
        "blank lines",
        "letter",
        "word",
        "brackets",
        "dates",
        "photo",
        "signs",
        "blanks",
        "numbers",
        "nul",
        "lone",
        "bidi",
    ],
)
def test_hostile_text_is_labelled_in_bounded_time(text):
    articles, passages = clean(text)
    assert len(articles) == 1
    check_passages(passages)


def test_a_table_without_raw_is_refused():
    with pytest.raises(ValueError, match="lacks raw"):
        clean_articles(pd.DataFrame({"article_id": ["a"]}))


# -- faults of pages -----------------------------------------------------------------------------


def test_a_second_copy_is_a_repeat_of_the_first():
    text = f"{BODY}\n\nCouncil agrees to meet again\n\n3 May 2022\n\n{BODY}"
    articles, passages = clean(text)
    assert (passages["kind"] == "body").sum() == len(PARAGRAPHS)
    repeats = passages[passages["kind"] == "repeat"]
    assert list(repeats["copy_of"]) == list(range(len(PARAGRAPHS)))
    assert articles["title"][0] == "Council agrees to meet again"
    assert articles["date"][0] == pd.Timestamp("2022-05-03")
    assert articles["date_basis"][0] == "stated"


def test_a_drop_cap_is_joined_and_raw_still_quoted():
    text = "T\n\n" + BODY[1:]
    _, passages = clean(text)
    first = passages.iloc[0]
    assert first["kind"] == "body"
    assert first["text"].startswith("The six governments")
    assert text[first["start"] : first["end"]].startswith("T\n\nhe six governments")


def test_comments_are_kept_apart_and_counted():
    text = f"{BODY}\n\n3 Comments\n\nHanna\n\nWhat a meeting that was.\n\nPiotr\n\nNo troops, then."
    with pytest.warns(UserWarning, match="3 comments declared, 2 present"):
        articles, passages = clean_articles(pd.DataFrame({"article_id": ["a"], "raw": [text]}))
    assert articles["notes"][0].startswith("3 comments declared")
    rows = passages[passages["reason"] == "a reader's comment"]
    assert list(rows["text"]) == ["What a meeting that was.", "No troops, then."]
    assert (passages["kind"] == "body").sum() == len(PARAGRAPHS)


def test_furniture_between_paragraphs_is_set_apart():
    text = "\n\n".join(
        [
            "Council agrees to meet again",
            "By Ann Lee and Bo Ray",
            "May 3, 2022",
            "Officials wait on the steps of the palace. [Ann Lee/The Post]",
            *PARAGRAPHS[:2],
            "Read also: Why the council meets in spring",
            PARAGRAPHS[2],
            "Sign up for our newsletter",
            *PARAGRAPHS[3:],
            "About the author",
            "Ann Lee is a correspondent for The Post.",
            "© 2022 The Post. All rights reserved.",
        ]
    )
    articles, passages = clean(text)
    kinds = dict(zip(passages["text"], passages["kind"], strict=True))
    assert [kind for text, kind in kinds.items() if text in PARAGRAPHS] == ["body"] * 5
    assert kinds["Council agrees to meet again"] == "title"
    assert kinds["By Ann Lee and Bo Ray"] == "byline"
    assert kinds["May 3, 2022"] == "date"
    assert kinds["Officials wait on the steps of the palace. [Ann Lee/The Post]"] == "caption"
    assert kinds["Read also: Why the council meets in spring"] == "related"
    assert kinds["Sign up for our newsletter"] == "appeal"
    assert kinds["Ann Lee is a correspondent for The Post."] == "about"
    assert kinds["© 2022 The Post. All rights reserved."] == "disclaimer"
    article = articles.iloc[0]
    assert (article["author"], article["outlet"]) == ("Ann Lee; Bo Ray", "The Post")
    assert article["language"] == "en"


def test_nothing_is_made_up_where_the_text_does_not_say():
    article = clean(BODY)[0].iloc[0]
    for name in ("title", "author", "outlet", "date", "date_low", "date_high"):
        assert pd.isna(article[name]), name
    assert article["date_basis"] == "none"


def test_a_weekday_with_a_date_fixes_the_year_as_inferred():
    told = "NATO chief Jens Stoltenberg called on them Thursday (August 27) to stay out of it."
    article = clean(f"{told}\n\n{BODY}")[0].iloc[0]
    assert article["date_basis"] == "inferred" and pd.isna(article["date"])
    assert article["date_low"] == pd.Timestamp("2020-08-27")
    assert article["date_high"] == pd.Timestamp("2020-08-31")


def test_a_date_to_come_is_refused():
    article = clean(f"Council agrees to meet again\n\n3 May 2093\n\n{BODY}")[0].iloc[0]
    assert pd.isna(article["date"])


def test_what_the_file_states_is_kept():
    raw = pd.DataFrame({"article_id": ["a"], "raw": [BODY], "title": ["Of councils"]})
    assert clean_articles(raw)[0]["title"][0] == "Of councils"


# -- the small tools, with near-misses -----------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Oct. 9, 2022, 10:14 a.m. ET", "2022-10-09"),
        ("Published November 20th, 2019 - 07:29 GMT", "2019-11-20"),
        ("1 Декабря 2020 14:02", "2020-12-01"),
        ("10 de marzo de 2023", "2023-03-10"),
        ("28.11.24", "2024-11-28"),
        ("12/31/2022", "2022-12-31"),
    ],
)
def test_a_date_is_read(text, day):
    assert str(find_date(text)[0]) == day
    assert read_marks(split_lines(text)).dated[0]


@pytest.mark.parametrize(
    "text", ["May 2021", "30 February 2022", "3 marches", "On Friday", "1.5.22.7"]
)
def test_what_is_no_date_is_not_read_as_one(text):
    assert find_date(text) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Ann Lee and AFP", ["Ann Lee"]),
        ("Автор: Вера Долматова", ["Вера Долматова"]),
        ("By Ann Lee  and\tBo Ray / The Post", ["Ann Lee", "Bo Ray"]),
        ("By LISA RAY, JO ANN LEE and ERIC POE", ["LISA RAY", "JO ANN LEE", "ERIC POE"]),
        ("by The Post Staff", []),
        ("Associated Press", []),
        ("Edited by: A. N.", []),
    ],
)
def test_names_of_a_byline(text, names):
    assert find_names(text) == names


def test_the_name_that_opens_a_sentence():
    assert opening_name("Ann Lee writes on small states.") == "Ann Lee"
    assert opening_name("The writer lives in Riga.") is None


@pytest.mark.parametrize(
    ("text", "credited"),
    [
        ("Soldiers on parade. (Photo: Ann Lee)", True),
        ("A drawing is seen in Minsk on August 11. [Ann Lee/AFP]", True),
        ("FILE PHOTO: Traders work on the floor.", True),
        ("Refugees wait for a train in the city of Lviv. April 1, 2022.", True),
        ("He told Reuters that the treaty (signed in 1992) would hold.", False),
        ("The photo shows nothing, she said, and it proves nothing.", False),
        ("The agreement was signed on April 1, 2022.", False),
    ],
)
def test_credits(text, credited):
    assert read_marks(split_lines(text)).credited[0] == credited


@pytest.mark.parametrize(
    ("raw", "mended"),
    [
        ("â€œForcedâ€\x9d operation", "“Forced” operation"),
        ("The cafÃ© owners", "The café owners"),
        ("РџСЂРёРІРµС‚ РјРёСЂ", "Привет мир"),
        ("Ârbol Ãpice", "Ârbol Ãpice"),
        ("РАССКАЗ РСФСР", "РАССКАЗ РСФСР"),
        ("plain", "plain"),
    ],
)
def test_mojibake_is_mended_only_where_certain(raw, mended):
    assert mend_encoding(raw) == mended


def test_tidy_folds_space_and_drops_controls():
    assert tidy("\u202e one\n\t two\x00 ") == "one two"


def test_a_glued_heading_is_split_and_a_name_is_not():
    text = "What Moscow saysThe press office answered with one sentence, and it was short."
    assert text[: find_glued_heading(text, lambda word: False)] == "What Moscow says"
    assert find_glued_heading(text, lambda word: word == "saysThe") == 0
    plain = "The makers of YouTube answered with one sentence, and it was a short one."
    assert find_glued_heading(plain, lambda word: word == "YouTube") == 0


def test_a_glued_date_is_split():
    text = "date 2020-08-31 In the capital the third Sunday has gone out to the avenues again."
    assert text[find_prefix(text) :].startswith("In the capital")
    assert (
        find_prefix("2020 was the year in which everything stood still and nobody went out at all.")
        == 0
    )


@pytest.mark.parametrize(
    ("letter", "rest", "joined"),
    [
        ("R", "ussia’s allies", "Russia’s allies"),
        ("A", "year ago", "A year ago"),
        ("A", "rmenia left", "Armenia left"),
    ],
)
def test_drop_caps(letter, rest, joined):
    assert join_drop_cap(letter, rest, lambda word: False) == joined


def test_words_of_furniture_know_where_they_stand():
    def kinds(text: str) -> set[str]:
        return {vocabulary().cues[number].kind for number in split_lines(text).cues(0)}

    assert "related" in kinds("Читайте также: Почему учения перенесли")
    assert "appeal" in kinds("Suscríbete a nuestro boletín")
    assert "comment" in kinds("26 Comment(s)")
    assert "disclaimer" in kinds("Все права защищены")
    assert not kinds("The president read more than his advisers had written.")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Президенты встретились в столице и ни о чём не договорились, сообщили нам вчера.", "ru"),
        ("Los presidentes se reunieron el martes en la capital y no acordaron nada de nada.", "es"),
        ("Հայաստանի վարչապետն այսօր հայտարարեց, որ հանդիպումը չի կայանա այս շաբաթ։", "hy"),
        ("Home News", None),
        ("Menu Home Новости Политика World Экономика Sport Спорт Opinion Мнения Contact", None),
    ],
)
def test_language_is_told_or_missing(text, language):
    assert find_languages([text]) == [language]


def test_lines_keep_their_offsets():
    raw = "  one two\r\n\n\tthree \u2028 four"
    lines = split_lines("before\n", raw)
    for index in range(1, len(lines)):
        start, end = lines.starts[index] - lines.offsets[1], lines.ends[index] - lines.offsets[1]
        assert raw[start:end] == lines.text(index)
