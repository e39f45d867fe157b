"""The page of a sweep: what the store knows, as the records that reporting shows."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from codesign.design.precision import Precision
from codesign.errors import InvalidDesignError
from codesign.reporting.sweep_records import (
    Goal,
    Growth,
    Limit,
    Reading,
    Setback,
    SweepSummary,
    SweptDesign,
)
from codesign.sweep.goals import Constraint, Objective
from codesign.sweep.outcome import Measure, State
from codesign.sweep.results.figures import TEST_EVENTS
from codesign.sweep.results.pareto import FrontPoint, front
from codesign.sweep.results.seeds import averages
from codesign.sweep.results.status import goals, history_of
from codesign.sweep.store.records import Trial
from codesign.sweep.store.store import Store

PAGE = "report.html"
_REASON = 300
_SETBACKS = 20
_DIGITS = range(2, 18)


def write_sweep_report(folder: Path, store: Store) -> Path:
    """Write the page of a sweep into its folder and return its path.

    Args:
        folder: Of the sweep, below ``sweeps/`` of the folder of all designs.
        store: Open for reading; may be in use by a driver.

    Raises:
        InvalidDesignError: If figures of different evidence would be compared.
    """
    page = import_module("codesign.reporting.sweep_page")  # matplotlib takes most of a second
    path: Path = page.write_sweep_page(summary_of(folder, store), folder / PAGE)
    return path


def write_sweep_figures(folder: Path, store: Store, target: Path) -> tuple[Path, ...]:
    """Write each figure of a sweep's page as an SVG file; return the files.

    Raises:
        InvalidDataError: If the folder ``target`` cannot be written.
        InvalidDesignError: If figures of different evidence would be compared.
    """
    page = import_module("codesign.reporting.sweep_page")
    sections = import_module("codesign.reporting.sections")
    drawn = page.sweep_page(summary_of(folder, store))
    paths: tuple[Path, ...] = sections.write_figures(drawn, target)
    return paths


def summary_of(folder: Path, store: Store) -> SweepSummary:
    """Return a sweep as its page shows it.

    Args:
        folder: Of the sweep: designs with a page of their own are beside ``sweeps/``.
        store: Open for reading.
    """
    objectives, constraints = goals(store)
    points = front(store, objectives, constraints)
    trials = list(store.trials())
    done = [trial for trial in trials if trial.state is State.DONE]
    whole = [trial for trial in done if trial.fidelity == 1.0]
    designs = _designs(whole, points, objectives, _Links(folder, store.meta("name")))
    devices = {str(trial.candidate["hardware"]["device"]) for trial in whole}
    samples = {str(trial.candidate["data"]["sample"]) for trial in trials}
    events = {m.value for trial in whole if (m := trial.figure(TEST_EVENTS)) is not None}
    return SweepSummary(
        name=store.meta("name") or folder.name,
        sample=", ".join(sorted(samples)),
        events=int(events.pop()) if len(events) == 1 else 0,
        device=devices.pop() if len(devices) == 1 else "",
        goals=tuple(Goal(figure=o.figure, maximize=o.maximize) for o in objectives),
        limits=tuple(_limit(constraint, whole) for constraint in constraints),
        states=tuple((str(state), count) for state, count in store.counts().items()),
        designs=designs,
        setbacks=_setbacks(trials),
        growth=tuple(
            Growth(seconds=step.seconds, trials=step.trials, hypervolume=step.hypervolume)
            for step in history_of(store)
        ),
        shortened=len(done) - len(whole),
        trainings=len({trial.training for trial in whole}),
        began=min((trial.started for trial in trials if trial.started), default=""),
        ended=max((trial.ended for trial in trials if trial.ended), default=""),
        versions=_versions(store, whole),
    )


class _Links:
    """Where a design's own page is."""

    def __init__(self, folder: Path, name: str) -> None:
        self.sweep = name or folder.name
        self._root = folder.parents[1]

    def page(self, design: str) -> str:
        found = (self._root / design / PAGE).is_file()
        return f"../../{design}/{PAGE}" if found else ""


def _designs(
    trials: Sequence[Trial],
    points: Sequence[FrontPoint],
    objectives: Sequence[Objective],
    links: _Links,
) -> tuple[SweptDesign, ...]:
    """Return the designs, seeds of one as one, the best of the first objective first."""
    fronts = {point.trial.number: point for point in points}
    groups: dict[str, list[Trial]] = {}
    for trial in trials:
        groups.setdefault(_design_key(trial), []).append(trial)
    found = []
    for group in groups.values():
        shown = next((t for t in group if t.number in fronts), group[0])
        design = _design(shown, group, fronts.get(shown.number), links)
        if shown.number in fronts:
            command = pick_command(links.sweep, fronts[shown.number], points, objectives)
            design = replace(design, pick=command)
        found.append(design)
    return tuple(sorted(found, key=lambda design: _order(design, objectives)))


def _design_key(trial: Trial) -> str:
    """Return what a trial is, but for its name and seed."""
    training = {k: v for k, v in trial.candidate["training"].items() if k != "seed"}
    return repr({**trial.candidate, "name": "", "training": training})


def _design(
    trial: Trial, group: Sequence[Trial], point: FrontPoint | None, links: _Links
) -> SweptDesign:
    candidate = trial.candidate
    name = str(candidate["name"])
    figures = averages([one.measures for one in group]).values()
    choices = trial.point.items()
    is_seed = len(group) > 1
    return SweptDesign(
        number=trial.number,
        name=name,
        training=trial.training,
        choices=tuple((k, _word(v)) for k, v in choices if not (is_seed and k == "seed")),
        mode=str(candidate["training"]["mode"]),
        bits=_widest(candidate),
        aim=float(candidate["pruning"]["sparsity"]),
        readings=tuple(_reading(measure) for measure in figures),
        synthesized=tuple(_reading(measure) for measure in trial.beside),
        seeds=len(group),
        on_front=point is not None,
        tied=() if point is None else point.tied,
        outside=bool(trial.reason),
        bit_exact=_verdict(group),
        report=links.page(name),
    )


def _verdict(group: Sequence[Trial]) -> str:
    found = [m.value for trial in group if (m := trial.figure("bit_exact")) is not None]
    if not found:
        return ""
    return "yes" if all(found) else "NO"


def _widest(candidate: Mapping[str, Any]) -> int:
    layers = candidate["quantization"]["layers"]
    return max((Precision.from_text(layer["weight"]).width for layer in layers), default=0)


def _reading(measure: Measure) -> Reading:
    return Reading(
        figure=measure.figure,
        value=measure.value,
        low=measure.low,
        high=measure.high,
        evidence=measure.evidence,
    )


def _order(design: SweptDesign, objectives: Sequence[Objective]) -> tuple[float, ...]:
    readings = [(objective, design.reading(objective.figure)) for objective in objectives]
    costs = [math.inf if r is None else objective.cost(r.value) for objective, r in readings]
    return (*costs, design.number)


def pick_command(
    sweep: str, point: FrontPoint, points: Sequence[FrontPoint], objectives: Sequence[Objective]
) -> str:
    """Return the command that chooses a design of the front, with limits as round as they can be.

    What it chooses is the best by the first objective within limits on the others; that is always a
    design of the front, so that only those need to be compared. Several seeds are named by a trial:
    limits on their mean may not hold for the seed that stands for them.

    Args:
        sweep: Its name.
        point: The design.
        points: The whole front, the best of the first objective first.
        objectives: Those of the front.
    """
    limits = [(index, o) for index, o in enumerate(objectives) if index]
    for digits in _DIGITS if limits and point.seeds == 1 else ():
        texts = [
            f"{o.figure}{'>=' if o.maximize else '<='}{_rounded(point, i, o, digits)}"
            for i, o in limits
        ]
        wanted = [Constraint.from_text(text) for text in texts]
        if next((other for other in points if _holds(other, wanted)), None) is point:
            options = " ".join(f'--at "{text}"' for text in texts)
            return f"codesign sweep pick {sweep} {options}"
    return f"codesign sweep pick {sweep} --trial {point.trial.number}"


def _rounded(point: FrontPoint, index: int, objective: Objective, digits: int) -> str:
    """Return a limit that the design keeps, rounded away from it."""
    value = point.figures[index].value
    if value == 0:
        return "0"
    unit = 10.0 ** (math.floor(math.log10(abs(value))) + 1 - digits)
    rounded = math.floor(value / unit) if objective.maximize else math.ceil(value / unit)
    return f"{float(f'{rounded * unit:.{digits}g}'):.15g}"


def _holds(point: FrontPoint, wanted: Sequence[Constraint]) -> bool:
    figures = {figure.figure: figure.value for figure in point.figures}
    return all(limit.holds(figures[limit.figure], device="") for limit in wanted)


def _limit(constraint: Constraint, trials: Sequence[Trial]) -> Limit:
    devices = {str(trial.candidate["hardware"]["device"]) for trial in trials}
    try:
        values = {constraint.limit(device) for device in devices}
    except InvalidDesignError:  # a part that has left the catalog
        values = set()
    value = values.pop() if len(values) == 1 else math.nan
    return Limit(figure=constraint.figure, text=str(constraint), value=value)


def _setbacks(trials: Sequence[Trial]) -> tuple[Setback, ...]:
    """Return the most frequent reasons; those that differ in the trial they name are one."""
    found: dict[tuple[str, str], list[int]] = {}
    for trial in trials:
        if trial.state.is_final and trial.state is not State.DONE:
            key = (str(trial.state), _reason(trial.reason))
            found.setdefault(key, []).append(trial.number)
    most = sorted(found.items(), key=lambda item: (-len(item[1]), item[1]))[:_SETBACKS]
    return tuple(
        Setback(state=state, reason=reason, trials=tuple(numbers))
        for (state, reason), numbers in most
    )


def _reason(text: str) -> str:
    """Return a reason in a line; of a traceback its end, which says what went wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if lines and lines[0].startswith("Traceback"):
        lines = lines[-1:]
    whole = re.sub(r"\btrial \d+", "another trial", " ".join(lines))
    return whole if len(whole) <= _REASON else f"{whole[:_REASON]}..."


def _versions(store: Store, trials: Sequence[Trial]) -> tuple[tuple[str, str], ...]:
    if not trials:
        return ()
    found = store.provenance(trials[0].number).get("versions", [])
    return tuple((str(name), str(version)) for name, version in found)


def _word(value: object) -> str:
    return "-".join(map(str, value)) if isinstance(value, tuple) else str(value)
