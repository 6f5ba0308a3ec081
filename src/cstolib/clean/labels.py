"""Each line -> its kind and the rule that decided."""

import re

import numpy as np
import numpy.typing as npt

from ..tables import KINDS
from .layout import SEPARATOR, Layout, Page, find_titles, is_heading, may_head, same_headlines
from .lines import Flags
from .marks import LONGEST_LINE, Label, by_cues
from .names import find_names
from .scan import HAS_DOT, HAS_SIGN, HAS_SPACE, MAY_SEPARATE, OPENS_C
from .zones import (
    NO_LABEL,
    label_comments,
    label_embeds,
    label_menus,
    label_zones,
    smooth_lists,
)

_HEAD_LINES = 14  # lines before the prose in which title, byline and date are looked for
_BODY = ("body", "reads like the article's prose")
TITLE_AGAIN = ("repeat", "repeats the title")
_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}
_MANY_PARTS = 5  # of a line: more than a credit or a byline has
_ADDRESS = re.compile(r"(?:https?://)?(?:www\.)?[\w-]+(?:\.[\w-]+)+/?", re.IGNORECASE)

Kinds = npt.NDArray[np.int8]  # of each line: the place of its kind in tables.KINDS


def read_kinds(labels: list[Label]) -> Kinds:
    """The kinds of labelled lines."""
    return np.array([_NUMBERS[kind] for kind, _ in labels], np.int8)


def are(kinds: Kinds, *names: str) -> Flags:
    """Which lines are of these kinds."""
    known = np.zeros(len(KINDS), dtype=bool)
    known[[_NUMBERS[name] for name in names]] = True
    return known[kinds]


def _is_deck(layout: Layout, index: int) -> bool:
    """Whether a line that reads like prose stands under the title, above byline or date."""
    page = layout.page(index)
    if page.title is None or not 0 < index - page.title <= 2 or index > page.start + 1:
        return False
    after = slice(index + 1, min(index + 4, page.high))
    signed = layout.marks.dated[after] | layout.marks.signed[after]
    return bool((signed & ~layout.chosen[after]).any())


def _is_copy(layout: Layout, index: int, source: int) -> bool:
    """Whether the line repeats one of the article's prose, or of the box right behind it."""
    end = layout.page(index).end
    if layout.lines.counts[index] <= 4 and layout.lines.carries(index, "nav", "whole"):
        return False
    return bool(layout.chosen[source]) or (
        end <= source < end + 8 and _in_second_copy(layout, index)
    )


def _in_second_copy(layout: Layout, index: int) -> bool:
    """Whether lines of the article's prose are repeated right before the line."""
    near = range(max(index - 10, layout.page(index).low), index)
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
    known |= lines.ends - lines.starts > LONGEST_LINE
    return known & ~layout.chosen


def _label_alone(layout: Layout, index: int) -> Label | None:
    """What a line outside the prose is by itself; None where its neighbours have to tell."""
    lines = layout.lines
    text, size, flags = lines.text(index), lines.counts[index], lines.bits[index]
    if len(text) > LONGEST_LINE:
        return "other", "too long for a paragraph"
    parts = len(SEPARATOR.split(text)) if flags & MAY_SEPARATE else 1
    signed = "/" in text or flags & HAS_SIGN
    if parts >= _MANY_PARTS and size <= 3 * parts and not signed:
        return "nav", "a row of links"
    if layout.marks.dated[index]:
        return "date", "a date and little else"
    if layout.marks.signed[index]:
        return "byline", "says who wrote it"
    if layout.marks.credited[index]:
        return "caption", "ends or starts with a credit"
    if flags & (HAS_SIGN | OPENS_C):
        return "disclaimer", "sign of copyright"
    if parts >= 3 and size <= 4 * parts and not text.endswith("."):
        return "nav", "a row of links"
    if parts == 2 and text[-1] not in ".!?":
        page = layout.page(index)
        if index <= page.low + 1 and index < page.start:
            return "other", "head of the page"
    if size == 1 and lines.carries(index, "comment", "whole"):
        return "nav", "link to the comments"
    found = by_cues(lines, index)
    if found:
        return found
    if flags & HAS_DOT and _ADDRESS.fullmatch(text):
        return "other", "address of a site"
    return None


def _label_lines(layout: Layout) -> list[Label | None]:
    """What lines are by themselves, the repeated ones included."""
    lines, chosen = layout.lines, layout.chosen
    labels: list[Label | None] = [_BODY if prose else None for prose in chosen.tolist()]
    for index in _telling(layout).nonzero()[0].tolist():
        labels[index] = _label_alone(layout, index)
    heads = may_head(lines)
    for page in layout.pages:
        if page.title is not None:
            heads[page.title : min(page.title + 3, page.high)] = True
    for index in (chosen & heads).nonzero()[0].tolist():
        labels[index] = _label_prose(layout, index)
    titles = same_headlines(layout)
    for index in titles:
        labels[index] = TITLE_AGAIN
    for index, source in layout.copies.items():
        if _is_copy(layout, index, source):
            labels[index] = ("repeat", "repeats an earlier passage")
    for title in titles.values():
        labels[title] = ("title", "headline before the prose")
    layout.copies |= {i: title for i, title in titles.items() if labels[i] == TITLE_AGAIN}
    return labels


def _label_author(
    layout: Layout, page: Page, signed: list[int], labels: list[Label | None]
) -> None:
    """Lines behind the prose, or at its very end, that start with the name in the byline."""
    names = [
        name.lower() + " "
        for index in signed
        if (labels[index] or NO_LABEL)[0] == "byline"
        for name in find_names(layout.lines.text(index))
    ]
    for index in range(max(page.end - 3, page.low), min(page.end + 6, page.high) if names else 0):
        opens = layout.lines.text(index).lower().startswith(tuple(names))
        label, size = labels[index], layout.lines.counts[index]
        if opens and 6 <= size <= 90 and (label is None or label[0] in ("body", "related")):
            rest = labels[index + 1 : page.end]
            if not any(later and later[0] == "body" for later in rest) or index == page.end - 1:
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


def _label_head(layout: Layout, page: Page, labels: list[Label | None]) -> None:
    """Deck, byline and caption between the title and the prose."""
    title = page.title
    if title is None:
        return
    last = title + _HEAD_LINES
    for index in range(title + 1, min(page.start if title < page.start else page.high, last + 1)):
        if labels[index] is not None:
            continue
        names, size = find_names(layout.lines.text(index)), layout.lines.counts[index]
        if names and sum(len(name.split()) for name in names) >= size - 2:
            labels[index] = ("byline", "names under the title")
        elif size >= 6:
            labels[index] = ("deck", "sentence under the title")


def label_lines(layout: Layout) -> list[Label]:
    """Kind and reason of each line."""
    find_titles(layout)
    labels = _label_lines(layout)
    label_embeds(layout, labels)
    label_menus(layout, labels)
    signed = layout.lines.by_text(layout.marks.signed | layout.lines.has("byline"))
    for page, bylines in zip(layout.pages, signed, strict=True):
        label_comments(layout, page, labels)
        _label_author(layout, page, bylines, labels)
        _label_head(layout, page, labels)
    _label_again(layout, labels)
    for page in layout.pages:
        label_zones(layout, page, labels)
        smooth_lists(layout, page, labels)
    return [label or ("other", "no rule fits") for label in labels]
