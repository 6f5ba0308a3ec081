"""Copies between articles: what is one, which stays, and that nothing else decides."""

import gzip
import json
import random
import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import STEMS, invent_words

from cstolib import TableError, explain_copies, find_copies
from cstolib.copies.compare import _cover
from cstolib.tables import check_table


def prose(words: int, seed: int, stems: list[str] = STEMS) -> str:
    """Paragraphs of no meaning, none like another."""
    text = invent_words(words, seed, stems)
    return "\n".join(" ".join(text[i : i + 40]) for i in range(0, words, 40))


def edited(text: str, share: float, seed: int = 0) -> str:
    """The text with that share of its words replaced."""
    chooser = random.Random(seed)
    return re.sub(
        r"\S+", lambda word: f"other{word.start()}" if chooser.random() < share else word[0], text
    )


def corpus(*texts: str, **columns: list) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Articles a, b, c, … of these texts, one passage a paragraph."""
    ids = [chr(ord("a") + i) for i in range(len(texts))]
    articles = pd.DataFrame({"article_id": ids, "raw": texts} | columns)
    rows = [
        {
            "article_id": ids[i],
            "start": paragraph.start(),
            "end": paragraph.end(),
            "kind": "body",
            "text": paragraph[0],
        }
        for i, text in enumerate(texts)
        for paragraph in re.finditer(r"[^\n]+", text)
    ]
    return articles, pd.DataFrame(rows, columns=["article_id", "start", "end", "kind", "text"])


def relations(*texts: str, **columns: list) -> list[tuple[str, str, str]]:
    """(left out, kept, relation) of each row."""
    copies = find_copies(*corpus(*texts, **columns))
    check_table(copies, "copies")
    return list(zip(copies["article_id"], copies["copy_of"], copies["relation"], strict=True))


ARTICLE, OTHER = prose(400, 1), prose(300, 2)


@pytest.mark.parametrize(
    ("copy", "relation"),
    [
        (ARTICLE, "same"),
        (ARTICLE.upper().replace("\n", " — "), "same"),
        (edited(ARTICLE, 0.05), "edited"),
        ("By our correspondent, Yerevan\n" + ARTICLE.replace("\n", " "), "edited"),
        ("\n".join(ARTICLE.split("\n")[:6]), "excerpt"),
        ("\n".join(ARTICLE.split("\n")[3:5]), "excerpt"),
        ("\n".join([prose(200, 3), *ARTICLE.split("\n")[3:5], prose(200, 4)]), "quotes"),
    ],
)
def test_relation(copy, relation):
    ((_, _, found),) = relations(ARTICLE, copy, OTHER)
    assert found == relation


@pytest.mark.parametrize(
    "near_miss",
    [
        prose(400, 9),
        " ".join(sorted(ARTICLE.split())),
        ARTICLE.split("\n")[0][:80] + "\n" + prose(300, 10),
        "",
        "council",
    ],
)
def test_near_misses(near_miss):
    assert relations(ARTICLE, near_miss, OTHER) == []


def test_numbers_of_a_row_can_be_counted_by_hand():
    words = [f"w{i}" for i in range(104)]  # 100 shingles
    changed = [*words[:50], "new", *words[51:]]  # of which one word spoils five
    row = find_copies(*corpus(" ".join(words), " ".join(changed))).iloc[0]
    assert row["similarity"] == pytest.approx(95 / 105)
    assert row["containment"] == pytest.approx(95 / 100)
    assert row["shared_words"] == 103


def test_kept_is_the_earliest_stated_then_the_longest_then_the_first_id():
    longer = ARTICLE + "\nand one line more"
    days = pd.to_datetime(["2022-03-02", "2022-03-01", "2022-02-01"])
    stated = {"date": days, "date_basis": ["stated", "stated", "inferred"]}
    assert {kept for _, kept, _ in relations(longer, ARTICLE, ARTICLE, **stated)} == {"b"}
    assert {kept for _, kept, _ in relations(ARTICLE, longer, ARTICLE)} == {"b"}
    assert {kept for _, kept, _ in relations(ARTICLE, ARTICLE, ARTICLE)} == {"a"}


def test_each_article_left_out_has_one_row_and_no_kept_one_is_left_out():
    texts = [edited(ARTICLE, 0.04, seed) for seed in range(12)] + [OTHER, edited(OTHER, 0.03)]
    rows = relations(*texts)
    left, kept = [row[0] for row in rows], {row[1] for row in rows}
    assert len(left) == len(set(left)) == 12
    assert len(kept) == 2 and not kept & set(left)


def test_stock_text_of_many_articles_joins_none_of_them():
    stock = prose(120, 20)
    assert relations(*[f"{prose(160, 30 + i)}\n{stock}" for i in range(12)]) == []


def test_stock_text_does_not_hide_copies_either():
    stock = prose(120, 20)
    texts = [f"{prose(160, 30 + i)}\n{stock}" for i in range(12)]
    assert [{*row[:2]} for row in relations(*texts, edited(texts[4], 0.03))] == [{"m", "e"}]


def test_a_digest_stays_apart_from_what_it_holds():
    parts = [prose(200, 40 + i) for i in range(4)]
    found = relations(*parts, "\n".join(parts))
    assert [relation for _, _, relation in found] == ["quotes"] * 4


def test_only_prose_counts():
    articles, passages = corpus(f"{ARTICLE}\n{OTHER}", f"{OTHER}\n{prose(300, 5)}")
    assert len(find_copies(articles, passages)) == 1
    passages.loc[passages["text"].isin(OTHER.split("\n")), "kind"] = "related"
    assert find_copies(articles, passages).empty


@pytest.mark.parametrize(
    "stems",
    [
        ["совет", "войска", "граница", "учения", "министр", "Ёлкин"],
        ["խորհուրդ", "զորք", "սահման", "նախարար", "պայմանագիր"],
        ["理事会", "边界", "条约"],
    ],
    ids=["Russian", "Armenian", "Chinese"],
)
def test_other_scripts(stems):
    text, other = prose(150, 6, stems), prose(150, 7, stems)
    assert relations(text, edited(text, 0.04), other) != []
    assert relations(text, other) == []


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_order_of_articles_and_passages_does_not_matter(chooser):
    texts = [ARTICLE, edited(ARTICLE, 0.05), OTHER, OTHER, f"{prose(90, 8)}\n{OTHER[:400]}"]
    articles, passages = corpus(*texts)
    wanted = find_copies(articles, passages)
    mixed = [
        frame.sample(frac=1, random_state=chooser.randrange(999)) for frame in (articles, passages)
    ]
    pd.testing.assert_frame_equal(find_copies(*mixed), wanted)


def test_on_disk_the_table_is_the_same():
    texts = [edited(ARTICLE, 0.04, seed) for seed in range(9)]
    texts += [f"{prose(60, seed)}\n{OTHER}" for seed in range(9)]
    articles, passages = corpus(*texts)
    wanted = find_copies(articles, passages)
    pd.testing.assert_frame_equal(find_copies(articles, passages, memory="1 KB"), wanted)
    assert len(wanted) > 9


def test_tables_that_hold_little():
    articles, passages = corpus(ARTICLE, OTHER)
    assert find_copies(articles, passages.iloc[:0]).empty
    assert find_copies(articles.iloc[:0], passages).empty
    assert find_copies(articles.iloc[:1], passages).empty
    passages["text"] = passages["text"].where(passages["article_id"] == "a")
    assert find_copies(articles, passages).empty


def test_errors_say_what_to_do():
    articles, passages = corpus(ARTICLE, OTHER)
    with pytest.raises(ValueError, match="a size like \"2GB\", got 'much'"):
        find_copies(articles, passages, memory="much")
    with pytest.raises(TableError, match="passages table lacks kind"):
        find_copies(articles, passages.drop(columns="kind"))
    with pytest.raises(TableError, match="article_id must be unique"):
        find_copies(articles.assign(article_id="a"), passages)
    with pytest.raises(ValueError, match="no article has the id 'z'"):
        explain_copies("a", "z", articles, passages)


def test_explain_copies_quotes_both_raw_texts():
    quoting = "\n".join([prose(90, 11), *ARTICLE.split("\n")[3:5], prose(90, 12)])
    articles, passages = corpus(ARTICLE, quoting)
    shared = explain_copies("a", "b", articles, passages)
    (row,) = shared.itertuples()
    assert row.words == 80
    assert ARTICLE[row.start_a : row.end_a] == row.text_a
    assert quoting[row.start_b : row.end_b] == row.text_b == "\n".join(ARTICLE.split("\n")[3:5])
    assert explain_copies("a", "b", *corpus(ARTICLE, OTHER)).empty


def pairs(labels: list) -> int:
    """Pairs of equal labels."""
    return sum(count * (count - 1) // 2 for count in Counter(labels).values())


def test_a_shared_stretch_counts_its_short_gaps_and_nothing_before_it():
    def inside(*places):
        return _cover(np.array(places), np.empty((0, 2), np.int32), 5)[2]

    assert inside(0) == inside(7) == 1
    assert inside(0, 1, 2) == 3
    assert inside(0, 1, 13) == 14  # a gap of twelve is bridged
    assert inside(0, 1, 14) == 3  # one of thirteen is not


def test_score_on_labelled_copies(shared):
    """8,000 real articles, one in six an edited repost."""
    with gzip.open(shared / "benchmarks" / "copies_dev.jsonl.gz", "rt") as lines:
        rows = [json.loads(line) for line in lines]
    ids = [row["id"] for row in rows]
    articles = pd.DataFrame({"article_id": ids})
    passages = pd.DataFrame(
        [
            (row["id"], paragraph.start(), "body", paragraph[0])
            for row in rows
            for paragraph in re.finditer(r"[^\n]+", row["text"])
        ],
        columns=["article_id", "start", "kind", "text"],
    )
    copies = find_copies(articles, passages)
    left = copies[copies["relation"] != "quotes"]
    kept = dict(zip(left["article_id"], left["copy_of"], strict=True))
    found = [kept.get(article_id, article_id) for article_id in ids]
    gold = [row["cluster"] for row in rows]
    right = pairs(list(zip(found, gold, strict=True)))
    assert right / pairs(found) >= 0.997
    assert right / pairs(gold) >= 0.993
    assert max(Counter(found).values()) <= 3
