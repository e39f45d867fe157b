"""The driver: asks the proposer, feeds the workers, keeps the store. The only writer of it.

What decides the result is in the store before anything is done about it, so that a driver can be
ended at any moment and the next one goes on.
"""

import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from codesign.design.candidate import Candidate
from codesign.design.codec import decode, encode
from codesign.design.progress import Progress, silent
from codesign.errors import InfeasibleDesignError, InvalidDesignError, ToolFailedError
from codesign.sweep.cluster import Ended, Executor
from codesign.sweep.goals import FIGURES
from codesign.sweep.lock import Lock, locked
from codesign.sweep.outcome import Outcome, State
from codesign.sweep.pareto import certainly_worse, costs_of
from codesign.sweep.proposers import Proposal, Proposer, Waiting, make_proposer
from codesign.sweep.steps import follow_up
from codesign.sweep.store import FILE, Event, Store, Trial
from codesign.sweep.sweep import Sweep
from codesign.sweep.task import Task, training_digest, trial_id
from codesign.sweep.verify import Verify, to_verify
from codesign.sweep.warm import chain_of
from codesign.sweep.watch import reason_of

_BEAT_S = 0.2
_NO_WORKER_S = 3600.0
_COSTS = ("lut", "ff", "dsp", "bram_18k", "uram", "latency_ns", "ii")
_SHORT = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where a sweep keeps things.

    Attributes:
        root: The folder of all designs and stages.
        folder: Of the sweep.
    """

    root: Path
    folder: Path

    @classmethod
    def of(cls, name: str, root: Path) -> "Places":
        """Return the places of a sweep below the folder of all designs."""
        return cls(root=root, folder=root / "sweeps" / name)

    @property
    def store(self) -> Path:
        """The store's file."""
        return self.folder / FILE

    @property
    def scratch(self) -> Path:
        """What is under way."""
        return self.folder / "running"


def drive(
    sweep: Sweep,
    places: Places,
    executor: Callable[[], AbstractContextManager[Executor]],
    *,
    data: str,
    check: Verify = Verify.FRONT,
    progress: Progress = silent,
) -> dict[State, int]:
    """Run a sweep to its end, or go on with it.

    Args:
        sweep: What to do.
        places: Where it is kept.
        executor: Makes the context that lends the workers; entered when the lock is held.
        data: Digest of the events.
        check: What to certify at the end.
        progress: Told how many trials are final, of how many known.

    Returns:
        How many trials stand where.

    Raises:
        SweepLockedError: If another driver works on it.
        InvalidDesignError: If the search space is not the one that the store was begun with.
        KeyboardInterrupt: After Ctrl-C; what was under way at the first one is finished and kept.
    """
    with locked(places.folder) as lock, Store(places.store) as store:
        _check_declared(store, sweep, data)
        store.recover()
        proposer = make_proposer(sweep)
        for event in store.events():
            if not event.point.get("then"):
                proposer.replay(event)
        with executor() as workers, _interrupts() as interrupted:
            driver = Driver(sweep, places, store, proposer, workers, lock, data)
            driver.progress = progress
            driver.interrupted = interrupted
            driver.run()
            if check is not Verify.NONE:
                driver.verify(check)
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
        self.progress: Progress = silent
        self.interrupted = threading.Event()

    def run(self) -> None:
        """Work until there is nothing more to propose and nothing under way."""
        self._tell_leftovers()
        while True:
            more = self._fill()
            self._told_progress()
            if not self._running:
                if not more or self.interrupted.is_set():
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
        while not self.interrupted.is_set() and self._workers.free:
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
        trial = self._trial(proposal)
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

    def _trial(self, proposal: Proposal) -> Trial:
        space = self._sweep.space
        candidate = space.candidate(proposal.values, proposal.settings)
        starts = chain_of(self._sweep, proposal.values, proposal.settings)
        id_ = trial_id(candidate, starts, data=self._data)
        name = f"{space.base.name[:40]}_{id_[:_SHORT]}"
        return Trial(
            number=0,
            id=id_,
            state=State.PROPOSED,
            step=proposal.step,
            training=training_digest(candidate, starts),
            point={**proposal.values, **proposal.settings},
            candidate=encode(replace(candidate, name=name)),
            fidelity=proposal.fidelity,
            attempts=0,
            reason="",
            seconds=0.0,
            started="",
            ended="",
        )

    def _start(self, trial: Trial) -> None:
        if self._store.start(trial.number):
            self._running[trial.number] = (trial, time.monotonic())
            self._workers.submit(trial.number, self._task(trial))

    def _task(self, trial: Trial, *, verify: bool = False) -> Task:
        candidate = decode(Candidate, trial.candidate, place=trial.id)
        point = {k: v for k, v in trial.point.items() if k in self._names}
        settings = {k: v for k, v in trial.point.items() if k not in self._names}
        sweep = self._sweep
        wanted = {o.figure for o in sweep.objectives} | {c.figure for c in sweep.constraints}
        return Task(
            id=trial.id,
            candidate=candidate,
            starts=chain_of(sweep, point, settings),
            figures=tuple(sorted(wanted - FIGURES.keys())),
            constraints=sweep.constraints,
            limits=sweep.limits,
            root=str(self._places.root.absolute()),
            scratch=str(self._places.scratch.absolute()),
            verify=verify,
        )

    @property
    def _names(self) -> set[str]:
        return {dimension.name for dimension in self._sweep.space.dimensions}

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
            outcome = self._judged(trial, ended.outcome)
            self._store.finish(trial.number, outcome, seconds=time.monotonic() - begun)
            self._trained.add(trial.training)
        self._final += 1
        self._tell(self._store.trial(trial.number))

    def _judged(self, trial: Trial, outcome: Outcome) -> Outcome:
        """Set a design aside that another of the same network beats whatever the true figures."""
        if outcome.state is not State.DONE:
            return outcome
        for other in self._store.siblings(trial.training, trial.number):
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

    def verify(self, check: Verify) -> None:
        """Certify the points that were asked for, those that have no certificate yet.

        Raises:
            InfeasibleDesignError: If a design is not bit-exact: its firmware is not to be used.
        """
        waiting = to_verify(self._store, self._sweep, check)
        wanted, wrong = len(waiting), []
        while (waiting or self._running) and not (self.interrupted.is_set() and not self._running):
            while waiting and self._workers.free and not self.interrupted.is_set():
                trial = waiting.pop(0)
                self._running[trial.number] = (trial, time.monotonic())
                self._workers.submit(trial.number, self._task(trial, verify=True))
            for ended in self._workers.wait(_BEAT_S):
                trial, _ = self._running.pop(ended.number)
                if ended.error is not None:
                    raise ended.error
                if ended.lost:
                    waiting.append(trial)
                else:
                    wrong += self._verified(trial, ended.outcome)
            self.progress(
                wanted - len(waiting) - len(self._running), max(1, wanted), "certificates"
            )
            self._lock.beat()
        if wrong:
            raise InfeasibleDesignError("\n".join(wrong))

    def _verified(self, trial: Trial, outcome: Outcome | None) -> list[str]:
        """Keep a certificate; return what is wrong with it."""
        name = trial.candidate["name"]
        if outcome is None:
            return [f"{name}: {reason_of(self._places.scratch, trial.id[:16])}"]
        self._store.add_measures(trial.number, outcome.measures)
        if any(m.figure == "bit_exact" and not m.value for m in outcome.measures):
            return [f"{name}: firmware and model disagree; see {outcome.reason}"]
        return [] if outcome.measures else [f"{name}: {outcome.reason}"]


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


def _check_declared(store: Store, sweep: Sweep, data: str) -> None:
    declared = json.dumps({**sweep.declared, "data": data}, sort_keys=True, default=str)
    known = store.meta("declared")
    if not known:
        store.note("declared", declared)
        store.note("name", sweep.name)
    elif known != declared:
        changes = differences(json.loads(known), json.loads(declared))
        msg = (
            f"{sweep.name} was begun with another search space:\n"
            + "\n".join(f"  {line}" for line in changes)
            + "\ngive the new one another name, or put the old values back; equal candidates are "
            "not computed again"
        )
        raise InvalidDesignError(msg)
    store.note("goals", json.dumps(goals_of(sweep)))


def goals_of(sweep: Sweep) -> dict[str, list[str]]:
    """Return what a sweep wants, as text."""
    return {
        "objectives": [str(objective) for objective in sweep.objectives],
        "constraints": [str(constraint) for constraint in sweep.constraints],
    }


def differences(old: object, new: object, path: str = "") -> list[str]:
    """Return one line a difference of plain data.

    Examples:
        >>> differences({"a": [1, 2]}, {"a": [1, 3]})
        ['a[1]: 2 is now 3']
    """
    if isinstance(old, dict) and isinstance(new, dict):
        keys = list(dict.fromkeys([*old, *new]))
        return [
            line
            for key in keys
            for line in differences(old.get(key), new.get(key), f"{path}.{key}".lstrip("."))
        ]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [
            line
            for index, (a, b) in enumerate(zip(old, new, strict=True))
            for line in differences(a, b, f"{path}[{index}]")
        ]
    return [] if old == new else [f"{path}: {json.dumps(old)} is now {json.dumps(new)}"]


@contextmanager
def _interrupts() -> Iterator[threading.Event]:
    """Lend an event that the first Ctrl-C sets; the second one interrupts."""
    interrupted = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield interrupted
        return

    def handle(_number: int, _frame: object) -> None:
        if interrupted.is_set():
            raise KeyboardInterrupt
        interrupted.set()

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)
