"""Which packages cstolib stands on, what each is for, and under which licence.

Licences are read from what is installed: the metadata and the head of each licence file, because
the two do not always agree. Packages that are locked for other systems alone are named, not read.
"""

import importlib.metadata
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from benchmarks import ROOT, write_table

HEAD = 3000  # characters of a licence file: further down stand licences of bundled parts
SPOKEN = (  # how packages put it, and the licence's SPDX name; the first that fits
    (r"affero", "AGPL-3.0"),
    (r"lesser general|lgpl", "LGPL-3.0"),
    (r"general public|\bgpl", "GPL-3.0"),
    (r"mozilla|mpl", "MPL-2.0"),
    (r"apache", "Apache-2.0"),
    (r"2-clause bsd|bsd.2.clause", "BSD-2-Clause"),
    (r"bsd", "BSD-3-Clause"),
    (r"python software foundation|psf", "PSF-2.0"),
    (r"\bisc\b", "ISC"),
    (r"\bmit\b", "MIT"),
)
_STRICT = re.compile(r"\b(AGPL|GPL|LGPL)-")
_GRANT = re.compile(
    r"(?:under the terms of the|\A) *GNU (?:\w+ )?GENERAL PUBLIC LICENSE", re.IGNORECASE
)


@dataclass(frozen=True)
class Locked:
    """A package of the lock file: its versions, for which systems, and what needs it."""

    name: str
    versions: tuple[str, ...]
    marked: bool  # for some systems or versions of Python alone
    via: tuple[str, ...] = field(default=())


def read_declared(root: Path = ROOT) -> dict[str, tuple[Requirement, str, str]]:
    """Each direct dependency: the requirement, the extra it belongs to ("" for none), its use."""
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    said = dict(re.findall(r'^ *"([^"]+)", *# *(.+)$', text, re.MULTILINE))
    groups = {"": project["dependencies"], **project["optional-dependencies"]}
    declared = {}
    for extra, lines in groups.items():
        for line in lines:
            one = Requirement(line)
            declared[canonicalize_name(one.name)] = (one, extra, said.get(line, ""))
    return declared


def read_lock(root: Path = ROOT) -> dict[str, Locked]:
    """The packages of requirements.lock by name."""
    text = (root / "requirements.lock").read_text(encoding="utf-8")
    found: dict[str, Locked] = {}
    for entry in re.split(r"\n(?=[A-Za-z0-9])", text):
        name, version = re.match(r"([\w.-]+)==([^\s;]+)", entry).groups()
        via = re.findall(r"^ +#(?: via)? +([\w.-]+)", entry, re.MULTILINE)
        key, marked = canonicalize_name(name), ";" in entry.split("\n", 1)[0]
        known = found.get(key)
        versions = (*known.versions, version) if known else (version,)
        found[key] = Locked(key, versions, marked, tuple(one for one in via if one != "via"))
    return found


def _spoken(text: str) -> str:
    return next((name for words, name in SPOKEN if re.search(words, text, re.IGNORECASE)), "")


def read_licence(distribution: importlib.metadata.Distribution) -> str:
    """The licence of an installed package; where its files are stricter than it says, theirs."""
    said = distribution.metadata
    short = (said.get("License") or "").strip()
    kinds = [one for one in said.get_all("Classifier") or [] if one.startswith("License ::")]
    licence = said.get("License-Expression") or (_spoken(short) if len(short) < 60 else "")
    licence = licence or _spoken(" ".join(kinds)) or _spoken(short[:HEAD])
    for file in distribution.files or []:
        if re.search(r"licen[cs]e|copying", file.name, re.IGNORECASE) and "dist-info" in str(file):
            path = Path(str(distribution.locate_file(file)))
            head = path.read_text("utf-8", "replace")[:HEAD].strip() if path.is_file() else ""
            if (grant := _GRANT.search(head)) and " OR " not in licence:
                return f"{_spoken(grant[0])} (says {licence})"
    return licence


def read_licences() -> dict[str, str]:
    """The licence of each installed package by name; "" where none is told."""
    return {
        canonicalize_name(one.name): read_licence(one) for one in importlib.metadata.distributions()
    }


def is_copyleft(licence: str) -> bool:
    """Whether a licence asks the whole work to be free as it is: GPL, LGPL, AGPL with no choice."""
    return all(_STRICT.search(choice) for choice in licence.split(" OR "))


def main() -> None:
    """Write docs/dependencies.md."""
    declared, locked, licences = read_declared(), read_lock(), read_licences()
    rows = ["| package | locked | licence | for |", "| --- | --- | --- | --- |"]
    direct = [name for name in locked if name in declared]
    for name in [*direct, *(one for one in locked if one not in declared)]:
        if name not in licences:
            continue
        one = locked[name]
        why = f"needed by {', '.join(one.via[:3])}" + (" …" if len(one.via) > 3 else "")
        if name in declared:
            _, extra, use = declared[name]
            why = f"**{use}**" + (f" ({extra})" if extra else "")
        rows.append(f"| {name} | {', '.join(one.versions)} | {licences[name]} | {why} |")
    absent = [name for name in locked if name not in licences]
    rows += [
        "",
        f"Locked for other systems or versions of Python, not read here: {', '.join(absent)}.",
    ]
    write_table(ROOT / "docs" / "dependencies.md", "\n".join(rows))
