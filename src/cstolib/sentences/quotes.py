"""Where a passage quotes somebody: the spans between quotation marks, of every common shape.

Curly, straight, angled and low quotes, double and single. A quotation may run over several
paragraphs, each opening with a mark and only the last closing. One that is never closed ends with
its sentence, so that a mark left open does not turn the rest of an article into speech.
"""

import re
from bisect import bisect_right
from typing import NamedTuple

_CLOSERS = {"“": '”“"', "«": "»", "„": '“”"', '"': '"”', "‘": "’", "'": "'", "›": "‹", "”": "”"}
_MARK = re.compile(r"[“”„«»\"]|(?<!\w)[‘'](?=\w)|(?<=[\w.,!?…])[’'](?!\w)")
_PLURAL_OWNER = re.compile(r"s[’']\s+[a-z]")


class Quote(NamedTuple):
    """A quotation, its marks included; `closed` if the second mark stands."""

    start: int
    end: int
    closed: bool


def _opens(text: str, at: int) -> bool:
    """Whether the mark at `at` can open a quotation, by what stands around it."""
    mark = text[at]
    if mark in "“„«‘":
        return True
    if mark in "»’":
        return False
    before = text[at - 1] if at else " "
    after = text[at + 1] if at + 1 < len(text) else " "
    return (before.isspace() or before in "([{—–-/“«‘\"'") and not after.isspace()


def _closes(text: str, at: int, opener: str) -> bool:
    mark = text[at]
    if mark not in _CLOSERS[opener]:
        return False
    if mark in "\"'”’“":
        before = text[at - 1] if at else " "
        after = text[at + 1] if at + 1 < len(text) else " "
        if mark in '"“' and before.isspace() and not after.isspace():
            return False
        if mark in "'’" and _PLURAL_OWNER.match(text, at - 1):
            # "the allies' votes": an owner, unless no other mark closes the quotation
            return not re.search(r"(?<=[\w.,!?…])[’'](?!\w)", text[at + 1 :])
    return True


def find_quotes(text: str, ends: list[int], *, runs_on: bool = False) -> list[Quote]:
    """The quotations of one passage, in order and apart; a quotation within one is part of it.

    `ends` are where its sentences end. `runs_on` says that the next paragraph opens with a mark
    again: a quotation left open then reaches the end of this one.
    """
    found: list[Quote] = []
    start, opener = -1, ""
    for mark in _MARK.finditer(text):
        at = mark.start()
        if start < 0:
            if _opens(text, at):
                start, opener = at, text[at]
        elif _closes(text, at, opener):
            if opener in "'‘" and at - start > 400:
                start = -1
                continue
            found.append(Quote(start, at + 1, True))
            start = -1
        elif text[at] == opener and opener in '“«"' and _opens(text, at):
            # Opened again before it was closed: the first was left open.
            found.append(Quote(start, min(_sentence_end(start, ends, len(text)), at), False))
            start = at
    if start >= 0 and opener not in "'‘":
        end = len(text) if runs_on else _sentence_end(start, ends, len(text))
        found.append(Quote(start, end, False))
    return found


def _sentence_end(position: int, ends: list[int], last: int) -> int:
    index = bisect_right(ends, position)
    return ends[index] if index < len(ends) else last
