"""A sweep goes on with the search space that it was begun with."""

import json

from codesign.errors import InvalidDesignError
from codesign.sweep.space.sweep import Sweep
from codesign.sweep.store.store import Store


def check_declared(store: Store, sweep: Sweep, data: str) -> None:
    """Keep what a sweep declares, or compare it with what was kept.

    Raises:
        InvalidDesignError: If the search space is not the one that the store was begun with.
    """
    declared = json.dumps({**sweep.declared, "data": data}, sort_keys=True, default=str)
    known = store.meta("declared")
    if not known:
        store.note("declared", declared)
        store.note("name", sweep.name)
    elif known != declared:
        changes = differences(json.loads(known), json.loads(declared))
        msg = (
            f"{sweep.name} was begun with another search space:\n"
            + "\n".join(f"  {line}" for line in changes)
            + "\ngive the new one another name, or put the old values back; equal candidates are "
            "not computed again"
        )
        raise InvalidDesignError(msg)
    store.note("goals", json.dumps(goals_of(sweep)))


def goals_of(sweep: Sweep) -> dict[str, list[str]]:
    """Return what a sweep wants, as text."""
    return {
        "objectives": [str(objective) for objective in sweep.objectives],
        "constraints": [str(constraint) for constraint in sweep.constraints],
    }


def differences(old: object, new: object, path: str = "") -> list[str]:
    """Return one line a difference of plain data.

    Examples:
        >>> differences({"a": [1, 2]}, {"a": [1, 3]})
        ['a[1]: 2 is now 3']
    """
    if isinstance(old, dict) and isinstance(new, dict):
        keys = list(dict.fromkeys([*old, *new]))
        return [
            line
            for key in keys
            for line in differences(old.get(key), new.get(key), f"{path}.{key}".lstrip("."))
        ]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [
            line
            for index, (a, b) in enumerate(zip(old, new, strict=True))
            for line in differences(a, b, f"{path}[{index}]")
        ]
    return [] if old == new else [f"{path}: {json.dumps(old)} is now {json.dumps(new)}"]
