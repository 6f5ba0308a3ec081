"""Sentiment toward the actors that a sentence names.

vader.py scores the tone of a sentence by word ratings, lexicon.py learns weights of words by their
place to the target and explains itself, model.py runs the encoder, english.py says which texts
they can read, score.py makes the tables.
"""

from .lexicon import explain_lexicon
from .score import SentimentWarning, score_sentiment, score_targets

__all__ = ["SentimentWarning", "explain_lexicon", "score_sentiment", "score_targets"]
