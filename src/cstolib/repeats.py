"""What is said twice: runs repeated inside one text, and passages that an outlet prints under many.

A repeat is found as a chain of shingles that occur earlier in the text at about the same distance,
so a second copy counts even where words were changed or paragraphs broken elsewhere.
"""

# mypy: allow-untyped-defs
# numba infers the types of the kernels.

import re
from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
import pandas as pd

from .shingles import SHINGLE, fold_table, hash_places, kernel, print_texts, to_arrow, to_spans
from .tables import PROSE, accept_table, require_columns

_GAP = 12  # words: a changed word spoils five shingles; two of them near each other, twelve
_DRIFT = 3  # words that a small edit puts in or takes out
_LONG = 50  # words: a shorter run is a repeat only where it is a paragraph, else it is quoted anew
_BESIDE = 0.25  # of a run, characters that may stand beside it in its paragraph
_COLUMNS = ("text", "start", "end", "source_start", "source_end")

MIN_ARTICLES = 3  # of one outlet: two may well quote the same source
_FULL_SENTENCE = re.compile(r"[.!?…։。][\"'”’»)\]]*$")
_QUOTE = re.compile(r"[\"“”„«»‟]")
# Words by which a page speaks to its reader, or of itself, and not of the news.
_CUES = re.compile(
    r"""\b(?:sign\ up|subscri\w+|newsletters?|follow\ us|follow\ \w+(?:\ \w+)*\ on|read\ more
    |more\ coverage|donat\w+|contribut\w+\ today|support\ (?:our|us|independent)|funded\ by
    |copyright|all\ rights\ reserved|reproduc\w+|republish\w*|redistribut\w*|cookies?|privacy
    |terms\ of\ (?:use|service)|advertis\w+|click|download|contact\ (?:us|the)|e-?mail|inbox|your
    |(?:updated|published)\W+(?:at\b|on\b|\d|\w+\ \d)
    |whatsapp|telegram\ channel|podcast|was\ (?:last\ )?updated|views\ expressed
    |do(?:es)?\ not\ (?:necessarily\ )?(?:reflect|represent)
    |is\ an?\ (?:\w+\ ){0,6}(?:reporter|editor|correspondent|journalist|columnist|writer|freelancer
        |news\ (?:agency|organi[sz]ation|service|site))
    |подпи\w+|рассылк\w+|читайте|все\ права|копирова\w+|перепечатк\w+|реклам\w+|поддерж\w+\ нас
    |наш\w*\ канал\w*)\b|©""",
    re.IGNORECASE | re.VERBOSE,
)
# What the same sentence of a page may differ in: dates and times (numbers never count).
_DATES = """
jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august
september october november december mon tue wed thu fri sat sun monday tuesday wednesday thursday
friday saturday sunday am pm a p m et est edt gmt utc st nd rd th
январь января февраль февраля март марта апрель апреля май мая июнь июня июль июля август августа
сентябрь сентября октябрь октября ноябрь ноября декабрь декабря
""".split()  # noqa: SIM905


@kernel
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
        # The shingles at its end may reach into the next run, or those of its source into the run.
        end = last + SHINGLE - max(0, first[last] + SHINGLE - i)
        source_end = min(first[last] + SHINGLE, i)
        if covered >= min_words and 2 * (source_end - first[i]) > end - i:  # else a word, repeated
            start = max(i, runs[found - 1, 1]) if found else i
            runs[found, 0] = start
            runs[found, 1] = end
            runs[found, 2] = first[i] + start - i
            runs[found, 3] = source_end
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


@cache
def _fold_without_digits() -> np.ndarray:
    table = fold_table().copy()
    table[ord("0") : ord("9") + 1] = 0
    return table


def _prints(texts: pd.Series) -> np.ndarray:
    """A hash of each text without dates, numbers, case and punctuation; 0 where nothing is left."""
    spans, fold = to_spans(to_arrow(texts)), _fold_without_digits()
    dates = to_spans(to_arrow(pd.Series(_DATES, dtype="str")))
    left_out, prints = np.empty(len(_DATES), np.uint64), np.empty(len(texts), np.uint64)
    words = np.empty(int((spans.finish - spans.begin).max(initial=64)) + 8, np.uint64)
    places, shingles = np.empty((64, 2), np.int64), np.empty(64, np.uint64)
    for i, (begin, finish) in enumerate(zip(dates.begin, dates.finish, strict=True)):
        hash_places(dates.data, begin, finish, fold, words, places, shingles)
        left_out[i] = words[0]
    print_texts(*spans, fold, np.sort(left_out), words, prints)
    return prints


@lru_cache(1 << 14)  # one text is asked about for each article that has it
def _is_furniture(text: str, kind: str, once: bool) -> bool:
    """Whether its words, or its shape, say that this is no prose of the article.

    once: no article has it twice, as it has the name of who speaks in an interview.
    """
    if _CUES.search(text):
        return True
    if kind == "heading" or not once:
        return False
    return not _QUOTE.search(text) and not _FULL_SENTENCE.search(text.strip())


def print_passages(articles: pd.DataFrame, passages: pd.DataFrame) -> pd.DataFrame:
    """The passages of prose: place (in `passages`), outlet ("" if missing), print, article."""
    articles = accept_table(articles, "articles", ("article_id",))
    require_columns(passages, "passages", ("article_id", "kind", "text"))
    named = articles if "outlet" in articles else articles.assign(outlet="")
    outlet = pd.Series(named["outlet"].fillna("").to_numpy(), index=named["article_id"])
    rows = np.flatnonzero(passages["kind"].isin(PROSE) & passages["text"].notna())
    prose = passages.iloc[rows]
    frame = pd.DataFrame(
        {
            "place": rows,
            "outlet": prose["article_id"].map(outlet).to_numpy(),
            "print": _prints(prose["text"]),
            "article": prose["article_id"].factorize()[0],
        }
    )
    return frame[frame["print"] != 0]


def count_prints(printed: pd.DataFrame) -> pd.DataFrame:
    """outlet, print, articles (that have it) and most (times in one of them) of each print.

    `printed` is what print_passages returned. Of batches of articles, articles add up.
    """
    times = printed.groupby(["outlet", "print", "article"], sort=False).size()
    spread = times.groupby(level=["outlet", "print"], sort=False).agg(articles="size", most="max")
    return spread.reset_index()


def mark_boilerplate(
    passages: pd.DataFrame, printed: pd.DataFrame, counts: pd.DataFrame
) -> pd.Series:
    """What find_boilerplate returns, by the counts of all articles of the corpus."""
    often = counts[counts["articles"] >= MIN_ARTICLES].set_index(["outlet", "print"])["most"]
    found = printed.join(often, on=["outlet", "print"], how="inner")
    boilerplate = np.zeros(len(passages), bool)
    asked = passages[["text", "kind"]].iloc[found["place"]].assign(most=found["most"].to_numpy())
    rows = asked.to_numpy(dtype=object).tolist()
    for place, (text, kind, most) in zip(found["place"].tolist(), rows, strict=True):
        boilerplate[place] = _is_furniture(text, kind, most == 1)
    return pd.Series(boilerplate, index=passages.index)


def find_boilerplate(articles: pd.DataFrame, passages: pd.DataFrame) -> pd.Series:
    """Whether each passage is one that its outlet prints under many articles.

    A passage counts when it occurs, dates and numbers apart, in three articles of the outlet or
    more, and its words or its shape say that it is no sentence of the news: background that
    several articles repeat is prose, and stays. Articles without an outlet count as one outlet.
    Returns booleans with the index of `passages`.
    """
    printed = print_passages(articles, passages)
    return mark_boilerplate(passages, printed, count_prints(printed))
