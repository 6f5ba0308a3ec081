"""A raw text -> its lines, with what can be counted about each."""

import re
from dataclasses import dataclass

_WORD = re.compile(r"\w+")
_END = re.compile(r"[.!?…։。؟:;,]['\"”’»)\]]*$|[.!?…]['\"”’»)\]]*\s*\d*$")


@dataclass(slots=True)
class Line:
    """One non-blank line: `raw[start:end]` without the white space around it."""

    start: int
    end: int
    text: str
    words: int
    ends: bool  # with a full stop or the like
    key: str  # its words, for comparison


def split_lines(raw: str) -> list[Line]:
    """The non-blank lines of `raw`."""
    lines = []
    position = 0
    for piece in raw.split("\n"):
        text = piece.strip()
        if text:
            start = position + piece.index(text)
            words = _WORD.findall(text.lower())
            lines.append(
                Line(
                    start=start,
                    end=start + len(text),
                    text=text,
                    words=len(words),
                    ends=bool(_END.search(text[-8:])),
                    key=" ".join(words) or text,
                )
            )
        position += len(piece) + 1
    return lines
