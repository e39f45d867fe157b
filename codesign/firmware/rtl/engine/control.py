"""The counter of an engine and what follows from it, at any distance behind it."""

from codesign.firmware.rtl.engine.logic import Logic
from codesign.firmware.rtl.engine.schedule import Schedule
from codesign.firmware.rtl.engine.value import literal, span


class Control:
    """Says in which step of the schedule each stage of the pipeline is.

    In the cycle in which an event comes in the counter stands at 0, where it also rests, so that
    the ROM is read one cycle earlier than the event is held.
    """

    def __init__(self, logic: Logic, schedule: Schedule) -> None:
        self._logic = logic
        self._steps, self._turns = schedule.steps, schedule.turns
        self._chains: dict[str, list[str]] = {}
        if self._steps > 1:
            self._count("step", self._steps)
            self._bit("busy", "in_valid | (step != 0)")
            self._bit("last", f"step == {literal(self._steps - 1, self._bits(self._steps))}")
        if self._turns > 1:
            if schedule.sweeps > 1:
                self._count("turn", self._turns)
            else:
                logic.say(f"wire {span(self._bits(self._turns))}turn = step;")
            self._bit("first", "turn == 0")
            last = literal(self._turns - 1, self._bits(self._turns))
            self._bit("complete", f"busy & (turn == {last})")

    def step(self, behind: int) -> str:
        """Return the step of a stage so many cycles behind the counter."""
        return self._delayed("step", behind, self._bits(self._steps))

    def turn(self, behind: int) -> str:
        """Return which of its inputs a lane takes."""
        return self._delayed("turn", behind, self._bits(self._turns))

    def first(self, behind: int) -> str:
        """Return whether a sum begins."""
        return self._delayed("first", behind, 1)

    def complete(self, behind: int) -> str | None:
        """Return whether a sum is complete; None where it is in every cycle."""
        if self._steps == 1:
            return None
        return self._delayed("complete" if self._turns > 1 else "busy", behind, 1)

    def out_valid(self, behind: int) -> None:
        """Raise ``out_valid`` so many cycles after the last step."""
        last = "in_valid" if self._steps == 1 else "last"
        say = self._logic.say
        say(f"reg {span(behind)}valid;")
        more = f"{{valid[{behind - 2}:0], {last}}}" if behind > 1 else last
        say(f"always @(posedge clk) valid <= rst ? {literal(0, behind)} : {more};")
        say(f"assign out_valid = valid{f'[{behind - 1}]' if behind > 1 else ''};")

    def _count(self, name: str, count: int) -> None:
        bits = self._bits(count)
        last, busy = literal(count - 1, bits), "in_valid | (step != 0)"
        say = self._logic.say
        say(f"reg {span(bits)}{name};")
        say("always @(posedge clk)")
        say(f"  if (rst) {name} <= {literal(0, bits)};")
        say(
            f"  else if ({busy}) {name} <= ({name} == {last}) ? {literal(0, bits)} : "
            f"{name} + {literal(1, bits)};"
        )

    def _bit(self, name: str, expression: str) -> None:
        self._logic.say(f"wire {name} = {expression};")

    def _delayed(self, name: str, behind: int, bits: int) -> str:
        chain = self._chains.setdefault(name, [name])
        while len(chain) <= behind:
            found = f"{name}_after_{len(chain)}"
            self._logic.say(f"reg {span(bits)}{found};")
            self._logic.say(f"always @(posedge clk) {found} <= {chain[-1]};")
            chain.append(found)
        return chain[behind]

    @staticmethod
    def _bits(count: int) -> int:
        return max(1, (count - 1).bit_length())
