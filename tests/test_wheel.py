"""The wheel: it holds what a study needs, and runs one in an empty folder without the project."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

STUDY = "study: mine\ncorpus: texts\nnotebooks: [corpus]\nformats: [html]\n"


def build(root: Path, kind: str, folder: Path) -> Path:
    """The distribution of this kind, built as pip builds it; no network."""
    code = f"import hatchling.build as b; print(b.build_{kind}({str(folder)!r}))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    return folder / done.stdout.split()[-1]


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the unpacked sdist: as someone who has only that would."""
    folder = tmp_path_factory.mktemp("dist")
    with tarfile.open(build(root, "sdist", folder)) as archive:
        archive.extractall(folder, filter="data")
    return build(next(path for path in folder.iterdir() if path.is_dir()), "wheel", folder)


@pytest.fixture(scope="module")
def empty(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder; the wheel is installed in `site` beside it."""
    folder = tmp_path_factory.mktemp("elsewhere")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*command, "--target", str(folder / "site"), str(wheel)], check=True)
    (folder / "empty").mkdir()
    return folder / "empty"


def call(empty: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The installed command line, in the empty folder."""
    command = [sys.executable, "-c", "from cstolib.cli import main; main()", *arguments]
    env = os.environ | {"PYTHONPATH": str(empty.parent / "site")}
    return subprocess.run(command, cwd=empty, env=env, capture_output=True, text=True)


def test_the_wheel_holds_each_file_once_and_nothing_else(root: Path, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]
    places = {"": root / "src" / "cstolib"}
    places |= {f"project/{name}": root / name for name in ("notebooks", "studies")}
    places["project/data/raw/sample"] = root / "data" / "raw" / "sample"
    wanted = []
    for inside, folder in places.items():
        tracked = subprocess.run(["git", "ls-files", "-z"], cwd=folder, capture_output=True)
        if tracked.returncode:
            pytest.skip("what is tracked is known in a clone only")
        wanted += [
            Path("cstolib", inside, name) for name in tracked.stdout.decode().split("\0")[:-1]
        ]
    found = {Path(name) for name in names}
    assert len(found) == len(names)
    assert set(wanted) <= found
    own = root / "src" / "cstolib"  # files that are not committed yet are no fault of the wheel
    rest = {
        path for path in found - set(wanted) if not (own / path.relative_to("cstolib")).exists()
    }
    assert rest == set()


def test_without_a_study_the_one_that_ships_is_planned_here(empty: Path) -> None:
    done = call(empty, "run", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "1-corpus: no result yet"
    assert list(empty.iterdir()) == []
    assert "nothing is wrong" in call(empty, "check").stdout


@pytest.mark.timeout(600)
def test_the_wheel_runs_notebooks_and_reports_in_an_empty_folder(empty: Path) -> None:
    (empty / "texts").mkdir()
    sample = empty.parent / "site/cstolib/project/data/raw/sample"
    for path in sorted(sample.glob("2022-0*"))[:3]:
        shutil.copy(path, empty / "texts")
    (empty / "mine.yml").write_text(STUDY)
    done = call(empty, "run", "mine.yml")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str(empty / "reports/mine/report.html")
    assert (empty / "reports/mine/figures/F1-provenance.svg").is_file()
    assert {path.name for path in empty.iterdir()} == {"data", "mine.yml", "reports", "texts"}
    card = json.loads((empty / "reports/mine/run.json").read_text())
    assert not any(name.startswith("project/") for name in card["library"])


@pytest.mark.skipif("CSTOLIB_SLOW" not in os.environ, reason="a minute: where CSTOLIB_SLOW is set")
@pytest.mark.timeout(1200)
def test_the_wheel_runs_the_sample_study_in_an_empty_folder(empty: Path) -> None:
    done = call(empty, "run")
    assert done.returncode == 0, done.stderr
    results = empty / "reports" / "csto-coverage"
    assert done.stdout.splitlines()[-1] == str(results / "report.html")
    assert {path.suffix for path in results.glob("report.*")} == {".html", ".pdf", ".docx"}
    assert (results / "figures" / "F13-settings.svg").is_file()
