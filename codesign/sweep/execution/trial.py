"""One trial, on a worker: screened, trained, emulated, estimated; each stage kept and shared.

1. *Screen*: the untrained network, its smallest weights zeroed to the planned sparsity, is
   estimated. A candidate whose range lies far beyond a constraint is not trained.
2. *Train*: shared by everything that differs in hardware only, across sweeps too.
3. *Emulate*: accuracy of every test event by the bit-exact emulator.
4. *Estimate*: the trained network in this hardware.
"""

import os
import platform
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from codesign.design.candidate import Candidate
from codesign.design.codec import from_json, to_json
from codesign.design.hardware import Clock, HardwareConfig
from codesign.errors import (
    CodesignError,
    InfeasibleDesignError,
    InvalidDesignError,
    UnsupportedLayerError,
)
from codesign.estimate import estimate
from codesign.firmware import compile_csim, supports
from codesign.pipeline.anomaly import AnomalyRun
from codesign.pipeline.measuring import resolutions
from codesign.pipeline.provenance import versions
from codesign.pipeline.stage import source_digest, stage
from codesign.pipeline.synthesis import synthesize_network
from codesign.sweep.execution.screen import beyond_limits
from codesign.sweep.execution.task import Task, nameless
from codesign.sweep.execution.trial_anomaly import (
    Job,
    anomaly_figures,
    certified,
    certified_inputs,
    events_digest,
    open_job,
)
from codesign.sweep.execution.watch import Watch
from codesign.sweep.outcome import Fault, Measure, Outcome, State
from codesign.sweep.results.figures import (
    EMULATOR,
    hardware_figures,
    network_figures,
    quality_figures,
    resolution_figures,
)
from codesign.synthesis.options import SynthesisOptions

_CANNOT_BE = (InfeasibleDesignError, InvalidDesignError, UnsupportedLayerError)
_FILE = "outcome.json"
_SOURCES = (
    "design",
    "emulator",
    "estimate",
    "metrics",
    "pipeline/measuring.py",
    "sweep/results/figures.py",
    "sweep/execution/screen.py",
    "sweep/execution/trial.py",
    "sweep/execution/trial_anomaly.py",
    "trigger",
)
Announce = Callable[..., None]


def evaluate(task: Task) -> Outcome:
    """Return what became of a trial, computed unless an equal one was evaluated before."""
    run = _run(task)

    def compute(folder: Path) -> None:
        outcome = _watched(task, lambda announce: _evaluate(task, run, announce))
        (folder / _FILE).write_text(to_json(outcome), encoding="utf-8")

    key = (
        nameless(task.candidate),
        *(nameless(start) for start in task.starts),
        (events_digest(run), task.figures, task.constraints),
        _sources(),
    )
    stages = Path(task.root) / ".stages"
    folder = stage(stages, "trial", key=key, compute=compute).folder
    outcome = from_json(Outcome, (folder / _FILE).read_text("utf-8"), place=str(folder))
    return replace(outcome, folder=folder.name)


def verify(task: Task) -> Outcome:
    """Return the certificate's verdict on a trial: QKeras, emulator and C simulation compared."""

    def work(announce: Announce) -> Outcome:
        announce("verify", seconds=task.limits.verify_s)
        run = open_job(task.candidate, root=Path(task.root), start=_start(task))
        _ = run.linted
        compile_csim(run.project, headers=Path(task.root) / ".headers")
        exact, report = certified(run)
        verdict = Measure(figure="bit_exact", value=exact, low=exact, high=exact, evidence="csim")
        state = State.DONE if exact else State.FAILED
        return _outcome(state, measures=(verdict,), reason=str(report), run=run)

    return _watched(task, work)


def synthesize(task: Task) -> Outcome:
    """Return what logic synthesis finds of a trial of the RTL back end, its netlist checked."""

    def work(announce: Announce) -> Outcome:
        announce("synthesis", seconds=task.limits.synthesize_s)
        run = open_job(task.candidate, root=Path(task.root), start=_start(task))
        _ = run.linted
        found = synthesize_network(
            run.network,
            task.candidate.hardware,
            certified_inputs(run),
            root=Path(task.root),
            options=SynthesisOptions(jobs=1, timeout_s=task.limits.synthesize_s),
        )
        if not found.is_bit_exact:
            reason = f"RTL or netlist disagree with the model; see {found.report}"
            return _outcome(State.FAILED, reason=reason, fault=Fault.DESIGN, run=run)
        return _outcome(
            State.DONE, measures=tuple(hardware_figures(found.synthesis.report)), run=run
        )

    return _watched(task, work)


def run_task(task: Task) -> Outcome:
    """Do what a worker is asked to do; what goes wrong with the candidate is part of the answer.

    What goes wrong with the machine (a full disk, a missing package) is raised. An error that
    nobody expected is a bug of ours and marked as one, so that it does not pass for a bad design.
    """
    try:
        if task.synthesize:
            return synthesize(task)
        return verify(task) if task.verify else evaluate(task)
    except InfeasibleDesignError as error:
        return _outcome(State.INFEASIBLE, reason=str(error))
    except (OSError, ImportError):
        raise
    except CodesignError as error:
        return _outcome(State.FAILED, reason=str(error), fault=Fault.DESIGN)
    except MemoryError as error:
        reason = f"there is not enough memory: {error or 'an array could not be made'}"
        return _outcome(State.FAILED, reason=reason, fault=Fault.PROCESS)
    except Exception as error:  # noqa: BLE001 - one broken trial must not end the others
        return bug_outcome(error)


def bug_outcome(error: Exception) -> Outcome:
    """Return the outcome of a trial that met an error nobody expected, with its traceback."""
    frames = traceback.extract_tb(error.__traceback__)
    where = "".join(f"{Path(place.filename).name}:{place.lineno}" for place in frames[-1:])
    reason = f"bug of codesign: {type(error).__name__}: {error} ({where})"
    log = "".join(traceback.format_exception(error))
    return _outcome(State.FAILED, reason=reason, fault=Fault.BUG, log=log)


def _evaluate(task: Task, run: Job, announce: Announce) -> Outcome:
    announce("screen", seconds=task.limits.screen_s)
    try:
        supports(run.untrained, task.candidate.hardware)
        beyond = beyond_limits(task, run.untrained)
        if beyond:
            return _outcome(State.PRUNED, reason=f"cannot fit: {'; '.join(beyond)}", run=run)
        announce("training", seconds=task.limits.train_s)
        _ = run.trained
    except _CANNOT_BE as error:
        return _outcome(State.INFEASIBLE, reason=str(error), run=run)
    announce("evaluation", seconds=task.limits.evaluate_s)
    network, hardware = run.network, task.candidate.hardware
    measures = _qualities(run, task)
    measures += network_figures(network, hardware)
    note = ""
    try:
        report = estimate(network, hardware)
        measures += hardware_figures(report)
        note = "; ".join(report.outside)
    except UnsupportedLayerError as error:
        note = f"not estimated: {error}"
    return _outcome(State.DONE, measures=tuple(measures), reason=note, run=run)


def _qualities(run: Job, task: Task) -> list[Measure]:
    """Return what the emulator's answers to the test events are worth."""
    if isinstance(run, AnomalyRun):
        return anomaly_figures(run.scored, task.figures)
    if run.candidate.regression is not None:
        found = {one.stage: one for one in resolutions(run.emulator_scores())}
        return resolution_figures(found[EMULATOR])
    return quality_figures(
        np.load(run.emulated / "logits.npy"),
        run.prepared.test.labels,
        run.prepared.events.label_names,
        wanted=task.figures,
    )


def _watched(task: Task, work: Callable[[Announce], Outcome]) -> Outcome:
    """Work under the limits of the task; unwatched where it names no folder for it."""
    if not task.scratch:
        return work(lambda _, **__: None)
    watch = Watch(Path(task.scratch), task.id[:16], memory_gb=task.limits.memory_gb)
    with watch.watching():
        return work(watch.stage)


def _run(task: Task) -> Job:
    return _learning(_trainable(task.candidate), task.starts, task.root)


def _trainable(candidate: Candidate) -> Candidate:
    """Return a candidate whose hardware is that of none in particular: for what is shared."""
    asked = candidate.hardware
    hardware = HardwareConfig(
        device=asked.device,
        clock=Clock(period_ns=asked.clock.period_ns),
        backend=asked.backend,
        io_type=asked.io_type,
    )
    return replace(candidate, name="untrained", hardware=hardware)


@lru_cache(maxsize=2)
def _learning(candidate: Candidate, starts: tuple[Candidate, ...], root: str) -> Job:
    """Return the job of a training; the designs that share it come one after the other."""
    start = _learning(starts[0], starts[1:], root) if starts else None
    return open_job(candidate, root=Path(root), start=start)


def _start(task: Task) -> Job | None:
    return _learning(task.starts[0], task.starts[1:], task.root) if task.starts else None


def _outcome(
    state: State,
    *,
    measures: tuple[Measure, ...] = (),
    reason: str = "",
    fault: Fault = Fault.NONE,
    log: str = "",
    run: Job | None = None,
) -> Outcome:
    times = tuple(run.times) if run else ()
    if run is not None:
        run.times.clear()  # the next trial of the same training tells its own
    return Outcome(
        state=state,
        reason=reason,
        fault=fault,
        log=log,
        measures=measures,
        times=times,
        host=platform.node(),
        pid=os.getpid(),
        utc=datetime.now(tz=UTC).isoformat(timespec="seconds"),
        versions=_versions(),
    )


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    return versions()


@cache
def _sources() -> str:
    return source_digest(*_SOURCES)
