"""Errors that nobody expected: kept with their traceback, never taken for a bad design."""

from dataclasses import replace

from codesign.errors import ToolFailedError
from codesign.sweep.outcome import Fault, Outcome
from codesign.sweep.store.places import Places
from codesign.sweep.store.records import Trial

TOO_MANY = 3
"""Bugs in a row after which a sweep gives out no more work: the next trial would meet it too."""


class SweepBugError(ToolFailedError):
    """Trials met an error of codesign itself: report it, then let them wait again."""


class Bugs:
    """The bugs that one run of a sweep has met.

    Args:
        places: Where logs go.
    """

    def __init__(self, places: Places) -> None:
        self._places = places
        self._found: list[str] = []
        self._in_a_row = 0

    @property
    def are_too_many(self) -> bool:
        """Whether one trial after the other has met one."""
        return self._in_a_row >= TOO_MANY

    def noted(self, trial: Trial, outcome: Outcome) -> Outcome:
        """Return an outcome; the traceback of a bug is put into the trial's log."""
        if outcome.fault is not Fault.BUG:
            self._in_a_row = 0
            return outcome
        self._in_a_row += 1
        path = self._places.log(str(trial.candidate["name"]))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(outcome.log, encoding="utf-8")
        self._found.append(f"trial {trial.number}: {outcome.reason}; see {path}")
        return replace(outcome, reason=f"{outcome.reason}; traceback in {path.parent.name}/")

    def check(self) -> None:
        """Say that there were bugs.

        Raises:
            SweepBugError: If there were.
        """
        if not self._found:
            return
        shown = self._found[:TOO_MANY]
        rest = len(self._found) - len(shown)
        lines = [*shown, f"and {rest} more"] if rest else shown
        msg = (
            f"{len(self._found)} trials met an error of codesign itself, not of their design:\n"
            + "\n".join(f"  {line}" for line in lines)
            + "\nreport it with the log; once it is mended: codesign sweep retry, then resume"
        )
        if self.are_too_many:
            msg = f"stopped after {TOO_MANY} in a row. {msg}"
        raise SweepBugError(msg)
