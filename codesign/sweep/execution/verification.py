"""After the search: certificates and, where asked for, logic synthesis of the best designs."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from codesign.design.progress import Progress, silent
from codesign.errors import InfeasibleDesignError
from codesign.sweep.execution.bugs import Bugs
from codesign.sweep.execution.executor import Ended, Executor
from codesign.sweep.execution.task import Task
from codesign.sweep.execution.verify import Verify, to_synthesize, to_verify
from codesign.sweep.execution.watch import reason_of
from codesign.sweep.execution.work import task_of
from codesign.sweep.outcome import Outcome
from codesign.sweep.space.sweep import Sweep
from codesign.sweep.store.lock import Lock
from codesign.sweep.store.places import Places
from codesign.sweep.store.records import Trial
from codesign.sweep.store.store import Store

_BEAT_S = 0.2


class Verification:
    """Gives designs that are done to workers once more, and keeps what they find beside them."""

    def __init__(
        self,
        sweep: Sweep,
        places: Places,
        store: Store,
        workers: Executor,
        lock: Lock,
        bugs: Bugs,
    ) -> None:
        self._sweep = sweep
        self._places = places
        self._store = store
        self._workers = workers
        self._lock = lock
        self._bugs = bugs
        self._running: dict[int, Trial] = {}
        self._gone: Counter[int] = Counter()
        self.progress: Progress = silent
        self.interrupted = threading.Event()

    def run(self, check: Verify, *, synthesis: bool) -> None:
        """Verify the designs that were asked for, those that are not verified yet.

        Raises:
            InfeasibleDesignError: If a design is not bit-exact: its firmware is not to be used.
        """
        waiting = to_verify(self._store, self._sweep, check)
        wrong = self._pass(waiting, lambda task: replace(task, verify=True), "certificates")
        if synthesis:
            waiting = to_synthesize(self._store, self._sweep, check)
            wrong += self._pass(waiting, lambda task: replace(task, synthesize=True), "syntheses")
        if wrong:
            raise InfeasibleDesignError("\n".join(wrong))

    def _pass(self, waiting: list[Trial], asked: Callable[[Task], Task], word: str) -> list[str]:
        """Let workers do one kind of work on designs; return what is wrong with them."""
        wanted, wrong = len(waiting), []
        while self._running or (waiting and not self.interrupted.is_set()):
            while waiting and self._workers.free and not self.interrupted.is_set():
                task = task_of(self._sweep, self._places, waiting[0])
                if self._workers.submit(waiting[0].number, asked(task)):
                    trial = waiting.pop(0)
                    self._running[trial.number] = trial
            if not self._running:
                time.sleep(_BEAT_S)  # for a worker: those that ended start again
            for ended in self._workers.wait(_BEAT_S):
                trial = self._running.pop(ended.number)
                if ended.lost or self._is_worth_another(trial, ended):
                    waiting.append(trial)
                else:
                    wrong += self._ended(trial, ended)
            self.progress(wanted - len(waiting) - len(self._running), max(1, wanted), word)
            self._lock.beat()
        return wrong

    def _is_worth_another(self, trial: Trial, ended: Ended) -> bool:
        """Whether its worker has gone, and has not done so too often."""
        if ended.outcome is not None or ended.error is not None:
            return False
        self._gone[trial.number] += 1
        return self._gone[trial.number] < self._sweep.limits.attempts

    def _ended(self, trial: Trial, ended: Ended) -> list[str]:
        if ended.error is not None:
            raise ended.error
        if ended.outcome is None:
            reason = reason_of(self._places.scratch, trial.id[:16])
            return [f"{trial.candidate['name']}: {reason}"]
        return self._kept(trial, self._bugs.noted(trial, ended.outcome))

    def _kept(self, trial: Trial, outcome: Outcome) -> list[str]:
        """Keep what was found; return what is wrong with the design."""
        name = trial.candidate["name"]
        self._store.add_measures(trial.number, outcome.measures)
        if any(m.figure == "bit_exact" and not m.value for m in outcome.measures):
            return [f"{name}: firmware and model disagree; see {outcome.reason}"]
        return [] if outcome.measures else [f"{name}: {outcome.reason}"]
