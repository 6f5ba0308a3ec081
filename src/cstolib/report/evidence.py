"""The words behind the numbers: statements with their quotes, and articles with what was cut."""

import re
from typing import Any

import pandas as pd

from ..codebook import Codebook
from .cells import anchor, name_article, name_source, shorten, shown


def stance_matrix(tables: dict[str, pd.DataFrame], book: Codebook) -> dict[str, Any]:
    """Members by issues; a cell has its mean, count and the place of its quotes, or None."""
    positions = tables.get("positions")
    if positions is None or not {"actor", "issue"} <= set(positions.columns):
        return {}
    cells: dict[str, dict[str, Any]] = {}
    for row in positions.itertuples():
        cells.setdefault(row.actor, {})[row.issue] = {
            "alignment": shown(float(row.alignment), "alignment"),
            "value": float(row.alignment),
            "n": int(row.n),
            "conflict": bool(row.conflict),
            "link": anchor("evidence", row.actor, row.issue),
        }
    issues = book.order_issues(positions["issue"])
    return {
        "issues": [book.call_issue(issue) for issue in issues],
        "sides": book.sides,
        "rows": [(actor, [cells[actor].get(i) for i in issues]) for actor in sorted(cells)],
    }


_ALTERNATIVES = re.compile(r"\(([^()|]+)\|[^()]*\)|(?<![^\s()|])([^\s()|]+)(?:\|[^\s()|]+)+")


def _plain_rule(rule: str) -> str:
    """A rule as a reader is shown it: the first of words that do the same, and a mark."""
    first = _ALTERNATIVES.sub(lambda found: f"{found[1] or found[2]}…", rule)
    return first.replace("<", "").replace(">", "").replace("_", " ").replace(" × ", " + ")


def _cite(row: Any, article: Any) -> str:
    """Where a statement stands, whose voice it is and what coded it, in one line."""
    speaker = shown(row.speaker)
    parts = [
        f"{int(row.alignment):+d}".replace("-", "−") if row.alignment else "0",
        row.voice if speaker == "–" else f"{row.voice} ({speaker})",
        name_source(article),
        f"“{shorten(name_article(article), 60)}”" if shown(article.title) != "–" else "",
        f"rule: {_plain_rule(row.rule)}",
        f"confidence {row.confidence:.2f}",
        "inferred from a group" if row.inferred else "",
        "corrected" if shown(getattr(row, "corrected", None)) != "–" else "",
        f"{article.path}, {row.start}–{row.end}",
    ]
    return " · ".join(part for part in parts if part)


def evidence_groups(tables: dict[str, pd.DataFrame], book: Codebook) -> list[dict[str, Any]]:
    """T3: the statements of each actor and issue, with quote, file, offsets, voice and rule."""
    statements = tables.get("statements")
    if statements is None:
        return []
    articles = tables["articles"].set_index("article_id")
    ordered = statements.reset_index(names="statement").sort_values(
        ["actor", "issue", "article_id", "start", "statement"], kind="stable"
    )
    groups = []
    issues = book.order_issues(ordered["issue"])
    by_pair = dict(list(ordered.groupby(["actor", "issue"])))
    for actor, issue in sorted(by_pair, key=lambda pair: (pair[0], issues.index(pair[1]))):
        group = by_pair[actor, issue]
        quotes = []
        for row in group.itertuples():
            article = articles.loc[row.article_id]
            quotes.append(
                {
                    "id": anchor("statement", row.statement),
                    "place": anchor("quote", row.statement),
                    "quote": shown(row.quote),
                    "value": int(row.alignment),
                    "source": _cite(row, article),
                    "rule": row.rule,
                    "unsure": bool(getattr(row, "unsure", False)),
                }
            )
        groups.append(
            {
                "id": anchor("evidence", actor, issue),
                "heading": f"{actor} on {book.call_issue(issue)}",
                "quotes": quotes,
            }
        )
    return groups


def _marked(text: str, start: int, marks: list[tuple[int, int, str]]) -> list[dict[str, str]]:
    """`text`, which begins at offset `start`, cut into pieces; those under a mark carry its id."""
    pieces, at = [], 0
    for low, high, name in sorted(marks):
        low, high = max(low - start, at), min(high - start, len(text))
        if low >= high:  # inside an earlier mark: keep the place, so that its link leads here
            pieces.append({"text": "", "id": name})
            continue
        pieces += [{"text": text[at:low], "id": ""}, {"text": text[low:high], "id": name}]
        at = high
    pieces.append({"text": text[at:], "id": ""})
    return [piece for piece in pieces if piece["text"] or piece["id"]]


def article_texts(tables: dict[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """Each article in the order of its file, with what was set apart in place and quotes marked."""
    articles, passages = tables["articles"], tables["passages"]
    statements = tables.get("statements", pd.DataFrame(columns=["article_id", "start", "end"]))
    marks: dict[str, list[tuple[int, int, str]]] = {}
    for row in statements.reset_index(names="statement").itertuples():
        place = (int(row.start), int(row.end), anchor("quote", row.statement))
        marks.setdefault(row.article_id, []).append(place)
    by_article = dict(list(passages.sort_values(["article_id", "start"]).groupby("article_id")))
    texts = []
    for article in articles.itertuples():
        parts = []
        for passage in by_article.get(article.article_id, passages.head(0)).itertuples():
            if str(passage.reason).startswith("markup"):
                continue
            inside = [
                m for m in marks.get(article.article_id, []) if passage.start <= m[0] < passage.end
            ]
            slice_ = article.raw[passage.start : passage.end]
            if "<" in slice_ and slice_ != passage.text:  # a page's source: show its text instead
                pieces = [{"text": "", "id": m[2]} for m in inside]
                pieces.append({"text": passage.text, "id": ""})
            else:
                pieces = _marked(slice_, int(passage.start), inside)
            parts.append({"kind": passage.kind, "reason": passage.reason, "pieces": pieces})
        about = (article.outlet, article.author, article.date, article.path)
        texts.append(
            {
                "id": anchor("article", article.article_id),
                "name": name_article(article),
                "line": " · ".join(shown(v) for v in about if shown(v) != "–"),
                "parts": parts,
            }
        )
    return texts
