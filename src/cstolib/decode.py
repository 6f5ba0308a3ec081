"""Bytes -> text, and the name of the encoding."""

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SAMPLE = 200_000  # bytes that are looked at to guess an encoding


def mask_surrogates(text: str) -> str:
    """`text` with each lone surrogate, which no file can hold, as U+FFFD; the length is kept."""
    return _SURROGATE.sub("\ufffd", text)


def looks_binary(data: bytes) -> bool:
    """Whether bytes without a byte order mark are no text: many control characters."""
    head = data[:_SAMPLE]
    control = sum(head.count(bytes([code])) for code in (*range(9), *range(14, 27)))
    return control > 0.02 * len(head)


def decode_bytes(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """The text of `data` and the encoding it was read with; line ends stay as they are.

    In order: a byte order mark, strict UTF-8, the encoding the file declares, a guess
    (charset-normalizer), and last UTF-8 with U+FFFD for what does not fit. UTF-8 with less than one
    bad byte in a thousand is read as such. A guess may be wrong between code pages of one script.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return mask_surrogates(data.decode(name, "replace")), name
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    text = data.decode("utf-8", "replace")
    if text.count("\ufffd") * 1000 < len(data) and any(ord(c) > 127 != 0xFFFD for c in text):
        return text, "utf-8 (damaged)"
    for name in filter(None, (declared, _guess(data))):
        try:
            return mask_surrogates(data.decode(name)), codecs.lookup(name).name
        except (LookupError, UnicodeDecodeError):
            continue
    return text, "utf-8 (damaged)"


def _guess(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE]).best()
    return best.encoding if best else None
