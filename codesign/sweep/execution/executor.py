"""What runs trials: the protocol, and this very process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from codesign.sweep.execution.task import Evaluator, Task
from codesign.sweep.outcome import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A task that is no longer with a worker.

    Attributes:
        number: Of the trial.
        outcome: Its answer; None where its process ended.
        error: What it raised: something is wrong with the machine, not with the trial.
        lost: Whether the worker had gone before the task came: nobody's fault.
    """

    number: int
    outcome: Outcome | None = None
    error: BaseException | None = None
    lost: bool = False


class Executor(Protocol):
    """Takes tasks and gives back what became of them."""

    @property
    def free(self) -> int:
        """How many workers have nothing to do."""

    def submit(self, number: int, task: Task) -> bool:
        """Give a task to a worker; return False where the free one has gone in the meantime."""

    def wait(self, timeout_s: float) -> list[Ended]:
        """Return what has ended, after at most some time."""

    def close(self) -> None:
        """End all workers and what they have started."""


class InProcess:
    """Runs tasks in this process, one after the other: for debugging. Limits are not kept."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._waiting: list[tuple[int, Task]] = []

    @property
    def free(self) -> int:
        """One, unless it has its task."""
        return 0 if self._waiting else 1

    def submit(self, number: int, task: Task) -> bool:
        """Keep the task for :meth:`wait`, without the watch that would end this process."""
        self._waiting.append((number, replace(task, scratch="")))
        return True

    def wait(self, timeout_s: float) -> list[Ended]:
        """Do the task."""
        del timeout_s
        if not self._waiting:
            return []
        number, task = self._waiting.pop(0)
        try:
            return [Ended(number=number, outcome=self._evaluator(task))]
        except (OSError, ImportError) as error:
            return [Ended(number=number, error=error)]

    def close(self) -> None:
        """End nothing: nothing was started."""


@contextmanager
def in_process(evaluator: Evaluator) -> Iterator[InProcess]:
    """Lend this process."""
    yield InProcess(evaluator)
