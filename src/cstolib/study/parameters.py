"""The parameters of a notebook, read from its `parameters` cell and checked before it starts.

A parameters cell holds annotated assignments, a comment each. A comment may end in what is allowed:
`(from 0 to 1)` for numbers, `(one of model, lexicon)` for text.
"""

import ast
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_RANGE = re.compile(r"\(from (-?[\d.]+) to (-?[\d.]+)\)")
_CHOICE = re.compile(r"\(one of ([^()]+)\)")
_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "list": (list,),
    "dict": (dict,),
}


class StudyError(ValueError):
    """A study that cannot be run as it is written. `faults` lists everything found wrong."""

    def __init__(self, faults: str | Iterable[str]) -> None:
        self.faults = [faults] if isinstance(faults, str) else list(faults)
        super().__init__("\n".join(self.faults))


@dataclass(frozen=True)
class Parameter:
    """One parameter of a notebook: its type as written, its default and what it means."""

    name: str
    type: str
    default: Any
    help: str

    def fault(self, value: Any) -> str | None:
        """What is wrong with `value`, or None."""
        kind, _, inner = self.type.partition("[")
        if not self._fits(value, kind):
            return f"must be {self.type}, got {value!r}"
        if kind == "list" and inner:
            wrong = [item for item in value if not self._fits(item, inner.rstrip("]").strip())]
            if wrong:
                return f"must be {self.type}, got {wrong[0]!r} in the list"
        if limits := _RANGE.search(self.help):
            low, high = map(float, limits.groups())
            if not low <= value <= high:  # NaN fails too
                return f"must be from {limits[1]} to {limits[2]}, got {value!r}"
        if (choice := _CHOICE.search(self.help)) and value not in (
            allowed := re.split(r",\s*", choice[1])
        ):
            return f"must be one of {', '.join(allowed)}, got {value!r}"
        return None

    @staticmethod
    def _fits(value: Any, kind: str) -> bool:
        if isinstance(value, bool):  # YAML's yes and no; True is an int to isinstance
            return kind not in ("str", "int", "float", "list", "dict")
        return isinstance(value, _TYPES.get(kind, (object,)))


def read_parameters(notebook: Path) -> dict[str, Parameter]:
    """The parameters of a notebook by name, in its order; StudyError names what is wrong."""
    try:
        content = json.loads(notebook.read_text(encoding="utf-8"))
        cells = content["cells"]
    except OSError as error:
        raise StudyError(f"{notebook}: cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise StudyError(f"{notebook}: not a notebook ({error}); open it in JupyterLab") from None
    tagged = [c for c in cells if "parameters" in c.get("metadata", {}).get("tags", [])]
    if len(tagged) > 1:
        raise StudyError(f"{notebook}: {len(tagged)} cells are tagged `parameters`; keep one")
    found: dict[str, Parameter] = {}
    for cell in tagged:
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        found |= _read_cell(source, notebook)
    return found


def _read_cell(source: str, notebook: Path) -> dict[str, Parameter]:
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        raise StudyError(f"{notebook}: the parameters cell is not Python: {error}") from None
    lines = source.splitlines()
    found = {}
    for statement in statements:
        line = lines[(statement.end_lineno or statement.lineno) - 1]
        if (
            not isinstance(statement, ast.AnnAssign)
            or not isinstance(statement.target, ast.Name)
            or statement.value is None
        ):
            raise StudyError(
                f"{notebook}: the parameters cell holds `{line.strip()}`; write each parameter as "
                "`name: type = default  # what it means`"
            )
        try:
            default = ast.literal_eval(statement.value)
        except ValueError:
            raise StudyError(
                f"{notebook}: the default of {statement.target.id} must be a plain value"
            ) from None
        comment = line.encode()[statement.end_col_offset or 0 :].decode().strip().lstrip("# ")
        found[statement.target.id] = Parameter(
            statement.target.id, ast.unparse(statement.annotation), default, comment
        )
    return found


def check_parameters(
    given: Mapping[str, Any], known: Mapping[str, Parameter], *, where: str
) -> list[str]:
    """Every fault of the parameters `given`, each a sentence that begins with `where`."""
    faults = []
    for name, value in given.items():
        if name not in known:
            allowed = ", ".join(known) or "none: it has no cell tagged `parameters`"
            faults.append(f"{where}: no parameter {name!r}; the notebook has {allowed}")
        elif fault := known[name].fault(value):
            faults.append(f"{where}: {name} {fault} ({known[name].help})")
    return faults
