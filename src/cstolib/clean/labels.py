"""Each line -> its kind and the rule that decided."""

import re
from dataclasses import dataclass

import numpy as np

from .body import Flags
from .cues import Cue
from .dates import find_date
from .features import Table
from .lines import Line
from .names import find_names, opening_name

Label = tuple[str, str]  # kind and reason
COMMENT = "a reader's comment"
COMMENT_HEADER = "header of the comments"
COMMENT_AUTHOR = "who wrote the next comment"

_WEIGHT = {"whole": 3.0, "start": 2.0, "end": 2.0, "within": 1.0}
# Of two kinds whose words weigh the same, the earlier is taken.
_ORDER = (
    "disclaimer",
    "comment",
    "appeal",
    "related",
    "caption",
    "byline",
    "date",
    "about",
    "embed",
    "other",
    "nav",
)
_DATE_WORDS = frozenset(
    "published posted updated update last modified first date created ago hours hour minutes minute days day "
    "today yesterday est edt gmt utc ist cet msk local time monday tuesday wednesday thursday friday saturday "
    "sunday mon tue wed thu fri sat sun опубликовано обновлено дата года год мск понедельник вторник среда "
    "четверг пятница суббота воскресенье назад часов publicado actualizado fecha hora horas hace lunes martes "
    "miércoles jueves viernes sábado domingo del read min".split()
)
_HEADING_WORDS = 14
_LONGEST_LINE = 200_000  # characters; no paragraph is as long
_MENU_WORDS = 4
_MENU_LINES = 6
_ZONE_LINES = 5  # lines that a header explains, where they do not look like headlines
_HEADLINE = (5, 30)  # words of a headline or teaser in a list
_HEAD_LINES = 14  # lines before the prose in which title, byline and date are looked for
_FULL_STOP = re.compile(r"[.!?…։。:;,][\"'”’»)\]]*$")
_HARD_STOP = re.compile(r"[.…։。:;,!][\"'”’»)\]]*$")
_CREDIT_WORDS = re.compile(
    r"photo|image|picture|illustration|video|courtesy|credit|screenshot|screen capture|getty|reuters|afp|\bap\b|epa|efe"
    r"|tass|sputnik|shutterstock|stock|wikimedia|archive|pool|press service|фото|снимок|изображение|видео"
    r"|тасс|архив|пресс-служб|иллюстрац|коллаж|скриншот|foto|imagen|archivo|cortes[ií]a|vídeo|kremlin",
    re.IGNORECASE,
)
_CREDIT_FIRSTS = frozenset(
    "file photo photos image picture illustration video screenshot credit courtesy фото видео снимок "
    "иллюстрация foto imagen vídeo fotografía crédito".split()
)
_CREDIT_END = re.compile(r"[(\[]([^()\[\]]{2,90})[)\]]\W*$")
_SLASH_CREDIT = re.compile(r"\b[^\W\d_][\w.’' -]{2,40}\s?/\s?[A-ZА-ЯЁ][\w. ]{1,30}\W*$")
_CREDIT_LAST = re.compile(
    r"(?:^|[.!?»”\"]\s+|\s[–—|-]\s|,\s)(?:file )?(?:photos?|image|picture|illustration|video|screenshot|credit|courtesy"
    r"|фото|видео|снимок|иллюстрация|foto|imagen|vídeo|fotografía|crédito)"
    r"(?:\s?(?::|/|\||©)|\s(?:by|via|courtesy|credit|from|de|из))\s?[^.]{2,60}\.?$",
    re.IGNORECASE,
)
_SIGN_END = re.compile(r"\S.{8,}[.!?»”]\s*©\s?[^©]{2,60}$")
_DATE_END = re.compile(r"[.!?»”]\s+(?P<date>[^.!?]{6,24})\.?$")
_CREDIT_START = re.compile(
    r"^(?:file )?(?:photo|image|picture|illustration|video|фото|видео|иллюстрация|foto|imagen|fotografía)"
    r"(?: (?:by|credit|courtesy|de|из))?\s?(?:credit)?\s?[:/|(©]",
    re.IGNORECASE,
)
_BY_LAST = re.compile(
    r"^(?:[^\W\d_]+[\s,&]+){1,4}by\s+|^(?:interview|words and photos|text and photos|текст и фото|текст|texto y fotos|беседовал[аи]?|записал[аи]?|entrevista)\s?:\s*",
    re.I,
)
_SEPARATOR = re.compile(r"\s(?:\||·|•|/|>|»|::|→|◦)\s|\s{3,}")
_MASTHEAD = re.compile(r"\s(?:::|—|–|-|\|)\s|^(?:No|№|Vol)\W?\s?\d")
_HANDLE = re.compile(r"^\W{0,3}@\w{2,30}\b|\(@\w{2,30}\)")
_METRIC = re.compile(
    r"\b[\d.,]+\s?[KkMкм]?\s(?:likes?|views?|retweets?|reposts?|shares|просмотр\w*|лайк\w*|me gusta)\b",
    re.I,
)
_PLATFORM = re.compile(
    r"^\W*(?:twitter|x|telegram|facebook|instagram|vk|tiktok|youtube|телеграм|tweet)\W*$", re.I
)
_ADDRESS = re.compile(r"(?:https?://)?(?:www\.)?[\w-]+(?:\.[\w-]+)+/?", re.IGNORECASE)
_NAME_BYLINE = re.compile(r"^(?:by|por|автор|autor|author|текст|texto)\b\s*:?", re.IGNORECASE)


@dataclass
class Layout:
    """What is known of a text's lines before they get their kinds."""

    lines: list[Line]
    chosen: Flags  # prose of the article
    scores: Table
    stretch: tuple[int, int]
    copies: dict[int, int]  # line -> the line that it repeats
    comments: int  # where the readers' comments start
    stated: str | None = None  # the title, as the file itself states it
    title: int | None = None  # the line that is the title


def is_credited(line: Line) -> bool:
    """Whether the line is the text of a picture: it ends, or starts, with who made it."""
    text, size = line.text, len(line.words)
    if size > 90 or _NAME_BYLINE.match(text):
        return False
    tail = text[-100:]
    slash = "/" in tail
    if text[-1] in ")]" or text[-2:-1] in ")]":
        bracket = _CREDIT_END.search(tail)
        if bracket and ("/" in bracket[1] or _CREDIT_WORDS.search(bracket[1])):
            return len(bracket[1].split()) <= 12
    if not _CREDIT_FIRSTS.isdisjoint(line.words[:2]) or not _CREDIT_FIRSTS.isdisjoint(
        line.words[-14:]
    ):
        if _CREDIT_START.match(text) and size >= 2:
            return True
        if _CREDIT_LAST.search(tail):
            return True
    if "©" in text and _SIGN_END.search(text[-160:]):
        return True
    if size >= 8 and _ends_with_date(tail):
        return True
    if size < 6:
        return False
    if slash and _SLASH_CREDIT.search(tail) is not None:
        return True
    return line.has("caption", "end") and text[-1] != "." and size < 30


def _ends_with_date(tail: str) -> bool:
    """Whether the last sentence is a date and nothing more."""
    dated = _DATE_END.search(tail) if tail[-5:].strip(".").isdigit() or tail[-1].isdigit() else None
    found = find_date(dated["date"]) if dated else None
    if not dated or not found or not found[0]:
        return False
    return found[2] - found[1] >= len(dated["date"].strip()) - 2


def vetoes(lines: list[Line]) -> Flags:
    """Lines that are not the article's prose, whatever their score: plain marks of furniture."""
    return np.array([_vetoed(line) for line in lines], dtype=bool)


def _vetoed(line: Line) -> bool:
    text, size = line.text, len(line.words)
    if not size or len(text) > _LONGEST_LINE:
        return True
    if is_credited(line):
        return True
    if text[0] in '—–-"“«' or text[-1] in '.»”"':
        return "©" in text[:3] and size <= 40
    if "©" in text and size <= 30:
        return True
    for cue in line.cues:
        if cue.where == "whole" and size <= 8 and cue.kind not in ("date", "about"):
            return True
        if cue.where == "start" and cue.kind == "related" and size <= 30:
            if " " in cue.phrase or ":" in text[: len(cue.phrase) + 2]:
                return True
        if cue.where == "start" and cue.kind == "appeal" and size <= 12 and " " in cue.phrase:
            return True
    return False


def _by_cues(line: Line) -> Label | None:
    """The kind whose words of furniture weigh most in the line."""
    if not line.cues:
        return None
    weights: dict[str, float] = {}
    best: dict[str, Cue] = {}
    for cue in line.cues:
        weights[cue.kind] = weights.get(cue.kind, 0.0) + _WEIGHT[cue.where]
        known = best.get(cue.kind)
        if known is None or _WEIGHT[cue.where] > _WEIGHT[known.where]:
            best[cue.kind] = cue
    kind = min(weights, key=lambda name: (-weights[name], _ORDER.index(name)))
    if weights[kind] < 2 and len(line.words) > 25:
        return None  # one word of furniture in a long line says little
    where = {"whole": "all of it", "within": "in it"}.get(
        best[kind].where, f"at its {best[kind].where}"
    )
    return kind, f"words of {kind} {where}: {best[kind].phrase}"


def is_date_line(line: Line) -> bool:
    """Whether a short line shows a date and little else."""
    if len(line.words) > 16:
        return False
    found = find_date(line.text)
    if not found:
        return False
    rest = line.text[: found[1]] + " " + line.text[found[2] :]
    letters = [
        word for word in re.findall(r"[^\W\d_]{3,}", rest.lower()) if word not in _DATE_WORDS
    ]
    return len(letters) <= 1


def is_byline(line: Line) -> bool:
    if _NAME_BYLINE.match(line.text) and len(line.words) <= 40:
        return bool(find_names(line.text)) or len(line.words) <= 5
    if len(line.words) > 24:
        return line.has("byline", "within") and line.has("byline", "start")
    if _BY_LAST.search(line.text) and find_names(_BY_LAST.sub("", line.text, count=1)):
        return len(line.words) <= 12
    return line.has("byline") and not line.has("caption")


def _is_heading(layout: Layout, index: int) -> bool:
    """Whether a chosen line is a heading within the article: short, no sentence, prose after it."""
    lines, line = layout.lines, layout.lines[index]
    if not 1 <= len(line.words) <= _HEADING_WORDS or len(line.text) < 3:
        return False
    if line.text[0] in "—–-•*·" or line.text[0].islower() or _HARD_STOP.search(line.text):
        return False
    if line.text.endswith("?") and line.text[:2] in ("Q:", "В:", "P:"):
        return False
    nearby = lines[index + 1 : index + 4]
    return any(len(after.words) > max(len(line.words), 8) for after in nearby)


def find_title(layout: Layout) -> int | None:
    """The line that is the title: before the prose, like a headline, close to byline or date.

    A line that stands twice, or once more with the outlet behind it, is preferred; of two, the
    first of all lines or the one with the byline after it.
    """
    lines, (start, end) = layout.lines, layout.stretch
    copied = [i for i, source in layout.copies.items() if i >= end and layout.chosen[source]]
    prose = max(int(layout.chosen.sum()), 1)
    places = list(range(start))
    if len(copied) >= 0.5 * prose:  # the head of the second copy may be the only one
        places += [i for i in range(end, max(copied, default=end)) if i not in layout.copies]
    body = {
        word[:6]
        for i in range(start, end)
        if layout.chosen[i]
        for word in lines[i].words
        if len(word) > 3
    }
    keys: dict[str, int] = {}
    for line in lines:
        keys[line.key] = keys.get(line.key, 0) + 1
    longer = [line.key for line in lines[:8]]
    scores: dict[int, float] = {}
    for index in places:
        line = lines[index]
        if not 2 <= len(line.words) <= 32 or is_date_line(line) or is_byline(line):
            continue
        if is_credited(line) or (layout.comments <= index):
            continue
        if _vetoed(line) and keys[line.key] < 2:
            continue
        stems = {word[:6] for word in line.words if len(word) > 3}
        shared = len(stems & body) / max(len(stems), 1)
        score = 1.5 * shared * min(len(stems) / 3, 1.0)
        score += 0.5 if 4 <= len(line.words) <= 22 else -0.3 if len(line.words) > 2 else -0.9
        score -= 0.7 if _HARD_STOP.search(line.text) else 0.0
        suffixed = any(k.startswith(line.key + " ") and len(k) < len(line.key) + 60 for k in longer)
        score += 0.8 if keys[line.key] > 1 or suffixed else 0.0
        after = lines[index + 1 : index + 5]
        signed = [i for i, x in enumerate(after) if is_date_line(x) or is_byline(x)]
        if any(is_date_line(x) for x in lines[max(index - 2, 0) : index]):
            score += 0.4
        score += (0.9 - 0.1 * signed[0]) if signed else 0.0
        distance = start - 1 - index if index < start else 0
        score += 0.8 - 0.05 * min(distance, 20)
        score += 0.9 if index == 0 and len(line.words) >= 4 else 0.0
        if _SEPARATOR.search(line.text) or (index <= 1 and _MASTHEAD.search(line.text)):
            score -= 2.0 if index <= 1 else 1.2
        for cue in line.cues:
            score -= 1.2 if cue.where == "whole" else 0.4 if cue.where == "start" else 0.0
        scores[index] = score
    if not scores:
        return None
    best = max(scores, key=lambda index: (scores[index], index))
    if scores[best] <= 1.0:
        return None
    before = best - 1  # the headline stands above its deck
    plain = 3 <= len(lines[before].words) <= 16 and keys[lines[before].key] == 1 and before >= 0
    if plain and keys[lines[best].key] == 1 and scores.get(before, -9.0) > scores[best] - 0.9:
        return before
    return best


def _stated_title(layout: Layout) -> int | None:
    """The last line before the prose that is the title which the file states."""
    key = " ".join(re.findall(r"[^\W_]+", (layout.stated or "").lower()))
    same = [index for index, line in enumerate(layout.lines) if line.key == key]
    before = [index for index in same if index < layout.stretch[0]]
    return before[-1] if before else None


def label_lines(layout: Layout) -> list[Label]:
    """Kind and reason of each line."""
    lines = layout.lines
    layout.title = _stated_title(layout) if layout.stated else None
    if layout.title is None:
        layout.title = find_title(layout)
    labels: list[Label | None] = [None] * len(lines)
    for index, line in enumerate(lines):
        labels[index] = _label_alone(layout, index, line)
    _label_embeds(layout, labels)
    _label_menus(layout, labels)
    _label_comments(layout, labels)
    _label_author(layout, labels)
    _label_head(layout, labels)
    _label_again(layout, labels)
    _label_zones(layout, labels)
    _smooth(layout, labels)
    return [label or ("other", "no rule fits") for label in labels]


def _label_alone(layout: Layout, index: int, line: Line) -> Label | None:
    """What a line is by itself; None where its neighbours have to tell."""
    if index == layout.title:
        return "title", "headline before the prose"
    if _is_copy(layout, index):
        return "repeat", "repeats an earlier passage"
    if layout.title is not None and _same_headline(line, layout.lines[layout.title]):
        return "repeat", "repeats the title"
    if layout.chosen[index]:
        if _is_heading(layout, index):
            return "heading", "short line above prose"
        return "body", "reads like the article's prose"
    if len(line.text) > _LONGEST_LINE:
        return "other", "too long for a paragraph"
    if is_date_line(line):
        return "date", "a date and little else"
    if is_byline(line):
        return "byline", "says who wrote it"
    if is_credited(line):
        return "caption", "ends or starts with a credit"
    if "©" in line.text or line.text[:3].lower() == "(c)":
        return "disclaimer", "sign of copyright"
    parts = _SEPARATOR.split(line.text)
    if len(parts) >= 3 and len(line.words) <= 4 * len(parts) and not line.text.endswith("."):
        return "nav", "a row of links"
    if index <= 1 and index < layout.stretch[0] and len(parts) == 2 and line.text[-1] not in ".!?":
        return "other", "head of the page"
    if line.has("comment", "whole") and len(line.words) == 1:
        return "nav", "link to the comments"
    found = _by_cues(line)
    if found:
        return found
    if _ADDRESS.fullmatch(line.text):
        return "other", "address of a site"
    return None


def _is_copy(layout: Layout, index: int) -> bool:
    """Whether the line repeats one of the article's prose, or of the box right behind it."""
    source = layout.copies.get(index)
    if source is None:
        return False
    line = layout.lines[index]
    if len(line.words) <= 4 and line.has("nav", "whole"):
        return False
    end = layout.stretch[1]
    return bool(layout.chosen[source]) or (
        end <= source < end + 8 and _in_second_copy(layout, index)
    )


def _in_second_copy(layout: Layout, index: int) -> bool:
    """Whether lines of the article's prose are repeated right before the line."""
    near = range(max(index - 10, 0), index)
    return any(layout.chosen[layout.copies[i]] for i in near if i in layout.copies)


def _same_headline(line: Line, title: Line) -> bool:
    if line.key == title.key:
        return True
    rest = len(line.words) - len(title.words)
    return len(title.words) >= 4 and 0 < rest <= 6 and line.key.startswith(title.key + " ")


def _label_comments(layout: Layout, labels: list[Label | None]) -> None:
    """The comments of readers, up to the first line that opens another part of the page.

    The reason tells a comment from the line that names its author and from the header.
    """
    stop = layout.comments
    for index in range(layout.comments, len(labels)):
        line = layout.lines[index]
        if index > layout.comments:
            opens = line.has("related", "whole") or line.has("appeal", "whole")
            legal = "©" in line.text or len([c for c in line.cues if c.kind == "disclaimer"]) >= 2
            known = labels[index]
            ends = known and known[0] == "disclaimer" and index >= len(labels) - 3
            if opens or legal or ends:
                break
        stop = index + 1
        header = line.has("comment", "whole", "start") and len(line.words) <= 14
        labels[index] = (
            "comment",
            COMMENT_HEADER if header or line.has("nav", "whole") else COMMENT,
        )
    talk = [i for i in range(layout.comments, stop) if labels[i] == ("comment", COMMENT)]
    named = talk and _is_signature(layout.lines[talk[0]]) and len(talk) > 1
    signed = False
    for index in talk if named else []:
        signed = not signed and _is_signature(layout.lines[index])
        if signed:
            labels[index] = ("comment", COMMENT_AUTHOR)


def _is_signature(line: Line) -> bool:
    """Whether a line among comments could be the name of who wrote the next."""
    if len(line.words) > 5:
        return False
    return "→" in line.text or line.text[-1] not in ".!?…,;"


def _label_embeds(layout: Layout, labels: list[Label | None]) -> None:
    """Posts of other sites: from a handle or a platform's name to the count of likes or views."""
    lines, (start, end) = layout.lines, layout.stretch
    for index in range(start, min(end + 2, len(lines))):
        line = lines[index]
        if len(line.words) > 14 or not _METRIC.search(line.text):
            continue
        first = index
        for before in range(index - 1, max(index - 6, start - 1), -1):
            if _HANDLE.search(lines[before].text) or _PLATFORM.match(lines[before].text):
                first = before
        for place in range(first, index + 1):
            labels[place] = ("embed", "post of another site")
    for index in range(start, min(end, len(lines))):
        known = labels[index]
        if _HANDLE.match(lines[index].text) and (known is None or known[0] != "body"):
            labels[index] = ("embed", "post of another site")


def _label_menus(layout: Layout, labels: list[Label | None]) -> None:
    """Runs of very short lines are menus, whatever words stand in them."""
    lines, (start, end) = layout.lines, layout.stretch
    low = start if layout.title is None else min(start, layout.title)
    index = 0
    while index < len(lines):
        stop = index
        while stop < len(lines) and len(lines[stop].words) <= _MENU_WORDS and not low <= stop < end:
            if labels[stop] and labels[stop][0] in ("title", "repeat"):  # type: ignore[index]
                break
            stop += 1
        if stop - index >= _MENU_LINES and index < layout.comments:
            for place in range(index, stop):
                known = labels[place]
                if known is None or known[0] not in ("disclaimer", "comment", "byline"):
                    labels[place] = ("nav", "in a run of short lines")
        index = max(stop, index + 1)


def _label_author(layout: Layout, labels: list[Label | None]) -> None:
    """Lines behind the prose, or at its very end, that start with the name in the byline."""
    names = [
        name.lower()
        for line, label in zip(layout.lines, labels, strict=True)
        if label and label[0] == "byline"
        for name in find_names(line.text)
    ]
    end = layout.stretch[1]
    for index in range(max(end - 3, 0), min(end + 6, len(labels))):
        line = layout.lines[index]
        opens = any(line.text.lower().startswith(name + " ") for name in names)
        label = labels[index]
        if (
            opens
            and 6 <= len(line.words) <= 90
            and (label is None or label[0] in ("body", "related"))
        ):
            rest = [labels[i] for i in range(index + 1, end)]
            if not any(later and later[0] == "body" for later in rest) or index == end - 1:
                labels[index] = ("about", "starts with the author's name")


def _label_again(layout: Layout, labels: list[Label | None]) -> None:
    """Title, byline, date, deck or caption that stands a second time."""
    first: dict[str, int] = {}
    for index, line in enumerate(layout.lines):
        label = labels[index]
        if label is None or label[0] not in ("byline", "date", "deck", "caption") or not line.words:
            continue
        source = first.setdefault(line.key, index)
        if source != index and len(line.words) >= 2:
            labels[index] = ("repeat", "repeats an earlier passage")
            layout.copies.setdefault(index, source)


def _label_head(layout: Layout, labels: list[Label | None]) -> None:
    """Deck, byline and caption between the title and the prose."""
    title, start = layout.title, layout.stretch[0]
    if title is None:
        return
    last = start if title < start else min(title + _HEAD_LINES, len(labels))
    for index in range(title + 1, last):
        line = layout.lines[index]
        if labels[index] is not None:
            continue
        if index - title > _HEAD_LINES:
            break
        names = find_names(line.text)
        if names and sum(len(name.split()) for name in names) >= len(line.words) - 2:
            labels[index] = ("byline", "names under the title")
        elif len(line.words) >= 6:
            labels[index] = ("deck", "sentence under the title")


def _label_zones(layout: Layout, labels: list[Label | None]) -> None:
    """Lines that only their neighbours explain: lists of headlines, menus, boxes."""
    lines, (start, end) = layout.lines, layout.stretch
    zone: Label | None = None
    opened = 0
    for index, line in enumerate(lines):
        known = labels[index]
        if known is not None:
            kind = known[0]
            if kind in ("related", "about", "appeal") and line.has(kind, "whole", "start"):
                zone, opened = (kind, f"under: {line.text[:60]}"), index
            elif kind in ("body", "title", "heading", "disclaimer", "comment"):
                zone = None
            continue
        size = len(line.words)
        if not size:
            near = labels[index - 1] if index else None
            labels[index] = (
                (near[0], "between such lines") if near and zone else ("other", "no words")
            )
            continue
        if zone and zone[0] in ("about", "appeal"):
            if index - opened <= _ZONE_LINES and (size > _MENU_WORDS or zone[0] == "about"):
                labels[index] = zone
                continue
            zone = None
        if index <= 1 and index < start and not line.text.endswith("."):
            labels[index] = ("other", "head of the page")
            continue
        headline = _HEADLINE[0] <= size <= _HEADLINE[1]
        if zone and (headline or size > _HEADLINE[1]):
            labels[index] = zone
        elif size > _HEADLINE[1] or headline:
            labels[index] = ("related", "headline or teaser outside the article")
    _fill_short(layout, labels)


def _smooth(layout: Layout, labels: list[Label | None]) -> None:
    """Short lines in a list of headlines belong to it; one headline in a menu to the menu."""
    lines, (start, end) = layout.lines, layout.stretch
    low = start if layout.title is None else min(start, layout.title)
    kinds = [label[0] if label else "" for label in labels]
    for index, kind in enumerate(kinds):
        if low - 1 <= index < end + 2 or index >= layout.comments:
            continue
        line = lines[index]
        before, after = kinds[max(index - 2, 0) : index], kinds[index + 1 : index + 3]
        whole = any(cue.where == "whole" for cue in line.cues)
        if kind in ("date", "nav", "byline", "other", "caption") and len(line.words) <= 6:
            if "related" in before and "related" in after:
                labels[index] = ("related", "within a list of headlines")
        elif kind == "related" and len(line.words) <= 8 and not whole:
            around = kinds[max(index - 3, 0) : index] + kinds[index + 1 : index + 4]
            if around.count("nav") >= 4 and around.count("related") <= 1:
                labels[index] = ("nav", "one long line in a menu")


def _fill_short(layout: Layout, labels: list[Label | None]) -> None:
    """Short lines: part of a list of headlines that goes on around them, else of a menu."""
    count = len(labels)
    for index in range(count):
        if labels[index] is not None:
            continue
        before = next(
            (labels[i] for i in range(index - 1, max(index - 4, -1), -1) if _said(labels[i])), None
        )
        after = next(
            (labels[i] for i in range(index + 1, min(index + 4, count)) if _said(labels[i])), None
        )
        if before and after and before[0] == after[0] == "related":
            labels[index] = ("related", "within a list of headlines")
        else:
            labels[index] = ("nav", "short line outside the article")


def _said(label: Label | None) -> bool:
    return label is not None and label[1] != "short line outside the article"
