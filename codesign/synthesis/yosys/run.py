"""Run Yosys on units of a project, side by side, and see that each wrote what it should."""

import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from codesign.design.progress import Progress, silent
from codesign.errors import ReportError
from codesign.synthesis.options import SynthesisOptions
from codesign.synthesis.yosys.find import Yosys
from codesign.synthesis.yosys.script import Script
from codesign.toolchain import Command, run_all

_MACHINE_SHARE = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class YosysRun:
    """What a run of Yosys took and where it left what.

    Attributes:
        script: What it was told.
        netlist: The JSON file.
        log: All it printed.
        duration_s: Wall time in seconds.
        cpu_s: Seconds that it kept a core busy, ABC included.
        peak_memory_mb: Most resident memory of Yosys and ABC together.
    """

    script: Script
    netlist: Path
    log: Path
    duration_s: float
    cpu_s: float
    peak_memory_mb: float


def run_yosys(
    yosys: Yosys,
    scripts: Sequence[Script],
    *,
    project: Path,
    folder: str,
    options: SynthesisOptions,
    progress: Progress = silent,
) -> tuple[YosysRun, ...]:
    """Run a script a unit.

    Args:
        yosys: Which one.
        scripts: The longest first; each writes ``folder/<module>.json``.
        project: Where they are run.
        folder: Below it, for scripts, netlists and logs; emptied first.
        options: Limits, and how many run at once.
        progress: Told how many have ended.

    Raises:
        ToolFailedError: If a run fails or passes a limit; the others are ended.
        ReportError: If a run ends well and leaves no netlist.
    """
    work = project / folder
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    # ABC's folder is named in a shell command of Yosys: no spaces, and not left behind
    with tempfile.TemporaryDirectory(prefix="codesign-yosys-") as scratch:
        commands = []
        for script in scripts:
            name = script.unit.module
            (work / f"{name}.ys").write_text(script.text, encoding="utf-8")
            commands.append(
                Command(
                    arguments=(*yosys.command, f"{folder}/{name}.ys"),
                    cwd=project,
                    timeout_s=options.timeout_s,
                    log=work / f"{name}.log",
                    env=(("TMPDIR", scratch),),
                    memory_mb=memory_limit_mb(options),
                )
            )
        done = run_all(commands, jobs=options.jobs, progress=progress, what="modules synthesized")
    return tuple(
        YosysRun(
            script=script,
            netlist=_written(work / f"{script.unit.module}.json", completed.log),
            log=completed.log,
            duration_s=completed.duration_s,
            cpu_s=completed.cpu_s,
            peak_memory_mb=completed.peak_memory_mb,
        )
        for script, completed in zip(scripts, done, strict=True)
    )


def _written(netlist: Path, log: Path) -> Path:
    if not netlist.is_file() or netlist.stat().st_size == 0:
        msg = f"yosys ended well and wrote no {netlist}; read {log}"
        raise ReportError(msg)
    return netlist


def memory_limit_mb(options: SynthesisOptions) -> float:
    """Return the memory above which a run is ended."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e6
    return options.memory_mb or _MACHINE_SHARE * machine
