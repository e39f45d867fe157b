"""What a child process is asked to do, and what it found, as files between two processes."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from codesign.baselines.runtime import TritonServer
from codesign.data.files import written_whole
from codesign.design.baseline_results import Measured, Missing
from codesign.design.codec import from_json, to_json
from codesign.design.protocol import Protocol

Reals = NDArray[np.float32]
NETWORK, INPUTS, REFERENCE = "network", "inputs.npz", "reference.npz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One runtime with one number of threads.

    Attributes:
        runtime: Its name.
        folder: With the network, the inputs, the reference and what was converted.
        threads: It may use.
        cpus: The processors it is pinned to.
        protocol: How it is measured.
        server: To ask, for a runtime behind a network connection.
        tdp_w: Stated power of the processor in watts, for an energy that cannot be measured.
        conversions: Runtimes to convert the network for, where that is the job.
    """

    runtime: str
    folder: str
    threads: int
    cpus: tuple[int, ...]
    protocol: Protocol
    server: TritonServer | None = None
    tdp_w: float | None = None
    conversions: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What its files are called."""
        plain = "".join(sign if sign.isalnum() else "_" for sign in self.runtime)
        return f"{plain}_{self.threads}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a child found so far; written anew after each batch size.

    Attributes:
        measured: One entry a batch size.
        missing: Batch sizes without a number.
    """

    measured: tuple[Measured, ...] = ()
    missing: tuple[Missing, ...] = ()


def write_record(record: object, path: Path) -> Path:
    """Write a record as JSON; the file is whole or not there."""
    with written_whole(path) as temporary:
        temporary.write_text(to_json(record), encoding="utf-8")
    return path


def read_job(path: Path) -> Job:
    """Return the job of a file."""
    return from_json(Job, path.read_text(encoding="utf-8"), place=str(path))


def outcome_file(folder: Path, job: Job) -> Path:
    """Return where the outcome of a job is."""
    return folder / f"{job.name}.outcome.json"


def read_outcome(folder: Path, job: Job) -> Outcome:
    """Return what a child found before it ended, whatever ended it."""
    path = outcome_file(folder, job)
    if not path.exists():
        return Outcome()
    return from_json(Outcome, path.read_text(encoding="utf-8"), place=str(path))


def read_arrays(path: Path) -> list[Reals]:
    """Return the float32 arrays of a file, in the order in which they were written."""
    with np.load(path, allow_pickle=False) as stored:
        return [stored[f"arr_{number}"] for number in range(len(stored.files))]
