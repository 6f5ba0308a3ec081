"""Work on more articles than memory holds: a corpus cut into pieces, and who works on them.

pieces.py cuts a corpus into pieces of bounded size, engines.py maps a function over them, in
processes here or on Dask workers, and parts.py writes what comes out, a file for each piece.
"""

from .engines import BatchError, open_engine
from .pieces import Piece, cut_corpus, read_piece

__all__ = ["BatchError", "Piece", "cut_corpus", "open_engine", "read_piece"]
