"""The words of resources/speech.yml: verbs of saying, nouns for speakers, abbreviations."""

from functools import cache
from importlib import resources

import yaml


@cache
def _lists() -> dict[str, list[str]]:
    path = resources.files("cstolib") / "resources" / "speech.yml"
    return {name: text.split() for name, text in yaml.safe_load(path.read_text("utf-8")).items()}


@cache
def words(name: str) -> frozenset[str]:
    """The list `name`, each word once, "_" for a blank within one."""
    return frozenset(_lists()[name])


def either(*names: str) -> str:
    """A regular expression for any word of these lists, the longest first."""
    listed = {word for name in names for word in words(name)}
    ordered = sorted(listed, key=lambda word: (-len(word), word))
    return "|".join(word.replace("_", r"\s+") for word in ordered)
