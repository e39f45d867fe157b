"""The truth about a sweep: one SQLite file, written by the driver alone.

A trial's id is the digest of its candidate and of the data, so that no candidate is ever there
twice. Every change of a state is one transaction that names the state it changes; what is committed
survives ``kill -9``. Readers (``status``, ``export``) open the file read-only while it is written.

Source of the journal modes: https://sqlite.org/wal.html (WAL needs shared memory of one host) and
https://sqlite.org/pragma.html#pragma_synchronous.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from codesign.design.codec import encode
from codesign.errors import InvalidDesignError, ReportError
from codesign.sweep.outcome import Measure, Outcome, State

VERSION = 1
FILE = "sweep.sqlite"
_SHARED = frozenset({"nfs", "nfs4", "afs", "cifs", "fuse.eosxd", "eos", "lustre", "gpfs"})
_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE trials (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL,
  step TEXT NOT NULL,
  training TEXT NOT NULL,
  point TEXT NOT NULL,
  candidate TEXT NOT NULL,
  fidelity REAL NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '',
  seconds REAL NOT NULL DEFAULT 0,
  started TEXT NOT NULL DEFAULT '',
  ended TEXT NOT NULL DEFAULT '',
  provenance TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX by_state ON trials (state, number);
CREATE INDEX by_training ON trials (training, state);
CREATE TABLE measures (
  trial INTEGER NOT NULL REFERENCES trials (number) ON DELETE CASCADE,
  figure TEXT NOT NULL,
  value REAL NOT NULL,
  low REAL NOT NULL,
  high REAL NOT NULL,
  evidence TEXT NOT NULL,
  PRIMARY KEY (trial, figure, evidence)
) WITHOUT ROWID;
CREATE TABLE attempts (
  n INTEGER PRIMARY KEY,
  trial INTEGER NOT NULL,
  utc TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  host TEXT NOT NULL,
  pid INTEGER NOT NULL
);
CREATE TABLE events (
  n INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  proposal INTEGER NOT NULL,
  trial TEXT NOT NULL,
  point TEXT NOT NULL,
  costs TEXT
);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A row: a candidate and where it stands.

    Attributes:
        number: From 1, in the order of proposal.
        id: 64 hexadecimal digits.
        state: Where it stands.
        step: Of the sweep: ``first``, ``then``.
        training: Digest of what decides its training: equal ones share it.
        point: The values of its dimensions.
        candidate: The plain data of its candidate.
        fidelity: Share of the recipe's epochs; below 1 for Hyperband's first rounds.
        attempts: Processes that it has ended.
        reason: Why it is where it is.
        seconds: Wall time of its last attempt.
        started: ISO 8601, UTC; empty where it was not.
        ended: Likewise.
        measures: What was measured.
    """

    number: int
    id: str
    state: State
    step: str
    training: str
    point: Mapping[str, Any]
    candidate: Mapping[str, Any]
    fidelity: float
    attempts: int
    reason: str
    seconds: float
    started: str
    ended: str
    measures: tuple[Measure, ...] = ()

    def figure(self, name: str, evidence: str = "") -> Measure | None:
        """Return a figure, of one evidence where given, None where it was not measured."""
        for measure in self.measures:
            if measure.figure == name and evidence in ("", measure.evidence):
                return measure
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that was said to or by a proposer, to be said again on resume.

    Attributes:
        kind: ``ask`` or ``tell``.
        proposal: Of the proposer, from 0.
        trial: The id that the proposal became.
        point: What was proposed, as the proposer put it.
        costs: Told, one an objective; None for a trial that has none.
    """

    kind: str
    proposal: int
    trial: str
    point: Mapping[str, Any]
    costs: tuple[float, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figured:
    """Some figures of a trial that is done.

    Attributes:
        number: Of the trial.
        device: What it is built for.
        design: What it is, but for its name and seed: equal for the seeds of one design.
        figures: By name; those that were measured.
    """

    number: int
    device: str
    design: str
    figures: dict[str, Measure]


class Store:
    """An open store.

    Args:
        path: The file.
        readonly: Whether nothing may be written: for everybody but the driver.
    """

    def __init__(self, path: Path, *, readonly: bool = False) -> None:
        if readonly and not path.is_file():
            msg = f"{path}: no such sweep; start it with: codesign sweep run sweeps/<name>.toml"
            raise InvalidDesignError(msg)
        uri = f"{path.absolute().as_uri()}?mode={'ro' if readonly else 'rwc'}"
        self.path = path
        self._connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=30)
        self._connection.row_factory = sqlite3.Row
        try:
            self._open(readonly=readonly)
        except sqlite3.DatabaseError as error:
            self._connection.close()
            msg = f"{path}: cannot be read as a sweep: {error}; export or remove it"
            raise ReportError(msg) from error

    def _open(self, *, readonly: bool) -> None:
        if not readonly:
            mode = "DELETE" if _file_system(self.path) in _SHARED else "WAL"
            self._connection.execute(f"PRAGMA journal_mode = {mode}")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute("PRAGMA foreign_keys = ON")
            if not self._connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
                with self._transaction() as connection:
                    for statement in filter(str.strip, _TABLES.split(";")):
                        connection.execute(statement)
                    connection.execute("INSERT INTO meta VALUES ('version', ?)", (str(VERSION),))
        version = self.meta("version")
        if version != str(VERSION):
            msg = f"{self.path}: version {version} of the store, this codesign reads {VERSION}"
            raise ReportError(msg)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def meta(self, key: str) -> str:
        """Return a note, empty where there is none."""
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def note(self, key: str, value: str) -> None:
        """Keep a note."""
        with self._transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def propose(self, event: Event, trial: Trial) -> bool:
        """Keep what was proposed, and the trial unless it is there; return whether it is new."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO events (kind, proposal, trial, point) VALUES ('ask', ?, ?, ?)",
                (event.proposal, trial.id, _json(event.point)),
            )
            return _insert(connection, trial)

    def told(self, proposal: int, trial: str, costs: tuple[float, ...] | None) -> None:
        """Keep what the proposer was told."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO events (kind, proposal, trial, point, costs)"
                " VALUES ('tell', ?, ?, '{}', ?)",
                (proposal, trial, None if costs is None else _json(costs)),
            )

    def events(self) -> Iterator[Event]:
        """Yield everything that was said to and by the proposer, in order."""
        with closing(self._connection.execute("SELECT * FROM events ORDER BY n")) as rows:
            for row in rows:
                yield Event(
                    kind=row["kind"],
                    proposal=row["proposal"],
                    trial=row["trial"],
                    point=_point(row["point"]),
                    costs=tuple(json.loads(row["costs"])) if row["costs"] else None,
                )

    def start(self, number: int) -> bool:
        """Give a proposed trial to a worker; return whether it was still to be had."""
        with self._transaction() as connection:
            changed = connection.execute(
                "UPDATE trials SET state = 'running', started = ?"
                " WHERE number = ? AND state = 'proposed'",
                (_now(), number),
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
        with self._transaction() as connection:
            changed = connection.execute(
                "UPDATE trials SET state = ?, reason = ?, seconds = ?, ended = ?, provenance = ?"
                " WHERE number = ? AND state = 'running'",
                (outcome.state, outcome.reason, seconds, _now(), _json(provenance), number),
            )
            if changed.rowcount != 1:
                return False
            connection.execute("DELETE FROM measures WHERE trial = ?", (number,))
            _measure(connection, number, outcome.measures)
            _attempt(connection, number, outcome.state, outcome)
            return True

    def add_measures(self, number: int, measures: Iterable[Measure]) -> None:
        """Keep further figures of a trial that is done."""
        with self._transaction() as connection:
            _measure(connection, number, measures)

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
        with self._transaction() as connection:
            row = connection.execute(
                "SELECT attempts FROM trials WHERE number = ? AND state = 'running'", (number,)
            ).fetchone()
            if row is None:
                return self.trial(number).state
            count = row["attempts"] + 1
            state = State.FAILED if count >= attempts else State.PROPOSED
            connection.execute(
                "UPDATE trials SET state = ?, attempts = ?, reason = ?, ended = ? WHERE number = ?",
                (state, count, reason, _now() if state is State.FAILED else "", number),
            )
            _attempt(
                connection, number, State.FAILED, Outcome(state=state, reason=reason, host=host)
            )
            return state

    def recover(self) -> int:
        """Let trials that were running when a driver ended wait again; return how many."""
        with self._transaction() as connection:
            changed = connection.execute(
                "UPDATE trials SET state = 'proposed' WHERE state = 'running'"
            )
            return changed.rowcount

    def release(self, number: int) -> None:
        """Let a running trial wait again, its attempts as they were."""
        with self._transaction() as connection:
            connection.execute(
                "UPDATE trials SET state = 'proposed' WHERE number = ? AND state = 'running'",
                (number,),
            )

    def retry(self, states: Iterable[State]) -> int:
        """Let trials of these states wait again with no attempts; return how many."""
        wanted = tuple(states)
        marks = ",".join("?" * len(wanted))
        with self._transaction() as connection:
            changed = connection.execute(
                f"UPDATE trials SET state = 'proposed', attempts = 0, reason = '', ended = ''"  # noqa: S608
                f" WHERE state IN ({marks})",
                wanted,
            )
            return changed.rowcount

    def next_trial(self, *, not_training: Iterable[str] = ()) -> Trial | None:
        """Return the first trial that waits, but for those of trainings under way."""
        busy = tuple(not_training)
        marks = ",".join("?" * len(busy))
        row = self._connection.execute(
            f"SELECT * FROM trials WHERE state = 'proposed' AND training NOT IN ({marks})"  # noqa: S608
            " ORDER BY number LIMIT 1",
            busy,
        ).fetchone()
        return _trial(row, ()) if row else None

    def find(self, id_: str) -> Trial | None:
        """Return a trial by its id or the beginning of it, None where there is none."""
        row = self._connection.execute(
            "SELECT * FROM trials WHERE id >= ? AND id < ? LIMIT 1", (id_, f"{id_}g")
        ).fetchone()
        return _trial(row, self._measures(row["number"])) if row else None

    def trial(self, number: int) -> Trial:
        """Return a trial with its figures."""
        row = self._connection.execute(
            "SELECT * FROM trials WHERE number = ?", (number,)
        ).fetchone()
        return _trial(row, self._measures(number))

    def trials(self, *states: State) -> Iterator[Trial]:
        """Yield trials with their figures, in the order of proposal; of all states by default."""
        marks = ",".join("?" * len(states))
        where = f" WHERE state IN ({marks})" if states else ""
        query = f"SELECT * FROM trials{where} ORDER BY number"  # noqa: S608
        figures = self._connection.execute(
            "SELECT trial, figure, value, low, high, evidence FROM measures ORDER BY trial"
        )
        with closing(self._connection.execute(query, states)) as rows, closing(figures):
            pending = next(figures, None)
            for row in rows:
                found = []
                while pending is not None and pending["trial"] <= row["number"]:
                    if pending["trial"] == row["number"]:
                        found.append(_to_measure(pending))
                    pending = next(figures, None)
                yield _trial(row, tuple(found))

    def figures(self, names: Iterable[str]) -> list[Figured]:
        """Return some figures of every trial that is done at full fidelity, in order.

        Nothing else is read: ten thousand trials in a fraction of a second.
        """
        wanted = tuple(dict.fromkeys(names))
        marks = ",".join("?" * len(wanted))
        rows = self._connection.execute(
            "SELECT number, id, json_extract(candidate, '$.hardware.device'),"
            " json_extract(candidate, '$.training.seed') FROM trials"
            " WHERE state = 'done' AND fidelity = 1.0 ORDER BY number"
        )
        read = {number: (id_, device, seed) for number, id_, device, seed in rows}
        has_seeds = len({seed for _, _, seed in read.values()}) > 1
        kinds = self._designs() if has_seeds else {}
        found = {
            number: Figured(number=number, device=device, design=kinds.get(number, id_), figures={})
            for number, (id_, device, _) in read.items()
        }
        measures = self._connection.execute(
            f"SELECT * FROM measures WHERE figure IN ({marks})",  # noqa: S608 - marks only
            wanted,
        )
        for row in measures:
            if row["trial"] in found:
                found[row["trial"]].figures[row["figure"]] = _to_measure(row)
        return list(found.values())

    def _designs(self) -> dict[int, str]:
        """Return what each trial is, but for its name and seed."""
        rows = self._connection.execute(
            "SELECT number, json_remove(candidate, '$.name', '$.training.seed') FROM trials"
            " WHERE state = 'done' AND fidelity = 1.0"
        )
        return dict(rows)

    def counts(self) -> dict[State, int]:
        """Return how many trials stand where."""
        rows = self._connection.execute("SELECT state, COUNT(*) FROM trials GROUP BY state")
        found = {State(state): count for state, count in rows}
        return {state: found.get(state, 0) for state in State}

    def size(self) -> int:
        """Return how many trials there are."""
        return int(self._connection.execute("SELECT COUNT(*) FROM trials").fetchone()[0])

    def siblings(self, training: str, number: int) -> Iterator[Trial]:
        """Yield the trials that are done and share a training with another one."""
        rows = self._connection.execute(
            "SELECT * FROM trials WHERE training = ? AND state = 'done' AND number != ?"
            " ORDER BY number",
            (training, number),
        )
        for row in rows.fetchall():
            yield _trial(row, self._measures(row["number"]))

    def seconds(self) -> tuple[float, float]:
        """Return the mean wall time of finished trials and of the first of each training."""
        mean = self._connection.execute(
            "SELECT AVG(seconds) FROM trials WHERE state IN ('done', 'pruned')"
        ).fetchone()[0]
        first = self._connection.execute(
            "SELECT AVG(longest) FROM (SELECT MAX(seconds) AS longest FROM trials"
            " WHERE state = 'done' GROUP BY training)"
        ).fetchone()[0]
        return float(mean or 0.0), float(first or 0.0)

    def recent(self, seconds: float) -> int:
        """Return how many trials became final in the last seconds."""
        since = (datetime.now(tz=UTC) - timedelta(seconds=seconds)).isoformat(
            timespec="milliseconds"
        )
        row = self._connection.execute(
            "SELECT COUNT(*) FROM trials WHERE ended >= ?", (since,)
        ).fetchone()
        return int(row[0])

    def goals(self) -> dict[str, list[str]]:
        """Return the objectives and constraints that the sweep was last run with."""
        found: dict[str, list[str]] = json.loads(self.meta("goals") or "{}")
        return found

    def reasons(self, limit: int = 5) -> list[tuple[State, str, int]]:
        """Return the most frequent reasons of trials that are not done."""
        rows = self._connection.execute(
            "SELECT state, reason, COUNT(*) AS n FROM trials WHERE reason != ''"
            " AND state IN ('failed', 'infeasible', 'pruned')"
            " GROUP BY state, reason ORDER BY n DESC LIMIT ?",
            (limit,),
        )
        return [(State(row["state"]), row["reason"], row["n"]) for row in rows]

    def provenance(self, number: int) -> dict[str, Any]:
        """Return where the figures of a trial come from."""
        row = self._connection.execute(
            "SELECT provenance FROM trials WHERE number = ?", (number,)
        ).fetchone()
        found: dict[str, Any] = json.loads(row[0])
        return found

    def merge(self, other: "Store") -> tuple[int, int]:
        """Take over the final trials of another store; return how many were new, how many better.

        A trial that is final in both stays as it is here.
        """
        new = better = 0
        with self._transaction() as connection:
            for trial in other.trials():
                if not trial.state.is_final:
                    continue
                mine = self.find(trial.id)
                if mine is not None and mine.state.is_final:
                    continue
                if mine is None:
                    _insert(connection, trial)
                    new += 1
                else:
                    better += 1
                number = connection.execute(
                    "SELECT number FROM trials WHERE id = ?", (trial.id,)
                ).fetchone()[0]
                provenance = _json(other.provenance(trial.number))
                connection.execute(
                    "UPDATE trials SET state = ?, attempts = ?, reason = ?, seconds = ?,"
                    " started = ?, ended = ?, provenance = ? WHERE number = ?",
                    (
                        *(trial.state, trial.attempts, trial.reason, trial.seconds),
                        *(trial.started, trial.ended, provenance, number),
                    ),
                )
                _measure(connection, number, trial.measures)
        return new, better

    def _measures(self, number: int) -> tuple[Measure, ...]:
        rows = self._connection.execute("SELECT * FROM measures WHERE trial = ?", (number,))
        return tuple(_to_measure(row) for row in rows)


def _insert(connection: sqlite3.Connection, trial: Trial) -> bool:
    added = connection.execute(
        "INSERT OR IGNORE INTO trials (id, state, step, training, point, candidate, fidelity)"
        " VALUES (?, 'proposed', ?, ?, ?, ?, ?)",
        (
            *(trial.id, trial.step, trial.training),
            *(_json(trial.point), _json(trial.candidate), trial.fidelity),
        ),
    )
    return added.rowcount == 1


def _measure(connection: sqlite3.Connection, number: int, measures: Iterable[Measure]) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO measures VALUES (?, ?, ?, ?, ?, ?)",
        [(number, m.figure, m.value, m.low, m.high, m.evidence) for m in measures],
    )


def _attempt(connection: sqlite3.Connection, number: int, state: State, outcome: Outcome) -> None:
    connection.execute(
        "INSERT INTO attempts (trial, utc, state, reason, host, pid) VALUES (?, ?, ?, ?, ?, ?)",
        (number, _now(), state, outcome.reason, outcome.host, outcome.pid),
    )


def _trial(row: sqlite3.Row, measures: tuple[Measure, ...]) -> Trial:
    return Trial(
        number=row["number"],
        id=row["id"],
        state=State(row["state"]),
        step=row["step"],
        training=row["training"],
        point=_point(row["point"]),
        candidate=json.loads(row["candidate"]),
        fidelity=row["fidelity"],
        attempts=row["attempts"],
        reason=row["reason"],
        seconds=row["seconds"],
        started=row["started"],
        ended=row["ended"],
        measures=measures,
    )


def _to_measure(row: sqlite3.Row) -> Measure:
    return Measure(
        figure=row["figure"],
        value=row["value"],
        low=row["low"],
        high=row["high"],
        evidence=row["evidence"],
    )


def _point(text: str) -> dict[str, Any]:
    """Return a point; JSON has lists where points have tuples."""
    plain = json.loads(text)
    return {key: tuple(v) if isinstance(v, list) else v for key, v in plain.items()}


def _json(plain: object) -> str:
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, allow_nan=False)


def _now() -> str:
    return datetime.now(tz=UTC).isoformat(timespec="milliseconds")


def _file_system(path: Path) -> str:
    """Return the type of the file system that a file is on, empty where it cannot be told."""
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    found, length = "", -1
    place = str(path.absolute())
    for line in mounts:
        _, point, kind, *_ = line.split(" ")
        inside = place == point or place.startswith(point.rstrip("/") + "/")
        if inside and len(point) > length:
            found, length = kind, len(point)
    return found
