"""Labelled lines -> passages: drop caps joined, glued headings and dates split off."""

import re
from typing import Any

from .layout import Layout
from .lines import Line
from .marks import Label
from .repair import find_glued_heading, find_prefix, join_drop_cap, tidy

Passage = dict[str, Any]
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
    """Whether the line is one letter that belongs to the next line's first word."""
    if index + 1 >= len(layout.lines):
        return False
    line, after = layout.lines[index], layout.lines[index + 1]
    return (
        len(line.text) == 1
        and line.text.isalpha()
        and line.text.isupper()
        and after.text[0].islower()
        and labels[index + 1][0] in ("body", "repeat")
        and len(after.words) >= 8
    )


def make_passages(raw: str, layout: Layout, labels: list[Label]) -> list[Passage]:
    """The passages of a text, in order; a line is one passage, but for those named above."""
    words = _Vocabulary(raw)
    passages: list[Passage] = []
    first_of: dict[int, int] = {}  # line -> its last passage
    index = 0

    def add(start: int, end: int, kind: str, reason: str, text: str | None = None) -> None:
        passages.append(
            {
                "passage": len(passages),
                "start": start,
                "end": end,
                "kind": kind,
                "reason": reason,
                "copy_of": None,
                "text": tidy(raw[start:end]) if text is None else text,
            }
        )

    while index < len(layout.lines):
        line, (kind, reason) = layout.lines[index], labels[index]
        if _is_drop_cap(layout, labels, index):
            after = layout.lines[index + 1]
            kind, reason = labels[index + 1]
            text = join_drop_cap(line.text, tidy(after.text), lambda w: words.count(w) > 0)
            add(line.start, after.end, kind, f"{reason}, with its drop cap", text)
            first_of[index] = first_of[index + 1] = len(passages) - 1
            index += 2
            continue
        if kind == "body":
            _add_body(line, words, reason, add)
        else:
            add(line.start, line.end, kind, reason)
        first_of[index] = len(passages) - 1
        index += 1
    for copy, source in layout.copies.items():
        if labels[copy][0] == "repeat":
            passages[first_of[copy]]["copy_of"] = first_of[source]
    _title_copies(layout, labels, passages, first_of)
    return passages


def _title_copies(
    layout: Layout, labels: list[Label], passages: list[Passage], first_of: dict[int, int]
) -> None:
    if layout.title is None:
        return
    for index, label in enumerate(labels):
        if label == ("repeat", "repeats the title"):
            passages[first_of[index]]["copy_of"] = first_of[layout.title]


def _add_body(line: Line, words: _Vocabulary, reason: str, add: Any) -> None:
    """A paragraph, without the date or the heading that is glued to its start."""
    start = line.start
    prefix = find_prefix(line.text)
    if prefix:
        end = start + len(line.text[:prefix].rstrip())
        add(start, end, "date", "date glued to a paragraph")
        start += prefix
    rest = line.text[prefix:]
    head = find_glued_heading(rest, lambda token: words.count(token) > 1)
    if head:
        add(start, start + head, "heading", "heading glued to its paragraph")
        start += head
    add(start, line.end, "body", reason)
