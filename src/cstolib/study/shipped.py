"""Where things lie: the project that is worked in, and what ships with the library."""

from pathlib import Path

from ..fingerprint import PACKAGE


def find_root(*starts: Path) -> Path:
    """The project's root: the nearest folder at or above a start that holds `notebooks/`.

    The starts are tried in order. Where none leads to a project, the root is the working folder
    if the first start lies in it, else the first start.
    """
    starts = tuple(map(Path.resolve, starts))
    for start in starts:
        for folder in (start, *start.parents):
            if (folder / "notebooks").is_dir():
                return folder
    here = Path.cwd().resolve()
    return here if starts[0].is_relative_to(here) else starts[0]


def find_shipped(name: str | Path, root: Path | None = None) -> Path:
    """The path `name` in `root`, or where it ships: notebooks, studies, data/raw/sample.

    They ship in the installed package; a checkout is its own. Where there is neither, the path in
    `root` comes back, for the error that names it. Without a root: where it ships.
    """
    installed = PACKAGE / "project"
    shipped = (installed if installed.is_dir() else PACKAGE.parents[1]) / name
    if root is None:
        return shipped
    own = root / Path(name).expanduser()
    return shipped if shipped.exists() and not own.exists() else own
