"""Runs a study: its notebooks through papermill, what is unchanged reused, and the run card."""

import datetime as dt
import importlib.metadata
import os
import platform
import time
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .fingerprint import (
    changed_keys,
    hash_bytes,
    hash_corpus,
    hash_file,
    hash_json,
    hash_library,
    name_few,
    read_json,
    write_bytes,
    write_json,
)
from .parameters import StudyError
from .runner import EXECUTED, Job, Outcome, is_done, run_jobs
from .studyfile import Step, Study, slug

CARD = "run.json"
PUBLISHED = ("figures", "tables", "results")
PASSED = "passed"  # the folder where one notebook leaves the five tables for the others
PACKAGES = ("numpy", "pandas", "pyarrow", "scikit-learn", "nltk", "matplotlib", "papermill")
Tell = Callable[[str], None]


class StudyLocked(RuntimeError):
    """Another run of the same study is under way."""


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
    """A notebook to run or to reuse: its key, its folder, and why it must run ("" to reuse)."""

    step: Step
    parameters: dict[str, Any]
    depends: dict[str, Any]
    folder: Path
    reason: str


def choose_corpus(study: Study, corpus: str | Path | None) -> Study:
    """The study on another corpus, under a name of its own: the study's, and the folder's.

    Where that name already belongs to another folder of the same name, a hash of the path is
    added, so that one report never mixes two corpora.
    """
    if corpus is None:
        return study
    path = Path(corpus).expanduser().absolute()
    if path.resolve() == study.corpus.resolve():
        return study
    named = replace(study, corpus=path, name=f"{study.name}-{slug(path.stem) or 'texts'}")
    card = read_json(named.reports / CARD)
    if card and Path(study.root, card["corpus"]).resolve() != path.resolve():
        named = replace(named, name=f"{named.name}-{hash_bytes(str(path.resolve()).encode())[:6]}")
    return named


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


def _relative(path: Path, root: Path) -> str:
    """A path as it is shown and passed on: from the root where it lies there, else absolute."""
    path = path.absolute()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _plan(
    study: Study,
    step: Step,
    given: dict[str, Any],
    inputs: Inputs,
    card: dict[str, Any],
    maker: str,
) -> Plan:
    """What a notebook depends on, where its result lies, and why it must run, if it must.

    `maker` is the folder whose `passed` holds the five tables; "" for the notebook that makes them.
    """
    shown = {
        "corpus": _relative(study.corpus, study.root),
        "codebook": study.codebook
        if study.codebook == "default"
        else _relative(Path(study.codebook), study.root),
        "corrections": ""
        if inputs.corrections == "none"
        else _relative(study.corrections, study.root),
    }
    parameters = {key: value for key, value in shown.items() if key in step.known} | given
    texts = hash_json(hash_corpus(study.root / maker / PASSED)) if maker else inputs.corpus
    depends = {
        "notebook": hash_file(step.path),
        "parameters": {**step.settings, **parameters},
        "library": hash_json(inputs.library),
        "texts": texts,
        "codebook": inputs.codebook,
        "corrections": inputs.corrections,
        "packages": hash_json(_versions()),
    }
    folder = study.processed / "runs" / f"{step.name}-{hash_json(depends)[:12]}"
    own = _relative(folder, study.root)
    for name, value in (("out", own), ("tables", f"{maker or own}/{PASSED}")):
        if name in step.known:
            parameters[name] = value
    old = card.get("notebooks", {}).get(step.name, {}).get("depends", {})
    reason = "" if is_done(folder) else _explain(depends, old, folder, inputs, card)
    return Plan(step, parameters, depends, folder, reason)


def _explain(
    new: dict[str, Any], old: dict[str, Any], folder: Path, inputs: Inputs, card: dict[str, Any]
) -> str:
    """Why a notebook must run: what changed since the run that `card` tells of."""
    if not old:
        return "no result yet"
    parts = []
    for key in changed_keys(old, new):
        if key == "parameters":
            for name in changed_keys(old[key], new[key]):
                was, now = old[key].get(name), new[key].get(name)
                parts.append(f"parameter {name} was {was!r}, is {now!r}")
        elif key in ("texts", "library"):
            now_files = inputs.files if key == "texts" else inputs.library
            names = changed_keys(card.get("files" if key == "texts" else "library", {}), now_files)
            parts.append(f"{key} changed" + (f": {name_few(names)}" if names else ""))
        else:
            parts.append(f"{key} changed")
    interrupted = folder.exists() and not parts
    return "; ".join(parts) or ("did not end last time" if interrupted else "its result is gone")


def _versions() -> dict[str, str]:
    packages = {name: importlib.metadata.version(name) for name in PACKAGES}
    return {"python": platform.python_version(), **packages}


@contextmanager
def _lock(study: Study) -> Any:
    """Hold the study for this process; raises StudyLocked where another holds it."""
    from filelock import FileLock, Timeout

    study.processed.mkdir(parents=True, exist_ok=True)
    holder = study.processed / ".holder"
    lock = FileLock(study.processed / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        who = holder.read_text(encoding="utf-8") if holder.is_file() else "another process"
        raise StudyLocked(
            f"the study {study.name} is being run by {who}; wait until it ends, or end it"
        ) from None
    try:
        write_bytes(holder, f"process {os.getpid()}".encode())
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _publish(study: Study, plans: Iterable[Plan], failed: set[str]) -> None:
    """Make reports/<study> hold the results of these notebooks and nothing older."""
    wanted: dict[Path, Path] = {}
    for plan in plans:
        executed = plan.folder / EXECUTED
        if executed.is_file():
            wanted[study.reports / "notebooks" / plan.step.path.name] = executed
        if plan.step.name in failed:
            continue
        for kind in PUBLISHED:
            for file in sorted((plan.folder / kind).glob("*")):
                wanted[study.reports / kind / file.name] = file
    for kind in (*PUBLISHED, "notebooks"):
        for file in (study.reports / kind).glob("*"):
            if file not in wanted:
                file.unlink()
    for target, source in wanted.items():
        if not _same(target, source):
            write_bytes(target, source.read_bytes())


def _same(a: Path, b: Path) -> bool:
    return a.is_file() and a.stat().st_size == b.stat().st_size and a.read_bytes() == b.read_bytes()


def _execute(
    plans: list[Plan], study: Study, workers: int, tell: Tell, outcomes: dict[str, Outcome]
) -> None:
    """Run those of `plans` that must run; tell of each, and keep how it ended by its folder."""
    jobs = []
    for plan in plans:
        label = _label(plan)
        if plan.reason:
            tell(f"{label}: runs, {plan.reason}")
            jobs.append(Job(label, plan.step.path, plan.folder, plan.parameters, study.root))
        else:
            tell(f"{label}: reused, nothing it depends on changed")
    for outcome in run_jobs(jobs, workers=workers):
        outcomes[outcome.job.folder.name] = outcome
        if outcome.ok:
            tell(f"{outcome.job.name}: done in {outcome.seconds:.1f} s")
        else:
            tell(f"{outcome.job.name}: FAILED in {outcome.error}")


def _label(plan: Plan) -> str:
    return plan.step.path.stem


def _card(study: Study, inputs: Inputs, plans: list[Plan]) -> dict[str, Any]:
    """The run card: what the results were made from. It is the same on every rerun."""
    warnings: list[str] = []
    for plan in plans:
        for file in sorted((plan.folder / "results").glob("*.json")):
            warnings += (read_json(file) or {}).get("warnings", [])
    return {
        "study": study.name,
        "corpus": _relative(study.corpus, study.root),
        "codebook": study.codebook,
        "versions": {"cstolib": importlib.metadata.version("cstolib"), **_versions()},
        "inputs": {
            "corpus": inputs.corpus,
            "library": hash_json(inputs.library),
            "codebook": inputs.codebook,
            "corrections": inputs.corrections,
        },
        "notebooks": {
            plan.step.name: {"parameters": plan.step.settings, "depends": plan.depends}
            for plan in plans
        },
        "sweep": study.sweep,
        "warnings": list(dict.fromkeys(warnings)),
        "files": inputs.files,
        "library": inputs.library,
    }


def _report(study: Study, tell: Tell, failed: dict[str, str]) -> str:
    """Write the report unless all that it shows is unchanged; returns what was done."""
    if failed and not (study.reports / "tables" / "articles.parquet").is_file():
        tell("report: not written, as there is no table of articles")
        return "not written"
    shown = {
        file.relative_to(study.reports).as_posix(): hash_file(file)
        for kind in PUBLISHED
        for file in sorted((study.reports / kind).glob("*"))
    }
    key = hash_json([shown, hash_file(study.reports / CARD), study.formats])
    stamp = study.processed / "report.json"
    files = [study.reports / f"report.{form}" for form in study.formats]
    if (read_json(stamp) or {}).get("key") == key and all(file.is_file() for file in files):
        tell("report: reused, nothing it shows changed")
        return "reused"
    from .report import write_report

    write_report(study.reports, formats=study.formats)
    write_json(stamp, {"key": key})
    tell("report: written")
    return "written"


def run_study(
    study: Study, *, workers: int | None = None, tell: Tell = lambda line: None
) -> dict[str, Any]:
    """The run card of a study that has been run: what was run, reused, failed, and why.

    Results go to reports/<study>, what passes between notebooks to data/processed/<study>. A
    notebook whose texts, parameters, source, library, codebook and corrections are unchanged is
    not run again. A notebook that fails leaves the others running; it stands under `failed`.

    Raises StudyError where there is no text to read, StudyLocked where another run is under way.
    """
    inputs = read_inputs(study)
    workers = workers or os.cpu_count() or 1
    started = time.time()
    with _lock(study):
        card = read_json(study.reports / CARD) or {}
        outcomes: dict[str, Outcome] = {}
        plans: list[Plan] = []
        maker, rest = _split(study)
        passed = ""
        if maker:
            plan = _plan(study, maker, maker.given, inputs, card, "")
            plans.append(plan)
            _execute([plan], study, workers, tell, outcomes)
            if (plan.folder / PASSED / "corpus.json").is_file():
                passed = _relative(plan.folder, study.root)
        others = [_plan(study, step, step.given, inputs, card, passed) for step in rest]
        plans += others
        _execute(others, study, workers, tell, outcomes)
        failed = {
            plan.step.name: outcome.error
            for plan in plans
            if (outcome := outcomes.get(plan.folder.name)) and not outcome.ok
        }
        _publish(study, plans, set(failed))
        new = _card(study, inputs, plans)
        if failed:
            new["failed"] = failed
        write_json(study.reports / CARD, new)
        try:
            reported = _report(study, tell, failed)
        except Exception as error:  # the tables and figures are there all the same
            failed["report"] = f"{type(error).__name__}: {error}"
            tell(f"report: FAILED in {failed['report']}")
            reported = "failed"
        new["last_run"] = {
            "started": dt.datetime.fromtimestamp(started).isoformat(timespec="seconds"),
            "seconds": round(time.time() - started, 2),
            "workers": workers,
            "failed": failed,
            "report": reported,
            "notebooks": {plan.step.name: _how(plan, outcomes) for plan in plans},
        }
        write_json(study.reports / CARD, new)
    return new


def _split(study: Study) -> tuple[Step | None, list[Step]]:
    """The notebook that makes the tables, which goes first, and the others."""
    makers = [step for step in study.steps if "tables" in step.known]
    maker = makers[0] if makers else None
    return maker, [step for step in study.steps if step is not maker]


def _how(plan: Plan, outcomes: dict[str, Outcome]) -> dict[str, Any]:
    outcome = outcomes.get(plan.folder.name)
    if outcome is None:
        return {"status": "reused"}
    status = "run" if outcome.ok else "failed"
    how = {"status": status, "why": plan.reason, "seconds": outcome.seconds}
    return how if outcome.ok else {**how, "error": outcome.error}
