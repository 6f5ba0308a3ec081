"""Labelled lines -> passages: drop caps joined, glued headings and dates split off."""

import re

from .layout import Layout
from .marks import Label
from .repair import find_glued_heading, find_prefix, join_drop_cap, tidy
from .scan import HAS_CONTROL, HAS_NUMBERS, MAY_GLUE, MAY_MOJIBAKE, UNTIDY

Passage = tuple[int, int, str, str, str]  # start, end, kind, reason, text
_TITLE_AGAIN = ("repeat", "repeats the title")
_UNTIDY = UNTIDY | HAS_CONTROL | MAY_MOJIBAKE
_WORDS = re.compile(r"\w+")


class _Vocabulary:
    """Whether a word stands in the text, looked up once it is asked for."""

    def __init__(self, raw: str) -> None:
        self._raw = raw
        self._words: dict[str, int] | None = None

    def count(self, word: str) -> int:
        if self._words is None:
            self._words = {}
            for found in _WORDS.findall(self._raw[:200_000]):
                self._words[found] = self._words.get(found, 0) + 1
        return self._words.get(word, 0)


def _is_drop_cap(layout: Layout, labels: list[Label], index: int) -> bool:
    """Whether a line of one character is a letter that belongs to the next line's first word."""
    if index + 1 >= len(layout.lines):
        return False
    line, after = layout.lines[index], layout.lines[index + 1]
    return (
        line.text.isalpha()
        and line.text.isupper()
        and after.text[0].islower()
        and labels[index + 1][0] in ("body", "repeat")
        and after.size >= 8
    )


def make_passages(
    raw: str, layout: Layout, labels: list[Label]
) -> tuple[list[Passage], dict[int, int]]:
    """The passages of a text, a line each but for those named above; which repeats which."""
    words = _Vocabulary(raw)
    made: list[Passage] = []
    last_of: list[int] = []  # of each line: its last passage
    joined = -1
    facts, flags = layout.lines.facts, layout.lines.flag_list
    for index, (kind, reason) in enumerate(labels):
        if index == joined:
            last_of.append(len(made) - 1)
            continue
        start, end = facts[index][:2]
        if end - start == 1 and _is_drop_cap(layout, labels, index):
            line, after = layout.lines[index], layout.lines[index + 1]
            kind, reason = labels[index + 1]
            text = join_drop_cap(line.text, tidy(after.text), lambda w: words.count(w) > 0)
            made.append((start, after.end, kind, f"{reason}, with its drop cap", text))
            joined = index + 1
        elif kind == "body" and flags[index] & (HAS_NUMBERS | MAY_GLUE):
            made += _split_body(raw[start:end], start, words, reason)
        else:
            text = raw[start:end]
            if flags[index] & _UNTIDY:
                text = tidy(text)
            made.append((start, end, kind, reason, text))
        last_of.append(len(made) - 1)
    return made, _find_sources(layout, labels, last_of)


def _find_sources(layout: Layout, labels: list[Label], last_of: list[int]) -> dict[int, int]:
    """Of each passage that repeats another one: which."""
    sources = {
        last_of[copy]: last_of[source]
        for copy, source in layout.copies.items()
        if labels[copy][0] == "repeat"
    }
    if layout.title is not None and _TITLE_AGAIN in labels:
        for index, label in enumerate(labels):
            if label == _TITLE_AGAIN:
                sources[last_of[index]] = last_of[layout.title]
    return sources


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
