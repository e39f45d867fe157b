"""Some figures of all trials that are done: ten thousand of them in a fraction of a second."""

from collections.abc import Iterable

from codesign.sweep.outcome import BESIDE
from codesign.sweep.store.records import Figured
from codesign.sweep.store.rows import to_measure
from codesign.sweep.store.store import Store


def read_figures(store: Store, names: Iterable[str]) -> list[Figured]:
    """Return some figures of every trial that is done at full fidelity, in order.

    What only verified designs have (:data:`~codesign.sweep.outcome.BESIDE`) is left out.
    """
    wanted = tuple(dict.fromkeys(names))
    marks, beside = (",".join("?" * len(found)) for found in (wanted, BESIDE))
    rows = store.connection.execute(
        "SELECT number, id, json_extract(candidate, '$.hardware.device'),"
        " json_extract(candidate, '$.training.seed') FROM trials"
        " WHERE state = 'done' AND fidelity = 1.0 ORDER BY number"
    )
    read = {number: (id_, device, seed) for number, id_, device, seed in rows}
    has_seeds = len({seed for _, _, seed in read.values()}) > 1
    kinds = _designs(store) if has_seeds else {}
    found = {
        number: Figured(number=number, device=device, design=kinds.get(number, id_), figures={})
        for number, (id_, device, _) in read.items()
    }
    measures = store.connection.execute(
        f"SELECT * FROM measures WHERE figure IN ({marks})"  # noqa: S608 - marks only
        f" AND evidence NOT IN ({beside})",
        (*wanted, *BESIDE),
    )
    for row in measures:
        if row["trial"] in found:
            found[row["trial"]].figures[row["figure"]] = to_measure(row)
    return list(found.values())


def _designs(store: Store) -> dict[int, str]:
    """Return what each trial is, but for its name and seed."""
    rows = store.connection.execute(
        "SELECT number, json_remove(candidate, '$.name', '$.training.seed') FROM trials"
        " WHERE state = 'done' AND fidelity = 1.0"
    )
    return dict(rows)
