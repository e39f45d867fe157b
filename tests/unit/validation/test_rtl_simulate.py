"""Small designs written by hand: right ones pass, each wrong one is named for what it is."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rtl_designs import (
    chain_project,
    dense_network,
    linear_events,
    linear_project,
    port,
    stream_project,
)
from rtl_tools import need

from codesign.design.precision import Precision
from codesign.emulator import emulate
from codesign.errors import (
    InvalidDataError,
    InvalidDesignError,
    ToolFailedError,
    ToolNotFoundError,
    ValidationError,
)
from codesign.validation.rtl import Pattern, SimulationOptions, Simulator, simulate

pytestmark = pytest.mark.rtl
ICARUS = SimulationOptions(simulator=Simulator.ICARUS)
VERILATOR = SimulationOptions(simulator=Simulator.VERILATOR)


@pytest.mark.parametrize(
    ("latency", "interval", "simulator"),
    [
        (3, 1, Simulator.ICARUS),
        (1, 1, Simulator.ICARUS),
        (5, 4, Simulator.ICARUS),
        (3, 1, Simulator.VERILATOR),
        (5, 4, Simulator.VERILATOR),
    ],
)
def test_a_right_design_gives_the_emulators_bits_on_schedule(
    latency: int, interval: int, simulator: Simulator, tmp_path: Path
) -> None:
    need(simulator)
    network, project = linear_project(tmp_path, latency=latency, interval=interval)
    events = linear_events(5000)
    expected = emulate(network, events)

    for pattern in Pattern:
        found = simulate(
            project,
            network,
            events,
            pattern=pattern,
            options=SimulationOptions(simulator=simulator),
        )

        np.testing.assert_array_equal(found.outputs["y"], expected[found.events])
        assert found.latency_cycles == latency
        measured = interval if pattern is Pattern.BACK_TO_BACK else None
        assert found.initiation_interval == measured
        if pattern is not Pattern.RESET_IN_FLIGHT:
            np.testing.assert_array_equal(found.events, np.arange(5000))
        else:
            assert (len(found.events) < 5000) == (latency > 1)


def test_an_event_may_be_several_beats(tmp_path: Path) -> None:
    need(Simulator.ICARUS)
    network, project = stream_project(tmp_path)
    events = np.random.default_rng(0).integers(-32, 32, (1000, 2, 2, 3))

    for pattern in Pattern:
        found = simulate(project, network, events, pattern=pattern, options=ICARUS)

        np.testing.assert_array_equal(found.outputs["y"], events[found.events])
        assert found.latency_cycles == 3
        assert found.initiation_interval in {8, None}
        assert (len(found.events) < 1000) == (pattern is Pattern.RESET_IN_FLIGHT)


@pytest.mark.parametrize(
    ("scheduled", "message"),
    [
        ({"latency_cycles": 4}, r"latency: 3 measured, 4 scheduled"),
        ({"initiation_interval": 4}, r"initiation interval: 8 measured, 4 scheduled"),
    ],
)
def test_a_stream_off_its_schedule_is_named(scheduled, message, tmp_path: Path) -> None:
    need(Simulator.ICARUS)
    network, project = stream_project(tmp_path, scheduled=scheduled)

    with pytest.raises(ValidationError, match=message):
        simulate(project, network, np.zeros((9, 2, 2, 3), dtype=np.int64), options=ICARUS)


@pytest.mark.parametrize("simulator", [Simulator.ICARUS, Simulator.VERILATOR])
def test_tensors_inside_of_the_design_come_out_when_asked_for(
    simulator: Simulator, tmp_path: Path
) -> None:
    need(simulator)
    network, project = chain_project(tmp_path, wrong=1)
    events = linear_events(200)
    options = SimulationOptions(simulator=simulator, layers=True)

    found = simulate(project, network, events, options=options)

    flipped = events.copy()
    flipped[:, 1] ^= 1
    np.testing.assert_array_equal(found.layers["a"], events)
    np.testing.assert_array_equal(found.layers["b"], flipped)
    np.testing.assert_array_equal(found.outputs["c"], flipped)


_LATENCY = r"latency: 3 measured, {} scheduled \(cycles\), first at event 0"
_UNKNOWN = r"out_valid has no value \(X\) in cycle \d+, after reset; a register that rst should set"
_STALE = r"a stale result \d+ cycles after reset .* rst must clear every valid bit"
_FAULTS = {
    "later than scheduled": ({"scheduled": {"latency_cycles": 2}}, _LATENCY.format(2)),
    "earlier than scheduled": ({"scheduled": {"latency_cycles": 4}}, _LATENCY.format(4)),
    "slower than scheduled": (
        {"interval": 2, "scheduled": {"initiation_interval": 1}},
        r"initiation interval: 2 measured, 1 scheduled",
    ),
    "faster than scheduled": (
        {"scheduled": {"initiation_interval": 2}},
        r"initiation interval: 1 measured, 2 scheduled",
    ),
    "latency depends on data": (
        {"out_valid": "stage[2][0] ? valid[2] : valid[1]"},
        r"latency: 2 measured, 3 scheduled",
    ),
    "never ready": ({"ready": "1'b0"}, r"in_ready stays low for event 0, expected it high once"),
    "loses events": (
        {"out_valid": "valid[2] && stage[2][4:0] != 0"},
        r"event 67 went in in cycle 69 and did not come out 3 cycles later; \d+ of \d+ events",
    ),
    "answers twice": ({"out_valid": "valid[2] || valid[1]"}, r"a stale result|events out already"),
}


@pytest.mark.parametrize("fault", list(_FAULTS))
def test_a_broken_schedule_is_named(fault: str, tmp_path: Path) -> None:
    need(Simulator.ICARUS)
    change, message = _FAULTS[fault]
    network, project = linear_project(tmp_path, **change)

    with pytest.raises(ValidationError, match=message):
        simulate(project, network, linear_events(1000), options=ICARUS)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"on_reset": "phase <= 0;"}, _UNKNOWN),
        ({"on_reset": "valid <= 0;"}, r"in_ready has no value \(X\)"),
        ({"out": "{stage[2][27:1], 1'bx}"}, r"output y of event 0 has bits without a value \(X\)"),
    ],
)
def test_registers_without_a_value_are_named(change, message, tmp_path: Path) -> None:
    need(Simulator.ICARUS)
    network, project = linear_project(tmp_path, **change)

    with pytest.raises(ValidationError, match=message):
        simulate(project, network, linear_events(100), options=ICARUS)


def test_results_left_over_by_a_reset_are_named(tmp_path: Path) -> None:
    need(Simulator.VERILATOR)
    network, project = linear_project(tmp_path, on_reset="valid <= valid & 3'b010; phase <= 0;")
    events = linear_events(500)

    simulate(project, network, events, options=VERILATOR)
    with pytest.raises(ValidationError, match=_STALE + r".*reset_in_flight"):
        simulate(project, network, events, pattern=Pattern.RESET_IN_FLIGHT, options=VERILATOR)


def test_a_valid_bit_without_reset_is_named_by_a_compiled_simulation_too(tmp_path: Path) -> None:
    need(Simulator.VERILATOR)
    network, project = linear_project(tmp_path, on_reset="phase <= 0;", latency=5)

    with pytest.raises(ValidationError, match="rst must clear every valid bit"):
        simulate(project, network, linear_events(100), options=VERILATOR)


@pytest.mark.parametrize("options", [ICARUS, VERILATOR], ids=["icarus", "verilator"])
def test_sources_that_do_not_compile_show_the_end_of_the_log(
    options: SimulationOptions, tmp_path: Path
) -> None:
    need(options.simulator)
    network, project = linear_project(tmp_path, y0="x0 *")

    with pytest.raises(ToolFailedError, match=r"(?s)ended with status.*top\.v:6.*syntax error"):
        simulate(project, network, linear_events(10), options=options)

    assert not list((tmp_path / "build").glob("rtl-????????????????"))
    assert not list((tmp_path / "build").glob("*.vvp"))


def test_a_path_with_spaces_and_quotes_is_no_problem(tmp_path: Path) -> None:
    need(Simulator.VERILATOR)
    network, project = linear_project(tmp_path / "my 'own' $project")
    events = linear_events(100)

    found = simulate(project, network, events, options=VERILATOR)

    np.testing.assert_array_equal(found.outputs["y"], emulate(network, events))


def test_the_compiled_simulator_is_kept(tmp_path: Path) -> None:
    need(Simulator.VERILATOR)
    network, project = linear_project(tmp_path)
    told: list[str] = []

    for _ in range(2):
        simulate(
            project,
            network,
            linear_events(10),
            options=VERILATOR,
            progress=lambda done, total, what: told.append(what),
        )

    compiled = [index for index, what in enumerate(told) if what == "C++ files compiled"]
    ran = [index for index, what in enumerate(told) if what == "events through RTL, back_to_back"]
    assert compiled
    assert max(compiled) < min(ran)
    assert len(ran) == 2
    assert len(list((tmp_path / "build").glob("rtl-????????????????"))) == 1


def test_a_simulation_ends_at_its_time_limit(tmp_path: Path) -> None:
    need(Simulator.ICARUS)
    network, project = linear_project(tmp_path)
    options = replace(ICARUS, timeout_s=0.2)

    with pytest.raises(ToolFailedError, match=r"was ended after its time limit of 0\.\d+ s"):
        simulate(project, network, linear_events(200_000), options=options)


def test_icarus_takes_over_where_there_is_no_verilator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need(Simulator.ICARUS)
    monkeypatch.setenv("CODESIGN_VERILATOR", "/no/verilator")
    network, project = linear_project(tmp_path)
    events = linear_events(50)

    found = simulate(project, network, events)

    assert found.simulator[0] == "icarus"
    np.testing.assert_array_equal(found.outputs["y"], emulate(network, events))
    with pytest.raises(ToolNotFoundError, match="CODESIGN_VERILATOR=/no/verilator is not a"):
        simulate(project, network, events, options=VERILATOR)


def test_no_simulator_at_all_names_what_each_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODESIGN_VERILATOR", "/no/verilator")
    monkeypatch.setenv("CODESIGN_IVERILOG", "/no/iverilog")
    network, project = linear_project(tmp_path)

    with pytest.raises(
        ToolNotFoundError,
        match=r"no simulator of Verilog: CODESIGN_VERILATOR=.*codesign\[rtl\].*CODESIGN_IVERILOG=",
    ):
        simulate(project, network, linear_events(10))


@pytest.mark.slow
def test_a_cache_that_cannot_be_written_is_no_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need(Simulator.VERILATOR)
    (tmp_path / "file").touch()
    monkeypatch.setenv("CODESIGN_CACHE", str(tmp_path / "file" / "cache"))
    network, project = linear_project(tmp_path / "project")
    events = linear_events(50)

    found = simulate(project, network, events, options=VERILATOR)

    np.testing.assert_array_equal(found.outputs["y"], emulate(network, events))


def test_changed_sources_are_refused(tmp_path: Path) -> None:
    network, project = linear_project(tmp_path)
    with (tmp_path / "rtl/top.v").open("a", encoding="utf-8") as stream:
        stream.write("// changed\n")

    with pytest.raises(ValidationError, match="are not those that were generated; generate"):
        simulate(project, network, linear_events(10))


def test_another_network_is_refused(tmp_path: Path) -> None:
    _, project = linear_project(tmp_path)

    with pytest.raises(InvalidDesignError, match="was generated from another network"):
        simulate(project, dense_network(name="other"), linear_events(10))


def test_ports_that_are_not_the_tensors_are_refused(tmp_path: Path) -> None:
    narrow = (port("y", Precision.from_text("fixed<13,8>"), 2),)
    network, project = linear_project(tmp_path, scheduled={"outputs": narrow})

    with pytest.raises(
        InvalidDesignError, match=r"port y has 1 beats of 2 signed elements of 13 bits, expected"
    ):
        simulate(project, network, linear_events(10))


def test_sources_outside_of_the_project_are_refused(tmp_path: Path) -> None:
    need(Simulator.ICARUS)
    (tmp_path / "top.v").touch()
    network, project = linear_project(
        tmp_path / "project", scheduled={"sources": ("rtl/top.v", "../top.v")}
    )

    with pytest.raises(InvalidDesignError, match=r"source '\.\./top.v' lies outside"):
        simulate(project, network, linear_events(10), options=ICARUS)


def test_the_wrong_simulator_names_the_right_one(tmp_path: Path) -> None:
    network, project = linear_project(tmp_path)

    with pytest.raises(InvalidDesignError, match="ghdl does not read verilog; use verilator"):
        simulate(
            project,
            network,
            linear_events(10),
            options=SimulationOptions(simulator=Simulator.GHDL),
        )


@pytest.mark.parametrize(
    ("events", "message"),
    [
        (np.zeros((4, 2), dtype=np.int64), r"int64 of shape \(4, 2\) found, expected .*3\)"),
        (np.zeros((4, 3)), r"float64 of shape \(4, 3\) found"),
        (np.full((4, 3), 99), r"hardware integers in \[99, 99\] leave fixed<6,3>, which holds"),
        (np.zeros((0, 3), dtype=np.int64), "inputs of {'x': 0} events given"),
    ],
)
def test_events_of_the_wrong_kind_are_refused(events, message, tmp_path: Path) -> None:
    network, project = linear_project(tmp_path)

    with pytest.raises(InvalidDataError, match=message):
        simulate(project, network, events)
