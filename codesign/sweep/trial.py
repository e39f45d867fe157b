"""One trial, on a worker: screened, trained, emulated, estimated; each stage kept and shared.

1. *Screen*: the untrained network, its smallest weights zeroed to the planned sparsity, is
   estimated. A candidate whose range lies beyond a constraint by :data:`MARGIN` is not trained.
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
from codesign.design.constant import Constant
from codesign.design.hardware import Clock, HardwareConfig
from codesign.design.layers import Weighted
from codesign.design.network import QuantizedNetwork
from codesign.errors import InfeasibleDesignError, InvalidDesignError, UnsupportedLayerError
from codesign.estimate import estimate
from codesign.firmware import supports
from codesign.pipeline import Run
from codesign.pipeline.provenance import versions
from codesign.pipeline.stage import source_digest, stage
from codesign.sweep.figures import hardware_figures, network_figures, quality_figures
from codesign.sweep.goals import RESOURCES, Constraint
from codesign.sweep.outcome import Measure, Outcome, State
from codesign.sweep.task import Task, nameless
from codesign.sweep.watch import Watch

MARGIN = 2.0
"""How far beyond a constraint the lower end of the range must lie before training is left out: the
estimate is of weights that training has not chosen yet."""

_CANNOT_BE = (InfeasibleDesignError, InvalidDesignError, UnsupportedLayerError)
_FILE = "outcome.json"
_SOURCES = ("design", "emulator", "estimate", "metrics", "sweep/figures.py", "sweep/trial.py")
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
        (run.prepared.events.digest, task.figures, task.constraints),
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
        run = Run(task.candidate, root=Path(task.root), start=_start(task))
        result = run.finish()
        exact = result.point.certificate.is_bit_exact
        verdict = Measure(figure="bit_exact", value=exact, low=exact, high=exact, evidence="csim")
        state = State.DONE if exact else State.FAILED
        return _outcome(state, measures=(verdict,), reason=str(result.report), run=run)

    return _watched(task, work)


def run_task(task: Task) -> Outcome:
    """Do what a worker is asked to do; what goes wrong with the candidate is part of the answer.

    What goes wrong with the machine (a full disk, a missing package) is raised.
    """
    try:
        return verify(task) if task.verify else evaluate(task)
    except InfeasibleDesignError as error:
        return _outcome(State.INFEASIBLE, reason=str(error))
    except (OSError, ImportError):
        raise
    except Exception:  # noqa: BLE001 - one broken trial must not end the others
        return _outcome(State.FAILED, reason=traceback.format_exc(limit=-3))


def _evaluate(task: Task, run: Run, announce: Announce) -> Outcome:
    announce("screen", seconds=task.limits.screen_s)
    try:
        supports(run.untrained, task.candidate.hardware)
        beyond = _screen(task, run.untrained)
        if beyond:
            return _outcome(State.PRUNED, reason=f"cannot fit: {'; '.join(beyond)}", run=run)
        announce("training", seconds=task.limits.train_s)
        _ = run.trained
    except _CANNOT_BE as error:
        return _outcome(State.INFEASIBLE, reason=str(error), run=run)
    announce("evaluation", seconds=task.limits.evaluate_s)
    network, hardware = run.network, task.candidate.hardware
    test = run.prepared.test
    measures = quality_figures(
        np.load(run.emulated / "logits.npy"),
        test.labels,
        run.prepared.events.label_names,
        wanted=task.figures,
    )
    measures += network_figures(network, hardware)
    note = ""
    try:
        report = estimate(network, hardware)
        measures += hardware_figures(report)
        note = "; ".join(report.outside)
    except UnsupportedLayerError as error:
        note = f"not estimated: {error}"
    return _outcome(State.DONE, measures=tuple(measures), reason=note, run=run)


def _screen(task: Task, network: QuantizedNetwork) -> list[str]:
    """Return the constraints that the design cannot keep, with the range beside the limit."""
    wanted = [c for c in task.constraints if c.figure in (*RESOURCES, "latency_ns", "ii")]
    if not wanted:
        return []
    hardware = task.candidate.hardware
    try:
        report = estimate(as_sparse(network, task.candidate.pruning.sparsity), hardware)
    except UnsupportedLayerError:
        return []  # without a model nothing is known, so nothing is left out
    measures = {measure.figure: measure for measure in hardware_figures(report)}
    return [
        _beyond(constraint, measures[constraint.figure], hardware.device)
        for constraint in wanted
        if not _may_hold(constraint, measures[constraint.figure], hardware.device)
    ]


def _may_hold(constraint: Constraint, measure: Measure, device: str) -> bool:
    exact = measure.low == measure.high
    margin = 1.0 if exact else MARGIN
    return constraint.may_hold(measure.low / margin, measure.high * margin, device=device)


def _beyond(constraint: Constraint, measure: Measure, device: str) -> str:
    return (
        f"{constraint} of {device} is {constraint.limit(device):,.0f}, "
        f"estimated {measure.low:,.0f} to {measure.high:,.0f} before training"
    )


def as_sparse(network: QuantizedNetwork, sparsity: float) -> QuantizedNetwork:
    """Return a network whose smallest weights are zero, as pruning would leave it."""
    layers = tuple(
        replace(layer, kernel=_pruned(layer.kernel, sparsity))
        if isinstance(layer, Weighted)
        else layer
        for layer in network.layers
    )
    return replace(network, layers=layers)


def _pruned(kernel: Constant, sparsity: float) -> Constant:
    values = kernel.values.copy()
    count = int(sparsity * values.size)
    smallest = np.argsort(np.abs(values), axis=None, kind="stable")[:count]
    values.flat[smallest] = 0
    return Constant(values=values, precision=kernel.precision)


def _watched(task: Task, work: Callable[[Announce], Outcome]) -> Outcome:
    """Work under the limits of the task; unwatched where it names no folder for it."""
    if not task.scratch:
        return work(lambda _, **__: None)
    watch = Watch(Path(task.scratch), task.id[:16], memory_gb=task.limits.memory_gb)
    with watch.watching():
        return work(watch.stage)


def _run(task: Task) -> Run:
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
def _learning(candidate: Candidate, starts: tuple[Candidate, ...], root: str) -> Run:
    """Return the job of a training; the designs that share it come one after the other."""
    start = _learning(starts[0], starts[1:], root) if starts else None
    return Run(candidate, root=Path(root), start=start)


def _start(task: Task) -> Run | None:
    return _learning(task.starts[0], task.starts[1:], task.root) if task.starts else None


def _outcome(
    state: State, *, measures: tuple[Measure, ...] = (), reason: str = "", run: Run | None = None
) -> Outcome:
    times = tuple(run.times) if run else ()
    if run is not None:
        run.times.clear()  # the next trial of the same training tells its own
    return Outcome(
        state=state,
        reason=reason,
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
