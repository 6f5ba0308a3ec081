"""An HTML page -> its text, one block a line, and what its head says about it."""

from typing import Any

_BLOCKS = frozenset(
    ["address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "label", "legend", "li", "main", "nav", "ol", "option", "p", "pre", "section", "select", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul"]
)
_SILENT = frozenset(["script", "style", "noscript", "template", "svg", "iframe", "object", "head", "math"])


def _lines(root: Any) -> list[str]:
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
        block = tag in _BLOCKS
        if closing:
            if block:
                flush()
            parts.append(node.tail or "")
            continue
        if not tag or tag in _SILENT:
            parts.append(node.tail or "")
            continue
        if block:
            flush()
        parts.append(node.text or "")
        stack.append((node, True))
        stack.extend((child, False) for child in reversed(node))
    flush()
    return lines


def render_page(source: str) -> dict[str, Any]:
    """A record: `raw` with one block of text a line, and the metadata of the page's head."""
    import lxml.html
    from trafilatura.metadata import extract_metadata

    try:
        tree = lxml.html.document_fromstring(source.encode("utf-8"), parser=_parser())
    except (ValueError, lxml.etree.ParserError):
        return {"raw": ""}
    record: dict[str, Any] = {"raw": "\n".join(_lines(tree))}
    meta = extract_metadata(tree)
    record |= {
        "title": meta.title or None,
        "author": meta.author or None,
        "outlet": meta.sitename or None,
        "url": meta.url or None,
        "date": meta.date or None,
    }
    return record


def _parser() -> Any:
    import lxml.html

    return lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
