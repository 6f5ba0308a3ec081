"""Dependencies: each is used, each that is used is declared, and none surprises by its licence."""

import ast
import importlib.metadata
import sys
from functools import cache
from pathlib import Path

from packaging.utils import canonicalize_name

from benchmarks.dependencies import is_copyleft, read_declared, read_licences, read_lock

# Needed without an import in the library: applications, what others load, what training/ uses.
UNSEEN = {
    "jupyterlab": "the application",
    "ipykernel": "papermill starts it",
    "lxml-html-clean": "trafilatura loads it",
    "vadersentiment": "its lexicon is read as a file",
    "scikit-learn": "fits the weights in training/",
    "yake": "also its lists are read as files",
}
# Programs and plugins of development; none is imported by a test.
TOOLS = {"pytest-timeout", "pytest-xdist", "ruff", "mypy", "types-pyyaml", "hatchling", "editables"}


@cache
def providers() -> dict[str, set[str]]:
    """Which distributions give each module."""
    found = importlib.metadata.packages_distributions()
    return {module: {canonicalize_name(one) for one in names} for module, names in found.items()}


def imported(*folders: Path) -> dict[str, set[str]]:
    """The foreign modules that the files under the folders import: the distributions of each."""
    modules = set()
    for path in (path for folder in folders for path in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                modules.add(str(node.module).split(".")[0])
    own = {
        "cstolib",
        "benchmarks",
        *(path.stem for folder in folders for path in folder.glob("*.py")),
    }
    return {name: providers().get(name, set()) for name in modules - own - sys.stdlib_module_names}


def test_each_direct_dependency_says_what_it_is_for(root: Path) -> None:
    assert [name for name, (_, _, use) in read_declared(root).items() if not use] == []


def test_the_library_imports_what_it_declares_and_declares_what_it_imports(root: Path) -> None:
    used = imported(root / "src")
    declared = read_declared(root)
    needed = {name for name, (_, extra, _) in declared.items() if extra != "dev"}
    assert {module for module, names in used.items() if not names & needed} <= {
        "lxml",  # of trafilatura
        "llvmlite",  # of numba
        "jupyter_client",  # of nbclient
        "traitlets",
        "distributed",  # dask[distributed]
    }
    seen = set().union(*used.values())
    assert needed - seen - {"dask"} <= set(UNSEEN)


def test_the_tests_import_what_is_declared(root: Path) -> None:
    used = imported(root / "tests")
    declared = read_declared(root)
    assert {module for module, names in used.items() if not names & set(declared)} <= {
        "packaging",  # of pytest
        "lxml",
        "distributed",
        "atheris",  # fuzzing, in an environment of its own
    }
    tools = {name for name, (_, extra, _) in declared.items() if extra == "dev"}
    assert tools - set().union(*used.values()) == TOOLS - set().union(*used.values())


def test_no_licence_is_unknown_and_no_strict_one_unnoticed(root: Path) -> None:
    licences = read_licences()
    installed = set(read_lock(root)) & set(licences)
    assert {name for name in installed if not licences[name]} == set()
    # docs/dependencies.md says what this one means; another would be a decision.
    assert {name for name in installed if is_copyleft(licences[name])} == {"yake"}
    assert not is_copyleft("MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-or-later")
    assert is_copyleft("AGPL-3.0 (says LGPL-3.0)")


def test_the_document_names_every_locked_package(root: Path) -> None:
    text = (root / "docs" / "dependencies.md").read_text()
    listed = {line.split(" | ")[0].strip("| ") for line in text.splitlines() if line[:2] == "| "}
    rest = text.rpartition("not read here: ")[2].partition(".\n")[0].split(", ")
    assert set(read_lock(root)) == (listed | set(rest)) - {"package", "---", ""}


def test_the_lock_keeps_to_the_bounds_and_is_what_is_installed(root: Path) -> None:
    locked = read_lock(root)
    for name, (requirement, _, _) in read_declared(root).items():
        for version in locked[name].versions:
            assert requirement.specifier.contains(version), (name, version)
    for name, one in locked.items():
        try:
            assert importlib.metadata.version(name) in one.versions, name
        except importlib.metadata.PackageNotFoundError:
            assert one.marked, f"{name} is locked but not installed: make setup"
