"""Study files: what is run on which texts, read from YAML and checked before anything starts."""

import difflib
import itertools
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from .parameters import Parameter, StudyError, check_parameters, read_parameters
from .shipped import find_root, find_shipped

# The runner sets these itself; a study sets corpus and codebook for all notebooks at once.
GIVEN = (
    *("corpus", "codebook", "tables", "corrections", "out"),
    *("engine", "scheduler", "memory"),
)
MOST_SETTINGS = 500  # a sweep beyond this is a mistake more often than a wish


class _File(BaseModel):
    """A study file, as written."""

    model_config = ConfigDict(extra="forbid", strict=True)

    study: str
    corpus: str = "data/raw/sample"
    codebook: str = "default"
    corrections: str = "data/corrections.csv"
    notebooks: list[str | dict[str, dict[str, Any] | None]]
    sweep: dict[str, list[Any]] = {}
    formats: list[Literal["html", "pdf", "docx"]] = ["html", "pdf", "docx"]
    engine: Literal["local", "dask"] = "local"
    scheduler: str = ""
    memory: str = Field("2 GB", pattern=r"(?i)^\d+(\.\d+)? ?(MB|GB|TB)$")

    @field_validator("study")
    @classmethod
    def _a_folder_name(cls, name: str) -> str:
        if slug(name) != name:
            raise ValueError(f"must be usable as a folder name, like {slug(name) or 'my-study'!r}")
        return name


@dataclass(frozen=True)
class Step:
    """A notebook of a study and the parameters that the study sets."""

    name: str
    path: Path
    known: dict[str, Parameter]
    given: dict[str, Any]

    @property
    def settings(self) -> dict[str, Any]:
        """Every parameter that the notebook will see, but for those that the runner sets."""
        full = {name: one.default for name, one in self.known.items() if name not in GIVEN}
        return full | self.given


@dataclass(frozen=True)
class Study:
    """A study, checked: paths are absolute, every notebook exists and every parameter fits."""

    name: str
    file: Path
    root: Path
    corpus: Path
    codebook: str
    corrections: Path
    steps: tuple[Step, ...]
    formats: tuple[str, ...]
    sweep: dict[str, list[Any]] = field(default_factory=dict)
    engine: str = "local"  # who makes the tables, as prepare_corpus has it
    scheduler: str = ""
    memory: str = "2 GB"

    @property
    def reports(self) -> Path:
        """Where what people read goes."""
        return self.root / "reports" / self.name

    @property
    def processed(self) -> Path:
        """Where what passes between notebooks, and results for reuse, go."""
        return self.root / "data" / "processed" / self.name


def slug(text: str) -> str:
    """`text` as a folder name: letters and digits of any script, single hyphens, lower case."""
    kept = "".join(char if char.isalnum() or char in "_." else "-" for char in text.strip())
    return "-".join(part for part in kept.lower().split("-") if part).strip(".")[:80]


def _read_yaml(file: Path) -> _File:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        near = difflib.get_close_matches(
            file.name, [one.name for one in file.parent.glob("*.yml")], n=1
        )
        hint = f"; did you mean {file.parent / near[0]}?" if near else ""
        raise StudyError(f"{file}: there is no such study file{hint}") from None
    except OSError as error:
        raise StudyError(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise StudyError(f"{file}: is not a text file in UTF-8; save it as UTF-8") from None
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        line = f" at line {place.line + 1}, column {place.column + 1}" if place else ""
        problem = getattr(error, "problem", None) or error
        raise StudyError(f"{file}: not valid YAML{line}: {problem}") from None
    if not isinstance(content, dict):
        raise StudyError(f"{file}: must hold `study:`, `corpus:` and `notebooks:`, got {content!r}")
    try:
        return _File.model_validate(content)
    except ValidationError as error:
        raise StudyError([f"{file}: {_explain(fault)}" for fault in error.errors()]) from None


def _explain(fault: Any) -> str:
    where = ".".join(str(part) for part in fault["loc"] if not str(part).startswith("dict["))
    if fault["type"] == "extra_forbidden":
        near = difflib.get_close_matches(where, _File.model_fields, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        return f"unknown key {where!r}; {hint}allowed: {', '.join(_File.model_fields)}"
    if fault["type"] == "missing":
        return f"lacks the key {where!r}"
    message = fault["msg"].removeprefix("Value error, ")
    return f"{where} {message}, got {fault['input']!r}"


def _notebooks(root: Path) -> dict[str, Path]:
    """The notebooks by short name, `stance` for 4-stance: the project's own, then what ships."""
    found: dict[str, Path] = {}
    for folder in (root / "notebooks", find_shipped("notebooks")):
        for path in sorted(folder.glob("*.ipynb")):
            found.setdefault(path.stem.split("-", 1)[-1], path)
    return found


def _find_notebook(name: str, known: dict[str, Path], root: Path) -> Path | None:
    """A notebook by its short name, its whole name, or its path from the root."""
    if name.endswith(".ipynb"):
        path = find_shipped(name, root)
        return path if path.is_file() else None
    whole = {path.stem: path for path in known.values()}
    return whole.get(name) or known.get(name)


def _read_steps(content: _File, file: Path, root: Path) -> tuple[list[Step], list[str]]:
    steps: list[Step] = []
    faults: list[str] = []
    have = _notebooks(root)
    for entry in content.notebooks:
        for name, given in ({entry: None} if isinstance(entry, str) else entry).items():
            path = _find_notebook(name, have, root)
            if path is None:
                faults.append(
                    f"{file}: no notebook {name!r} in {root / 'notebooks'}; there is "
                    f"{', '.join(have) or 'none'}"
                )
                continue
            label = Path(name).stem
            if label in {step.name for step in steps}:
                faults.append(
                    f"{file}: the notebook {name} is listed twice; use sweep for variants"
                )
                continue
            try:
                known = read_parameters(path)
            except StudyError as error:
                faults += error.faults
                continue
            given = given or {}
            where = f"{file}: {label}"
            ours = [key for key in given if key in GIVEN]
            faults += [f"{where}: {key} is set for the whole study, not here" for key in ours]
            settable = {key: one for key, one in known.items() if key not in GIVEN}
            rest = {key: value for key, value in given.items() if key not in GIVEN}
            faults += check_parameters(rest, settable, where=where)
            steps.append(Step(label, path, known, rest))
    if not content.notebooks:
        faults.append(f"{file}: notebooks is empty; name at least one")
    return steps, faults


def _check_sweep(content: _File, file: Path, steps: list[Step]) -> list[str]:
    faults = []
    by_name = {step.name: step for step in steps}
    for key, values in content.sweep.items():
        notebook, _, parameter = key.partition(".")
        where = f"{file}: sweep of {key}"
        if notebook not in by_name or not parameter:
            faults.append(f"{where}: write notebook.parameter; notebooks: {', '.join(by_name)}")
            continue
        known = by_name[notebook].known
        settable = {name: one for name, one in known.items() if name not in GIVEN}
        if not values:
            faults.append(f"{where}: has no values")
        for value in values:
            faults += check_parameters({parameter: value}, settable, where=where)
    settings = math.prod(len(values) for values in content.sweep.values())
    if settings > MOST_SETTINGS:
        faults.append(f"{file}: the sweep has {settings:,} settings; at most {MOST_SETTINGS}")
    return faults


def read_study(file: str | Path, *, root: Path | None = None) -> Study:
    """The study that a YAML file describes; raises StudyError with all its faults at once.

    Paths in the file are from the project's root (`find_root` of the file's folder, then of the
    working folder). A study, notebook or corpus that is not there is looked for in what ships: so
    `studies/default.yml` runs in an empty folder, and its root is that folder.
    """
    given = Path(file).expanduser()
    file = find_shipped(given, Path())
    if root is None and file == given:
        root = find_root(file.parent, Path.cwd())
    elif root is None:  # the study that ships: its project if that is where we are, else here
        own = find_shipped("")
        root = own if Path.cwd().is_relative_to(own) else Path.cwd()
    content = _read_yaml(file)
    steps, faults = _read_steps(content, file, root)
    faults += _check_sweep(content, file, steps)
    codebook = content.codebook
    if codebook != "default":
        path = find_shipped(codebook, root)
        codebook = str(path)
        if not path.is_file():
            faults.append(f"{file}: codebook {path} does not exist; give a file or `default`")
    if faults:
        raise StudyError(faults)
    return Study(
        name=content.study,
        file=file,
        root=root,
        corpus=find_shipped(content.corpus, root),
        codebook=codebook,
        corrections=root / content.corrections,
        steps=tuple(steps),
        formats=tuple(content.formats),
        sweep=content.sweep,
        engine=content.engine,
        scheduler=content.scheduler,
        memory=content.memory,
    )


def sweep_settings(study: Study) -> list[dict[str, dict[str, Any]]]:
    """Each combination of the sweep, as parameters by notebook; empty where nothing is swept."""
    if not study.sweep:
        return []
    combinations = []
    for values in itertools.product(*study.sweep.values()):
        setting: dict[str, dict[str, Any]] = {}
        for key, value in zip(study.sweep, values, strict=True):
            notebook, _, parameter = key.partition(".")
            setting.setdefault(notebook, {})[parameter] = value
        combinations.append(setting)
    return combinations
