"""Runs notebooks through papermill, each in a process of its own; a failure is a result too.

Processes, not threads: papermill changes the working directory, and threads would share it.
"""

import json
import multiprocessing
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..batches.engines import watch_parent
from ..files import write_bytes
from ..fingerprint import broken_files, seal

DONE = "done.json"  # in a result's folder: the notebook ran to its end
EXECUTED = "notebook.ipynb"
PASSED = "passed"  # the folder where one notebook leaves the five tables for the others
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
LONGEST_SOCKET_FOLDER = 90  # a Unix socket's path holds 104 bytes or more; its name takes 11


@dataclass(frozen=True)
class Job:
    """One notebook to run: where its result goes, and its parameters."""

    name: str
    notebook: Path
    folder: Path
    parameters: dict[str, Any]
    cwd: Path


@dataclass(frozen=True)
class Outcome:
    """How a job ended; `error` names the cell and the fault, or is empty."""

    job: Job
    seconds: float
    error: str = ""

    @property
    def ok(self) -> bool:
        """Whether the notebook ran to its end."""
        return not self.error


def _prepare_process(scratch: str, threads: int) -> None:
    threading.Thread(target=watch_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started this one
    log = os.open(f"{scratch}/log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):  # what kernels say of themselves is no part of a run's log
        os.dup2(log, stream)
    # A user's own IPython profile and history are no part of a study.
    os.environ["IPYTHONDIR"] = os.environ["JUPYTER_RUNTIME_DIR"] = scratch
    os.environ.setdefault("OMP_NUM_THREADS", str(threads))


def _kernel_options(scratch: str) -> dict[str, Any]:
    """Sockets of the file system where there are: kernels never race for a free port."""
    from jupyter_client.manager import AsyncKernelManager
    from traitlets import default

    if sys.platform == "win32" or len(scratch) > LONGEST_SOCKET_FOLDER:
        return {}

    class SocketManager(AsyncKernelManager):
        @default("transport")
        def _sockets(self) -> str:
            return "ipc"

        @default("ip")
        def _socket_path(self) -> str:  # its own default is one name for all kernels
            return f"{scratch}/{uuid.uuid4().hex[:8]}"

    return {"kernel_manager_class": SocketManager}


def _tidy(notebook: Path) -> None:
    """Take times and random ids out of an executed notebook: a rerun leaves the same bytes."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    content["metadata"].pop("papermill", None)
    content["metadata"].pop("widgets", None)
    for number, cell in enumerate(content["cells"]):
        metadata = cell.get("metadata", {})
        for key in ("papermill", "execution"):
            metadata.pop(key, None)
        tags = metadata.get("tags", [])
        if "injected-parameters" in tags:
            cell["id"] = "injected-parameters"
        elif "papermill-error-cell-tag" in tags:
            cell["id"] = f"error-{number}"
    text = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True)
    write_bytes(notebook, (text + "\n").encode())


def _describe_error(error: Any) -> str:
    """`cell 3 (first line of it): NameError: …` of papermill's error."""
    plain = _COLOUR.sub("", "\n".join(error.traceback))
    here = re.search(r"^-+> +\d+ (.*)$", plain, re.MULTILINE)
    source = here[1] if here else next(iter(error.source.splitlines()), "")
    value = _COLOUR.sub("", str(error.evalue)).strip()
    return f"cell [{error.exec_count}] `{source.strip()[:70]}`: {error.ename}: {value}"


def clear_folder(folder: Path) -> None:
    """Empty the folder of a result, but for batches of a corpus that were done before a fault."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name == PASSED and (path / "work").is_dir():
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    folder.mkdir(parents=True, exist_ok=True)


def run_job(job: Job) -> Outcome:
    """Run one notebook in this process; its folder then holds the executed notebook and results."""
    import papermill
    from nbclient.exceptions import DeadKernelError

    start = time.perf_counter()
    clear_folder(job.folder)
    executed = job.folder / EXECUTED
    error = ""
    try:
        papermill.execute_notebook(
            str(job.notebook),
            str(executed),
            parameters=job.parameters,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            log_output=False,
            cwd=str(job.cwd),
            **_kernel_options(os.environ.get("JUPYTER_RUNTIME_DIR", "") or tempfile.gettempdir()),
        )
    except papermill.PapermillExecutionError as fault:
        error = _describe_error(fault)
    except DeadKernelError:
        error = "the kernel died, most often because memory ran out; try fewer workers or texts"
    except Exception as fault:
        error = f"{type(fault).__name__}: {fault}"
    if executed.exists():
        _tidy(executed)
    seconds = round(time.perf_counter() - start, 2)
    if not error:
        seal(job.folder, DONE, seconds=seconds)
    return Outcome(job, seconds, error)


def is_done(folder: Path) -> bool:
    """Whether a result's folder holds a result that was finished, and is as it was then."""
    return broken_files(folder, DONE) == []


class Runner:
    """Processes that run notebooks, `workers` at a time; started when first needed. Use in `with`.

    A process that is killed fails its own notebook only: those beside it run again, one by one.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._scratch = tempfile.TemporaryDirectory(prefix="cstolib-", ignore_cleanup_errors=True)
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> "Runner":
        return self

    def __exit__(self, kind: object, *rest: object) -> None:
        if self._pool:
            self._pool.shutdown(wait=kind is None, cancel_futures=True)
        if kind is not None:  # interrupted: the processes would go on by themselves
            for process in multiprocessing.active_children():
                process.terminate()
        self._scratch.cleanup()

    def _submit(self, jobs: list[Job]) -> dict[Future[Outcome], Job]:
        if self._pool is None:
            threads = max(1, (os.cpu_count() or 1) // self.workers)
            self._pool = ProcessPoolExecutor(
                self.workers,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_prepare_process,
                initargs=(self._scratch.name, threads),
            )
        return {self._pool.submit(run_job, job): job for job in jobs}

    def run(self, jobs: Iterable[Job]) -> Iterator[Outcome]:
        """The outcome of each job, as it ends."""
        waiting, alone = list(jobs), False
        while waiting:
            batch, waiting = (waiting[:1], waiting[1:]) if alone else (waiting, [])
            futures = self._submit(batch)
            running = set(futures)
            while running:
                ended, running = wait(running, return_when=FIRST_COMPLETED)
                for future in sorted(ended, key=lambda one: futures[one].name):
                    if not isinstance(future.exception(), BrokenProcessPool):
                        yield future.result()
                        continue
                    self._pool = None
                    if alone:
                        lost = "its process was killed, perhaps for lack of memory"
                        yield Outcome(futures[future], 0.0, lost)
                    else:
                        waiting.append(futures[future])
            alone = True
