"""Find the event of each result, measure latency and interval, and hold both to the schedule."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codesign.design.fixed_point import Integers
from codesign.design.rtl import RtlDesign
from codesign.errors import ValidationError
from codesign.validation.rtl.log import BenchLog
from codesign.validation.rtl.patterns import NO_BEAT, Pattern, Stimulus


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Followed:
    """Which results belong to which event, and what was measured on the way.

    Attributes:
        events: Those that came out whole, rising.
        rows: The results of each, shape (events, beats out).
        latency_cycles: From the last beat in to the last beat out; None where nothing came out.
        initiation_interval: Cycles between two events; None where it was not measured.
    """

    events: Integers
    rows: Integers
    latency_cycles: int | None
    initiation_interval: int | None


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class _Epoch:
    """What happened between two resets.

    Attributes:
        number: How many resets came before, the first not counted.
        begin: The last cycle of the reset before it.
        end: The first cycle of the reset after it; past the end of the run for the last.
        started: When the first beat went in; past the end where none did.
        events: Those whose every beat went in, in order.
        first_in: The cycle of their first beats.
        last_in: The cycle of their last beats.
        is_cut: Whether the reset fell into an event.
        rows: The results that came out.
        cycles: When.
    """

    number: int
    begin: int
    end: int
    started: int
    events: Integers
    first_in: Integers
    last_in: Integers
    is_cut: bool
    rows: Integers
    cycles: Integers


def follow(
    pattern: Pattern, steps: Stimulus, log: BenchLog, design: RtlDesign, *, place: str
) -> Followed:
    """Return the results of each event, after checking when they came.

    Args:
        pattern: The interval is measured where events follow back to back.
        steps: What the test bench did.
        log: What it saw.
        design: The schedule.
        place: The project, for the messages.

    Raises:
        ValidationError: If the design stops taking events, loses one, gives a result that no event
            explains, or is earlier, later, faster or slower than its schedule.
    """
    if len(log.ends) < len(steps.beat):
        beat = int(steps.beat[len(log.ends)])
        msg = (
            f"{place}: in_ready stays low for event {beat // design.inputs[0].beats}, expected it "
            f"high once every {design.initiation_interval} cycles; {pattern}"
        )
        raise ValidationError(msg)
    check = _Check(pattern, design, place)
    check.quiet_in_reset(steps, log)
    found: list[tuple[Integers, Integers]] = []
    intervals: list[int] = []
    for epoch in _epochs(steps, log, design):
        found.append(check.results(epoch))
        intervals += np.diff(epoch.first_in).tolist()
    interval = None
    if pattern is Pattern.BACK_TO_BACK and intervals:
        interval = check.interval(np.array(intervals))
    return Followed(
        events=np.concatenate([events for events, _ in found]),
        rows=np.concatenate([rows for _, rows in found]),
        latency_cycles=design.latency_cycles if any(len(events) for events, _ in found) else None,
        initiation_interval=interval,
    )


def _epochs(steps: Stimulus, log: BenchLog, design: RtlDesign) -> list[_Epoch]:
    """Return what happened between resets."""
    beats_in = design.inputs[0].beats
    last_of_reset = np.flatnonzero(steps.reset & ~np.append(steps.reset[1:], False))
    first_of_reset = np.flatnonzero(steps.reset & ~np.insert(steps.reset[:-1], 0, False))
    stops = [*first_of_reset[1:].tolist(), len(steps.beat)]
    epochs = []
    for number, (start, stop) in enumerate(zip(last_of_reset.tolist(), stops, strict=True)):
        begin = int(log.ends[start])
        end = int(log.ends[stop]) if stop < len(log.ends) else int(log.ends[-1]) + 1
        inside = np.arange(start + 1, stop)
        offered = inside[steps.beat[inside] != NO_BEAT]
        whole = offered[: len(offered) // beats_in * beats_in].reshape(-1, beats_in)
        rows = np.flatnonzero((log.cycles > begin) & (log.cycles <= end))
        epochs.append(
            _Epoch(
                number=number,
                begin=begin,
                end=end,
                started=int(log.ends[offered[0]]) if len(offered) else end + 1,
                events=steps.beat[whole[:, 0]] // beats_in,
                first_in=log.ends[whole[:, 0]],
                last_in=log.ends[whole[:, -1]],
                is_cut=bool(len(offered) % beats_in),
                rows=rows,
                cycles=log.cycles[rows],
            )
        )
    return epochs


class _Check:
    """The schedule, held against what was seen."""

    def __init__(self, pattern: Pattern, design: RtlDesign, place: str) -> None:
        self.pattern, self.place = pattern, place
        self.latency, self.beats = design.latency_cycles, design.outputs[0].beats
        self.scheduled_interval = design.initiation_interval

    def quiet_in_reset(self, steps: Stimulus, log: BenchLog) -> None:
        """Refuse results while ``rst`` is high, its first cycle left out: it acts at its end."""
        held = steps.reset & np.insert(steps.reset[:-1], 0, False)
        loud = np.intersect1d(log.cycles, log.ends[held])
        if len(loud):
            self._refuse(
                f"out_valid is high in cycle {int(loud[0])}, in which rst is held; "
                "rst must clear every valid bit"
            )

    def results(self, epoch: _Epoch) -> tuple[Integers, Integers]:
        """Return the events of an epoch that came out whole, and their rows."""
        self._nothing_early(epoch)
        self._nothing_more(epoch)
        count = min(len(epoch.rows) // self.beats, len(epoch.events))
        last_out = epoch.cycles[self.beats - 1 : count * self.beats : self.beats]
        self._in_time(epoch, last_out - epoch.last_in[:count])
        self._nothing_lost(epoch, count)
        rows = epoch.rows[: count * self.beats].reshape(-1, self.beats)
        return epoch.events[:count], rows

    def _nothing_early(self, epoch: _Epoch) -> None:
        """Refuse results that were there before an event could have made them.

        Before the first reset in flight, results that are early but not too many are a latency.
        """
        begin = due = epoch.started
        if self.beats == 1 and len(epoch.events):
            due = int(epoch.last_in[0]) + self.latency
        early = epoch.cycles < due
        if not epoch.number and len(epoch.cycles) <= len(epoch.events) * self.beats:
            early &= epoch.cycles < begin
        if early.any():
            cycle = int(epoch.cycles[early][0])
            self._refuse(
                f"a stale result {cycle - epoch.begin} cycles after reset (cycle {cycle}), when no "
                "event sent since then could be ready; rst must clear every valid bit"
            )

    def _nothing_more(self, epoch: _Epoch) -> None:
        most = (len(epoch.events) + epoch.is_cut) * self.beats
        if len(epoch.cycles) > most:
            cycle = int(epoch.cycles[most])
            self._refuse(
                f"out_valid is high in cycle {cycle} with all {len(epoch.events)} events out "
                f"already, {self.beats} {'beats' if self.beats > 1 else 'beat'} each"
            )

    def _in_time(self, epoch: _Epoch, found: Integers) -> None:
        wrong = np.flatnonzero(found != self.latency)
        if len(wrong) and wrong[0] and self._due(epoch) > len(found):
            self._lost(epoch, int(wrong[0]))
        if len(wrong):
            event = int(epoch.events[wrong[0]])
            self._refuse(
                f"latency: {int(found[wrong[0]])} measured, {self.latency} scheduled (cycles), "
                f"first at event {event}; the schedule or a register is wrong"
            )

    def _nothing_lost(self, epoch: _Epoch, count: int) -> None:
        """Refuse to miss an event that was due before the epoch ended."""
        if self._due(epoch) > count:
            self._lost(epoch, count)

    def _due(self, epoch: _Epoch) -> int:
        """Return how many events should be out when the epoch ends."""
        return int((epoch.last_in + self.latency < epoch.end).sum())

    def _lost(self, epoch: _Epoch, index: int) -> None:
        event, cycle = int(epoch.events[index]), int(epoch.last_in[index])
        count = len(epoch.rows) // self.beats
        self._refuse(
            f"event {event} went in in cycle {cycle} and did not come out {self.latency} cycles "
            f"later; {count} of {self._due(epoch)} events came out"
        )

    def interval(self, found: NDArray[np.int64]) -> int:
        """Return the measured interval."""
        slowest, fastest = int(found.max()), int(found.min())
        if slowest != self.scheduled_interval or fastest != self.scheduled_interval:
            shown = f"{fastest}" if fastest == slowest else f"{fastest} to {slowest}"
            self._refuse(
                f"initiation interval: {shown} measured, {self.scheduled_interval} scheduled "
                "(cycles)"
            )
        return slowest

    def _refuse(self, what: str) -> None:
        msg = f"{self.place}: {what} (pattern {self.pattern})"
        raise ValidationError(msg)
