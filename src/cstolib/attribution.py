"""Who says what in one sentence: the verbs of saying, their subjects, what they answer for.

Clause rules for news English, with the common forms of Russian and Spanish. They look for a verb
of saying with its subject ("X said", "said X, an analyst", "according to X", "in X's words") in a
text whose quotations are masked, and measure how much of the sentence that speaker answers for.
"""

import re
from typing import NamedTuple

from .speakers import is_role

MASK = "·"

# Verbs that report speech whatever follows; "_" stands for a blank.
_REPORT = (
    "said says say told tells tell stated announced announces declared declares insisted insists "
    "argued argues argue claimed claims denied denies warned warns added adds explained explains "
    "noted stressed stresses emphasised emphasized emphasises maintained maintains replied answered "
    "repeated repeats reiterated confirmed confirms acknowledged acknowledges admitted admits "
    "conceded concedes wrote writes observed observes remarked recalled recalls complained complains "
    "asserted asserts affirmed affirms contended contends believes believe thinks think predicted "
    "predicts concluded concludes vowed vows pledged assured assures informed alleged alleges "
    "suggested suggests responded retorted quipped joked jokes muttered specified clarified reckons "
    "reckoned disclosed testified protested countered proclaimed reminded reminds conveyed went_on "
    "goes_on put_it puts_it made_clear made_it_clear swore sworn boasts boasted commented quoted "
    "lamented disavowed let_it_be_known continued specifies informs"
)
# Acts of speech, and verbs that are nouns too: they count with content behind or with a role noun.
_ACTS = (
    "states notes remarks reports replies answers comments forecast forecasts estimates estimated fears "
    "feared hopes doubts doubted sees expects reported promised promises condemned condemns denounced "
    "denounces praised praises thanked thanks hailed hails deplored criticised criticized accused "
    "accuses appealed urged urges demanded demands called_for calls_for called_on calls_on called calls "
    "described describes termed ruled_out rules_out rejected dismissed welcomed concluded asked asks "
    "counts shrugged shrugs voiced expressed"
)
_SAYING = (
    "saying adding warning insisting arguing claiming noting stressing telling declaring explaining"
)


def _either(words: str) -> str:
    listed = sorted(set(words.split()), key=lambda word: (-len(word), word))
    return "|".join(word.replace("_", r"\s+") for word in listed)


VERB = re.compile(
    rf"\b(?:(?P<report>{_either(_REPORT)})|(?P<act>{_either(_ACTS)})|(?P<ing>{_either(_SAYING)}))\b"
)
_SOURCE = re.compile(
    r"\b(?:[Aa]ccording to|[Ii]n the (?:words|view|opinion|account|reading|judge?ment|eyes|telling) of|"
    r"[Пп]о (?:словам|мнению|данным|информации|утверждению)|[Ss]egún|[Cc]omo (?:dijo|señaló|afirmó))\s+"
)
_OWN = re.compile(
    rf"\b(?:[Ii]n|[Bb]y|[Oo]n|[Tt]o)\s+(?P<who>(?:[^\s,.;:{MASK}]+\s+){{0,6}}?[^\s,.;:{MASK}]+[’']s?|his|her|their|its)"
    r"(?:\s+own)?\s+(?:words|view|opinion|account|reading|telling|judge?ment|admission|estimation|phrase)\b"
)
_RU_VERB = re.compile(
    r"\b(?:сказал|заявил|сообщил|отметил|добавил|подчеркнул|считает|говорит|пишет|написал|ответил|объяснил|"
    r"уверен|полагает|утверждает|напомнил|признал|пообещал|предупредил|рассказал|пояснил|"
    r"dijo|afirmó|señaló|declaró|aseguró|anunció|explicó|añadió|advirtió|sostuvo|indicó)(?:а|о|и|ла|ли)?\b"
)
_AUX = re.compile(
    r"(?:(?:^|\s+)(?:has|have|had|also|would|will|did|does|do|then|later|again|now|only|once|still|long|since|"
    r"even|himself|herself|itself|themselves|further|too|duly|earlier|twice|meanwhile|that day|often|already|"
    r"in turn|in an interview|who|which|always|soon|first|[a-z]+ly|"
    r"(?:on|last|this) (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day))+\s*$"
)
_NO_REPORT = re.compile(
    r"\b(?:not|never|nor|cannot|can|could|might|may|should|must|to|if|would not|refused to|declined to|let|"
    r"nobody|n[’']t|what|be|been|is|was|are|were|being|so)\s+(?:\w+ly\s+|also\s+|widely\s+)?$",
    re.IGNORECASE,
)
_BE = re.compile(r"\b(?:be|been|is|was|are|were|being)\s+(?:\w+ly\s+|also\s+|widely\s+)?$")
_DETERMINER = frozenset(
    "the a an his her its their our my this that these those one two three four five some several many most "
    "both all another other no few each every".split()
)
_STOP = frozenset(
    "that when as because if while whereas although though but or did does do had has have was is were are be "
    "been what which who whom where whether than so then how why not only even just until before after since "
    "once will would can could may might yet later earlier ago also however still there here it nor said".split()
)
_PREPOSITIONS = frozenset("in at for from with to on by about against under over near".split())
_DAYS = frozenset(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July "
    "August September October November December".split()
)
_PRONOUNS = frozenset("he she they He She They".split())
_SELF = frozenset("I we We".split())
_EMPTY_WORDS = frozenset(
    "But And Yet So Then Now Meanwhile However In On At By For From With When While As If It This That These "
    "Those There Here What Which Who Where Asked After Before Both Neither Not No Nobody Some Only Even Still "
    "Once Last Next".split()
)
_PAPER = re.compile(
    r"\b(?:order|decree|data|figures|records|charter|map|article|constitution|law|timetable|treaty|protocol|"
    r"agreement|plan|resolution|calendar|schedule|story|legend|proverb|saying|joke)s?$",
    re.IGNORECASE,
)


class Said(NamedTuple):
    """One attribution in a sentence: the speaker's words, and the parts the speaker answers for."""

    speaker: str
    frame: tuple[tuple[int, int], ...]  # subject, verb, description: nobody's claim
    scope: tuple[tuple[int, int], ...]


def _noun_phrase(words: str) -> str:
    """The noun phrase with which `words` end, or ""."""
    tokens = words.split()
    i = len(tokens)
    while i > 0 and len(tokens) - i < 14:
        token = tokens[i - 1]
        low = token.lower()
        if i == len(tokens) and token in _PRONOUNS | _SELF:
            return token
        if low in _STOP or token in _DAYS or low.endswith(("ing", "ly")) and token.islower():
            break
        if low == "of":
            i -= 1
            continue
        if low == "and":
            if i >= 2 and (tokens[i - 2][0].isupper() or is_role(tokens[i - 2])):
                i -= 1
                continue
            break
        if low in _PREPOSITIONS:
            if i >= 2 and is_role(tokens[i - 2]):
                i -= 1
                continue
            break
        i -= 1
        if low in _DETERMINER and not (
            i > 0 and tokens[i - 1].lower() in ("of", "all", "for", "in", "at", "to")
        ):
            break
    phrase = tokens[i:]
    while phrase and (
        phrase[0] in _EMPTY_WORDS or phrase[0].lower() in ("of", "and", "in", "for", "to", "at")
    ):
        phrase = phrase[1:]
    return " ".join(phrase)


def _is_speaker(phrase: str) -> bool:
    """Whether a noun phrase can be somebody who speaks: a pronoun, a role, a name."""
    if not phrase or _PAPER.search(phrase) or phrase in _SELF:
        return False
    if phrase in _PRONOUNS or is_role(phrase):
        return True
    return any(w[0].isupper() and w not in _EMPTY_WORDS and w not in _DAYS for w in phrase.split())


_CUT = re.compile(rf"[;:()“”\"«»{MASK}]|\s[–—-]\s|—|--")
_APPOSITION = re.compile(
    r"(?:an?|the|former|formerly|head|who|whom|whose|which|now|then|then-)\b|[a-z]"
)
_NAME = re.compile(r"[A-ZА-ЯЁ][^\s,]*(?:\s+(?:[A-ZА-ЯЁ(][^\s,]*|al|bin|de|von|van|der))*\Z")


def _subject(text: str, verb: int) -> tuple[str, int] | None:
    """Who speaks in "WHO says", and where WHO starts; looks past an apposition between commas."""
    left = text[:verb]
    cuts = [found.end() for found in _CUT.finditer(left)]
    begin = cuts[-1] if cuts else 0
    chunks, at = [], begin
    for piece in re.split(r"(,)", left[begin:]):
        if piece != ",":
            chunks.append((at, piece))
        at += len(piece)
    start, last = chunks[-1]
    bare = _AUX.sub("", last).strip()
    phrase = _noun_phrase(bare)
    if _is_speaker(phrase):
        place = left.rfind(phrase.split()[0], start)
        before = chunks[-2][1].strip() if len(chunks) > 1 else ""
        return phrase, max(place, start) if before or place >= 0 else start
    if bare and not re.match(r"(?:in|on|at|with|for|by|from|when|goaded|asked|pressed|to)\b", bare):
        return None
    described: list[str] = []
    for start, chunk in reversed(chunks[:-1]):
        words = _AUX.sub("", chunk).strip()
        if not words:
            continue
        if (
            _NAME.match(re.sub(r"^(?:But|And|Yet|So|While|When|As)\s+", "", words))
            and words not in _EMPTY_WORDS
        ):
            name = words
            index = [c[0] for c in chunks].index(start)
            title = chunks[index - 1][1].strip() if index else ""
            title = _noun_phrase(title)
            if (
                title
                and title.split()[0].lower() in _DETERMINER | {"its", "his"}
                and is_role(title)
            ):
                return ", ".join([title, name]), left.rfind(title, begin)
            return ", ".join([name, *reversed(described)]), start
        if re.match(r"(?:who|whom|whose|which|where)\b", words) or len(described) > 2:
            described.append(words)
            continue
        if (
            re.match(r"(?:an?|the|now|then|former|himself|herself)\b|[a-z]+\b", words)
            and len(words) < 160
        ):
            described.append(words)
            continue
        phrase = _noun_phrase(words)
        if _is_speaker(phrase):
            return ", ".join([phrase, *reversed(described)]), start
        return None
    phrase = _noun_phrase(described[-1]) if described else ""
    return (described[-1], begin) if described and is_role(phrase) else None


_FORWARD = re.compile(
    rf"\s+(?:(?:to|on|in)\s+(?:our|the|a|his|her|this)?\s*[\w-]+\s+)?"
    rf"(?P<who>(?:(?:the|an?|one of|his|her|its|their|our|another)\s+)?[^,.;:{MASK}()“”\"«»]{{2,120}})"
)
_DESCRIPTION = re.compile(
    rf",\s+(?P<what>(?:an?|the|who|former|head|himself|now|director|deputy|chairman|co-founder|professor|[a-z]+)\s"
    rf"[^,.;:{MASK}“”\"«»—]{{3,140}})"
)
_FINITE = re.compile(
    r"\s(?:will|would|has|have|had|is|was|are|were|can|could|may|might|does|did|should|must)\b"
)
_AFTER_NAME = re.compile(r"\s(?:on|in|at|to|by|after|during|this|last|as|when|while|of)\s.*\Z")


def _named_after(text: str, end: int) -> tuple[str, int] | None:
    """Who speaks in "says WHO, a description": the words and where they end."""
    found = _FORWARD.match(text, end)
    if found is None:
        return None
    who = found["who"].strip()
    first = who.split()[0]
    if _FINITE.search(" " + who) and first[:1].isupper():
        return None
    if first.lower() not in _DETERMINER and not first[:1].isupper() and not is_role(who):
        return None
    if first in _EMPTY_WORDS | _DAYS or first.lower() in ("that", "it", "there", "this"):
        return None
    head = who if is_role(_AFTER_NAME.sub("", who)) or first[:1].isupper() else ""
    if not head:
        return None
    if first[:1].isupper():
        head = _AFTER_NAME.sub("", who) if not is_role(who) else who
    stop = found.end()
    what = _DESCRIPTION.match(text, stop)
    if what and (is_role(what["what"]) or what["what"].startswith("who ")):
        return f"{head}, {what['what'].strip()}", what.end()
    return head, stop


def _words(text: str) -> int:
    return len(re.findall(r"\w+", text))


_TIME_TAIL = re.compile(
    r"\s*(?:$|[.!?…]*$|(?:on|in|at|to|by|after|before|during|this|last|yesterday|today|late|early|earlier|when|"
    r"while|as|from|with|of|for|again|later|then|too|himself|herself)\b(?!.*\bthat\b)[^·]*$|Grid|[A-Z]\w+\.?$)"
)


def find_said(text: str) -> list[Said]:
    """The attributions of one sentence, whose quotations are masked with MASK."""
    said: list[Said] = []
    size = len(text)
    for source in _SOURCE.finditer(text):
        named = _named_after(text, source.end() - 1)
        if named and _is_speaker(named[0]):
            frame = (source.start(), named[1])
            said.append(Said(named[0], (frame,), ((0, frame[0]), (frame[1], size))))
    for own in _OWN.finditer(text):
        who = re.sub(r"[’']s?$", "", own["who"])
        who = {"his": "he", "her": "she", "their": "they", "its": "it"}.get(who.lower(), who)
        if who == "it" or _is_speaker(who):
            said.append(Said(who, (own.span(),), ((0, own.start()), (own.end(), size))))
    taken = -1
    for verb in VERB.finditer(text):
        if verb.start() < taken:
            continue
        found = _attribution(text, verb)
        if found:
            said.append(found)
            taken = max(part[1] for part in found.frame)
    for verb in _RU_VERB.finditer(text):
        found = _foreign(text, verb)
        if found:
            said.append(found)
    return said


def _attribution(text: str, verb: re.Match[str]) -> Said | None:
    start, end, size = verb.start(), verb.end(), len(text)
    left, right = text[:start], text[end:]
    content = _words(right)
    if verb["ing"]:
        if not re.match(
            rf"\s+(?:that|it|the|he|she|they|there|its|his)\b|,?\s*:?\s*{MASK}|\s+[A-Z]", right
        ):
            return None
        main = re.match(r"[^,]*?\b[\w’'.-]+", left)
        quoted = re.search(
            r"(\S.*?)\s+(?:was|were|is|has been)\s+(?:also\s+)?(?:quoted|cited) as\s*$", left
        )
        words = quoted[1] if quoted else left[: main.end()] if main else ""
        phrase = _noun_phrase(words) if quoted else _first_phrase(left)
        if not _is_speaker(phrase):
            return None
        return Said(phrase, ((start, end),), ((end, size),))
    if _NO_REPORT.search(left):
        if _BE.search(left) and re.match(r"\s+by\s", right):
            named = _named_after(text, end + 3)
            if named and _is_speaker(named[0]):
                return Said(named[0], ((start, named[1]),), ((0, start), (named[1], size)))
        return None
    act = verb["act"]
    subject = _subject(text, start)
    if act and content < 2 and MASK not in right:
        return None
    if act in ("asked", "asks") and not re.match(rf"\s*[:,]?\s*{MASK}", right):
        return None
    if subject is None or (subject[0] in _SELF):
        touching = left.rstrip()[-1:]
        if act and touching not in (",", MASK):
            return None
        if touching in ("", ",", MASK, ":", "—", "–", "-", "?", "!", '"', "”", "»") or re.search(
            r"\b(?:as|than)\s*$", left
        ):
            named = _named_after(text, end)
            if named and _is_speaker(named[0]):
                scope = ((0, start), (named[1], size))
                return Said(named[0], ((start, named[1]),), scope)
        return None
    speaker, begin = subject
    if act and not (is_role(speaker) or speaker in _PRONOUNS or re.search(r"[A-Z]", speaker)):
        return None
    frame = (max(0, begin), end)
    before = text[:begin]
    if re.search(r"\b[Aa]s\s*$", before) or re.match(r"\s*as\b", text[begin:]):
        return Said(speaker, (frame,), ((0, begin), (end, size)))
    earlier = _words(before) + before.count(MASK)
    trailing = earlier >= 3 and before.rstrip()[-1:] in (
        ",",
        MASK,
        "—",
        "–",
        "-",
        "?",
        "!",
        '"',
        "”",
    )
    if trailing and _TIME_TAIL.match(right):
        return Said(speaker, ((frame[0], size),), ((0, begin),))
    if trailing and re.match(r"[^,·]{0,40},\s", right):
        return Said(speaker, (frame,), ((0, begin), (end, size)))
    return Said(speaker, (frame,), ((end, size),))


def _first_phrase(left: str) -> str:
    """The subject with which a sentence opens: its first name, role or pronoun."""
    words = left.split()
    for i in range(min(len(words), 12)):
        phrase = " ".join(words[: i + 1]).rstrip(",")
        if phrase in _PRONOUNS:
            return phrase
        if is_role(words[i].rstrip(",")) or (
            i and words[i][:1].isupper() and words[i].rstrip(",") not in _DAYS
        ):
            j = i
            while j + 1 < len(words) and words[j + 1][:1].isupper() and not words[j].endswith(","):
                j += 1
            return _noun_phrase(" ".join(words[: j + 1]).rstrip(","))
    return words[0] if words and words[0][:1].isupper() else ""


_RU_WHO = re.compile(r"\s+(?P<who>[^,.;:·«»]{2,120})")


def _foreign(text: str, verb: re.Match[str]) -> Said | None:
    start, end, size = verb.start(), verb.end(), len(text)
    left, right = text[:start].rstrip(), text[end:]
    if not left or left[-1] in ",—–-·»":
        found = _RU_WHO.match(text, end)
        if found and (is_role(found["who"]) or re.search("[A-ZА-ЯЁ]", found["who"])):
            return Said(
                found["who"].strip(), ((start, found.end()),), ((0, start), (found.end(), size))
            )
        return None
    phrase = re.split(r"[,;:·—–«»]", left)[-1].strip()
    phrase = re.sub(r"^(?:Однако|Но|А|И|При этом|Как|По|Pero|Y|El|La)\s+", "", phrase)
    if phrase and (is_role(phrase) or re.search("[A-ZА-ЯЁ]", phrase)) and _words(right) >= 2:
        return Said(phrase, ((start - len(phrase) - 1, end),), ((end, size),))
    return None
