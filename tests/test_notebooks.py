"""The notebooks that ship: how they are written, and what they do with a small corpus."""

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import papermill
import pytest

from cstolib.study import Options, run_study
from cstolib.study.parameters import read_parameters
from cstolib.study.studyfile import Study, read_study
from studies import read_card, read_results

NAMES = ("1-corpus", "2-sentiment", "3-keywords", "4-stance")
TEXTS = (
    "2022-01-11-union-herald-almaty.txt",
    "2022-03-14-caspian-ledger-un-vote.txt",
    "2022-10-18-union-herald-grouping.txt",
    "highland-post_an-empty-chair.html",
)
STUDY = """
study: small
corpus: texts
notebooks: [corpus, sentiment: {method: lexicon, against: vader}, keywords: {min_count: 2}, stance]
formats: [html]
"""


@pytest.fixture(scope="module")
def small(root: Path, sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A project with the real notebooks and four of the sample's texts."""
    project = tmp_path_factory.mktemp("small")
    for folder in ("notebooks", "studies", "texts"):
        (project / folder).mkdir()
    for name in NAMES:
        source = root / "notebooks" / f"{name}.ipynb"
        (project / "notebooks" / source.name).write_bytes(source.read_bytes())
    for name in TEXTS:
        (project / "texts" / name).write_bytes((sample / name).read_bytes())
    (project / "studies" / "small.yml").write_text(STUDY)
    return read_study(project / "studies" / "small.yml")


@pytest.fixture(scope="module")
def card(small: Study) -> dict:
    """The run card of the small study, run with two workers."""
    return run_study(small, options=Options(workers=2))


@pytest.mark.parametrize("name", (*NAMES, "explore", "cookbook", "start"))
def test_notebooks_are_committed_clean(root: Path, name: str) -> None:
    notebook = nbformat.read(root / "notebooks" / f"{name}.ipynb", 4)
    nbformat.validate(notebook)
    assert notebook.cells[0].source.startswith("# ")
    for cell in notebook.cells:
        assert len(cell.id) > 2
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
            assert len(cell.source.splitlines()) <= 16
    assert notebook.metadata.kernelspec.name == "python3"


@pytest.mark.parametrize("name", NAMES)
def test_notebooks_explain_their_parameters(root: Path, name: str) -> None:
    notebook = nbformat.read(root / "notebooks" / f"{name}.ipynb", 4)
    assert notebook.cells[0].source.splitlines()[0].endswith("?")
    known = read_parameters(root / "notebooks" / f"{name}.ipynb")
    assert list(known)[:5] == ["corpus", "codebook", "tables", "corrections", "out"]
    for parameter in known.values():
        assert parameter.help
        assert parameter.help.count("=") == 0
        assert "|" not in parameter.type
        assert parameter.fault(parameter.default) is None


@pytest.mark.timeout(600)
def test_the_notebooks_leave_figures_tables_and_conclusions(small: Study, card: dict) -> None:
    assert card["last_run"]["failed"] == {}
    found = {path.stem for path in (small.reports / "figures").glob("*.svg")}
    for figure in ("F1-provenance", "F2-coverage", "F3-keyness", "F5-sentiment", "F6-stance"):
        assert figure in found
    for name in ("articles", "passages", "copies", "sentences", "mentions", "scores", "terms"):
        assert (small.reports / "tables" / f"{name}.parquet").is_file()
    for name in ("statements", "positions", "ranking", "ledger"):
        assert (small.reports / "tables" / f"{name}.csv").is_file()
    for name in NAMES:
        results = json.loads((small.reports / "results" / f"{name}.json").read_text())
        assert results["notebook"] == name
        assert results["conclusions"]
    caption = json.loads((small.reports / "figures" / "F6-stance.json").read_text())["caption"]
    assert f"corpus {card['inputs']['corpus'][:8]}" in caption
    assert "min confidence 0.5" in caption
    assert (small.reports / "report.html").is_file()


@pytest.mark.timeout(600)
def test_a_rerun_with_one_worker_leaves_the_same_bytes(small: Study, card: dict) -> None:
    before = read_results(small.reports)
    again = run_study(small, options=Options(workers=1, fresh=True))
    after = read_results(small.reports)
    assert {how["status"] for how in again["last_run"]["notebooks"].values()} == {"run"}
    assert sorted(after) == sorted(before)
    assert [name for name in after if after[name] != before[name]] == []
    stable = [{k: v for k, v in one.items() if k != "last_run"} for one in (card, again)]
    assert stable[0] == stable[1]
    assert read_card(small.reports)["last_run"]["workers"] == 1


@pytest.mark.timeout(600)
def test_a_notebook_runs_under_plain_papermill_from_any_folder(
    root: Path, small: Study, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", "-k", "python3"]
    command += [str(root / "notebooks" / "4-stance.ipynb"), "out.ipynb", "-p", "corpus"]
    done = subprocess.run(
        [*command, str(small.corpus)], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    results = json.loads((tmp_path / "reports/4-stance/results/4-stance.json").read_text())
    assert results["conclusions"]
    assert (tmp_path / "reports/4-stance/figures/F7-ranking.png").is_file()


@pytest.mark.timeout(600)
def test_the_cookbook_answers_every_question(
    root: Path, small: Study, card: dict, tmp_path: Path
) -> None:
    passed = next((small.processed / "runs").glob("corpus-*/passed"))
    parameters = {"corpus": str(small.corpus), "tables": str(passed)}
    done = papermill.execute_notebook(
        str(root / "notebooks" / "cookbook.ipynb"),
        None,
        parameters=parameters,
        kernel_name="python3",
        cwd=str(tmp_path),
        progress_bar=False,
    )
    asked = [n for n, cell in enumerate(done.cells) if cell.source.startswith("## ")]
    assert len(asked) >= 10
    for number in asked:
        answer = done.cells[number + 1]
        assert answer.cell_type == "code"
        assert answer.outputs, done.cells[number].source
    assert list(tmp_path.iterdir()) == []
