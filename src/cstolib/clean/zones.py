"""Lines that their neighbours explain: comments, posts of other sites, menus, lists, boxes."""

import re

import numpy as np

from .layout import Layout
from .lines import Line, cue_bits, where_bits
from .marks import Label
from .scan import HAS_AT, HAS_DIGIT

COMMENT = "a reader's comment"
COMMENT_HEADER = "header of the comments"
COMMENT_AUTHOR = "who wrote the next comment"
_MENU_WORDS = 4
_MENU_LINES = 6
_ZONE_LINES = 5  # lines that a header explains, where they do not look like headlines
_HEADLINE = 5  # words of a headline or teaser in a list
_NONE = ("", "")
_SHORT_LINE = ("nav", "short line outside the article")
_WHERE_MENUS_STOP = ("title", "repeat")
_NO_MENU = ("disclaimer", "comment", "byline")
_LISTED = ("date", "nav", "byline", "other", "caption")
_ZONE_ENDS = ("body", "title", "heading", "disclaimer", "comment")
_ZONES = {kind: cue_bits(kind, "whole", "start") for kind in ("related", "about", "appeal")}
_WHOLE = where_bits("whole")
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
    if line.size > 5:
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
        header = line.has("comment", "whole", "start") and line.size <= 14
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
    short = (lines.sizes <= 14) & lines.flagged(HAS_DIGIT)
    for index in (start + short[start : end + 2].nonzero()[0]).tolist():
        if not _METRIC.search(lines[index].text):
            continue
        first = index
        for before in range(index - 1, max(index - 6, start - 1), -1):
            if _HANDLE.search(lines[before].text) or _PLATFORM.match(lines[before].text):
                first = before
        for place in range(first, index + 1):
            labels[place] = ("embed", "post of another site")
    for index in (start + lines.flagged(HAS_AT)[start:end].nonzero()[0]).tolist():
        if (labels[index] or _NONE)[0] != "body" and _HANDLE.match(lines[index].text):
            labels[index] = ("embed", "post of another site")


def label_menus(layout: Layout, labels: list[Label | None]) -> None:
    """Runs of very short lines are menus, whatever words stand in them."""
    lines, (start, end) = layout.lines, layout.stretch
    short = lines.sizes <= _MENU_WORDS
    short[start if layout.title is None else min(start, layout.title) : end] = False
    edges = np.flatnonzero(np.diff(np.concatenate([[0], short, [0]])))
    for first, last in edges.reshape(-1, 2).tolist():
        while last - first >= _MENU_LINES:
            stops = (i for i in range(first, last) if (labels[i] or _NONE)[0] in _WHERE_MENUS_STOP)
            stop = next(stops, last)
            if stop - first >= _MENU_LINES and first < layout.comments:
                for place in range(first, stop):
                    if (labels[place] or _NONE)[0] not in _NO_MENU:
                        labels[place] = ("nav", "in a run of short lines")
            first = stop + 1


def _near(labels: list[Label | None], places: range) -> str:
    """The kind of the first of these lines whose label says more than that it is short."""
    for place in places:
        label = labels[place]
        if label is not None and label != _SHORT_LINE:
            return label[0]
    return ""


def _fill_short(labels: list[Label | None]) -> None:
    """Short lines: part of a list of headlines that goes on around them, else of a menu."""
    count = len(labels)
    for index in range(count):
        if labels[index] is None:
            labels[index] = _SHORT_LINE
            places = (
                range(index - 1, max(index - 4, -1), -1),
                range(index + 1, min(index + 4, count)),
            )
            if all(_near(labels, near) == "related" for near in places):
                labels[index] = ("related", "within a list of headlines")


def label_zones(layout: Layout, labels: list[Label | None]) -> None:
    """Lines that only their neighbours explain: lists of headlines, menus, boxes."""
    lines, start = layout.lines, layout.stretch[0]
    zone: Label | None = None
    opened = 0
    for index, known in enumerate(labels):
        if known is not None:
            kind = known[0]
            if kind in _ZONES:
                if lines.masks[index] & _ZONES[kind]:
                    zone, opened = (kind, f"under: {lines[index].text[:60]}"), index
            elif kind in _ZONE_ENDS:
                zone = None
            continue
        size = lines.facts[index][2]
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
        if index <= 1 and index < start and not lines[index].text.endswith("."):
            labels[index] = ("other", "head of the page")
        elif size >= _HEADLINE:
            labels[index] = zone or ("related", "headline or teaser outside the article")
    _fill_short(labels)


def smooth_lists(layout: Layout, labels: list[Label | None]) -> None:
    """Short lines in a list of headlines belong to it; one headline in a menu to the menu."""
    lines, (start, end) = layout.lines, layout.stretch
    low = start if layout.title is None else min(start, layout.title)
    kinds = [label[0] if label else "" for label in labels]
    places = [*range(low - 1), *range(max(end + 2, low - 1, 0), len(kinds))]
    for index in places:
        kind = kinds[index]
        if index >= layout.comments:
            break
        if kind == "related":
            if lines.facts[index][2] <= 8 and not lines.masks[index] & _WHOLE:
                around = kinds[max(index - 3, 0) : index] + kinds[index + 1 : index + 4]
                if around.count("nav") >= 4 and around.count("related") <= 1:
                    labels[index] = ("nav", "one long line in a menu")
        elif kind in _LISTED and lines.facts[index][2] <= 6:
            before, after = kinds[max(index - 2, 0) : index], kinds[index + 1 : index + 3]
            if "related" in before and "related" in after:
                labels[index] = ("related", "within a list of headlines")
