"""Content hashes of what a result depends on, and JSON."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .files import write_bytes
from .load.files import show_name

PACKAGE = Path(__file__).resolve().parent
STAMP = "corpus.json"  # beside passed-on tables: what they were made from
HEX = 16  # 64 bits: no chance twins among millions of files


def hash_bytes(data: bytes) -> str:
    """16 hex digits of the SHA-256 of `data`."""
    return hashlib.sha256(data).hexdigest()[:HEX]


def hash_file(path: Path) -> str:
    """16 hex digits of the SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:HEX]


def hash_json(value: Any) -> str:
    """16 hex digits of a value that JSON can hold, whatever the order of its keys."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hash_bytes(text.encode())


def list_files(folder: Path) -> list[Path]:
    """The files under `folder` (or the file itself), sorted; hidden ones are left out.

    Links that lead out of the folder are not followed, as `read_articles` does not follow them.
    """
    if folder.is_file():
        return [folder]
    root = folder.resolve()
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            path = Path(parent, name)
            if name.startswith(".") or not path.is_file():
                continue
            if path.is_symlink() and not path.resolve().is_relative_to(root):
                continue
            found.append(path)
    return sorted(found)


def hash_corpus(corpus: Path) -> dict[str, str]:
    """The hash of each file of a corpus, by its path within the corpus."""
    base = corpus.parent if corpus.is_file() else corpus
    hashes = {}
    for path in list_files(corpus):
        name = show_name(path.relative_to(base).as_posix())
        try:
            hashes[name] = hash_file(path)
        except OSError as error:  # read_articles names it; here it is an input all the same
            hashes[name] = f"unreadable: {error.strerror}"
    return hashes


def hash_library() -> dict[str, str]:
    """The hash of each source and resource file of cstolib, by its path within the package."""
    paths = (path.relative_to(PACKAGE) for path in list_files(PACKAGE))
    return {
        path.as_posix(): hash_file(PACKAGE / path)
        for path in paths
        if {"__pycache__", "project"}.isdisjoint(path.parts)  # notebooks and texts count apart
        and path.suffix not in {".pyc", ".nbi", ".nbc", ".pyi"}
    }


def describe_inputs(corpus: Path, codebook: str, corrections: str | Path) -> dict[str, str]:
    """What the five tables depend on: the files, the codebook, the corrections."""
    book = "default" if codebook in ("", "default") else hash_file(Path(codebook).expanduser())
    fixes = hash_file(Path(corrections)) if str(corrections) else "none"
    return {
        "corpus": hash_json(hash_corpus(corpus)),
        "codebook": book,
        "corrections": fixes,
        "library": hash_json(hash_library()),
    }


def changed_keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The keys that are in one only or whose values differ, sorted."""
    return sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))


def name_few(names: Iterable[str], most: int = 3) -> str:
    """`a, b, c and 4 more`."""
    listed = list(names)
    rest = len(listed) - most
    return ", ".join(listed[:most]) + (f" and {rest} more" if rest > 0 else "")


def write_json(path: Path, value: Any) -> None:
    """Write `value` as readable JSON, whole or not at all."""
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    write_bytes(path, (text + "\n").encode())


def read_json(path: Path) -> Any:
    """The JSON value in a file; None where there is no such file or it is not JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def seal(folder: Path, name: str, **facts: Any) -> None:
    """Write `folder/name`: some facts, and the hash of each file that stands in the folder now."""
    files = {key: value for key, value in hash_corpus(folder).items() if key != name}
    write_json(folder / name, {**facts, "files": files})


def broken_files(folder: Path, name: str) -> list[str] | None:
    """The files of a sealed folder that are gone or changed since; None where it has no seal."""
    stamp = read_json(folder / name)
    if not isinstance(stamp, dict) or not isinstance(stamp.get("files"), dict):
        return None
    found = hash_corpus(folder)
    return [key for key, value in sorted(stamp["files"].items()) if found.get(key) != value]
