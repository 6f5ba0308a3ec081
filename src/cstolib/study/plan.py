"""What must run: a notebook's dependencies as hashes, where its result lies, why it is stale."""

import importlib.metadata
import platform
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from ..fingerprint import (
    broken_files,
    changed_keys,
    hash_bytes,
    hash_corpus,
    hash_file,
    hash_json,
    hash_library,
    name_few,
    read_json,
)
from .parameters import StudyError
from .runner import DONE, PASSED, is_done
from .studyfile import Step, Study, slug

CARD = "run.json"
# A change of one of these may change a number or a figure.
PACKAGES = (
    *("numpy", "pandas", "pyarrow", "scipy", "scikit-learn", "nltk", "trafilatura", "dateparser"),
    *("onnxruntime", "tokenizers", "matplotlib"),
)


@dataclass(frozen=True)
class Inputs:
    """The hashes of all that the results of a study depend on."""

    files: dict[str, str]
    library: dict[str, str]
    codebook: str
    corrections: str

    @property
    def corpus(self) -> str:
        """One hash for all the files of the corpus."""
        return hash_json(self.files)


@dataclass(frozen=True)
class Plan:
    """A notebook to run or to reuse: its parameters, its folder, why it must run ("" to reuse)."""

    step: Step
    parameters: dict[str, Any]
    depends: dict[str, Any]
    folder: Path
    reason: str


def choose_corpus(study: Study, corpus: str | Path | None, name: str | None = None) -> Study:
    """The study on another corpus, under a name of its own: the study's, and the folder's.

    Where that name already belongs to another folder, a hash of the path is added: a report never
    mixes two corpora. `name` sets the name instead.
    """
    if name is not None and slug(name) != name:
        raise StudyError(
            f"--name must be usable as a folder name, like {slug(name)!r}; got {name!r}"
        )
    if corpus is None:
        return replace(study, name=name or study.name)
    path = Path(corpus).expanduser().absolute()
    if path.resolve() == study.corpus.resolve():
        return replace(study, name=name or study.name)
    chosen = replace(study, corpus=path, name=name or f"{study.name}-{slug(path.stem) or 'texts'}")
    card = read_json(chosen.reports / CARD)
    if not name and card and (study.root / card["corpus"]).resolve() != path.resolve():
        mark = hash_bytes(str(path.resolve()).encode())[:6]
        chosen = replace(chosen, name=f"{chosen.name}-{mark}")
    return chosen


def read_inputs(study: Study) -> Inputs:
    """The hashes of a study's inputs; raises StudyError where there is no text to read."""
    if not study.corpus.exists():
        raise StudyError(
            f"corpus {study.corpus} does not exist; give a folder of texts with --corpus, "
            f"or write it into {study.file}"
        )
    files = hash_corpus(study.corpus)
    if not files:
        raise StudyError(
            f"corpus {study.corpus} holds no file; put articles there as txt, html, md, csv, "
            "jsonl, parquet, docx or pdf"
        )
    return Inputs(
        files=files,
        library=hash_library(),
        codebook="default" if study.codebook == "default" else hash_file(Path(study.codebook)),
        corrections=hash_file(study.corrections) if study.corrections.is_file() else "none",
    )


@cache
def versions() -> dict[str, str]:
    """The versions of Python and of the packages that a number or a figure may depend on."""
    packages = {name: importlib.metadata.version(name) for name in PACKAGES}
    return {"python": platform.python_version(), **packages}


def relative(path: Path, root: Path) -> str:
    """A path as it is shown and passed on: from the root where it lies there, else absolute."""
    path = path.absolute()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _explain(
    new: dict[str, Any], old: dict[str, Any], folder: Path, inputs: Inputs, card: dict[str, Any]
) -> str:
    """Why a notebook must run: what changed since the run that `card` tells of."""
    if not old:
        return "no result yet"
    parts = []
    for key in changed_keys(old, new):
        if key == "parameters":
            names = changed_keys(old[key], new[key])
            for name in (one for one in names if one not in ("codebook", "corrections")):
                was, now = old[key].get(name), new[key].get(name)
                parts.append(f"parameter {name} was {was!r}, is {now!r}")
        elif key in ("texts", "library"):
            now_files = inputs.files if key == "texts" else inputs.library
            names = changed_keys(card.get("files" if key == "texts" else "library", {}), now_files)
            parts.append(f"{key} changed" + (f" ({name_few(names)})" if names else ""))
        elif key == "packages":
            names = changed_keys(card.get("versions", {}), versions())
            parts.append(f"packages changed ({name_few(n for n in names if n != 'cstolib')})")
        else:
            parts.append(f"{key} changed")
    if not parts and (broken := broken_files(folder, DONE)):
        return f"its result was damaged ({name_few(broken)})"
    interrupted = folder.exists() and not parts
    return "; ".join(parts) or ("did not end last time" if interrupted else "its result is gone")


def plan_step(
    study: Study,
    step: Step,
    inputs: Inputs,
    card: dict[str, Any],
    *,
    maker: Plan | None = None,
    fresh: bool = False,
) -> Plan:
    """What a notebook depends on, where its result lies, and why it must run, if it must.

    `maker` is the plan of the notebook that made the five tables, None for that notebook itself:
    the others depend on the tables, and not on the files behind them.
    """
    root, book, fixes = study.root, study.codebook, study.corrections
    shown = {
        "corpus": relative(study.corpus, root),
        "codebook": book if book == "default" else relative(Path(book), root),
        "corrections": "" if inputs.corrections == "none" else relative(fixes, root),
    }
    parameters = {key: value for key, value in shown.items() if key in step.known} | step.given
    made = maker.folder if maker and (maker.folder / PASSED / "corpus.json").is_file() else None
    read = {"tables": hash_json(hash_corpus(made / PASSED))} if made else {"texts": inputs.corpus}
    depends = {
        "notebook": hash_file(step.path),
        "parameters": {**step.settings, **parameters},
        "library": hash_json(inputs.library),
        **read,
        "codebook": inputs.codebook,
        "corrections": inputs.corrections,
        "packages": hash_json(versions()),
    }
    folder = study.processed / "runs" / f"{step.name}-{hash_json(depends)[:12]}"
    passed = relative((made or folder) / PASSED, study.root)
    elsewhere = {"out": relative(folder, study.root), "tables": passed}  # no result depends on it
    elsewhere |= {name: getattr(study, name) for name in ("engine", "scheduler", "memory")}
    parameters |= {name: value for name, value in elsewhere.items() if name in step.known}
    old = card.get("notebooks", {}).get(step.name, {}).get("depends", {})
    failed = not old and step.path.stem in card.get("last_run", {}).get("failed", {})
    if is_done(folder) and not fresh:
        reason = ""
    elif failed:
        reason = "failed last time"
    else:
        reason = "asked for (--fresh)" if fresh else _explain(depends, old, folder, inputs, card)
    return Plan(step, parameters, depends, folder, reason)


def split_steps(study: Study) -> tuple[Step | None, list[Step]]:
    """The notebook that makes the five tables, which goes first, and the others."""
    maker = next((step for step in study.steps if "tables" in step.known), None)
    return maker, [step for step in study.steps if step is not maker]
