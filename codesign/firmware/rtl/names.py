"""Names in the sources: no word of a language, none twice, whatever layers are called."""

from codesign.design.names import is_hdl_word

PORTS = ("clk", "rst", "in_valid", "in_ready", "out_valid", "version")
"""Of every top module."""


class Names:
    """Names that are taken; letter case does not tell names apart, as in VHDL and on some disks."""

    def __init__(self, *taken: str) -> None:
        self._taken = {name.lower() for name in taken}

    def new(self, wanted: str) -> str:
        """Return a name that is free: the wanted one, or that with a number behind it."""
        name, number = wanted, 1
        while name.lower() in self._taken or is_hdl_word(name):
            number += 1
            name = f"{wanted}_{number}"
        self._taken.add(name.lower())
        return name
