"""Files written whole or not at all."""

import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

_LITTER = re.compile(r"\..+\.[a-z0-9_]{8}\.part")  # as `write_atomic` names files


def write_atomic(path: Path, write: Callable[[Path], Any]) -> Path:
    """`path`, written under another name beside it and moved into place when whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    os.close(handle)
    part = Path(name)
    try:
        write(part)
        part.chmod(0o644)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    write_atomic(path, lambda part: part.write_bytes(data))


def remove_litter(folder: Path) -> None:
    """Remove what `write_atomic` left in `folder` when its process was killed."""
    for path in folder.glob(".*"):
        if _LITTER.fullmatch(path.name) and path.is_file():
            path.unlink(missing_ok=True)
