"""Some figures of all trials that are done: ten thousand of them in a fraction of a second."""

from collections.abc import Iterable

from codesign.sweep.outcome import BESIDE, Measure
from codesign.sweep.store.records import Figured
from codesign.sweep.store.store import Store


def read_figures(store: Store, names: Iterable[str]) -> list[Figured]:
    """Return some figures of every trial that is done at full fidelity, in order.

    What only verified designs have (:data:`~codesign.sweep.outcome.BESIDE`) is left out.
    """
    wanted = tuple(dict.fromkeys(names))
    marks, beside = (",".join("?" * len(found)) for found in (wanted, BESIDE))
    cursor = store.connection.cursor()
    cursor.row_factory = None  # plain tuples: half of the time
    read = cursor.execute(
        "SELECT number, id, device, seed FROM trials"
        " WHERE state = 'done' AND fidelity = 1.0 ORDER BY number"
    ).fetchall()
    kinds = _designs(store) if len({seed for *_, seed in read}) > 1 else {}
    found = {
        number: Figured(number=number, device=device, design=kinds.get(number, id_), figures={})
        for number, id_, device, _ in read
    }
    measures = cursor.execute(
        "SELECT trial, figure, value, low, high, evidence FROM measures"  # noqa: S608 - marks only
        f" WHERE figure IN ({marks}) AND evidence NOT IN ({beside})",
        (*wanted, *BESIDE),
    )
    for number, figure, value, low, high, evidence in measures:
        if number in found:
            found[number].figures[figure] = Measure(
                figure=figure, value=value, low=low, high=high, evidence=evidence
            )
    return list(found.values())


def _designs(store: Store) -> dict[int, str]:
    """Return what each trial is, but for its name and seed."""
    rows = store.connection.execute(
        "SELECT number, json_remove(candidate, '$.name', '$.training.seed') FROM trials"
        " WHERE state = 'done' AND fidelity = 1.0"
    )
    return dict(rows)
