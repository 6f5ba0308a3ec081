"""Runs a study: its notebooks through papermill, what is unchanged reused, and the run card."""

import datetime as dt
import importlib.metadata
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..files import remove_litter, write_bytes
from ..fingerprint import changed_keys, hash_corpus, hash_json, name_few, read_json, write_json
from .parameters import StudyError
from .plan import (
    CARD,
    PASSED,
    Inputs,
    Plan,
    plan_step,
    read_inputs,
    relative,
    split_steps,
    versions,
)
from .progress import Progress
from .publish import prune, publish, report
from .runner import DONE, Job, Outcome, Runner
from .studyfile import Step, Study, sweep_settings

TYPICAL = 15.0  # seconds of a notebook that never ran


class StudyLocked(RuntimeError):
    """Another run of the same study is under way."""


@dataclass(frozen=True)
class Options:
    """How to run a study: `only` names notebooks, `fresh` reuses nothing."""

    workers: int = 0
    only: tuple[str, ...] = ()
    fresh: bool = False


@contextmanager
def lock_study(study: Study) -> Iterator[str]:
    """Hold a study for this process; raises StudyLocked where another holds it.

    Gives what held it last where that was killed, or "".
    """
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
        killed = holder.read_text(encoding="utf-8") if holder.is_file() else ""
        started = dt.datetime.now().isoformat(timespec="seconds")
        write_bytes(holder, f"process {os.getpid()} since {started}".encode())
        for folder in (study.processed, study.reports):
            remove_litter(folder)
        yield killed
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


class _Run:
    """One run of a study: its inputs, the card of the run before, and how each notebook ended."""

    def __init__(self, study: Study, options: Options, progress: Progress) -> None:
        self.study = study
        self.inputs = read_inputs(study)
        self.card: dict[str, Any] = read_json(study.reports / CARD) or {}
        self.options = options
        self.workers = options.workers or os.cpu_count() or 1
        self.progress = progress
        self.runner = Runner(self.workers)
        self.outcomes: dict[Path, Outcome] = {}
        self.stale: dict[str, str] = {}  # notebooks that --only leaves out, and why they are stale
        self.used: dict[Path, None] = {}
        self.changed: list[str] = []  # files of the corpus that changed while the study ran

    def seconds(self, plan: Plan) -> float:
        """How long the notebook took last time."""
        last = self.card.get("last_run", {}).get("notebooks", {}).get(plan.step.name, {})
        return float(last.get("seconds", TYPICAL))

    def plan(self, step: Step, inputs: Inputs, maker: Plan | None) -> Plan:
        """The plan of a step; a result made in this very run is never asked for again."""
        plan = plan_step(self.study, step, inputs, self.card, maker=maker, fresh=self.options.fresh)
        if plan.folder in self.outcomes:
            plan = replace(plan, reason="")
        return plan

    def execute(self, plans: Sequence[Plan]) -> None:
        """Run those of `plans` that must run; tell of each."""
        jobs = {}
        for plan in plans:
            self.used[plan.folder] = None
            if plan.reason and plan.folder not in jobs:
                label = plan.step.path.stem
                jobs[plan.folder] = Job(
                    label, plan.step.path, plan.folder, plan.parameters, self.study.root
                )
                self.progress.say(f"{label}: runs; {plan.reason}")
        wall = sum(self.seconds(plan) for plan in plans if plan.folder in jobs)
        self.progress.expect(len(jobs), wall / min(self.workers, max(1, len(jobs))))
        for outcome in self.runner.run(jobs.values()):
            self.outcomes[outcome.job.folder] = outcome
            ended = f"done in {outcome.seconds:.1f} s" if outcome.ok else f"FAILED: {outcome.error}"
            self.progress.step(f"{outcome.job.name}: {ended}")

    def all_steps(
        self,
        settings: Sequence[dict[str, dict[str, Any]]],
        inputs: Inputs,
        *,
        only: tuple[str, ...] = (),
    ) -> list[list[Plan]]:
        """Run or reuse every notebook under each setting; a setting is parameters by notebook."""
        maker, others = split_steps(self.study)
        first: list[Plan | None] = [None] * len(settings)
        if maker:
            made = [self.plan(_with(maker, given), inputs, None) for given in settings]
            self.execute(made)
            first = list(made)
        runs: list[list[Plan]] = []
        waiting: list[Plan] = []
        for given, own in zip(settings, first, strict=True):
            rest = [self.plan(_with(step, given), inputs, own) for step in others]
            for plan in rest:
                if only and plan.reason and plan.step.name not in only:
                    self.stale[plan.step.name] = plan.reason
                    self.progress.say(f"{plan.step.path.stem}: left out (--only); {plan.reason}")
            rest = [plan for plan in rest if plan.step.name not in self.stale]
            waiting += rest
            runs.append([own, *rest] if own else rest)
        self.execute(waiting)
        return runs

    def check_texts(self) -> None:
        """Note files that changed since the run began: what was made of them counts for no run."""
        self.changed = changed_keys(self.inputs.files, hash_corpus(self.study.corpus))
        if self.changed:
            for folder in self.outcomes:
                (folder / DONE).unlink(missing_ok=True)

    def failed(self, plans: Iterable[Plan]) -> dict[str, str]:
        """The notebooks of `plans` that failed, and why."""
        ended = {plan.step.path.stem: self.outcomes.get(plan.folder) for plan in plans}
        return {name: one.error for name, one in ended.items() if one and not one.ok}


def _with(step: Step, given: dict[str, dict[str, Any]]) -> Step:
    return replace(step, given={**step.given, **given.get(step.name, {})})


def _card(run: _Run, plans: list[Plan]) -> dict[str, Any]:
    """The run card: what the results were made from. It is the same on every rerun."""
    study, inputs = run.study, run.inputs
    failed = run.failed(plans)
    warnings: list[str] = []
    for plan in plans:
        for file in sorted((plan.folder / "results").glob("*.json")):
            warnings += (read_json(file) or {}).get("warnings", [])
    warnings += [f"{name} failed, and its results are missing: {e}" for name, e in failed.items()]
    warnings += [f"{name} was left out; its result is stale" for name in run.stale]
    if run.changed:
        warnings.append(
            f"texts changed while the study ran ({name_few(run.changed)}): the results may hold "
            "both states; run it again"
        )
    return {
        "study": study.name,
        "corpus": relative(study.corpus, study.root),
        "codebook": study.codebook,
        "versions": {"cstolib": importlib.metadata.version("cstolib"), **versions()},
        "inputs": {
            "corpus": inputs.corpus,
            "library": hash_json(inputs.library),
            "codebook": inputs.codebook,
            "corrections": inputs.corrections,
        },
        "notebooks": {
            plan.step.name: {"parameters": plan.step.settings, "depends": plan.depends}
            for plan in plans
            if plan.step.path.stem not in failed
        },
        "sweep": study.sweep,
        "warnings": list(dict.fromkeys(warnings)),
        "files": inputs.files,
        "library": inputs.library,
    }


def _extras(run: _Run, plans: list[Plan]) -> list[Path]:
    """Folders with what other settings would conclude: the sweep's, and that of no corrections."""
    study = run.study
    root, library = study.processed / "runs", hash_json(run.inputs.library)
    base = [plan.folder for plan in plans]
    folders = []
    if settings := sweep_settings(study):
        run.progress.say(f"sweep: {len(settings)} settings")
        done = run.all_steps(settings, run.inputs)
        folders_of = [[plan.folder for plan in plans] for plans in done]
        runs = list(zip(settings, folders_of, strict=True))
        from .settings import write_sweep

        folders.append(write_sweep(root, runs, base, library))
    passed = [folder / PASSED / "corrections.parquet" for folder in base]
    placed = next((file for file in passed if file.is_file()), None)
    if run.inputs.corrections != "none" and placed:
        run.progress.say("corrections: what the study would say without them")
        [without] = run.all_steps([{}], replace(run.inputs, corrections="none"))
        from .settings import write_effect

        folders.append(write_effect(root, placed, base, [p.folder for p in without], library))
    run.used.update(dict.fromkeys(folders))
    return folders


def check_inputs(study: Study) -> None:
    """Raise CodebookError or CorrectionError where the codebook or a correction is not right."""
    from ..codebook import load_codebook

    codebook = load_codebook(study.codebook)
    if study.corrections.is_file():
        from ..corrections import read_corrections

        read_corrections(study.corrections, codebook)


def plan_study(study: Study, options: Options | None = None) -> list[str]:
    """What a run would do, a line for each notebook; nothing is run or written."""
    options = options or Options()
    run = _Run(study, options, Progress())
    check_inputs(study)
    maker, others = split_steps(study)
    first = run.plan(maker, run.inputs, None) if maker else None
    lines = [f"{first.step.path.stem}: {first.reason or 'reused'}"] if first else []
    for step in others:
        plan = run.plan(step, run.inputs, first)
        reason = plan.reason or "reused"
        if first and first.reason and not options.fresh:
            reason = f"runs, unless {first.step.path.stem} makes the same tables as before"
        if options.only and step.name not in options.only and plan.reason:
            reason = f"left out (--only); {plan.reason}"
        lines.append(f"{step.path.stem}: {reason}")
    if settings := sweep_settings(study):
        lines.append(f"sweep: {len(settings)} settings")
    return lines


def run_study(
    study: Study, *, options: Options | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """The run card of a study that has been run: what was run, reused, failed, and why.

    Results go to reports/<study>, what passes between notebooks to data/processed/<study>. A
    notebook whose texts, parameters, source, library, codebook and corrections are unchanged is
    not run again. A notebook that fails leaves the others running; `last_run` names it.

    Raises StudyError where there is no text to read, StudyLocked where another run is under way.
    """
    options, progress = options or Options(), progress or Progress()
    names = [step.name for step in study.steps]
    if unknown := [name for name in options.only if name not in names]:
        raise StudyError(f"--only {unknown[0]}: the study has {', '.join(names)}")
    started, clock = dt.datetime.now(), time.perf_counter()
    with lock_study(study) as killed:
        if killed:
            progress.say(f"the run before ({killed}) was killed; what it had finished is kept")
        run = _Run(study, options, progress)
        check_inputs(study)
        with run.runner:
            [plans] = run.all_steps([{}], run.inputs, only=options.only)
            failed = run.failed(plans)
            extra = [] if failed or options.only else _extras(run, plans)
        run.check_texts()
        publish(study, plans, failed, extra)
        card = _card(run, plans)
        write_json(study.reports / CARD, card)
        try:
            reported = report(study, progress, fresh=options.fresh)
        except Exception as error:  # the tables and figures are there all the same
            reported = "failed"
            failed["report"] = f"{type(error).__name__}: {error}"
            progress.say(f"report: FAILED: {failed['report']}")
        prune(study, run.used)
        card["last_run"] = {
            "started": started.isoformat(timespec="seconds"),
            "seconds": round(time.perf_counter() - clock, 2),
            "workers": run.workers,
            **({"before": f"{killed} was killed"} if killed else {}),
            "failed": failed,
            "report": reported,
            "left_out": run.stale,
            "notebooks": {plan.step.name: _how(plan, run.outcomes) for plan in plans},
        }
        write_json(study.reports / CARD, card)
    return card


def _how(plan: Plan, outcomes: dict[Path, Outcome]) -> dict[str, Any]:
    outcome = outcomes.get(plan.folder)
    if outcome is None:
        return {"status": "reused"}
    how = {"status": "run", "why": plan.reason, "seconds": outcome.seconds}
    return how if outcome.ok else {**how, "status": "failed", "error": outcome.error}
