"""cstolib: what the press writes about the CSTO, with its evidence.

The names are listed, with their types, in __init__.pyi; each is loaded when it is first used.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
