"""Rows of a store and the records that they are."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from codesign.sweep.outcome import Fault, Measure, Outcome, State, is_beside
from codesign.sweep.store.records import Trial


def insert_trial(connection: sqlite3.Connection, trial: Trial) -> bool:
    """Add a trial unless it is there; return whether it is new."""
    added = connection.execute(
        "INSERT OR IGNORE INTO trials (id, state, step, training, point, candidate, fidelity)"
        " VALUES (?, 'proposed', ?, ?, ?, ?, ?)",
        (
            *(trial.id, trial.step, trial.training),
            *(to_json(trial.point), to_json(trial.candidate), trial.fidelity),
        ),
    )
    return added.rowcount == 1


def insert_measures(
    connection: sqlite3.Connection, number: int, measures: Iterable[Measure]
) -> None:
    """Put figures beside a trial."""
    connection.executemany(
        "INSERT OR REPLACE INTO measures VALUES (?, ?, ?, ?, ?, ?)",
        [(number, m.figure, m.value, m.low, m.high, m.evidence) for m in measures],
    )


def insert_attempt(
    connection: sqlite3.Connection, number: int, state: State, outcome: Outcome
) -> None:
    """Note how an attempt at a trial ended."""
    connection.execute(
        "INSERT INTO attempts (trial, utc, state, reason, host, pid) VALUES (?, ?, ?, ?, ?, ?)",
        (number, now(), state, outcome.reason, outcome.host, outcome.pid),
    )


def to_trial(row: sqlite3.Row, measures: tuple[Measure, ...]) -> Trial:
    """Return the trial of a row."""
    return Trial(
        number=row["number"],
        id=row["id"],
        state=State(row["state"]),
        step=row["step"],
        training=row["training"],
        point=to_point(row["point"]),
        candidate=json.loads(row["candidate"]),
        fidelity=row["fidelity"],
        attempts=row["attempts"],
        reason=row["reason"],
        fault=Fault(row["fault"]),
        seconds=row["seconds"],
        started=row["started"],
        ended=row["ended"],
        measures=tuple(measure for measure in measures if not is_beside(measure)),
        beside=tuple(measure for measure in measures if is_beside(measure)),
    )


def to_measure(row: sqlite3.Row) -> Measure:
    """Return the figure of a row."""
    return Measure(
        figure=row["figure"],
        value=row["value"],
        low=row["low"],
        high=row["high"],
        evidence=row["evidence"],
    )


def to_point(text: str) -> dict[str, Any]:
    """Return a point; JSON has lists where points have tuples."""
    plain = json.loads(text)
    return {key: tuple(v) if isinstance(v, list) else v for key, v in plain.items()}


def to_json(plain: object) -> str:
    """Return plain data as the store keeps it."""
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, allow_nan=False)


def now() -> str:
    """Return the time as the store keeps it."""
    return datetime.now(tz=UTC).isoformat(timespec="milliseconds")
