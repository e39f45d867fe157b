"""How a long stage tells how far it is; who shows it (a bar, a log, nobody) is the caller's."""

from typing import Protocol


class Progress(Protocol):
    """Called by a stage as it advances."""

    def __call__(self, done: int, total: int, what: str) -> None:
        """Take note that ``done`` of ``total`` units of ``what`` are finished."""


def silent(done: int, total: int, what: str) -> None:
    """Take no note: the default of every stage."""
    del done, total, what
