"""Simulate a Verilog design with Icarus: slow events, no compilation, bits without a value."""

import os
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from codesign.design.digest import digest
from codesign.design.project import FirmwareProject
from codesign.errors import ToolFailedError, ValidationError
from codesign.firmware.manifest import BUILD
from codesign.toolchain import run
from codesign.toolchain.simulators import Icarus
from codesign.validation.rtl.bench import Bench, bench_source
from codesign.validation.rtl.buses import Words
from codesign.validation.rtl.compile import inside
from codesign.validation.rtl.icarus_bench import DRIVER, driver_source
from codesign.validation.rtl.log import BenchLog
from codesign.validation.rtl.patterns import NO_BEAT, Stimulus

_COMPILE_S = 600.0
_MEMORY_MB = 8_000.0
_VALUES = str.maketrans("xz", "00")
_MASKS = str.maketrans("0123456789abcdefxz", "0" * 16 + "ff")


class IcarusModel:
    """A design that Icarus has read."""

    def __init__(self, project: FirmwareProject, bench: Bench, icarus: Icarus) -> None:
        """Let Icarus read the sources, unless it did so before."""
        self._folder, self._bench, self._icarus = Path(project.path), bench, icarus
        texts = (bench_source(bench), driver_source(bench))
        key = digest(project.digest, icarus.version, *texts)[:16]
        self._image = self._folder / BUILD / f"icarus-{key}.vvp"
        if not self._image.is_file():
            self._image.parent.mkdir(exist_ok=True)
            self._read(texts)

    @property
    def version(self) -> tuple[str, str]:
        """Name and version of the simulator."""
        return "icarus", self._icarus.version

    def run(
        self, steps: Stimulus, data: Words, *, seed: int, patience: int, timeout_s: float
    ) -> BenchLog:
        """Return what comes out; as of the compiled model, registers start without a value."""
        del seed
        with tempfile.TemporaryDirectory(dir=self._image.parent, prefix="run-") as name:
            source, log = Path(name) / "steps.txt", Path(name) / "log.txt"
            source.write_text(step_lines(steps, data), encoding="ascii")
            run(
                [
                    self._icarus.runner,
                    "-n",
                    self._image,
                    f"+steps={source}",
                    f"+log={log}",
                    f"+patience={patience}",
                ],
                cwd=self._folder,
                timeout_s=timeout_s,
                log=self._image.with_name("icarus-run.log"),
                memory_mb=_MEMORY_MB,
            )
            if not log.is_file():
                msg = (
                    f"{self._image} wrote no results; see {self._image.with_name('icarus-run.log')}"
                )
                raise ToolFailedError(msg)
            text = log.read_text(encoding="ascii").lower()
        return parse_log(text, words=self._bench.output_words, place=str(self._folder))

    def _read(self, texts: tuple[str, str]) -> None:
        with tempfile.TemporaryDirectory(dir=self._image.parent, prefix="icarus-") as name:
            files = [Path(name) / file for file in ("bench.v", "driver.v")]
            for file, text in zip(files, texts, strict=True):
                file.write_text(text, encoding="utf-8")
            partial = self._image.with_name(f".{self._image.name}-{os.getpid()}")
            run(
                [
                    self._icarus.compiler,
                    "-g2012",
                    "-s",
                    DRIVER,
                    "-o",
                    partial,
                    *files,
                    *(inside(source) for source in self._bench.design.sources),
                ],
                cwd=self._folder,
                timeout_s=_COMPILE_S,
                log=self._image.with_name("icarus-compile.log"),
                memory_mb=_MEMORY_MB,
            )
            partial.replace(self._image)


def step_lines(steps: Stimulus, data: Words) -> str:
    """Return the steps as text: two flags and the bus, its highest word first."""
    raw = np.ascontiguousarray(data[:, ::-1].astype(">u4"))
    rows = zip((steps.beat != NO_BEAT).tolist(), steps.reset.tolist(), raw, strict=True)
    return "".join(f"{offered:d} {reset:d} {row.tobytes().hex()}\n" for offered, reset, row in rows)


def parse_log(text: str, *, words: int, place: str) -> BenchLog:
    """Return the record that a test bench wrote as text, in lower case.

    Raises:
        ValidationError: If ``out_valid`` or ``in_ready`` is neither 0 nor 1.
    """
    lines = [line.split(" ") for line in text.splitlines()]
    odd = next((line for line in lines if line[0] == "x"), None)
    if odd is not None:
        msg = (
            f"{place}: {odd[2]} has no value (X) in cycle {odd[1]}, after reset; "
            "a register that rst should set, or a wire, is never written"
        )
        raise ValidationError(msg)
    results = [line for line in lines if line[0] == "r"]
    return BenchLog(
        ends=np.array([int(line[1]) for line in lines if line[0] == "e"], dtype=np.int64),
        cycles=np.array([int(line[1]) for line in results], dtype=np.int64),
        words=_words([line[2].translate(_VALUES) for line in results], words),
        unknown=_words([line[2].translate(_MASKS) for line in results], words),
    )


def _words(rows: list[str], words: int) -> NDArray[np.uint32]:
    """Return hexadecimal rows, the highest digit first, as words, the lowest first."""
    raw = np.frombuffer(bytes.fromhex("".join(rows)), dtype=">u4").reshape(len(rows), words)
    return raw[:, ::-1].astype(np.uint32)
