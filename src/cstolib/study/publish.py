"""Makes reports/<study> hold the results of a run and nothing older; writes the report."""

import shutil
import time
from collections.abc import Iterable
from pathlib import Path

from ..files import write_bytes
from ..fingerprint import hash_file, hash_json, read_json, write_json
from .plan import CARD, Plan
from .progress import Progress
from .runner import EXECUTED
from .studyfile import Study

PUBLISHED = ("figures", "tables", "results")
BEFORE = "previous"  # where the last results stand while newer ones are in reports/


def _same(a: Path, b: Path) -> bool:
    return a.is_file() and a.stat().st_size == b.stat().st_size and a.read_bytes() == b.read_bytes()


def _keep_previous(study: Study) -> None:
    """Keep the tables and conclusions that are about to change, for `cstolib diff`."""
    before = study.processed / BEFORE
    shutil.rmtree(before, ignore_errors=True)
    for pattern in ("tables/*.parquet", "results/*.json", CARD):
        for file in sorted(study.reports.glob(pattern)):
            target = before / file.relative_to(study.reports)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)


def publish(
    study: Study, plans: Iterable[Plan], failed: dict[str, str], extra: Iterable[Path]
) -> None:
    """Make reports/<study> hold the results of these notebooks and nothing older."""
    wanted: dict[Path, Path] = {}
    folders = list(extra)
    for plan in plans:
        executed = plan.folder / EXECUTED
        if executed.is_file():
            wanted[study.reports / "notebooks" / plan.step.path.name] = executed
        if plan.step.path.stem not in failed:
            folders.append(plan.folder)
    for folder in folders:
        for kind in PUBLISHED:
            for file in sorted((folder / kind).glob("*")):
                wanted[study.reports / kind / file.name] = file
    changed = [target for target, source in wanted.items() if not _same(target, source)]
    kinds = (*PUBLISHED, "notebooks")
    gone = [f for kind in kinds for f in (study.reports / kind).glob("*") if f not in wanted]
    if (study.reports / CARD).is_file() and any(f.parent.name != "notebooks" for f in changed):
        _keep_previous(study)
    for file in gone:
        file.unlink()
    for target in changed:
        write_bytes(target, wanted[target].read_bytes())


def prune(study: Study, used: Iterable[Path]) -> None:
    """Remove results that neither this run nor the one before it used."""
    record = study.processed / "used.json"
    now = sorted(folder.name for folder in used)
    last = (read_json(record) or {}).get("now", [])
    if now != last:
        write_json(record, {"now": now, "before": last})
    kept = {*now, *last, *(read_json(record) or {}).get("before", [])}
    for folder in (study.processed / "runs").glob("*"):
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def report(study: Study, progress: Progress, *, fresh: bool) -> str:
    """Write the report unless all that it shows is unchanged; returns what was done."""
    if not (study.reports / "tables" / "articles.parquet").is_file():
        progress.say("report: not written, as there is no table of articles")
        return "not written"
    shown = {
        file.relative_to(study.reports).as_posix(): hash_file(file)
        for kind in PUBLISHED
        for file in sorted((study.reports / kind).glob("*"))
    }
    key = hash_json([shown, hash_file(study.reports / CARD), study.formats])
    stamp = study.processed / "report.json"
    files = [study.reports / f"report.{form}" for form in study.formats]
    known = (read_json(stamp) or {}).get("key") == key
    if known and not fresh and all(file.is_file() for file in files):
        return "reused"
    from ..report import write_report

    start = time.perf_counter()
    write_report(study.reports, formats=study.formats)
    for form in {"html", "pdf", "docx"} - set(study.formats):
        (study.reports / f"report.{form}").unlink(missing_ok=True)
    write_json(stamp, {"key": key})
    progress.say(f"report: written in {time.perf_counter() - start:.1f} s")
    return "written"
