"""The multipliers of an engine: DSP blocks, or rows of look-up tables."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from codesign.design.hardware import Multipliers
from codesign.firmware.rtl.engine.booth import Digit, booth_digits, digit_count
from codesign.firmware.rtl.engine.lanes import Lanes
from codesign.firmware.rtl.engine.logic import Logic
from codesign.firmware.rtl.engine.matrix import Matrix
from codesign.firmware.rtl.engine.rom import Rom
from codesign.firmware.rtl.engine.schedule import Schedule
from codesign.firmware.rtl.engine.value import Value

_DSP_DATA_BITS = 11
"""``AUTO`` takes DSP blocks from this width of the wider operand on.

Source: where Vivado HLS 2018.3 to Vitis HLS 2023.1 do, counted over public C-synthesis reports.
"""
_DSP_WEIGHT_BITS = 5
"""And from this width of the narrower one on.

Source: as :data:`_DSP_DATA_BITS`, and wa-hls4ml-search@8e70542, strategy resource.
"""


def takes_dsp(multipliers: Multipliers, data: int, weight: int) -> bool:
    """Return whether products of such widths, signs included, are made in DSP blocks."""
    if multipliers is not Multipliers.AUTO:
        return multipliers is Multipliers.DSP
    wide = max(data, weight) >= _DSP_DATA_BITS
    return wide and min(data, weight) >= _DSP_WEIGHT_BITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiplier:
    """One multiplier, at every position of the matrix.

    Attributes:
        group: Of outputs.
        lane: Of inputs.
        weights: One a step.
        stage: When its product is begun, for look-up tables.
        digits: Of each weight that is not 0 in every step, by their place; empty for DSP blocks.
    """

    group: int
    lane: int
    weights: tuple[int, ...]
    stage: int = 0
    digits: tuple[tuple[int, tuple[Digit, ...]], ...] = ()

    def partial(self, count: int) -> list[tuple[int, int]]:
        """Return, for each step, weight and correction of the first ``count`` rows.

        The rows make ``weight * data - correction``.
        """
        if not self.digits:
            return [(weight, 0) for weight in self.weights]
        rows = self.digits[:count]
        return [
            (
                sum(digits[step].value << (2 * place) for place, digits in rows),
                sum(digits[step].negative << (2 * place) for place, digits in rows),
            )
            for step in range(len(self.weights))
        ]


def plan_multipliers(matrix: Matrix, schedule: Schedule, *, dsp: bool) -> list[Multiplier]:
    """Return the multipliers whose weights are not all 0."""
    found = []
    for group in range(schedule.groups):
        for lane in range(schedule.lanes):
            weights = tuple(
                _weight(matrix, schedule.row(lane, step), schedule.column(group, step))
                for step in range(schedule.steps)
            )
            if any(weights):
                digits = () if dsp else _digits(weights)
                found.append(Multiplier(group=group, lane=lane, weights=weights, digits=digits))
    if dsp:
        return found
    stages = max((len(one.digits) for one in found), default=1)
    return [
        Multiplier(
            group=one.group,
            lane=one.lane,
            weights=one.weights,
            digits=one.digits,
            stage=stages - len(one.digits),
        )
        for one in found
    ]


def _weight(matrix: Matrix, row: int | None, column: int | None) -> int:
    return 0 if row is None or column is None else int(matrix.kernel[row, column])


def _digits(weights: Sequence[int]) -> tuple[tuple[int, tuple[Digit, ...]], ...]:
    count = digit_count(min(weights), max(weights))
    places = zip(*(booth_digits(weight, count) for weight in weights), strict=True)
    kept = ((place, digits) for place, digits in enumerate(places))
    return tuple((place, digits) for place, digits in kept if any(one.magnitude for one in digits))


class Products:
    """Writes the products of all multipliers at all positions.

    Attributes:
        stages: Cycles from a lane to its product.
        roms: The weights, by the stage in which they are read.
    """

    def __init__(self, matrix: Matrix, schedule: Schedule, *, name: str, dsp: bool) -> None:
        self._matrix, self._schedule, self._name = matrix, schedule, name
        self._multipliers = plan_multipliers(matrix, schedule, dsp=dsp)
        self.stages = max((one.stage + len(one.digits) for one in self._multipliers), default=1)
        self.stages = max(self.stages, 1)
        self.roms = [Rom(f"weights_{n}", depth=schedule.steps) for n in range(self.stages)]
        self._codes = [self._read(one) for one in self._multipliers]

    def _read(self, one: Multiplier) -> list[str]:
        """Return where the weight of a multiplier is read: at once, or digit by digit."""
        if not one.digits:
            width = Value(name="", low=min(one.weights), high=max(one.weights)).signed_width
            return [self.roms[0].column(one.weights, width)]
        return [
            self.roms[one.stage + row].column([digit.code for digit in digits], 3)
            for row, (_, digits) in enumerate(one.digits)
        ]

    def write(
        self, logic: Logic, lanes: Lanes
    ) -> tuple[dict[tuple[int, int], list[Value]], dict[tuple[int, int], int]]:
        """Write them and return them by position and group, and what is missing in each output."""
        found: dict[tuple[int, int], list[Value]] = defaultdict(list)
        missing: dict[tuple[int, int], int] = defaultdict(int)
        for position in range(self._matrix.positions):
            for one, codes in zip(self._multipliers, self._codes, strict=True):
                if lanes.is_empty(position, one.lane):
                    continue
                product = self._product(logic, lanes, position, one, codes)
                found[position, one.group].append(product)
                for step, (_, correction) in enumerate(one.partial(len(one.digits))):
                    column = self._schedule.column(one.group, step)
                    if column is not None:
                        missing[position, column] += correction
        return found, missing

    def _product(
        self, logic: Logic, lanes: Lanes, position: int, one: Multiplier, codes: list[str]
    ) -> Value:
        if one.digits:
            return self._rows(logic, lanes, position, one, codes)
        data = lanes.value(logic, position, one.lane, 0)
        low, high = self._bounds(lanes, position, one, 0)
        product = Value(name=logic.name("product"), low=low, high=high)
        weight = Value(name="", low=min(one.weights), high=max(one.weights)).signed_width
        logic.say(f"wire [{product.width - 1}:0] {product.name};")
        logic.say(
            f"{self._name}_mul_dsp #(.A({data.signed_width}), .B({weight}), .P({product.width})) "
            f"{logic.name('multiplier')} (.clk(clk), .a({data.extended(data.signed_width)}), "
            f".b({codes[0]}), .p({product.name}));"
        )
        return product

    def _rows(
        self, logic: Logic, lanes: Lanes, position: int, one: Multiplier, codes: list[str]
    ) -> Value:
        first = one.digits[0][0]
        before: Value | None = None
        for row, (place, _) in enumerate(one.digits):
            data = lanes.value(logic, position, one.lane, one.stage + row)
            low, high = (end >> (2 * first) for end in self._bounds(lanes, position, one, row + 1))
            before = self._row(logic, data, before, (low, high), 2 * (place - first), codes[row])
        assert before is not None  # noqa: S101 - a multiplier has a digit
        if not first:
            return before
        low, high = before.low << (2 * first), before.high << (2 * first)
        return logic.wire("product", low, high, f"{{{before.name}, {2 * first}'b0}}")

    def _row(
        self,
        logic: Logic,
        data: Value,
        before: Value | None,
        bounds: tuple[int, int],
        place: int,
        code: str,
    ) -> Value:
        """Return a register of ``before + digit * data * 2**place``."""
        low, high = bounds
        whole = Value(name=logic.name("partial"), low=low, high=high)
        width = max(whole.width, place + 1)
        upper, x = width - place, data.signed_width
        given = "1'b0"
        extended = ""
        if before is not None:
            extended = f"{whole.name}_before"
            logic.say(f"wire [{width - 1}:0] {extended} = {before.extended(width)};")
            given = f"{extended}[{width - 1}:{place}]"
        logic.say(f"wire [{upper - 1}:0] {whole.name}_upper;")
        logic.say(
            f"{self._name}_mul_lut #(.A({x}), .P({upper}), .S({upper if before else 1})) "
            f"{logic.name('row')} (.clk(clk), .a({data.extended(x)}), .digit({code}), "
            f".s({given}), .p({whole.name}_upper));"
        )
        parts = f"{whole.name}_upper"
        if before is not None and place:
            logic.say(f"reg [{place - 1}:0] {whole.name}_lower;")
            logic.say(f"always @(posedge clk) {whole.name}_lower <= {extended}[{place - 1}:0];")
            parts = f"{{{whole.name}_upper, {whole.name}_lower}}"
        if width > whole.width:
            logic.say(f"wire [{width - 1}:0] {whole.name}_all = {parts};")
            parts = f"{whole.name}_all[{whole.width - 1}:0]"
        logic.say(f"wire [{whole.width - 1}:0] {whole.name} = {parts};")
        return whole

    def _bounds(self, lanes: Lanes, position: int, one: Multiplier, rows: int) -> tuple[int, int]:
        """Return the bounds of a product, or of its first rows."""
        ends = []
        for step, (weight, correction) in enumerate(one.partial(rows)):
            low, high = lanes.bounds(position, one.lane, step)
            ends += [weight * low - correction, weight * high - correction]
        return min(ends), max(ends)


def library(name: str, *, dsp: bool) -> list[str]:
    """Return the module of a multiplier, named after an engine."""
    return _dsp_module(name) if dsp else _lut_module(name)


def _dsp_module(name: str) -> list[str]:
    return [
        '(* use_dsp = "yes" *)',
        f"module {name}_mul_dsp #(parameter A = 2, parameter B = 2, parameter P = 2) (",
        "  input wire clk,",
        "  input wire signed [A-1:0] a,",
        "  input wire signed [B-1:0] b,",
        "  output reg [P-1:0] p",
        ");",
        "  wire signed [A+B-1:0] product = a * b;",
        "  always @(posedge clk) p <= product[P-1:0];",
        "endmodule",
        "",
    ]


def _lut_module(name: str) -> list[str]:
    return [
        f"module {name}_mul_lut #(parameter A = 2, parameter P = 2, parameter S = 2) (",
        "  input wire clk,",
        "  input wire [A-1:0] a,",
        "  input wire [2:0] digit,",
        "  input wire signed [S-1:0] s,",
        "  output reg [P-1:0] p",
        ");",
        "  wire [A:0] once = {a[A-1], a} & {(A+1){digit[0]}};",
        "  wire [A:0] twice = {a, 1'b0} & {(A+1){digit[1]}};",
        "  wire signed [A:0] row = (once | twice) ^ {(A+1){digit[2]}};",
        "  wire signed [P+A+S:0] total = s + row;",
        "  always @(posedge clk) p <= total[P-1:0];",
        "endmodule",
        "",
    ]
