"""Read a netlist that Yosys wrote as JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from codesign.errors import ReportError

Bit = int | str
"""A net by its number, or a constant: ``"0"``, ``"1"``, ``"x"``, ``"z"``."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A primitive, or a module placed into another.

    Attributes:
        name: Unique in the module.
        kind: The primitive or module.
        parameters: As Yosys writes them: bits as text, the highest first, or words.
        pins: Which nets each port is connected to, the lowest bit first.
    """

    name: str
    kind: str
    parameters: Mapping[str, str]
    pins: Mapping[str, Sequence[Bit]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """A port of a module.

    Attributes:
        name: Of the port.
        is_input: Whether signals go in.
        bits: Its nets, the lowest bit first.
    """

    name: str
    is_input: bool
    bits: tuple[Bit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Netlist:
    """A module as primitives and nets.

    Attributes:
        module: Its name.
        ports: In the order of the file.
        cells: In the order of the file.
    """

    module: str
    ports: tuple[Port, ...]
    cells: tuple[Cell, ...]

    def of_kind(self, kind: str) -> Iterator[Cell]:
        """Return the cells of a kind, one after the other."""
        return (cell for cell in self.cells if cell.kind == kind)

    def port(self, name: str) -> Port:
        """Return a port by its name.

        Raises:
            ReportError: If there is none of that name.
        """
        for port in self.ports:
            if port.name == name:
                return port
        known = ", ".join(port.name for port in self.ports)
        msg = f"the netlist of {self.module} has no port {name}; it has {known}"
        raise ReportError(msg)


def read_netlist(path: Path, *, module: str) -> Netlist:
    """Return a module of a netlist.

    Args:
        path: What ``write_json`` of Yosys wrote.
        module: Which of its modules.

    Raises:
        ReportError: If the file cannot be read, is cut off, or does not hold the module.
    """
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        found = plain["modules"][module]
        return Netlist(
            module=module,
            ports=tuple(
                Port(
                    name=name,
                    is_input=port["direction"] == "input",
                    bits=tuple(port["bits"]),
                )
                for name, port in found["ports"].items()
            ),
            cells=tuple(
                Cell(name, cell["type"], cell["parameters"], cell["connections"])
                for name, cell in found["cells"].items()
            ),
        )
    except OSError as error:
        msg = f"{path} cannot be read ({error.strerror}); synthesize the project anew"
        raise ReportError(msg) from error
    except (ValueError, RecursionError) as error:
        msg = f"{path} is no whole netlist ({error}); synthesize the project anew"
        raise ReportError(msg) from error
    except (KeyError, TypeError, AttributeError) as error:
        msg = f"{path} holds no netlist of {module} ({error}); synthesize the project anew"
        raise ReportError(msg) from error
