"""Put the netlists of modules into that of the top: one netlist of primitives only."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from codesign.errors import ReportError
from codesign.synthesis.netlist.read import Bit, Cell, Netlist

ZERO, ONE = 0, 1
"""The nets of the constants."""
_CONSTANTS: dict[Bit, int] = {"0": ZERO, "1": ONE, "x": ZERO, "z": ZERO}
"""What nobody drives is 0: hardware may have either, so no result may depend on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatNetlist:
    """Primitives and nets; net 0 is 0 and net 1 is 1.

    Attributes:
        module: The top.
        nets: How many there are; every number below is below this.
        cells: Primitives.
        inputs: (port, nets), the lowest bit first.
        outputs: (port, nets), the lowest bit first.
    """

    module: str
    nets: int
    cells: tuple[Cell, ...]
    inputs: tuple[tuple[str, tuple[int, ...]], ...]
    outputs: tuple[tuple[str, tuple[int, ...]], ...]


def flatten(top: Netlist, modules: Mapping[str, Netlist] | None = None) -> FlatNetlist:
    """Return the netlist of a top with those of its modules put in.

    Args:
        top: With instances of modules.
        modules: Their netlists by name; they may hold modules of these in turn.

    Raises:
        ReportError: If an instance and its module do not fit together.
    """
    build = _Build(modules=modules or {})
    nets = build.place(top, "", {})
    numbers = build.numbered()

    def ports(*, is_input: bool) -> tuple[tuple[str, tuple[int, ...]], ...]:
        return tuple(
            (port.name, tuple(numbers[build.root(nets(bit))] for bit in port.bits))
            for port in top.ports
            if port.is_input is is_input
        )

    cells = tuple(
        Cell(
            cell.name,
            cell.kind,
            cell.parameters,
            {
                port: [numbers[build.root(bit)] for bit in bits]  # type: ignore[arg-type] # placed
                for port, bits in cell.pins.items()
            },
        )
        for cell in build.cells
    )
    return FlatNetlist(
        module=top.module,
        nets=len(set(numbers.values())),
        cells=cells,
        inputs=ports(is_input=True),
        outputs=ports(is_input=False),
    )


@dataclass(slots=True)
class _Build:
    """Nets of all instances under numbers of their own, and which of them are one net."""

    modules: Mapping[str, Netlist]
    cells: list[Cell] = field(default_factory=list)
    parents: list[int] = field(default_factory=lambda: [ZERO, ONE])

    def place(self, netlist: Netlist, path: str, outer: "dict[str, list[int]]") -> "_Nets":
        """Put a module in; ``outer`` are the nets that its ports are connected to."""
        nets = _Nets(self)
        for port in netlist.ports:
            inner_bits = [nets(bit) for bit in port.bits]
            bits = outer.get(port.name)
            if bits is None:
                continue
            if len(bits) != len(port.bits):
                msg = (
                    f"{path or netlist.module}: port {port.name} of {netlist.module} is "
                    f"{len(port.bits)} bits wide, {len(bits)} are connected to it"
                )
                raise ReportError(msg)
            for inside, outside in zip(inner_bits, bits, strict=True):
                self.join(inside, outside)
        for cell in netlist.cells:
            pins = {port: [nets(bit) for bit in bits] for port, bits in cell.pins.items()}
            name = f"{path}{cell.name}"
            inner = self.modules.get(cell.kind)
            if inner is None:
                self.cells.append(Cell(name, cell.kind, cell.parameters, pins))
            else:
                self.place(inner, f"{name}/", pins)
        return nets

    def new(self) -> int:
        """Return a new net."""
        self.parents.append(len(self.parents))
        return len(self.parents) - 1

    def root(self, net: int) -> int:
        """Return the net that stands for all that are joined to this one."""
        while self.parents[net] != net:
            self.parents[net] = self.parents[self.parents[net]]
            net = self.parents[net]
        return net

    def join(self, one: int, two: int) -> None:
        """Make two nets one; a constant keeps its number."""
        first, second = sorted((self.root(one), self.root(two)))
        self.parents[second] = first

    def numbered(self) -> dict[int, int]:
        """Return a dense number for each root."""
        roots = (net for net, parent in enumerate(self.parents) if net == parent)
        return {root: number for number, root in enumerate(roots)}


class _Nets:
    """The nets of one instance."""

    def __init__(self, build: _Build) -> None:
        self._build = build
        self._found: dict[Bit, int] = {**_CONSTANTS}

    def __call__(self, bit: Bit) -> int:
        if bit not in self._found:
            self._found[bit] = self._build.new()
        return self._found[bit]
