"""An engine: the products of one layer on shared multipliers, and what follows element by element.

In the cycle of ``in_valid`` the whole event is taken over and held. Each multiplier then makes one
product a cycle for ``steps`` cycles; the products of an output that are made at the same time go
through a tree of registered additions, those made one after the other into an accumulator; rounding
and element-wise layers follow, with a register behind each layer. The next event may come
``reuse_factor`` cycles later, while this one is still on its way.

Latency in cycles: ``steps - 1 + hold + rows + tree + accumulator + layers``. ``hold`` is 1, or 2
where lanes select their input; ``rows`` is 1 for DSP blocks, for look-up tables the digits of radix
4 of a weight; ``tree`` is log2 of the products (and bias) that meet in one output, rounded up;
``accumulator`` is 1 where there is one; ``layers`` counts the layers of the group.
"""

from collections import defaultdict
from dataclasses import dataclass

from codesign.design.intervals import Interval
from codesign.design.layers import AnyLayer
from codesign.design.precision import Precision
from codesign.firmware.rtl.engine.control import Control
from codesign.firmware.rtl.engine.functions import Elementwise, finish
from codesign.firmware.rtl.engine.lanes import Lanes
from codesign.firmware.rtl.engine.logic import Logic
from codesign.firmware.rtl.engine.matrix import Matrix, MatrixLayer
from codesign.firmware.rtl.engine.products import Products, library
from codesign.firmware.rtl.engine.rom import Rom
from codesign.firmware.rtl.engine.schedule import Schedule
from codesign.firmware.rtl.engine.tree import add_up, tree_depth
from codesign.firmware.rtl.engine.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an engine is made of.

    Attributes:
        name: Of its module.
        layer: The layer of sums of products.
        after: The element-wise layers behind it.
        data: The format of its input.
        bounds: Of its input.
        schedule: How its products are shared.
        dsp: Whether they are made in DSP blocks.
        reuse_factor: As it was asked for: cycles between two events.
    """

    name: str
    layer: MatrixLayer
    after: tuple[Elementwise, ...]
    data: Precision
    bounds: Interval
    schedule: Schedule
    dsp: bool
    reuse_factor: int

    @property
    def layers(self) -> tuple[AnyLayer, ...]:
        """All layers that it computes."""
        return (self.layer, *self.after)

    @property
    def precision(self) -> Precision:
        """The format of its output."""
        return self.layers[-1].precision


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The text of an engine and what follows from it.

    Attributes:
        lines: Its modules.
        latency_cycles: From ``in_valid`` to ``out_valid``.
        multipliers: Those that are left where some weights are 0, at all positions.
    """

    lines: tuple[str, ...]
    latency_cycles: int
    multipliers: int


def write_engine(plan: Plan) -> Written:
    """Return the Verilog of an engine."""
    return _Writer(plan).write()


class _Writer:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.schedule = plan.schedule
        self.matrix = Matrix.of(plan.layer, plan.data, plan.bounds)
        self.logic = Logic()
        self.limit = Value(name="", low=self.matrix.low, high=self.matrix.high).width
        self.products = Products(self.matrix, self.schedule, name=plan.name, dsp=plan.dsp)

    def write(self) -> Written:
        plan, logic = self.plan, self.logic
        control = Control(logic, self.schedule)
        lanes = Lanes(self.matrix, self.schedule, control, width=plan.data.width)
        bits = plan.bounds.low.size * plan.data.width
        logic.say(f"reg [{bits - 1}:0] held;")
        logic.say("always @(posedge clk) if (in_valid) held <= x;")
        for stage, rom in enumerate(self.products.roms):
            if not rom.is_empty:
                step = control.step(lanes.behind - 1 + stage)
                logic.lines += rom.write(step)
        found, missing = self.products.write(logic, lanes)
        behind = lanes.behind + self.products.stages
        sums, behind = self._sums(control, found, missing, behind)
        behind += len(plan.after)
        self._outputs(sums, control.complete(behind))
        control.out_valid(behind + 1)
        multipliers = sum(len(products) for products in found.values())
        return Written(
            lines=(*library(plan.name, dsp=plan.dsp), *self._finisher(), *self._module()),
            latency_cycles=self.schedule.steps + behind,
            multipliers=multipliers,
        )

    def _sums(
        self,
        control: Control,
        found: dict[tuple[int, int], list[Value]],
        missing: dict[tuple[int, int], int],
        behind: int,
    ) -> tuple[dict[tuple[int, int], Value], int]:
        """Return all sums, and how many cycles they are behind the counter."""
        keys = [
            (position, group)
            for position in range(self.matrix.positions)
            for group in range(self.schedule.groups)
        ]
        biases = {key: self._bias(key, missing) for key in keys}
        leaves: dict[tuple[int, int], list[Value]] = defaultdict(list)
        for key in keys:
            leaves[key] = list(found.get(key, []))
        if self.schedule.turns == 1:
            added = self._constants(control, biases, behind)
            for key in keys:
                if any(biases[key]):
                    leaves[key].append(added[key])
        depth = max(tree_depth(len(values)) for values in leaves.values())
        sums = {key: add_up(self.logic, leaves[key], depth=depth, limit=self.limit) for key in keys}
        behind += depth
        if self.schedule.turns > 1:
            sums = self._accumulated(control, sums, biases, behind)
            behind += 1
        return {key: self._total(sums[key]) for key in keys}, behind

    def _bias(self, key: tuple[int, int], missing: dict[tuple[int, int], int]) -> list[int]:
        """Return what begins each sum of a group, one a step."""
        position, group = key
        found = []
        for step in range(self.schedule.steps):
            column = self.schedule.column(group, step)
            if column is None:
                found.append(0)
            else:
                found.append(int(self.matrix.bias[column]) + missing.get((position, column), 0))
        return found

    def _constants(
        self, control: Control, biases: dict[tuple[int, int], list[int]], behind: int
    ) -> dict[tuple[int, int], Value]:
        """Return constants of each step, so many cycles behind the counter."""
        name = self.logic.name("bias")
        rom = Rom(name, depth=self.schedule.steps)
        columns = {}
        for key, values in biases.items():
            low, high = min(values), max(values)
            if low == high:
                continue
            columns[key] = low, high, rom.column(values, Value(name="", low=low, high=high).width)
        if columns:
            self.logic.lines += rom.write(control.step(behind - 1))
        return {
            key: self.logic.wire("bias", *columns[key])
            if key in columns
            else Value.constant(values[0])
            for key, values in biases.items()
        }

    def _accumulated(
        self,
        control: Control,
        sums: dict[tuple[int, int], Value],
        biases: dict[tuple[int, int], list[int]],
        behind: int,
    ) -> dict[tuple[int, int], Value]:
        logic, bits = self.logic, self.limit
        first = control.first(behind)
        begun = self._constants(control, biases, behind)
        found = {}
        for key, one in sums.items():
            name = logic.name("accumulator")
            logic.say(f"reg [{bits - 1}:0] {name};")
            logic.say(
                f"always @(posedge clk) {name} <= ({first} ? {begun[key].extended(bits)} : {name})"
                f" + {one.extended(bits)};"
            )
            found[key] = Value(name=name, low=self.matrix.low, high=self.matrix.high)
        return found

    def _total(self, value: Value) -> Value:
        """Return a sum, whose upper bits were left out on the way, as what it is known to be."""
        low, high = self.matrix.low, self.matrix.high
        if (value.low, value.high) == (low, high) and not value.is_constant:
            return value
        return self.logic.wire("total", low, high, value.extended(self.limit))

    def _finisher(self) -> list[str]:
        """Return the module that rounds a sum and applies the element-wise layers."""
        plan, logic = self.plan, Logic()
        total = Value(name="total", low=self.matrix.low, high=self.matrix.high)
        value = finish(
            logic,
            total,
            fraction=self.matrix.fraction,
            precision=plan.layer.precision,
            layers=plan.after,
        )
        width = plan.precision.width
        return [
            f"module {plan.name}_finish (",
            "  input wire clk,",
            f"  input wire [{total.width - 1}:0] total,",
            f"  output wire [{width - 1}:0] y",
            ");",
            *logic.lines,
            f"  assign y = {value.extended(width)};",
            "endmodule",
            "",
        ]

    def _outputs(self, sums: dict[tuple[int, int], Value], complete: str | None) -> None:
        """Finish the sums and keep those that come before the last."""
        logic, schedule = self.logic, self.schedule
        width, columns = self.plan.precision.width, schedule.columns
        kept = f"if ({complete}) " if complete else ""
        for (position, group), total in sums.items():
            new = logic.name("finished")
            logic.say(f"wire [{width - 1}:0] {new};")
            logic.say(
                f"{self.plan.name}_finish {logic.name('finish')} "
                f"(.clk(clk), .total({total.name}), .y({new}));"
            )
            row = f"outputs_{position}_{group}"
            many = schedule.sweeps
            logic.say(f"reg [{many * width - 1}:0] {row};")
            shifted = f"{{{new}, {row}[{many * width - 1}:{width}]}}" if many > 1 else new
            logic.say(f"always @(posedge clk) {kept}{row} <= {shifted};")
            first = position * columns + group * many
            count = min(many, columns - group * many)
            logic.say(
                f"assign y[{(first + count) * width - 1}:{first * width}] = "
                f"{row}[{count * width - 1}:0];"
            )

    def _module(self) -> list[str]:
        plan = self.plan
        inputs = plan.bounds.low.size * plan.data.width
        outputs = self.matrix.positions * self.schedule.columns * plan.precision.width
        return [
            f"module {plan.name} (",
            "  input wire clk,",
            "  input wire rst,",
            "  input wire in_valid,",
            f"  input wire [{inputs - 1}:0] x,",
            "  output wire out_valid,",
            f"  output wire [{outputs - 1}:0] y",
            ");",
            *self.logic.lines,
            "endmodule",
        ]
