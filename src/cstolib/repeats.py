"""What is said twice: runs repeated inside one text, and passages that an outlet prints under many.

A repeat is found as a chain of shingles that occur earlier in the text at about the same distance,
so a second copy counts even where words were changed or paragraphs broken elsewhere.
"""

# mypy: allow-untyped-defs
# numba infers the types of the kernels.

import re
from collections.abc import Sequence

import numba
import numpy as np
import pandas as pd

from .shingles import SHINGLE, fold_table, hash_places, to_arrow, to_spans
from .tables import PROSE, require_columns

_GAP = 12  # words: a changed word spoils five shingles; two of them near each other, twelve
_DRIFT = 3  # words that a small edit puts in or takes out
_LONG = 50  # words: a shorter run is a repeat only where it is a paragraph, else it is quoted anew
_BESIDE = 0.25  # of a run, characters that may stand beside it in its paragraph
_COLUMNS = ("text", "start", "end", "source_start", "source_end")

_MIN_ARTICLES = 3  # of one outlet: two may well quote the same source
_FULL_SENTENCE = re.compile(r"[.!?…։。][\"'”’»)\]]*$")
_QUOTE = re.compile(r"[\"“”„«»‟]")
_NUMBER = re.compile(r"\d+")
_MONTH = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|january|february|march|april|june|july"
    r"|august|september|october|november|december|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|январ[яь]|феврал[яь]|марта?|апрел[яь]|ма[яй]|июн[яь]|июл[яь]|августа?|сентябр[яь]|октябр[яь]"
    r"|ноябр[яь]|декабр[яь]|[ap]\.?\s?m)\b\.?",
    re.IGNORECASE,
)
_GAPS = re.compile(r"[\W_]+")
# Words by which a page speaks to its reader, or of itself, and not of the news.
_CUES = re.compile(
    r"\b(?:sign up|subscri\w+|newsletters?|follow us|follow \w+(?: \w+)* on|read more|more coverage|donat\w+"
    r"|contribut\w+ today|support (?:our|us|independent)|funded by|copyright|all rights reserved|reproduc\w+"
    r"|republish\w*|redistribut\w*|cookies?|privacy|terms of (?:use|service)|advertis\w+|click|download"
    r"|contact (?:us|the)|e-?mail|inbox|your|whatsapp|telegram channel|podcast|was (?:last )?updated"
    r"|views expressed|do not (?:necessarily )?(?:reflect|represent)|is an? (?:\w+ ){0,6}(?:reporter|editor"
    r"|correspondent|journalist|columnist|writer|freelancer|news (?:agency|organi[sz]ation|service|site))"
    r"|подпи\w+|рассылк\w+|читайте|все права|копирова\w+|перепечатк\w+|реклам\w+|поддерж\w+ нас|наш\w* канал\w*)\b"
    r"|©",
    re.IGNORECASE,
)


@numba.njit(cache=True, nogil=True)
def _find_runs(shingles, n, min_words, keys, places, first, runs):
    """Runs of words that repeat earlier ones, as rows of `runs`; how many there are.

    `keys` and `places` are a hash table of a power of two at least twice n; `first` gets, for each
    shingle, where it first occurs.
    """
    mask = np.uint64(keys.shape[0] - 1)
    for i in range(n):
        slot = shingles[i] & mask
        while places[slot] >= 0 and keys[slot] != shingles[i]:
            slot = (slot + np.uint64(1)) & mask
        if places[slot] < 0:
            keys[slot] = shingles[i]
            places[slot] = i
            first[i] = -1
        else:
            first[i] = places[slot]
    found = 0
    i = 0
    while i < n:
        if first[i] < 0:
            i += 1
            continue
        distance = i - first[i]
        last = i
        covered = SHINGLE
        j = i + 1
        while j < n and j - last <= _GAP and first[i] + (j - i) < i:
            if first[j] >= 0 and abs((j - first[j]) - distance) <= _DRIFT:
                covered += min(j - last, SHINGLE)
                distance = j - first[j]
                last = j
            j += 1
        if covered >= min_words and first[last] + SHINGLE <= i + _DRIFT:
            runs[found, 0] = i
            runs[found, 1] = last + SHINGLE
            runs[found, 2] = first[i]
            runs[found, 3] = first[last] + SHINGLE
            found += 1
        i = last + 1
    return found


def _fills_lines(text: str, done: int, start: int, end: int) -> bool:
    """Whether text[start:end] is nearly all of its lines, as far as these lie behind `done`."""
    before = max(text.rfind("\n", 0, start) + 1, done)
    after = text.find("\n", end)
    beside = start - before + (after if after >= 0 else len(text)) - end
    return beside <= _BESIDE * (end - start)


def find_repeats(texts: Sequence[str], *, min_words: int = 25) -> pd.DataFrame:
    """The runs of each text that repeat an earlier run of it, fuzzy ones included.

    texts: any number of texts. min_words: shorter repeats are refrains, and left alone.
    Returns text (its index in `texts`), start, end, source_start, source_end, in characters.
    """
    if min_words < SHINGLE:
        raise ValueError(f"min_words must be at least {SHINGLE}, got {min_words}")
    spans = to_spans(to_arrow(pd.Series(list(texts), dtype="str")))
    size = int((spans.finish - spans.begin).max(initial=0)) + 8
    words = np.empty(size, np.uint64)
    shingles = np.empty(size, np.uint64)
    places = np.empty((size, 2), np.int64)
    first = np.empty(size, np.int64)
    runs = np.empty((size // min_words + 8, 4), np.int64)
    fold = fold_table()
    parts = []
    for index, (begin, finish) in enumerate(zip(spans.begin, spans.finish, strict=True)):
        count, n = hash_places(spans.data, begin, finish, fold, words, places, shingles)
        slots = 1 << max(4, int(2 * n - 1).bit_length())
        found = _find_runs(
            shingles, n, min_words, np.empty(slots, np.uint64), np.full(slots, -1), first, runs
        )
        done = 0
        for first_word, end_word, first_source, end_source in runs[:found].tolist():
            start, end = int(places[first_word, 0]), int(places[end_word - 1, 1])
            source = (places[first_source, 0], places[min(end_source, count) - 1, 1])
            if end_word - first_word >= _LONG or _fills_lines(texts[index], done, start, end):
                parts.append((index, start, end, *source))
            done = end
    return pd.DataFrame(parts, columns=list(_COLUMNS), dtype="int64")


def _masked(text: str) -> str:
    """`text` without dates, numbers, case and punctuation: what a template leaves when filled in."""
    return _GAPS.sub(" ", _NUMBER.sub("#", _MONTH.sub("#", text)).casefold()).strip()


def _is_furniture(text: str) -> bool:
    """Whether the words, or their shape, say that this is no prose of the article."""
    if _CUES.search(text):
        return True
    return not _QUOTE.search(text) and not _FULL_SENTENCE.search(text.strip())


def find_boilerplate(articles: pd.DataFrame, passages: pd.DataFrame) -> pd.Series:
    """Whether each passage is one that its outlet prints under many articles.

    A passage counts when it occurs, dates and numbers masked, in three articles of the outlet or
    more, and its words or its shape say that it is no sentence of the news: background that
    several articles repeat is prose, and stays. Articles without an outlet count as one outlet.
    Returns booleans with the index of `passages`.
    """
    require_columns(articles, "articles", ("article_id",))
    require_columns(passages, "passages", ("article_id", "kind", "text"))
    outlets = (
        articles.set_index("article_id")["outlet"]
        if "outlet" in articles
        else pd.Series(dtype="str")
    )
    prose = passages["kind"].isin(PROSE) & passages["text"].notna()
    frame = pd.DataFrame({"article_id": passages["article_id"], "text": passages["text"]})[prose]
    frame["outlet"] = frame["article_id"].map(outlets).fillna("")
    frame["masked"] = [_masked(text) for text in frame["text"]]
    frame = frame[frame["masked"] != ""]
    spread = frame.groupby(["outlet", "masked"])["article_id"].transform("nunique")
    often = frame[spread >= _MIN_ARTICLES]
    chosen = often.index[[_is_furniture(text) for text in often["text"]]]
    return pd.Series(passages.index.isin(chosen), index=passages.index, dtype=bool)
