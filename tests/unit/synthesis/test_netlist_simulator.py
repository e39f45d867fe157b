"""The netlist simulator on netlists written by hand, and what it refuses."""

import json
from pathlib import Path

import numpy as np
import pytest
import verilog_projects as made
from hypothesis import given
from hypothesis import strategies as st

from codesign.errors import InvalidDesignError, ReportError, ValidationError
from codesign.synthesis.netlist.count import count
from codesign.synthesis.netlist.drive import run_events
from codesign.synthesis.netlist.flatten import FlatNetlist, flatten
from codesign.synthesis.netlist.gates import pack, unpack
from codesign.synthesis.netlist.machine import Machine
from codesign.synthesis.netlist.read import Cell, Netlist, Port, read_netlist

LANES = 256
RANDOM = np.random.default_rng(3)


def _netlist(cells, *, inputs, outputs, module="m") -> Netlist:
    ports = [Port(name=n, is_input=True, bits=tuple(b)) for n, b in inputs.items()]
    ports += [Port(name=n, is_input=False, bits=tuple(b)) for n, b in outputs.items()]
    made_cells = tuple(
        Cell(f"c{index}", kind, parameters, pins)
        for index, (kind, parameters, pins) in enumerate(cells)
    )
    return Netlist(module=module, ports=tuple(ports), cells=made_cells)


def _computed(netlist: Netlist, **inputs):
    """Return the outputs of gates as bits of shape (bits, lanes)."""
    machine = Machine(flatten(netlist), words=LANES // 64)
    machine.evaluate({name: pack(bits) for name, bits in inputs.items()})
    return {
        port.name: unpack(machine.output(port.name), LANES)
        for port in netlist.ports
        if not port.is_input
    }


def _bits(count: int):
    return RANDOM.integers(0, 2, (count, LANES)).astype(bool)


def _number(bits):
    return sum(row.astype(int) << index for index, row in enumerate(bits))


@pytest.mark.parametrize("size", range(1, 7))
def test_a_table_gives_the_entry_that_its_inputs_point_at(size: int) -> None:
    entries = RANDOM.integers(0, 2, 2**size)
    text = "".join(map(str, reversed(entries.tolist())))
    pins = {f"I{index}": [2 + index] for index in range(size)}
    netlist = _netlist(
        [(f"LUT{size}", {"INIT": text}, {**pins, "O": [20]})],
        inputs={"a": range(2, 2 + size)},
        outputs={"y": [20]},
    )
    a = _bits(size)

    np.testing.assert_array_equal(_computed(netlist, a=a)["y"][0], entries[_number(a)])


def test_a_carry_chain_adds() -> None:
    # two cells of four bits; S is made by tables, DI is one operand
    a, b = range(2, 10), range(10, 18)
    tables = [
        ("LUT2", {"INIT": "0110"}, {"I0": [a[i]], "I1": [b[i]], "O": [20 + i]}) for i in range(8)
    ]
    carries = [
        (
            "CARRY4",
            {},
            {
                "CI": [43] if first else ["0"],
                "CYINIT": ["0"],
                "S": [20 + first + i for i in range(4)],
                "DI": [a[first + i] for i in range(4)],
                "O": [30 + first + i for i in range(4)],
                "CO": [40 + first + i for i in range(4)],
            },
        )
        for first in (0, 4)
    ]
    netlist = _netlist(
        tables + carries, inputs={"a": a, "b": b}, outputs={"y": [*range(30, 38), 47]}
    )
    one, two = _bits(8), _bits(8)

    found = _computed(netlist, a=one, b=two)["y"]

    np.testing.assert_array_equal(_number(found), _number(one) + _number(two))


def test_a_dsp_block_multiplies_signed_numbers() -> None:
    a, b = [*range(2, 10)], [*range(10, 16)]
    netlist = _netlist(
        [
            (
                "DSP48E2",
                {"AREG": "0", "MREG": "0"},
                {
                    "A": a + [a[-1]] * 22,
                    "B": b + [b[-1]] * 12,
                    "OPMODE": [*"101000000"],
                    "P": list(range(100, 148)),
                },
            )
        ],
        inputs={"a": a, "b": b},
        outputs={"p": range(100, 114)},
    )
    one, two = _bits(8), _bits(6)

    found = _computed(netlist, a=one, b=two)["p"]

    expected = (_number(one) ^ 128) - 128, (_number(two) ^ 32) - 32
    np.testing.assert_array_equal((_number(found) ^ 8192) - 8192, expected[0] * expected[1])


def test_a_wide_multiplexer_and_an_inverter() -> None:
    netlist = _netlist(
        [
            ("MUXF7", {}, {"I0": [2], "I1": [3], "S": [4], "O": [5]}),
            ("INV", {}, {"I": [5], "O": [6]}),
        ],
        inputs={"a": [2, 3, 4]},
        outputs={"y": [6]},
    )
    a = _bits(3)

    np.testing.assert_array_equal(_computed(netlist, a=a)["y"][0], ~np.where(a[2], a[1], a[0]))


@pytest.mark.parametrize(
    ("kind", "pin", "cleared"), [("FDRE", "R", 0), ("FDSE", "S", 1)], ids=["clear", "set"]
)
def test_a_flip_flop_is_cleared_before_it_is_enabled(kind: str, pin: str, cleared: int) -> None:
    netlist = _netlist(
        [(kind, {"INIT": "0"}, {"C": [2], "D": [3], "CE": [4], pin: [5], "Q": [6]})],
        inputs={"clk": [2], "d": [3], "ce": [4], "r": [5]},
        outputs={"q": [6]},
    )
    machine, state = Machine(flatten(netlist), words=LANES // 64), np.zeros(LANES, dtype=bool)
    for _ in range(4):
        d, ce, r = (_bits(1) for _ in range(3))
        machine.evaluate({"d": pack(d), "ce": pack(ce), "r": pack(r)})
        np.testing.assert_array_equal(unpack(machine.output("q"), LANES)[0], state)
        machine.clock()
        state = np.where(r[0], cleared, np.where(ce[0], d[0], state))


@pytest.mark.parametrize("kind", ["SRL16E", "SRLC32E"])
def test_a_shift_register_shows_the_place_of_its_address(kind: str) -> None:
    wide = kind == "SRLC32E"
    address = {"A": [4, 5, 6, 7, 8]} if wide else {f"A{i}": [4 + i] for i in range(4)}
    netlist = _netlist(
        [(kind, {"INIT": "x"}, {"CLK": [2], "D": [3], "CE": ["1"], **address, "Q": [9]})],
        inputs={"clk": [2], "d": [3], "a": range(4, 9)},
        outputs={"q": [9]},
    )
    machine, history = Machine(flatten(netlist), words=LANES // 64), []
    for _ in range(32):
        d = _bits(1)
        machine.evaluate({"d": pack(d), "a": pack(_bits(5))})
        machine.clock()
        history.insert(0, d[0])
    a = _bits(5)
    if not wide:
        a[4] = False

    machine.evaluate({"a": pack(a)})

    expected = np.array(history)[_number(a), np.arange(LANES)]
    np.testing.assert_array_equal(unpack(machine.output("q"), LANES)[0], expected)


def test_registers_without_a_given_value_start_at_random() -> None:
    netlist = _netlist(
        [("FDRE", {"INIT": "x"}, {"C": [2], "D": [3], "CE": ["1"], "R": ["0"], "Q": [4]})],
        inputs={"clk": [2], "d": [3]},
        outputs={"q": [4]},
    )
    machine = Machine(flatten(netlist), words=LANES // 64, seed=1)

    assert 0.3 < unpack(machine.output("q"), LANES).mean() < 0.7


def test_a_module_is_put_in_with_its_constants_and_its_wires() -> None:
    inner = _netlist(
        [("INV", {}, {"I": [2], "O": [3]})],
        module="inner",
        inputs={"a": [2, 4]},
        outputs={"y": [3, 4, "1"]},
    )
    pins = {"a": [2, 3], "y": [5, 6, 7]}
    top = _netlist([("inner", {}, pins)], inputs={"a": [2, 3]}, outputs={"y": [5, 6, 7]})
    machine, a = Machine(flatten(top, {"inner": inner}), words=LANES // 64), _bits(2)

    machine.evaluate({"a": pack(a)})

    found = unpack(machine.output("y"), LANES)
    np.testing.assert_array_equal(found, [~a[0], a[1], np.ones(LANES, dtype=bool)])


def test_a_module_of_another_width_is_refused() -> None:
    inner = _netlist([], module="inner", inputs={"a": [2, 3]}, outputs={})
    top = _netlist([("inner", {}, {"a": [2]})], inputs={"a": [2]}, outputs={})

    with pytest.raises(ReportError, match="port a of inner is 2 bits wide, 1 are connected"):
        flatten(top, {"inner": inner})


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([("FDCE", {}, {"C": [2], "D": [3], "Q": [4]})], "does not know FDCE"),
        ([("LUT4", {"INIT": "0"}, {"A": [2], "Z": [4]})], "LUT4 with pins A, Z"),
        ([("DSP48E2", {"AREG": "1"}, {"P": [4]})], "DSP48E2 with AREG = 1"),
        ([("DSP48E2", {}, {"OPMODE": [*"101001000"], "P": [4]})], "OPMODE other than 101"),
        (
            [("FDRE", {"IS_C_INVERTED": "1"}, {"C": [2], "D": [3], "Q": [4]})],
            "FDRE with IS_C_INVERTED",
        ),
        ([("FDRE", {}, {"C": [3], "D": [2], "Q": [4]})], "clocked by a, not by clk only"),
        (
            [("INV", {}, {"I": [4], "O": [5]}), ("INV", {}, {"I": [5], "O": [4]})],
            "2 cells read each other in a circle",
        ),
        (
            [("INV", {}, {"I": [3], "O": [4]}), ("INV", {}, {"I": [3], "O": [4]})],
            "driven twice",
        ),
    ],
)
def test_what_cannot_be_simulated_is_refused_by_name(cells, message: str) -> None:
    netlist = _netlist(cells, inputs={"clk": [2], "a": [3]}, outputs={"y": [4]})

    with pytest.raises(ReportError, match=message):
        Machine(flatten(netlist), words=1)


def _wires(cells, **outputs) -> FlatNetlist:
    """Return a design whose ports are those of the protocol, y joined to a."""
    a, b = range(10, 18), range(20, 28)
    inputs = {"clk": [2], "rst": [3], "in_valid": [4], "a": a, "b": b}
    shown = {"in_ready": ["1"], "out_valid": [4], "y": [*a, a[-1]], **outputs}
    return flatten(_netlist(cells, inputs=inputs, outputs=shown))


def test_events_come_back_in_order_with_the_latency_of_the_netlist() -> None:
    numbers = RANDOM.integers(-128, 128, (2, 100, 1))

    run = run_events(_wires([]), made.design(), list(numbers), events_a_lane=7)

    np.testing.assert_array_equal(run.outputs[0], numbers[0])
    assert (run.latency_cycles, run.initiation_interval, run.lanes) == (0, 1, 15)


def test_a_handshake_that_depends_on_data_is_found() -> None:
    numbers = RANDOM.integers(-128, 128, (2, 100, 1))

    with pytest.raises(ValidationError, match="in_ready differs between lanes"):
        run_events(_wires([], in_ready=[10]), made.design(), list(numbers))


def test_results_that_never_come_are_not_waited_for() -> None:
    numbers = RANDOM.integers(-128, 128, (2, 100, 1))

    with pytest.raises(ValidationError, match="0 of 4 results came within"):
        run_events(_wires([], out_valid=["0"]), made.design(), list(numbers))


@pytest.mark.parametrize(
    ("events", "message"),
    [
        ([np.zeros((5, 1), int), np.zeros((4, 1), int)], "inputs of 5, 4 events"),
        ([np.zeros((5, 2), int)] * 2, r"input a is of shape \(5, 2\)"),
        ([np.zeros((5, 1))] * 2, "type float64"),
        ([np.full((5, 1), 128)] * 2, "outside of its 8 bits"),
    ],
)
def test_events_that_do_not_fit_are_refused(events, message: str) -> None:
    with pytest.raises(InvalidDesignError, match=message):
        run_events(_wires([]), made.design(), events)


@given(st.integers(1, 5), st.integers(1, 200), st.integers(0, 2**32 - 1))
def test_lanes_survive_packing(rows: int, lanes: int, seed: int) -> None:
    bits = np.random.default_rng(seed).integers(0, 2, (rows, lanes)).astype(bool)

    np.testing.assert_array_equal(unpack(pack(bits), lanes), bits)


def test_two_small_tables_share_a_site() -> None:
    def table(size, pins, output):
        named = {f"I{index}": [pin] for index, pin in enumerate(pins)}
        return (f"LUT{size}", {"INIT": "0"}, {**named, "O": [output]})

    cells = [
        table(2, [2, 3], 20),
        table(2, [2, 3], 21),
        table(6, [2, 3, 4, 5, 6, 7], 22),
        table(5, [2, 3, 4, 5, 6], 23),
        table(3, [7, 8, 9], 24),
        ("INV", {}, {"I": [2], "O": [25]}),
        ("RAMB36E2", {}, {}),
        ("SRL16E", {}, {}),
    ]
    found = count(_netlist(cells, inputs={}, outputs={}))

    assert found.lut_by_size == (0, 2, 1, 0, 1, 1)
    assert (found.lut, found.packed_lut, found.inverters, found.bram_18k) == (6, 5, 1, 2)


def test_a_netlist_survives_its_file(tmp_path: Path) -> None:
    cell = {"type": "INV", "parameters": {}, "connections": {"I": [2], "O": [3]}}
    port = {"direction": "input", "bits": [2, "0"]}
    path = tmp_path / "netlist.json"
    path.write_text(
        json.dumps({"modules": {"m": {"ports": {"a": port}, "cells": {"c": cell}}}}),
        encoding="utf-8",
    )

    found = read_netlist(path, module="m")

    assert found.port("a").bits == (2, "0")
    assert [(c.kind, c.pins["O"]) for c in found.cells] == [("INV", [3])]
    with pytest.raises(ReportError, match="no port b; it has a"):
        found.port("b")
