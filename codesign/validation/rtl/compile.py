"""Compile a Verilog design into a program, once: Verilator to C++, then g++ on all cores.

Only Verilator's binary and g++ are needed, no perl and no make. The model is split into files that
are compiled side by side; what runs once, at the start, is not optimized.
"""

import os
import shutil
import tempfile
from pathlib import Path

from codesign.design.digest import digest
from codesign.design.progress import Progress, silent
from codesign.design.project import FirmwareProject
from codesign.errors import InvalidDesignError
from codesign.firmware.manifest import BUILD
from codesign.toolchain import Command, find_tool, run, run_all, tool_version
from codesign.toolchain.simulators import Verilator
from codesign.validation.rtl.bench import BENCH, Bench, bench_source
from codesign.validation.rtl.harness import HARNESS, HARNESS_TEXT, PREFIX
from codesign.validation.rtl.runtime import cached_runtime, keep_runtime, runtime_source

_COMPILE_S = 1800.0
_MEMORY_MB = 12_000.0
# Measured on the jet tagger, g++ 12: a file of 20,000 statements takes 3 s and 250 MB with -O1,
# which is 20 % more than with -O0.
_TO_CPP = (
    "--cc",
    "--no-timing",
    "-O3",
    "--x-initial",
    "unique",
    "--x-assign",
    "unique",
    "--output-split",
    "20000",
    "--output-split-cfuncs",
    "500",
    "-Wno-lint",
    "-Wno-style",
    "-Wno-fatal",
    "-Werror-IMPLICIT",
    "-Werror-MULTIDRIVEN",
    "-Werror-LATCH",
)
_TO_OBJECT = ("-std=c++17", "-w", "-DVL_TIME_CONTEXT", "-DVM_TRACE=0", "-DVM_COVERAGE=0")
_FAST, _SLOW = "-O1", "-O0"
_SLOW_FILE = "Slow"
_SMALL_BYTES = 50_000
_RUNTIME = "runtime.cpp"


def compile_design(
    project: FirmwareProject,
    bench: Bench,
    verilator: Verilator,
    *,
    progress: Progress = silent,
    timeout_s: float = _COMPILE_S,
) -> Path:
    """Return the simulator of a design, compiled unless the same one exists already.

    Args:
        project: Whose sources are compiled.
        bench: Says which, in which order, and what is looked at.
        verilator: Compiles them to C++.
        progress: Told how many files are compiled.
        timeout_s: Seconds that each program may take.

    Raises:
        ToolNotFoundError: If there is no g++.
        ToolFailedError: If Verilator or g++ fails or passes its limits; with the end of the log.
    """
    compiler = find_tool("g++")
    recipe = (verilator.version, tool_version(compiler), *_TO_OBJECT)
    key = digest(project.digest, bench_source(bench), recipe, _TO_CPP, HARNESS_TEXT)[:16]
    program = Path(project.path) / BUILD / f"rtl-{key}"
    if program.is_file():
        return program
    program.parent.mkdir(exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=program.parent, prefix=f".{program.name}-"))
    try:
        build = _Build(Path(project.path), work, compiler, verilator, timeout_s)
        build.to_cpp(bench)
        objects = build.to_objects(cached_runtime(verilator, recipe), progress)
        build.link(objects).replace(program)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return program


class _Build:
    """The steps from sources to a program, in a folder of their own."""

    def __init__(
        self, project: Path, work: Path, compiler: Path, verilator: Verilator, timeout_s: float
    ) -> None:
        self.project, self.work, self.compiler = project, work, compiler
        self.verilator, self.timeout_s = verilator, timeout_s
        self.logs = work.parent

    def to_cpp(self, bench: Bench) -> None:
        """Let Verilator write the C++ of the design, and put the harness beside it."""
        (self.work / f"{BENCH}.v").write_text(bench_source(bench), encoding="utf-8")
        (self.work / HARNESS).write_text(HARNESS_TEXT, encoding="utf-8")
        sources = [inside(source) for source in bench.design.sources]
        run(
            [
                self.verilator.binary,
                *_TO_CPP,
                "--top-module",
                BENCH,
                "--prefix",
                PREFIX,
                "--Mdir",
                self.work,
                self.work / f"{BENCH}.v",
                *sources,
            ],
            cwd=self.project,
            timeout_s=self.timeout_s,
            log=self.logs / "rtl-verilator.log",
            env=self.verilator.environment,
            memory_mb=_MEMORY_MB,
        )

    def to_objects(self, runtime: Path, progress: Progress) -> list[Path]:
        """Compile every file of C++, the largest first; the runtime unless it is kept already."""
        made = sorted(self.work.glob(f"{PREFIX}*.cpp"), key=_size, reverse=True)
        large = [path for path in made if _size(path) > _SMALL_BYTES]
        small = "".join(f'#include "{path.name}"\n' for path in made if path not in large)
        rest = self._write("rest.cpp", f'{small}#include "{HARNESS}"\n')
        units = [*large, rest]
        if not runtime.is_file():
            units.insert(0, self._write(_RUNTIME, runtime_source(self.verilator)))
        run_all(
            [self._object(unit) for unit in units], progress=progress, what="C++ files compiled"
        )
        objects = [unit.with_suffix(".o") for unit in units]
        if units[0].name != _RUNTIME:
            return [*objects, runtime]
        keep_runtime(objects[0], runtime)
        return objects

    def link(self, objects: list[Path]) -> Path:
        """Make the program."""
        program = self.work / f"{PREFIX}-{os.getpid()}"
        run(
            [self.compiler, *objects, "-o", program, "-pthread"],
            cwd=self.work,
            timeout_s=self.timeout_s,
            log=self.logs / "rtl-link.log",
            memory_mb=_MEMORY_MB,
        )
        return program

    def _write(self, name: str, text: str) -> Path:
        path = self.work / name
        path.write_text(text, encoding="utf-8")
        return path

    def _object(self, unit: Path) -> Command:
        include = self.verilator.root / "include"
        level = _SLOW if _SLOW_FILE in unit.name or unit.name == _RUNTIME else _FAST
        arguments = [
            *(self.compiler, *_TO_OBJECT, level, "-pthread"),
            *("-I", self.work, "-isystem", include, "-isystem", include / "vltstd"),
            *("-c", unit, "-o", unit.with_suffix(".o")),
        ]
        return Command(
            arguments=tuple(map(str, arguments)),
            cwd=self.work,
            timeout_s=self.timeout_s,
            log=self.logs / f"rtl-{unit.stem}.log",
            memory_mb=_MEMORY_MB,
        )


def _size(path: Path) -> int:
    return path.stat().st_size


def inside(source: str) -> str:
    """Return a source of a project as an argument that is no option and no plus-argument.

    Raises:
        InvalidDesignError: If it lies outside of the project.
    """
    path = Path(source)
    if path.is_absolute() or ".." in path.parts:
        msg = f"rtl.json: source {source!r} lies outside of the project; generate it anew"
        raise InvalidDesignError(msg)
    return f"./{source}"
