"""Who works on the batches: processes of this machine, or the workers of a Dask cluster.

Both map a function over jobs and yield its results as they come. A job is a small description of
files that all workers see, so that it can be done again wherever its worker died.
"""

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait as wait_for
from typing import Any, Protocol

ENGINES = ("local", "dask")
_AHEAD = 2  # jobs handed out for each worker: one at work, one ready
_TRIES = 3  # times that a batch may lose its worker
_PATIENCE = 20  # seconds in which a scheduler must answer


class BatchError(RuntimeError):
    """A batch that lost its worker again and again, or an engine that cannot be had."""


class Engine(Protocol):
    """What maps a function over jobs."""

    workers: int

    def map(self, function: Callable[[Any], Any], jobs: Iterable[Any]) -> Iterator[Any]:
        """The results, as they come; jobs are taken as workers become free."""


def watch_parent() -> None:
    """End this process when the one that started it is gone, so that none is left behind."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)


def _prepare_worker() -> None:
    threading.Thread(target=watch_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started this one


def _lost(job: Any) -> BatchError:
    return BatchError(
        f"the worker of batch {job} died {_TRIES} times, most often because memory ran out: "
        "give a lower `memory` or fewer workers. What is done is kept: run again to go on"
    )


class LocalEngine:
    """Processes of this machine, or this one alone where one worker is asked for.

    A process that is killed costs its batch, which is done again.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def _submit(self, function: Callable[[Any], Any], job: Any) -> Future[Any]:
        if self._pool is None:
            # spawn: a fork would copy the threads of numba and Arrow half-way through their work
            self._pool = ProcessPoolExecutor(
                self.workers,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_prepare_worker,
            )
        try:
            return self._pool.submit(function, job)
        except BrokenProcessPool as error:  # it broke since: the job is lost as those at work are
            lost: Future[Any] = Future()
            lost.set_exception(error)
            return lost

    def map(self, function: Callable[[Any], Any], jobs: Iterable[Any]) -> Iterator[Any]:
        """The results, as they come.

        A killed process breaks its pool, and which batch it had is not known: those that were at
        work are done again one by one, so that only the one at fault can fail.
        """
        if self.workers == 1:
            yield from map(function, jobs)
            return
        waiting = iter(jobs)
        running: dict[Future[Any], Any] = {}
        alone: list[Any] = []
        tries = 0
        while True:
            most = 1 if alone else _AHEAD * self.workers
            while len(running) < most:
                job = alone[0] if alone else next(waiting, None)
                if job is None:
                    break
                running[self._submit(function, job)] = job
            if not running:
                return
            ended, _ = wait(running, return_when=FIRST_COMPLETED)
            broken: list[Any] = []
            for future in ended:
                job = running.pop(future)
                if isinstance(future.exception(), BrokenProcessPool):
                    broken.append(job)
                    continue
                if alone:
                    alone.pop(0)
                    tries = 0
                yield future.result()
            if broken:
                self._pool = None
                if alone:
                    tries += 1
                    if tries == _TRIES:
                        raise _lost(alone[0])
                else:
                    alone = broken + list(running.values())
                    running.clear()

    def close(self, *, failed: bool) -> None:
        """End the processes; at once where something failed."""
        if self._pool:
            self._pool.shutdown(wait=not failed, cancel_futures=True)
            if failed:
                for process in list((self._pool._processes or {}).values()):
                    process.terminate()


class DaskEngine:
    """The workers of a Dask cluster, or of one on this machine where no scheduler is given.

    All workers must see the folders of the corpus and of its tables under the same paths, and run
    the same cstolib.
    """

    def __init__(self, scheduler: str, workers: int) -> None:
        try:
            from distributed import Client, LocalCluster
        except ImportError:
            raise BatchError(
                'engine "dask" needs dask, which is not installed: pip install "cstolib[scale]", '
                'or set engine to "local"'
            ) from None
        self._cluster = None
        if not scheduler:
            self._cluster = LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                dashboard_address=None,
                memory_limit=0,
                silence_logs=logging.CRITICAL,  # workers that end before their heartbeat complain
            )
        try:
            self._client = Client(self._cluster or scheduler, timeout=_PATIENCE)
        except OSError as error:
            raise BatchError(
                f"no Dask scheduler answers at {scheduler!r} ({error}): start one with "
                "`dask scheduler`, or leave the address empty for workers on this machine"
            ) from None
        self.workers = max(1, len(self._client.scheduler_info()["workers"]))

    def map(self, function: Callable[[Any], Any], jobs: Iterable[Any]) -> Iterator[Any]:
        """The results, as they come; Dask gives the batch of a worker that died to another."""
        from distributed import KilledWorker, as_completed

        waiting = iter(jobs)
        running: dict[Any, Any] = {}
        done = as_completed()

        def hand_out() -> None:
            job = next(waiting, None)
            if job is not None:
                future = self._client.submit(function, job, pure=False, retries=_TRIES - 1)
                running[future] = job
                done.add(future)

        for _ in range(_AHEAD * self.workers):
            hand_out()
        while running:
            future = next(done)
            job = running.pop(future)
            try:
                result = future.result()
            except KilledWorker:
                raise _lost(job) from None
            future.release()
            hand_out()
            yield result

    def close(self, *, failed: bool) -> None:
        """Leave the cluster; end it where it was started here."""
        self._client.close()
        if self._cluster:
            self._cluster.close()


@contextmanager
def open_engine(name: str, *, workers: int, scheduler: str = "") -> Iterator[Engine]:
    """The engine of that name; with the address of a scheduler, the workers are those it has."""
    if name not in ENGINES:
        raise ValueError(f"engine must be one of {', '.join(ENGINES)}, got {name!r}")
    if scheduler and name == "local":
        raise ValueError(f'a scheduler ({scheduler!r}) needs engine "dask", got "local"')
    engine = LocalEngine(workers) if name == "local" else DaskEngine(scheduler, workers)
    failed = True
    try:
        yield engine
        failed = False
    finally:
        engine.close(failed=failed)
