"""The corpus that ships, through the real pipeline, against the answers in tests/gold.

A gate stands just below what is reached. When a stage gets better, raise its gate; when one
fails, a change made the answers worse: read the rows that the failure names.
"""

import csv
import html
import json
import re
import warnings
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest

import cstolib as cs
from cstolib.tables import KINDS, PROSE

GOLD = Path(__file__).resolve().parent / "gold"
WAR = ("invasion", "troops", "basing", "recognition", "sanctions")

# (declared, present) where a page says how many comments it has
COMMENT_COUNTS = {
    "2020-09-03-lantern-reserve": (6, 3),
    "2022-01-11-union-herald-almaty": (4, 4),
    "2022-02-27-lantern-where-are-they": (12, 5),
    "2022-09-27-union-herald-referendums": (3, 2),
    "2022-10-18-union-herald-grouping": (7, 3),
    "2022-11-24-highland-post-summit": (2, 2),
    "2023-01-12-lantern-guest-post": (1, 1),
    "2023-02-24-lantern-anniversary": (5, 5),
    "2023-05-19-union-herald-bishkek": (2, 2),
    "2023-06-05-polustanok-fura": (3, 3),
    "2024-05-09-highland-post-dues": (1, 1),
    "9be2d77c01": (2, 2),
}


class Run(NamedTuple):
    articles: pd.DataFrame
    passages: pd.DataFrame
    copies: pd.DataFrame
    messages: list[str]
    docs: dict[str, str]  # article_id -> name in the gold
    lines: dict[str, dict[int, int]]  # name -> line of raw -> line that the gold counts


def visible(line: str) -> str:
    """The text of a line of HTML, as a reader sees it."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", line)).split())


def gold_lines(raw: str, file: Path) -> dict[int, int]:
    """Line of `raw` -> line that the gold counts: the same, but for the page of HTML."""
    lines = raw.split("\n")
    if file.suffix != ".html":
        return {n: n for n in range(1, len(lines) + 1)}
    page = enumerate(file.read_text("utf-8").split("\n"), 1)
    number = {visible(line): n for n, line in page if visible(line)}
    return {n: number[visible(line)] for n, line in enumerate(lines, 1) if visible(line) in number}


@pytest.fixture(scope="module")
def run(sample: Path) -> Run:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        articles, passages = cs.clean_articles(cs.read_articles(sample))
    copies = cs.find_copies(articles, passages)
    docs = {
        row.article_id: Path(row.path).stem if Path(row.path).suffix != ".jsonl" else row.article_id
        for row in articles.itertuples()
    }
    messages = [str(w.message) for w in caught]
    lines = {docs[a.article_id]: gold_lines(a.raw, sample / a.path) for a in articles.itertuples()}
    return Run(articles, passages, copies, messages, docs, lines)


@pytest.fixture(scope="module")
def statements(run: Run) -> pd.DataFrame:
    sentences = cs.split_sentences(run.articles, run.passages, copies=run.copies)
    codebook = cs.load_codebook()
    mentions = cs.find_mentions(sentences, codebook=codebook)
    return cs.code_stance(sentences, mentions, codebook=codebook)


@pytest.fixture(scope="module")
def gold() -> dict[str, dict[str, Any]]:
    files = sorted(GOLD.glob("*.ann.json"))
    return {f.name.removesuffix(".ann.json"): json.loads(f.read_text("utf-8")) for f in files}


def read_csv(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((GOLD / name).read_text("utf-8").splitlines()))


def words(lines: Iterable[str]) -> Counter[str]:
    return Counter(re.findall(r"\w+", " ".join(lines)))


def f1(hits: int, chosen: int, wanted: int) -> float:
    return 2 * hits / (chosen + wanted) if chosen + wanted else 1.0


def line_kinds(raw: str, passages: pd.DataFrame) -> dict[int, Counter[str]]:
    """For each non-blank line, from 1: how many of its non-blank characters are of which kind."""
    kind_at = [""] * len(raw)
    for row in passages.itertuples():
        kind_at[row.start : row.end] = [row.kind] * (row.end - row.start)
    kinds, at = {}, 0
    for number, line in enumerate(raw.split("\n"), 1):
        if line.strip():
            here = zip(line, kind_at[at : at + len(line)], strict=True)
            kinds[number] = Counter(kind for char, kind in here if not char.isspace())
        at += len(line) + 1
    return kinds


def scores(run: Run, gold: dict[str, dict[str, Any]]) -> pd.DataFrame:
    """One row for each document: token and line F1 of its body, labels right and all."""
    rows = []
    by_article = dict(iter(run.passages.groupby("article_id")))
    for article in run.articles.itertuples():
        doc = run.docs[article.article_id]
        answer, place = gold[doc], run.lines[doc]
        lines = {place[n]: t for n, t in enumerate(article.raw.split("\n"), 1) if n in place}
        kinds = line_kinds(article.raw, by_article[article.article_id])
        kinds = {place[n]: kind for n, kind in kinds.items() if n in place}
        total = {n: sum(c.values()) for n, c in kinds.items()}
        chosen = {n for n, c in kinds.items() if sum(c[k] for k in PROSE) * 2 >= total[n]}
        body = set(answer["body_lines"])
        got = words(lines[n] for n in sorted(chosen))
        want = words(lines[n] for n in sorted(body))
        labels = {int(n): k for n, k in answer["labels"].items() if k not in ("dropcap", "heading")}
        right = sum(kinds[n].most_common(1)[0][0] == k for n, k in labels.items())
        rows.append(
            {
                "doc": doc,
                "token": f1(sum((got & want).values()), sum(got.values()), sum(want.values())),
                "line": f1(len(chosen & body), len(chosen), len(body)),
                "right": right,
                "labels": len(labels),
            }
        )
    return pd.DataFrame(rows).set_index("doc")


def statement_keys(run: Run, statements: pd.DataFrame) -> set[tuple[str, int, str, str, int]]:
    raw = dict(zip(run.articles["article_id"], run.articles["raw"], strict=True))
    return {
        (
            (doc := run.docs[s.article_id]),
            run.lines[doc].get(raw[s.article_id].count("\n", 0, int(s.start)) + 1, 0),
            s.actor,
            s.issue,
            int(s.alignment),
        )
        for s in statements.itertuples()
    }


def left_out(run: Run) -> set[str]:
    copies = run.copies[run.copies["relation"] != "quotes"]
    return {run.docs[a] for a in copies["article_id"]}


# -- the answers themselves ------------------------------------------------------------------


def gold_text(sample: Path, run: Run) -> dict[str, list[str]]:
    """The lines that the gold counts: of the file, or of the text of a row."""
    text = {}
    for article in run.articles.itertuples():
        page = article.path.endswith(".html")
        whole = (sample / article.path).read_text("utf-8") if page else article.raw
        text[run.docs[article.article_id]] = whole.split("\n")
    return text


def test_every_file_has_an_answer_and_every_line_a_label(sample, run, gold):
    assert set(gold) == set(run.docs.values())
    assert len(gold) >= 26
    assert sum(f.stat().st_size for f in sample.iterdir()) < 250_000
    for doc, lines in gold_text(sample, run).items():
        assert gold[doc]["n_lines"] == len(lines), doc
        labelled = set(gold[doc]["body_lines"]) | {int(n) for n in gold[doc]["labels"]}
        unlabelled = {n for n, line in enumerate(lines, 1) if line.strip()} - labelled
        assert not unlabelled or lines[0].startswith("<!DOCTYPE"), doc


def test_gold_statements_quote_their_line(sample, run):
    text = gold_text(sample, run)
    for row in read_csv("statements.csv"):
        assert row["quote"] in text[row["doc"]][int(row["line"]) - 1], row
        assert len(row["quote"].split()) <= 12, row


def test_the_sample_has_every_kind_and_every_member(gold):
    labelled = {kind for answer in gold.values() for kind in answer["labels"].values()}
    assert labelled == {*KINDS, "dropcap"} - {"body"}
    coded = read_csv("statements.csv")
    about_war = {r["actor"] for r in coded if r["issue"] in WAR}
    assert {"Armenia", "Belarus", "Kazakhstan", "Kyrgyzstan", "Tajikistan"} <= about_war
    assert {r["language"] for r in gold.values()} == {"en", "ru"}


# -- cleaning --------------------------------------------------------------------------------


def test_every_passage_quotes_raw_and_all_text_is_covered(run):
    raw = dict(zip(run.articles["article_id"], run.articles["raw"], strict=True))
    covered = {article: [False] * len(text) for article, text in raw.items()}
    for row in run.passages.itertuples():
        assert 0 <= row.start < row.end <= len(raw[row.article_id])
        assert not any(covered[row.article_id][row.start : row.end])
        covered[row.article_id][row.start : row.end] = [True] * (row.end - row.start)
    for article, text in raw.items():
        missed = "".join(c for c, seen in zip(text, covered[article], strict=True) if not seen)
        assert not missed.strip(), run.docs[article]


def test_cleaning_finds_the_body(run, gold):
    found = scores(run, gold)
    assert found["token"].mean() >= 0.993, found.sort_values("token")
    assert found["line"].mean() >= 0.988, found.sort_values("line")
    assert found["token"].min() >= 0.88, found.sort_values("token")


def test_cleaning_names_what_is_not_body(run, gold):
    found = scores(run, gold)
    assert found["right"].sum() / found["labels"].sum() >= 0.94, found


def test_metadata_are_what_the_text_states(run, gold):
    wrong: dict[str, list[str]] = {"title": [], "author": [], "outlet": [], "date": []}
    for article in run.articles.itertuples():
        doc = run.docs[article.article_id]
        answer = gold[doc]
        for field in wrong:
            want = answer[field]
            want = "; ".join(want) if isinstance(want, list) else want
            got = getattr(article, field)
            got = None if pd.isna(got) else str(got)[:10] if field == "date" else got
            stated = field != "date" or article.date_basis in ("stated", "file")
            if (got if stated else None) != want:
                wrong[field].append(f"{doc}: {got!r}, not {want!r}")
        assert pd.isna(article.language) or article.language == answer["language"], doc
    for field, most in {"title": 1, "author": 1, "outlet": 5, "date": 0}.items():
        assert len(wrong[field]) <= most, "\n".join(wrong[field])


def test_an_inferred_date_stays_within_its_bounds(run, gold):
    for article in run.articles.itertuples():
        bounds = gold[run.docs[article.article_id]].get("date_inferred")
        if bounds and article.date_basis == "inferred":
            assert article.date_low <= pd.Timestamp(bounds[1])
            assert article.date_high >= pd.Timestamp(bounds[0])


def test_a_declared_number_of_comments_that_differs_is_a_warning(run):
    path = dict(zip(run.docs.values(), run.articles["path"], strict=True))
    said = [m for m in run.messages if "comment" in m.lower()]
    for doc, (declared, present) in COMMENT_COUNTS.items():
        warned = [m for m in said if path[doc] in m]
        assert bool(warned) == (declared != present), (doc, said)


def text_of(run: Run, doc: str) -> str:
    article = next(a for a, name in run.docs.items() if name == doc)
    return "\n".join(run.passages.loc[run.passages["article_id"] == article, "text"])


def test_a_windows_1252_file_is_read_as_it_was_written(run):
    article = run.articles[
        run.articles["article_id"].map(run.docs) == "2023-02-24-lantern-anniversary"
    ]
    assert article["encoding"].item() == "cp1252"
    assert "My Danish editor, Søren, wants" in article["raw"].item()


def test_characters_read_in_the_wrong_encoding_are_mended_in_text_alone(run):
    doc = "prypiat-letter-31"
    raw = run.articles.loc[run.articles["article_id"].map(run.docs) == doc, "raw"].item()
    assert "cafÃ©" in raw
    assert "The café owners of Asipovichy" in text_of(run, doc)
    assert "“volunteers” only in the sense" in text_of(run, doc)


def test_a_drop_cap_is_rejoined_in_text(run):
    assert "There is an old Soviet joke" in text_of(run, "4f1c0e9ab27d")
    assert "We have been counting railway wagons" in text_of(run, "prypiat-letter-31")


# -- copies ----------------------------------------------------------------------------------


# What is still wrong in relations, by cleaning and not by comparing: the first heading of the
# Markdown file counts as navigation, so its repost is not word for word the same; the appeal under
# both letters from exile counts as prose. An entry goes when its cause is mended.
STILL_WRONG = {
    ("2023-01-12-lantern-guest-post", "marlowe-2022-06-30-quasi-states", "same"),
    ("2023-01-12-lantern-guest-post", "marlowe-2022-06-30-quasi-states", "edited"),
    ("prypiat-letter-31", "prypiat-letter-03", "quotes"),
}


def test_copies_are_exactly_those_written(run):
    name = run.docs
    got = {(name[c.article_id], name[c.copy_of], c.relation) for c in run.copies.itertuples()}
    want = {(r["article"], r["copy_of"], r["relation"]) for r in read_csv("copies.csv")}
    assert got ^ want <= STILL_WRONG
    gone = {copy[:2] for copy in got if copy[2] != "quotes"}
    assert gone == {copy[:2] for copy in want if copy[2] != "quotes"}


def test_a_reworded_story_is_kept_beside_the_first(run):
    kept = set(run.docs.values()) - left_out(run)
    assert {"2023-08-17-fergana-notebook-parcels", "2023-08-22-caspian-ledger-sensors"} <= kept


# -- stance ----------------------------------------------------------------------------------


def test_text_before_the_war_says_nothing_on_it(run, statements, gold):
    early = {doc for doc, answer in gold.items() if (answer["date"] or "9") < "2022-02-24"}
    assert len(early) == 4
    found = statements[statements["article_id"].map(run.docs).isin(early)]
    assert not found["issue"].isin(WAR).any(), found[["quote", "actor", "issue"]]
    coded = [r for r in read_csv("statements.csv") if r["doc"] in early]
    assert coded
    assert not [r for r in coded if r["issue"] in WAR]


def test_stance_agrees_with_the_coder(run, statements):
    out = left_out(run)
    want = {
        (r["doc"], int(r["line"]), r["actor"], r["issue"], int(r["alignment"]))
        for r in read_csv("statements.csv")
        if r["doc"] not in out
    }
    got = statement_keys(run, statements)
    hits = len(got & want)
    precision, recall = hits / len(got), hits / len(want)
    reached = f"precision {precision:.3f}, recall {recall:.3f}"
    assert precision >= 0.77, reached
    assert recall >= 0.34, reached


def test_the_members_stand_on_the_war_in_the_order_of_the_gold(run, statements):
    out = left_out(run)
    coded = [r for r in read_csv("statements.csv") if r["doc"] not in out and r["issue"] in WAR]
    gold = pd.DataFrame(coded).astype({"alignment": int}).groupby("actor")["alignment"].mean()
    ours = statements[statements["issue"].isin(WAR)].groupby("actor")["alignment"].mean()
    members = ["Armenia", "Belarus", "Kazakhstan", "Kyrgyzstan", "Tajikistan"]
    assert gold[members].idxmax() == ours[members].idxmax() == "Belarus"
    assert gold[members].idxmin() == ours[members].idxmin() == "Kazakhstan"
    assert (gold - ours)[members].abs().max() <= 0.25, (gold, ours)


def test_statements_quote_raw(run, statements):
    """The quote is what stands in the file, also where the text that was read is mended."""
    raw = dict(zip(run.articles["article_id"], run.articles["raw"], strict=True))
    for row in statements.itertuples():
        assert row.quote == " ".join(raw[row.article_id][row.start : row.end].split())


def test_two_men_of_one_name_speak_for_one_state(run, statements):
    doc = "2022-07-21-fergana-notebook-two-japarovs"
    article = next(a for a, name in run.docs.items() if name == doc)
    assert set(statements[statements["article_id"] == article]["actor"]) <= {"Kyrgyzstan"}
