"""What the verbs of ``codesign sweep`` show."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import typer
from rich.table import Table

from codesign.cli.output import plain_table, show, show_json, show_paths
from codesign.cli.sweep_progress import watching
from codesign.design.codec import encode
from codesign.errors import InfeasibleDesignError
from codesign.sweep.execution.bugs import SweepBugError
from codesign.sweep.execution.verify import Verify
from codesign.sweep.launch import Lending, run_sweep
from codesign.sweep.outcome import Measure, State
from codesign.sweep.plan import Plan
from codesign.sweep.results.page import write_sweep_report
from codesign.sweep.results.pareto import FrontPoint
from codesign.sweep.results.status import Status, status_of
from codesign.sweep.space.sweep import Sweep
from codesign.sweep.store.places import Places
from codesign.sweep.store.records import Trial
from codesign.sweep.store.store import Store

_SHOWN = 20
_FIGURES = ("accuracy", "lut", "ff", "dsp", "bram_18k", "latency_ns", "ii", "bops")
_DIGITS = {"accuracy": 4, "auc": 4, "sparsity": 3}


def go_on(
    sweep: Sweep, build: Path, lent: Lending, *, verify: str, json: bool, synthesis: bool = False
) -> None:
    """Run a sweep, show how it stands at the end and write its page.

    Raises:
        InfeasibleDesignError: If a trial has failed, or a certified design is not bit-exact.
        SweepBugError: If trials met an error of codesign itself.
    """
    if verify not in list(Verify):
        msg = f"--verify {verify}: choose {', '.join(Verify)}"
        raise typer.BadParameter(msg)
    places = Places.of(sweep.name, build)
    try:
        with watching(build / f"{sweep.name}.log") as progress:
            run_sweep(
                sweep,
                build,
                lent,
                check=Verify(verify),
                synthesis=synthesis,
                progress=progress,
            )
    except (InfeasibleDesignError, SweepBugError):
        _write_page(places)  # it names the designs that disagree
        raise
    page = _write_page(places)
    with Store(places.store, readonly=True) as store:
        found = status_of(places.folder, store)
    show_status(found, json=json)
    if not json:
        show_paths((("report", page), ("sweep", places.folder)))
    if found.counts[State.FAILED]:
        msg = f"{found.counts[State.FAILED]} trials failed; see above, then: codesign sweep retry"
        raise InfeasibleDesignError(msg)


def _write_page(places: Places) -> Path:
    with Store(places.store, readonly=True) as store:
        return write_sweep_report(places.folder, store)


def show_plan(plan: Plan, *, json: bool) -> None:
    """Show what a sweep would do."""
    if json:
        show_json(encode(plan))
        return
    time = "unknown: nothing of this model was swept here yet"
    if plan.seconds is not None:
        time = f"{_duration(plan.seconds)} of one core, after {plan.history}"
    rows = [
        ("points of the grid", f"{plan.points:,}"),
        ("trials", f"{plan.trials:,}" if plan.trials else f"as {plan.proposer} decides"),
        ("different trainings", f"{plan.trainings:,}"),
        ("finished already", f"{plan.finished:,}"),
        ("time left", time),
        ("never retrain", ", ".join(plan.changed) or "none"),
    ]
    show(plain_table(f"{plan.name}: {plan.proposer}", ("what", "how much"), rows))
    names = list(dict.fromkeys(name for point in plan.first for name in point))
    points = [[str(point.get(name, "")) for name in names] for point in plan.first]
    show(plain_table("The first points", names, points))


def show_status(status: Status, *, json: bool) -> None:
    """Show how a sweep stands."""
    if json:
        show_json(_plain(status))
        return
    total = sum(status.counts.values())
    rows = [(str(state), f"{count:,}") for state, count in status.counts.items() if count]
    note = f"{total:,} trials"
    if status.driver is not None:
        note += f"; process {status.driver.pid} on {status.driver.host} drives it"
    if status.remaining_s is not None:
        note += f"; {status.rate:.1f} a minute, {_duration(status.remaining_s)} left"
    show(plain_table(f"Sweep {status.name}", ("state", "trials"), rows, note=note))
    if status.reasons:
        reasons = [(str(state), f"{n:,}", _short(text)) for state, text, n in status.reasons]
        show(plain_table("Why not", ("state", "trials", "reason"), reasons))
    if status.front:
        shown = status.front[:_SHOWN]
        title = f"Pareto front: {', '.join(map(str, status.objectives))}"
        rest = len(status.front) - len(shown)
        show(_trial_table(title, [_over_seeds(point) for point in shown], rest, _seeds(shown)))


def show_picked(trial: Trial, path: Path, *, json: bool) -> None:
    """Show the design that was chosen, its recipe last."""
    if json:
        show_json({**_plain_trial(trial), "recipe": str(path)})
        return
    show(_trial_table(f"Trial {trial.number}", [trial], 0))
    typer.echo(str(path))


def _over_seeds(point: FrontPoint) -> Trial:
    """Return the trial of a point with the objectives' means over its seeds."""
    means = {figure.figure: figure for figure in point.figures}
    return replace(
        point.trial, measures=tuple(means.get(m.figure, m) for m in point.trial.measures)
    )


def _seeds(points: Sequence[FrontPoint]) -> str:
    most = max(point.seeds for point in points)
    return f" Objectives are means over up to {most} seeds." if most > 1 else ""


def _trial_table(title: str, trials: list[Trial], rest: int, seeds: str = "") -> Table:
    names = list(dict.fromkeys(name for trial in trials for name in trial.point))
    figures = [name for name in _FIGURES if any(trial.figure(name) for trial in trials)]
    beside = [name for name in _FIGURES if any(_beside(trial, name) for trial in trials)]
    rows = [
        [
            str(trial.number),
            *(_word(trial.point.get(name, "")) for name in names),
            *(_number(trial.figure(name)) for name in figures),
            *(_number(_beside(trial, name)) for name in beside),
            {None: "", True: "yes", False: "NO"}[_is_exact(trial)],
        ]
        for trial in trials
    ]
    evidence = sorted({m.evidence for t in trials for m in t.measures if m.figure in figures})
    note = f"Evidence: {', '.join(evidence)}; +- is one standard deviation, or half a 90 % range."
    note += seeds
    if rest:
        note += f" And {rest} more: codesign sweep export."
    synthesized = [f"{name} synthesized" for name in beside]
    header = ("trial", *names, *figures, *synthesized, "bit-exact")
    return plain_table(title, header, rows, note=note)


def _beside(trial: Trial, name: str) -> Measure | None:
    return next((measure for measure in trial.beside if measure.figure == name), None)


def _is_exact(trial: Trial) -> bool | None:
    measure = trial.figure("bit_exact")
    return None if measure is None else bool(measure.value)


def _number(measure: Measure | None) -> str:
    if measure is None:
        return ""
    digits = _DIGITS.get(measure.figure, 0)
    half = (measure.high - measure.low) / 2
    error = f" +- {half:,.{digits}f}" if half else ""
    return f"{measure.value:,.{digits}f}{error}"


def _word(value: object) -> str:
    return "-".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _short(text: str) -> str:
    return " ".join(text.split())[:160]


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def _plain(status: Status) -> dict[str, object]:
    return {
        "name": status.name,
        "trials": {str(state): count for state, count in status.counts.items()},
        "driver": None if status.driver is None else encode(status.driver),
        "rate_per_minute": status.rate,
        "remaining_s": status.remaining_s,
        "objectives": [str(objective) for objective in status.objectives],
        "reasons": [
            {"state": str(state), "trials": n, "reason": text} for state, text, n in status.reasons
        ],
        "front": [
            {
                **_plain_trial(_over_seeds(point)),
                "tied_with": list(point.tied),
                "seeds": point.seeds,
            }
            for point in status.front
        ],
    }


def _plain_trial(trial: Trial) -> dict[str, object]:
    return {
        "trial": trial.number,
        "id": trial.id,
        "design": trial.candidate["name"],
        "state": str(trial.state),
        "point": dict(trial.point),
        "figures": _plain_figures(trial.measures),
        "synthesized": _plain_figures(trial.beside),
    }


def _plain_figures(measures: Sequence[Measure]) -> dict[str, object]:
    return {m.figure: {k: v for k, v in encode(m).items() if k != "figure"} for m in measures}
