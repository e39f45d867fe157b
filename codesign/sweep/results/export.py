"""The trials of a sweep as a table: CSV, JSON lines, Parquet."""

import csv
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from codesign.data.files import written_whole
from codesign.errors import InvalidDesignError, ToolNotFoundError
from codesign.sweep.store.store import Store

_FIXED = (
    "number",
    "id",
    "state",
    "step",
    "design",
    "fidelity",
    "attempts",
    "fault",
    "seconds",
    "started",
    "ended",
    "reason",
)


def rows(store: Store) -> Iterator[dict[str, Any]]:
    """Yield one flat row a trial.

    Values of dimensions are under their names; a figure has ``<figure>``, ``<figure>_low``,
    ``<figure>_high`` and ``<figure>_evidence``; what logic synthesis found of a verified design is
    beside it, as ``<figure>_logic_synth``.
    """
    for trial in store.trials():
        row: dict[str, Any] = {name: getattr(trial, name, None) for name in _FIXED}
        row["state"], row["design"] = str(trial.state), trial.candidate["name"]
        row["fault"] = str(trial.fault)
        for name, value in trial.point.items():
            row[name] = "-".join(map(str, value)) if isinstance(value, tuple) else value
        for measure in trial.measures:
            row[measure.figure] = measure.value
            row[f"{measure.figure}_low"] = measure.low
            row[f"{measure.figure}_high"] = measure.high
            row[f"{measure.figure}_evidence"] = measure.evidence
        for measure in trial.beside:
            row[f"{measure.figure}_{measure.evidence}"] = measure.value
        yield row


def write_table(store: Store, path: Path) -> int:
    """Write all trials into a file and return how many; the suffix says the format.

    Raises:
        InvalidDesignError: If the suffix is none of ``.csv``, ``.jsonl``, ``.parquet``.
        ToolNotFoundError: If Parquet is asked for and pyarrow is not installed.
    """
    writers = {".csv": _write_csv, ".jsonl": _write_jsonl, ".parquet": _write_parquet}
    if path.suffix not in writers:
        msg = f"{path}: unknown suffix {path.suffix!r}; write to {', '.join(writers)}"
        raise InvalidDesignError(msg)
    with written_whole(path) as temporary:
        return writers[path.suffix](store, temporary)


def _columns(store: Store) -> list[str]:
    names = dict.fromkeys(_FIXED)
    for row in rows(store):
        names.update(dict.fromkeys(row))
    return list(names)


def _write_csv(store: Store, path: Path) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, _columns(store))
        writer.writeheader()
        for row in rows(store):
            writer.writerow(row)
            count += 1
    return count


def _write_jsonl(store: Store, path: Path) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as stream:
        for row in rows(store):
            finite = {k: None if _is_odd(v) else v for k, v in row.items()}
            stream.write(json.dumps(finite, ensure_ascii=False, allow_nan=False) + "\n")
            count += 1
    return count


def _is_odd(value: object) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _write_parquet(store: Store, path: Path) -> int:
    try:
        from pyarrow import parquet, table  # noqa: PLC0415
    except ModuleNotFoundError as error:
        msg = "Parquet needs pyarrow; run: python -m pip install 'codesign[parquet]'"
        raise ToolNotFoundError(msg) from error
    names, found = _columns(store), list(rows(store))
    columns = {name: [row.get(name) for row in found] for name in names}
    parquet.write_table(table(columns), path)
    return len(found)
