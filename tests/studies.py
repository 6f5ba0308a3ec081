"""A small project to run studies in: tiny notebooks that need no library, a text, a study file."""

import json
from pathlib import Path

import nbformat

MAKER = """
corpus: str = "x"  # the folder of texts
tables: str = ""  # where tables are passed on
corrections: str = ""  # corrections to replay
out: str = "out"  # where results go
"""
MAKE = """
from pathlib import Path
texts = "".join(path.read_text() for path in sorted(Path(corpus).rglob("*.txt")))
Path(tables).mkdir(parents=True)
Path(tables, "corpus.json").write_text(texts)
"""
COUNTER = """
tables: str = ""  # where tables are passed on
out: str = "out"  # where results go
weight: float = 1.0  # what a letter counts (from 0 to 10)
method: str = "plain"  # how letters are counted (one of plain, fancy)
words: list[str] = []  # words to leave out
fail: bool = False  # whether to fail
"""
COUNT = """
import json
from pathlib import Path
if fail:
    raise ValueError("a fault for the test")
value = len(Path(tables, "corpus.json").read_text()) * weight
folder = Path(out, "results")
folder.mkdir(parents=True)
numbers = {"length of all": value, "length of all low": value - 1, "length of all high": value + 1}
(folder / "2-count.json").write_text(json.dumps(
    {"notebook": "2-count", "conclusions": [f"{value} letters"], "numbers": numbers, "warnings": []}
))
print("counted")
"""
STUDY = """
study: tiny
corpus: texts
notebooks:
  - make
  - count: {weight: 2.0}
formats: []
"""


def write_notebook(path: Path, *cells: str) -> None:
    """A notebook whose first cell is the one tagged parameters."""
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    for number, source in enumerate(cells):
        cell = nbformat.v4.new_code_cell(source.strip(), id=f"cell-{number}")
        cell.metadata["tags"] = ["parameters"] if number == 0 else []
        notebook.cells.append(cell)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


def make_project(root: Path, study: str = STUDY) -> Path:
    """The study file of a new project with the notebooks 1-make and 2-count."""
    write_notebook(root / "notebooks" / "1-make.ipynb", MAKER, MAKE)
    write_notebook(root / "notebooks" / "2-count.ipynb", COUNTER, COUNT)
    (root / "texts").mkdir()
    (root / "texts" / "one.txt").write_text("hello")
    file = root / "studies" / "tiny.yml"
    file.parent.mkdir()
    file.write_text(study)
    return file


def read_results(folder: Path) -> dict[str, bytes]:
    """Every published file of a run but for the run card, which tells of time."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files if p.name != "run.json"}


def read_card(folder: Path) -> dict:
    """The run card of a report."""
    return json.loads((folder / "run.json").read_text())
