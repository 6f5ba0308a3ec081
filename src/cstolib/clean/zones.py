"""Lines that their neighbours explain: comments, posts of other sites, menus, lists, boxes."""

import re

import numpy as np

from .layout import Layout, Page
from .lines import Lines, cue_bits, where_bits
from .marks import Label, count_cues
from .scan import HAS_AT, HAS_DIGIT

COMMENT = "a reader's comment"
COMMENT_HEADER = "header of the comments"
COMMENT_AUTHOR = "who wrote the next comment"
_MENU_WORDS = 4
_MENU_LINES = 6
_ZONE_LINES = 5  # lines that a header explains, where they do not look like headlines
_HEADLINE = 5  # words of a headline or teaser in a list
NO_LABEL = ("", "")
_SHORT_LINE = ("nav", "short line outside the article")
_WHERE_MENUS_STOP = ("title", "repeat")
_NO_MENU = ("disclaimer", "comment", "byline")
_LISTED = ("date", "nav", "byline", "other", "caption")
_ZONE_ENDS = ("body", "title", "heading", "disclaimer", "comment")
_ZONES = {kind: cue_bits(kind, "whole", "start") for kind in ("related", "about", "appeal")}
_OPENS = cue_bits("related", "whole") | cue_bits("appeal", "whole")
_WHOLE = where_bits("whole")
_HANDLE = re.compile(r"^\W{0,3}@\w{2,30}\b|\(@\w{2,30}\)")
_METRIC = re.compile(
    r"(?<![\w.,])\d[\d.,]{0,15}\s?[KkMкм]?\s"
    r"(?:likes?|views?|retweets?|reposts?|shares|просмотр\w*|лайк\w*|me gusta)\b",
    re.I,
)
_PLATFORM = re.compile(
    r"^\W*(?:twitter|x|telegram|facebook|instagram|vk|tiktok|youtube|телеграм|tweet)\W*$", re.I
)


def _is_signature(lines: Lines, index: int) -> bool:
    """Whether a line among comments could be the name of who wrote the next."""
    text = lines.text(index)
    return lines.counts[index] <= 5 and ("→" in text or text[-1] not in ".!?…,;")


def label_comments(layout: Layout, page: Page, labels: list[Label | None]) -> None:
    """The comments of readers, up to the first line that opens another part of the page.

    The reason tells a comment from the line that names its author and from the header.
    """
    lines, talk = layout.lines, []
    for index in range(page.comments, page.high):
        if index > page.comments:
            opens = lines.masks[index] & _OPENS
            legal = "©" in lines.text(index) or count_cues(lines, index, "disclaimer") >= 2
            ends = (labels[index] or NO_LABEL)[0] == "disclaimer" and index >= page.high - 3
            if opens or legal or ends:
                break
        header = lines.carries(index, "comment", "whole", "start") and lines.counts[index] <= 14
        if header or lines.carries(index, "nav", "whole"):
            labels[index] = ("comment", COMMENT_HEADER)
        else:
            labels[index] = ("comment", COMMENT)
            talk.append(index)
    if len(talk) < 2 or not _is_signature(lines, talk[0]):
        return
    signed = False
    for index in talk:
        signed = not signed and _is_signature(lines, index)
        if signed:
            labels[index] = ("comment", COMMENT_AUTHOR)


def label_embeds(layout: Layout, labels: list[Label | None]) -> None:
    """Posts of other sites: from a handle or a platform's name to the count of likes or views."""
    lines = layout.lines
    at = np.arange(len(lines))
    start, end = layout.stretches[lines.texts].T
    inside = (at >= start) & (at < end)
    near = (at >= start) & (at < end + 2)
    short = near & (lines.sizes <= 14) & lines.flagged(HAS_DIGIT)
    for index in short.nonzero()[0].tolist():
        if not _METRIC.search(lines.text(index)):
            continue
        first = index
        for before in range(index - 1, max(index - 6, int(start[index]) - 1), -1):
            if _HANDLE.search(lines.text(before)) or _PLATFORM.match(lines.text(before)):
                first = before
        for place in range(first, index + 1):
            labels[place] = ("embed", "post of another site")
    for index in (inside & lines.flagged(HAS_AT)).nonzero()[0].tolist():
        if (labels[index] or NO_LABEL)[0] != "body" and _HANDLE.match(lines.text(index)):
            labels[index] = ("embed", "post of another site")


def label_menus(layout: Layout, labels: list[Label | None]) -> None:
    """Runs of very short lines are menus, whatever words stand in them."""
    lines = layout.lines
    short = lines.sizes <= _MENU_WORDS
    for page in layout.pages:
        short[_head(page) : page.end] = False
    runs = np.where(short, lines.texts, -1)
    starts = np.flatnonzero(np.diff(runs, prepend=-1))
    long = (np.diff(starts, append=len(lines)) >= _MENU_LINES) & (runs[starts] >= 0)
    ends = np.append(starts[1:], len(lines))[long]
    for first, last in zip(starts[long].tolist(), ends.tolist(), strict=True):
        comments = layout.page(first).comments
        while last - first >= _MENU_LINES:
            kinds = [(label or NO_LABEL)[0] for label in labels[first:last]]
            size = next(
                (i for i, kind in enumerate(kinds) if kind in _WHERE_MENUS_STOP), last - first
            )
            if size >= _MENU_LINES and first < comments:
                for place in range(size):
                    if kinds[place] not in _NO_MENU:
                        labels[first + place] = ("nav", "in a run of short lines")
            first += size + 1


def _head(page: Page) -> int:
    """The line in which the article starts: its title, where this stands before its prose."""
    return page.start if page.title is None else min(page.start, page.title)


def label_zones(layout: Layout, page: Page, labels: list[Label | None]) -> None:
    """Lines that only their neighbours explain: lists of headlines, menus, boxes."""
    lines = layout.lines
    zone: Label | None = None
    opened = 0
    for index in range(page.low, page.high):
        known = labels[index]
        if known is not None:
            kind = known[0]
            if kind in _ZONES:
                if lines.masks[index] & _ZONES[kind]:
                    zone, opened = (kind, f"under: {lines.text(index)[:60]}"), index
            elif kind in _ZONE_ENDS:
                zone = None
            continue
        size = lines.counts[index]
        if not size:
            near = labels[index - 1] if index > page.low else None
            labels[index] = (
                (near[0], "between such lines") if near and zone else ("other", "no words")
            )
            continue
        if zone and zone[0] in ("about", "appeal"):
            if index - opened <= _ZONE_LINES and (size > _MENU_WORDS or zone[0] == "about"):
                labels[index] = zone
                continue
            zone = None
        opens = index <= page.low + 1 and index < page.start
        if opens and not lines.text(index).endswith("."):
            labels[index] = ("other", "head of the page")
        elif size >= _HEADLINE:
            labels[index] = zone or ("related", "headline or teaser outside the article")
        else:
            labels[index] = zone if zone and index == opened + 1 else _SHORT_LINE


def smooth_lists(layout: Layout, page: Page, labels: list[Label | None]) -> None:
    """Short lines in a list of headlines belong to it; one headline in a menu to the menu."""
    lines, low = layout.lines, page.low
    head = _head(page)
    kinds = [(label or NO_LABEL)[0] for label in labels[low : page.high]]
    for index in (*range(low, head - 1), *range(max(page.end + 2, head - 1), page.comments)):
        at = index - low
        kind = kinds[at]
        if kind == "related":
            if lines.counts[index] <= 8 and not lines.masks[index] & _WHOLE:
                around = kinds[max(at - 3, 0) : at] + kinds[at + 1 : at + 4]
                if around.count("nav") >= 4 and around.count("related") <= 1:
                    labels[index] = ("nav", "one long line in a menu")
        elif kind in _LISTED and lines.counts[index] <= 6:
            before, after = kinds[max(at - 2, 0) : at], kinds[at + 1 : at + 3]
            if "related" in before and "related" in after:
                labels[index] = ("related", "within a list of headlines")
