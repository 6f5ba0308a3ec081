"""Who a speaker is: official, expert or other, by the words the text has for them."""

import re

_OFFICIAL = (
    "president presidency minister premier chancellor spokesman spokeswoman spokesperson spokespeople "
    "ministry government cabinet official ambassador envoy diplomat delegation delegate representative "
    "governor mayor general colonel officer commander admiral lieutenant secretary chief deputy deputies "
    "chargé parliament speaker lawmaker senator legislator senate mp mps leader leadership authority "
    "authorities agency committee council court prosecutor prosecutors kremlin embassy consul office "
    "administration aide adviser advisor head bank regulator staff chairman chairwoman prince king monarch "
    "dictator strongman ruler chamber assembly commission directorate department service guard guards "
    "side capital state police premier-designate comptroller ombudsman undersecretary negotiator "
    "negotiators military army protocol treasury delegates host autocrat potentate"
)
_EXPERT = (
    "analyst expert professor researcher historian scientist scholar fellow lecturer economist "
    "sociologist journalist correspondent commentator columnist editor observer specialist lawyer "
    "consultant academic author institute think-tank thinktank watcher pundit strategist demographer "
    "jurist reporter newspaper magazine weekly university observatory writer associate political-scientist "
    "orientalist anthropologist political-analyst scholar monitor monitors biographer ex-diplomat "
    "kremlinologist broadcaster presenter essayist publicist politologist"
)
_OTHER = (
    "poll survey pollster opposition activist resident blogger protester trader driver villager source "
    "people participant witness businessman businesswoman pensioner farmer shopkeeper user migrant "
    "dissident exile exiles defector critic rumour rumor man woman mother father widow student worker "
    "neighbour neighbor taxi-driver waiter baker respondent respondents passenger priest bishop patriarch "
    "volunteer veteran truck-driver banker merchant smuggler broker auditor friend colleague partisan "
    "partisans supporter refugee commenter reader persons person"
)
_WHO_STUDIES = re.compile(
    r"\b(?:who|which)\s+(?:has\s+|have\s+|now\s+|once\s+)?(?:stud|teach|taught|research|cover|track|follow|monitor|"
    r"counts|lectures|edits|writes|advises compan)\w*|\b(?:of|at|with|from|in)\s+the\s+[\w\s’'.-]*"
    r"(?:Institute|University|Cent(?:re|er)|Observatory|Forum|Foundation|Academy|School|Endowment|Group)\b"
)
_NOT_STATE = re.compile(
    r"\b(?:opposition|exiled?|in exile|dissident|not to be named|anonymous(?:ly)?|anonymity|"
    r"neither of whom would be named)\b",
    re.IGNORECASE,
)
_UNNAMED_STATE = re.compile(r"\b(?:officials?|ministry|officers?|diplomats?|generals?|aides?)\b")
_FORMER = re.compile(r"\b(?:former|ex-|one-time|onetime|retired|then-)\b", re.IGNORECASE)
_RU = {
    "official": "президент министр премьер пресс-секретарь представитель глава министерств мид посол депутат "
    "правительств чиновник генерал губернатор спикер парламент кремл ведомств совет комитет",
    "expert": "эксперт аналитик политолог профессор историк экономист журналист обозреватель исследовател "
    "специалист социолог востоковед учёный ученый корреспондент",
    "other": "оппозици житель жители блогер активист источник опрос участник очевид",
}
_ES = {
    "official": "presidente presidenta ministro ministra ministerio portavoz gobierno embajador embajadora "
    "diputado diputada canciller kremlin",
    "expert": "analista experto experta profesor profesora investigador investigadora historiador "
    "politólogo economista periodista",
    "other": "oposición vecino activista bloguero encuesta fuente",
}


def _nouns(words: str) -> str:
    out = []
    for word in words.split():
        out.append(word)
        if word.endswith("y") and not word.endswith(("ay", "ey", "oy")):
            out.append(word[:-1] + "ies")
        elif word.endswith("man"):
            out.append(word[:-3] + "men")
        elif not word.endswith("s"):
            out.append(word + "s")
    return "|".join(sorted({re.escape(word) for word in out}, key=lambda w: (-len(w), w)))


_ROLE = re.compile(
    rf"\b(?:(?P<official>{_nouns(_OFFICIAL)})|(?P<expert>{_nouns(_EXPERT)})|"
    rf"(?P<other>{_nouns(_OTHER)}))\b",
    re.IGNORECASE,
)
_FOREIGN = re.compile(
    "|".join(
        f"(?P<{kind}>"
        + "|".join(rf"\b{stem}\w*" for stem in _RU[kind].split())
        + "|"
        + "|".join(rf"\b{word}\b" for word in _ES[kind].split())
        + ")"
        for kind in ("official", "expert", "other")
    ),
    re.IGNORECASE,
)
# The head of a noun phrase is its last noun before one of these.
_TAIL = re.compile(r"[,(–—·]|\b(?:of|in|at|for|from|with|on|to|who|whom|whose|which|that|by|and)\b")


def speaker_type(speaker: str) -> str | None:
    """official, expert or other, by the nouns of title and trade in `speaker`; None without any.

    The head noun decides ("a foreign ministry official", "a sanctions lawyer in Vienna"); words
    that take a person out of the state ("opposition deputy", "in exile") come before it, and a
    former official speaks as an expert.
    """
    if _NOT_STATE.search(speaker):
        return "official" if _UNNAMED_STATE.search(speaker) else "other"
    found: re.Match[str] | None = None
    for part in _TAIL.split(speaker):
        heads = list(_ROLE.finditer(part))
        if heads:
            found = heads[-1]
            break
    if _WHO_STUDIES.search(speaker) and (found is None or found.lastgroup != "official"):
        return "expert"
    if found is None:
        found = _FOREIGN.search(speaker)
    if found is None or found.lastgroup is None:
        return None
    if found.lastgroup == "official" and _FORMER.search(speaker[: found.start() + 1]):
        return "expert"
    return found.lastgroup


def is_role(words: str) -> bool:
    """Whether `words` name an office, a trade or a part in events that somebody speaks from."""
    return bool(_ROLE.search(words) or _FOREIGN.search(words))


def role_word(words: str) -> str | None:
    """The first noun of office or trade in `words`."""
    found = _ROLE.search(words) or _FOREIGN.search(words)
    return found[0] if found else None
