"""Live progress of a sweep: how many, how fast, how long still."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from codesign.cli.work import working
from codesign.design.progress import Progress as Callback

_LINE_EVERY_S = 15.0


@contextmanager
def watching(log: Path) -> Iterator[Callback]:
    """Lend a callback that shows trials and certificates; what libraries print goes to the log."""
    if not sys.stderr.isatty():
        with working(log):
            yield _Lines(time.monotonic())
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}", justify="right"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        yield _Bars(bars)


class _Bars:
    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, tuple[TaskID, int, float]] = {}

    def __call__(self, done: int, total: int, what: str) -> None:
        if what not in self._tasks:
            task = self._bars.add_task(what, total=total, completed=done, rate="")
            self._tasks[what] = (task, done, time.monotonic())
        task, first, begun = self._tasks[what]
        minutes = (time.monotonic() - begun) / 60
        rate = f"{(done - first) / minutes:.1f}/min" if done > first and minutes else ""
        self._bars.update(task, completed=done, total=total, rate=rate)


class _Lines:
    """A line now and then, where nobody looks at a terminal."""

    def __init__(self, begun: float) -> None:
        self._begun, self._told, self._last = begun, begun, ("", -1)

    def __call__(self, done: int, total: int, what: str) -> None:
        now = time.monotonic()
        if (what, done) == self._last:
            return
        if now - self._told < _LINE_EVERY_S and done < total:
            return
        self._told, self._last = now, (what, done)
        sys.stderr.write(f"codesign: {done:,} of {total:,} {what}, {now - self._begun:.0f} s\n")
        sys.stderr.flush()
