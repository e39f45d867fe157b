"""Where trials run: Dask, on this machine or on a batch system; or this process.

The scheduler keeps its state in memory only: it is asked for no more than what its workers do right
now; what waits is in the store. A worker that ends is started again by its nanny; the trial
it had comes back as ended, for the driver to judge.
"""

import os
import signal
import time
import tomllib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from codesign.design.codec import decode
from codesign.errors import InvalidDesignError, ToolNotFoundError
from codesign.sweep.orphans import end_orphans, mark
from codesign.sweep.outcome import Outcome
from codesign.sweep.task import Evaluator, Task

_ONE_THREAD = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
)
"""One trial a process, one thread a trial: N workers use N cores, once."""

_GONE_S = 10.0
"""Until a task is taken back from a worker that went before it came."""
_SETTLED_S = 1.0
"""Until a new worker gets its first task: its nanny must have seen it first."""
_HEAL_S = 20.0
"""Until a worker that has not come back is replaced."""
_QUEUES = {
    "slurm": "SLURMCluster",
    "htcondor": "HTCondorCluster",
    "pbs": "PBSCluster",
    "sge": "SGECluster",
    "lsf": "LSFCluster",
    "local": "LocalCluster",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A task that is no longer with a worker.

    Attributes:
        number: Of the trial.
        outcome: Its answer; None where its process ended.
        error: What it raised: something is wrong with the machine, not with the trial.
        lost: Whether the worker had gone before the task came: nobody's fault.
    """

    number: int
    outcome: Outcome | None = None
    error: BaseException | None = None
    lost: bool = False


class Executor(Protocol):
    """Takes tasks and gives back what became of them."""

    @property
    def free(self) -> int:
        """How many workers have nothing to do."""

    def submit(self, number: int, task: Task) -> None:
        """Give a task to a worker."""

    def wait(self, timeout_s: float) -> list[Ended]:
        """Return what has ended, after at most some time."""

    def close(self) -> None:
        """End all workers and what they have started."""


class InProcess:
    """Runs tasks in this process, one after the other: for debugging. Limits are not kept."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._waiting: list[tuple[int, Task]] = []

    @property
    def free(self) -> int:
        """One, unless it has its task."""
        return 0 if self._waiting else 1

    def submit(self, number: int, task: Task) -> None:
        """Keep the task for :meth:`wait`, without the watch that would end this process."""
        self._waiting.append((number, replace(task, scratch="")))

    def wait(self, timeout_s: float) -> list[Ended]:
        """Do the task."""
        del timeout_s
        if not self._waiting:
            return []
        number, task = self._waiting.pop(0)
        try:
            return [Ended(number=number, outcome=self._evaluator(task))]
        except (OSError, ImportError) as error:
            return [Ended(number=number, error=error)]

    def close(self) -> None:
        """End nothing: nothing was started."""


@contextmanager
def in_process(evaluator: Evaluator) -> Iterator[InProcess]:
    """Lend this process."""
    yield InProcess(evaluator)


class OnDask:
    """Runs tasks on the workers of a Dask cluster.

    Args:
        client: Connected to it.
        evaluator: What a worker calls.
        cluster: Closed at the end; None for one of somebody else.
        workers: How many the cluster should have; 0 for as many as there are.
    """

    def __init__(
        self, client: Any, evaluator: Evaluator, cluster: Any = None, *, workers: int = 0
    ) -> None:
        self._client = client
        self._cluster = cluster
        self._wanted = workers
        self._seen: dict[str, float] = {}
        self._whole = time.monotonic()
        self._evaluator = evaluator
        self._futures: dict[Any, tuple[int, str]] = {}
        self._missing: dict[Any, float] = {}
        self._count = 0
        client.register_plugin(_worker_plugin(), name="codesign-sweep")

    @property
    def free(self) -> int:
        """The workers that have nothing to do."""
        return len(self._idle())

    def _idle(self) -> list[str]:
        here, now = self._client.nthreads(), time.monotonic()
        self._seen = {address: self._seen.get(address, now) for address in here}
        self._heal(len(here), now)
        busy = {address for _, address in self._futures.values()}
        idle = [a for a in here if a not in busy and now - self._seen[a] > _SETTLED_S]
        return idle[: self._wanted - len(busy)] if self._wanted else idle

    def _heal(self, workers: int, now: float) -> None:
        """Start another worker for one that did not come back.

        Source: distributed 2026.8, ``nanny.py``, ``_on_worker_exit``: a worker that ends before its
        nanny has seen it start is not started again.
        """
        if workers >= self._wanted:
            self._whole = now
        elif now - self._whole > _HEAL_S and self._cluster is not None:
            self._whole = now
            self._cluster.scale(len(self._cluster.worker_spec) + self._wanted - workers)

    def submit(self, number: int, task: Task) -> None:
        """Give a task to a worker that has nothing to do.

        To that very one: a worker with two tasks would have both blamed for its end.
        """
        self._count += 1
        address = self._idle()[0]
        future = self._client.submit(
            self._evaluator,
            task,
            key=f"{task.id[:16]}-{self._count}",
            pure=False,
            retries=0,
            workers=[address],
        )
        self._futures[future] = (number, address)

    def wait(self, timeout_s: float) -> list[Ended]:
        """Return what has ended, after at most some time."""
        import distributed  # noqa: PLC0415

        if not self._futures:
            return []
        try:
            done = distributed.wait(
                list(self._futures), timeout=timeout_s, return_when="FIRST_COMPLETED"
            ).done
        except TimeoutError:
            return self._lost()
        return [self._ended(future) for future in done]

    def _lost(self) -> list[Ended]:
        """Return the tasks whose worker has been gone for a while and that were never begun."""
        here, now = self._client.nthreads(), time.monotonic()
        lost = []
        for future, (number, address) in list(self._futures.items()):
            if address in here:
                self._missing.pop(future, None)
            elif now - self._missing.setdefault(future, now) > _GONE_S:
                del self._futures[future], self._missing[future]
                future.cancel(force=True)
                lost.append(Ended(number=number, lost=True))
        return lost

    def _ended(self, future: Any) -> Ended:
        import distributed  # noqa: PLC0415

        number, _ = self._futures.pop(future)
        self._missing.pop(future, None)
        error = future.exception() if future.status == "error" else None
        if future.status == "finished":
            ended = Ended(number=number, outcome=future.result())
        elif isinstance(error, distributed.scheduler.KilledWorker) or error is None:
            end_orphans()
            ended = Ended(number=number)
        else:
            ended = Ended(number=number, error=error)
        future.release()
        return ended

    def close(self) -> None:
        """End all workers of ours and what they have started."""
        for future in list(self._futures):
            future.cancel(force=True)
        self._client.close(timeout=10)
        if self._cluster is not None:
            self._cluster.close(timeout=10)
        end_orphans()


def _worker_plugin() -> Any:
    import distributed  # noqa: PLC0415

    class Worker(distributed.WorkerPlugin):  # type: ignore[misc] # distributed is untyped
        """Prepares a worker: marks what it starts, leaves Ctrl-C to the driver."""

        def setup(self, worker: Any) -> None:
            del worker
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            end_orphans()
            mark()

    return Worker()


@contextmanager
def local(workers: int, evaluator: Evaluator, *, memory_gb: float) -> Iterator[OnDask]:
    """Lend a cluster of processes on this machine.

    Args:
        workers: Processes; one core each.
        evaluator: What a worker calls.
        memory_gb: Of one worker; above it the nanny ends it, a little after the worker would.
    """
    dask = _dask()  # a worker that is busy is alive: the watch in it, not its silence, ends it
    environment = dict.fromkeys(_ONE_THREAD, "1")
    if workers > (os.cpu_count() or 1):
        warnings.warn(f"{workers} workers on {os.cpu_count()} cores", stacklevel=2)
    settings = {
        "distributed.scheduler.allowed-failures": 0,
        "distributed.nanny.pre-spawn-environ": environment,
        "distributed.worker.memory.terminate": 0.98,
        "distributed.worker.memory.pause": False,
        "distributed.worker.memory.spill": False,
        "distributed.worker.memory.target": False,
        "distributed.admin.tick.limit": "1h",
        "distributed.scheduler.worker-ttl": None,
        "distributed.comm.timeouts.connect": "60s",
        "distributed.nanny.environ": environment,
    }
    import distributed  # noqa: PLC0415

    with dask.config.set(settings):
        cluster = distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            memory_limit=int(memory_gb * 1.2e9),
            dashboard_address=None,
            silence_logs="CRITICAL",
        )
        client = distributed.Client(cluster)
        executor = OnDask(client, evaluator, cluster, workers=workers)
        try:
            yield executor
        finally:
            executor.close()


@contextmanager
def connected(address: str, evaluator: Evaluator) -> Iterator[OnDask]:
    """Lend the workers of a scheduler that somebody else has started.

    Its workers have one thread each (``dask worker --nthreads 1``) and see the same folders; the
    scheduler is best started with ``DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES=0``.

    Raises:
        InvalidDesignError: If nobody answers there.
    """
    _dask()
    import distributed  # noqa: PLC0415

    try:
        client = distributed.Client(address, timeout=20)
    except (OSError, TimeoutError, ValueError) as error:
        msg = f"no Dask scheduler answers at {address}: {error}; start one with: dask scheduler"
        raise InvalidDesignError(msg) from error
    executor = OnDask(client, evaluator)
    try:
        yield executor
    finally:
        executor.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterFile:
    """A batch system, as ``--cluster FILE`` describes it.

    Attributes:
        kind: Of dask-jobqueue: slurm, htcondor, pbs, sge, lsf, or local for a trial run.
        jobs: Workers, one a job.
        memory: Of one job, e.g. ``"4GB"``.
        walltime: Of one job, e.g. ``"04:00:00"``; empty where the queue has none.
        queue: Or partition; empty for the default.
        python: On the workers; this one where empty.
        prologue: Shell lines before a worker starts: the environment of the site.
        directives: Further lines of the job script.
        extra: Further options of the class of dask-jobqueue.
    """

    kind: str
    jobs: int
    memory: str = "4GB"
    walltime: str = ""
    queue: str = ""
    python: str = ""
    prologue: tuple[str, ...] = ()
    directives: tuple[str, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in _QUEUES or self.jobs < 1:
            msg = f"kind = {self.kind!r}, jobs = {self.jobs}; kinds are {', '.join(_QUEUES)}"
            raise InvalidDesignError(msg)


def read_cluster(path: Path) -> ClusterFile:
    """Return the batch system of a file.

    Raises:
        InvalidDesignError: If the file is missing, not TOML, or has a wrong key or value.
    """
    try:
        plain = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        msg = f"{path}: not a TOML file of a cluster: {error}"
        raise InvalidDesignError(msg) from error
    return decode(ClusterFile, plain, place=str(path))


@contextmanager
def queued(file: ClusterFile, evaluator: Evaluator) -> Iterator[OnDask]:
    """Lend workers that are jobs of a batch system.

    Raises:
        ToolNotFoundError: If dask-jobqueue is not installed.
    """
    dask = _dask()
    import distributed  # noqa: PLC0415

    try:
        import dask_jobqueue  # noqa: PLC0415
        from dask_jobqueue.local import LocalCluster  # noqa: PLC0415
    except ModuleNotFoundError as error:
        msg = "a cluster needs dask-jobqueue; run: python -m pip install 'codesign[sweep]'"
        raise ToolNotFoundError(msg) from error
    name = _QUEUES[file.kind]
    made = LocalCluster if file.kind == "local" else getattr(dask_jobqueue, name)
    options: dict[str, Any] = {
        "cores": 1,
        "processes": 1,
        "memory": file.memory,
        "job_script_prologue": [*(f"export {key}=1" for key in _ONE_THREAD), *file.prologue],
        "job_extra_directives": list(file.directives),
        "scheduler_options": {"dashboard_address": ":0"},
        **file.extra,
    }
    if file.kind == "local":  # it runs the worker's command without a shell, on this host alone
        del options["job_script_prologue"], options["job_extra_directives"]
        options["scheduler_options"] = {"dashboard_address": ":0", "host": "127.0.0.1"}
    named = {"walltime": file.walltime, "queue": file.queue, "python": file.python}
    options |= {key: value for key, value in named.items() if value}
    settings = {
        "distributed.scheduler.allowed-failures": 0,
        "distributed.scheduler.worker-ttl": "10 minutes",
    }
    with dask.config.set(settings):
        cluster = made(**options)
        cluster.scale(jobs=file.jobs)
        executor = OnDask(distributed.Client(cluster), evaluator, cluster)
        try:
            yield executor
        finally:
            executor.close()


def _dask() -> Any:
    try:
        import dask  # noqa: PLC0415
        import distributed  # noqa: F401, PLC0415
    except ModuleNotFoundError as error:
        msg = "sweeps run on Dask; run: python -m pip install 'codesign[sweep]'"
        raise ToolNotFoundError(msg) from error
    return dask
