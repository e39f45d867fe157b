"""From a file and a wish for workers to a driven sweep: what the command line calls."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from codesign.data import SAMPLES, load_sample
from codesign.design.candidate import Candidate
from codesign.design.digest import file_digest
from codesign.design.layers import Conv, Dense, DepthwiseConv
from codesign.design.plan import DataPlan
from codesign.design.progress import Progress, silent
from codesign.firmware.hls.window import multiplications
from codesign.pipeline import Run
from codesign.pipeline.anomaly import AnomalyRun
from codesign.sweep.execution.batch import queued, read_cluster
from codesign.sweep.execution.clusters import connected, local
from codesign.sweep.execution.driver import drive
from codesign.sweep.execution.executor import Executor, in_process
from codesign.sweep.execution.trial import run_task
from codesign.sweep.execution.verify import Verify
from codesign.sweep.outcome import State
from codesign.sweep.space.space import Sizes
from codesign.sweep.space.sweep import Sweep
from codesign.sweep.space.sweep_file import read_sweep
from codesign.sweep.store.places import Places


@dataclass(frozen=True, slots=True, kw_only=True)
class Lending:
    """Which workers to use; one of the three at most.

    Attributes:
        workers: Processes on this machine, 0 for this very one; a core each where None.
        scheduler: The address of a Dask scheduler that runs.
        cluster: A file that describes a batch system.
    """

    workers: int | None = None
    scheduler: str = ""
    cluster: Path | None = None

    def executor(self, sweep: Sweep) -> Callable[[], AbstractContextManager[Executor]]:
        """Return what makes the workers."""
        if self.scheduler:
            return partial(connected, self.scheduler, run_task)
        if self.cluster is not None:
            return partial(queued, read_cluster(self.cluster), run_task)
        if self.workers == 0:
            return partial(in_process, run_task)
        count = self.workers or len(os.sched_getaffinity(0))
        return partial(local, count, run_task, memory_gb=sweep.limits.memory_gb)


def open_sweep(path: Path, root: Path, *, progress: Progress = silent) -> Sweep:
    """Return the sweep of a file; its layers are measured on the untrained model.

    Args:
        path: The sweep's file.
        root: The folder of all designs, where the untrained networks are kept.
        progress: Told when a model has to be built.
    """
    return read_sweep(path, sizes=matrices(root, progress))


def run_sweep(
    sweep: Sweep,
    root: Path,
    lent: Lending,
    *,
    check: Verify = Verify.FRONT,
    synthesis: bool = False,
    progress: Progress = silent,
) -> dict[State, int]:
    """Run a sweep to its end, or go on with it, as ``execution.driver.drive`` does."""
    return drive(
        sweep,
        Places.of(sweep.name, root),
        lent.executor(sweep),
        data=data_digest(sweep.space.base.data),
        check=check,
        synthesis=synthesis,
        progress=progress,
    )


def matrices(root: Path, progress: Progress = silent) -> Sizes:
    """Return what tells the matrices of a candidate, each model once."""
    known: dict[object, dict[str, tuple[int, int]]] = {}

    def sizes(candidate: Candidate) -> dict[str, tuple[int, int]]:
        key = (candidate.model, candidate.data.sample)
        if key not in known:
            kind = Run if candidate.score is None else AnomalyRun
            run = kind(candidate, root=root, progress=progress)
            known[key] = {
                layer.name: multiplications(layer)
                for layer in run.untrained.layers
                if isinstance(layer, Dense | Conv | DepthwiseConv)
            }
        return known[key]

    return sizes


def data_digest(plan: DataPlan) -> str:
    """Return the digest of the events of a sweep."""
    if plan.sample in SAMPLES:
        return load_sample(plan.sample).digest
    return file_digest(Path(plan.sample))
