"""The child processes of a measurement, started and read back."""

import sys
from dataclasses import replace
from itertools import product
from pathlib import Path

from codesign.baselines.job import REFERENCE, Job, Outcome, read_outcome, write_record
from codesign.baselines.litert_files import litert_file
from codesign.baselines.table import find_runtime
from codesign.design.baseline_results import Absence, Missing, Processor
from codesign.errors import ToolFailedError
from codesign.toolchain import run

_PREPARE_S = 900.0
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
_ENVIRONMENT = {
    "TF_USE_LEGACY_KERAS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "NVIDIA_TF32_OVERRIDE": "0",  # float32 is float32 on every GPU
    "PYTHONUNBUFFERED": "1",
}


def run_reference(job: Job) -> Path:
    """Ask Keras for the right answers and return the file they are in.

    Raises:
        ToolFailedError: If it cannot answer.
    """
    try:
        _run("reference", job, timeout_s=_PREPARE_S)
    except ToolFailedError as error:
        msg = (
            "the float twin could not be asked for reference outputs, without which no runtime "
            f"can be checked (extra train): {error}"
        )
        raise ToolFailedError(msg) from error
    return Path(job.folder) / REFERENCE


def convert_for(job: Job) -> None:
    """Convert the network for runtimes; what fails is told where the runtime is opened."""
    try:
        _run("convert", job, timeout_s=_PREPARE_S)
    except ToolFailedError as error:
        for name, batch in product(job.conversions, job.protocol.batches):
            path = litert_file(Path(job.folder), name, batch)
            if not path.exists():
                path.with_suffix(".txt").write_text(str(error), encoding="utf-8")


def measured_by(job: Job) -> Outcome:
    """Return what a runtime takes; batch sizes that it did not live to measure are missing."""
    folder = Path(job.folder)
    try:
        _run("child", job, timeout_s=job.protocol.runtime_s)
    except ToolFailedError as error:
        outcome = read_outcome(folder, job)
        known = {each.batch for each in outcome.measured}
        known.update(batch for each in outcome.missing for batch in each.batches)
        left = tuple(batch for batch in job.protocol.batches if batch not in known)
        lost = Missing(
            runtime=find_runtime(job.runtime).name,
            threads=job.threads,
            batches=left,
            why=Absence.FAILED,
            reason=str(error),
        )
        return replace(outcome, missing=(*outcome.missing, lost))
    return read_outcome(folder, job)


def _run(module: str, job: Job, *, timeout_s: float) -> None:
    folder = Path(job.folder)
    name = f"{module}_{job.name}"
    place = write_record(job, folder / f"{name}.json")
    runtime = find_runtime(job.runtime)
    environment = _ENVIRONMENT | dict.fromkeys(_THREADS, str(job.threads))
    if runtime.processor is not Processor.GPU:
        environment["CUDA_VISIBLE_DEVICES"] = "-1"
    run(
        [sys.executable, "-m", f"codesign.baselines.{module}", place],
        cwd=folder,
        timeout_s=timeout_s,
        log=folder / f"{name}.log",
        env=environment,
    )
