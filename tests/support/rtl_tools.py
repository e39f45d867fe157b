"""Skip what needs a simulator that is not there, with its name."""

import pytest

from codesign.errors import ToolNotFoundError
from codesign.toolchain.simulators import find_ghdl, find_icarus, find_verilator
from codesign.validation.rtl import Simulator

_FINDERS = {
    Simulator.VERILATOR: find_verilator,
    Simulator.ICARUS: find_icarus,
    Simulator.GHDL: find_ghdl,
}


def need(simulator):
    """Return a simulator, or skip the test with the reason why it cannot be run."""
    try:
        _FINDERS[simulator]()
    except ToolNotFoundError as error:
        pytest.skip(str(error))
    return simulator
