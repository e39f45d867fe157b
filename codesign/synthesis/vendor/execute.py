"""Carry a plan out where the tool is installed: whole and fresh reports, or an error.

A step is done once its reports are there, are newer than its start and were read as reports of the
right design, part and clock. Done steps are kept: an interrupted run goes on, an equal one is
answered from what is stored. Whatever decides a result (project, plan, version of the tool) is in
the key of each step, and of those after it.
"""

import shutil
import string
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from codesign.design.digest import digest
from codesign.design.progress import Progress, silent
from codesign.errors import CodesignError, InvalidDesignError, ReportError, ToolFailedError
from codesign.synthesis.reports import HardwareReports
from codesign.synthesis.vendor.causes import cause
from codesign.synthesis.vendor.installed import Installed, find_command
from codesign.synthesis.vendor.lock import locked
from codesign.synthesis.vendor.make_plan import write_files
from codesign.synthesis.vendor.plan import REPORTS, PlannedStep, Stage, SynthesisPlan
from codesign.synthesis.vendor.results import read_step
from codesign.synthesis.vendor.seal import (
    Seal,
    missing,
    read_seal,
    remove_seal,
    report_digests,
    write_seal,
)
from codesign.synthesis.vendor.source import check_unchanged
from codesign.toolchain import Completed, run

_LOGS = "logs"
_PLAIN = frozenset(string.ascii_letters + string.digits + "/._-+")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """A step that is done.

    Attributes:
        stage: Which.
        tool: The program.
        version: Of the program.
        seconds: Wall time of the run that did it.
        peak_memory_mb: The most memory that it held.
        reused: Whether it had been done before.
        log: What the program printed.
        reports: What they say, None for a step that makes none.
    """

    stage: Stage
    tool: str
    version: str
    seconds: float
    peak_memory_mb: float
    reused: bool
    log: str
    reports: HardwareReports | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorResult:
    """A plan that was carried out.

    Attributes:
        plan_digest: Of the plan.
        folder: Where everything is.
        steps: In order.
    """

    plan_digest: str
    folder: str
    steps: tuple[StepResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limits:
    timeout_s: float
    memory_mb: float | None


def execute(
    plan: SynthesisPlan,
    *,
    timeout_s: float,
    memory_mb: float | None = None,
    progress: Progress = silent,
) -> VendorResult:
    """Do each step of a plan that is not done yet, and read its reports.

    Args:
        plan: What to do.
        timeout_s: Seconds of wall time that one step may take.
        memory_mb: Resident memory that the processes of one step may hold together.
        progress: Told when a step begins and ends.

    Raises:
        ToolNotFoundError: If a tool is not there, or in no version that fits.
        ToolFailedError: If a tool fails, passes a limit or has no license, the folder cannot be
            written, or another process works in it; nothing of it is left running.
        ReportError: If a report is missing, incomplete, old, or of another design, part or clock.
        ValidationError: If the project was changed since the plan was made.
        InvalidDesignError: If the path of the project holds what the tools cannot take.
    """
    limits = _Limits(timeout_s=timeout_s, memory_mb=memory_mb)
    _check_path(plan.folder)
    check_unchanged(Path(plan.project), plan.project_digest)
    folder = plan.folder
    results: list[StepResult] = []
    with locked(folder), _written(folder):
        write_files(plan)
        key = digest(plan.project_digest, plan.tool, plan.top, plan.part, plan.period_ns)
        for step in plan.steps:
            found = find_command(step)
            texts = tuple(plan.text(name) for name in step.files)
            key = digest(key, step.stage, texts, found.command, found.version)
            what = f"{found.command.program} {found.version}: {step.stage}"
            done = _stored(plan, step, found, key)
            if done is None:
                progress(0, 1, what)
                done = _carry_out(plan, step, found, key, limits)
                progress(1, 1, what)
            results.append(done)
    return VendorResult(plan_digest=plan.digest, folder=str(folder), steps=tuple(results))


def _stored(
    plan: SynthesisPlan, step: PlannedStep, found: Installed, key: str
) -> StepResult | None:
    """Return a step that is done already."""
    seal = read_seal(plan.folder, step.stage, key=key, command=found.command)
    if seal is None:
        return None
    reports = read_step(plan, found.command, newer_than=seal.started)
    return _result(plan, step, found, seal, reports, reused=True)


def _carry_out(
    plan: SynthesisPlan, step: PlannedStep, found: Installed, key: str, limits: _Limits
) -> StepResult:
    """Run a step, look at what it left, and mark it as done."""
    folder = plan.folder
    _clean(plan, step)
    started = _now(folder)
    completed = _run(folder, step, found, limits)
    _check_complete(folder, step, found, started)
    check_unchanged(Path(plan.project), plan.project_digest)
    reports = read_step(plan, found.command, newer_than=started)
    seal = Seal(
        key=key,
        version=found.version,
        started=started,
        seconds=round(completed.duration_s, 3),
        peak_memory_mb=round(completed.peak_memory_mb, 1),
        reports=report_digests(folder, found.command),
    )
    write_seal(folder, step.stage, seal)
    return _result(plan, step, found, seal, reports, reused=False)


def _result(
    plan: SynthesisPlan,
    step: PlannedStep,
    found: Installed,
    seal: Seal,
    reports: HardwareReports | None,
    *,
    reused: bool,
) -> StepResult:
    return StepResult(
        stage=step.stage,
        tool=found.command.program,
        version=seal.version,
        seconds=seal.seconds,
        peak_memory_mb=seal.peak_memory_mb,
        reused=reused,
        log=str(_log(plan.folder, step)),
        reports=reports,
    )


def _run(folder: Path, step: PlannedStep, found: Installed, limits: _Limits) -> Completed:
    log = _log(folder, step)
    try:
        return run(
            [found.path, *found.command.arguments],
            cwd=folder,
            timeout_s=limits.timeout_s,
            log=log,
            memory_mb=limits.memory_mb,
        )
    except ToolFailedError as error:
        known = cause(log)
        if not known:
            raise
        msg = f"{step.stage}: {known}; {error}"
        raise ToolFailedError(msg) from error


def _clean(plan: SynthesisPlan, step: PlannedStep) -> None:
    """Remove what earlier runs of a step and of all that follow it left, and their marks."""
    stages = list(Stage)
    later = stages[stages.index(step.stage) :]
    for stage in later:
        remove_seal(plan.folder, stage)
    for name in (*step.leaves, *(f"{REPORTS}/{stage}" for stage in later)):
        path = plan.folder / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _check_complete(folder: Path, step: PlannedStep, found: Installed, started: float) -> None:
    """Refuse a run that ended well and did not leave what it should have."""
    log = _log(folder, step)
    absent = missing(folder, found.command)
    if absent:
        known = cause(log)
        why = f"{known}; " if known else ""
        msg = (
            f"{found.path} ended with status 0 and left no {', '.join(absent)} in {folder}; "
            f"{why}the log is {log}"
        )
        raise ReportError(msg)
    old = [path for path in found.command.reports if _changed(folder / path) < started]
    if old:
        msg = (
            f"{folder}: {', '.join(old)} is older than the run that should have written it; "
            f"the log is {log}"
        )
        raise ReportError(msg)


def _now(folder: Path) -> float:
    """Return the time by the clock of the file system, which need not be that of this machine."""
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".now-") as stream:
        return _changed(Path(stream.name))


def _changed(path: Path) -> float:
    return path.stat().st_mtime


def _log(folder: Path, step: PlannedStep) -> Path:
    return folder / _LOGS / f"{step.stage}.log"


def _check_path(folder: Path) -> None:
    """Refuse a path that the tools, their scripts and makefiles would split or read as code."""
    bad = sorted(set(str(folder)) - _PLAIN)
    if bad:
        msg = (
            f"{folder} holds {', '.join(map(repr, bad))}, which the vendor's tools do not take in "
            "a path; letters, digits and /._-+ are safe: move the project, or make a plan of it "
            "and carry it elsewhere"
        )
        raise InvalidDesignError(msg)


@contextmanager
def _written(folder: Path) -> Iterator[None]:
    """Turn what goes wrong with our own files into an error that says where."""
    try:
        yield
    except OSError as error:
        if isinstance(error, CodesignError):
            raise
        msg = f"cannot work in {folder}: {error.strerror or error}; make room or check its rights"
        raise ToolFailedError(msg) from error
