"""The project's own promises: environment, layout, order of the modules, nothing typed twice."""

import ast
import re
import tomllib
from itertools import chain
from pathlib import Path

import yaml
from packaging.requirements import Requirement

CONDA_NAME = {
    "matplotlib": "matplotlib-base",
    "duckdb": "python-duckdb",
    "typst": "typst-py",
}
# The order of the data (docs/methods.md): a module imports only what stands above it.
ORDER = """
tables files codebook corrections load fingerprint blocks shingles repeats clean copies sentences
actors encoder sentiment keywords coder stance validate batches figures report study explore
fetch cli
""".split()  # noqa: SIM905


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(root: Path) -> dict[str, str]:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    lines = list(chain(project["dependencies"], *project["optional-dependencies"].values()))
    requirements = [Requirement(line) for line in lines]
    return {normal(r.name): ",".join(sorted(str(r.specifier).split(","))) for r in requirements}


def test_environment_yml_is_in_step_with_pyproject(root):
    environment = yaml.safe_load((root / "environment.yml").read_text())
    assert environment["channels"] == ["conda-forge"]
    conda = [line for line in environment["dependencies"] if isinstance(line, str)]
    pip = next(line["pip"] for line in environment["dependencies"] if isinstance(line, dict))
    assert pip[-1] == "-e ."
    given = {}
    for line in conda + pip[:-1]:
        name, _, versions = re.sub(r"\s*([<>=!~].*)", r" \1", line).partition(" ")
        given[name] = ",".join(sorted(versions.split(",")))
    wanted = {CONDA_NAME.get(name, name): spec for name, spec in declared(root).items()}
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    wanted |= {"python": ",".join(sorted(project["requires-python"].split(","))), "pip": ""}
    assert given == wanted


def test_lock_file_pins_every_dependency_with_hashes_and_no_address(root):
    lock = (root / "requirements.lock").read_text()
    pinned = {normal(name) for name in re.findall(r"^([A-Za-z0-9_.-]+)==", lock, re.M)}
    assert set(declared(root)) <= pinned
    assert "://" not in lock
    entries = re.split(r"\n(?=[A-Za-z0-9])", lock)
    assert all("--hash=sha256:" in entry for entry in entries if "==" in entry)


def test_required_layout(root):
    for name in ("notebooks", "src/cstolib", "data/raw", "data/processed", "tests"):
        assert (root / name).is_dir(), name
    for name in ("environment.yml", "LICENSE", "CITATION.cff", "CHANGELOG.md", "CONTRIBUTING.md"):
        assert (root / name).is_file(), name


def imported(path: Path, package: Path) -> set[str]:
    """The modules of cstolib that a file imports, by their first name."""
    found = set()
    depth = len(path.relative_to(package).parts)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            names = [node.module] if node.module else [alias.name for alias in node.names]
            if node.level == depth:
                found |= {str(name).split(".")[0] for name in names}
            elif node.level == 0 and str(node.module).startswith("cstolib."):
                found.add(str(node.module).split(".")[1])
    return found


def test_a_module_imports_only_what_stands_above_it(root):
    package = root / "src" / "cstolib"
    for path in sorted(package.rglob("*.py")):
        own = path.relative_to(package).parts[0].removesuffix(".py")
        if own == "__init__":
            continue
        assert own in ORDER, f"{own} has no place in the order of the modules"
        for other in imported(path, package) - {own, "__init__"}:
            assert ORDER.index(other) < ORDER.index(own), (
                f"{own} imports {other}, which stands below"
            )


def test_the_library_never_prints(root):
    package = root / "src" / "cstolib"
    speaks_to_a_person = {package / "cli.py", package / "study" / "progress.py"}
    for path in set(package.rglob("*.py")) - speaks_to_a_person:
        calls = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call)]
        named = {n.func.id for n in calls if isinstance(n.func, ast.Name)}
        assert "print" not in named, path
