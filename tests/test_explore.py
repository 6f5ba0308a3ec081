"""Exploring: searches, articles, copies and corrections; then all of it in a real JupyterLab."""

import csv
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from lab import ERRORS, Lab, find_browser, serve_lab
from selenium.webdriver.common.keys import Keys

import cstolib as cs
from cstolib.explore import ExplorerView
from cstolib.explore.charts import chart_ranking
from cstolib.explore.reading import Explorer, Filters
from cstolib.figures.style import alignment_color

STORIES = {
    "one.txt": (
        "Kazakhstan keeps its distance\n\nBy Dana Reed\n\n12 October 2022\n\n"
        "Kazakhstan will not send troops to Ukraine, the foreign ministry said on Tuesday. "
        "Peacekeepers <b>left</b> Almaty in January.\n\n"
        "Belarus supports the invasion of Ukraine, and its leader said so again this week.\n\n"
        "Share this article on Facebook\n"
    ),
    "two.txt": (
        "Tajikistan waits\n\n3 March 2023\n\n"
        "Tajikistan refused to recognise the annexation of four regions of Ukraine. "
        "Dushanbe said that it would stay neutral in the war.\n"
    ),
}


def make_project(root: Path) -> Path:
    """A project with two short texts."""
    folder = root / "data" / "raw" / "two"
    folder.mkdir(parents=True)
    (root / "notebooks").mkdir()
    for name, text in STORIES.items():
        (folder / name).write_text(text)
    return root


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of the test's own."""
    return make_project(tmp_path)


@pytest.fixture
def explorer(project: Path) -> Explorer:
    """The project's texts, open."""
    return Explorer(project / "data/raw/two", corrections=project / "data/corrections.csv")


def test_search_finds_words_as_they_stand_in_the_file(explorer: Explorer) -> None:
    found = explorer.search("peacekeep*")
    assert found["match"].tolist() == ["Peacekeepers"]
    row = found.iloc[0]
    raw = explorer.raw(row["article_id"])
    assert raw[row["at"] :].startswith("Peacekeepers")
    assert row["right"].startswith("<b>left</b> Almaty")
    assert explorer.search("peace").empty
    assert len(explorer.search("")) == len(explorer.sentences)


def test_search_keeps_to_the_filters(explorer: Explorer) -> None:
    assert len(explorer.search("Ukraine", Filters(actor="Tajikistan"))) == 1
    assert len(explorer.search("Ukraine", Filters(until="2022-12-31"))) == 2
    assert explorer.search("Ukraine", Filters(since="2024-01-01")).empty
    assert len(explorer.search("Ukraine", limit=1)) == 1
    assert explorer.search("Ukraine", limit=1).attrs["sentences"] == 3


def test_an_article_is_shown_whole_escaped_and_marked(explorer: Explorer) -> None:
    row = explorer.search("Peacekeepers").iloc[0]
    shown = explorer.show_article(row["article_id"], row["start"], row["end"])
    assert "<mark" in shown
    assert "&lt;b&gt;left&lt;/b&gt;" in shown
    assert "<b>left" not in shown
    assert "Share this article" in shown
    assert "color:#767676" in shown


def test_a_correction_is_written_replayed_and_reported(explorer: Explorer) -> None:
    row = explorer.search("will not send troops").iloc[0]
    told = explorer.correct(
        row["article_id"], row["start"], row["end"], "stance Kazakhstan/troops", "+1", "Ana", "test"
    )
    assert "corrections.csv" in told
    explorer.correct(row["article_id"], 0, 0, "outlet", "The Test Post", "Ana", "the masthead")
    lines = explorer.replay()
    assert lines[0] == "2 corrections replayed, 0 orphans"
    stance = explorer.quotes("Kazakhstan", "troops", 0.5)
    assert stance["alignment"].tolist() == [1]
    assert stance["corrected"].tolist() == ["Ana: test"]
    assert explorer.name(row["article_id"]).startswith("The Test Post")


def test_explore_answers_within_300_ms_on_1000_articles(explorer: Explorer) -> None:
    explorer.sentences = grow(explorer.sentences, 2000)
    articles = grow(explorer.articles.reset_index(drop=True), 2000)
    explorer.articles = articles.set_index("article_id", drop=False)
    assert len(explorer.articles) == 4000
    for pattern in ("", "peacekeep*", "the", "war", "refused to *"):
        start = time.process_time()
        explorer.search(pattern)
        assert time.process_time() - start < 0.3


def grow(table: pd.DataFrame, times: int) -> pd.DataFrame:
    """The table as if there were so many times the articles."""
    parts = [table.assign(article_id=table["article_id"] + str(n)) for n in range(times)]
    return pd.concat(parts, ignore_index=True)


def test_the_slider_moves_every_figure_within_300_ms_on_1000_articles(explorer: Explorer) -> None:
    grown = grow(explorer.statements, 500)
    assert grown["article_id"].nunique() == 1000
    explorer.statements = grown.assign(confidence=[n % 10 / 10 for n in range(len(grown))])
    view = ExplorerView(explorer)
    seen = []
    for least in (0.2, 0.7):
        start = time.process_time()
        view.threshold.value = least
        assert time.process_time() - start < 0.3
        cell = view.cells["Kazakhstan", "troops"].description
        seen.append([cell, *(chart.value for chart in view.charts), view.says.value])
    for before, after in zip(*seen, strict=True):
        assert before != after
    view.threshold.value = 1.0  # no evidence is not neutral: the cell is empty, not 0
    assert view.cells["Kazakhstan", "troops"].layout.visibility == "hidden"
    assert "no statement is as sure as that" in view.charts[0].value
    assert "no evidence, not neutrality" in view.says.value


def test_charts_escape_names_and_color_as_the_report_does() -> None:
    ranking = pd.DataFrame(
        {"actor": ["<b>A</b>", "B"], "alignment": [1.0, -1.0], "n": [3, 1]}
    ).assign(low=[0.5, None], high=[1.0, None])
    drawn = chart_ranking(ranking)
    assert "<b>" not in drawn
    assert drawn.index("&lt;b&gt;A") < drawn.index(">B<")
    assert drawn.count('stroke-width="2"') == 1  # one statement has no interval
    assert (alignment_color(1), alignment_color(-1)) == ("#a63603", "#08519c")


def test_show_table_is_escaped_and_needs_no_network() -> None:
    frame = pd.DataFrame(
        {"quote": ["<script>alert(1)</script>"], "date": [pd.Timestamp("2022-09-15")]}
    )
    shown = cs.show_table(frame)._repr_html_()
    assert "<script>alert" not in shown
    assert "2022-09-15" in shown
    assert 'src="http' not in shown


@pytest.fixture(scope="module")
def lab(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab in a browser, on the notebooks and two short texts."""
    find_browser()
    project = make_project(tmp_path_factory.mktemp("lab"))
    for name in ("explore", "cookbook"):
        text = (root / "notebooks" / f"{name}.ipynb").read_text()
        text = text.replace('\\"sample\\"  #', '\\"../data/raw/two\\"  #')
        (project / "notebooks" / f"{name}.ipynb").write_text(text)
    scratch = project / "scratch"
    scratch.mkdir()
    with serve_lab(project / "notebooks", scratch) as base:
        made = Lab(base, scratch)
        made.project = project
        yield made
        made.quit()


@pytest.mark.timeout(900)
def test_the_cookbook_in_a_real_jupyterlab(lab: Lab) -> None:
    lab.open("cookbook.ipynb")
    lab.run_all()
    lab.wait(lambda: lab.all(".dt-container input[type='search']"), why="the sortable table")
    lab.picture("cookbook.png")
    assert not lab.all(ERRORS)
    assert lab.outside_loads() == set()
    shown = lab.all(".jp-Notebook")[0].text
    assert "Kazakhstan will not send troops to Ukraine" in shown


@pytest.mark.timeout(900)
def test_explore_in_a_real_jupyterlab(lab: Lab) -> None:
    try:
        _explore(lab, lab.project)
    finally:
        lab.picture("explore.png")


def _explore(lab: Lab, project: Path) -> None:
    lab.open("explore.ipynb")
    lab.run_all()
    lab.wait(lambda: lab.all(".cstolib-hits select option"), why="the search box")
    assert not lab.all(ERRORS)
    lab.wait(lambda: lab.all(".dt-container input[type='search']"), why="the sortable table")

    # Type a search: the list follows.
    box = lab.all("input[placeholder='peacekeep*']")[0]
    box.send_keys("not send")
    lab.wait(lambda: len(lab.all(".cstolib-hits select option")) == 1, why="the match")
    lab.all(".cstolib-hits select option")[0].click()
    lab.wait(lambda: lab.all("mark"), why="the article")
    assert "will not send troops" in lab.all("mark")[0].text

    # Click a cell of the stance matrix: its quotes, and the sentence in its article.
    tabs = [tab for tab in lab.all(".lm-TabBar-tab") if tab.text == "Stance"]
    tabs[0].click()
    cells = lab.wait(lambda: lab.all("button.cstolib-cell"), why="the matrix")
    troops = next(cell for cell in cells if cell.get_attribute("title") == "Kazakhstan on troops")
    troops.click()

    # Move the threshold: the charts follow.
    def drawn() -> str:
        return " ".join(text.text for text in lab.all("svg text"))

    assert "Kazakhstan" in drawn()
    handle = lab.all(".noUi-handle")[0]
    handle.send_keys(Keys.END)
    lab.wait(lambda: "no statement is as sure as that" in drawn(), why="the charts")
    handle.send_keys(Keys.HOME)
    lab.wait(lambda: "Kazakhstan" in drawn(), why="the charts")
    lab.wait(lambda: lab.all(".cstolib-quotes select option"), why="the quotes")

    # Correct it: the row is in the file, and a replay says what moved.
    values = lab.all("input[list]")
    values[1].clear()
    values[1].send_keys("+1")
    lab.all("input[placeholder='your name']")[0].send_keys("Ana")
    next(b for b in lab.all("button") if b.text == "Write correction").click()
    file = project / "data" / "corrections.csv"
    lab.wait(file.is_file, why="the correction")
    row = next(iter(csv.DictReader(file.open())))
    assert (row["field"], row["value"], row["who"]) == ("stance Kazakhstan/troops", "+1", "Ana")
    assert "will not send troops" in row["quote"]
    next(b for b in lab.all("button") if b.text == "Replay corrections").click()
    said = "1 corrections replayed, 0 orphans"
    lab.wait(lambda: said in lab.all(".jp-Notebook")[0].text, why="the replay")
    assert not lab.all(ERRORS)
    assert lab.outside_loads() == set()
