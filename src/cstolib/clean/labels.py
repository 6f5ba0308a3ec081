"""Each line -> its kind and the rule that decided."""

import re

from .layout import SEPARATOR, Layout, find_title, is_heading, may_head, same_headline, stated_title
from .lines import Flags, Line
from .marks import LONGEST_LINE, Label, by_cues
from .names import find_names
from .scan import HAS_DOT, HAS_SIGN, HAS_SPACE, MAY_SEPARATE, OPENS_C
from .zones import label_comments, label_embeds, label_menus, label_zones, smooth_lists

_HEAD_LINES = 14  # lines before the prose in which title, byline and date are looked for
_BODY = ("body", "reads like the article's prose")
_MANY_PARTS = 5  # of a line: more than a credit or a byline has
_ADDRESS = re.compile(r"(?:https?://)?(?:www\.)?[\w-]+(?:\.[\w-]+)+/?", re.IGNORECASE)


def _is_deck(layout: Layout, index: int) -> bool:
    """Whether a line that reads like prose stands under the title, above byline or date."""
    title = layout.title
    if title is None or not 0 < index - title <= 2 or index > layout.stretch[0] + 1:
        return False
    after = slice(index + 1, index + 4)
    signed = layout.marks.dated[after] | layout.marks.signed[after]
    return bool((signed & ~layout.chosen[after]).any())


def _is_copy(layout: Layout, index: int) -> bool:
    """Whether the line repeats one of the article's prose, or of the box right behind it."""
    source = layout.copies.get(index)
    if source is None:
        return False
    line = layout.lines[index]
    if line.size <= 4 and line.has("nav", "whole"):
        return False
    end = layout.stretch[1]
    return bool(layout.chosen[source]) or (
        end <= source < end + 8 and _in_second_copy(layout, index)
    )


def _in_second_copy(layout: Layout, index: int) -> bool:
    """Whether lines of the article's prose are repeated right before the line."""
    near = range(max(index - 10, 0), index)
    return any(layout.chosen[layout.copies[i]] for i in near if i in layout.copies)


def _label_prose(layout: Layout, index: int) -> Label:
    if _is_deck(layout, index):
        return "deck", "between the title and the byline or date"
    if is_heading(layout, index):
        return "heading", "short line above prose"
    return _BODY


def _telling(layout: Layout) -> Flags:
    """Lines outside the prose that may say by themselves what they are."""
    lines, marks = layout.lines, layout.marks
    address = lines.flagged(HAS_DOT) & ~lines.flagged(HAS_SPACE)
    known = marks.dated | marks.signed | marks.credited | address | (lines.cue_mask > 0)
    known |= lines.flagged(HAS_SIGN | OPENS_C | MAY_SEPARATE)
    return known | (lines.ends - lines.starts > LONGEST_LINE)


def _label_alone(layout: Layout, index: int, line: Line) -> Label | None:
    """What a line outside the prose is by itself; None where its neighbours have to tell."""
    if len(line.text) > LONGEST_LINE:
        return "other", "too long for a paragraph"
    parts = len(SEPARATOR.split(line.text)) if line.flags & MAY_SEPARATE else 1
    signed = "/" in line.text or line.flags & HAS_SIGN
    if parts >= _MANY_PARTS and line.size <= 3 * parts and not signed:
        return "nav", "a row of links"
    if layout.marks.dated[index]:
        return "date", "a date and little else"
    if layout.marks.signed[index]:
        return "byline", "says who wrote it"
    if layout.marks.credited[index]:
        return "caption", "ends or starts with a credit"
    if line.flags & (HAS_SIGN | OPENS_C):
        return "disclaimer", "sign of copyright"
    if parts >= 3 and line.size <= 4 * parts and not line.text.endswith("."):
        return "nav", "a row of links"
    if index <= 1 and index < layout.stretch[0] and parts == 2 and line.text[-1] not in ".!?":
        return "other", "head of the page"
    if line.size == 1 and line.has("comment", "whole"):
        return "nav", "link to the comments"
    found = by_cues(line)
    if found:
        return found
    if _ADDRESS.fullmatch(line.text):
        return "other", "address of a site"
    return None


def _label_lines(layout: Layout) -> list[Label | None]:
    """What lines are by themselves, the repeated ones included."""
    lines = layout.lines
    labels: list[Label | None] = [None] * len(lines)
    for index in (_telling(layout) & ~layout.chosen).nonzero()[0].tolist():
        labels[index] = _label_alone(layout, index, lines[index])
    for index in layout.chosen.nonzero()[0].tolist():
        labels[index] = _BODY
    heads = layout.chosen & may_head(lines)
    if layout.title is not None:
        heads[layout.title : layout.title + 3] |= layout.chosen[layout.title : layout.title + 3]
    for index in heads.nonzero()[0].tolist():
        labels[index] = _label_prose(layout, index)
    if layout.title is not None:
        for index in same_headline(lines, layout.title).nonzero()[0].tolist():
            labels[index] = ("repeat", "repeats the title")
    for index in layout.copies:
        if _is_copy(layout, index):
            labels[index] = ("repeat", "repeats an earlier passage")
    if layout.title is not None:
        labels[layout.title] = ("title", "headline before the prose")
    return labels


def _label_author(layout: Layout, labels: list[Label | None]) -> None:
    """Lines behind the prose, or at its very end, that start with the name in the byline."""
    names = [
        name.lower()
        for index, label in enumerate(labels)
        if label and label[0] == "byline"
        for name in find_names(layout.lines[index].text)
    ]
    if not names:
        return
    end = layout.stretch[1]
    for index in range(max(end - 3, 0), min(end + 6, len(labels))):
        line = layout.lines[index]
        opens = any(line.text.lower().startswith(name + " ") for name in names)
        label = labels[index]
        if opens and 6 <= line.size <= 90 and (label is None or label[0] in ("body", "related")):
            rest = [labels[i] for i in range(index + 1, end)]
            if not any(later and later[0] == "body" for later in rest) or index == end - 1:
                labels[index] = ("about", "starts with the author's name")


def _label_again(layout: Layout, labels: list[Label | None]) -> None:
    """Title, byline, date, deck or caption that stands a second time."""
    lines = layout.lines
    first: dict[int, int] = {}
    for index in ((lines.times > 1) & (lines.sizes >= 2)).nonzero()[0].tolist():
        label = labels[index]
        if label is None or label[0] not in ("byline", "date", "deck", "caption"):
            continue
        source = first.setdefault(int(lines.first[index]), index)
        if source != index:
            labels[index] = ("repeat", "repeats an earlier passage")
            layout.copies.setdefault(index, source)


def _label_head(layout: Layout, labels: list[Label | None]) -> None:
    """Deck, byline and caption between the title and the prose."""
    title, start = layout.title, layout.stretch[0]
    if title is None:
        return
    last = start if title < start else min(title + _HEAD_LINES, len(labels))
    for index in range(title + 1, last):
        if labels[index] is not None:
            continue
        if index - title > _HEAD_LINES:
            break
        line = layout.lines[index]
        names = find_names(line.text)
        if names and sum(len(name.split()) for name in names) >= line.size - 2:
            labels[index] = ("byline", "names under the title")
        elif line.size >= 6:
            labels[index] = ("deck", "sentence under the title")


def label_lines(layout: Layout) -> list[Label]:
    """Kind and reason of each line."""
    layout.title = stated_title(layout) if layout.stated else None
    if layout.title is None:
        layout.title = find_title(layout)
    labels = _label_lines(layout)
    label_embeds(layout, labels)
    label_menus(layout, labels)
    label_comments(layout, labels)
    _label_author(layout, labels)
    _label_head(layout, labels)
    _label_again(layout, labels)
    label_zones(layout, labels)
    smooth_lists(layout, labels)
    return [label or ("other", "no rule fits") for label in labels]
