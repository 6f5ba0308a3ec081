"""Who says what in one sentence: the verbs of saying, their subjects, and what they answer for.

Clause rules for news English, with the common forms of Russian and Spanish, on a text in which
quotations are masked: "X said that", ", said X, an analyst", "according to X", "in X's words".
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from .phrases import (
    MASK,
    PRONOUNS,
    is_speaker,
    noun_phrase,
    opening_phrase,
    phrase_after,
    subject_before,
)
from .speakers import is_role
from .wordlists import either, words


@cache
def _verbs() -> tuple[re.Pattern[str], frozenset[str]]:
    """Finds verbs of saying, by kind; and the first words of all of them, to look for quickly."""
    kinds = (("report", "report"), ("act", "act"), ("ing", "saying"))
    parts = "|".join(f"(?P<{group}>{either(name)})" for group, name in kinds)
    heads = {verb.split("_")[0] for _, name in kinds for verb in words(name)}
    return re.compile(rf"(?:{parts})\b"), frozenset(heads)


_WORD = re.compile(r"(?<![\w-])[a-z]+")
_OWN_WORDS = "words view opinion account reading telling judg admission estimation phrase"
_OWN_CUES = tuple(_OWN_WORDS.split())
_SOURCE_CUES = ("ccording", "in the ", "по ", "según", "como ")
_SOURCE = re.compile(
    r"\b(?:[Aa]ccording to|[Ss]egún|[Cc]omo (?:dijo|señaló)|"
    r"[Ii]n the (?:words|view|opinion|account|reading|eyes|expression|judge?ment) of|"
    r"[Пп]о (?:словам|мнению|данным|информации|утверждению))(?=\s)"
)
_OWN = re.compile(
    rf"\b(?:[Ii]n|[Bb]y|[Oo]n)\s+(?P<who>(?:[^\s,.;:{MASK}]+\s+){{0,6}}?[^\s,.;:{MASK}]+[’']s?|his|her|"
    r"their|its)(?:\s+own)?\s+(?:words|view|opinion|account|reading|telling|judge?ment|admission|"
    r"estimation|phrase)\b"
)
_VERB_ELSEWHERE = re.compile(
    r"\b(?:(?:сказал|заявил|сообщил|отметил|добавил|подчеркнул|написал|ответил|объяснил|напомнил|"
    r"признал|пообещал|предупредил|рассказал|пояснил)(?:а|о|и)?|считает|говорит|пишет|уверена?|"
    r"полагает|утверждает|dijo|afirmó|señaló|declaró|aseguró|anunció|explicó|añadió|advirtió|sostuvo|"
    r"indicó)\b"
)
_UNSAID = re.compile(
    r"(?:\b(?:not|never|nor|cannot|can|could|might|may|should|must|to|if|let|what|be|been|is|was|are|"
    r"were|being|so)|n[’']t)\s+(?:\w+ly\s+|also\s+|widely\s+|once\s+)?$",
    re.IGNORECASE,
)
_PASSIVE = re.compile(r"\b(?:be|been|is|was|are|were|being)\s+(?:\w+ly\s+|also\s+|widely\s+)?$")
_CLAUSE = re.compile(
    rf"\bthat\b|{MASK}|:|\b(?:had|has|have|was|is|were|are|would|will|could|did|does|should|might|may|"
    r"must|not|it|ever)\b"
)
# "said yes", "went on paying": deeds.
_DEED = re.compile(
    r"(?:say|says|said)\s+(?:yes|no|aye|nay|nothing|so|goodbye|thanks)\b|(?:went|goes)\s+on\s+(?:\w+ing|to)\b"
)
_GOING_ON = re.compile(r"(?:went|goes|continue)")  # "he went on" is speech beside speech alone
_NEXT_CLAUSE = re.compile(r"[,;]|\s(?:and|but|while)\s")
_TOLD = re.compile(
    r"(?:told|tells|tell|assured|assures|informed|informs|reminded|reminds|notified)\Z"
)
_HEARER = re.compile(
    r"\s+[\w’'-]+(?:\s+[\w’'-]+){0,5}?\s*(?=$|[.!?]|\b(?:on|in|at|during|after|last|this|by|from)\b)"
)
_SUBORDINATE = re.compile(
    r"\b(?:after|when|before|although|though|since|because|whereas|if|until|once)$", re.IGNORECASE
)
_RELATIVE = re.compile(r"\b(?:which|who|where|whom|that),?$")
_OPENS_NEW = re.compile(r"(?:he|she|they|it|the|its|his|her|their|our|an?)\s|[A-ZА-ЯЁ]")
_PREPOSITION = re.compile(r"\s+(?:in|with|by|at|on|from|to)\s")
_LETS_KNOW = re.compile(
    r"\b(?:would (?:like|have) (?:[\w’'-]+\s){1,5}?(?:to )?know|"
    r"(?:let|lets) (?:[\w’'-]+\s){1,5}?know)\s+that\b"
)
_ANSWER = re.compile(
    r"\b(?:answer|reply|response|correction|statement|note|verdict|message|comment|words|"
    r"explanation)s?\b[^,;:]{0,40}:\s"
)
_CONJOINED = re.compile(r"(?:^|[\s,;])(?:and|but|then|nor|or)(?:\s+\w+ly|\s+then|\s+also)?\s*$")
_TIME_TAIL = re.compile(
    r"\s*(?:[.!?…)]*$|(?:on|in|at|to|by|after|before|during|this|last|yesterday|today|late|early|"
    r"earlier|when|while|as|from|with|of|for|again|later|then|too|himself|herself|over|under|more|"
    rf"freely|dryly)\b(?!.*\bthat\b)[^{MASK}]*$|[A-Z]\w+(?:\s[A-Z]\w+){{0,2}}\s?[.,]?\s*$|"
    r",\s+(?:citing|quoting|speaking|referring|echoing|a |an |who |in |after |adding|having|"
    r"shortly))"
)
_MIDDLE = re.compile(rf"[^,{MASK}]{{0,60}}[,{MASK}]")
_OPENS_CLAUSE = tuple(f',{MASK}—–-?!"”»')


class Said(NamedTuple):
    """One attribution in a sentence: the speaker's words, and the parts the speaker answers for."""

    speaker: str
    frame: tuple[int, int]  # subject, verb, description: nobody's claim
    scope: tuple[tuple[int, int], ...]


_PAPER = (
    r"\s+(?:an?|the|its|his|her|one|this|that|two|three)\s+(?:[\w’'-]+\s+){0,3}?(?:study|report|paper|survey|"
    r"analysis|accounting|count|estimate|estimates|figures|data|log|order|decree|record|records|note|"
    r"document|text|leak|article)\b"
)
_IS_PAPER = re.compile(_PAPER)
_PAPER_BY = re.compile(
    _PAPER + rf"(?:(?!obtained|seen|reviewed)[^,.;:{MASK}]){{0,40}}?\s(?:by|of|from)(?=\s)"
)


def find_said(text: str) -> list[Said]:
    """The attributions of one sentence, whose quotations are masked with MASK."""
    said: list[Said] = []
    size = len(text)
    lower = text.lower()
    for source in _SOURCE.finditer(text) if any(cue in lower for cue in _SOURCE_CUES) else ():
        named = phrase_after(text, source.end())
        if _IS_PAPER.match(text, source.end()):  # of whom it is, if the text tells
            paper = _PAPER_BY.match(text, source.end())
            named = phrase_after(text, paper.end()) if paper else None
        if named:
            frame = (source.start(), named[1])
            said.append(Said(named[0], frame, ((0, frame[0]), (frame[1], size))))
    for own in _OWN.finditer(text) if any(cue in lower for cue in _OWN_CUES) else ():
        who = re.sub(r"[’']s?$", "", own["who"])
        who = {"his": "he", "her": "she", "their": "they", "its": "it"}.get(who.lower(), who)
        if is_speaker(who):
            said.append(Said(who, own.span(), ((0, own.start()), (own.end(), size))))
    done = -1
    verbs, heads = _verbs()
    if text[:1].isupper() and text.split(maxsplit=1)[0].lower() in heads:  # "Said one official: …"
        text = text[0].lower() + text[1:]
    spoken = not heads.isdisjoint(_WORD.findall(text))
    for word in _WORD.finditer(text) if spoken else ():
        if word[0] not in heads or word.start() < done:
            continue
        verb = verbs.match(text, word.start())
        if verb is None:
            continue
        found = _english(text, verb, said)
        if found:
            said.append(found)
            done = found.frame[1]
    if text.isascii() and " dijo" not in text and "firm" not in text:
        elsewhere: Iterable[re.Match[str]] = ()
    else:
        elsewhere = _VERB_ELSEWHERE.finditer(text)
    for verb in elsewhere:
        found = _elsewhere(text, verb)
        if found:
            said.append(found)
    for lets in _LETS_KNOW.finditer(text) if " know that" in text else ():
        subject = subject_before(text, *lets.span(), strong=True)
        if subject:
            said.append(Said(subject[0], (subject[1], lets.end()), ((lets.end(), size),)))
    if not said and ": " in text and MASK not in text and (answer := _ANSWER.search(text)):
        who = opening_phrase(text[: answer.start()])
        if is_role(who) or who in PRONOUNS:
            said.append(Said(who, (0, answer.end()), ((answer.end(), size),)))
    if not said and MASK in text:
        said = _introduced(text)
    return said


def _introduced(text: str) -> list[Said]:
    """A quotation without a verb of saying, by somebody whom the words around it name."""
    found = re.search(rf":\s*{MASK}", text)
    if found:
        who = opening_phrase(text[: found.start()])
        said = Said(who, (0, found.start() + 1), ((found.end() - 1, len(text)),))
        return [said] if is_speaker(who) else []
    who = opening_phrase(re.sub(f"{MASK}+", " ", text).strip())
    if not (is_role(who) or who in PRONOUNS or _NAMED_WHOLE.fullmatch(who)):
        return []
    return [Said(who, (0, 0), tuple(run.span() for run in re.finditer(f"{MASK}+", text)))]


_NAMED_WHOLE = re.compile(r"[A-Z][\w’'-]+\s[A-Z][\w’'-]+")


def _english(text: str, verb: re.Match[str], said: list[Said]) -> Said | None:
    start, end, size = verb.start(), verb.end(), len(text)
    left, right = text[:start], text[end:]
    if verb["ing"]:
        return _saying(text, verb, said)
    if verb[0] in ("say", "tell") and re.search(r"\b(?:whether|if)\b[^,;]*$", left[-60:]):
        return None
    if _UNSAID.search(left[-40:]):
        named = phrase_after(text, end + 3) if re.match(r"\s+by\s", right) else None
        if named and _PASSIVE.search(left[-40:]):
            return Said(named[0], (start, named[1]), ((0, start), (named[1], size)))
        if _PASSIVE.search(left[-40:]) and (by := re.match(r"[^,;]{1,60}?\sby\b", right)):
            named = phrase_after(text, end + by.end())
            if named and verb["report"]:
                return Said(named[0], (start, named[1]), ((0, start), (end, size)))
        return None
    act = verb["act"]
    if _DEED.match(text, start):
        return None
    nearest = _NEXT_CLAUSE.split(right, maxsplit=1)[0] if act else right
    # "Belarus, she writes, has …": the clause stands around it
    clause = bool(_CLAUSE.search(nearest[:90])) or right.strip(" .!?")[:1] in ("", ",", MASK)
    if act and not _speaks(act, left, right, clause):
        return None
    told = bool(_TOLD.match(verb[0]))
    subject = subject_before(text, start, end, strong=bool(verb["report"]), told=told)
    if subject is None and _CONJOINED.search(left[-40:]):
        who = said[-1].speaker if said else ""
        own = re.split(r"[,;:]", left)[-1].strip()
        who = who or (opening_phrase(own) if _OPENS_NEW.match(own) else "") or opening_phrase(left)
        if not clause and _PREPOSITION.match(right):
            return None  # "agreed in May and announced with fanfare"
        if is_speaker(who) and (clause or is_role(who) or who in PRONOUNS):
            return Said(who, (start, end), ((end, size),))
        return None
    if subject is None:
        return _inverted(text, verb)
    speaker, begin = subject
    if act and not clause and (act in words("with_clause") or not _is_somebody(speaker)):
        return None
    before = text[:begin].rstrip()
    aside = before[-1:] in _OPENS_CLAUSE
    if not clause and not aside and _PREPOSITION.match(right) and not told:
        return None  # "the republics proclaimed in the east"
    if _GOING_ON.match(verb[0]) and not aside and MASK not in right:
        return None
    frame = (begin, end)
    low = before.rfind(";") + 1
    high = text.find(";", end) if ";" in right else size
    if re.search(r"\b[Aa]s$", before) and not re.match(r"\s+that\b", right):
        return Said(speaker, frame, ((low, begin), (end, high)))
    if relative := _RELATIVE.search(before[-12:]):
        clause_at = len(before) - len(relative[0])
        return Said(speaker, frame, ((clause_at, begin), (end, size)))
    length = len(re.findall(r"\w+", before)) + before.count(MASK)
    if length >= 3 and aside:
        hearer = _HEARER.match(right) if told else None
        tail = right[hearer.end() :] if hearer else right
        if _TIME_TAIL.match(tail.split(";")[0]) and not re.match(r"\s+that\b", right):
            return Said(speaker, (begin, high), ((low, begin),))
        if _MIDDLE.match(right) and not re.match(r"\s+that\b", right):
            clause_start = list(_COORDINATED.finditer(before[:-1]))
            low = max(low, clause_start[-1].end()) if clause_start else low
            return Said(speaker, frame, ((low, begin), (end, high)))
    if _SUBORDINATE.search(before[-12:]) and "," in right:
        return Said(speaker, frame, ((end, end + right.index(",")),))
    return Said(speaker, frame, ((end, size),))


_COORDINATED = re.compile(r",\s+(?:and|but|while|whereas|although|though)\s|:\s")


_ASKING = frozenset(["asked", "asks", "spoke", "speaks", "named", "called", "calls"])
_CALLED_IT = re.compile(r"\s+(?:it|them|him|her|the|this)\b")


def _speaks(act: str, left: str, right: str, clause: bool) -> bool:
    """Whether what stands around an act lets it be speech: "called it a crime", "asked: “…”"."""
    if act in _ASKING and MASK not in right and not (act.startswith("ask") and MASK in left):
        return act.startswith("call") and bool(_CALLED_IT.match(right))
    return clause or left.rstrip().endswith(",") or bool(re.search(r"\w\W+\w", right))


def _is_somebody(speaker: str) -> bool:
    """A person or an office, rather than a bare place name that may stand for a deed of state."""
    return is_role(speaker) or speaker in PRONOUNS or len(speaker.split(",")[0].split()) > 1


def _inverted(text: str, verb: re.Match[str]) -> Said | None:
    """“…,” said X; ", writes on his channel the analyst X"."""
    start, end = verb.start(), verb.end()
    left = text[:start].rstrip()
    if verb["act"] and left[-1:] not in (",", MASK):
        return None
    if left[-1:] not in ("", ":", *_OPENS_CLAUSE) and not re.search(
        r"\b(?:as|than|so|As|thus)$", left
    ):
        return None
    named = phrase_after(text, end)
    if named is None:
        return None
    return Said(named[0], (start, named[1]), ((0, start), (named[1], len(text))))


_NAMED_BEFORE = re.compile(r"\b((?:an?|the|its|his|her)\s[^,]{3,60}),\s([A-Z][^,]{2,40}),\s*$")


def _saying(text: str, verb: re.Match[str], said: list[Said]) -> Said | None:
    """ "X signed it, saying that …": the subject of the sentence speaks."""
    start, end = verb.start(), verb.end()
    left, right = text[:start], text[end:]
    quoted = re.search(
        r"(?<=\S)\s+(?:was|were|is|has been)\s+(?:also\s+)?(?:quoted|cited) as\s*$", left
    )
    if quoted:
        who = noun_phrase(left[: quoted.start()])
    elif named := _NAMED_BEFORE.search(left):
        who = ", ".join(named.groups()) if is_role(named[1]) else ""
        who = who or (said[-1].speaker if said else opening_phrase(left))
    elif re.search(r"\b(?:by|in|before|after|of|without)\s*$", left):
        who = said[-1].speaker if said else opening_phrase(left)
        if not (is_role(who) or who in PRONOUNS):
            return None
    elif not left.rstrip().endswith((",", "and", MASK)):
        who = noun_phrase(left.rstrip()) if _CLAUSE.search(right[:60]) else ""
        if not is_role(who):
            return None
    else:
        who = said[-1].speaker if said else opening_phrase(left)
    if not is_speaker(who):
        return None
    return Said(who, (start, end), ((end, len(text)),))


_WHO_ELSEWHERE = re.compile(rf"\s+(?P<who>[^,.;:{MASK}«»]{{2,120}})")
_CONNECTIVE = re.compile(
    r"^(?:(?:Однако|Но|А|И|При этом|Как|По|Pero|Y|El|La|Además)\s+|"
    r"(?:В|Во|На|После|До|За)\s+\S+\s+(?=\S))"
)


def _elsewhere(text: str, verb: re.Match[str]) -> Said | None:
    """Russian and Spanish: «…», — сказал X; X заявил, что …; dijo X; X afirmó que …"""
    start, end, size = verb.start(), verb.end(), len(text)
    left, right = text[:start].rstrip(), text[end:]
    if not left or left[-1] in f",—–-{MASK}»":
        found = _WHO_ELSEWHERE.match(text, end)
        spoken = left[-1:] in ("—", "–", "»", MASK)
        if found and (spoken or is_role(found["who"]) or re.search("[A-ZА-ЯЁ]", found["who"])):
            return Said(
                found["who"].strip(), (start, found.end()), ((0, start), (found.end(), size))
            )
        return None
    phrase = _CONNECTIVE.sub("", re.split(rf"[,;:{MASK}—–«»]", left)[-1].strip())
    if phrase and (is_role(phrase) or re.search("[A-ZА-ЯЁ]", phrase)) and len(right.split()) >= 2:
        return Said(phrase, (start - len(phrase) - 1, end), ((end, size),))
    return None
