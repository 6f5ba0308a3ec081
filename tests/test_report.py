"""The report: one content in three formats, every number leading to its quotes, text as data."""

import html
import json
import os
import re
import time
from pathlib import Path

import pandas as pd
import pytest
from lab import Lab
from matplotlib.figure import Figure

from cstolib.report import ReportError, write_report
from cstolib.report.cells import anchor, column_widths, shown
from cstolib.report.content import read_content
from cstolib.report.evidence import _plain_rule
from cstolib.tables import make_table

# What a hostile page may hold: markup of html, typst, Word and spreadsheets.
TITLE = "Allies <script>alert('x')</script> & =HYPERLINK(1)"
BODY = 'Armenia #panic("x") will leave $x^2$ *soon* @ref. Հայաստան, Россия.'
RAW = f"{TITLE}\n\n{BODY}\nShare this\nBelarus hosts the troops."
# Opens all that folds, and gives the rules kept and those broken.
AXE = """
const done = arguments[0];
document.querySelectorAll("details").forEach(e => e.open = true);
axe.run(document).then(r =>
  done([r.passes.length, r.violations.map(v => [v.id, v.nodes[0].html])]));
"""


@pytest.fixture
def results(tmp_path):
    """The folder of a small finished run."""
    for name in ("tables", "figures", "results"):
        (tmp_path / name).mkdir()
    places = [
        (RAW.index(t), RAW.index(t) + len(t)) for t in (TITLE, BODY, "Share this", "Belarus hosts")
    ]
    places[3] = (places[3][0], len(RAW))
    kinds = ("title", "body", "nav", "body")
    tables = {
        "articles": make_table(
            "articles",
            [
                {
                    "article_id": "a1",
                    "path": "a.txt",
                    "title": TITLE,
                    "outlet": "Post",
                    "date": pd.Timestamp("2022-03-01"),
                    "date_basis": "stated",
                    "raw": RAW,
                }
            ],
        ),
        "passages": make_table(
            "passages",
            [
                {
                    "article_id": "a1",
                    "passage": n,
                    "start": start,
                    "end": end,
                    "kind": kind,
                    "reason": "a rule",
                    "text": RAW[start:end],
                }
                for n, ((start, end), kind) in enumerate(zip(places, kinds, strict=True))
            ],
        ),
        "statements": make_table(
            "statements",
            [
                {
                    "article_id": "a1",
                    "sentence": n,
                    "start": places[at][0],
                    "end": places[at][1],
                    "quote": RAW[slice(*places[at])],
                    "actor": actor,
                    "issue": issue,
                    "alignment": alignment,
                    "inferred": False,
                    "voice": "author",
                    "part": "body",
                    "rule": "leaves the alliance",
                    "confidence": 0.8,
                    "date_basis": "none",
                }
                for n, (at, actor, issue, alignment) in enumerate(
                    [(1, "Armenia", "csto", -1), (3, "Belarus", "basing", 1)]
                )
            ],
        ),
        "positions": make_table(
            "positions",
            [
                {"actor": "Armenia", "issue": "csto", "n": 1, "n_articles": 1, "alignment": -1.0},
                {"actor": "Belarus", "issue": "basing", "n": 1, "n_articles": 1, "alignment": 1.0},
            ],
        ).fillna({"conflict": False}),
    }
    for name, table in tables.items():
        table.to_parquet(tmp_path / "tables" / f"{name}.parquet")
    figure = Figure()
    figure.subplots().plot([0, 1])
    for suffix in ("svg", "png"):
        figure.savefig(
            tmp_path / "figures" / f"F6-stance.{suffix}",
            metadata={"Date": None} if suffix == "svg" else None,
        )
    tables["positions"].to_csv(tmp_path / "figures" / "F6-stance.csv", index=False)
    said = {
        "name": "F6-stance",
        "title": "Armenia departs",
        "caption": "n = 2. #x",
        "alt": "A matrix.",
    }
    (tmp_path / "figures" / "F6-stance.json").write_text(json.dumps(said))
    conclusion = {"notebook": "4-stance", "conclusions": ["Armenia departs <b>most</b>."]}
    (tmp_path / "results" / "4-stance.json").write_text(json.dumps(conclusion))
    run = {"study": "demo", "parameters": {"min_confidence": 0.5}, "warnings": ["b.txt is empty"]}
    (tmp_path / "run.json").write_text(json.dumps(run))
    return tmp_path


def test_every_link_of_the_page_leads_somewhere_in_it(results):
    write_report(results, formats=["html"])
    page = (results / "report.html").read_text()
    names = re.findall(r'\bid="([^"]+)"', page)
    assert len(names) == len(set(names))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(names)


def test_a_cell_of_the_matrix_leads_to_its_quotes_and_an_empty_one_says_so(results):
    write_report(results, formats=["html"])
    page = (results / "report.html").read_text()
    assert f'href="#{anchor("evidence", "Armenia", "csto")}"' in page
    assert page.count("no evidence") == 2
    assert html.escape(BODY, quote=False).replace('"', "&#34;") in page


def test_the_page_asks_for_nothing_from_outside(results):
    write_report(results, formats=["html"])
    page = (results / "report.html").read_text()
    sources = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert sources and all(source.startswith(("#", "data:")) for source in sources)
    assert "@import" not in page and "url(" not in page


def test_text_of_an_article_is_never_markup(results):
    write_report(results)
    page = (results / "report.html").read_text()
    assert "<script>alert" not in page and "<b>most</b>" not in page
    import docx
    from pypdf import PdfReader

    paper = " ".join(p.extract_text() for p in PdfReader(results / "report.pdf").pages)
    assert '#panic("x")' in paper and "*soon*" in paper and "<script>" in paper
    word = "\n".join(p.text for p in docx.Document(str(results / "report.docx")).paragraphs)
    assert BODY in word


def test_what_was_set_apart_is_shown_in_place(results):
    article = read_content(results).articles[0]
    assert [part["kind"] for part in article["parts"]] == ["title", "body", "nav", "body"]
    whole = "".join(piece["text"] for part in article["parts"] for piece in part["pieces"])
    assert whole == RAW.replace("\n", "")


def test_word_headings_captions_and_alt_text_are_real(results):
    import docx

    write_report(results, formats=["docx"])
    document = docx.Document(str(results / "report.docx"))
    styles = {p.style.name for p in document.paragraphs}
    assert {"Title", "Heading 1", "Heading 2", "Caption", "Quote"} <= styles
    assert document.inline_shapes[0]._inline.docPr.get("descr") == "A matrix."


def test_a_rerun_writes_the_same_bytes(results):
    workbook = results / "tables" / "tables.xlsx"
    first = [path.read_bytes() for path in [*write_report(results), workbook]]
    time.sleep(1.1)  # archives hold their time in seconds
    assert first == [path.read_bytes() for path in [*write_report(results), workbook]]
    assert not list(results.glob(".report*"))


def test_a_workbook_holds_the_tables_and_no_formula(results):
    from openpyxl import load_workbook

    table = pd.DataFrame({"quote": ["=1+1", "-2", "@x", None], "n": [1, 2, 3, 4]})
    table.to_parquet(results / "tables" / "odd.parquet")
    write_report(results, formats=["html"])
    sheet = load_workbook(results / "tables" / "tables.xlsx")["odd"]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == ["=1+1", "-2", "@x", None]
    assert not any(cell.data_type == "f" for cell in cells)


def test_what_the_run_did_not_make_is_named(results):
    assert any(line.startswith("F11") for line in read_content(results).missing)


def test_a_folder_without_a_run_is_refused_with_the_next_step(tmp_path):
    with pytest.raises(ReportError, match="cstolib run"):
        write_report(tmp_path)


def test_an_unknown_format_is_refused(results):
    with pytest.raises(ValueError, match="html, pdf, docx; got odt"):
        write_report(results, formats=["odt"])


@pytest.mark.parametrize(
    ("value", "column", "text"),
    [
        (pd.NaT, "date", "–"),
        (float("nan"), "score", "–"),
        (0.0, "score", "0.00"),  # a measured zero is not a missing value
        (pd.Timestamp("2022-03-01"), "date", "2022-03-01"),
        (0.0004, "p_adjusted", "<0.001"),
        ("two\n lines", "quote", "two lines"),
    ],
)
def test_values_are_shown_as_a_reader_wants_them(value, column, text):
    assert shown(value, column) == text


def test_a_report_under_another_codebook_speaks_of_its_sides_and_issues(results, tmp_path, root):
    book = (root / "studies" / "gaza-arab-league.codebook.yml").read_text("utf-8")
    path = tmp_path / "book.yml"
    path.write_text(
        book.replace("issues:\n  ceasefire:\n", "issues:\n  ceasefire:\n    label: a truce\n")
    )
    run = json.loads((results / "run.json").read_text("utf-8"))
    (results / "run.json").write_text(json.dumps({**run, "codebook": str(path)}), "utf-8")
    for name in ("statements", "positions"):
        table = pd.read_parquet(results / "tables" / f"{name}.parquet")
        table.assign(issue="ceasefire").to_parquet(results / "tables" / f"{name}.parquet")
    content = read_content(results)
    assert {group["heading"].split(" on ")[1] for group in content.evidence} == {"a truce"}
    assert content.matrix["sides"] == ("sides with Palestine", "departs from Palestine")
    asked = [section.question for section in content.sections]
    assert not [line for line in asked if "Moscow" in line]


def test_an_inferred_date_shows_between_which_days_it_lies(results):
    path = results / "tables" / "articles.parquet"
    days = {"date_low": pd.Timestamp("2020-08-27"), "date_high": pd.Timestamp("2020-08-31")}
    table = pd.read_parquet(path).assign(date=pd.NaT, date_basis="inferred", **days)
    table.to_parquet(path)
    (corpus,) = [s.table for s in read_content(results).sections if s.id == "T1"]
    assert corpus.rows[0][2].text == "2020-08-27 to 2020-08-31 (inferred)"


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("abstain|abstains|abstained", "abstain…"),
        ("sends|sent .. (aid|fuel oil) to .. <ukrainian>", "sends… .. aid… to .. ukrainian"),
        ("not × taking_part × (sanction*)", "not + taking part + (sanction*)"),
    ],
)
def test_a_rule_is_shown_by_the_first_of_words_that_do_the_same(rule, text):
    assert _plain_rule(rule) == text


def test_a_column_is_never_narrower_than_its_longest_word():
    lines = [["group", "left"], *[["Kyrgyzstan", "a long line of words " * 9]] * 9]
    group, left = column_widths(lines)
    assert group > len("Kyrgyzstan") and left > 3 * group


@pytest.fixture
def axe() -> str:
    """The source of axe-core; skips the test where CSTOLIB_AXE names no such file."""
    path = Path(os.environ.get("CSTOLIB_AXE", "absent"))
    if not path.is_file():
        pytest.skip("needs CSTOLIB_AXE, the path of axe-core's axe.min.js (npm install axe-core)")
    return path.read_text("utf-8")


def check(browser: Lab, page: Path, axe: str) -> tuple[int, list]:
    """How many rules a page keeps, and those that it breaks."""
    browser.driver.get(page.as_uri())
    browser.driver.execute_cdp_cmd("Runtime.evaluate", {"expression": axe})
    return browser.driver.execute_async_script(AXE)


def test_the_report_keeps_all_rules_of_axe(axe, results, tmp_path):
    (page,) = write_report(results, formats=("html",))
    spoilt = tmp_path / "spoilt.html"
    spoilt.write_text(page.read_text("utf-8").replace('<html lang="en">', "<html>"), "utf-8")
    browser = Lab("", tmp_path)
    try:
        kept, broken = check(browser, page, axe)
        assert broken == [] and kept > 30
        assert [rule for rule, _ in check(browser, spoilt, axe)[1]] == ["html-has-lang"]
    finally:
        browser.quit()
