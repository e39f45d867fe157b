"""csim against a reference in exact fractions: no code of the package computes there."""

from dataclasses import replace
from pathlib import Path

import exact_layers
import numpy as np
import pytest
from joined_networks import joined, random_hardware, whole_range
from kind_networks import KINDS, Maker

from codesign.design.fixed_point import Integers
from codesign.design.hardware import Backend, Clock, HardwareConfig, IoType
from codesign.design.layers import Slice, UpSample
from codesign.design.network import QuantizedNetwork
from codesign.errors import InvalidDataError, InvalidDesignError, ToolFailedError, ValidationError
from codesign.firmware import compile_csim, csim, files_digest, generate

pytestmark = pytest.mark.csim
EVENTS = 8


def _exact(
    network: QuantizedNetwork, inputs: dict[str, Integers], events: int
) -> dict[str, Integers]:
    """Return every tensor of some events, computed in fractions."""
    made = [
        exact_layers.tensors(network, {name: values[event] for name, values in inputs.items()})
        for event in range(events)
    ]
    return {name: np.array([event[name] for event in made]) for name in made[0]}


def _assert_exact(network: QuantizedNetwork, hardware: HardwareConfig, folder: Path) -> None:
    """Simulate 100 events, and hold the first ones against fractions, tensor by tensor."""
    inputs = whole_range(network, events=100)
    found = csim(generate(network, hardware, folder), network, inputs, layers=True)

    expected = _exact(network, inputs, EVENTS)
    assert set(found) == {*network.outputs, *(layer.name for layer in network.layers)}
    for name, values in found.items():
        np.testing.assert_array_equal(values[:EVENTS], expected[name], err_msg=name)
        assert values.dtype == np.int64
        assert values.shape == (100, *network.shape(name))


def test_dense_layers_and_every_rounding_and_overflow_are_exact(
    dense_network: QuantizedNetwork, hls_hardware: HardwareConfig, tmp_path: Path
) -> None:
    _assert_exact(dense_network, hls_hardware, tmp_path / "a project")


@pytest.mark.parametrize(
    ("backend", "io_type"),
    [
        (Backend.VITIS, IoType.PARALLEL),
        (Backend.VIVADO, IoType.STREAM),
        pytest.param(Backend.VIVADO, IoType.PARALLEL, marks=pytest.mark.slow),
        pytest.param(Backend.VITIS, IoType.STREAM, marks=pytest.mark.slow),
    ],
)
def test_every_kind_of_layer_is_exact(
    softmax_network: QuantizedNetwork, backend: Backend, io_type: IoType, tmp_path: Path
) -> None:
    network = joined([softmax_network, *(kind() for kind in KINDS)])
    rng = np.random.default_rng(1)
    hardware = random_hardware(rng, network, backend=backend, io_type=io_type)

    _assert_exact(network, hardware, tmp_path / "project")


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

    def test_shared_headers_are_compiled_once_and_change_no_byte_of_the_program(
        self,
        small_network: QuantizedNetwork,
        vitis: HardwareConfig,
        tmp_path: Path,
    ) -> None:
        project = generate(small_network, vitis, tmp_path / "one")
        program = compile_csim(project)
        alone = program.read_bytes()
        program.unlink()

        shared = compile_csim(project, headers=tmp_path / "headers").read_bytes()
        (compiled,) = (tmp_path / "headers").glob("*.gch")
        compiled_at = compiled.stat().st_mtime_ns
        other = generate(small_network, replace(vitis, reuse_factor=2), tmp_path / "two")
        compile_csim(other, headers=tmp_path / "headers")

        assert shared == alone
        assert [p.name for p in (tmp_path / "headers").glob("*.gch")] == [compiled.name]
        assert compiled.stat().st_mtime_ns == compiled_at
        log = Path(other.path) / "build" / "csim-compile.log"
        assert f"-include {compiled.with_suffix('')}" in log.read_text("utf-8")

    def test_progress_ends_with_all_events(
        self, small_network: QuantizedNetwork, vitis: HardwareConfig, folder: Path
    ) -> None:
        project = generate(small_network, vitis, folder)
        seen: list[tuple[int, int]] = []

        csim(
            project,
            small_network,
            whole_range(small_network, events=1000)["x"],
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
        inputs = whole_range(small_network, events=EVENTS)

        with pytest.raises(ValidationError, match="not those that were generated"):
            csim(project, small_network, inputs["x"])
        forced = replace(project, digest=files_digest(Path(project.path)))
        found = csim(forced, small_network, inputs["x"])

        assert (found["relu_1"] != _exact(small_network, inputs, EVENTS)["relu_1"]).any()

    def test_tensors_may_be_larger_than_the_usual_stack(
        self, vitis: HardwareConfig, tmp_path: Path
    ) -> None:
        made = Maker((1, 1, 1), "fixed<40,20>")
        made.add(UpSample, "huge", precision="fixed<40,20>", factors=(1200, 1200))
        made.add(Slice, "corner", "huge", "fixed<40,20>", shape=(1200, 1, 1), axis=1, start=7)
        network = made.network("stack")
        inputs = whole_range(network, events=3)

        found = csim(generate(network, vitis, tmp_path / "project"), network, inputs)

        np.testing.assert_array_equal(found["corner"][:, :1], inputs["x"])

    def test_a_compiler_error_shows_the_log(
        self, small_network: QuantizedNetwork, vitis: HardwareConfig, tmp_path: Path
    ) -> None:
        project = generate(small_network, vitis, tmp_path / "project")
        (Path(project.path) / "csim_main.cpp").write_text("int main( {", encoding="utf-8")
        broken = replace(project, digest=files_digest(Path(project.path)))

        with pytest.raises(ToolFailedError, match=r"(?s)csim-compile\.log.*error"):
            compile_csim(broken)

        assert list((Path(project.path) / "build").glob("*csim-*[!g]")) == []
