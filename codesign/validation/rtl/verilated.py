"""Run the program that a design was compiled into."""

import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from codesign.design.progress import Progress, silent
from codesign.design.project import FirmwareProject
from codesign.toolchain import run
from codesign.toolchain.simulators import Verilator
from codesign.validation.rtl.bench import Bench
from codesign.validation.rtl.buses import Words
from codesign.validation.rtl.compile import compile_design
from codesign.validation.rtl.log import BenchLog
from codesign.validation.rtl.patterns import NO_BEAT, Stimulus

_OFFERED, _RESET = 1, 2
_MEMORY_MB = 8_000.0


class VerilatedModel:
    """A compiled design."""

    def __init__(
        self,
        project: FirmwareProject,
        bench: Bench,
        verilator: Verilator,
        *,
        progress: Progress = silent,
    ) -> None:
        """Compile the design, unless that was done before."""
        self._project, self._bench, self._verilator = Path(project.path), bench, verilator
        self._program = compile_design(project, bench, verilator, progress=progress)

    @property
    def version(self) -> tuple[str, str]:
        """Name and version of the simulator."""
        return "verilator", self._verilator.version

    def run(
        self, steps: Stimulus, data: Words, *, seed: int, patience: int, timeout_s: float
    ) -> BenchLog:
        """Return what comes out.

        Args:
            steps: What the test bench does.
            data: The input bus in each step, shape (steps, words).
            seed: Of the registers at the start, from 1 to 2**31 - 1.
            patience: Cycles after which a design that takes nothing is given up.
            timeout_s: Seconds that the program may take.

        Raises:
            ToolFailedError: If it fails or passes its limits.
        """
        wide = self._bench.output_words
        with tempfile.TemporaryDirectory(dir=self._program.parent, prefix="run-") as name:
            folder = Path(name)
            files = [folder / f"{what}.bin" for what in ("steps", "ends", "results")]
            _rows(steps, data).tofile(files[0])
            counts = (self._bench.input_words, wide, seed, patience)
            run(
                [self._program, *files, *map(str, counts)],
                cwd=self._project,
                timeout_s=timeout_s,
                log=self._program.with_name("rtl-run.log"),
                memory_mb=_MEMORY_MB,
            )
            ends = np.fromfile(files[1], dtype="<u8").astype(np.int64)
            rows = np.fromfile(files[2], dtype="<u4").reshape(-1, 2 + wide)
        return BenchLog(
            ends=ends,
            cycles=np.ascontiguousarray(rows[:, :2]).view("<u8")[:, 0].astype(np.int64),
            words=rows[:, 2:],
            unknown=np.empty((0, wide), dtype=np.uint32),
        )


def _rows(steps: Stimulus, data: Words) -> NDArray[np.uint32]:
    flags = _OFFERED * (steps.beat != NO_BEAT) + _RESET * steps.reset
    return np.concatenate([flags[:, np.newaxis].astype("<u4"), data.astype("<u4")], axis=1)
