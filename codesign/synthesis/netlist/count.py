"""Count what a netlist takes of a device."""

from collections import Counter
from collections.abc import Collection

from codesign.errors import ReportError
from codesign.synthesis.netlist import primitives
from codesign.synthesis.netlist.pack import packed_sites
from codesign.synthesis.netlist.primitives import (
    CCU2C_LUT_SIZE,
    LUT_SIZES,
    LUTS_A_CCU2C,
    PrimitiveCounts,
    lut_size,
)
from codesign.synthesis.netlist.read import Netlist


def count(netlist: Netlist, *, modules: Collection[str] = ()) -> PrimitiveCounts:
    """Return the primitives of a netlist.

    Args:
        netlist: Of one module.
        modules: Cells of these kinds are modules with netlists of their own, not counted here.

    Raises:
        ReportError: If it holds a primitive that is not known.
    """
    kinds = Counter(cell.kind for cell in netlist.cells if cell.kind not in modules)
    unknown = sorted(kind for kind in kinds if not _is_known(kind))
    if unknown:
        msg = f"the netlist of {netlist.module} holds unknown primitives: {', '.join(unknown)}"
        raise ReportError(msg)
    in_carries = LUTS_A_CCU2C * kinds["CCU2C"]
    luts = [kinds[f"LUT{size}"] for size in range(1, LUT_SIZES + 1)]
    luts[CCU2C_LUT_SIZE - 1] += in_carries
    others = _weighted(kinds, primitives.SHIFT_REGISTER), _weighted(kinds, primitives.LUT_RAM)
    return PrimitiveCounts(
        lut_by_size=tuple(luts),
        inverters=_all(kinds, primitives.INVERTER),
        carry=_all(kinds, primitives.CARRY),
        wide_mux=_all(kinds, primitives.WIDE_MUX),
        shift_registers=others[0],
        lut_ram=others[1],
        ff=_all(kinds, primitives.FF),
        dsp=_all(kinds, primitives.DSP),
        bram_18k=_weighted(kinds, primitives.BRAM_18K),
        uram=_all(kinds, primitives.URAM),
        packed_lut=packed_sites(netlist) + sum(others) + in_carries,
    )


def _all(kinds: Counter[str], wanted: Collection[str]) -> int:
    return sum(kinds[kind] for kind in wanted)


def _weighted(kinds: Counter[str], weights: dict[str, int]) -> int:
    return sum(kinds[kind] * weight for kind, weight in weights.items())


def _is_known(kind: str) -> bool:
    return lut_size(kind) is not None or any(
        kind in group
        for group in (
            primitives.FF,
            primitives.CARRY,
            primitives.WIDE_MUX,
            primitives.INVERTER,
            primitives.DSP,
            primitives.SHIFT_REGISTER,
            primitives.BRAM_18K,
            primitives.URAM,
            primitives.LUT_RAM,
            primitives.FREE,
        )
    )
