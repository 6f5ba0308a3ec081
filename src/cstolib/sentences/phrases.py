"""The noun phrase that names a speaker: before a verb of saying, behind it, or at the opening.

No parser: a phrase is walked from its last word to the left until a word that cannot belong to it,
and appositions between commas ("Anna Keller, a lawyer in Vienna, said") are stepped over.
"""

import re

from .speakers import heads_with_role, is_role

MASK = "·"  # stands for each character of a quotation, marks included

PRONOUNS = frozenset(["he", "she", "they", "He", "She", "They", "it", "It"])
_SELF_WORDS = "I I'm I’m I've I’ve I'd I’d we We"
SELF = frozenset(_SELF_WORDS.split())
# Words that a noun phrase begins with.
_DETERMINER_WORDS = (
    "the a an his her its their our my this that these those one two three four five six seven "
    "several some many most both all another other few each every no neither either"
)
# Words that cannot stand in the noun phrase of a speaker.
_STOP_WORDS = (
    "that when as because if while whereas although though but or did does do had has have was "
    "is are were be been what which who whom where whether than so then how why not only even "
    "just until before after since once will would can could may might yet later earlier ago "
    "also however still there here nor said thus hence"
)
_PREPOSITION_WORDS = (
    "in at for from with to on by about against under over near inside close between"
)
_DAY_WORDS = (
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May "
    "June July August September October November December"
)
# Words with a capital only because they open a sentence.
_OPENER_WORDS = (
    "But And Yet So Then Now Meanwhile However In On At By For From With When While As If It "
    "This That These Those There Here What Which Who Where Asked After Before Both Neither Not "
    "No Nobody Some Only Even Still Once Last Next The A An Its His Her Their Our My Of To Nor "
    "Although Though Because Since Until Under Over Whether Elsewhere Earlier Later Soon"
)
DETERMINERS = frozenset(_DETERMINER_WORDS.split())
_STOP = frozenset(_STOP_WORDS.split())
_PREPOSITIONS = frozenset(_PREPOSITION_WORDS.split())
DAYS = frozenset(_DAY_WORDS.split())
_OPENERS = frozenset(_OPENER_WORDS.split())
# Papers tell the author's side of a story, unless an institution speaks through them.
_PAPER = re.compile(
    r"\b(?:order|decree|data|figures|records|charter|map|article|constitution|law|timetable|treaty|"
    r"protocol|agreement|plan|resolution|calendar|schedule|story|legend|proverb|joke|reason|answer|"
    r"log|report|study|paper|survey|analysis|accounting|count|estimate|nothing|nobody|none|everyone|everything|something|thing|which|war|question|result)s?$",
    re.IGNORECASE,
)
AUXILIARY = re.compile(
    r"(?:(?:^|(?<!\s)\s+)(?:has|have|had|also|would|will|did|does|do|then|later|again|now|only|once|still|"
    r"long|since|even|himself|herself|itself|themselves|further|too|duly|earlier|twice|"
    r"meanwhile|"
    r"that day|often|already|in turn|in an interview|always|soon|first|just|at last|[a-z]+ly|"
    r"more than once|up to the present day|went further[^,]*|"
    r"(?:on |last |this )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)){1,20}\s*$"
)
_CUT = re.compile(rf"[;:?!()“”\"«»{MASK}]|\s[–—-]\s|—|--")
_LEADING = re.compile(r"^(?:But|And|Yet|So|While|When|As|and|but|while|as|where|whereas|when)\s+")
_NAME = re.compile(
    r"(?:[A-ZА-ЯЁ][^\s,]*)(?:\s+(?:[A-ZА-ЯЁƏ(][^\s,]*|al|bin|de|von|van|der|ibn))*\Z"
)
_FINITE = re.compile(
    r"\b(?:will|would|has|have|had|is|was|are|were|can|could|may|might|do|does|did|should|must|not)\b"
)


_PARTICIPLE = re.compile(r"\s+(?:in|with|at|on|by|for|under|during)\s")


def noun_phrase(words: str) -> str:
    """The noun phrase with which `words` end, or "" where they end with none."""
    tokens = words.split()
    if tokens and tokens[-1] in PRONOUNS | SELF:
        return tokens[-1]
    i = len(tokens)
    while i > 0 and len(tokens) - i < 14:
        token = tokens[i - 1]
        low = token.lower()
        before = tokens[i - 2] if i > 1 else ""
        if low in _STOP or token in DAYS or (token.islower() and low.endswith(("ing", "ly"))):
            break
        if low == "and":
            if not (before[:1].isupper() or is_role(before)):
                break
        elif low in _PREPOSITIONS and not (
            is_role(before) or before in ("familiar", "briefed", "present", "close")
        ):
            break
        i -= 1
        if low in DETERMINERS and before.lower() not in _PREPOSITIONS | {"of", "all"} | DETERMINERS:
            break
    phrase = tokens[i:]
    while phrase and (
        (phrase[0] in _OPENERS and phrase[0].lower() not in DETERMINERS)
        or phrase[0].lower() in _PREPOSITIONS | {"of", "and"}
    ):
        phrase = phrase[1:]
    named = next((n for n, token in enumerate(phrase) if token[0].isupper()), 0)
    if named and phrase[0].lower() not in DETERMINERS and not is_role(" ".join(phrase[:named])):
        phrase = phrase[named:]  # "… reported Keller"
    elif named > 2 and phrase[-1][0].isupper() and not is_role(" ".join(phrase)):
        phrase = phrase[named:]  # "in a separate development Kyrgyzstan"
    return " ".join(phrase)


def is_speaker(phrase: str, *, strong: bool = False) -> bool:
    """Whether a noun phrase can be somebody who speaks: a pronoun, a role, a name.

    `strong`: the verb leaves no doubt, so that any noun with an article or a number will do.
    """
    if not phrase or phrase.split()[0] in SELF:
        return False
    if (paper := _PAPER.search(phrase)) and not is_role(phrase[: paper.start()]):
        return False
    if phrase.split()[-1].lower() in DETERMINERS | _PREPOSITIONS | {"of", "and"}:
        return False
    if phrase in PRONOUNS or is_role(phrase):
        return True
    words = phrase.split()
    if any(w[0].isupper() and w not in _OPENERS and w not in DAYS for w in words):
        return True
    return strong and len(words) > 1 and words[0].lower() in DETERMINERS


def _chunks(left: str) -> list[tuple[int, str]]:
    """What stands before a verb, cut at commas, back to the last stronger break: (start, words)."""
    cuts = [found.end() for found in _CUT.finditer(left)]
    at = cuts[-1] if cuts else 0
    out = []
    for piece in left[at:].split(","):
        out.append((at, piece))
        at += len(piece) + 1
    return out


def _place(left: str, phrase: str, low: int) -> int:
    at = left.rfind(phrase, low)
    return at if at >= 0 else low


def subject_before(
    text: str, verb: int, verb_end: int, *, strong: bool, told: bool = False
) -> tuple[str, int] | None:
    """Who speaks in "WHO says", and where WHO starts; None where nobody stands there.

    `strong`: a verb of saying and nothing else; `told`: one that takes the hearer as its object.
    """
    left = text[:verb]
    chunks = _chunks(left)
    start, last = chunks[-1]
    bare = AUXILIARY.sub("", last).strip()
    if not bare and not told and len(chunks) > 1:
        named = phrase_after(text, verb_end)
        if named and heads_with_role(named[0]) and not _PARTICIPLE.match(text, verb_end):
            return None  # ", explains the political scientist X"
    whole = _LEADING.sub("", bare)
    first = whole.split()[0] if whole else ""
    if (
        first.lower() in DETERMINERS
        and len(whole.split()) <= 16
        and not _FINITE.search(whole)
        and is_speaker(whole, strong=strong)
        and re.search(r"\b(?:in|at|on|of|for|with|to)\b", whole)
    ):
        return whole, _place(left, whole, start)
    phrase = noun_phrase(bare)
    if is_speaker(phrase, strong=strong):
        return phrase, _place(left, phrase, start)
    if re.fullmatch(r"(?:.*\s)?(?:who|which)", bare):
        words = re.sub(r"(?<!\s)\s*(?:who|which)$", "", bare) or (
            chunks[-2][1] if len(chunks) > 1 else left[: chunks[0][0]].rstrip(" —–-(")
        )
        phrase = noun_phrase(words.strip())
        if is_speaker(phrase, strong=strong):
            return phrase, _place(left, phrase, 0)
        return None
    loose = re.match(
        r"(?:in|on|at|with|for|by|from|when|to|until|after|before|during|under|over|about|having|"
        r"not|who|which|whose|[a-z]+(?:ed|ing)|then|and then)\b",
        bare,
    )
    if bare and not loose:
        return None
    return _past_apposition(left, chunks)


def _past_apposition(left: str, chunks: list[tuple[int, str]]) -> tuple[str, int] | None:
    """The subject in "WHO, what WHO is, says"."""
    described: list[str] = []
    for index in range(len(chunks) - 2, -1, -1):
        start, chunk = chunks[index]
        words = _LEADING.sub("", AUXILIARY.sub("", chunk).strip())
        if not words:
            continue
        if _NAME.match(words) and words not in _OPENERS:
            title = noun_phrase(chunks[index - 1][1].strip()) if index else ""
            if title and title.split()[0].lower() in DETERMINERS and is_role(title):
                return f"{title}, {words}", _place(left, title, chunks[index - 1][0])
            return ", ".join([words, *reversed(described)]), _place(left, words, start)
        relative = re.match(
            r"(?:who|whom|whose|which|where|when|while|in|on|at|with|for|by|from|as|[a-z]+ing|[a-z]+ed)\b",
            words,
        )
        role = is_role(words) and not _FINITE.search(words)
        if not relative and role and not (index and _NAME.match(chunks[index - 1][1].strip())):
            phrase = noun_phrase(words) or words
            return ", ".join([phrase, *reversed(described)]), _place(left, phrase, start)
        if not relative and not role:
            if index:
                return None
            whole = len(words.split()) <= 8 and not _FINITE.search(words) and words[0].isupper()
            phrase = words if whole else noun_phrase(words)
            return (phrase, _place(left, phrase, start)) if is_speaker(phrase) else None
        if len(words) < 90 and not re.match(r"(?:in|on|at|with|as|when|while)\b", words):
            described.append(words)
        if len(described) > 3:
            return None
    return None


_FORWARD = re.compile(
    rf"\s+(?:(?:to|on|in|with|at)\s+(?:(?:our|the|a|his|her|this)\s+)?[\w-]+\s+(?=[A-Z]|the\b|an?\b))?"
    rf"(?P<who>[^,.;:{MASK}()“”\"«»—]{{2,120}})"
)
_RESTART = re.compile(
    r"(?:[a-z]+\s|[A-Z][\w’'-]+\s){0,30}?[A-Z][\w’'-]+\s[A-Z][\w’'-]+(?=\s(?:the|an?|this|its|his|her|their)\s)"
)
_DESCRIPTION = re.compile(
    rf",\s+(?P<what>[a-zA-Z-]+\s[^,.;:{MASK}“”\"«»—]{{3,140}})(?=[,.;:{MASK}—)]|$)"
)
_TAIL = re.compile(
    r"\s(?:on|in|to|by|after|during|this|last|as|when|while|whose|(?:of|at|from)(?!\sthe\s[A-Z]))\s.*\Z"
)


def phrase_after(text: str, end: int) -> tuple[str, int] | None:
    """Who speaks in "says WHO, a description": the words, and where they end."""
    found = _FORWARD.match(text, end)
    if found is None:
        return None
    who = found["who"].strip()
    if restart := _RESTART.match(who):  # "according to the economist Anna Keller the ministry …"
        who = restart[0]
    words = who.split()
    first = words[0]
    if first in _OPENERS - {"The", "A", "An"} or first in DAYS or first in SELF | PRONOUNS:
        return None
    if first.lower() in ("that", "it", "there", "this", "to", "as", "on", "in", "at", "by"):
        return None
    short = _TAIL.sub("", who)
    if _FINITE.search(re.split(r"\s(?:who|which|whose)\s", short)[0]):
        return None
    if re.match(r"(?:one|two|three|some|both|another|all) of them\b", who):
        return "they", found.start("who") + len(who)
    if first[0].islower() and not heads_with_role(who) and first not in DETERMINERS:
        return None
    if not is_speaker(who):
        return None
    stop = found.start("who") + len(who if restart else found["who"].rstrip())
    if first[0].isupper() and first not in _OPENERS:
        who = short
    what = _DESCRIPTION.match(text, stop)
    if what is None or _FINITE.search(what["what"].split(" who ")[0]):
        return who, stop
    if is_role(what["what"]) or what["what"].startswith(("who ", "a ", "an ")):
        return f"{who}, {what['what'].strip()}", what.end()
    return who, stop


_FULL_NAME = re.compile(r"[A-Z][\w’'-]{0,40}[a-z]\s[A-Z][\w’'-]{0,40}[a-z]\b")


def opening_phrase(left: str) -> str:
    """The subject with which a sentence opens: its first pronoun, role or name."""
    left = re.sub(r"^[A-Z][A-Z ,-]+, [^()/]{2,25} [(/][^)/]+[)/] - ", "", left)
    left = re.split(rf"[{MASK}:;]", left)[0]
    clauses = [part.strip() for part in left.split(",")]
    for clause in clauses[:3]:
        words = _LEADING.sub("", _LEADING.sub("", clause)).split()
        for i, word in enumerate(words[:12]):
            if word in PRONOUNS:
                return word
            if word.lower() in _PREPOSITIONS | _STOP and i == 0:
                if name := _FULL_NAME.search(clause):  # "On 17 June Anna Keller …"
                    return name[0]
                break
            capital = word[0].isupper() and word not in _OPENERS and word not in DAYS
            if (capital or is_role(word)) and not word.endswith(("’s", "'s")):
                j = i
                while j + 1 < len(words) and (words[j + 1][0].isupper() or is_role(words[j + 1])):
                    j += 1
                return noun_phrase(" ".join(words[: j + 1]))
    pronouns = [word for word in clauses[0].split() if word in PRONOUNS]
    return pronouns[0] if pronouns else ""
