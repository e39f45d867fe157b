"""Workers that are jobs of a batch system: Slurm, HTCondor, PBS, ..., by dask-jobqueue."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codesign.design.codec import decode
from codesign.errors import InvalidDesignError, ToolNotFoundError
from codesign.sweep.execution.clusters import ONE_THREAD
from codesign.sweep.execution.on_dask import OnDask, dask_package
from codesign.sweep.execution.task import Evaluator

_QUEUES = {
    "slurm": "SLURMCluster",
    "htcondor": "HTCondorCluster",
    "pbs": "PBSCluster",
    "sge": "SGECluster",
    "lsf": "LSFCluster",
    "local": "LocalCluster",
}


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
    dask = dask_package()
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
        "job_script_prologue": [*(f"export {key}=1" for key in ONE_THREAD), *file.prologue],
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
