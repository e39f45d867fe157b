"""The frame of a VHDL design unit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LIBRARIES = "library ieee;\nuse ieee.std_logic_1164.all;\nuse ieee.numeric_std.all;\n"


@dataclass(frozen=True, slots=True)
class Port:
    """A port of an entity.

    Attributes:
        name: Its name.
        mode: ``"in"`` or ``"out"``.
        bits: Its width, None for a single wire.
    """

    name: str
    mode: str
    bits: int | None = None

    @property
    def type_name(self) -> str:
        """Its type."""
        return "std_logic" if self.bits is None else f"std_logic_vector({self.bits - 1} downto 0)"


def entity(
    name: str, ports: Sequence[Port], declared: Sequence[str], body: Sequence[str]
) -> Iterator[str]:
    """Yield an entity and its architecture."""
    yield f"entity {name} is"
    yield "  port ("
    yield ";\n".join(f"    {port.name} : {port.mode} {port.type_name}" for port in ports)
    yield "  );"
    yield f"end entity {name};"
    yield ""
    yield f"architecture rtl of {name} is"
    yield from declared
    yield "begin"
    yield from body
    yield "end architecture rtl;"
