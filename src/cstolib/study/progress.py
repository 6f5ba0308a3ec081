"""Progress of a run: a bar with the time left in a terminal, plain lines in a log."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Progress:
    """Counts notebooks and tells of them; this one is silent. Seconds are those of the last run."""

    total: int = 0
    done: int = 0
    expected: float = 0.0
    started: float = field(default_factory=time.monotonic)

    def say(self, line: str) -> None:
        """Tell one thing that happened."""

    def expect(self, notebooks: int, seconds: float) -> None:
        """Reckon with so many more notebooks, which take about so many seconds of wall time."""
        self.total += notebooks
        self.expected += seconds

    def step(self, line: str) -> None:
        """Tell that a notebook ended."""
        self.done += 1
        self.say(f"{line} ({self.done} of {self.total}{self.left()})")

    def left(self) -> str:
        """`, about 12 s left`, or nothing where that is not known."""
        rest = self.expected - (time.monotonic() - self.started)
        return f", about {rest:.0f} s left" if rest >= 1 and self.done < self.total else ""


class PlainProgress(Progress):
    """A line for each thing that happens, with the time, on stderr."""

    def say(self, line: str) -> None:
        """Print the line."""
        print(f"{time.strftime('%H:%M:%S')}  {line}", file=sys.stderr, flush=True)


@contextmanager
def show_progress() -> Iterator[Progress]:
    """A Progress for where stderr goes: rich's bar in a terminal, plain lines elsewhere."""
    if not sys.stderr.isatty():
        yield PlainProgress()
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        ProgressColumn,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )
    from rich.progress import Progress as RichProgress
    from rich.text import Text

    console = Console(stderr=True)

    class Left(ProgressColumn):
        def render(self, task: object) -> Text:
            return Text(live.left().lstrip(", "))

    class LiveProgress(Progress):
        def say(self, line: str) -> None:
            console.print(line, markup=False, highlight=False)
            self.draw()

        def expect(self, notebooks: int, seconds: float) -> None:
            super().expect(notebooks, seconds)
            self.draw()

        def draw(self) -> None:
            count = f"{self.done} of {self.total} notebooks"
            bar.update(task, total=self.total or None, completed=self.done, description=count)

    bar = RichProgress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        Left(),
        console=console,
        transient=True,
    )
    live = LiveProgress()
    task = bar.add_task("", total=None)
    with bar:
        yield live
