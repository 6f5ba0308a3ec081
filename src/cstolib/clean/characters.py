"""What Unicode says of each character, as tables for the compiled kernels."""

from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

_BITS = [np.uint32(1 << place) for place in range(21)]
SPACE, ALNUM, UPPER, LOWER, TITLE, DIGIT, DECIMAL, CONTROL, LEAD, TRAIL, CLOSER = _BITS[:11]
HARD, FULL_STOP, ASKS, END_QUOTE, OPEN_QUOTE, DASH, BULLET, PART, AT, ARROW = _BITS[11:]
LAST = 0x32400  # above it no character is assigned that counts as one of these
_CASED = 0x20000  # nor is any above this but letters without case
_TESTS = (
    (SPACE, str.isspace),
    (UPPER, str.isupper),
    (LOWER, str.islower),
    (TITLE, str.istitle),
    (DIGIT, str.isdigit),
    (DECIMAL, str.isdecimal),
)
# Bidirectional and zero-width controls, and other characters that only a machine sees.
CONTROLS = "\x00-\x08\x0e-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad"
# With which sequences of UTF-8 read as Windows-1252 or 1251 start, and go on (see repair.py).
_MARKS = {
    CLOSER: "\"'”’»)]",
    HARD: ".…։。:;,!",
    FULL_STOP: ".։。",
    ASKS: "?!؟",
    END_QUOTE: "\"'”’»",
    OPEN_QUOTE: "\"'“‘«„",
    DASH: "—–-",
    BULLET: "•*·▪●■►○+",
    PART: "|·•/>»:→◦",
    AT: "@#",
    ARROW: "|>→",
    LEAD: "ÂÃâÐÑРСв",
    TRAIL: "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸЂЃѓЉЊЌЋЏђљњќћџЎўЈ¤Ґ¦§Є«¬®Ї°±Ііґµ¶·№є»јЅѕї"
    + "".join(map(chr, range(0x80, 0xC0))),
}


@cache
def character_tables() -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Of each code point up to LAST, which stands for all above: its classes, its lower case."""
    characters = list(map(chr, range(LAST)))
    classes = np.zeros(LAST + 1, np.uint32)
    classes[:LAST] = np.fromiter(map(str.isalnum, characters), bool, LAST) * ALNUM
    for bit, test in _TESTS:
        classes[:_CASED] |= np.fromiter(map(test, characters[:_CASED]), bool) * bit
    classes[(classes & UPPER) > 0] &= ~TITLE
    parts = CONTROLS.split("-")
    for part in parts:
        classes[list(map(ord, part))] |= CONTROL
    for before, after in pairwise(parts):
        classes[ord(before[-1]) : ord(after[0])] |= CONTROL
    for bit, text in _MARKS.items():
        classes[list(map(ord, text))] |= bit
    lower = np.arange(LAST + 1, dtype=np.uint32)
    for point in np.flatnonzero(classes & (UPPER | TITLE)).tolist():
        lower[point] = ord(chr(point).lower()[-1])  # of two characters only for U+0130
    return classes, lower


def code_points(text: str) -> npt.NDArray[np.uint32]:
    """The code points of `text`, which holds no surrogates."""
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)
