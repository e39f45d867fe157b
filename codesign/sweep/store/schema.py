"""The file of a store: its tables, its journal, its version.

Source of the journal modes: https://sqlite.org/wal.html (WAL needs shared memory of one host) and
https://sqlite.org/pragma.html#pragma_synchronous.
"""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from codesign.errors import InvalidDesignError, ReportError

VERSION = 2
FILE = "sweep.sqlite"
_SHARED = frozenset({"nfs", "nfs4", "afs", "cifs", "fuse.eosxd", "eos", "lustre", "gpfs"})
_OF_THE_DISK = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_READONLY: errno.EROFS,
    sqlite3.SQLITE_IOERR: errno.EIO,
}
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
  fault TEXT NOT NULL DEFAULT '',
  seconds REAL NOT NULL DEFAULT 0,
  started TEXT NOT NULL DEFAULT '',
  ended TEXT NOT NULL DEFAULT '',
  provenance TEXT NOT NULL DEFAULT '{}',
  device TEXT AS (json_extract(candidate, '$.hardware.device')) STORED,
  seed INTEGER AS (json_extract(candidate, '$.training.seed')) STORED
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


def connect(path: Path, *, readonly: bool) -> sqlite3.Connection:
    """Open a store's file, made where it is not there and may be written.

    Raises:
        InvalidDesignError: If there is none and nothing may be written.
        ReportError: If it is no store, or one of another version.
    """
    if readonly:
        check_exists(path)
    uri = f"{path.absolute().as_uri()}?mode={'ro' if readonly else 'rwc'}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=30)
    connection.row_factory = sqlite3.Row
    try:
        with told_as_system(path):
            if not readonly:
                _prepare(connection, path)
            _check_version(connection, path)
    except OSError:
        connection.close()
        raise
    except sqlite3.DatabaseError as error:
        connection.close()
        msg = f"{path}: cannot be read as a sweep: {error}; export or remove it"
        raise ReportError(msg) from error
    return connection


def check_exists(path: Path) -> None:
    """Refuse to go on where there is no store.

    Raises:
        InvalidDesignError: If the file does not exist.
    """
    if not path.is_file():
        msg = f"{path}: no such sweep; start it with: codesign sweep run sweeps/<name>.toml"
        raise InvalidDesignError(msg)


@contextmanager
def told_as_system(path: Path) -> Iterator[None]:
    """Raise what SQLite says about the disk as the system would say it.

    Args:
        path: Of the store, for the message.

    Source: https://sqlite.org/rescode.html (FULL, READONLY, IOERR, CANTOPEN).
    """
    try:
        yield
    except sqlite3.OperationalError as error:
        code = (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
        if code in _OF_THE_DISK:
            number = _OF_THE_DISK[code]
            raise OSError(number, os.strerror(number), str(path)) from error
        raise


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    mode = "DELETE" if _file_system(path) in _SHARED else "WAL"
    connection.execute(f"PRAGMA journal_mode = {mode}")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    if connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        _migrate(connection)
        return
    connection.execute("BEGIN IMMEDIATE")
    for statement in filter(str.strip, _TABLES.split(";")):
        connection.execute(statement)
    connection.execute("INSERT INTO meta VALUES ('version', ?)", (str(VERSION),))
    connection.execute("COMMIT")


def _migrate(connection: sqlite3.Connection) -> None:
    """Bring a store of version 1 up to date: it did not know whose fault a failure was."""
    if _version(connection) != "1":
        return
    connection.execute("BEGIN IMMEDIATE")
    for column in (
        "fault TEXT NOT NULL DEFAULT ''",
        "device TEXT AS (json_extract(candidate, '$.hardware.device')) VIRTUAL",
        "seed INTEGER AS (json_extract(candidate, '$.training.seed')) VIRTUAL",
    ):
        connection.execute(f"ALTER TABLE trials ADD COLUMN {column}")
    connection.execute("UPDATE meta SET value = ? WHERE key = 'version'", (str(VERSION),))
    connection.execute("COMMIT")


def _check_version(connection: sqlite3.Connection, path: Path) -> None:
    found = _version(connection)
    if found != str(VERSION):
        connection.close()
        remedy = "bring it up to date with: codesign sweep retry" if found == "1" else "export it"
        msg = f"{path}: version {found} of the store, this codesign reads {VERSION}; {remedy}"
        raise ReportError(msg)


def _version(connection: sqlite3.Connection) -> str:
    row = connection.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()
    return str(row[0]) if row else ""


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
