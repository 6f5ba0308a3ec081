"""What a codebook holds: actors and their names, issues, and the words for both."""

import datetime as dt
from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

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
    label: str = ""  # how charts and headings write it; else its key
    war: bool = False  # counts only for texts of the time since `war_start`
    things: list[Things] = Field(min_length=1)
    acts: Acts = Acts()  # words that favour or oppose on this issue alone
    says: Says = Says()
    votes: Votes = Votes()
    apart: Patterns = []  # words that hold a thing without speaking of it ("sanctions lawyer")
    negated: Literal[-1, 0] = -1  # what "not" makes of an act: turned round, or neutral
    yields_to: list[str] = []  # issues that are meant where a clause could speak of both
    last_resort: bool = False  # coded only where the clause states nothing on another issue
    learnt: str = ""  # the question of the learned vote that answers it


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
    """A codebook, read and checked; `matcher` and `actor_matcher` are compiled once."""

    codebook: str
    about: str = ""
    principal: str  # alignment +1 is with this actor
    side: str = ""  # how charts call the principal's side ("Moscow"); else its name
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

    def call_issue(self, issue: str) -> str:
        """How charts and headings write an issue, also one that is not in this codebook."""
        known = self.issues.get(issue)
        return (known.label if known else "") or issue.replace("_", " ")

    def order_issues(self, issues: Iterable[str]) -> list[str]:
        """The issues in the codebook's order, those of the war first; then any others."""
        found = set(issues)
        known = [issue for issue in self.issues if issue in found]
        known.sort(key=lambda issue: not self.issues[issue].war)
        return known + sorted(found - set(known))

    @property
    def called(self) -> str:
        """How charts call the side of +1."""
        return self.side or self.principal

    @property
    def sides(self) -> tuple[str, str]:
        """What +1 and −1 mean, in words."""
        return f"sides with {self.called}", f"departs from {self.called}"

    @cached_property
    def actor_matcher(self) -> Matcher:
        """Finds aliases of actors and words for groups; labels (actor or group, kind of alias)."""
        labelled: list[tuple[Any, str]] = []
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
        """Finds the words of stance; labels (kind, issue or family of acts, sign)."""
        labelled: list[tuple[Any, str]] = []

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
