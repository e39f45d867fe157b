"""The truth about a sweep: one SQLite file, written by the driver alone.

A trial's id is the digest of its candidate and of the data, so that no candidate is ever there
twice. Every change of a state is one transaction that names the state it changes; what is committed
survives ``kill -9``. Readers (``status``, ``export``) open the file read-only while it is written.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Self

from codesign.design.codec import encode
from codesign.sweep.outcome import Fault, Measure, Outcome, State
from codesign.sweep.store.records import Event, Trial
from codesign.sweep.store.rows import (
    insert_attempt,
    insert_measures,
    insert_trial,
    now,
    to_json,
    to_measure,
    to_point,
    to_trial,
)
from codesign.sweep.store.schema import connect, told_as_system


class Store:
    """An open store.

    Args:
        path: The file.
        readonly: Whether nothing may be written: for everybody but the driver.

    Attributes:
        path: The file.
        connection: To it, for the modules of this folder.
    """

    def __init__(self, path: Path, *, readonly: bool = False) -> None:
        self.path = path
        self.connection = connect(path, readonly=readonly)
        self._has_log = self.connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self, *, waits: bool = True) -> Iterator[sqlite3.Connection]:
        """Lend the connection for changes that happen all or not at all.

        Args:
            waits: Whether to wait until the disk has it. What can be said again need not: it
                survives ``kill -9``, and a loss of power takes it only with what came after it.

        Raises:
            OSError: If the disk is full or cannot be written.
        """
        with told_as_system(self.path), self._waiting(waits=waits):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:  # a full disk may have ended it
                    self.connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _waiting(self, *, waits: bool) -> Iterator[None]:
        """Let commits not wait for the disk: with a write-ahead log that cannot harm the file."""
        relaxes = not waits and self._has_log
        if relaxes:
            self.connection.execute("PRAGMA synchronous = NORMAL")
        try:
            yield
        finally:
            if relaxes:
                self.connection.execute("PRAGMA synchronous = FULL")

    def meta(self, key: str) -> str:
        """Return a note, empty where there is none."""
        row = self.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def note(self, key: str, value: str) -> None:
        """Keep a note."""
        with self.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def propose(self, event: Event, trial: Trial) -> bool:
        """Keep what was proposed, and the trial unless it is there; return whether it is new."""
        with self.transaction(waits=False) as connection:
            connection.execute(
                "INSERT INTO events (kind, proposal, trial, point) VALUES ('ask', ?, ?, ?)",
                (event.proposal, trial.id, to_json(event.point)),
            )
            return insert_trial(connection, trial)

    def told(self, proposal: int, trial: str, costs: tuple[float, ...] | None) -> None:
        """Keep what the proposer was told."""
        with self.transaction(waits=False) as connection:
            connection.execute(
                "INSERT INTO events (kind, proposal, trial, point, costs)"
                " VALUES ('tell', ?, ?, '{}', ?)",
                (proposal, trial, None if costs is None else to_json(costs)),
            )

    def events(self) -> Iterator[Event]:
        """Yield everything that was said to and by the proposer, in order."""
        with closing(self.connection.execute("SELECT * FROM events ORDER BY n")) as rows:
            for row in rows:
                yield Event(
                    kind=row["kind"],
                    proposal=row["proposal"],
                    trial=row["trial"],
                    point=to_point(row["point"]),
                    costs=tuple(json.loads(row["costs"])) if row["costs"] else None,
                )

    def start(self, number: int) -> bool:
        """Give a proposed trial to a worker; return whether it was still to be had."""
        with self.transaction(waits=False) as connection:
            changed = connection.execute(
                "UPDATE trials SET state = 'running', started = ?"
                " WHERE number = ? AND state = 'proposed'",
                (now(), number),
            )
            return changed.rowcount == 1

    def finish(self, number: int, outcome: Outcome, *, seconds: float) -> bool:
        """Keep the outcome of a running trial; return whether it was running."""
        provenance = {
            "host": outcome.host,
            "pid": outcome.pid,
            "utc": outcome.utc,
            "folder": outcome.folder,
            "versions": encode(outcome.versions),
            "times": encode(outcome.times),
        }
        with self.transaction() as connection:
            changed = connection.execute(
                "UPDATE trials SET state = ?, reason = ?, fault = ?, seconds = ?, ended = ?,"
                " provenance = ? WHERE number = ? AND state = 'running'",
                (
                    *(outcome.state, outcome.reason, outcome.fault, seconds),
                    *(now(), to_json(provenance), number),
                ),
            )
            if changed.rowcount != 1:
                return False
            connection.execute("DELETE FROM measures WHERE trial = ?", (number,))
            insert_measures(connection, number, outcome.measures)
            insert_attempt(connection, number, outcome.state, outcome)
            return True

    def add_measures(self, number: int, measures: Iterable[Measure]) -> None:
        """Keep further figures of a trial that is done."""
        with self.transaction() as connection:
            insert_measures(connection, number, measures)

    def give_back(self, number: int, reason: str, *, attempts: int, host: str = "") -> State:
        """Note that a running trial ended its process; it waits again, or has failed.

        Args:
            number: The trial.
            reason: How the process ended.
            attempts: How many of them a trial may end.
            host: Where, if known.

        Returns:
            Its new state.
        """
        with self.transaction() as connection:
            row = connection.execute(
                "SELECT attempts FROM trials WHERE number = ? AND state = 'running'", (number,)
            ).fetchone()
            if row is None:
                return self.trial(number).state
            count = row["attempts"] + 1
            state = State.FAILED if count >= attempts else State.PROPOSED
            connection.execute(
                "UPDATE trials SET state = ?, attempts = ?, reason = ?, fault = ?, ended = ?"
                " WHERE number = ?",
                (
                    *(state, count, reason),
                    *((Fault.PROCESS, now()) if state is State.FAILED else ("", "")),
                    number,
                ),
            )
            insert_attempt(
                connection, number, State.FAILED, Outcome(state=state, reason=reason, host=host)
            )
            return state

    def recover(self) -> int:
        """Let trials that were running when a driver ended wait again; return how many."""
        with self.transaction(waits=False) as connection:
            changed = connection.execute(
                "UPDATE trials SET state = 'proposed' WHERE state = 'running'"
            )
            return changed.rowcount

    def release(self, number: int) -> None:
        """Let a running trial wait again, its attempts as they were."""
        with self.transaction(waits=False) as connection:
            connection.execute(
                "UPDATE trials SET state = 'proposed' WHERE number = ? AND state = 'running'",
                (number,),
            )

    def retry(self, states: Iterable[State]) -> int:
        """Let trials of these states wait again with no attempts; return how many."""
        wanted = tuple(states)
        marks = ",".join("?" * len(wanted))
        with self.transaction() as connection:
            changed = connection.execute(
                f"UPDATE trials SET state = 'proposed', attempts = 0, reason = '', fault = '',"  # noqa: S608
                f" ended = '' WHERE state IN ({marks})",
                wanted,
            )
            return changed.rowcount

    def next_trial(self, *, not_training: Iterable[str] = ()) -> Trial | None:
        """Return the first trial that waits, but for those of trainings under way."""
        busy = tuple(not_training)
        marks = ",".join("?" * len(busy))
        row = self.connection.execute(
            f"SELECT * FROM trials WHERE state = 'proposed' AND training NOT IN ({marks})"  # noqa: S608
            " ORDER BY number LIMIT 1",
            busy,
        ).fetchone()
        return to_trial(row, ()) if row else None

    def find(self, id_: str) -> Trial | None:
        """Return a trial by its id or the beginning of it, None where there is none."""
        row = self.connection.execute(
            "SELECT * FROM trials WHERE id >= ? AND id < ? LIMIT 1", (id_, f"{id_}g")
        ).fetchone()
        return to_trial(row, self._measures(row["number"])) if row else None

    def trial(self, number: int) -> Trial:
        """Return a trial with its figures."""
        row = self.connection.execute("SELECT * FROM trials WHERE number = ?", (number,)).fetchone()
        return to_trial(row, self._measures(number))

    def trials(self, *states: State) -> Iterator[Trial]:
        """Yield trials with their figures, in the order of proposal; of all states by default."""
        marks = ",".join("?" * len(states))
        where = f" WHERE state IN ({marks})" if states else ""
        query = f"SELECT * FROM trials{where} ORDER BY number"  # noqa: S608
        figures = self.connection.execute(
            "SELECT trial, figure, value, low, high, evidence FROM measures ORDER BY trial"
        )
        with closing(self.connection.execute(query, states)) as rows, closing(figures):
            pending = next(figures, None)
            for row in rows:
                found = []
                while pending is not None and pending["trial"] <= row["number"]:
                    if pending["trial"] == row["number"]:
                        found.append(to_measure(pending))
                    pending = next(figures, None)
                yield to_trial(row, tuple(found))

    def counts(self) -> dict[State, int]:
        """Return how many trials stand where."""
        rows = self.connection.execute("SELECT state, COUNT(*) FROM trials GROUP BY state")
        found = {State(state): count for state, count in rows}
        return {state: found.get(state, 0) for state in State}

    def size(self) -> int:
        """Return how many trials there are."""
        return int(self.connection.execute("SELECT COUNT(*) FROM trials").fetchone()[0])

    def provenance(self, number: int) -> dict[str, Any]:
        """Return where the figures of a trial come from."""
        row = self.connection.execute(
            "SELECT provenance FROM trials WHERE number = ?", (number,)
        ).fetchone()
        found: dict[str, Any] = json.loads(row[0])
        return found

    def _measures(self, number: int) -> tuple[Measure, ...]:
        rows = self.connection.execute("SELECT * FROM measures WHERE trial = ?", (number,))
        return tuple(to_measure(row) for row in rows)
