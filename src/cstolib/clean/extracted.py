"""The lines of an HTML page that are prose: an extractor's choice, checked by the line model."""

import numpy as np

from .layout import Layout
from .lines import Table

# Found on pages of outlets held out. Where most of the extracted text reads like prose, lines at
# its ends that do not (lists of headlines, tags) are left out; so are short ones with plain marks
# of furniture. Elsewhere the extractor saw structure, a table say, that the text alone hides.
_MOSTLY_PROSE = 0.75
_NO_PROSE = -2.5  # log odds
_SHORT = 150  # characters


def parse_spans(value: object) -> list[tuple[int, int]]:
    """The spans of an `extracted` column; [] where there are none."""
    if not isinstance(value, str):
        return []
    pairs = (span.split("-") for span in value.split())
    return [(int(pair[0]), int(pair[1])) for pair in pairs]


def choose_extracted(
    layout: Layout, scores: Table, spans: dict[int, list[tuple[int, int]]]
) -> None:
    """Take for prose what an extractor found in some of the texts, where it found anything."""
    lines = layout.lines
    sizes, copied = lines.ends - lines.starts, np.zeros(len(lines), dtype=bool)
    copied[list(layout.copies)] = True
    barred = layout.marks.vetoed & ~copied & (sizes < _SHORT)
    for text, found in spans.items():
        low, high = lines.bounds[text : text + 2].tolist()
        starts = lines.starts[low:high] - lines.offsets[text]
        places = low + np.flatnonzero(np.isin(starts, [start for start, _ in found]))
        prose = sizes[places[scores[places] > 0]].sum() / max(sizes[places].sum(), 1)
        if prose >= _MOSTLY_PROSE:
            fits = np.flatnonzero(scores[places] >= _NO_PROSE)
            places = places[fits[0] : fits[-1] + 1] if len(fits) else places
            places = places[~barred[places]]
        if len(places):
            layout.chosen[low:high] = False
            layout.chosen[places] = True
            layout.stretches[text] = places[0], places[-1] + 1
            layout.comments[text] = max(layout.comments[text], places[-1] + 1)
    chosen = layout.chosen
    layout.copies = {copy: of for copy, of in layout.copies.items() if not chosen[copy]}
