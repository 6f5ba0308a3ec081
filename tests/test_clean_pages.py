"""Faults of whole pages, and pages of outlets that do not exist, written for this test.

In tests/pages a "|" marks the lines of the article.
"""

import warnings
from pathlib import Path

import pandas as pd
import pytest

from benchmarks.cleaning import line_kinds
from benchmarks.scores import score_lines
from cstolib.clean import clean_articles
from cstolib.clean.repair import plain_markdown

PAGES = sorted((Path(__file__).parent / "pages").glob("*.txt"))
BODY = (
    "The harbour office opened at nine, and by ten nobody in the queue believed that it would "
    "close at noon, as the notice on its door had promised in three languages.\n\n"
    "“We were told to bring the forms that we had been told not to bring,” said a woman who had "
    "waited since Monday. She had both kinds with her, and a folding chair.\n\n"
    "The ministry answered that the forms were the same, that only their number had changed, and "
    "that those who had filled in the old ones would be called again before the year ended."
)


def clean(text: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return clean_articles(pd.DataFrame({"article_id": ["a"], "raw": [text]}))


def kinds_of(text: str) -> dict[str, str]:
    _, passages = clean(text)
    return dict(zip(passages["text"], passages["kind"], strict=True))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("# The bridge that nobody guards", "The bridge that nobody guards"),
        ("## Summary ##", "Summary"),
        ("*Ann Lee and Bob Dow*", "Ann Lee and Bob Dow"),
        ("**The Harbour Institute** · Note 4", "The Harbour Institute · Note 4"),
        ("#Armenia is what they shared", "#Armenia is what they shared"),
        ("5 * 3 makes fifteen, and so does 3 * 5", "5 * 3 makes fifteen, and so does 3 * 5"),
        ("the file train_set_2 was lost", "the file train_set_2 was lost"),
        ("a choir in C #", "a choir in C #"),
    ],
)
def test_marks_of_markdown_are_no_part_of_a_name(text, plain):
    assert plain_markdown(text) == plain


def test_a_title_and_a_byline_in_markdown():
    articles, _ = clean("# The bridge that nobody guards\n\n*Ann Lee and Bob Dow*\n\n" + BODY)
    assert articles["title"].item() == "The bridge that nobody guards"
    assert articles["author"].item() == "Ann Lee; Bob Dow"
    assert articles["outlet"].isna().item()


def test_a_row_of_links_is_no_caption_though_it_ends_with_photo():
    kinds = kinds_of(f"News   Army   Opinion   Travel   Photo\n\n{BODY}")
    assert kinds["News Army Opinion Travel Photo"] == "nav"
    kinds = kinds_of(f"{BODY}\n\nSoldiers wait at the gate | Ann Lee | File Photo")
    assert kinds["Soldiers wait at the gate | Ann Lee | File Photo"] == "caption"


def test_a_masthead_is_no_title_though_only_colons_part_it():
    head = "Council agrees to meet again\n\n3 May 2022"
    articles, _ = clean(f"The Harbour Post::News::World\n\n{head}\n\n{BODY}")
    assert articles["title"].item() == "Council agrees to meet again"
    assert articles["outlet"].item() == "The Harbour Post"
    articles, _ = clean(f"Council: we agree to meet again\n\n3 May 2022\n\n{BODY}")
    assert articles["title"].item() == "Council: we agree to meet again"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_pages_of_unseen_outlets(path):
    lines = path.read_text("utf-8").rstrip("\n").split("\n")
    gold = {number for number, line in enumerate(lines, 1) if line[0] == "|"}
    plain = [line.removeprefix("|") for line in lines]
    kinds = line_kinds("\n".join(plain), clean("\n".join(plain))[1])
    kept = {n for n, found in kinds.items() if found.most_common(1)[0][0] in ("body", "heading")}
    token, _ = score_lines(plain, gold, kept)
    assert token >= 0.95, [plain[n - 1] for n in sorted(gold ^ kept)]
