"""Studies: checked before they start, run in processes, reused, resumed, locked, swept."""

import io
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from cstolib.study import Options, StudyLocked, lock_study, plan_study, run_study
from cstolib.study.diff import compare_runs
from cstolib.study.parameters import StudyError, check_parameters, read_parameters
from cstolib.study.plan import choose_corpus
from cstolib.study.progress import Progress, show_progress
from cstolib.study.studyfile import read_study, sweep_settings
from studies import STUDY, make_project, read_card, read_results, write_notebook


class Told(Progress):
    """A progress that keeps what it is told."""

    def say(self, line: str) -> None:
        """Keep the line."""
        self.__dict__.setdefault("lines", []).append(line)


def statuses(card: dict) -> dict[str, str]:
    return {name: how["status"] for name, how in card["last_run"]["notebooks"].items()}


# What is wrong is said before anything starts, all of it at once.


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"wieght": 1.0}, "no parameter 'wieght'; the notebook has"),
        ({"weight": "heavy"}, "weight must be float, got 'heavy'"),
        ({"weight": True}, "weight must be float, got True"),
        ({"weight": 11}, "weight must be from 0 to 10, got 11"),
        ({"weight": float("nan")}, "weight must be from 0 to 10, got nan"),
        ({"method": "fancier"}, "method must be one of plain, fancy, got 'fancier'"),
        ({"words": "word"}, "words must be list[str], got 'word'"),
        ({"words": ["a", 1]}, "words must be list[str], got 1 in the list"),
        ({"fail": "yes"}, "fail must be bool, got 'yes'"),
    ],
)
def test_check_parameters_names_the_fault(tmp_path: Path, given: dict, fault: str) -> None:
    make_project(tmp_path)
    known = read_parameters(tmp_path / "notebooks" / "2-count.ipynb")
    faults = check_parameters(given, known, where="tiny.yml: count")
    assert len(faults) == 1
    assert fault in faults[0]
    assert faults[0].startswith("tiny.yml: count: ")


@pytest.mark.parametrize(
    "given",
    [
        {"weight": 1},
        {"weight": 0},
        {"weight": 10.0},
        {"words": []},
        {"words": ["a"]},
        {"fail": True},
    ],
)
def test_check_parameters_passes_what_fits(tmp_path: Path, given: dict) -> None:
    make_project(tmp_path)
    known = read_parameters(tmp_path / "notebooks" / "2-count.ipynb")
    assert check_parameters(given, known, where="here") == []


def test_read_parameters_agrees_with_papermill(root: Path) -> None:
    import papermill

    for notebook in sorted((root / "notebooks").glob("[1-4]-*.ipynb")):
        theirs = papermill.inspect_notebook(str(notebook))
        ours = read_parameters(notebook)
        assert list(ours) == list(theirs)
        for name, parameter in ours.items():
            assert parameter.type == theirs[name]["inferred_type_name"]
            assert parameter.help == theirs[name]["help"].strip()
            assert repr(parameter.default).replace("'", '"') == theirs[name]["default"]


def test_read_study_reports_every_fault_at_once(tmp_path: Path) -> None:
    study = STUDY.replace("{weight: 2.0}", "{weight: a, wrods: []}").replace("- make", "- mkae")
    file = make_project(tmp_path, study)
    with pytest.raises(StudyError) as caught:
        read_study(file)
    assert len(caught.value.faults) == 3
    assert all(str(file) in fault for fault in caught.value.faults)
    assert "no notebook 'mkae'" in caught.value.faults[0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("study: [", "not valid YAML at line"),
        ("just words", "must hold `study:`"),
        ("study: a b\nnotebooks: [make]", "usable as a folder name, like 'a-b'"),
        ("study: x\nnotebook: [make]", "unknown key 'notebook'; did you mean notebooks?"),
        ("study: x", "lacks the key 'notebooks'"),
        ("study: x\nnotebooks: [make]\nformats: [odt]", "formats.0"),
        ("study: x\nnotebooks: []", "notebooks is empty"),
        ("study: x\nnotebooks: [make, make]", "listed twice"),
        ("study: x\nnotebooks: [make: {corpus: y}]", "corpus is set for the whole study"),
        ("study: x\nnotebooks: [count]\nsweep: {weight: [1]}", "write notebook.parameter"),
        ("study: x\nnotebooks: [count]\nsweep: {count.weight: [99]}", "must be from 0 to 10"),
        ("study: x\nnotebooks: [count]\ncodebook: none.yml", "none.yml does not exist"),
        ("study: ../up\nnotebooks: [count]", "usable as a folder name"),
    ],
)
def test_read_study_says_what_is_wrong(tmp_path: Path, text: str, says: str) -> None:
    file = make_project(tmp_path, text)
    with pytest.raises(StudyError, match=r"tiny\.yml") as caught:
        read_study(file)
    assert says in str(caught.value)


def test_read_study_suggests_a_file_of_a_like_name(tmp_path: Path) -> None:
    file = make_project(tmp_path)
    with pytest.raises(StudyError, match=r"did you mean .*tiny\.yml"):
        read_study(file.with_name("tinny.yml"))


def test_a_notebook_with_more_than_assignments_is_refused(tmp_path: Path) -> None:
    file = make_project(tmp_path)
    write_notebook(tmp_path / "notebooks" / "2-count.ipynb", "weight = 1", "pass")
    with pytest.raises(StudyError, match="write each parameter as"):
        read_study(file)


def test_choose_corpus_keeps_two_corpora_apart(tmp_path: Path) -> None:
    study = read_study(make_project(tmp_path))
    one, other = tmp_path / "a" / "My Texts", tmp_path / "b" / "My Texts"
    for folder in (one, other):
        folder.mkdir(parents=True)
    assert choose_corpus(study, None).name == "tiny"
    assert choose_corpus(study, tmp_path / "texts").name == "tiny"
    first = choose_corpus(study, one)
    assert first.name == "tiny-my-texts"
    first.reports.mkdir(parents=True)
    (first.reports / "run.json").write_text('{"corpus": "a/My Texts"}')
    assert choose_corpus(study, one).name == "tiny-my-texts"
    assert choose_corpus(study, other).name.startswith("tiny-my-texts-")
    with pytest.raises(StudyError, match="--name"):
        choose_corpus(study, one, "../up")


# What runs, what is reused, and why.


def test_a_study_runs_then_reuses_then_reruns_what_changed(tmp_path: Path) -> None:
    study = read_study(make_project(tmp_path))
    told = Told()
    card = run_study(study, progress=told)
    assert statuses(card) == {"make": "run", "count": "run"}
    results = read_results(study.reports)
    assert b"10.0 letters" in results["results/2-count.json"]
    executed = nbformat.reads(results["notebooks/2-count.ipynb"].decode(), 4)
    assert executed.cells[-1].outputs[0].text == "counted\n"
    assert "2 of 2" in told.lines[-2] or "2 of 2" in " ".join(told.lines)

    start = time.process_time()
    card = run_study(study)
    assert statuses(card) == {"make": "reused", "count": "reused"}
    assert time.process_time() - start < 3
    assert read_results(study.reports) == results

    changed = make_study(tmp_path, weight="3.0")
    assert plan_study(changed) == [
        "1-make: reused",
        "2-count: parameter weight was 2.0, is 3.0",
    ]
    card = run_study(changed)
    assert statuses(card) == {"make": "reused", "count": "run"}
    assert any("15.0 letters" in line for line in compare_runs(study.reports))

    # A file that does not reach the tables reruns only the notebook that read it.
    (tmp_path / "texts" / "note.md").write_text("not read by these notebooks")
    card = run_study(changed)
    assert statuses(card) == {"make": "run", "count": "reused"}
    assert "texts changed (note.md)" in card["last_run"]["notebooks"]["make"]["why"]

    (tmp_path / "texts" / "one.txt").write_text("hello!")
    card = run_study(changed)
    assert statuses(card) == {"make": "run", "count": "run"}

    # Back to what it was: the results of the run before are still there.
    (tmp_path / "texts" / "one.txt").write_text("hello")
    assert statuses(run_study(changed)) == {"make": "reused", "count": "reused"}


def make_study(root: Path, *, weight: str = "2.0", **more: str):
    file = root / "studies" / "tiny.yml"
    extra = "\n".join(f"{key}: {value}" for key, value in more.items())
    file.write_text(STUDY.replace("2.0", weight) + extra)
    return read_study(file)


def test_a_failing_notebook_leaves_the_others_running(tmp_path: Path) -> None:
    file = make_project(tmp_path, STUDY.replace("weight: 2.0", "fail: true") + "\n")
    write_notebook(tmp_path / "notebooks" / "3-other.ipynb", 'out: str = "o"  # out', "print(1)")
    file.write_text(file.read_text().replace("formats", "  - other\nformats"))
    study = read_study(file)
    card = run_study(study)
    assert statuses(card) == {"make": "run", "count": "failed", "other": "run"}
    error = card["last_run"]["failed"]["2-count"]
    assert "cell [3] `raise ValueError" in error
    assert "ValueError: a fault for the test" in error
    kept = (study.reports / "notebooks" / "2-count.ipynb").read_text()
    assert "a fault for the test" in kept
    assert not (study.reports / "results" / "2-count.json").exists()
    assert plan_study(study)[1] == "2-count: failed last time"


def test_only_runs_one_notebook_and_drops_what_is_stale(tmp_path: Path) -> None:
    study = read_study(make_project(tmp_path))
    card = run_study(study, options=Options(only=("make",)))
    assert statuses(card) == {"make": "run"}
    assert card["last_run"]["left_out"] == {"count": "no result yet"}
    with pytest.raises(StudyError, match="--only nothing: the study has make, count"):
        run_study(study, options=Options(only=("nothing",)))


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """It is."""
        return True


@pytest.mark.parametrize("stream", [Terminal(), io.StringIO()])
def test_progress_is_a_bar_in_a_terminal_and_lines_in_a_log(
    stream: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with show_progress() as progress:
        progress.expect(2, 60)
        progress.step("1-corpus: done")
        if stream.isatty():
            time.sleep(0.3)  # the bar is drawn ten times a second
    said = stream.getvalue()
    assert re.search(r"1-corpus: done \(1 of 2, about (59|60) s left\)", said)
    assert ("\x1b[" in said, "1 of 2 notebooks" in said) == (stream.isatty(),) * 2


def test_sweep_tries_every_setting_and_marks_the_study_s_own(tmp_path: Path) -> None:
    make_project(tmp_path)
    study = make_study(tmp_path, sweep="{count.weight: [1.0, 2.0], count.method: [plain, fancy]}")
    assert len(sweep_settings(study)) == 4
    card = run_study(study)
    assert card["last_run"]["failed"] == {}
    rows = (study.reports / "tables" / "sweep.csv").read_text().splitlines()
    assert rows[0] == "conclusion,setting,value,low,high,default"
    assert rows[1] == 'length of all,"weight 1.0, method plain",5.0,4.0,6.0,False'
    assert rows[3] == 'length of all,"weight 2.0, method plain",10.0,9.0,11.0,True'
    assert len(rows) == 5
    assert (study.reports / "figures" / "F13-settings.svg").exists()
    runs = {p.name for p in (study.processed / "runs").iterdir()}
    assert len([name for name in runs if name.startswith("count-")]) == 4


def test_two_runs_of_one_study_do_not_tread_on_each_other(tmp_path: Path) -> None:
    study = read_study(make_project(tmp_path))
    with lock_study(study), pytest.raises(StudyLocked, match=f"process {os.getpid()} since"):
        run_study(study)
    assert not study.reports.exists()
    with lock_study(study):
        pass


def test_a_killed_run_loses_nothing_that_had_finished(tmp_path: Path) -> None:
    file = make_project(tmp_path)
    slow = "import time\nfrom pathlib import Path\nPath('started').touch()\ntime.sleep(60)"
    write_notebook(tmp_path / "notebooks" / "3-slow.ipynb", 'out: str = "o"  # out', slow)
    file.write_text(file.read_text().replace("formats", "  - slow\nformats"))
    script = tmp_path / "run.py"
    lines = [
        "from cstolib.study import run_study",
        "from cstolib.study.studyfile import read_study",
        "if __name__ == '__main__':",
        f"    run_study(read_study({str(file)!r}))",
    ]
    script.write_text("\n".join(lines))
    process = subprocess.Popen([sys.executable, str(script)])
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (tmp_path / "started").exists():
        time.sleep(0.1)
    while time.monotonic() < deadline and not list(
        (tmp_path / "data/processed/tiny/runs").glob("count-*/done.json")
    ):
        time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (tmp_path / "reports").exists()
    write_notebook(tmp_path / "notebooks" / "3-slow.ipynb", 'out: str = "o"  # out', "print(1)")
    card = run_study(read_study(file))
    assert statuses(card) == {"make": "reused", "count": "reused", "slow": "run"}


def test_a_missing_or_empty_corpus_is_one_message(tmp_path: Path) -> None:
    study = read_study(make_project(tmp_path))
    (tmp_path / "empty").mkdir()
    with pytest.raises(StudyError, match="holds no file; put articles there"):
        run_study(choose_corpus(study, tmp_path / "empty"))
    with pytest.raises(StudyError, match="does not exist; give a folder of texts"):
        run_study(choose_corpus(study, tmp_path / "nowhere"))


def test_compare_runs_says_when_nothing_changed(tmp_path: Path) -> None:
    study = read_study(make_project(tmp_path))
    run_study(study, options=Options(only=("make",)))
    assert compare_runs(study.reports, study.reports) == ["nothing changed"]
    assert "no earlier results" in compare_runs(study.reports)[0]
    assert read_card(study.reports)["corpus"] == "texts"


def test_a_study_file_outside_the_project_uses_the_notebooks_of_the_working_folder(
    root, tmp_path, monkeypatch
):
    monkeypatch.chdir(root)
    file = tmp_path / "mine.yml"
    file.write_text("study: mine\ncorpus: data/raw/sample\nnotebooks:\n  - corpus\n")
    assert read_study(file).root == root


def test_the_study_that_ships_runs_where_one_is(root, tmp_path, monkeypatch):
    here = tmp_path / "here"
    here.mkdir()
    (tmp_path / "notebooks").mkdir()  # someone's notebooks are no project of ours
    monkeypatch.chdir(here)
    study = read_study("studies/default.yml")
    assert study.root == here
    assert study.reports == here / "reports" / "csto-coverage"
    assert study.corpus == root / "data" / "raw" / "sample"
    monkeypatch.chdir(root / "docs")
    assert read_study("studies/default.yml").root == root
