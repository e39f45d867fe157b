"""What each lane of multipliers reads: one element of the held event, or one after the other."""

from codesign.firmware.rtl.engine.control import Control
from codesign.firmware.rtl.engine.logic import Logic
from codesign.firmware.rtl.engine.matrix import NOTHING, Matrix
from codesign.firmware.rtl.engine.schedule import Schedule
from codesign.firmware.rtl.engine.value import Value, literal


class Lanes:
    """The elements that multipliers read, held while they are needed.

    Attributes:
        behind: Cycles from the counter's step to the element of that step.
    """

    def __init__(self, matrix: Matrix, schedule: Schedule, control: Control, *, width: int) -> None:
        self._matrix, self._schedule, self._control = matrix, schedule, control
        self._width = width
        self.behind = 2 if schedule.turns > 1 else 1
        self._values: dict[tuple[tuple[int, ...], int], Value] = {}
        self._elements: dict[int, Value] = {}

    def is_empty(self, position: int, lane: int) -> bool:
        """Return whether a lane sees nothing but padded zeros."""
        return all(index == NOTHING for index in self._taken(position, lane))

    def bounds(self, position: int, lane: int, step: int) -> tuple[int, int]:
        """Return the bounds of what a lane reads in a step."""
        taken = self._taken(position, lane)
        return self._matrix.bounds(taken[step % len(taken)])

    def value(self, logic: Logic, position: int, lane: int, stage: int) -> Value:
        """Return what a lane reads, ``stage`` cycles later."""
        taken = self._taken(position, lane)
        found = self._values.get((taken, stage))
        if found is None:
            if stage:
                found = logic.delay(self.value(logic, position, lane, stage - 1))
            elif len(set(taken)) == 1:
                found = self._constant_lane(logic, taken)
            else:
                found = self._selected(logic, taken)
            self._values[taken, stage] = found
        return found

    def _taken(self, position: int, lane: int) -> tuple[int, ...]:
        row = self._matrix.taken[position]
        first = lane * self._schedule.turns
        held = [int(index) for index in row[first : first + self._schedule.turns]]
        return (*held, *[NOTHING] * (self._schedule.turns - len(held)))

    def _constant_lane(self, logic: Logic, taken: tuple[int, ...]) -> Value:
        found = self._element(logic, taken[0])
        return found if self.behind == 1 else logic.delay(found)

    def _selected(self, logic: Logic, taken: tuple[int, ...]) -> Value:
        elements = [self._element(logic, index) for index in taken]
        low = min(one.low for one in elements)
        high = max(one.high for one in elements)
        found = Value(name=logic.name("lane"), low=low, high=high)
        turn = self._control.turn(self.behind - 1)
        bits = (self._schedule.turns - 1).bit_length()
        logic.say(f"reg [{found.width - 1}:0] {found.name};")
        logic.say("always @(posedge clk)")
        logic.say(f"  case ({turn})")
        for index, one in enumerate(elements):
            where = literal(index, bits) if index < len(elements) - 1 else "default"
            logic.say(f"    {where}: {found.name} <= {one.extended(found.width)};")
        logic.say("  endcase")
        return found

    def _element(self, logic: Logic, index: int) -> Value:
        """Return an element of the held event, no wider than it can be."""
        if index == NOTHING:
            return Value.constant(0)
        found = self._elements.get(index)
        if found is None:
            low, high = self._matrix.bounds(index)
            if low == high:
                found = Value.constant(low)
            else:
                first = index * self._width
                last = first + Value(name="", low=low, high=high).width - 1
                found = logic.wire("x", low, high, f"held[{last}:{first}]")
            self._elements[index] = found
        return found
