"""Reads codebook.yml: who the actors are, what the issues are, and the words for both.

A codebook is written to be read and changed by an analyst; docs/codebook.md explains it. Whatever is
wrong in one is reported with the line it stands on and what is allowed there.
"""

import datetime as dt
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from .patterns import Matcher, PatternError, parse_pattern

ALIGNMENTS = (-1, 0, 1)
# Kinds of alias, and the `how` of the mentions that they make.
ALIASES = {
    "names": "name",
    "demonyms": "name",
    "leaders": "leader",
    "capitals": "capital",
    "metonyms": "metonym",
}


class CodebookError(ValueError):
    """A codebook that cannot be used. `line` is where in the file, counted from 1, or None."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


def _words(values: list[str]) -> list[str]:
    for value in values:
        parse_pattern(value)
    return values


def _patterns(values: list[str]) -> list[str]:
    # Word lists are known only to the whole codebook; here the form alone is checked.
    for value in values:
        for piece in value.split():
            if piece.count("<") != piece.count(">"):
                raise PatternError(f"{value!r} opens a < that it does not close")
    return values


Names = Annotated[list[str], AfterValidator(_words)]
Patterns = Annotated[list[str], AfterValidator(_patterns)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Actor(_Part):
    """One actor and the names it goes by."""

    names: Names = Field(min_length=1)
    demonyms: Names = []
    leaders: Names = []
    capitals: Names = []
    metonyms: Names = []
    only: list[str] | None = None  # the issues it is coded on; None is all


class Group(_Part):
    """Words that stand for several actors ("CSTO members")."""

    words: Patterns = Field(min_length=1)
    members: list[str] = Field(min_length=1)


class Acts(_Part):
    """Words for what an actor does about a thing: for it, against it, neither."""

    favour: Patterns = []
    oppose: Patterns = []
    neither: Patterns = []


class Family(_Part):
    """Verbs of one meaning ("refusing"), and whether they favour what they are about."""

    sign: Literal[-1, 0, 1]
    turns: bool = False  # it turns round what follows, each time: "refused to rule out"
    words: Patterns = Field(min_length=1)


class Things(_Part):
    """Things that an act can be about."""

    words: Patterns = Field(min_length=1)
    wanted: bool = True  # by the principal: an act for it is +1, else -1
    acts: list[str] = []  # the families of acts that say something about it
    needs: Patterns = []  # one of these must stand in the sentence or in the one before
    refusal_says: bool = True  # whether a refusal alone says something about it


class Says(_Part):
    """Whole propositions, by the alignment that they state."""

    plus: Patterns = []
    zero: Patterns = []
    minus: Patterns = []


class Votes(Says):
    """Propositions that need a context."""

    needs: Patterns = []  # one of these must stand in the sentence or in the one before


class Issue(_Part):
    """One question on which actors stand somewhere."""

    question: str
    war: bool = False  # counts only for texts of the time since `war_start`
    things: list[Things] = Field(min_length=1)
    acts: Acts = Acts()  # words that favour or oppose on this issue alone
    says: Says = Says()
    votes: Votes = Votes()
    apart: Patterns = []  # words that hold a thing without speaking of it ("sanctions lawyer")
    negated: Literal[-1, 0] = -1  # what "not" makes of an act: turned round, or neutral
    yields_to: list[str] = []  # issues that are meant where a clause could speak of both
    last_resort: bool = False  # coded only where the clause states nothing on another issue


class Language(_Part):
    """Words of the language itself, shared by codebooks."""

    passing: Patterns  # words that look like another list's and are not: "not only"
    negations: Patterns
    hypothetical: Patterns
    neither: Patterns
    undecided: Patterns
    exceptions: Patterns
    exceptions_after: Patterns
    others: Patterns
    pronouns: Patterns
    first_person: Patterns
    state_nouns: Patterns
    public_nouns: Patterns
    reporting: Patterns
    everywhere: list[str]  # the families that speak about any thing
    acts: dict[str, Family]


class Codebook(_Part):
    """A codebook that has been read and checked; `matcher` and `actor_matcher` are compiled once."""

    codebook: str
    about: str = ""
    principal: str  # alignment +1 is with this actor
    war_start: dt.date | None = None
    language: Language
    words: dict[str, list[str]] = {}
    actors: dict[str, Actor]
    groups: dict[str, Group] = {}
    issues: dict[str, Issue]

    @property
    def war_issues(self) -> list[str]:
        """The issues about the war, in the codebook's order."""
        return [name for name, issue in self.issues.items() if issue.war]

    @cached_property
    def actor_matcher(self) -> Matcher:
        """Finds aliases of actors and words for groups; labels (actor or group, kind of alias)."""
        labelled: list[tuple[object, str]] = []
        for name, actor in self.actors.items():
            for kind in ALIASES:
                labelled += [((name, kind), alias) for alias in getattr(actor, kind)]
        for name, group in self.groups.items():
            labelled += [((name, "group"), pattern) for pattern in group.words]
        for kind in (
            "others",
            "exceptions",
            "exceptions_after",
            "pronouns",
            "first_person",
            "state_nouns",
        ):
            labelled += [((kind, "grammar"), term) for term in getattr(self.language, kind)]
        labelled += [(("public_nouns", "grammar"), term) for term in self.language.public_nouns]
        return Matcher(labelled, self.words)

    @cached_property
    def matcher(self) -> Matcher:
        """Finds the words of stance; labels (kind, issue or None, sign)."""
        labelled: list[tuple[object, str]] = []

        def add(kind: str, name: str, sign: int, terms: list[str]) -> None:
            labelled.extend(((kind, name, sign), term) for term in terms)

        language = self.language
        add("pass", "", 0, language.passing)
        add("not", "", -1, language.negations)
        add("if", "", 0, language.hypothetical)
        add("neither", "", 0, language.neither)
        add("neither", "undecided", 0, language.undecided)
        add("public", "", 0, language.public_nouns)
        add("report", "", 0, language.reporting)
        for name, family in language.acts.items():
            add("act", name, family.sign, family.words)
        for name, issue in self.issues.items():
            add("own", name, 1, issue.acts.favour)
            add("own", name, -1, issue.acts.oppose)
            add("own", name, 0, issue.acts.neither)
            for number, things in enumerate(issue.things):
                add("thing", name, number, things.words)
                add("needs", name, number, things.needs)
            add("apart", name, 0, issue.apart)
            add("says", name, 1, issue.says.plus)
            add("says", name, 0, issue.says.zero)
            add("says", name, -1, issue.says.minus)
            add("votes", name, 1, issue.votes.plus)
            add("votes", name, 0, issue.votes.zero)
            add("votes", name, -1, issue.votes.minus)
            add("needs", name, -1, issue.votes.needs)
        return Matcher(labelled, self.words)


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
    lambda loader, node: _unique_mapping(loader, node, deep=True),
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
        inner = [t for t in (field.annotation, *getattr(field.annotation, "__args__", ()))]
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
                where = ("issues", name, "yields_to", i)
                return where, f"{other!r} is no issue; it has {issues}"
        for i, things in enumerate(issue_.things):
            for k, family in enumerate(things.acts):
                if family not in book.language.acts:
                    where = ("issues", name, "things", i, "acts", k)
                    families = ", ".join(book.language.acts)
                    return where, f"{family!r} is no family of acts; there are {families}"
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


def load_codebook(path: str | Path | None = None) -> Codebook:
    """The codebook in the YAML file `path`, or the one on the CSTO that ships; checked.

    Raises CodebookError, which names the file, the line and what is allowed there.
    """
    if path is None or str(path) == "default":
        name = "codebook.yml"
        text = resources.files("cstolib.resources").joinpath(name).read_text("utf-8")
    else:
        name = str(path)
        try:
            text = Path(path).read_text("utf-8")
        except OSError as error:
            raise CodebookError(f"{name}: cannot be read ({error.strerror})") from None
        except UnicodeDecodeError:
            raise CodebookError(f"{name}: is not UTF-8; save it as UTF-8") from None
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
