"""Names of people in a byline."""

import re
from functools import lru_cache

from .cues import words_of
from .repair import plain_markdown

_SPLIT = re.compile(r"[,;|/•·&]|\b(?:and|with|y|e|и|та|und|et)\b")
_SENTENCE = re.compile(r"(?<=\w{3})\.\s|\s\(|\s\|\s|(?<!\s)\s+(?:on\s+(?=[A-Z])|[—–]\s)")
_PLACE = re.compile(r"(?<!\s)\s+(?:in|at|for|в|en)\s+[^\W\d_].*$")
_WORD = re.compile(r"^(?:[^\W\d_][\w’'.-]*|de|del|van|von|der|den|al|el|bin|ibn|la|le|da|dos|ter)$")
_PARTICLES = words_of("de del van von der den al el bin ibn la le da dos ter")
_LEAD = re.compile(
    r"^\W*(?:(?:words and photographs by|text and photos by|текст и фото|текст|texto y fotos"
    r"|interview by|interview|беседовала?|by|from|written by|reported by|story by|text by|posted "
    r"by|published by|author|authors"
    r"|por|autora?|autores|texto(?: de)?|escrito por|автор|авторы|текст|материал подготовил[аи]?)"
    r"(?=[\s:]))\s*:?\s*",
    re.IGNORECASE,
)
# Words that no name of a person holds: agencies, desks, roles.
_NO_PERSON = words_of(
    "via staff reporter reporters correspondent correspondents editor editors editorial "
    "desk team news agency agencies press associated reuters afp tass interfax bbc cnn "
    "media online writer writers contributor service bureau newsroom redacción agencia "
    "agencias efe редакция корреспондент агентство тасс риа новости интерфакс weekly daily "
    "times post herald monitor institute forum department ministry group company company's "
    "foundation university council center centre admin guest wire report reports special "
    "comments comment read min minutes share january february march april may june july "
    "august september october november december monday tuesday wednesday thursday friday "
    "saturday sunday the this that our for from with about more follow updated published"
)


def find_names(text: str) -> list[str]:
    """The names of people that a byline states, as it spells them; [] where none is plain."""
    return list(_find_names(text))


@lru_cache(1 << 12)  # several rules ask about the same byline
def _find_names(text: str) -> tuple[str, ...]:
    bare = _SENTENCE.split(_LEAD.sub("", plain_markdown(" ".join(text.split()))), maxsplit=1)[0]
    names: list[str] = []
    for part in _SPLIT.split(bare):
        words = _PLACE.sub("", part.strip(" .:—–-")).split()
        if not 2 <= len(words) <= 4 or not all(_WORD.match(word) for word in words):
            continue
        if any(word.lower().strip(".,") in _NO_PERSON for word in words):
            continue
        if any("." in word[3:-1] for word in words):  # a site
            continue
        if all(word[0].isupper() or word in _PARTICLES for word in words) and len(words[0]) > 1:
            names.append(" ".join(words))
    return tuple(names)


def opening_name(text: str) -> str | None:
    """The name of a person that a sentence opens with, before a verb in small letters; or None."""
    words = text.split()[:5]
    size = next((place for place, word in enumerate(words) if not word[0].isupper()), 0)
    names = find_names(" ".join(words[:size])) if 2 <= size <= 4 else []
    return names[0] if len(names) == 1 else None


def tidy_name(name: str) -> str:
    """The name in usual case where a byline prints it in capitals."""
    if not name.isupper():
        return name
    return " ".join(
        "-".join(part.capitalize() for part in word.split("-")) for word in name.split()
    )
