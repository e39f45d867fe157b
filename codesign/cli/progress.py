"""Progress on stderr: bars on a terminal, a line a stage elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from codesign.design.progress import Progress as Callback

_LONG_S = 2.0


@contextmanager
def shown_on(stream: TextIO) -> Iterator[Callback]:
    """Lend a callback that shows on a stream how far stages are.

    A first call with nothing done tells that a stage begins whose length is not known.
    """
    console = Console(file=stream)
    if not console.is_terminal:
        yield _Lines(stream)
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        TextColumn("{task.fields[count]}", justify="right"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        yield _Bars(bars)


class _Bars:
    """One bar for each thing that is going on."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, done: int, total: int, what: str) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._bars.add_task(what, total=None, count="")
        task = self._tasks[what]
        if done == 0:
            return
        count = f"{done:,}/{total:,}" if total > 1 else ""
        self._bars.update(task, total=total, completed=done, count=count, refresh=True)
        if done >= total:
            self._bars.remove_task(self._tasks.pop(what))


class _Lines:
    """A line where a stage begins, and where something long ends that is no part of a stage."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._stages: set[str] = set()
        self._begun: dict[str, float] = {}

    def __call__(self, done: int, total: int, what: str) -> None:
        begun = self._begun.setdefault(what, time.monotonic())
        if done == 0:
            self._stages.add(what)
            self._write(what)
        elif done >= total:
            del self._begun[what]
            self._stages.discard(what)
            seconds = time.monotonic() - begun
            if total > 1 and seconds >= _LONG_S and not self._stages:
                self._write(f"{total:,} {what} in {seconds:.0f} s")

    def _write(self, text: str) -> None:
        self._stream.write(f"codesign: {text}\n")
        self._stream.flush()
