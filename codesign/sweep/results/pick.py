"""Choose a design of a sweep and write it as a recipe."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from codesign.data.files import written_whole
from codesign.design.candidate import Candidate
from codesign.design.codec import decode, encode
from codesign.design.names import check_name
from codesign.errors import InfeasibleDesignError, InvalidDesignError
from codesign.sweep.goals import Constraint, Objective
from codesign.sweep.outcome import Measure
from codesign.sweep.results.pareto import designs
from codesign.sweep.results.status import goals
from codesign.sweep.store.figures import read_figures
from codesign.sweep.store.records import Trial
from codesign.sweep.store.store import Store


def choose(
    store: Store, *, at: Sequence[Constraint], best: Objective | None = None, trial: str = ""
) -> Trial:
    """Return the best trial that keeps all constraints.

    Where the figures that decide are equal, the sweep's other objectives decide. Several seeds of
    one design are judged by their mean.

    Args:
        store: Of the sweep.
        at: Beside the sweep's own constraints.
        best: By what; the sweep's first objective where None.
        trial: A number, or an id or its beginning: that one instead.

    Raises:
        InvalidDesignError: If there is no such trial.
        InfeasibleDesignError: If none keeps the constraints.
    """
    if trial:
        return _named(store, trial)
    objectives, constraints = goals(store)
    objective = best or objectives[0]
    wanted = (*constraints, *at)
    found = designs(store, (objective,), wanted)
    if not found:
        texts = ", ".join(map(str, wanted)) or "nothing"
        msg = f"no design of {store.meta('name')} keeps {texts}; loosen it, or sweep further"
        raise InfeasibleDesignError(msg)
    others = read_figures(store, [one.figure for one in objectives])
    figures = {one.number: one.figures for one in others}
    best_first = min(
        found,
        key=lambda one: (
            _cost(objective, one.figures),
            *(_cost(other, figures[one.number]) for other in objectives),
            one.number,
        ),
    )
    return store.trial(best_first.number)


def _cost(objective: Objective, figures: Mapping[str, Measure]) -> float:
    found = figures.get(objective.figure)
    return math.inf if found is None else objective.cost(found.value)


def _named(store: Store, text: str) -> Trial:
    if text.isdecimal() and 1 <= int(text) <= store.size():
        return store.trial(int(text))
    found = store.find(text)
    if found is None:
        msg = f"{store.meta('name')} has no trial {text!r}; see: codesign sweep status"
        raise InvalidDesignError(msg)
    return found


def write_recipe(
    trial: Trial, folder: Path, *, name: str, sweep: str, overwrite: bool = False
) -> Path:
    """Write a trial as a recipe and return its path.

    Args:
        trial: Which.
        folder: For the recipe.
        name: Of the design; that of the trial where empty.
        sweep: Where it comes from, for the first line.
        overwrite: Whether a recipe of this name may be replaced.

    Raises:
        InvalidDesignError: If the name is none, or the recipe is there already.
    """
    candidate = decode(Candidate, trial.candidate, place=trial.id)
    named = check_name(name or candidate.name, what="a design")
    path = folder / f"{named}.toml"
    if path.exists() and not overwrite:
        msg = f"{path} is there already; choose another name with --name, or say --force"
        raise InvalidDesignError(msg)
    folder.mkdir(parents=True, exist_ok=True)
    measured = ", ".join(
        f"{measure.figure} {measure.value:.4g} ({measure.evidence})"
        for measure in trial.measures
        if measure.figure in ("accuracy", "lut", "dsp", "latency_ns")
    )
    title = f"# Trial {trial.number} of the sweep {sweep}: {measured or trial.state}."
    with written_whole(path) as temporary:
        text = f"{title}\n{to_toml(_recipe(replace(candidate, name=named)))}"
        temporary.write_text(text, encoding="utf-8")
    return path


def _recipe(candidate: Candidate) -> dict[str, Any]:
    plain: dict[str, Any] = encode(candidate)
    return plain


def to_toml(plain: dict[str, Any], table: str = "") -> str:
    """Return plain data as TOML: what is None is left out, being the default everywhere."""
    simple = {k: v for k, v in plain.items() if v is not None and not _is_table(v)}
    lines = [f"{key} = {_value(value)}" for key, value in simple.items()]
    for key, value in plain.items():
        path = f"{table}.{key}".lstrip(".")
        if isinstance(value, dict):
            lines += ["", f"[{path}]", to_toml(value, path).rstrip()]
        elif _is_table(value):
            for item in value:
                lines += ["", f"[[{path}]]", to_toml(item, path).rstrip()]
    return "\n".join(lines).strip() + "\n"


def _is_table(value: object) -> bool:
    if isinstance(value, dict):
        return True
    is_list = isinstance(value, list | tuple) and bool(value)
    return is_list and all(isinstance(item, dict) for item in value)  # type: ignore[attr-defined]


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return repr(value)
