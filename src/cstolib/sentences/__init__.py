"""Passages to sentences: where each begins and ends in the scraped file, and whose voice it is."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from typing import Any

import pandas as pd

from ..tables import KINDS, TableError, accept_table, make_table
from .voices import Voice, assign_voices
from .wordlists import words

# A possible end: stops, the closing quotes and brackets on them, and white space.
_END = re.compile(
    r"(?<![.!?…])(?P<stop>[.!?…]++)(?P<close>(?:\[\d{1,3}\])*(?:[\"'”’»)\]]|\s[”»](?!\w))*)\s+"
)
_HARD = re.compile(r"\n\s*\n\s*|\n\s*(?=[•▪●*–-]\s|\d{1,2}[.)]\s)")
# Two sentences that the scraper glued: "in the square.The police", but not "Gazeta.Ru".
_GLUED = re.compile(
    r"(?<=[a-zа-яё]{3})(?:[.!?][”»\"]?)(?=(?!Ru|Org|Com|Net|Info|Media)[A-ZА-ЯЁ][a-zа-яё]+[ ,])"
)
_BREAK = re.compile(r"[\s(\[{\"'“”‘’«»„—–/]")
_WORD_AFTER = re.compile(r"[\s(\[{\"'“”‘’«»„—–¿¡-]*([^\W_]+(?:['’][^\W_]+)?)?")
_ASKED = re.compile(
    r"(?:[A-ZА-ЯЁ][\w'’.-]+\s+){1,4}(?:said|says|asked|asks|wondered|added|replied|told|wrote|exclaimed)\b"
)


def _ends_here(text: str, found: re.Match[str]) -> bool:
    """Whether a sentence ends at this stop."""
    stop, close, after = found["stop"], found["close"], found.end()
    opening = _WORD_AFTER.match(text, after)
    word = opening[1] if opening else None
    if not word:
        return True
    if word[0].islower():
        return False
    if "." not in stop[-1:] or close:
        # "Will he go?" Lukashenko asked.
        asked = stop[-1] in "!?" and close and _ASKED.match(text, after)
        return not asked
    if len(stop) > 1:
        return True
    before = _BREAK.split(text[max(0, found.start() - 30) : found.start()])[-1]
    if not before:
        return text[found.start() - 1 : found.start()] in tuple("\"'”’»)]%")
    token = before.lower().lstrip("-")
    starts = word.lower() in words("starters")
    if token in words("numbered") and (word[0].isdigit() or re.fullmatch("[IVXL]+", word)):
        return False
    if token in words("titles"):
        return False
    if token in ("a.m", "p.m"):
        return word not in ("Moscow", "GMT", "EST", "UTC", "Monday", "Tuesday", "Wednesday")
    if token in words("either") or (len(token) == 1 and token.isalpha() and before[0].isupper()):
        return starts
    if re.fullmatch(r"(?:[^\W\d_]\.)+[^\W\d_]", token):
        return starts
    first = not text[: found.start() - len(before)].strip()
    return not (first and token.isdigit() and len(token) <= 2)  # "1. First" numbers a list


def split_text(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence of one passage, white space around it left out."""
    cuts = [found.end() for found in _END.finditer(text) if _ends_here(text, found)]
    if "\n" in text:
        cuts += [found.end() for found in _HARD.finditer(text)]
    cuts += [found.end() for found in _GLUED.finditer(text)]
    edges = [0, *sorted(set(cuts)), len(text)]
    spans = []
    for low, high in pairwise(edges):
        piece = text[low:high].lstrip()
        start = high - len(piece)
        if piece:
            spans.append((start, start + len(piece.rstrip())))
    return spans


# How many characters must agree again, and what a search for so few costs in steps: mended mojibake
# differs by some characters, with the next one often close by; a word that was cut out, by more.
_ANCHORS = ((5, 0), (3, 1), (2, 3), (1, 6))
_NEAR, _FAR = 12, 80


def _agree(text: str, i: int, raw: str, j: int, size: int) -> bool:
    same = text[i : i + size]
    return len(same) == size and same == raw[j : j + size]


def _resume(text: str, i: int, raw: str, j: int) -> tuple[int, int] | None:
    """How far to step in `text` and in `raw`, from where they differ to where they agree again."""
    near = [
        (total + cost, step, total - step)
        for total in range(1, _NEAR)
        for step in range(total + 1)
        for size, cost in _ANCHORS
        if _agree(text, i + step, raw, j + total - step, size)
    ]
    if near:
        return min(near)[1:]
    for size in (5, 3):
        for total in range(_NEAR, _FAR):
            for step in range(total + 1):
                if _agree(text, i + step, raw, j + total - step, size):
                    return step, total - step
    return None


def _align(text: str, raw: str) -> list[int]:
    """For each position of `text`, and its end, the position of `raw` that it stands for.

    Walks both; where they differ (a mended letter, a rejoined drop cap) it goes on from the nearest
    place at which they agree again.
    """
    where: list[int] = []
    i = j = 0
    while i < len(text):
        if j < len(raw) and (text[i] == raw[j] or (text[i].isspace() and raw[j].isspace())):
            where.append(j)
            i, j = i + 1, j + 1
        elif (steps := _resume(text, i, raw, j)) is not None:
            where.extend([j] * steps[0])
            i, j = i + steps[0], j + steps[1]
        else:  # the rest is different: it all stands for what is left
            where.extend([j] * (len(text) - i))
            break
    return [*where, len(raw)]


def _shifts(where: list[int], start: int, end: int, base: int) -> str | None:
    """How far text lies from raw: "4:2" is "from position 4 of the text on, add 2"."""
    out, last = [], 0
    for position in range(start, end):
        shift = where[position] - base - (position - start)
        if shift != last:
            out.append(f"{position - start}:{shift}")
            last = shift
    return " ".join(out) or None


def locate(
    start: int, text_start: int, text_end: int, shifts: str | None = None
) -> tuple[int, int]:
    """Offsets into raw of `text[text_start:text_end]` of a sentence that starts at raw `start`.

    `shifts` is the sentence's value in that column: missing nearly always, as the text mostly is
    what the file says, character for character.
    """
    if not isinstance(shifts, str):
        return start + text_start, start + text_end
    low = high = 0
    for pair in shifts.split():
        position, shift = map(int, pair.split(":"))
        if position <= text_start:
            low = shift
        if position < text_end:
            high = shift
    return start + text_start + low, start + text_end + high


def quote_at(row: Any, text_start: int, text_end: int) -> tuple[int, int, str]:
    """Start and end in raw, and the words there, of a part of the text of a row of sentences.

    The words are those of the file, white space folded, also where `text` is mended.
    """
    start, end = locate(int(row.start), text_start, text_end, getattr(row, "shifts", None))
    scraped = getattr(row, "scraped", None)
    if isinstance(scraped, str):
        return start, end, " ".join(scraped[start - row.start : end - row.start].split())
    return start, end, " ".join(row.text[text_start:text_end].split())


_BLANK = re.compile(r"\s")


def _passage_sentences(
    raw: str, text: str | None
) -> Iterator[tuple[int, int, str, str | None, str | None]]:
    """Each sentence of one passage: start and end in `raw`, text, shifts, what raw has instead."""
    plain = _BLANK.sub(" ", raw)
    where = None
    if isinstance(text, str) and text.split() != raw.split():
        where = _align(text, raw)
    if where is None or not isinstance(text, str):
        for start, end in split_text(raw):
            yield start, end, plain[start:end], None, None
        return
    begin: int | None = None  # of a sentence whose end is not found in raw: it goes with the next
    for start, end in split_text(text):
        start = start if begin is None else begin
        low, high = where[start], where[end]
        high = low + len(raw[low:high].rstrip())
        begin = start if high <= low else None
        if begin is None:
            said, there = _BLANK.sub(" ", text[start:end]), plain[low:high]
            scraped = None if said == there else there
            yield low, high, said, _shifts(where, start, end, low), scraped


_DROP_CAP = re.compile(r"[\"“«']?[A-ZА-ЯЁ]\Z")


def _chosen(passages: pd.DataFrame, kinds: tuple[str, ...], left_out: set[str]) -> pd.DataFrame:
    frame = passages[passages["kind"].isin(kinds) & ~passages["article_id"].isin(left_out)]
    return frame.sort_values(["article_id", "start"], kind="stable")


def _check_places(passages: pd.DataFrame, articles: pd.DataFrame) -> None:
    """Raise TableError where a passage is not in the raw text of its article."""
    sizes = articles.set_index("article_id")["raw"].str.len()
    size = passages["article_id"].map(sizes).astype("Int64")
    start, end = passages["start"], passages["end"]
    lost = passages[~((start >= 0) & (start <= end) & (end <= size)).fillna(False)]
    if len(lost):
        row = lost.iloc[0]
        raise TableError(
            f"{len(lost)} passages are not in the raw text of their article; first: start "
            f"{row['start']}, end {row['end']} of article {row['article_id']}; are both tables of "
            "one run?",
            lost,
        )


def _voices(rows: Iterable[tuple[Any, ...]]) -> list[Voice]:
    """The voice of each sentence of one article."""
    return assign_voices([[row[5] for row in group] for _, group in groupby(rows, lambda r: r[1])])


Part = tuple[str, int, int, int, str, Any]


def _join_drop_caps(parts: list[Part], raws: dict[str, str]) -> list[Part]:
    """A passage of one capital letter is joined to the paragraph that goes on in small letters."""
    out: list[Part] = []
    for part in parts:
        article, passage, start, end, kind, text = part
        raw = raws[article]
        if (
            out
            and out[-1][0] == article
            and kind == "body"
            and raw[start:end].strip()[:1].islower()
        ):
            cap = raw[out[-1][2] : out[-1][3]].strip()
            if _DROP_CAP.match(cap):
                begin = out.pop()[2]
                said = text if isinstance(text, str) else raw[start:end]
                part = (article, passage, begin, end, kind, cap + said.strip())
        out.append(part)
    return out


def split_sentences(
    articles: pd.DataFrame,
    passages: pd.DataFrame,
    *,
    copies: pd.DataFrame | None = None,
    kinds: Iterable[str] = ("title", "deck", "heading", "body", "caption"),
) -> pd.DataFrame:
    """The table `sentences`: the chosen passages of one copy of each article, sentence by sentence.

    `raw[start:end]` is the sentence as scraped; `text` is the same with each blank as a space, or
    mended where the passage's text is: then the extra column `scraped` holds what the file says,
    and `shifts`, by `locate` and `quote_at`, leads back.
    Articles that `copies` calls same, edited or excerpt of another are left out.
    """
    articles = accept_table(articles, "articles", ["article_id", "raw"])
    needed = ["article_id", "passage", "start", "end", "kind"]
    passages = accept_table(passages, "passages", needed)
    kinds = (kinds,) if isinstance(kinds, str) else tuple(kinds)
    unknown = sorted(set(kinds) - set(KINDS))
    if unknown:
        raise ValueError(f"kinds must be among {', '.join(KINDS)}, got {', '.join(unknown)}")
    left_out: set[str] = set()
    if copies is not None:
        copies = accept_table(copies, "copies", ["article_id", "relation"])
        gone = copies["relation"].isin(("same", "edited", "excerpt"))
        left_out = set(copies.loc[gone, "article_id"])
    raws = dict(zip(articles["article_id"], articles["raw"], strict=True))
    chosen = _chosen(passages, kinds, left_out)
    _check_places(chosen, articles)
    texts = chosen["text"] if "text" in chosen.columns else [None] * len(chosen)
    columns = [chosen[c] for c in ("article_id", "passage", "start", "end", "kind")]
    parts = _join_drop_caps(list(zip(*columns, texts, strict=True)), raws)
    rows = []
    number, current = 0, None
    for article, passage, start, end, kind, text in parts:
        raw = raws[article]
        if article != current:
            number, current = 0, article
        for low, high, *told in _passage_sentences(raw[start:end], text):
            said, shifts, scraped = told
            place = (article, passage, number, start + low, start + high)
            rows.append((*place, said, kind, shifts, scraped))
            number += 1
    frame = pd.DataFrame(
        rows,
        columns=[
            *("article_id", "passage", "sentence", "start", "end"),
            *("text", "kind", "shifts", "scraped"),
        ],
    )
    about = [c for c in ("date", "date_low", "date_high", "language") if c in articles.columns]
    voices = [voice for _, group in groupby(rows, lambda row: row[0]) for voice in _voices(group)]
    for name in Voice._fields:
        frame[name] = pd.Series([getattr(voice, name) for voice in voices], dtype="str")
    frame = frame.merge(articles[["article_id", *about]], on="article_id", how="left")
    table = make_table("sentences", frame)
    return table.astype(
        {"shifts": "str", "scraped": "str", "speaker_type": "str", "reported": "str"}
    )
