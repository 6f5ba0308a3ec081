"""What the report says, before it is laid out: sections in the order that they are read.

One content serves HTML, PDF and Word. Numbers come from the run's tables; findings are the
sentences that the notebooks computed. Nothing here is typed about a particular corpus.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from ..codebook import Codebook, load_codebook
from ..tables import PROSE
from .cells import MAX_ROWS, Cell, Table, anchor, name_article, name_source, show_table, shown
from .evidence import article_texts, evidence_groups, stance_matrix

# The order of the report: id, the question that the section answers, the tables behind it.
SECTIONS = (
    ("T1", "What is in the corpus, and what was set apart?"),
    ("F1", "What of each file was read, and what was not?"),
    ("F2", "Who is covered, and how much would copies have moved it?"),
    ("F3", "What language tells the groups apart?"),
    ("F4", "In what words?"),
    ("F5", "How do the texts speak of each actor?"),
    ("F6", "Where does each member stand, issue by issue?"),
    ("F7", "Who stands closest to {side} on the war?"),
    ("F8", "Who says so?"),
    ("F9", "Which actors are tied to which issues?"),
    ("F10", "When was it said?"),
    ("F11", "Do the texts agree with the votes at the United Nations?"),
    ("F12", "How far do the methods agree?"),
    ("F13", "Do the conclusions hold under other settings?"),
    ("F14", "Where do the texts contradict each other?"),
    ("T2", "How right are the methods on texts with known answers?"),
    ("T3", "What are the words behind every statement?"),
    ("T4", "How was this made?"),
)
MAX_QUOTES = 400  # in an appendix on paper; the HTML report and tables/ have them all
NOTES = {
    "T2": ("Measured on texts with known answers when this version was made, not on this corpus.",),
    "F11": ("Description, never proof: with so few states hardly any pattern can be excluded.",),
}


class ReportError(ValueError):
    """The folder given does not hold the results of a run."""


@dataclass
class Section:
    """One figure or table of the report with the question that it answers."""

    id: str
    question: str
    title: str = ""
    caption: str = ""
    alt: str = ""
    figure: Path | None = None  # without suffix
    table: Table | None = None
    notes: list[str] = field(default_factory=list)


@dataclass
class Content:
    """All that a report says."""

    title: str
    subtitle: str
    findings: list[str]
    warnings: list[str]
    sections: list[Section]
    missing: list[str]
    matrix: dict[str, Any]
    evidence: list[dict[str, Any]]
    articles: list[dict[str, Any]]
    tables: dict[str, pd.DataFrame]
    results: Path

    def first_quotes(self) -> tuple[list[dict[str, Any]], int]:
        """The evidence that has room on paper, and how many statements are left out."""
        groups, room = [], MAX_QUOTES
        for group in self.evidence:
            quotes = group["quotes"][:room]
            room -= len(quotes)
            if quotes:
                groups.append({**group, "quotes": quotes})
        total = sum(len(group["quotes"]) for group in self.evidence)
        return groups, total - (MAX_QUOTES - room)


def _tables(folder: Path) -> dict[str, pd.DataFrame]:
    return {path.stem: pd.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}


def _json(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _dated(article: Any) -> str:
    """The day of an article, or the days between which it was inferred to lie."""
    if article.date_basis != "inferred":
        return shown(article.date)
    days = dict.fromkeys(shown(day) for day in (article.date_low, article.date_high))
    return f"{' to '.join(days)} (inferred)"


def corpus_table(tables: dict[str, pd.DataFrame]) -> Table:
    """T1: a row an article, with its characters kept and set apart, by kind."""
    articles, passages = tables["articles"], tables["passages"].copy()
    passages["characters"] = passages["end"] - passages["start"]
    by_kind = passages.pivot_table(
        index="article_id", columns="kind", values="characters", aggfunc="sum", fill_value=0
    )
    kept = by_kind.reindex(columns=list(PROSE), fill_value=0).sum(axis=1)
    apart = by_kind.drop(columns=[k for k in PROSE if k in by_kind])
    copies = tables.get("copies", pd.DataFrame(columns=["article_id", "relation"]))
    dropped = copies[copies["relation"] != "quotes"].set_index("article_id")["relation"].to_dict()
    rows = []
    for article in articles.itertuples():
        parts = pd.Series(dtype=int)
        if article.article_id in apart.index:
            parts = apart.loc[article.article_id]
        parts = parts[parts > 0].sort_values(ascending=False, kind="stable")
        raw, prose = len(article.raw), int(kept.get(article.article_id, 0))
        rows.append(
            (
                *(name_article(article), article.outlet, _dated(article), raw, prose),
                f"{prose / raw:.0%}" if raw else "–",
                ", ".join(f"{kind} {int(n):,}" for kind, n in parts.items()) or "nothing",
                dropped.get(article.article_id, "no"),
            )
        )
    heads = [*("article", "outlet", "date", "raw", "kept", "%"), "set apart (all in characters)"]
    frame = pd.DataFrame(rows, columns=[*heads, "copy"])
    return show_table(frame, None, {"article": _article_links(articles)})


def _article_links(rows: pd.DataFrame) -> list[str]:
    return [anchor("article", article) for article in rows["article_id"]]


def _figures(folder: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("F*.json")):
        found[path.stem.split("-")[0]] = {**_json(path), "path": path.with_suffix("")}
    return found


def _behind(
    tables: dict[str, pd.DataFrame], name: str, figure: dict[str, Any] | None
) -> Table | None:
    """The numbers behind a figure, with links to their quotes where they have any."""
    if name == "T1":
        return corpus_table(tables)
    if name == "T2":
        return measured_table()
    if name == "F4":
        return concordance_table(tables)
    if figure is None:
        return None
    data = figure["path"].with_suffix(".csv")
    if not data.is_file():
        return None
    frame = pd.read_csv(data)
    statements, links = tables.get("statements"), {}
    if statements is not None and "actor" in frame:
        part = frame.head(MAX_ROWS)
        first = statements.sort_values(["actor", "issue"]).groupby("actor")["issue"].first()
        issues = part["issue"] if "issue" in part else part["actor"].map(first)
        known = set(zip(statements["actor"], statements["issue"], strict=True))
        links["actor"] = [
            anchor("evidence", *pair) if pair in known else ""
            for pair in zip(part["actor"], issues, strict=True)
        ]
    return show_table(frame, None, links)


def measured_table() -> Table:
    """T2: what `make bench` measured against gold when this version was made."""
    shipped = Path(__file__).resolve().parent.parent / "resources" / "measured.json"
    rows = [
        [Cell(area), Cell(what), Cell(value), Cell(data)]
        for area, lines in sorted(_json(shipped).items())
        for what, value, data in lines
    ]
    return Table(["step", "what", "measured, with 95% interval", "on"], rows, ["text"] * 4)


def concordance_table(tables: dict[str, pd.DataFrame]) -> Table | None:
    """F4: lines of the strongest terms of each group, with what stands left and right of them."""
    lines = tables.get("concordance")
    if lines is None or lines.empty:
        return None
    names = {a.article_id: name_source(a) for a in tables["articles"].itertuples()}
    lines = lines.assign(source=lines["article_id"].map(names))
    heads = ["group", "left", "match", "right", "voice", "source"]
    table = show_table(lines, heads, {"source": _article_links(lines)})
    table.align[1] = "end"  # what stands left of the match ends at it
    return table


def _run_card(run: dict[str, Any]) -> Table:
    """T4: the run card as name and value; nested names are joined by dots.

    What differs between two runs of the same (times, what was reused) stays in run.json alone.
    """
    rows: list[list[Cell]] = []

    def walk(name: str, value: Any) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                if key not in ("depends", "library", "last_run"):
                    walk(f"{name}.{key}" if name else str(key), inner)
        elif isinstance(value, list):
            rows.append([Cell(name), Cell("; ".join(map(shown, value)) or "none")])
        else:
            rows.append([Cell(name), Cell(shown(value))])

    walk("", run)
    return Table(["item", "value"], rows[:MAX_ROWS], ["text"] * 2, max(0, len(rows) - MAX_ROWS))


def _codebook(run: dict[str, Any]) -> Codebook:
    """The run's codebook; the one that ships where its file is gone."""
    name = run.get("codebook", "default")
    return load_codebook(name if Path(name).is_file() else None)


def _span(articles: pd.DataFrame) -> str:
    days = articles["date"].dropna()
    if days.empty:
        return "no article states its date"
    return f"dated {days.min():%Y-%m-%d} to {days.max():%Y-%m-%d}" + (
        f"; {len(articles) - len(days)} without a stated date" if len(days) < len(articles) else ""
    )


def read_content(results: Path) -> Content:
    """The content of the report of the run in `results`; raises ReportError where there is none."""
    run = _json(results / "run.json")
    tables = _tables(results / "tables") if (results / "tables").is_dir() else {}
    if not run or "articles" not in tables or "passages" not in tables:
        raise ReportError(
            f"{results} does not hold the results of a run (run.json, tables/articles.parquet, "
            "tables/passages.parquet); run the study first: cstolib run studies/default.yml"
        )
    articles = tables["articles"]
    figures = _figures(results / "figures")
    notebooks = [_json(path) for path in sorted((results / "results").glob("*.json"))]
    book = _codebook(run)
    matrix, evidence = stance_matrix(tables, book), evidence_groups(tables, book)
    sections, missing = [], []
    for name, asked in SECTIONS:
        question = asked.format(side=book.called)
        figure = figures.get(name)
        table = _run_card(run) if name == "T4" else _behind(tables, name, figure)
        if figure is None and table is None and not (name == "T3" and evidence):
            missing.append(f"{name} {question}")
            continue
        section = Section(name, question, table=table, notes=list(NOTES.get(name, ())))
        if figure is not None:
            section.title, section.caption = figure.get("title", ""), figure.get("caption", "")
            section.alt, section.figure = figure.get("alt", ""), figure["path"]
        sections.append(section)
    outlets = articles["outlet"].nunique()
    warned = [*run.get("warnings", []), *(w for n in notebooks for w in n.get("warnings", []))]
    return Content(
        title=f"Where members stand: {run.get('study', results.name)}",
        subtitle=f"{len(articles)} articles from {outlets} named outlets, {_span(articles)}",
        findings=[line for n in notebooks for line in n.get("conclusions", [])],
        warnings=list(dict.fromkeys(warned)),
        sections=sections,
        missing=missing,
        matrix=matrix,
        evidence=evidence,
        articles=article_texts(tables),
        tables=tables,
        results=results,
    )
