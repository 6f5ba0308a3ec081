"""The lines of an HTML page that are prose: an extractor's choice, checked by the line model."""

import numpy as np

from .lines import Flags, Lines, Table

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
    lines: Lines, scores: Table, barred: Flags, spans: list[tuple[int, int]]
) -> tuple[Flags, tuple[int, int]]:
    """Which lines are prose, and the stretch they stand in."""
    chosen = np.isin(lines.starts, [start for start, _ in spans])
    sizes = lines.ends - lines.starts
    prose = sizes[chosen & (scores > 0)].sum() / max(sizes[chosen].sum(), 1)
    if prose >= _MOSTLY_PROSE:
        places = np.flatnonzero(chosen)
        fits = np.flatnonzero(scores[places] >= _NO_PROSE)
        if len(fits):
            chosen[places[: fits[0]]] = False
            chosen[places[fits[-1] + 1 :]] = False
        chosen &= ~(barred & (sizes < _SHORT))
    places = np.flatnonzero(chosen)
    return chosen, (int(places[0]), int(places[-1]) + 1) if len(places) else (0, 0)
