"""A language model as second coder: passages to statements, under the same codebook.

Nothing is sent anywhere unless the analyst names an endpoint. Of what comes back only that is
believed which can be checked: the quote stands in the text word for word, and every value is one of
the codebook's. All else is refused, counted and shown.
"""

import json
import os
import re
import warnings
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import pandas as pd

from ..codebook import ALIGNMENTS, Codebook, load_codebook
from ..sentences import quote_at
from ..tables import VOICES, accept_table, make_table
from .endpoint import CoderError as CoderError
from .endpoint import Endpoint

_PARTS = {"title": "title", "deck": "title", "heading": "title", "caption": "caption"}
_BATCH = 4000  # characters of a passage in one request
_GIVE_UP = 3  # requests in a row without an answer
_MIN_QUOTE = 2  # words

_RULES = """You code where actors stand on issues in news texts. {about}
One STATEMENT is a sentence or clause that reports or asserts where one actor stands on one issue.
Code only what the sentence says, read in its context; never from outside knowledge. Leave out
questions, conditionals, guesses, and persons who do not speak for the state.

alignment: 1 the actor sides with {principal}, 0 neutral or abstains or mixed, -1 it departs from
{principal}. voice: author (the article's own words), official (a government or its member), expert
(analyst, professor, journalist), other (poll, opposition, unnamed).

actors: {actors}
issues:
{issues}

Answer with JSON only: {{"statements": [{{"sentence": number, "quote": "at most 12 words copied
exactly from that sentence", "actor": "…", "issue": "…", "alignment": -1, "voice": "…"}}]}}. An
empty list if there is none."""


class CoderWarning(UserWarning):
    """Some answers of a model were refused, or some passages got none."""


class _Refused(NamedTuple):
    article_id: str
    sentence: int | None
    reason: str
    answer: str


def codebook_prompt(codebook: Codebook) -> str:
    """What the model is told: the codebook's actors, issues and values, and the form of answers."""
    issues = "\n".join(f"- {name}: {issue.question}" for name, issue in codebook.issues.items())
    actors = "; ".join(
        name + (f" (only on {', '.join(actor.only)})" if actor.only else "")
        for name, actor in codebook.actors.items()
    )
    return _RULES.format(
        about=" ".join(codebook.about.split()),
        principal=codebook.principal,
        actors=actors,
        issues=issues,
    )


def _batches(sentences: pd.DataFrame, mentions: pd.DataFrame) -> Iterator[list[Any]]:
    """The sentences of each passage that names an actor, in parts of bounded length."""
    named = set(zip(mentions["article_id"], mentions["sentence"], strict=True))
    for _, part in sentences.groupby(["article_id", "passage"], sort=False):
        rows = list(part.itertuples(index=False))
        if not any((row.article_id, row.sentence) in named for row in rows):
            continue
        batch: list[Any] = []
        size = 0
        for row in rows:
            if batch and size + len(row.text) > _BATCH:
                yield batch
                batch, size = [], 0
            batch.append(row)
            size += len(row.text)
        yield batch


def _question(batch: list[Any]) -> str:
    date = getattr(batch[0], "date", None)
    head = "" if date is None or pd.isna(date) else f"Date of the article: {date:%Y-%m-%d}\n"
    return head + "\n".join(f"{row.sentence}. {' '.join(row.text.split())}" for row in batch)


def _parse(answer: str) -> list[Any] | None:
    """The statements of an answer; None where it holds no such JSON. Code fences are forgiven."""
    found = re.match(r"[^\[{]*([\[{].*[\]}])", answer, re.DOTALL)
    if found is None:
        return None
    try:
        data = json.loads(found[1])
    except ValueError:
        return None
    if isinstance(data, dict):
        data = data.get("statements")
    return data if isinstance(data, list) else None


def _find(quote: str, text: str) -> tuple[int, int] | None:
    """Where `quote` stands in `text` word for word; white space alone may differ."""
    words = quote.split()
    if len(words) < _MIN_QUOTE and quote.strip() != text.strip():
        return None
    pattern = r"\s+".join(re.escape(word) for word in words)
    if words and words[0][0].isalnum():
        pattern = r"(?<!\w)" + pattern
    if words and words[-1][-1].isalnum():
        pattern += r"(?!\w)"
    found = re.search(pattern, text)
    return found.span() if found else None


def _alignment(value: Any) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"[+-]?[01]", value.strip()):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or value not in ALIGNMENTS:
        return None
    return int(value)


def _check(item: Any, batch: list[Any], codebook: Codebook, early: bool) -> dict[str, Any] | str:
    """The row of one answered statement, or why it is refused."""
    if not isinstance(item, dict):
        return "not a statement"
    actor, issue, voice = item.get("actor"), item.get("issue"), item.get("voice")
    if not isinstance(actor, str) or actor not in codebook.actors:
        return "the actor is not in the codebook"
    if not isinstance(issue, str) or issue not in codebook.issues:
        return "the issue is not in the codebook"
    only = codebook.actors[actor].only
    if only is not None and issue not in only:
        return "the codebook does not code this actor on this issue"
    alignment = _alignment(item.get("alignment"))
    if alignment is None:
        return "the alignment is not in the codebook"
    if voice not in VOICES:
        return "the voice is not in the codebook"
    quote = item.get("quote")
    if not isinstance(quote, str) or not quote.strip():
        return "there is no quote"
    ordered = sorted(batch, key=lambda row: row.sentence != item.get("sentence"))
    for row in ordered:
        if span := _find(quote, row.text):
            break
    else:
        return "the quote does not stand in the text"
    if early and codebook.issues[issue].war:
        return "the text is older than the war"
    start, end, words = quote_at(row, *span)
    return {
        "article_id": row.article_id,
        "sentence": row.sentence,
        "start": start,
        "end": end,
        "quote": words,
        "actor": actor,
        "issue": issue,
        "alignment": alignment,
        "inferred": False,
        "voice": voice,
        "speaker": getattr(row, "speaker", None),
        "part": _PARTS.get(row.kind, "body"),
        "event_date": getattr(row, "date", None),
    }


def _is_early(row: Any, codebook: Codebook) -> bool:
    last = getattr(row, "date_high", None)
    last = getattr(row, "date", None) if last is None or pd.isna(last) else last
    if codebook.war_start is None or last is None or pd.isna(last):
        return False
    return bool(last < pd.Timestamp(codebook.war_start))


def _tell(refused: list[_Refused], asked: int, unanswered: int) -> None:
    said = []
    if refused:
        counted = Counter(one.reason for one in refused)
        reasons = ", ".join(f"{n} because {reason}" for reason, n in sorted(counted.items()))
        said.append(f"{len(refused)} answers refused: {reasons}")
    if unanswered:
        said.append(f"{unanswered} of {asked} requests got no answer; those passages are not coded")
    if said:
        warnings.warn("; ".join(said), CoderWarning, stacklevel=3)


def refused_answers(statements: pd.DataFrame) -> pd.DataFrame:
    """What a model answered and was refused: article_id, sentence, reason, answer."""
    return pd.DataFrame(statements.attrs.get("refused", []), columns=list(_Refused._fields))


def code_with_model(
    sentences: pd.DataFrame,
    mentions: pd.DataFrame,
    *,
    endpoint: str | None = None,
    codebook: Codebook | None = None,
    model: str | None = None,
    confidence: float = 0.5,
    key: str | None = None,
    timeout: float = 120.0,
    retries: int = 2,
    wait: float = 1.0,
) -> pd.DataFrame:
    """The table `statements`, coded by a language model that the analyst runs.

    Passages that name an actor go to `endpoint`, an OpenAI-compatible server (Ollama, vLLM,
    llama.cpp), and nowhere else; redirects are not followed. `model` is the server's first where it
    is not given; `key` is the environment's CSTOLIB_API_KEY. `timeout` (seconds, for a whole
    request), `retries` and `wait` bound how long it takes; after three requests without an answer
    the rest is not asked. `confidence` is written into every row: measure it with
    `score_statements` before trusting it. A model may answer otherwise on another day; these rows
    are not reproducible as the rules' are.

    `attrs` holds requests, unanswered and refused (see `refused_answers`); a CoderWarning sums them
    up. CoderError: no request got an answer.
    """
    if endpoint is None:
        raise ValueError(
            'coder="llm" needs endpoint=, the address of a server that you run, such as '
            "http://localhost:11434/v1; nothing was sent"
        )
    if not 0 <= confidence <= 1:
        raise ValueError(f"confidence must be between 0 and 1, got {confidence}")
    needed = ("article_id", "passage", "sentence", "start", "text", "kind")
    sentences = accept_table(sentences, "sentences", needed)
    mentions = accept_table(mentions, "mentions", ("article_id", "sentence"))
    codebook = codebook or load_codebook()
    batches = list(_batches(sentences, mentions))
    rows: list[dict[str, Any]] = []
    refused: list[_Refused] = []
    asked = unanswered = in_a_row = 0
    if batches:
        key = key or os.environ.get("CSTOLIB_API_KEY")
        server = Endpoint(endpoint, model, key=key, timeout=timeout, retries=retries, wait=wait)
        system = codebook_prompt(codebook)
        for batch in batches:
            first = batch[0]
            if in_a_row >= _GIVE_UP:
                unanswered += 1
                continue
            asked += 1
            try:
                answer = server.ask(system, _question(batch))
            except CoderError:
                unanswered, in_a_row = unanswered + 1, in_a_row + 1
                if asked == in_a_row == min(_GIVE_UP, len(batches)):
                    raise
                continue
            in_a_row = 0
            items = _parse(answer)
            if items is None:
                where = (first.article_id, int(first.sentence))
                refused.append(
                    _Refused(*where, "the answer is not the JSON asked for", answer[:500])
                )
                continue
            early = _is_early(first, codebook)
            for item in items:
                row = _check(item, batch, codebook, early)
                if isinstance(row, str):
                    number = item.get("sentence") if isinstance(item, dict) else None
                    number = number if isinstance(number, int) else None
                    shown = json.dumps(item, ensure_ascii=False)[:500]
                    refused.append(_Refused(first.article_id, number, row, shown))
                else:
                    rows.append({**row, "rule": f"model {server.model}", "confidence": confidence})
    frame = make_table("statements", rows or None)
    frame = frame.drop_duplicates(["article_id", "sentence", "actor", "issue", "alignment"])
    frame = frame.reset_index(drop=True)
    frame.attrs["requests"] = len(batches)
    frame.attrs["unanswered"] = unanswered
    frame.attrs["refused"] = [one._asdict() for one in refused]
    _tell(refused, len(batches), unanswered)
    return frame
