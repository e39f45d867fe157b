"""The lines of a Verilog module while it is being written."""

from collections import Counter

from codesign.firmware.rtl.engine.value import Value, span


class Logic:
    """Wires and registers, in the order in which they are declared.

    Attributes:
        lines: The text so far.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._taken: Counter[str] = Counter()

    def say(self, text: str) -> None:
        """Add a line."""
        self.lines.append(f"  {text}")

    def comment(self, text: str) -> None:
        """Add a comment."""
        self.say(f"// {text}")

    def name(self, wanted: str) -> str:
        """Return a name that nothing else has: the wanted one, numbered."""
        self._taken[wanted] += 1
        return f"{wanted}_{self._taken[wanted]}"

    def wire(self, wanted: str, low: int, high: int, expression: str) -> Value:
        """Declare a wire that carries an integer in [low, high]."""
        value = Value(name=self.name(wanted), low=low, high=high)
        self.say(f"wire {span(value.width)}{value.name} = {expression};")
        return value

    def register(self, wanted: str, low: int, high: int, expression: str) -> Value:
        """Declare a register that carries an integer in [low, high]."""
        value = Value(name=self.name(wanted), low=low, high=high)
        self.say(f"reg {span(value.width)}{value.name};")
        self.say(f"always @(posedge clk) {value.name} <= {expression};")
        return value

    def delay(self, value: Value) -> Value:
        """Return a value one cycle later; a constant is always there."""
        if value.is_constant:
            return value
        wanted = value.name.rsplit("_", 1)[0]
        return self.register(wanted, value.low, value.high, value.name)
