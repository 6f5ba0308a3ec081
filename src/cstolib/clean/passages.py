"""Labelled lines -> passages: drop caps joined, glued headings and dates split off."""

import re
from collections import Counter

from .layout import Layout
from .lines import Lines
from .marks import Label
from .repair import find_glued_heading, find_prefix, join_drop_cap, tidy
from .scan import HAS_CONTROL, HAS_NUMBERS, MAY_GLUE, MAY_MOJIBAKE, UNTIDY

Passage = tuple[int, int, str, str, str]  # start, end, kind, reason, text
_UNTIDY = UNTIDY | HAS_CONTROL | MAY_MOJIBAKE
_WORDS = re.compile(r"\w+")


class _Vocabulary:
    """How often a word stands in a text, counted once it is asked for."""

    def __init__(self, raw: str) -> None:
        self._raw = raw
        self._words: Counter[str] | None = None

    def count(self, word: str) -> int:
        if self._words is None:
            self._words = Counter(_WORDS.findall(self._raw[:200_000]))
        return self._words[word]


def _is_drop_cap(layout: Layout, labels: list[Label], index: int) -> bool:
    """Whether a line of one character is a letter that belongs to the next line's first word."""
    lines, text = layout.lines, layout.lines.text(index)
    if not (text.isalpha() and text.isupper()) or index + 1 >= layout.page(index).high:
        return False
    fits = labels[index + 1][0] in ("body", "repeat") and lines.counts[index + 1] >= 8
    return fits and lines.text(index + 1)[0].islower()


def make_passages(layout: Layout, labels: list[Label]) -> tuple[list[Passage], list[int]]:
    """The passages of the lines, one a line but for those named above; the last one of each line.

    They start and end where they do in `lines.raw`.
    """
    lines = layout.lines
    made: list[Passage] = []
    last_of: list[int] = []
    flags = lines.flags.tolist()
    for text, page in enumerate(layout.pages):
        words = _Vocabulary(lines.raw[lines.offsets[text] : lines.offsets[text + 1]])
        joined = -1
        for index in range(page.low, page.high):
            (start, end), (kind, reason) = lines.spans[index], labels[index]
            if end - start == 1 and _is_drop_cap(layout, labels, index):
                made.append(_join(lines, index, words, labels[index + 1]))
                joined = index + 1
            elif kind == "body" and flags[index] & (HAS_NUMBERS | MAY_GLUE) and index != joined:
                made += _split_body(lines.raw[start:end], start, words, reason)
            elif index != joined:
                shown = lines.raw[start:end]
                shown = tidy(shown) if flags[index] & _UNTIDY else shown
                made.append((start, end, kind, reason, shown))
            last_of.append(len(made) - 1)
    return made, last_of


def _join(lines: Lines, index: int, words: _Vocabulary, label: Label) -> Passage:
    """A paragraph with the drop cap that stands on a line before it."""
    start, end = lines.spans[index][0], lines.spans[index + 1][1]
    rest = tidy(lines.text(index + 1))
    shown = join_drop_cap(lines.text(index), rest, lambda word: words.count(word) > 0)
    return start, end, label[0], f"{label[1]}, with its drop cap", shown


def _split_body(text: str, start: int, words: _Vocabulary, reason: str) -> list[Passage]:
    """A paragraph, without the date or the heading that is glued to its start."""
    made: list[Passage] = []
    end = start + len(text)
    prefix = find_prefix(text)
    if prefix:
        date = text[:prefix].rstrip()
        made.append((start, start + len(date), "date", "date glued to a paragraph", tidy(date)))
        start, text = start + prefix, text[prefix:]
    head = find_glued_heading(text, lambda token: words.count(token) > 1)
    if head:
        reason_head = "heading glued to its paragraph"
        made.append((start, start + head, "heading", reason_head, tidy(text[:head])))
        start, text = start + head, text[head:]
    made.append((start, end, "body", reason, tidy(text)))
    return made
