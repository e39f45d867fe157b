"""csim against a reference of its own, in exact fractions: no code of the package computes here."""

from dataclasses import replace
from fractions import Fraction
from math import floor
from pathlib import Path

import numpy as np
import pytest

from codesign.design.fixed_point import Integers
from codesign.design.hardware import Backend, Clock, HardwareConfig
from codesign.design.layers import Dense, Function, Softmax
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Overflow, Precision, Rounding
from codesign.errors import InvalidDataError, InvalidDesignError, ToolFailedError, ValidationError
from codesign.firmware import compile_csim, csim, files_digest, generate

pytestmark = pytest.mark.csim
Values = dict[str, list[Fraction]]


def _round(scaled: Fraction, rounding: Rounding) -> int:
    below = floor(scaled)
    half = scaled - below == Fraction(1, 2)
    nearest = floor(scaled + Fraction(1, 2))
    match rounding:
        case Rounding.TRN:
            return below
        case Rounding.TRN_ZERO:
            return int(scaled)
        case Rounding.RND:
            return nearest
        case Rounding.RND_CONV:
            return below + (below & 1) if half else nearest
        case Rounding.RND_ZERO:
            return (below if scaled > 0 else below + 1) if half else nearest
        case Rounding.RND_INF:
            return (below + 1 if scaled > 0 else below) if half else nearest
        case Rounding.RND_MIN_INF:
            return below if half else nearest


def _overflow(number: int, precision: Precision) -> int:
    high = 2 ** (precision.width - precision.signed) - 1
    low = -(high + 1) if precision.signed else 0
    if precision.overflow is Overflow.SAT_SYM and precision.signed:
        low = -high
    if low <= number <= high:
        return number
    match precision.overflow:
        case Overflow.SAT | Overflow.SAT_SYM:
            return high if number > high else low
        case Overflow.SAT_ZERO:
            return 0
        case Overflow.WRAP:
            number %= 2**precision.width
            return number - 2**precision.width if number > high else number


def _put(value: Fraction, precision: Precision) -> int:
    scaled = value * Fraction(2) ** (precision.width - precision.integer)
    return _overflow(_round(scaled, precision.rounding), precision)


def _value(number: int, precision: Precision) -> Fraction:
    return number / Fraction(2) ** (precision.width - precision.integer)


def _layer(layer: object, data: list[Fraction]) -> list[Fraction]:
    """Return the exact results of a layer before they are put on its grid."""
    if isinstance(layer, Dense):
        kernel, bias = layer.kernel, layer.bias
        sums = [_value(int(b), bias.precision) for b in bias.values]
        for value, row in zip(data, kernel.values, strict=True):
            for j, weight in enumerate(row):
                sums[j] += value * _value(int(weight), kernel.precision)
        accumulator = layer.accumulator
        return [_value(_put(total, accumulator), accumulator) for total in sums]
    if isinstance(layer, Softmax):
        terms = []
        for value in data:
            address = _put(max(data) - value, layer.difference)
            number = int(layer.exponentials.values[address])
            terms.append(_value(number, layer.exponentials.precision))
        place = _put(sum(terms, Fraction(0)), layer.total)
        inverse = _value(int(layer.inverses.values[place]), layer.inverses.precision)
        return [term * inverse for term in terms]
    match getattr(layer, "function", None):
        case Function.RELU:
            return [max(Fraction(0), value) for value in data]
        case Function.HARD_SIGMOID:
            return [
                min(Fraction(1), max(Fraction(0), value / 2 + Fraction(1, 2))) for value in data
            ]
        case _:
            return data


def _reference(network: QuantizedNetwork, inputs: dict[str, Integers]) -> dict[str, Integers]:
    """Return the hardware integers of every layer."""
    events = len(next(iter(inputs.values())))
    found: dict[str, list[list[int]]] = {layer.name: [] for layer in network.layers}
    for event in range(events):
        values: Values = {
            tensor.name: [_value(int(n), tensor.precision) for n in inputs[tensor.name][event]]
            for tensor in network.inputs
        }
        for layer in network.layers:
            numbers = [_put(v, layer.precision) for v in _layer(layer, values[layer.inputs[0]])]
            found[layer.name].append(numbers)
            values[layer.name] = [_value(n, layer.precision) for n in numbers]
    return {name: np.array(rows, dtype=np.int64) for name, rows in found.items()}


def _events(network: QuantizedNetwork, events: int) -> dict[str, Integers]:
    """Return random hardware integers over the whole range, its two ends among them."""
    rng = np.random.default_rng(0)
    made = {}
    for tensor in network.inputs:
        low, high = tensor.precision.min_hw, tensor.precision.max_hw
        values = rng.integers(low, high + 1, (events, *tensor.shape))
        values[0], values[1] = low, high
        made[tensor.name] = values
    return made


def test_dense_layers_and_every_rounding_and_overflow_are_exact(
    dense_network: QuantizedNetwork, hardware: HardwareConfig, tmp_path: Path
) -> None:
    project = generate(dense_network, hardware, tmp_path / "a project")
    inputs = _events(dense_network, 300)

    found = csim(project, dense_network, inputs["x"], layers=True)

    expected = _reference(dense_network, inputs)
    assert set(found) == set(expected)
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values, err_msg=name)
        assert found[name].dtype == np.int64
    assert len(np.unique(expected["dense_2"])) > 50


def test_softmax_tables_and_hard_sigmoids_are_exact(
    softmax_network: QuantizedNetwork, backend: Backend, tmp_path: Path
) -> None:
    hardware = HardwareConfig(device="vu13p", clock=Clock(period_ns=5.0), backend=backend)
    project = generate(softmax_network, hardware, tmp_path / "project")
    inputs = _events(softmax_network, 300)

    found = csim(project, softmax_network, inputs)

    expected = _reference(softmax_network, inputs)
    assert list(found) == list(softmax_network.outputs)
    for name, values in found.items():
        np.testing.assert_array_equal(values, expected[name], err_msg=name)
    assert len(np.unique(found["softmax"])) > 20


class TestOneProject:
    """What needs one compiled project only."""

    @pytest.fixture(scope="class")
    @staticmethod
    def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
        return tmp_path_factory.mktemp("csim") / "project"

    @pytest.fixture
    @staticmethod
    def vitis() -> HardwareConfig:
        return HardwareConfig(device="vu13p", clock=Clock(period_ns=5.0))

    @pytest.fixture
    @staticmethod
    def small_network(dense_network: QuantizedNetwork) -> QuantizedNetwork:
        return replace(dense_network, layers=dense_network.layers[:2], outputs=("relu_1",))

    def test_the_program_is_compiled_once(
        self, small_network: QuantizedNetwork, vitis: HardwareConfig, folder: Path
    ) -> None:
        project = generate(small_network, vitis, folder)

        program = compile_csim(project)
        compiled_at = program.stat().st_mtime_ns
        again = compile_csim(generate(small_network, vitis, folder))

        assert again == program
        assert again.stat().st_mtime_ns == compiled_at
        assert [path.name for path in program.parent.glob(".*")] == []

    def test_progress_ends_with_all_events(
        self, small_network: QuantizedNetwork, vitis: HardwareConfig, folder: Path
    ) -> None:
        project = generate(small_network, vitis, folder)
        seen: list[tuple[int, int]] = []

        csim(
            project,
            small_network,
            _events(small_network, 1000)["x"],
            progress=lambda done, total, _: seen.append((done, total)),
        )

        assert len(seen) > 1
        assert seen[-1] == (1000, 1000)

    def test_no_events_give_empty_tensors(
        self, small_network: QuantizedNetwork, vitis: HardwareConfig, folder: Path
    ) -> None:
        project = generate(small_network, vitis, folder)

        found = csim(project, small_network, np.empty((0, 6), dtype=np.int64))

        assert found["relu_1"].shape == (0, 8)

    @pytest.mark.parametrize(
        ("inputs", "message"),
        [
            (np.full((2, 6), 32), r"input x: .*\[32, 32\] leave fixed<6,3.*\[-32, 31\]"),
            (np.zeros((2, 5), dtype=np.int64), r"shape \(2, 5\) found, expected \(events, 6"),
            (np.zeros(6, dtype=np.int64), r"shape \(6,\) found"),
            (np.zeros((2, 6)), r"dtype float64 found, expected hardware integers"),
            ({"y": np.zeros((2, 6), dtype=np.int64)}, r"inputs y given, expected x"),
        ],
    )
    def test_inputs_that_the_hardware_cannot_receive_are_refused(
        self,
        small_network: QuantizedNetwork,
        vitis: HardwareConfig,
        folder: Path,
        inputs: Integers,
        message: str,
    ) -> None:
        project = generate(small_network, vitis, folder)

        with pytest.raises(InvalidDataError, match=message):
            csim(project, small_network, inputs)

    def test_a_project_of_another_network_is_refused(
        self, small_network: QuantizedNetwork, vitis: HardwareConfig, folder: Path
    ) -> None:
        project = generate(small_network, vitis, folder)

        with pytest.raises(InvalidDesignError, match="generated from another network"):
            csim(project, replace(small_network, name="other"), np.zeros((1, 6), dtype=np.int64))

    def test_the_time_limit_holds_for_all_events(
        self, small_network: QuantizedNetwork, vitis: HardwareConfig, folder: Path
    ) -> None:
        project = generate(small_network, vitis, folder)

        with pytest.raises(ToolFailedError, match="time limit"):
            csim(project, small_network, np.zeros((100_000, 6), dtype=np.int64), timeout_s=0.2)

    def test_a_flipped_weight_is_refused_and_seen_when_forced(
        self, small_network: QuantizedNetwork, vitis: HardwareConfig, tmp_path: Path
    ) -> None:
        project = generate(small_network, vitis, tmp_path / "project")
        weights = Path(project.path) / "firmware" / "weights" / "w2.h"
        text = weights.read_text(encoding="utf-8")
        values = text[text.index("{") + 1 : text.index("}")]
        first, rest = values.split(", ", 1)
        flipped = f"{float(first) + (0.125 if float(first) < 0 else -0.125):.3f}"
        weights.write_text(text.replace(values, f"{flipped}, {rest}"), encoding="utf-8")
        inputs = _events(small_network, 300)

        with pytest.raises(ValidationError, match="not those that were generated"):
            csim(project, small_network, inputs["x"])
        forced = replace(project, digest=files_digest(Path(project.path)))
        found = csim(forced, small_network, inputs["x"])

        assert (found["relu_1"] != _reference(small_network, inputs)["relu_1"]).any()

    def test_a_compiler_error_shows_the_log(
        self, small_network: QuantizedNetwork, vitis: HardwareConfig, tmp_path: Path
    ) -> None:
        project = generate(small_network, vitis, tmp_path / "project")
        (Path(project.path) / "csim_main.cpp").write_text("int main( {", encoding="utf-8")
        broken = replace(project, digest=files_digest(Path(project.path)))

        with pytest.raises(ToolFailedError, match=r"(?s)csim-compile\.log.*error"):
            compile_csim(broken)

        assert list((Path(project.path) / "build").glob("*csim-*[!g]")) == []
