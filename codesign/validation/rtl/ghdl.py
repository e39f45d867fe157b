"""Simulate a VHDL design with GHDL."""

import tempfile
from pathlib import Path

from codesign.design.digest import digest
from codesign.design.project import FirmwareProject
from codesign.errors import ToolFailedError
from codesign.firmware.manifest import BUILD
from codesign.toolchain import run
from codesign.toolchain.simulators import Ghdl
from codesign.validation.rtl.bench import Bench
from codesign.validation.rtl.buses import Words
from codesign.validation.rtl.compile import inside
from codesign.validation.rtl.icarus_bench import DRIVER
from codesign.validation.rtl.interpreted import parse_log, step_lines
from codesign.validation.rtl.log import BenchLog
from codesign.validation.rtl.patterns import Stimulus
from codesign.validation.rtl.vhdl_bench import vhdl_driver

_ANALYZE_S = 600.0
_MEMORY_MB = 8_000.0
_STANDARD = "--std=08"
_COMPLETE = "complete"


class GhdlModel:
    """A design that GHDL has analyzed."""

    def __init__(self, project: FirmwareProject, bench: Bench, ghdl: Ghdl) -> None:
        """Let GHDL analyze the sources, unless it did so before."""
        self._project, self._bench, self._ghdl = Path(project.path), bench, ghdl
        text = vhdl_driver(bench)
        key = digest(project.digest, ghdl.version, text)[:16]
        self._library = self._project / BUILD / f"ghdl-{key}"
        if not (self._library / _COMPLETE).is_file():
            self._analyze(text)

    @property
    def version(self) -> tuple[str, str]:
        """Name and version of the simulator."""
        return "ghdl", self._ghdl.version

    def run(
        self, steps: Stimulus, data: Words, *, seed: int, patience: int, timeout_s: float
    ) -> BenchLog:
        """Return what comes out; as of the compiled model, registers start without a value."""
        del seed
        with tempfile.TemporaryDirectory(dir=self._library.parent, prefix="run-") as name:
            source, log = Path(name) / "steps.txt", Path(name) / "log.txt"
            source.write_text(step_lines(steps, data), encoding="ascii")
            run(
                [
                    self._ghdl.program,
                    "--elab-run",
                    _STANDARD,
                    f"--workdir={self._library}",
                    DRIVER,
                    f"-gsteps_path={source}",
                    f"-glog_path={log}",
                    f"-gpatience={patience}",
                ],
                cwd=Path(name),
                timeout_s=timeout_s,
                log=self._library.with_name("ghdl-run.log"),
                memory_mb=_MEMORY_MB,
            )
            if not log.is_file():
                place = self._library.with_name("ghdl-run.log")
                msg = f"{self._project}: GHDL wrote no results; see {place}"
                raise ToolFailedError(msg)
            text = log.read_text(encoding="ascii").lower()
        return parse_log(text, words=self._bench.output_words, place=str(self._project))

    def _analyze(self, text: str) -> None:
        """Fill the library in its own place, since it remembers where its sources lie."""
        self._library.mkdir(parents=True, exist_ok=True)
        driver = self._library / f"{DRIVER}.vhd"
        driver.write_text(text, encoding="utf-8")
        sources = [inside(source) for source in self._bench.design.sources]
        run(
            [self._ghdl.program, "-a", _STANDARD, f"--workdir={self._library}", *sources, driver],
            cwd=self._project,
            timeout_s=_ANALYZE_S,
            log=self._library.with_name("ghdl-analyze.log"),
            memory_mb=_MEMORY_MB,
        )
        (self._library / _COMPLETE).touch()
