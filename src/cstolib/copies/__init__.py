"""Copies between articles: which are the same, edited, one inside the other, or quote each other.

prose.py lays the articles' prose out for the kernels, candidates.py joins articles that share
sampled shingles, compare.py compares each such pair by all its shingles, find.py decides.
"""

from .find import explain_copies, find_copies

__all__ = ["explain_copies", "find_copies"]
