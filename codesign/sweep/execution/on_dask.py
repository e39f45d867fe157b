"""Trials on the workers of a Dask cluster.

The scheduler keeps its state in memory only: it is asked for no more than what its workers do right
now; what waits is in the store. A worker that ends is started again by its nanny; the trial
it had comes back as ended, for the driver to judge.
"""

import contextlib
import signal
import time
from typing import Any

from codesign.errors import ToolNotFoundError
from codesign.sweep.execution.executor import Ended
from codesign.sweep.execution.orphans import end_orphans, mark
from codesign.sweep.execution.task import Evaluator, Task
from codesign.sweep.outcome import Outcome

_GB = 1e9
_GONE_S = 10.0
"""Until a task is taken back from a worker that went before it came."""
_ANSWER_S = 5.0
"""Until it is asked whether the worker that has an answer is still there."""
_SETTLED_S = 1.0
"""Until a new worker gets its first task: its nanny must have seen it first."""
_CLOSE_S = 20.0
"""Until the end of workers is no longer waited for."""
_WORN = 0.5
"""Share of a trial's memory from which on an idle worker is started anew: TensorFlow keeps what it
has traced, 40 MB and more a training, which the limit of a later trial would be blamed for."""
_HEAL_S = 60.0
"""Until a worker that has not come back is replaced."""


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
        self._futures: dict[Any, tuple[int, str, float]] = {}
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
        busy = {address for _, address, _ in self._futures.values()}
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

    def submit(self, number: int, task: Task) -> bool:
        """Give a task to a worker that has nothing to do; return whether there still was one.

        To that very one: a worker with two tasks would have both blamed for its end.
        """
        idle = self._idle()
        if not idle:
            return False
        self._count += 1
        address = idle[0]
        future = self._client.submit(
            self._evaluator,
            task,
            key=f"{task.id[:16]}-{self._count}",
            pure=False,
            retries=0,
            workers=[address],
        )
        self._futures[future] = (number, address, task.limits.memory_gb)
        return True

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
        for future, (number, address, _) in list(self._futures.items()):
            if address in here:
                self._missing.pop(future, None)
            elif now - self._missing.setdefault(future, now) > _GONE_S:
                del self._futures[future], self._missing[future]
                future.cancel(force=True)
                lost.append(Ended(number=number, lost=True))
        return lost

    def _ended(self, future: Any) -> Ended:
        import distributed  # noqa: PLC0415

        number, address, memory_gb = self._futures.pop(future)
        self._missing.pop(future, None)
        error = future.exception() if future.status == "error" else None
        if future.status == "finished":
            outcome = self._answer(future, address)
            ended = Ended(number=number, outcome=outcome, lost=outcome is None)
        elif isinstance(error, distributed.scheduler.KilledWorker) or error is None:
            end_orphans()
            ended = Ended(number=number)
        else:
            ended = Ended(number=number, error=error)
        future.release()
        if ended.outcome is not None:
            self._renew(address, memory_gb)
        return ended

    def _answer(self, future: Any, address: str) -> Outcome | None:
        """Return what a finished task has answered; None where it went with its worker.

        Dask would compute it again, on that very worker, and wait for it for ever.
        """
        while True:
            try:
                answer: Outcome = future.result(timeout=_ANSWER_S)
            except TimeoutError:
                if address not in self._client.nthreads():
                    future.cancel(force=True)
                    return None
            else:
                return answer

    def _renew(self, address: str, memory_gb: float) -> None:
        """Start an idle worker anew where it has kept too much from earlier trials."""
        workers = self._client.scheduler_info(n_workers=-1)["workers"]
        held = workers.get(address, {}).get("metrics", {}).get("memory", 0)
        if held > _WORN * memory_gb * _GB:
            with contextlib.suppress(ValueError):  # without a nanny it stays as it is
                self._client.restart_workers([address], raise_for_error=False)

    def close(self) -> None:
        """End all workers of ours and what they have started."""
        for future in list(self._futures):
            future.cancel(force=True)
        with contextlib.suppress(TimeoutError):  # what is done is kept; a busy machine ends later
            self._client.close(timeout=_CLOSE_S)
        if self._cluster is not None:
            with contextlib.suppress(TimeoutError):
                self._cluster.close(timeout=_CLOSE_S)
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


def dask_package() -> Any:
    """Return Dask.

    Raises:
        ToolNotFoundError: If it is not installed.
    """
    try:
        import dask  # noqa: PLC0415
        import distributed  # noqa: F401, PLC0415
    except ModuleNotFoundError as error:
        msg = "sweeps run on Dask; run: python -m pip install 'codesign[sweep]'"
        raise ToolNotFoundError(msg) from error
    return dask
