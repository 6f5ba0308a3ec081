"""The report as one HTML page: no script or style from outside, and readable with scripts off."""

import base64
from pathlib import Path

from .content import Content

RESOURCES = Path(__file__).resolve().parent.parent / "resources" / "report"


def _image(figure: Path) -> str:
    """The figure as a data address, so that the page needs no other file."""
    data = base64.b64encode(figure.with_suffix(".svg").read_bytes()).decode("ascii")
    return f"data:image/svg+xml;base64,{data}"


def write_html(content: Content, path: Path) -> None:
    """Write the page to `path`."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(RESOURCES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["image"] = _image
    style = (RESOURCES / "report.css").read_text(encoding="utf-8")
    page = environment.get_template("report.html.j2").render(c=content, style=style)
    path.write_text(page, encoding="utf-8")
