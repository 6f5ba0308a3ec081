"""A raw text -> its lines."""

import re
from dataclasses import dataclass
from operator import itemgetter

from .cues import Cue, find_cues

_WORD = re.compile(r"[^\W_]+")
_FIRST = itemgetter(0)


@dataclass(slots=True)
class Line:
    """One non-blank line: `text` is `raw[start:end]`, without the white space around it."""

    start: int
    end: int
    text: str
    words: list[str]  # in lower case, without punctuation
    capitals: int  # words that start with a capital letter
    key: str  # its words, for comparison with other lines
    cues: list[Cue]

    def has(self, kind: str, *where: str) -> bool:
        """Whether the line carries words of furniture of this kind (at these places)."""
        return any(cue.kind == kind and (not where or cue.where in where) for cue in self.cues)


def make_line(start: int, text: str) -> Line:
    """The line that `text`, which is not blank at its ends, makes at offset `start`."""
    found = _WORD.findall(text)
    words = list(map(str.lower, found))
    capitals = sum(map(str.isupper, map(_FIRST, found)))
    return Line(
        start, start + len(text), text, words, capitals, " ".join(words) or text, find_cues(words)
    )


def split_lines(raw: str) -> list[Line]:
    """The non-blank lines of `raw`, which only a line feed ends."""
    lines = []
    position = 0
    for piece in raw.split("\n"):
        text = piece.strip()
        if text:
            lines.append(make_line(position + piece.index(text[0]), text))
        position += len(piece) + 1
    return lines
