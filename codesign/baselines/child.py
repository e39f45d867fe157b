"""A child process that measures one runtime: pinned, checked, warmed up, timed.

What it found is written after each batch size, so that a crash or a time limit leaves the rest.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path

from codesign.baselines.agreement import check_outputs, slices
from codesign.baselines.energy import energy_of
from codesign.baselines.job import (
    INPUTS,
    NETWORK,
    REFERENCE,
    Job,
    Outcome,
    Reals,
    outcome_file,
    read_arrays,
    read_job,
    write_record,
)
from codesign.baselines.runtime import Answer, Opener, Runtime, Task
from codesign.baselines.table import find_runtime, open_runtime, version_of
from codesign.baselines.timing import quantiles, time_calls
from codesign.design.baseline_results import Absence, Agreement, Measured, Missing
from codesign.errors import CodesignError
from codesign.lowering.network_file import load_network

_POOL = 64
_LONGEST_REASON = 600
_NO_NUMBER = 1e300


def measure_job(place: Path) -> None:
    """Measure what a job asks for, batch size by batch size.

    Args:
        place: The file of the job; the outcome is written beside it.
    """
    job = read_job(place)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, job.cpus)
    folder = Path(job.folder)
    task = Task(
        network=load_network(folder / NETWORK),
        folder=folder,
        threads=job.threads,
        server=job.server,
    )
    child = _Child(job, find_runtime(job.runtime), task)
    outcome = Outcome()
    for batch in job.protocol.batches:
        found = child.cell(batch)
        if isinstance(found, Measured):
            outcome = replace(outcome, measured=(*outcome.measured, found))
        else:
            outcome = replace(outcome, missing=(*outcome.missing, found))
        write_record(outcome, outcome_file(folder, job))


class _Child:
    """A runtime with the events it is asked."""

    def __init__(self, job: Job, runtime: Runtime, task: Task) -> None:
        self._job, self._runtime, self._task = job, runtime, task
        self._inputs = read_arrays(task.folder / INPUTS)
        self._reference = read_arrays(task.folder / REFERENCE)

    def cell(self, batch: int) -> Measured | Missing:
        """Return what one batch size takes, or why that is not known."""
        try:
            opener: Opener = open_runtime(self._runtime)
            answer = opener(self._task, batch)
            agreement = check_outputs(
                answer,
                self._inputs,
                self._reference,
                batch=batch,
                rounds=self._runtime.rounds,
            )
            if not agreement.holds:
                return self._missing(batch, Absence.REFUSED, _refusal(agreement))
            return self._timed(answer, batch, agreement)
        except CodesignError as error:
            return self._missing(batch, Absence.FAILED, str(error))
        except Exception as error:  # noqa: BLE001 - a runtime raises whatever it likes
            text = f"{type(error).__name__}: {error}"
            return self._missing(batch, Absence.FAILED, text[:_LONGEST_REASON])

    def _timed(self, answer: Answer, batch: int, agreement: Agreement) -> Measured:
        pool: list[list[Reals]] = slices(self._inputs, batch)[:_POOL]
        timed = time_calls(answer, pool, self._job.protocol)
        total_s, calls = float(timed.durations_ns.sum()) / 1e9, len(timed.durations_ns)
        return Measured(
            runtime=self._runtime.name,
            version=version_of(self._runtime),
            processor=self._runtime.processor,
            threads=self._job.threads,
            cpus=self._job.cpus,
            batch=batch,
            calls=calls,
            warmup=timed.warmup,
            latency=quantiles(timed.durations_ns, seed=self._job.protocol.seed),
            events_per_s=batch * calls / total_s,
            cpu_us=1e6 * timed.cpu_s / calls,
            foreign_cores=timed.foreign_cores,
            agreement=agreement,
            energy=energy_of(
                answer,
                pool,
                processor=self._runtime.processor,
                mean_s=total_s / calls,
                tdp_w=self._job.tdp_w,
            ),
            included=self._runtime.included,
        )

    def _missing(self, batch: int, why: Absence, reason: str) -> Missing:
        return Missing(
            runtime=self._runtime.name,
            threads=self._job.threads,
            batches=(batch,),
            why=why,
            reason=reason,
        )


def _refusal(agreement: Agreement) -> str:
    far = agreement.difference > _NO_NUMBER
    found = "an output that is no number" if far else f"{agreement.difference:.3g}"
    return (
        f"it does not compute what {agreement.reference} computes: {agreement.measure} is "
        f"{found} on {agreement.events:,} events, tolerated is {agreement.tolerance:g}"
    )


if __name__ == "__main__":
    measure_job(Path(sys.argv[1]))
