"""Copies between articles: which are the same, edited, one inside the other, or quote each other.

prose.py lays the articles' prose out for the kernels, candidates.py joins articles that share
sampled shingles, compare.py compares each such pair by all its shingles, clusters.py decides which
are copies and which article stays, find.py makes the table, explain.py shows a pair side by side.
"""

from .explain import explain_copies
from .find import find_copies

__all__ = ["explain_copies", "find_copies"]
