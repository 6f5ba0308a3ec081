"""Faults of a text that are certain, mended in `text`; offsets into raw stay as they are.

Each function takes and returns plain text, and leaves alone what it is not sure of.
"""

import re
from collections.abc import Callable

# Sequences that UTF-8 read as Windows-1252 or 1251 leaves, and that no language writes.
_MOJIBAKE = re.compile(
    r"[ÂÃ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€|â‚¬|[ÐÑ][\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]{1}"
    r"|(?:[РС][ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—™љ›њќћџЎўЈ¤Ґ¦§Є«¬®Ї°±Ііґµ¶·№є»јЅѕї\u00a0]){3}|вЂ[“”™šќњ\u00a0¦]"
)
# Bidirectional and zero-width controls, and other characters that only a machine sees.
_CONTROLS = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]"
)
_GLUED = re.compile(
    r"^(?P<head>[^.!?:;,\n]{8,70}?[^\W\d_A-ZА-ЯЁ]{2}[?]?)(?P<body>[A-ZА-ЯЁ][^\W\d_A-ZА-ЯЁ]+\b.*)$",
    re.S,
)
_PREFIX = re.compile(
    r"^\W{0,2}(?:(?:date|published|posted|updated|дата|опубликовано|fecha|publicado)\W{1,3}){0,2}"
    r"(?:(?:19|20)\d\d-\d\d-\d\d|\d\d?\.\d\d?\.(?:19|20)\d\d)"
    r"(?:[T ,]{1,2}\d\d?:\d\d(?::\d\d)?)?\W{1,3}(?=[A-ZА-ЯЁ\"“«])",
    re.IGNORECASE,
)
_HASHES = re.compile(r"^#{1,6}\s+|(?<!\s)\s+#{1,6}$")
_EMPHASIS = re.compile(
    r"(?<![\w*])(\*{1,3}|_{1,3})(?=\w)|(?<=[\w.!?»”\"])(\*{1,3}|_{1,3})(?![\w*])"
)
_ONE_LETTER_WORDS = frozenset("aioAIOyYаиовскуяАИОВСКУЯ")


def mend_encoding(text: str) -> str:
    """`text` with mojibake mended where its sequences are certain; else as it is."""
    if not _MOJIBAKE.search(text):
        return text
    import ftfy

    mended = ftfy.fix_encoding(text)
    return mended if len(mended) < len(text) else text


def tidy(text: str) -> str:
    """`text` on one line, without control characters, mended."""
    if not text.isprintable() and _CONTROLS.search(text):
        text = _CONTROLS.sub("", text)
    if not text.isascii():
        text = mend_encoding(text)
    return " ".join(text.split())


def plain_markdown(text: str) -> str:
    """`text` without the marks of Markdown for a heading and for emphasis."""
    if "*" not in text and "_" not in text and text[:1] != "#":
        return text
    return _EMPHASIS.sub("", _HASHES.sub("", text))


def find_prefix(text: str) -> int:
    """Length of a date that is glued to the start of a paragraph; 0 where none is."""
    found = _PREFIX.match(text)
    return found.end() if found and len(text) > found.end() + 40 else 0


def find_glued_heading(text: str, occurs: Callable[[str], bool]) -> int:
    """Length of a heading that lost the line break before its paragraph; 0 where none is.

    The seam is a small letter right before a capital. `occurs` says whether a word stands elsewhere
    in the text: a name with a capital inside (`YouTube`) recurs, a seam does not.
    """
    found = _GLUED.match(text[:400])
    if not found or len(text) < found.end("head") + 60:
        return 0
    head = found["head"].split()
    if not 2 <= len(head) <= 10 or not head[0][0].isupper():
        return 0
    token = head[-1] + re.split(r"\W", found["body"], maxsplit=1)[0]
    if len(head[-1].rstrip("?")) < 3 or occurs(token):
        return 0
    return found.end("head")


def join_drop_cap(letter: str, rest: str, occurs: Callable[[str], bool]) -> str:
    """A paragraph with its drop cap: joined, or beside it where the letter is a word of its own."""
    word = re.match(r"\w*", rest)
    first = word[0] if word else ""
    if letter not in _ONE_LETTER_WORDS or not first:
        return letter + rest
    if occurs((letter + first).lower()):
        return letter + rest
    if occurs(first.lower()):
        return f"{letter} {rest}"
    import simplemma

    language = "ru" if "а" <= letter.lower() <= "я" else "en"
    if simplemma.is_known((letter + first).lower(), lang=language):
        return letter + rest
    return f"{letter} {rest}" if simplemma.is_known(first.lower(), lang=language) else letter + rest
