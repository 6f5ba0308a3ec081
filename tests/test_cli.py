"""The command line: one clear message and an exit code for whatever may be wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

from cstolib.study import lock_study
from cstolib.study.studyfile import read_study
from studies import STUDY, make_project

CLI = [sys.executable, "-c", "from cstolib.cli import main; main()"]


def call(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [*CLI, *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True)


def test_run_exits_by_what_happened(tmp_path: Path) -> None:
    file = make_project(tmp_path)
    dry = call("run", file, "--dry-run", cwd=tmp_path)
    assert dry.returncode == 0
    assert dry.stdout.splitlines()[0] == "1-make: no result yet"
    assert not (tmp_path / "reports").exists()

    done = call("run", file, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "1-make: runs; no result yet" in done.stderr
    again = call("run", file, cwd=tmp_path)
    assert "reused, as nothing they depend on changed: make, count" in again.stderr

    file.write_text(STUDY.replace("weight: 2.0", "fail: true"))
    failed = call("run", file, "--only", "count", cwd=tmp_path)
    assert failed.returncode == 1
    assert "failed: 2-count: cell [3]" in failed.stderr
    assert "ValueError: a fault for the test" in failed.stderr
    assert str(tmp_path / "reports/tiny/notebooks/2-count.ipynb") in failed.stderr

    with lock_study(read_study(file)):
        busy = call("run", file, cwd=tmp_path)
    assert busy.returncode == 75
    assert busy.stderr.startswith("busy: the study tiny is being run by process")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ["run", "studies/tinny.yml"],
            "error: studies/tinny.yml: there is no such study file; did",
        ),
        (["run", "studies/tiny.yml", "--corpus", "none"], "none does not exist; give a folder"),
        (["run", "studies/tiny.yml", "--only", "b"], "--only b: the study has make, count"),
        (["check", "studies/tiny.yml", "--corpus", "empty"], "empty holds no file; put articles"),
        (["diff", "none", "reports"], "none does not hold the results of a run"),
        (["report", "none"], "none does not hold the results of a run"),
        (["clean", "none"], "none does not exist"),
        (["clean", "empty"], "no article could be read from empty: no file"),
        (["clean", "studies"], "none of 1 files can be read"),
        (["clean", "texts", "--out", "studies/tiny.yml"], "File exists: 'studies/tiny.yml'"),
        (["fetch", "empty"], "Is a directory: 'empty'"),
        (["fetch", "none.csv"], "none.csv: there is no such file"),
        (["run", "--bogus"], "--bogus"),
    ],
)
def test_faults_are_one_message_without_a_traceback(
    tmp_path: Path, arguments: list[str], says: str
) -> None:
    make_project(tmp_path)
    (tmp_path / "empty").mkdir()
    done = call(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_check_reports_every_fault_of_study_and_corrections(tmp_path: Path) -> None:
    file = make_project(tmp_path)
    fixes = tmp_path / "data" / "corrections.csv"
    fixes.parent.mkdir()
    fixes.write_text("article,quote,field,value,who,why\na,q,knd,x,me,\na,q,kind,bdy,me,\n")
    done = call("check", file, cwd=tmp_path)
    assert done.returncode == 2
    assert "corrections.csv, line 2: the field must be one of" in done.stderr
    assert "corrections.csv, line 3: the value must be one of" in done.stderr
    fixes.unlink()
    done = call("check", file, cwd=tmp_path)
    assert done.stdout.strip().endswith("notebooks 2, files 1; nothing is wrong")


def test_clean_writes_the_tables(tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "a.txt").write_text("A title\n\nBy Ann Lee\n\nOne sentence of an article, and more.\n")
    (texts / "b.bin").write_bytes(b"\x00\x01\x02" * 50)
    (texts / "c.txt").write_text("")
    done = call("clean", texts, "--out", tmp_path / "out", cwd=tmp_path)
    assert done.returncode == 0
    assert "articles 1," in done.stdout
    for name in ("b.bin", "c.txt"):
        assert name in done.stderr
    assert "Traceback" not in done.stderr
    for name in ("articles", "passages", "ledger"):
        assert (tmp_path / "out" / f"{name}.csv").is_file()
