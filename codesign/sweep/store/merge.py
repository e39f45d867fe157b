"""Take over what the same sweep has found elsewhere."""

from codesign.sweep.store.rows import insert_measures, insert_trial, to_json
from codesign.sweep.store.store import Store


def merge(store: Store, other: Store) -> tuple[int, int]:
    """Take over the final trials of another store; return how many were new, how many better.

    A trial that is final in both stays as it is here.
    """
    new = better = 0
    with store.transaction() as connection:
        for trial in other.trials():
            if not trial.state.is_final:
                continue
            mine = store.find(trial.id)
            if mine is not None and mine.state.is_final:
                continue
            if mine is None:
                insert_trial(connection, trial)
                new += 1
            else:
                better += 1
            number = connection.execute(
                "SELECT number FROM trials WHERE id = ?", (trial.id,)
            ).fetchone()[0]
            provenance = to_json(other.provenance(trial.number))
            connection.execute(
                "UPDATE trials SET state = ?, attempts = ?, reason = ?, fault = ?, seconds = ?,"
                " started = ?, ended = ?, provenance = ? WHERE number = ?",
                (
                    *(trial.state, trial.attempts, trial.reason, trial.fault, trial.seconds),
                    *(trial.started, trial.ended, provenance, number),
                ),
            )
            insert_measures(connection, number, (*trial.measures, *trial.beside))
    return new, better
