"""Lenders of workers: processes of this machine, or a scheduler that somebody else has started."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from codesign.errors import InvalidDesignError
from codesign.sweep.execution.on_dask import OnDask, dask_package
from codesign.sweep.execution.task import Evaluator

ONE_THREAD = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
)
"""One trial a process, one thread a trial: N workers use N cores, once."""


@contextmanager
def local(workers: int, evaluator: Evaluator, *, memory_gb: float) -> Iterator[OnDask]:
    """Lend a cluster of processes on this machine.

    Args:
        workers: Processes; one core each.
        evaluator: What a worker calls.
        memory_gb: Of one worker; above it the nanny ends it, a little after the worker would.
    """
    dask = (
        dask_package()
    )  # a worker that is busy is alive: the watch in it, not its silence, ends it
    environment = dict.fromkeys(ONE_THREAD, "1")
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
        "distributed.deploy.lost-worker-timeout": "10m",  # else one that starts slowly is ended
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
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},  # two sweeps, two ports
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
    dask_package()
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
