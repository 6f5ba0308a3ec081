"""Work on more articles than memory holds: `prepare_corpus` makes a corpus into tables on disk.

pieces.py cuts a corpus into pieces of bounded size, engines.py maps a function over them, in
processes here or on Dask workers, parts.py writes what comes out, a file for each piece, steps.py
says what is done with one batch, and prepare.py leads through them all.
"""

from .engines import BatchError, open_engine
from .pieces import Piece, cut_corpus, read_piece

__all__ = ["BatchError", "Piece", "cut_corpus", "open_engine", "read_piece"]
