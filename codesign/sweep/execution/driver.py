"""The driver: asks the proposer, feeds the workers, keeps the store. The only writer of it.

What decides the result is in the store before anything is done about it, so that a driver can be
ended at any moment and the next one goes on.
"""

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

from codesign.design.progress import Progress, silent
from codesign.errors import ToolFailedError
from codesign.sweep.execution.bugs import Bugs
from codesign.sweep.execution.declared import check_declared
from codesign.sweep.execution.executor import Ended, Executor
from codesign.sweep.execution.interrupts import interrupts
from codesign.sweep.execution.verification import Verification
from codesign.sweep.execution.verify import Verify, check_synthesis
from codesign.sweep.execution.watch import reason_of
from codesign.sweep.execution.work import task_of, trial_of
from codesign.sweep.outcome import Outcome, State
from codesign.sweep.results.dominance import certainly_worse
from codesign.sweep.results.pareto import costs_of
from codesign.sweep.search.proposers import Proposal, Proposer, Waiting, make_proposer
from codesign.sweep.search.steps import follow_up
from codesign.sweep.space.sweep import Sweep
from codesign.sweep.store.history import siblings
from codesign.sweep.store.lock import Lock, locked
from codesign.sweep.store.places import Places
from codesign.sweep.store.records import Event, Trial
from codesign.sweep.store.store import Store

_BEAT_S = 0.2
_NO_WORKER_S = 3600.0
_COSTS = ("lut", "ff", "dsp", "bram_18k", "uram", "latency_ns", "ii")


def drive(  # noqa: PLR0913 - one a decision of the caller
    sweep: Sweep,
    places: Places,
    executor: Callable[[], AbstractContextManager[Executor]],
    *,
    data: str,
    check: Verify = Verify.FRONT,
    synthesis: bool = False,
    progress: Progress = silent,
) -> dict[State, int]:
    """Run a sweep to its end, or go on with it.

    Args:
        sweep: What to do.
        places: Where it is kept.
        executor: Makes the context that lends the workers; entered when the lock is held.
        data: Digest of the events.
        check: What to certify at the end.
        synthesis: Whether those designs are synthesized too.
        progress: Told how many trials are final, of how many known.

    Returns:
        How many trials stand where.

    Raises:
        SweepLockedError: If another driver works on it.
        InvalidDesignError: If the search space is not the one that the store was begun with.
        SweepBugError: If trials met an error of codesign itself; the others were done.
        OSError: If the disk is full or cannot be written; the trials under way wait again.
        KeyboardInterrupt: After Ctrl-C; what was under way at the first one is finished and kept.
    """
    if synthesis:
        check_synthesis(sweep)
    with locked(places.folder) as lock, Store(places.store) as store:
        check_declared(store, sweep, data)
        store.recover()
        proposer = make_proposer(sweep)
        for event in store.events():
            if not event.point.get("then"):
                proposer.replay(event)
        with executor() as workers, interrupts() as interrupted:
            driver = Driver(sweep, places, store, proposer, workers, lock, data)
            driver.progress = progress
            driver.interrupted = interrupted
            driver.run()
            if not driver.bugs.are_too_many:
                wanted = Verification(sweep, places, store, workers, lock, driver.bugs)
                wanted.progress, wanted.interrupted = progress, interrupted
                wanted.run(check, synthesis=synthesis)
            driver.bugs.check()
        if interrupted.is_set():
            raise KeyboardInterrupt
        return store.counts()


class Driver:
    """One run of a sweep; see :func:`drive`."""

    def __init__(  # noqa: PLR0913, PLR0917 - built in one place
        self,
        sweep: Sweep,
        places: Places,
        store: Store,
        proposer: Proposer,
        workers: Executor,
        lock: Lock,
        data: str,
    ) -> None:
        self._sweep = sweep
        self._places = places
        self._store = store
        self._proposer: Proposer | None = proposer
        self._workers = workers
        self._lock = lock
        self._data = data
        self._running: dict[int, tuple[Trial, float]] = {}
        self._trained: set[str] = set()
        self._proposals: dict[str, list[int]] = _untold(store)
        self._total = max(0, store.size())
        self._final = sum(n for state, n in store.counts().items() if state.is_final)
        self._idle_since = time.monotonic()
        self.bugs = Bugs(places)
        self.progress: Progress = silent
        self.interrupted = threading.Event()

    def run(self) -> None:
        """Work until there is nothing more to propose and nothing under way."""
        self._tell_leftovers()
        while True:
            more = self._fill()
            self._told_progress()
            if not self._running:
                if not more or self._drains:
                    return
                self._idle()
                continue
            self._idle_since = time.monotonic()
            for ended in self._workers.wait(_BEAT_S):
                self._end(ended)
            self._lock.beat()

    def _idle(self) -> None:
        """Wait for a worker: those of a batch system come late, those that ended start again."""
        time.sleep(_BEAT_S)
        self._lock.beat()
        if time.monotonic() - self._idle_since > _NO_WORKER_S:
            msg = (
                f"no worker for {_NO_WORKER_S:g} s; look at the queue and at the log of the sweep, "
                "then go on with: codesign sweep resume"
            )
            raise ToolFailedError(msg)

    def _fill(self) -> bool:
        """Give out work while there are free workers; return whether there may be more."""
        while not self._drains and self._workers.free:
            trial = self._next()
            if trial is None:
                return self._store.next_trial() is not None or not self._is_exhausted()
            self._start(trial)
        return True

    def _next(self) -> Trial | None:
        """Return a trial whose training nobody is busy with, proposed now if need be."""
        busy = {t.training for t, _ in self._running.values()} - self._trained
        waiting = self._store.next_trial(not_training=busy)
        while waiting is None and self._propose():
            waiting = self._store.next_trial(not_training=busy)
        return waiting

    @property
    def _drains(self) -> bool:
        """Whether nothing more is to be given out."""
        return self.interrupted.is_set() or self.bugs.are_too_many

    def _is_exhausted(self) -> bool:
        return self._proposer is None

    def _propose(self) -> bool:
        """Let the proposer add a trial; return whether it did, or may have more."""
        if self._proposer is None:
            return False
        proposal = self._proposer.ask()
        if proposal is None:
            if self._running or self._store.next_trial() is not None:
                return False  # the second step waits for the first
            self._proposer = None
            return self._second_step()
        if isinstance(proposal, Waiting):
            return False
        self._keep(proposal)
        return True

    def _second_step(self) -> bool:
        if self._sweep.then is None:
            return False
        found = follow_up(self._sweep, self._store.trials(State.DONE))
        kept = [self._keep(proposal) for proposal in found]  # all of them, not the first only
        return any(kept)

    def _keep(self, proposal: Proposal) -> bool:
        """Put a proposal into the store; return whether its trial is new."""
        trial = trial_of(self._sweep, proposal, data=self._data)
        raw = {"then": True} if proposal.step == "then" else proposal.raw
        event = Event(kind="ask", proposal=proposal.number, trial=trial.id, point=raw, costs=None)
        is_new = self._store.propose(event, trial)
        if proposal.step == "first":
            self._proposals.setdefault(trial.id, []).append(proposal.number)
        if is_new:
            self._total += 1
        else:
            known = self._store.find(trial.id)
            if known is not None and known.state.is_final:
                self._tell(known)
        return is_new

    def _start(self, trial: Trial) -> None:
        if not self._store.start(trial.number):
            return
        if self._workers.submit(trial.number, task_of(self._sweep, self._places, trial)):
            self._running[trial.number] = (trial, time.monotonic())
        else:
            self._store.release(trial.number)

    def _end(self, ended: Ended) -> None:
        trial, begun = self._running.pop(ended.number)
        if ended.error is not None:
            self._store.release(trial.number)
            raise ended.error
        if ended.lost:
            self._store.release(trial.number)
            return
        if ended.outcome is None:
            reason = reason_of(self._places.scratch, trial.id[:16])
            attempts = self._sweep.limits.attempts
            state = self._store.give_back(trial.number, reason, attempts=attempts)
            if state is not State.FAILED:
                return
        else:
            outcome = self._judged(trial, self.bugs.noted(trial, ended.outcome))
            self._store.finish(trial.number, outcome, seconds=time.monotonic() - begun)
            self._trained.add(trial.training)
        self._final += 1
        self._tell(self._store.trial(trial.number))

    def _judged(self, trial: Trial, outcome: Outcome) -> Outcome:
        """Set a design aside that another of the same network beats whatever the true figures."""
        if outcome.state is not State.DONE:
            return outcome
        for other in siblings(self._store, trial.training, trial.number):
            if certainly_worse(outcome.measures, other.measures, smaller=_COSTS):
                reason = f"dominated by trial {other.number}: the same network for certainly less"
                return replace(outcome, state=State.PRUNED, reason=reason)
        return outcome

    def _tell(self, trial: Trial) -> None:
        """Tell the proposer, once for each time that it proposed this trial."""
        usable = trial.state is State.DONE or (trial.state is State.PRUNED and trial.measures)
        costs = costs_of(trial, self._sweep.objectives) if usable else None
        for number in self._proposals.pop(trial.id, []):
            self._store.told(number, trial.id, costs)
            if self._proposer is not None:
                self._proposer.tell(number, costs)

    def _tell_leftovers(self) -> None:
        """Tell what became final just before the last driver ended."""
        for id_ in list(self._proposals):
            trial = self._store.find(id_)
            if trial is not None and trial.state.is_final:
                self._tell(trial)

    def _told_progress(self) -> None:
        self.progress(self._final, max(self._total, 1), "trials")


def _untold(store: Store) -> dict[str, list[int]]:
    """Return the proposals that the proposer was not told about yet, by trial."""
    found: dict[str, list[int]] = {}
    for event in store.events():
        if event.point.get("then"):
            continue
        if event.kind == "ask":
            found.setdefault(event.trial, []).append(event.proposal)
        else:
            found[event.trial].remove(event.proposal)
    return {id_: numbers for id_, numbers in found.items() if numbers}
