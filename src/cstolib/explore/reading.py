"""What the explorer shows, without its buttons: searches, articles and copies as HTML.

Texts come from anywhere, so whatever is shown is escaped; no script, no address, no network.
"""

import html
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ..copies import explain_copies
from ..corrections import add_correction, hash_text
from ..keywords.kwic import compile_pattern
from ..sentences import locate
from ..stance import code_stance, summarise_stance
from ..study.conclusions import conclude_stance, war_statements
from ..study.corpus import Corpus, open_corpus
from ..study.shipped import find_root
from ..tables import PROSE

SHOWN = (*PROSE, "title", "deck", "caption")
CHARTED = ("article_id", "actor", "issue", "alignment", "voice", "confidence", "event_date")
_CUT = "color:#767676;font-size:90%"
_MARK = "background:#ffe08a;color:#000"
_SHARED = "background:#cfe3f7;color:#000"
_BOX = "max-height:28em;overflow:auto;border:1px solid #bbb;padding:.6em;line-height:1.45"


def escape(text: Any) -> str:
    """Text as HTML shows it; a missing value is a dash."""
    return "–" if text is None or pd.isna(text) else html.escape(str(text))


def find_corrections_file() -> Path:
    """data/corrections.csv of the project that the working directory is in."""
    return find_root(Path.cwd()) / "data" / "corrections.csv"


@dataclass
class Filters:
    """Which sentences are searched; an empty value means all."""

    outlet: str = ""
    actor: str = ""
    issue: str = ""
    voice: str = ""
    kind: str = ""
    since: str = ""
    until: str = ""


class Explorer:
    """A corpus opened for reading: its tables, its statements, and the analyst's corrections.

    It answers from tables in memory; only `replay` computes the corpus anew.
    """

    def __init__(
        self,
        corpus: str | Path = "sample",
        *,
        tables: str | Path = "",
        codebook: str = "default",
        corrections: str | Path = "",
    ) -> None:
        self.path, self.codebook, self.passed = corpus, codebook, tables
        self.corrections = Path(corrections) if str(corrections) else find_corrections_file()
        self._load(tables)

    def _load(self, tables: str | Path) -> None:
        fixes = self.corrections if self.corrections.is_file() else ""
        self.corpus: Corpus = open_corpus(
            self.path, tables=tables, codebook=self.codebook, corrections=fixes
        )
        opened = self.corpus
        coded = code_stance(opened.sentences, opened.mentions, codebook=opened.codebook)
        self.statements = opened.correct(coded)
        self.articles = opened.articles.set_index("article_id", drop=False)
        outlets = opened.sentences["article_id"].map(self.articles["outlet"])
        self.sentences = opened.sentences.assign(outlet=outlets).reset_index(drop=True)
        self._passages = dict(list(opened.passages.groupby("article_id", sort=False)))

    def raw(self, article_id: str) -> str:
        """The raw text of an article."""
        return str(self.articles.loc[article_id, "raw"])

    def name(self, article_id: str) -> str:
        """A short name of an article: outlet, day, file."""
        row = self.articles.loc[article_id]
        day = "" if pd.isna(row["date"]) else f"{row['date']:%Y-%m-%d}"
        outlet = "" if pd.isna(row["outlet"]) else str(row["outlet"])
        return ", ".join(part for part in (outlet, day, str(row["path"])) if part)

    def choices(self) -> dict[str, list[str]]:
        """The values that each filter may take in this corpus."""
        taken = {
            "outlet": self.sentences["outlet"],
            "actor": self.corpus.mentions["actor"],
            "issue": self.statements["issue"],
            "voice": self.sentences["voice"],
            "kind": self.sentences["kind"],
        }
        return {name: sorted(set(values.dropna())) for name, values in taken.items()}

    def filter(self, filters: Filters) -> pd.DataFrame:
        """The sentences that pass every filter."""
        rows = self.sentences
        for column in ("outlet", "voice", "kind"):
            if value := getattr(filters, column):
                rows = rows[rows[column] == value]
        if filters.since:
            rows = rows[rows["date"] >= pd.Timestamp(filters.since)]
        if filters.until:
            rows = rows[rows["date"] <= pd.Timestamp(filters.until)]
        for column, table in (("actor", self.corpus.mentions), ("issue", self.statements)):
            if value := getattr(filters, column):
                named = table.loc[table[column] == value, ["article_id", "sentence"]]
                keys = pd.MultiIndex.from_frame(named)
                rows = rows[pd.MultiIndex.from_frame(rows[["article_id", "sentence"]]).isin(keys)]
        return rows

    def search(
        self, pattern: str, filters: Filters | None = None, *, limit: int = 100, width: int = 60
    ) -> pd.DataFrame:
        """The first `limit` matches of a pattern in the sentences that pass the filters.

        An empty pattern gives the sentences themselves. Columns article_id, start, end (of the
        sentence), at, left, match, right; `attrs["sentences"]` counts all sentences that match.
        Raises PatternError for a pattern that cannot be read.
        """
        rows = self.filter(filters or Filters())
        texts = rows["text"].tolist()
        spans: list[tuple[int, int, int]] = [(i, 0, len(t)) for i, t in enumerate(texts[:limit])]
        total = len(texts)
        if pattern.strip():
            search = compile_pattern(pattern).search
            spans = [(i, *m.span()) for i, text in enumerate(texts) if (m := search(text))]
            total = len(spans)
        chosen = rows.iloc[[i for i, _, _ in spans[:limit]]].itertuples()
        found: list[dict[str, Any]] = []
        for row, (_, start, end) in zip(chosen, spans, strict=False):
            first, _ = locate(int(row.start), start, end, getattr(row, "shifts", None))
            raw = self.raw(row.article_id)
            before = " ".join(
                f"{raw[max(0, row.start - width) : row.start]} {row.text[:start]}".split()
            )
            after = " ".join(f"{row.text[end:]} {raw[row.end : row.end + width]}".split())
            found.append(
                {
                    "article_id": row.article_id,
                    "start": row.start,
                    "end": row.end,
                    "at": first,
                    "left": before[-width:],
                    "match": row.text[start:end],
                    "right": after[:width],
                }
            )
        columns = ["article_id", "start", "end", "at", "left", "match", "right"]
        table = pd.DataFrame(found, columns=columns)
        table.attrs["sentences"] = total
        return table

    def sure(self, min_confidence: float) -> pd.DataFrame:
        """What charts and conclusions need of the statements that are sure enough."""
        least = self.statements["confidence"] >= min_confidence
        return self.statements.loc[least, list(CHARTED)]

    def ranking(self, sure: pd.DataFrame) -> pd.DataFrame:
        """The members' mean alignment on the war, with intervals."""
        on_war = war_statements(sure, self.corpus.codebook)
        return summarise_stance(on_war, by=["actor"], min_confidence=0)

    def conclusions(self, sure: pd.DataFrame, ranking: pd.DataFrame) -> list[str]:
        """What these statements say of the members on the war, in words."""
        conflicts = sure.groupby(["actor", "issue"])["alignment"].agg(["min", "max"]).reset_index()
        conflicts["conflict"] = (conflicts["min"] == -1) & (conflicts["max"] == 1)
        return conclude_stance(ranking, conflicts, self.corpus.codebook)

    def quotes(self, actor: str, issue: str, min_confidence: float) -> pd.DataFrame:
        """The statements behind one cell of the stance matrix."""
        s = self.statements
        sure = s["confidence"] >= min_confidence
        return s[(s["actor"] == actor) & (s["issue"] == issue) & sure].reset_index(drop=True)

    def show_article(self, article_id: str, start: int = -1, end: int = -1) -> str:
        """An article as HTML: what was cut is grey with its kind; raw[start:end] is marked."""
        raw = self.raw(article_id)
        parts = [f"<b>{escape(self.name(article_id))}</b>"]
        for row in self._passages.get(article_id, pd.DataFrame()).itertuples():
            if str(row.reason).startswith("markup"):
                continue
            text = raw[row.start : row.end]
            if "<" in text and text != row.text:  # the source of a page: show what it says
                body = escape(row.text)
            else:
                body = _mark(text, [(start - row.start, end - row.start)], _MARK)
            if row.kind in SHOWN:
                parts.append(f"<p>{body}</p>")
            else:
                label = escape(f"{row.kind}: {row.reason}")
                parts.append(f'<p style="{_CUT}"><small>[{label}]</small> {body}</p>')
        return f'<div style="{_BOX}">{"".join(parts)}</div>'

    def show_copies(self, one: str, other: str) -> str:
        """Two articles side by side as HTML; what they share is marked in both."""
        shared = explain_copies(one, other, self.corpus.articles, self.corpus.passages)
        columns = []
        for article_id, side in ((one, "a"), (other, "b")):
            spans = zip(shared[f"start_{side}"], shared[f"end_{side}"], strict=True)
            text = self._prose(article_id, sorted((int(a), int(b)) for a, b in spans))
            columns.append(
                f'<div style="flex:1;{_BOX}"><b>{escape(self.name(article_id))}</b>{text}</div>'
            )
        return f'<div style="display:flex;gap:1em">{"".join(columns)}</div>'

    def _prose(self, article_id: str, spans: list[tuple[int, int]]) -> str:
        raw = self.raw(article_id)
        parts = []
        for row in self._passages[article_id].itertuples():
            if row.kind in PROSE:
                own = [(low - row.start, high - row.start) for low, high in spans]
                parts.append(f"<p>{_mark(raw[row.start : row.end], own, _SHARED)}</p>")
        return "".join(parts)

    def correct(
        self, article_id: str, start: int, end: int, field: str, value: str, who: str, why: str
    ) -> str:
        """Write a correction about raw[start:end] of an article; returns what was written."""
        raw = self.raw(article_id)
        if field == "copy" and value not in ("", "none"):
            value = hash_text(self.raw(value))
        quote = raw[start:end] if end > start else ""
        add_correction(
            self.corrections, raw=raw, quote=quote, field=field, value=value, who=who, why=why
        )
        return f"{field} = {value} written to {self.corrections}"

    def _concluded(self) -> list[str]:
        sure = self.sure(0.5)
        return self.conclusions(sure, self.ranking(sure))

    def replay(self) -> list[str]:
        """Compute the corpus anew with the corrections; what moved, in words."""
        before = self._concluded()
        self._load("")
        after = self._concluded()
        placed = self.corpus.corrections
        lines = [
            f"{len(placed)} corrections replayed, {(placed['state'] == 'orphan').sum()} orphans"
        ]
        lines += [f"before: {line}" for line in before if line not in after]
        lines += [f"now: {line}" for line in after if line not in before]
        return lines if len(lines) > 1 else [*lines, "no conclusion moved"]


def _mark(text: str, spans: Iterable[tuple[int, int]], style: str) -> str:
    """`text` as HTML; the spans, in their order, are marked."""
    parts, at = [], 0
    for low, high in spans:
        low, high = max(low, at), min(high, len(text))
        if low < high:
            inside = f'<mark style="{style}">{escape(text[low:high])}</mark>'
            parts += [escape(text[at:low]), inside]
            at = high
    return "".join(parts) + escape(text[at:])
