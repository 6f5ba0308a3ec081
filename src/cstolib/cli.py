"""The command line: `cstolib run`, `clean`, `report`, `check`. Thin: the library does the work.

Exit codes: 0 all is well; 1 a notebook or the report failed; 2 the study, a parameter or the
corpus is not right; 75 another run of the study is under way (try again later); 130 interrupted.
"""

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

FAILED, WRONG, LOCKED, INTERRUPTED = 1, 2, 75, 130

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="What does the press write about the CSTO? Clean, deduplicate, code, report.",
    pretty_exceptions_enable=False,
)

Corpus = Annotated[Path | None, typer.Option(help="Other texts than the study names.")]
StudyFile = Annotated[Path, typer.Argument(help="The study file (YAML).")]


def _tell(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {line}", file=sys.stderr, flush=True)


@app.command()
def run(study: StudyFile = Path("studies/default.yml"), corpus: Corpus = None) -> None:
    """Run a study and write its report under reports/<study>."""
    from .study import choose_corpus, run_study
    from .studyfile import read_study

    chosen = choose_corpus(read_study(study), corpus)
    card = run_study(chosen, tell=_tell)
    for warning in card["warnings"]:
        _tell(f"warning: {warning}")
    failed = card["last_run"]["failed"]
    for name, error in failed.items():
        _tell(f"{name} failed: {error}")
    print(chosen.reports / "report.html")
    if failed:
        raise typer.Exit(FAILED)


@app.command()
def check(study: StudyFile = Path("studies/default.yml"), corpus: Corpus = None) -> None:
    """Check a study file, its parameters and its corpus; run nothing."""
    from .study import choose_corpus, read_inputs
    from .studyfile import read_study

    chosen = choose_corpus(read_study(study), corpus)
    inputs = read_inputs(chosen)
    print(f"{study}: {len(chosen.steps)} notebooks, {len(inputs.files)} files; nothing wrong found")


@app.command()
def report(results: Annotated[Path, typer.Argument(help="A folder reports/<study>.")]) -> None:
    """Write the report of a finished run again."""
    from .report import write_report

    for path in write_report(results):
        print(path)


@app.command()
def clean(
    source: Annotated[Path, typer.Argument(help="A file or a folder of articles.")],
    out: Annotated[Path, typer.Option(help="Where the tables go.")] = Path("cleaned"),
) -> None:
    """Clean texts: the tables articles, passages and ledger (parquet and csv) in a folder."""
    from .clean import clean_articles, ledger
    from .load import read_articles
    from .results import write_tables

    articles, passages = clean_articles(read_articles(source))
    write_tables(out, articles=articles, passages=passages, ledger=ledger(passages))
    print(f"{len(articles)} articles, {len(passages)} passages: {out}")


def main() -> None:
    """Run the command line; a known fault is one message, not a traceback."""
    import warnings

    def show(message: Warning | str, *rest: object) -> None:
        _tell(f"warning: {message}")

    warnings.showwarning = show  # type: ignore[assignment]
    try:
        app()
    except KeyboardInterrupt:
        _tell("interrupted; what had finished is kept and will be reused")
        sys.exit(INTERRUPTED)
    except Exception as error:
        kind = type(error).__name__
        if kind not in ("StudyError", "StudyLocked", "CorpusError", "CodebookError", "ReportError"):
            raise
        print(f"error: {error}", file=sys.stderr)
        sys.exit(LOCKED if kind == "StudyLocked" else WRONG)
