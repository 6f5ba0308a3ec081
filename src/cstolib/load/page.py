"""An HTML page -> its text, one block a line; what its head says; what an extractor would keep.

`raw` of a page is its text as a reader sees it, block by block, with all menus: offsets into markup
would quote tags. Script, style and markup are not text, and are left out.
"""

import re
from collections import Counter
from typing import Any

_BLOCKS_TEXT = (
    "address article aside blockquote body br caption center dd details div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html label legend li "
    "main nav ol option p pre section select summary table tbody tfoot thead title tr ul"
)
_BLOCKS = frozenset(_BLOCKS_TEXT.split())
_CELLS = frozenset(("td", "th", "button"))
_SILENT_TEXT = "script style noscript template svg iframe object head math textarea"
_SILENT = frozenset(_SILENT_TEXT.split())
# A word, or a character of a script that writes without spaces.
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|\w+")
# libxml2 compares each attribute of a tag with all before it; a browser's page has some dozens.
_ATTRIBUTE = re.compile(r"""\s*+[^\s>][^\s=>]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+))?+""")
_LONG_TAG = re.compile(rf"<[a-zA-Z]((?:{_ATTRIBUTE.pattern})*+)")
_MOST_ATTRIBUTES = 1000
_LARGEST = 20_000_000  # characters of a page; its tree takes some fifty times that
_LONGEST_ARTICLE = 3_000_000
_SHINGLE = 4  # tokens
_LONG = 8  # tokens of a line that is matched by its shingles; a shorter one is matched whole
_COVERED = 0.6  # share of a line's shingles that the extracted text has to hold
_NEAR = 3  # short lines are looked for this many lines around the long ones


def _lines(root: Any) -> list[str]:
    """The text under `root`, one block a line; iterative, since pages nest without limit."""
    lines: list[str] = []
    parts: list[str] = []

    def flush() -> None:
        line = " ".join("".join(parts).split())
        if line:
            lines.append(line)
        parts.clear()

    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        node, closing = stack.pop()
        tag = node.tag if isinstance(node.tag, str) else ""
        if closing or not tag or tag in _SILENT:
            if closing and tag in _BLOCKS:
                flush()
            elif closing and tag in _CELLS:
                parts.append(" ")
            parts.append(node.tail or "")
            continue
        if tag in _BLOCKS:
            flush()
        elif tag in _CELLS:
            parts.append(" ")
        parts.append(node.text or "")
        stack.append((node, True))
        stack.extend((child, False) for child in reversed(node))
    flush()
    return lines


def _match(lines: list[str], extracted: str) -> list[bool]:
    """Which lines the extracted text holds; each stretch of it answers for one line only."""
    tokens = _TOKEN.findall(extracted.lower())
    left = Counter(zip(*(tokens[offset:] for offset in range(_SHINGLE)), strict=False))
    whole = Counter(" ".join(_TOKEN.findall(part.lower())) for part in extracted.split("\n"))
    found = [False] * len(lines)
    split = [_TOKEN.findall(line.lower()) for line in lines]
    for index, words in enumerate(split):
        if len(words) < _LONG:
            continue
        own = Counter(zip(*(words[offset:] for offset in range(_SHINGLE)), strict=False))
        if sum((own & left).values()) > _COVERED * (len(words) - _SHINGLE + 1):
            found[index] = True
            left -= own
            whole[" ".join(words)] -= 1
    long = [index for index, yes in enumerate(found) if yes]
    low, high = (long[0] - _NEAR, long[-1] + _NEAR + 1) if long else (0, len(lines))
    for index in range(max(low, 0), min(high, len(lines))):
        key = " ".join(split[index])
        if key and len(split[index]) < _LONG and whole[key] > 0:
            found[index] = True
            whole[key] -= 1
    return found


def _extract(source: str, lines: list[str]) -> str | None:
    """The spans `start-end` of the lines that trafilatura takes for the article, or None."""
    import trafilatura

    text = trafilatura.extract(source, include_comments=False, favor_precision=True)
    if not text:
        return None
    spans, position = [], 0
    for line, yes in zip(lines, _match(lines, text), strict=True):
        if yes:
            spans.append(f"{position}-{position + len(line)}")
        position += len(line) + 1
    return " ".join(spans) or None


def _date(source: str) -> str | None:
    from htmldate import find_date

    try:
        return find_date(source, original_date=True)
    except (ValueError, TypeError, AttributeError):
        return None


def _parse(source: str) -> Any:
    """The tree of a page; ValueError where the parser would leave out a part, or take for ever."""
    import lxml.etree
    import lxml.html

    if len(source) > _LARGEST:
        raise ValueError(f"it holds {len(source):,} characters, and the limit is {_LARGEST:,}")
    for tag in _LONG_TAG.finditer(source):
        if len(tag[0]) > _MOST_ATTRIBUTES and len(_ATTRIBUTE.findall(tag[1])) > _MOST_ATTRIBUTES:
            raise ValueError(f"a tag has over {_MOST_ATTRIBUTES:,} attributes")
    parser = lxml.html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        tree = lxml.html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except lxml.etree.LxmlError as error:
        raise ValueError(f"it cannot be parsed: {error}") from None
    fatal = parser.error_log.filter_from_fatals()
    if fatal:
        reason = fatal[0].message.partition(",")[0]
        raise ValueError(f"its parser gave up: {reason}")
    return tree


def render_page(source: str) -> dict[str, Any]:
    """A record: `raw`, with one block of text a line; `extracted`, the spans of raw that an
    extractor takes for the article; title, author, outlet, date and url as the head states them.

    A page of more than 3,000,000 characters is read as text alone: no article is as long, and the
    extractor takes seconds for each million. ValueError for a page that cannot be read whole.
    """
    from trafilatura.metadata import extract_metadata

    tree = _parse(source)
    lines = _lines(tree)
    record: dict[str, Any] = {"raw": "\n".join(lines)}
    if len(source) > _LONGEST_ARTICLE:
        return record
    try:
        meta = extract_metadata(tree)
        return record | {
            "title": meta.title or None,
            "author": meta.author or None,
            "outlet": meta.sitename or None,
            "url": meta.url or None,
            "date": _date(source),
            "extracted": _extract(source, lines),
        }
    except Exception:  # a page that breaks the extractor has its text all the same
        return record
