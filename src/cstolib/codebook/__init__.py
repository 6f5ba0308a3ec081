"""Reads codebook.yml: who the actors are, what the issues are, and the words for both.

A codebook is written to be read and changed by an analyst; docs/codebook.md explains it. Whatever
is wrong in one is reported with the line it stands on and what is allowed there.
"""

from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from .model import ALIASES as ALIASES
from .model import ALIGNMENTS as ALIGNMENTS
from .model import Codebook as Codebook
from .patterns import PatternError, parse_pattern


class CodebookError(ValueError):
    """A codebook that cannot be used. `line` is where in the file, counted from 1, or None."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class _Loader(yaml.SafeLoader):
    """Safe YAML in which a key given twice is an error, and `no` and `on` are words."""

    yaml_implicit_resolvers = {  # noqa: RUF012 (so named by PyYAML)
        first: [pair for pair in pairs if first in "tTfF" or not pair[0].endswith(":bool")]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _unique_mapping(loader: _Loader, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
    seen = set()
    for key, _ in node.value:
        if key.value in seen:
            raise CodebookError(f"the key {key.value!r} is there twice", key.start_mark.line + 1)
        seen.add(key.value)
    return dict(yaml.SafeLoader.construct_mapping(loader, node, deep=deep))


_Loader.add_constructor(
    yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG,
    lambda loader, node: _unique_mapping(loader, node, deep=True),  # type: ignore[arg-type]
)


def _line(node: yaml.Node | None, path: tuple[Any, ...]) -> int | None:
    """The line of the value at `path`, or of the last part of the path that is there."""
    line = None
    for step in path:
        if isinstance(node, yaml.MappingNode):
            pairs = {key.value: (key, value) for key, value in node.value}
            if str(step) not in pairs:
                break
            key, node = pairs[str(step)]
            line = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            if step >= len(node.value):
                break
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _allowed(path: tuple[Any, ...]) -> str:
    model: Any = Codebook
    for step in path[:-1]:
        field = model.model_fields.get(step) if model else None
        if field is None:
            continue
        inner = [field.annotation, *getattr(field.annotation, "__args__", ())]
        models = [t for t in inner if isinstance(t, type) and issubclass(t, BaseModel)]
        model = models[0] if models else None
    return f"; allowed are {', '.join(model.model_fields)}" if model else ""


def _check_references(book: Codebook) -> tuple[tuple[Any, ...], str] | None:
    """The first place that names something the codebook does not have, and the complaint."""
    actors, issues = ", ".join(book.actors), ", ".join(book.issues)
    if book.principal not in book.actors:
        return ("principal",), f"{book.principal!r} is no actor; it has {actors}"
    for name, group in book.groups.items():
        for i, member in enumerate(group.members):
            if member not in book.actors:
                where = ("groups", name, "members", i)
                return where, f"{member!r} is no actor; it has {actors}"
    for name, actor in book.actors.items():
        for i, issue in enumerate(actor.only or []):
            if issue not in book.issues:
                return ("actors", name, "only", i), f"{issue!r} is no issue; it has {issues}"
    for name, issue_ in book.issues.items():
        for i, other in enumerate(issue_.yields_to):
            if other not in book.issues:
                return ("issues", name, "yields_to", i), f"{other!r} is no issue; it has {issues}"
        for i, things in enumerate(issue_.things):
            for k, family in enumerate(things.acts):
                if family not in book.language.acts:
                    families = ", ".join(book.language.acts)
                    complaint = f"{family!r} is no family of acts; there are {families}"
                    return ("issues", name, "things", i, "acts", k), complaint
        if issue_.war and book.war_start is None:
            return ("issues", name, "war"), "needs war_start, the first day that counts"
    return None


def _check_patterns(book: Codebook) -> tuple[tuple[Any, ...], str] | None:
    def walk(value: Any, path: tuple[Any, ...]) -> tuple[tuple[Any, ...], str] | None:
        if isinstance(value, BaseModel):
            value = {name: getattr(value, name) for name in type(value).model_fields}
        if isinstance(value, dict):
            for key, inner in value.items():
                if key in ("question", "members", "only", "everywhere", "yields_to") or (
                    key == "acts" and isinstance(inner, list)
                ):
                    continue
                if found := walk(inner, (*path, key)):
                    return found
        elif isinstance(value, list):
            for i, inner in enumerate(value):
                if isinstance(inner, BaseModel):
                    if found := walk(inner, (*path, i)):
                        return found
                elif isinstance(inner, str):
                    try:
                        parse_pattern(inner, book.words)
                    except PatternError as error:
                        return (*path, i), str(error)
        return None

    for part in ("words", "language", "groups", "issues"):
        if found := walk(getattr(book, part), (part,)):
            return found
    return None


@lru_cache(maxsize=1)
def _english() -> dict[str, Any]:
    text = resources.files("cstolib.resources").joinpath("english.yml").read_text("utf-8")
    return dict(yaml.load(text, _Loader))


@lru_cache(maxsize=8)
def _check(name: str, text: str) -> Codebook:
    """The codebook that `text` writes; frozen, so that the same text is read once."""
    try:
        node = yaml.compose(text, _Loader)
        data = yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else None
        raise CodebookError(f"{name}, line {line}: {error.problem}", line) from None
    except CodebookError as error:
        raise CodebookError(f"{name}, line {error.line}: {error}", error.line) from None
    if not isinstance(data, dict):
        raise CodebookError(f"{name}: must be a mapping with {', '.join(Codebook.model_fields)}")
    own = data.get("language") or {}
    if isinstance(own, dict):
        data = {**data, "language": {**_english(), **own}}
    try:
        book = Codebook.model_validate(data)
    except ValidationError as error:
        # A misspelt key is the cause of one that is missing.
        first = min(error.errors(), key=lambda fault: fault["type"] != "extra_forbidden")
        where = tuple(first["loc"])
        line = _line(node, where)
        what = first["msg"].removeprefix("Value error, ")
        if first["type"] == "extra_forbidden":
            what = f"unknown key{_allowed(where)}"
        place = f", line {line}" if line else ""
        raise CodebookError(f"{name}{place}: {'.'.join(map(str, where))}: {what}", line) from None
    fault = _check_references(book) or _check_patterns(book)
    if fault:
        line = _line(node, fault[0])
        place = f", line {line}" if line else ""
        raise CodebookError(
            f"{name}{place}: {'.'.join(map(str, fault[0]))}: {fault[1]}", line
        ) from None
    return book


def load_codebook(path: str | Path | None = None) -> Codebook:
    """The codebook in the YAML file `path`; without one, or "default", that on the CSTO; checked.

    Raises CodebookError, which names the file, the line and what is allowed there.
    """
    if path is None or str(path) in ("", "default"):
        name = "codebook.yml"
        text = resources.files("cstolib.resources").joinpath(name).read_text("utf-8")
    else:
        name = str(path)
        try:
            text = Path(path).expanduser().read_text("utf-8")
        except OSError as error:
            raise CodebookError(f"{name}: cannot be read ({error.strerror})") from None
        except UnicodeDecodeError:
            raise CodebookError(f"{name}: is not UTF-8; save it as UTF-8") from None
    return _check(name, text)
