"""Lines that their neighbours explain: comments, posts of other sites, menus, lists, boxes."""

import re

from .layout import Layout
from .lines import Line
from .marks import Label

COMMENT = "a reader's comment"
COMMENT_HEADER = "header of the comments"
COMMENT_AUTHOR = "who wrote the next comment"
_MENU_WORDS = 4
_MENU_LINES = 6
_ZONE_LINES = 5  # lines that a header explains, where they do not look like headlines
_HEADLINE = (5, 30)  # words of a headline or teaser in a list
_HANDLE = re.compile(r"^\W{0,3}@\w{2,30}\b|\(@\w{2,30}\)")
_METRIC = re.compile(
    r"\b[\d.,]+\s?[KkMкм]?\s(?:likes?|views?|retweets?|reposts?|shares|просмотр\w*|лайк\w*|me "
    r"gusta)\b",
    re.I,
)
_PLATFORM = re.compile(
    r"^\W*(?:twitter|x|telegram|facebook|instagram|vk|tiktok|youtube|телеграм|tweet)\W*$", re.I
)


def _is_signature(line: Line) -> bool:
    """Whether a line among comments could be the name of who wrote the next."""
    if len(line.words) > 5:
        return False
    return "→" in line.text or line.text[-1] not in ".!?…,;"


def label_comments(layout: Layout, labels: list[Label | None]) -> None:
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


def label_embeds(layout: Layout, labels: list[Label | None]) -> None:
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


def label_menus(layout: Layout, labels: list[Label | None]) -> None:
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


def _said(label: Label | None) -> bool:
    return label is not None and label[1] != "short line outside the article"


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


def label_zones(layout: Layout, labels: list[Label | None]) -> None:
    """Lines that only their neighbours explain: lists of headlines, menus, boxes."""
    lines, start = layout.lines, layout.stretch[0]
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


def smooth_lists(layout: Layout, labels: list[Label | None]) -> None:
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
