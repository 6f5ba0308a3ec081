"""Which pairs are copies, and of the articles that they join, which one is kept."""

import numpy as np

from .candidates import find_roots, pack_pairs, split_pairs
from .compare import Compared, Overlap

WORDS = 25  # shared words from which articles quote, or one can be part of the other
_SIMILAR = 0.7  # similarity from which articles are copies whatever they consist of
_INSIDE = 0.8  # of the shorter article, stock text aside, lies in stretches that the other has too
_RELATED = 0.4  # the same for an article that is a copy of a copy of the one kept
_LENGTHS = 0.6  # the shorter has of the longer at least, where both run along each other
_PARTS = 3  # articles, none a copy of another, that make the article that holds them a digest
_ROOM = 1.1  # of the digest, its parts may be: they are counted with what each repeats


def are_alike(overlap: Overlap) -> np.ndarray:
    """Whether all the text says so, stock text or not: most of both articles runs along the other.

    Articles that are alike count as one where it is counted how many share a shingle.
    """
    sizes = np.sort([overlap.size_kept, overlap.size_left], axis=0)
    along = (overlap.inside >= _INSIDE * overlap.total) & (sizes[0] >= _LENGTHS * sizes[1])
    return along & (overlap.words >= WORDS) | (overlap.similarity >= _SIMILAR)


def is_inside(overlap: Overlap, share: float = _INSIDE) -> np.ndarray:
    """Whether that share of the shorter article runs along the other, in 25 words or more."""
    enough = (overlap.rare_words >= WORDS) & (overlap.inside >= share * overlap.total)
    return enough | (overlap.similarity >= _SIMILAR)


def hold_parts(pairs: np.ndarray, overlap: Overlap, links: np.ndarray) -> np.ndarray:
    """Which of the pairs join a digest with its parts.

    A digest holds three articles or more that no `links` join otherwise, one beside the other:
    together they are no longer than it is.
    """
    one, other = split_pairs(pairs)
    larger = overlap.size_kept >= overlap.size_left
    whole, part = np.where(larger, one, other), np.where(larger, other, one)
    size = np.maximum(overlap.size_kept, overlap.size_left)
    part_size = np.minimum(overlap.size_kept, overlap.size_left)
    held = np.zeros(len(pairs), np.bool_)
    wholes, times = np.unique(whole, return_counts=True)
    a, b = split_pairs(links)
    near = np.isin(a, part) & np.isin(b, part)
    a, b = a[near], b[near]
    for digest in wholes[times >= _PARTS]:
        own = np.flatnonzero(whole == digest)
        own = own[np.argsort(part[own])]
        parts = part[own]
        inner = np.isin(a, parts) & np.isin(b, parts)
        roots = find_roots(
            len(parts), np.searchsorted(parts, a[inner]), np.searchsorted(parts, b[inner])
        )
        longest = np.zeros(len(parts), np.int64)
        np.maximum.at(longest, roots, part_size[own])
        apart = np.count_nonzero(longest) >= _PARTS
        held[own] = apart and longest.sum() <= _ROOM * size[own[0]]
    return held


def choose_kept(compared: Compared, links: np.ndarray) -> np.ndarray:
    """For each article the one that is kept for it, itself or one before it.

    That is the first of all that the links join it with, unless it has little of it: a digest
    joins articles that have nothing in common. Such articles are joined anew without the first.
    """
    count = len(compared.prose.bounds)
    kept = np.arange(count)
    one, other = split_pairs(links)
    open_ = np.ones(count, np.bool_)
    while True:
        among = open_[one] & open_[other]
        roots = find_roots(count, one[among], other[among])
        joined = np.flatnonzero(roots != np.arange(count))
        if not len(joined):
            return kept
        pairs = pack_pairs(roots[joined], joined)
        order = np.argsort(pairs)
        related = is_inside(compared.get(pairs[order]), _RELATED)
        joined = joined[order]
        kept[joined[related]] = roots[joined[related]]
        open_ = np.zeros(count, np.bool_)
        open_[joined[~related]] = True
