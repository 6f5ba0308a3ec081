"""Bytes -> text, and the name of the encoding."""

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, TextIO

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f\ufffd]")
_CYRILLIC = ("cp1251", "koi8-r", "cp866", "iso8859-5")
_COMMON = "оеаинтср"  # over half of the letters of Russian prose, counted in small letters alone
_COMMON_SHARE = 0.4
_SAMPLE = 200_000  # bytes that are looked at to guess an encoding


def mask_surrogates(text: str) -> str:
    """`text` with each lone surrogate, which no file can hold, as U+FFFD; the length is kept."""
    try:
        text.encode()  # in a tenth of the time of a search
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


def looks_binary(data: bytes) -> bool:
    """Whether bytes without a byte order mark are no text: many control characters."""
    head = data[:_SAMPLE]
    control = sum(head.count(bytes([code])) for code in (*range(9), *range(14, 27)))
    return control > 0.02 * len(head)


def _guess(sample: bytes) -> str | None:
    """The encoding that bytes which are not UTF-8 are likely in.

    Windows-1252 where few letters are beyond ASCII; a Cyrillic code page where most are and the
    commonest Russian letters come out as often as they should; else what charset-normalizer says.
    """
    high = sum(byte > 127 for byte in sample)
    letters = high + sum(65 <= byte <= 90 or 97 <= byte <= 122 for byte in sample)
    if high < 0.25 * letters and not sample.count(0):
        return "cp1252"
    best, share = None, 0.0
    for name in _CYRILLIC:
        text = sample.decode(name, "ignore")
        common = sum(map(text.count, _COMMON)) / max(high, 1)
        if common > share:
            best, share = name, common
    if share > _COMMON_SHARE:
        return best
    from charset_normalizer import from_bytes

    match = from_bytes(sample).best()
    return match.encoding if match else None


@contextmanager
def open_text(stream: BinaryIO, encoding: str, errors: str = "replace") -> Iterator[TextIO]:
    """A file from its start as text; line ends stay as they are. The file stays open."""
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding.partition(" ")[0], errors, newline="\n")
    try:
        yield text
    finally:
        text.detach()


def _pieces(stream: BinaryIO, encoding: str, errors: str) -> Iterator[str]:
    with open_text(stream, encoding, errors) as text:
        while piece := text.read(1 << 20):
            yield piece


def _fits(stream: BinaryIO, encoding: str) -> bool:
    try:
        for _ in _pieces(stream, encoding, "strict"):
            pass
    except (LookupError, UnicodeError):
        return False
    return True


def find_encoding(stream: BinaryIO, declared: str | None = None) -> str:
    """The encoding of a file, "utf-8 (damaged)" where bytes of it fit none.

    In order: a byte order mark, strict UTF-8, the encoding the file declares, a guess
    (charset-normalizer), and last UTF-8 with U+FFFD for what does not fit. UTF-8 with less than one
    bad byte in a thousand is read as such. A guess may be wrong between code pages of one script.
    """
    sample = stream.read(_SAMPLE)
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    if _fits(stream, "utf-8"):
        return "utf-8"
    bad, other, size = 0, False, 0
    for text in _pieces(stream, "utf-8", "replace"):
        bad += text.count("\ufffd")
        size += len(text)
        other = other or _BEYOND_ASCII.search(text) is not None
    if other and bad * 1000 < size:
        return "utf-8 (damaged)"
    for name in filter(None, (declared, _guess(sample))):
        if _fits(stream, name):
            return codecs.lookup(name).name
    return "utf-8 (damaged)"


def decode_bytes(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """The text of `data` and the encoding it was read with."""
    encoding = find_encoding(io.BytesIO(data), declared)
    text = data.decode(encoding.partition(" ")[0], "replace")
    return (text if encoding.startswith("utf-8") else mask_surrogates(text)), encoding
