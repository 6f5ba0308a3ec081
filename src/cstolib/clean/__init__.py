"""Articles -> passages: every stretch of text with its kind and the rule that decided.

Cleaning deletes nothing. `passages` cover all of `raw` that is not blank, without overlap.
"""

from .articles import clean_articles, ledger

__all__ = ["clean_articles", "ledger"]
