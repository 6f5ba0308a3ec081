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
_CYRILLIC = ("cp1251", "koi8-r", "cp866", "iso8859-5")
_COMMON = "оеаинтср"  # over half of the letters of Russian prose, counted in small letters alone
_COMMON_SHARE = 0.4
_SAMPLE = 200_000  # bytes that are looked at to guess an encoding


def mask_surrogates(text: str) -> str:
    """`text` with each lone surrogate, which no file can hold, as U+FFFD; the length is kept."""
    return _SURROGATE.sub("\ufffd", text)


def looks_binary(data: bytes) -> bool:
    """Whether bytes without a byte order mark are no text: many control characters."""
    head = data[:_SAMPLE]
    control = sum(head.count(bytes([code])) for code in (*range(9), *range(14, 27)))
    return control > 0.02 * len(head)


def _guess(data: bytes) -> str | None:
    """The encoding that bytes which are not UTF-8 are likely in.

    Windows-1252 where few letters are beyond ASCII; a Cyrillic code page where most are and the
    commonest Russian letters come out as often as they should; else what charset-normalizer says.
    """
    sample = data[:_SAMPLE]
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
