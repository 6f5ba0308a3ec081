"""The command line: `cstolib run`, `check`, `diff`, `clean`, `report`, `figure`, `fetch`. Thin.

Exit codes: 0 all is well; 1 a notebook or the report failed; 2 the study, a parameter, the corpus
or a correction is not right; 75 another run of the study is under way (try again later); 130
interrupted.
"""

import signal
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

FAILED, WRONG, LOCKED, INTERRUPTED = 1, 2, 75, 130
# Faults of what the caller gave, or of the disk: told in one message, without a traceback.
KNOWN = (
    *("StudyError", "CorpusError", "CodebookError", "CorrectionError", "ReportError"),
    *("TableError", "FetchError", "DiffError", "FigureError"),
)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


class _Group(TyperGroup):
    """Commands whose known faults are one message and an exit code, not a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            _say("interrupted; what had finished is kept and will be reused")
            ctx.exit(INTERRUPTED)
        except Exception as error:
            kind = type(error).__name__
            if kind == "StudyLocked":
                _say(f"busy: {error}")
                ctx.exit(LOCKED)
            if kind not in KNOWN and not isinstance(error, OSError):
                raise
            for line in str(error).splitlines():
                _say(f"error: {line}")
            ctx.exit(WRONG)


app = typer.Typer(
    cls=_Group,
    add_completion=False,
    no_args_is_help=True,
    help="What does the press write about the CSTO? Clean, deduplicate, code, report.",
    pretty_exceptions_enable=False,
)

StudyFile = Annotated[
    Path, typer.Argument(help="The study file (YAML); where it is not there, the one that ships.")
]
Corpus = Annotated[Path | None, typer.Option(help="Other texts than those the study names.")]
Name = Annotated[str | None, typer.Option(help="The report's name, instead of the study's.")]
Only = Annotated[
    list[str] | None, typer.Option(help="Run this notebook only, and what it needs; repeatable.")
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Reuse nothing.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would run, and why; run nothing.")
]
Workers = Annotated[int, typer.Option(min=0, help="Notebooks at a time; 0 is the number of cores.")]
DEFAULT = Path("studies/default.yml")


@app.command()
def run(
    study: StudyFile = DEFAULT,
    corpus: Corpus = None,
    name: Name = None,
    only: Only = None,
    fresh: Fresh = False,
    dry_run: DryRun = False,
    workers: Workers = 0,
) -> None:
    """Run a study and write its report under reports/<study>."""
    from .study import Options, plan_study, run_study
    from .study.plan import choose_corpus
    from .study.progress import show_progress
    from .study.studyfile import read_study

    chosen = choose_corpus(read_study(study), corpus, name)
    options = Options(workers=workers, only=tuple(only or ()), fresh=fresh)
    if dry_run:
        for line in plan_study(chosen, options):
            print(line)
        return
    with show_progress() as progress:
        card = run_study(chosen, options=options, progress=progress)
    last = card["last_run"]
    reused = [name for name, how in last["notebooks"].items() if how["status"] == "reused"]
    if reused:
        _say(f"reused, as nothing they depend on changed: {', '.join(reused)}")
    for warning in card["warnings"]:
        _say(f"warning: {warning}")
    for name_, error in last["failed"].items():
        _say(f"failed: {name_}: {error}")
        kept = chosen.reports / "notebooks" / f"{name_}.ipynb"
        if kept.is_file():
            _say(f"        the notebook as far as it went: {kept}")
    if (chosen.reports / "report.html").is_file():
        print(chosen.reports / "report.html")
    if last["failed"]:
        raise typer.Exit(FAILED)


@app.command()
def check(study: StudyFile = DEFAULT, corpus: Corpus = None) -> None:
    """Check a study file, its parameters, codebook, corrections and corpus; run nothing."""
    from .study import check_inputs
    from .study.plan import choose_corpus, read_inputs
    from .study.studyfile import read_study

    chosen = choose_corpus(read_study(study), corpus)
    inputs = read_inputs(chosen)
    check_inputs(chosen)
    print(f"{study}: notebooks {len(chosen.steps)}, files {len(inputs.files):,}; nothing is wrong")


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="A folder reports/<study>.")],
    new: Annotated[
        Path | None, typer.Argument(help="Another; without it, OLD before and now.")
    ] = None,
) -> None:
    """Say what changed between two runs: texts, statements, positions, conclusions."""
    from .study.diff import compare_runs

    for line in compare_runs(old, new):
        print(line)


@app.command()
def report(results: Annotated[Path, typer.Argument(help="A folder reports/<study>.")]) -> None:
    """Write the report of a finished run again."""
    from .report import write_report

    for path in write_report(results):
        print(path)


@app.command()
def figure(
    name: Annotated[str, typer.Argument(help="F1 to F14, as F6 or F6-stance.")],
    results: Annotated[Path, typer.Argument(help="A folder reports/<study>.")] = Path(
        "reports/csto-coverage"
    ),
    size: Annotated[str, typer.Option(help="page, slide or web.")] = "page",
    format: Annotated[
        list[str] | None, typer.Option(help="png, svg or pdf; repeatable; all if not given.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Where the files go.")] = Path(),
) -> None:
    """Draw one figure of a finished run again, at another size, without running the study."""
    from .study.redraw import FORMATS, redraw_figure

    formats = tuple(format) if format else FORMATS
    for path in redraw_figure(results, name, size=size, formats=formats, out=out):
        print(path)


@app.command()
def clean(
    source: Annotated[Path, typer.Argument(help="A file or a folder of articles.")],
    out: Annotated[Path, typer.Option(help="Where the tables go.")] = Path("cleaned"),
) -> None:
    """Clean texts: the tables articles, passages and ledger (parquet and csv) in a folder."""
    from .clean import clean_articles, ledger
    from .load import read_articles
    from .study.results import write_tables

    articles, passages = clean_articles(read_articles(source))
    write_tables(out, articles=articles, passages=passages, ledger=ledger(passages))
    print(f"articles {len(articles):,}, passages {len(passages):,}: {out}")


@app.command()
def fetch(
    sources: Annotated[Path, typer.Argument(help="sources.csv: addresses of pages or feeds.")],
    out: Annotated[Path, typer.Option(help="Where the pages go.")] = Path("data/raw/fetched"),
    private: Annotated[
        bool, typer.Option("--private", help="Allow addresses of this machine and network.")
    ] = False,
) -> None:
    """Save each page of a list as it came, politely; what is there already is not fetched."""
    from .fetch import fetch_sources

    failed = fetch_sources(sources, out, allow_private=private, say=_say)
    print(out)
    if failed:
        raise typer.Exit(FAILED)


def main() -> None:
    """Run the command line."""
    import warnings

    def show(message: Warning | str, *rest: object) -> None:
        _say(f"warning: {message}")

    warnings.showwarning = show  # type: ignore[assignment]
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    app()
