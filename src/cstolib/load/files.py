"""A file, a folder or a list of them -> the files of a corpus, each opened with care.

Whoever scraped a corpus may have been handed anything: links, pipes, names that are no text.
"""

import os
import re
import stat
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

# Files that stand beside a corpus and are no articles.
_BESIDE = ("readme", "license", "licence", "sources.csv", "thumbs.db", "desktop.ini", "~$")
# What would break a line, or turn the direction of the text around it; half of a surrogate pair
# stands for a byte that is not UTF-8.
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_RACY = 2.0  # seconds within which a second write may leave the same time stamp
_PIECE = 1 << 20  # bytes


class CorpusError(ValueError):
    """The corpus cannot be read at all: the message names the path and what to do."""


class FileError(ValueError):
    """One file, or one row of it, cannot be read; the message says why and what to do."""


class CorpusWarning(UserWarning):
    """A file, or a row of one, was left out; the message names it, says why and what to do."""


def _escape(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")


def show_name(name: str) -> str:
    r"""A file's name as text that any file holds and that shows as it is: `a\nb`, `caf\xe9`."""
    return _UNSHOWN.sub(lambda found: _escape(found[0]), name)


def leave_out(path: Path, fault: str, strict: bool) -> None:
    """Warn that a file, or a part of it, is left out; raise CorpusError where `strict`."""
    message = f"{show_name(str(path))}: {show_name(fault)}"
    if strict:
        raise CorpusError(message)
    warnings.warn(message, CorpusWarning, stacklevel=4)


@contextmanager
def gather_warnings(messages: list[str]) -> Iterator[None]:
    """Collect the text of every CorpusWarning; other warnings pass."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    for one in caught:
        if issubclass(one.category, CorpusWarning):
            messages.append(str(one.message))
        else:
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)


def _walk(folder: Path, strict: bool) -> list[tuple[Path, str]]:
    """The files of `folder` with their paths in it; links that lead out of it are not followed."""
    root = folder.resolve()
    found: list[tuple[Path, str]] = []
    seen = {root}
    stack = [folder]
    while stack:
        here = stack.pop()
        try:
            entries = sorted(here.iterdir())
        except OSError as error:
            leave_out(here, f"the folder cannot be read: {error.strerror}", strict)
            continue
        for entry in entries:
            if entry.name.startswith(".") or entry.name.lower().startswith(_BESIDE):
                continue
            try:
                target = entry.resolve(strict=True)
            except (OSError, RuntimeError):  # the latter for a loop, up to Python 3.12
                leave_out(entry, "a link that leads nowhere; take it out", strict)
                continue
            if entry.is_symlink() and not target.is_relative_to(root):
                leave_out(entry, "a link that leads out of the corpus; copy the file", strict)
            elif entry.is_dir():
                if target not in seen:
                    seen.add(target)
                    stack.append(entry)
            elif entry.is_file():
                found.append((entry, entry.relative_to(folder).as_posix()))
            else:
                leave_out(entry, "no plain file; take it out of the corpus", strict)
    return found


def list_files(source: str | Path | Iterable[str | Path], strict: bool) -> list[tuple[Path, str]]:
    """Each file once, with its path within the corpus, in the order of those paths."""
    sources = [source] if isinstance(source, str | Path) else list(source)
    if not sources:
        raise CorpusError("the list of files is empty; give at least one file or folder")
    files: dict[Path, tuple[Path, str]] = {}
    for item in sources:
        path = Path(item).expanduser()
        if not str(item) or not path.exists():
            raise CorpusError(
                f"{item or 'the empty path'} does not exist; give a file or a folder of articles"
            )
        for file, name in _walk(path, strict) if path.is_dir() else [(path, path.name)]:
            known = files.get(file.resolve())
            if known is None or len(name) > len(known[1]):
                files[file.resolve()] = (file, name)
    return sorted(files.values(), key=lambda pair: (pair[1], str(pair[0])))


def _read_once(path: Path, most: int) -> tuple[bytes, bool]:
    """The bytes of a plain file, and whether it stood still meanwhile."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as stream:
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode):  # a pipe or a device may never end
            raise FileError("no plain file; take it out of the corpus")
        if before.st_size > most:
            raise FileError(
                f"it holds {before.st_size:,} bytes, and the limit is {most:,}; split it, or give "
                "read_articles a higher `largest`"
            )
        pieces, held = [], 0
        while held <= most and (piece := stream.read(_PIECE)):
            pieces.append(piece)
            held += len(piece)
        after = os.fstat(handle)
    still = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    return b"".join(pieces), still and held == before.st_size


def read_bytes(path: Path, most: int) -> bytes:
    """The bytes of a file that holds at most `most` and does not change while it is read."""
    data, still = _read_once(path, most)
    if still and time.time() - path.stat().st_mtime > _RACY:
        return data
    again, still = _read_once(path, most)  # written just now: perhaps it still is
    if still and data == again:
        return data
    final, still = _read_once(path, most)
    if still and final == again:
        return final
    raise FileError("the file changed while it was read; run again once it is written")
