"""From a scheduled adder graph to wires and registers.

Source of the operations: alkaid 0.8.2, ``alkaid/codegen/rtl/verilog/comb.py``.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from codesign.errors import ValidationError
from codesign.firmware.rtl.graph import Graph, last_stages
from codesign.firmware.rtl.netlist import (
    Bits,
    Field,
    LookUpTable,
    Netlist,
    Operator,
    Register,
    Wire,
    Zeros,
    slice_field,
)


def build_netlist(graph: Graph, ports: Sequence[str]) -> Netlist:
    """Return the wires of a graph.

    Args:
        graph: The graph.
        ports: The name of the bus of each of its tensors.
    """
    return _Builder(graph, ports).build()


_BITWISE = (Operator.AND, Operator.OR, Operator.XOR)
_ARITHMETIC = {Operator.ADD, Operator.SUBTRACT, Operator.MULTIPLY}


class _Builder:
    """Goes through the operations of a graph, in order."""

    def __init__(self, graph: Graph, ports: Sequence[str]) -> None:
        self._graph, self._ports = graph, ports
        self._ops = graph.logic.ops
        self._last = last_stages(graph)
        kifs = [operation.qint.kif for operation in self._ops]
        self._signed = [bool(kif[0]) for kif in kifs]
        self._widths = [sum(map(int, kif)) for kif in kifs]
        self._fractions = [int(kif[2]) for kif in kifs]
        self._tables: dict[tuple[int, ...], LookUpTable] = {}
        self._elements = [
            (port, index, tensor.precision.width)
            for port, tensor in zip(ports, graph.tensors, strict=True)
            for index in range(tensor.bounds.low.size)
        ]

    def build(self) -> Netlist:
        count = self._graph.latency_cycles + 1
        stages: list[list[Wire]] = [[] for _ in range(count)]
        registers: list[list[Register]] = [[] for _ in range(count - 1)]
        for index in range(len(self._ops)):
            if index not in self._last or not self._widths[index]:
                continue
            stages[self._graph.stages[index]] += self._wires(index)
            for stage in range(self._graph.stages[index], self._end(index)):
                register = Register(
                    name=self._name(index, stage + 1),
                    source=self._name(index, stage),
                    width=self._widths[index],
                )
                registers[stage].append(register)
        outputs = self._outputs()
        return Netlist(
            stages=tuple(map(tuple, stages)),
            registers=tuple(map(tuple, registers)),
            outputs=outputs,
            tables=tuple(self._tables.values()),
        )

    def _end(self, index: int) -> int:
        constant = self._ops[index].opcode == 5
        return self._graph.stages[index] if constant else self._last[index]

    def _name(self, index: int, stage: int) -> str:
        own = stage <= self._graph.stages[index] or self._ops[index].opcode == 5
        return f"v{index}" if own else f"v{index}_{stage}"

    def _outputs(self) -> tuple[Field, ...]:
        logic, stage = self._graph.logic, self._graph.latency_cycles
        width = self._graph.precision.width
        found: list[Field] = []
        for index, shift, flipped in zip(
            logic.out_idxs, logic.out_shifts, logic.out_negs, strict=True
        ):
            if flipped:
                msg = "alkaid left an output of its graph negated, which its passes should remove"
                raise ValidationError(msg)
            if index < 0:
                found.append((Zeros(width),))
                continue
            left = shift - self._fractions[index]
            found.append(self._field(index, stage, left=left, width=width))
        return tuple(found)

    def _field(self, index: int, stage: int, *, left: int, width: int, low: int = 0) -> Field:
        """Return ``width`` bits of ``value << left``, from bit ``low`` on, extended by its sign."""
        return slice_field(
            self._name(index, stage),
            self._widths[index],
            signed=self._signed[index],
            first=low - left,
            count=width,
        )

    def _wires(self, index: int) -> list[Wire]:
        """Return the wires of an operation; two where low bits of a result are known to be 0."""
        wire = self._wire(index)
        width, drop = self._widths[index], wire.width - self._widths[index]
        if wire.operator not in _ARITHMETIC or not drop:
            return [wire]
        whole = replace(wire, name=f"{wire.name}_whole")
        kept = slice_field(whole.name, whole.width, signed=False, first=drop, count=width)
        return [whole, Wire(name=wire.name, width=width, operator=Operator.COPY, operands=(kept,))]

    def _wire(self, index: int) -> Wire:
        operation, stage = self._ops[index], self._graph.stages[index]
        name, width = f"v{index}", self._widths[index]
        match operation.opcode:
            case -1:
                port, element, bits = self._elements[operation.data[0]]
                field: Field = (Bits(port, element * bits + width - 1, element * bits),)
                return Wire(name=name, width=width, operator=Operator.COPY, operands=(field,))
            case 0 | 1:
                return self._sum(index, stage)
            case 4:
                return self._constant_sum(index, stage)
            case 5:
                number = int(operation.data[0]) % (1 << width)
                return Wire(name=name, width=width, operator=Operator.CONSTANT, number=number)
            case 7:
                return self._product(index, stage)
            case 8:
                return self._look_up(index, stage)
            case _:
                operator, operands = self._bitwise(index, stage)
                return Wire(name=name, width=width, operator=operator, operands=operands)

    def _bitwise(self, index: int, stage: int) -> tuple[Operator, tuple[Field, ...]]:
        operation, width = self._ops[index], self._widths[index]
        fraction = self._fractions[index]

        def field(at: int, up: int = 0) -> Field:
            left = fraction - self._fractions[at] + up
            return self._field(at, stage, left=left, width=width)

        first, data = operation.addr[0], operation.data
        match operation.opcode:
            case -2:
                return Operator.NEGATE, (field(first),)
            case 2 if self._signed[first]:
                return Operator.CLEAR, (self._top(first, stage), field(first))
            case 2:
                return Operator.COPY, (field(first),)
            case 3:
                return Operator.COPY, (field(first, data[0]),)
            case 6:
                second, key = operation.addr[1:]
                return Operator.CHOOSE, (
                    self._top(key, stage),
                    field(first),
                    field(second, data[0]),
                )
            case 9 if data[0] == 0:
                return Operator.NOT, (field(first),)
            case 9:
                whole = self._field(first, stage, left=0, width=max(self._widths[first], 1))
                return (Operator.ANY, Operator.ALL)[data[0] - 1], (whole,)
            case 10:
                second = operation.addr[1]
                return _BITWISE[data[1]], (field(first), field(second, data[0]))
        msg = f"alkaid's graph holds operation {operation.opcode}, which is not known here"
        raise ValidationError(msg)

    def _top(self, index: int, stage: int) -> Field:
        """Return the highest bit of a value."""
        return self._field(index, stage, left=0, width=1, low=self._widths[index] - 1)

    def _sum(self, index: int, stage: int) -> Wire:
        """Return a sum or difference; where one operand ends higher, bits below are copied."""
        operation = self._ops[index]
        first, second = operation.addr
        grids = [self._fractions[first], self._fractions[second] - operation.data[0]]
        grid = max(grids)
        drop = grid - self._fractions[index]
        width = self._widths[index] + drop
        lefts = [grid - own for own in grids]
        operator = Operator.SUBTRACT if operation.opcode else Operator.ADD
        low: Field = ()
        cut = 0
        if not drop and lefts[1]:
            cut = min(lefts[1], width)
            low = self._field(first, stage, left=0, width=cut)
        elif not drop and lefts[0] and operator is Operator.ADD:
            cut = min(lefts[0], width)
            low = self._field(second, stage, left=0, width=cut)
        name = f"v{index}"
        if cut == width:
            return Wire(name=name, width=width, operator=Operator.COPY, operands=(low,))
        operands = tuple(
            self._field(at, stage, left=left, width=width - cut, low=cut)
            for at, left in zip((first, second), lefts, strict=True)
        )
        return self._kept(index, operator, operands, drop=drop, low=low)

    def _constant_sum(self, index: int, stage: int) -> Wire:
        operation = self._ops[index]
        (first,), (value, fraction) = operation.addr, operation.data
        grid = max(self._fractions[first], fraction)
        drop = grid - self._fractions[index]
        width = self._widths[index] + drop
        number = int(value) << (grid - fraction)
        cut = 0 if drop else min((number & -number).bit_length() - 1, width - 1)
        left = grid - self._fractions[first]
        operand = self._field(first, stage, left=left, width=width - cut, low=cut)
        low = self._field(first, stage, left=left, width=cut) if cut else ()
        number = (number >> cut) % (1 << (width - cut))
        return self._kept(index, Operator.ADD, (operand,), drop=drop, low=low, number=number)

    def _product(self, index: int, stage: int) -> Wire:
        first, second = self._ops[index].addr
        operands = tuple(
            self._field(at, stage, left=0, width=self._widths[at] + (not self._signed[at]))
            for at in (first, second)
        )
        drop = self._fractions[first] + self._fractions[second] - self._fractions[index]
        return self._kept(index, Operator.MULTIPLY, operands, drop=drop)

    def _kept(
        self,
        index: int,
        operator: Operator,
        operands: tuple[Field, ...],
        *,
        drop: int,
        low: Field = (),
        number: int | None = None,
    ) -> Wire:
        return Wire(
            name=f"v{index}",
            width=self._widths[index] + drop,
            operator=operator,
            operands=operands,
            number=number,
            low=low,
        )

    def _look_up(self, index: int, stage: int) -> Wire:
        operation = self._ops[index]
        (key,) = operation.addr
        width, address = self._widths[index], self._widths[key]
        table = self._graph.logic.lookup_tables[operation.data[0]]
        low, high, step = self._ops[key].qint
        if len(table) != round((high - low) / step) + 1:
            msg = f"alkaid narrowed the address of a table of {len(table)} entries behind its back"
            raise ValidationError(msg)
        padded = np.nan_to_num(table.padded_table(self._ops[key].qint), nan=0.0)
        entries = tuple(int(entry) % (1 << width) for entry in padded)
        identity = (address, width, *entries)
        known = self._tables.get(identity)
        if known is None:
            name = f"table_{len(self._tables)}"
            known = LookUpTable(name=name, address_bits=address, width=width, entries=entries)
            self._tables[identity] = known
        operand = self._field(key, stage, left=0, width=address)
        return Wire(
            name=f"v{index}",
            width=width,
            operator=Operator.LOOK_UP,
            operands=(operand,),
            table=known,
        )
