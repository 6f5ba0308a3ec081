"""Each line -> its kind and the rule that decided."""

import re

from .layout import SEPARATOR, Layout, find_title, is_heading, same_headline, stated_title
from .lines import Line
from .marks import LONGEST_LINE, Label, by_cues, is_byline, is_credited, is_date_line
from .names import find_names
from .zones import label_comments, label_embeds, label_menus, label_zones, smooth_lists

_HEAD_LINES = 14  # lines before the prose in which title, byline and date are looked for
_ADDRESS = re.compile(r"(?:https?://)?(?:www\.)?[\w-]+(?:\.[\w-]+)+/?", re.IGNORECASE)


def _is_deck(layout: Layout, index: int) -> bool:
    """Whether a line that reads like prose stands under the title, above byline or date."""
    title, lines = layout.title, layout.lines
    if title is None or not 0 < index - title <= 2 or index > layout.stretch[0] + 1:
        return False
    after = range(index + 1, min(index + 4, len(lines)))
    return any(
        not layout.chosen[i] and (is_date_line(lines[i]) or is_byline(lines[i])) for i in after
    )


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


def _label_alone(layout: Layout, index: int, line: Line) -> Label | None:
    """What a line is by itself; None where its neighbours have to tell."""
    if index == layout.title:
        return "title", "headline before the prose"
    if _is_copy(layout, index):
        return "repeat", "repeats an earlier passage"
    if layout.title is not None and same_headline(line, layout.lines[layout.title]):
        return "repeat", "repeats the title"
    if layout.chosen[index]:
        if _is_deck(layout, index):
            return "deck", "between the title and the byline or date"
        if is_heading(layout, index):
            return "heading", "short line above prose"
        return "body", "reads like the article's prose"
    if len(line.text) > LONGEST_LINE:
        return "other", "too long for a paragraph"
    if is_date_line(line):
        return "date", "a date and little else"
    if is_byline(line):
        return "byline", "says who wrote it"
    if is_credited(line):
        return "caption", "ends or starts with a credit"
    if "©" in line.text or line.text[:3].lower() == "(c)":
        return "disclaimer", "sign of copyright"
    parts = SEPARATOR.split(line.text)
    if len(parts) >= 3 and len(line.words) <= 4 * len(parts) and not line.text.endswith("."):
        return "nav", "a row of links"
    if index <= 1 and index < layout.stretch[0] and len(parts) == 2 and line.text[-1] not in ".!?":
        return "other", "head of the page"
    if line.has("comment", "whole") and len(line.words) == 1:
        return "nav", "link to the comments"
    found = by_cues(line)
    if found:
        return found
    if _ADDRESS.fullmatch(line.text):
        return "other", "address of a site"
    return None


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


def label_lines(layout: Layout) -> list[Label]:
    """Kind and reason of each line."""
    lines = layout.lines
    layout.title = stated_title(layout) if layout.stated else None
    if layout.title is None:
        layout.title = find_title(layout)
    labels: list[Label | None] = [None] * len(lines)
    for index, line in enumerate(lines):
        labels[index] = _label_alone(layout, index, line)
    label_embeds(layout, labels)
    label_menus(layout, labels)
    label_comments(layout, labels)
    _label_author(layout, labels)
    _label_head(layout, labels)
    _label_again(layout, labels)
    label_zones(layout, labels)
    smooth_lists(layout, labels)
    return [label or ("other", "no rule fits") for label in labels]
