"""How a sweep went so far: how long trials took, how many became final, why others did not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from codesign.sweep.outcome import State
from codesign.sweep.store.records import Trial
from codesign.sweep.store.store import Store


def mean_seconds(store: Store) -> tuple[float, float]:
    """Return the mean wall time of finished trials and of the first of each training."""
    mean = store.connection.execute(
        "SELECT AVG(seconds) FROM trials WHERE state IN ('done', 'pruned')"
    ).fetchone()[0]
    first = store.connection.execute(
        "SELECT AVG(longest) FROM (SELECT MAX(seconds) AS longest FROM trials"
        " WHERE state = 'done' GROUP BY training)"
    ).fetchone()[0]
    return float(mean or 0.0), float(first or 0.0)


def recently_final(store: Store, seconds: float) -> int:
    """Return how many trials became final in the last seconds."""
    since = (datetime.now(tz=UTC) - timedelta(seconds=seconds)).isoformat(timespec="milliseconds")
    row = store.connection.execute(
        "SELECT COUNT(*) FROM trials WHERE ended >= ?", (since,)
    ).fetchone()
    return int(row[0])


def frequent_reasons(store: Store, limit: int = 5) -> list[tuple[State, str, int]]:
    """Return the most frequent reasons of trials that are not done."""
    rows = store.connection.execute(
        "SELECT state, reason, COUNT(*) AS n FROM trials WHERE reason != ''"
        " AND state IN ('failed', 'infeasible', 'pruned')"
        " GROUP BY state, reason ORDER BY n DESC LIMIT ?",
        (limit,),
    )
    return [(State(row["state"]), row["reason"], row["n"]) for row in rows]


def siblings(store: Store, training: str, number: int) -> Iterator[Trial]:
    """Yield the trials that are done and share a training with another one."""
    rows = store.connection.execute(
        "SELECT number FROM trials WHERE training = ? AND state = 'done' AND number != ?"
        " ORDER BY number",
        (training, number),
    )
    for row in rows.fetchall():
        yield store.trial(row["number"])
