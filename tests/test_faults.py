"""Faults under way: killed, disk full, no permission, files cut or changed; then the next run.

The notebooks are played by a function of this process, so that a run takes a tenth of a second and
can be killed at each of its steps; test_study.py and the last test kill real ones.
"""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest

import cstolib.study
from cstolib.files import write_bytes
from cstolib.fingerprint import hash_corpus, seal, write_json
from cstolib.study import StudyLocked, lock_study, plan_study, run_study
from cstolib.study.corpus import write_parquet
from cstolib.study.progress import Progress
from cstolib.study.runner import DONE, EXECUTED, Job, Outcome, is_done
from cstolib.study.studyfile import Study, read_study
from studies import make_project, read_card, read_results

KILLS = 50  # points of a run, spread over all of its file operations
REAL_KILLS = int(os.environ.get("CSTOLIB_KILLS", "2"))  # of runs with real notebooks
NOBODY = 65534

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


class Told(Progress):
    """What a run said."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        self.lines.append(text)


def play(job: Job) -> Outcome:
    """What the notebook of a job would leave."""
    shutil.rmtree(job.folder, ignore_errors=True)
    texts = sorted((job.cwd / "texts").rglob("*.txt"))
    if job.name == "1-make":
        frame = pd.DataFrame({"raw": [path.read_text() for path in texts]})
        write_parquet(frame, job.folder / "passed" / "articles.parquet")
        write_json(job.folder / "passed" / "corpus.json", {"texts": len(texts)})
    else:
        passed = job.cwd / job.parameters["tables"]
        raw = pd.read_parquet(passed / "articles.parquet")["raw"]
        counts = pd.DataFrame({"letters": raw.str.len() * job.parameters["weight"]})
        write_parquet(counts, job.folder / "tables" / "counts.parquet")
        write_bytes(job.folder / "tables" / "counts.csv", counts.to_csv(index=False).encode())
        write_json(job.folder / "results" / "2-count.json", {"numbers": {"n": len(counts)}})
    write_json(job.folder / EXECUTED, {"cells": []})
    seal(job.folder, DONE, seconds=0.1)
    return Outcome(job, 0.1)


class Player:
    """Stands for the runner of notebooks."""

    job = staticmethod(play)

    def __init__(self, workers: int) -> None: ...

    def __enter__(self) -> "Player":
        return self

    def __exit__(self, *_: object) -> None: ...

    def run(self, jobs: Iterable[Job]) -> Iterator[Outcome]:
        return (self.job(job) for job in jobs)


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    """A study of a few texts whose notebooks are played."""
    monkeypatch.setattr(cstolib.study, "Runner", Player)
    # No fault touches the library and the codebook, and reading them takes most of such a run.
    monkeypatch.setattr("cstolib.study.plan.hash_library", dict)
    monkeypatch.setattr(cstolib.study, "check_inputs", lambda study: None)
    file = make_project(tmp_path / "project")
    for number in range(3):
        (file.parents[1] / "texts" / f"{number}.txt").write_text(f"A text, the {number}th. " * 50)
    return read_study(file)


def in_child(action: Callable[[], object]) -> int:
    """The exit status of a forked process that does something; 1 if that raised an OSError."""
    child = os.fork()
    if not child:
        try:
            action()
        except OSError:
            os._exit(1)
        except BaseException:
            os._exit(2)
        os._exit(0)
    return os.waitpid(child, 0)[1]


def count_steps(study: Study) -> int:
    """How often a run opens, moves or removes a file."""
    reader, writer = os.pipe()

    def watch() -> None:
        seen = []
        sys.addaudithook(lambda event, _: seen.append(1) if event in STEPS else None)
        run_study(study)
        os.write(writer, str(len(seen)).encode())

    assert in_child(watch) == 0
    return int(os.read(reader, 20))


STEPS = frozenset(["open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod"])


def kill_at(study: Study, step: int) -> None:
    """A run that is killed at one of its file operations."""

    def die() -> None:
        left = step

        def hook(event: str, _: object) -> None:
            nonlocal left
            if event in STEPS:
                left -= 1
                if left <= 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        run_study(study)

    assert os.WTERMSIG(in_child(die)) == signal.SIGKILL


def finished(study: Study) -> set[str]:
    return {folder.name for folder in (study.processed / "runs").glob("*") if is_done(folder)}


def whole(folder: Path) -> None:
    """Every published file can be read to its end."""
    for path in folder.rglob("*"):
        if path.suffix == ".parquet":
            pd.read_parquet(path)


def test_a_run_killed_at_any_step_loses_nothing_and_the_next_completes(study: Study) -> None:
    run_study(study)
    old = study.root.parent / "old"
    shutil.copytree(study.root, old)
    (study.root / "texts" / "1.txt").write_text(
        "Another text. " * 40
    )  # old results give way to new
    before = study.root.parent / "before"
    shutil.copytree(study.root, before)
    texts = hash_corpus(study.corpus)
    steps = count_steps(study)
    expected = read_results(study.reports)
    assert steps > KILLS
    interrupted = 0
    for kill in range(KILLS):
        shutil.rmtree(study.root)
        shutil.copytree(before, study.root)
        kill_at(study, 1 + kill * (steps - 1) // KILLS)
        whole(study.reports)
        assert hash_corpus(study.corpus) == texts
        done = finished(study)
        told = Told()
        card = run_study(study, progress=told)
        assert read_results(study.reports) == expected
        for name, how in card["last_run"]["notebooks"].items():
            was_done = any(folder.startswith(f"{name}-") for folder in done - finished_in(old))
            assert how["status"] == ("reused" if was_done else "run")
        if "before" in card["last_run"]:
            interrupted += 1
            assert "was killed; what it had finished is kept" in told.lines[0]
        assert not list(study.reports.glob(".*.*.*"))
        assert hash_corpus(study.corpus) == texts
    assert interrupted > KILLS / 2  # the others were killed before they had begun, or at the end


def finished_in(root: Path) -> set[str]:
    return {path.parent.name for path in root.glob("data/processed/tiny/runs/*/done.json")}


def test_a_full_disk_leaves_no_half_file_and_the_next_run_completes(study: Study) -> None:
    run_study(study)
    expected = read_results(study.reports)
    for largest in (1, 100, 400, 900, 1500, 2500):
        shutil.rmtree(study.processed)
        shutil.rmtree(study.reports)

        def fill(largest: int = largest) -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
            run_study(study)

        status = in_child(fill)
        assert os.WEXITSTATUS(status) in (0, 1)
        for folder in (study.processed, study.reports):
            whole(folder)
        run_study(study)
        assert read_results(study.reports) == expected


def test_a_small_disk_that_fills_up(study: Study) -> None:
    disk = study.root / "data" / "processed"
    disk.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=12k", "tmpfs", str(disk)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no right to mount a disk")
    try:
        with pytest.raises(OSError, match="No space left"):
            run_study(study)
        assert not finished(study)
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    assert run_study(study)["last_run"]["failed"] == {}


def test_a_folder_that_cannot_be_written_is_one_error(study: Study) -> None:
    home = Path(tempfile.mkdtemp())  # where nobody may look, unlike the folders of the tests
    try:
        home.chmod(0o755)
        shutil.copytree(study.root, home / "project")
        other = read_study(home / "project" / "studies" / "tiny.yml")
        run_study(other)
        expected = read_results(other.reports)
        (other.root / "texts" / "one.txt").write_text("changed")
        if os.getuid():
            other.processed.chmod(0o555)

        def refuse() -> None:
            if not os.getuid():
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            run_study(other)

        assert os.WEXITSTATUS(in_child(refuse)) == 1
        assert read_results(other.reports) == expected
        other.processed.chmod(0o755)
        assert run_study(other)["last_run"]["failed"] == {}
        assert read_results(other.reports) != expected
    finally:
        shutil.rmtree(home)


def test_a_table_cut_short_is_named_and_made_again(study: Study) -> None:
    run_study(study)
    expected = read_results(study.reports)
    [table] = study.processed.glob("runs/make-*/passed/articles.parquet")
    for size in (0, 10, table.stat().st_size - 1):
        with table.open("r+b") as file:
            file.truncate(size)
        reason = "its result was damaged (passed/articles.parquet)"
        assert plan_study(study)[0] == f"1-make: {reason}"
        card = run_study(study)
        assert card["last_run"]["notebooks"]["make"]["why"] == reason
        assert card["last_run"]["notebooks"]["count"]["status"] == "reused"
        assert read_results(study.reports) == expected
    seal_file = table.parents[1] / DONE
    seal_file.write_bytes(seal_file.read_bytes()[:20])
    assert plan_study(study)[0] == "1-make: did not end last time"
    (study.reports / "tables" / "counts.parquet").write_bytes(b"PAR1")
    run_study(study)
    assert read_results(study.reports) == expected


def test_a_text_that_changes_under_way_is_said_and_the_next_run_completes(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_study(study)
    first = read_results(study.reports)
    (study.root / "texts" / "1.txt").write_text("One.")

    def change(job: Job) -> Outcome:
        (study.root / "texts" / "1.txt").write_text("Another text.")
        return play(job)

    monkeypatch.setattr(Player, "job", staticmethod(change))
    card = run_study(study)
    assert "texts changed while the study ran (1.txt)" in card["warnings"][-1]
    assert read_card(study.reports)["warnings"] == card["warnings"]
    monkeypatch.setattr(Player, "job", staticmethod(play))
    (study.root / "texts" / "1.txt").write_text("One.")  # as when that run began
    card = run_study(study)
    assert card["warnings"] == [] and card["last_run"]["notebooks"]["make"]["status"] == "run"
    counted = pd.read_parquet(study.reports / "tables" / "counts.parquet")["letters"]
    assert 2 * len("One.") in list(counted)
    assert read_results(study.reports) != first


def test_two_runs_at_once(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = study.root / "ready"

    def slow(job: Job) -> Outcome:
        ready.touch()
        while ready.exists():
            time.sleep(0.01)
        return play(job)

    monkeypatch.setattr(Player, "job", staticmethod(slow))
    child = os.fork()
    if not child:
        run_study(study)
        os._exit(0)
    while not ready.exists():
        time.sleep(0.01)
    with pytest.raises(StudyLocked, match=f"process {child} since"):
        run_study(study)
    monkeypatch.setattr(Player, "job", staticmethod(play))
    while os.waitpid(child, os.WNOHANG)[0] == 0:
        ready.unlink(missing_ok=True)
        time.sleep(0.01)
    with lock_study(study) as killed:
        assert killed == ""
    card = run_study(study)
    assert {how["status"] for how in card["last_run"]["notebooks"].values()} == {"reused"}


@pytest.mark.timeout(600 + 60 * REAL_KILLS)
def test_real_notebooks_killed_at_random_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CSTOLIB_KILLS=50 kills fifty runs; by default two."""
    study = read_study(make_project(tmp_path))
    texts = hash_corpus(study.corpus)
    # the library may be edited while this runs
    monkeypatch.setattr("cstolib.study.plan.hash_library", dict)

    def begin() -> int:
        """A run in a process of its own."""
        child = os.fork()
        if not child:
            with suppress(BaseException):
                run_study(study)
            os._exit(0)
        return child

    start = time.monotonic()
    os.waitpid(begin(), 0)
    lasts = time.monotonic() - start
    expected = read_results(study.reports)
    chance = random.Random(0)
    for _ in range(REAL_KILLS):
        shutil.rmtree(study.processed, ignore_errors=True)
        shutil.rmtree(study.reports, ignore_errors=True)
        child = begin()
        time.sleep(chance.uniform(0, 1) * lasts)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        done = finished(study)
        card = run_study(study)
        assert card["last_run"]["failed"] == {}
        for name, how in card["last_run"]["notebooks"].items():
            reused = any(folder.startswith(f"{name}-") for folder in done)
            assert how["status"] == ("reused" if reused else "run"), how
        assert read_results(study.reports) == expected
        assert hash_corpus(study.corpus) == texts
