"""Constants that are read one word a cycle."""

from collections.abc import Sequence

from codesign.firmware.rtl.engine.logic import Logic
from codesign.firmware.rtl.engine.value import literal


class Rom:
    """Columns of constants side by side: one word a step of the schedule.

    A column that never changes takes no room. The words are a ``case`` in a clocked process, which
    synthesis makes look-up tables of or, where it is deep enough, block RAM.
    """

    def __init__(self, name: str, *, depth: int) -> None:
        self._name, self._depth = name, depth
        self._words = [0] * depth
        self._width = 0

    def column(self, values: Sequence[int], width: int) -> str:
        """Add a column of one number a step and return where it can be read."""
        if len(set(values)) == 1:
            return literal(values[0], width)
        first = self._width
        for step, value in enumerate(values):
            self._words[step] |= (value & ((1 << width) - 1)) << first
        self._width += width
        return f"{self._name}[{first + width - 1}:{first}]"

    @property
    def is_empty(self) -> bool:
        """Whether no column changes."""
        return self._width == 0

    def write(self, step: str) -> list[str]:
        """Return the declaration of the word that is read where ``step`` points, a cycle later."""
        logic = Logic()
        # one bit at least stays a vector, since columns are parts of it
        logic.say(f"reg [{self._width - 1}:0] {self._name};")
        logic.say("always @(posedge clk)")
        logic.say(f"  case ({step})")
        bits = (self._depth - 1).bit_length()
        for index, word in enumerate(self._words):
            where = literal(index, bits) if index < self._depth - 1 else "default"
            logic.say(f"    {where}: {self._name} <= {literal(word, self._width)};")
        logic.say("  endcase")
        return logic.lines
