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
    "assistant negotiators military army protocol treasury delegates host autocrat potentate"
)
_EXPERT = (
    "analyst expert professor researcher historian scientist scholar fellow lecturer economist "
    "sociologist journalist correspondent commentator columnist editor observer specialist lawyer "
    "consultant academic author institute think-tank thinktank watcher pundit strategist demographer "
    "jurist reporter university observatory writer associate political-scientist "
    "orientalist anthropologist political-analyst scholar monitor monitors biographer ex-diplomat "
    "kremlinologist broadcaster presenter essayist publicist politologist"
)
_OTHER = (
    "poll survey pollster opposition activist resident blogger protester trader driver villager source "
    "people participant witness businessman businesswoman pensioner farmer shopkeeper user migrant "
    "dissident exile exiles defector critic rumour rumor man woman mother father widow student worker "
    "neighbour neighbor taxi-driver waiter baker respondent respondents passenger priest bishop patriarch "
    "volunteer veteran truck-driver banker merchant smuggler broker auditor partisan dispatcher "
    "partisans supporter refugee commenter reader persons person channel telegram blog website portal "
    "group newspaper magazine weekly daily attache attaché functionary"
)
_WHO_STUDIES = re.compile(
    r"\b(?:who|which)\s+(?:has\s+|have\s+|now\s+|once\s+)?(?:stud|teach|taught|research|cover|track|follow|monitor|"
    r"counts|lectures|edits|writes|advises compan)\w*|\b(?:of|at|with|from|in)\s+the\s+[\w\s’'.-]*"
    r"(?:Institute|University|Cent(?:re|er)|Observatory|Forum|Foundation|Academy|School|Endowment|Group)\b"
)
_NOT_STATE = re.compile(
    r"\b(?:opposition|dissident|not (?:to )?be (?:named|identified|indicated)|name to be left out|"
    r"anonymous(?:ly)?|anonymity|neither of whom|unnamed)\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"\b(?:who|whom|whose|which)\b")
_EXILE = re.compile(r"\b(?:exiled?|in exile)\b")
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
        return "other"
    found: re.Match[str] | None = None
    main = _RELATIVE.split(speaker)[0]
    for part in _TAIL.split(main):
        heads = list(_ROLE.finditer(part))
        if heads:
            found = heads[-1]
            if found.lastgroup == "official" and _EXILE.search(speaker):
                return "other"
            if found.lastgroup == "official" and _FORMER.search(part[: found.start()]):
                return "expert"
            break
    if _WHO_STUDIES.search(speaker) and (found is None or found.lastgroup != "official"):
        return "expert"
    found = found or _FOREIGN.search(main)
    return found.lastgroup if found else None


def is_role(words: str) -> bool:
    """Whether `words` name an office, a trade or a part in events that somebody speaks from."""
    return bool(_ROLE.search(words) or _FOREIGN.search(words))


def role_word(words: str) -> str | None:
    """The first noun of office or trade in `words`."""
    found = _ROLE.search(words) or _FOREIGN.search(words)
    return found[0] if found else None


_INTRODUCED = re.compile(
    r"(?P<name>[A-Z][\w’'.-]+(?:\s[A-Z][\w’'.-]+){1,3}),\s(?P<what>(?:an?|the|one|who|whose|whom|now|then|"
    r"former|head|director|deputy|chief|professor|once|himself|herself|our|my)\s[^.;:“”\"«»—]{3,140})"
)
_FULL_NAME = re.compile(r"[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+){1,5}\b")
_TITLE_BEFORE = re.compile(r"(?:[\w’'-]+\s){1,6}\Z")


def introductions(text: str) -> dict[str, tuple[str, str]]:
    """Persons whom `text` introduces with what they are: surname -> (name and description, type)."""
    known: dict[str, tuple[str, str]] = {}
    for found in _INTRODUCED.finditer(text):
        what = found["what"].split(",")[0].strip()
        kind = speaker_type(what) or speaker_type(found["what"])
        name = found["name"]
        if kind and not is_role(name.split()[-1]):
            known.setdefault(name.split()[-1], (f"{name}, {what}", kind))
    for found in _FULL_NAME.finditer(text):
        words = found[0].split()
        roles = list(_ROLE.finditer(found[0]))
        if roles:  # "Deputy Foreign Minister Anna Keller"
            title, name = found[0][: roles[-1].end()], found[0][roles[-1].end() :].split()
        else:  # "the sanctions lawyer Anna Keller"
            before = _TITLE_BEFORE.search(text, max(0, found.start() - 60), found.start())
            title, name = before[0].strip() if before else "", words
            roles = list(_ROLE.finditer(title))
        if roles and len(name) > 1 and roles[-1].end() == len(title) and roles[-1].lastgroup:
            described = f"{title} {' '.join(name)}"
            known.setdefault(name[-1], (described, roles[-1].lastgroup))
    return known
