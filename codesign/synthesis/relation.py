"""How Vivado's counts after place and route relate to Yosys': stated beside a count, never applied.

Source: measured once on public designs, with the Vivado 2025.1 reports of their authors. Twenty
networks of calad0i/JEDI-linear@4803280 (VU13P): Vivado's look-up tables are 1.051 +- 0.043 of the
cost of the adder graph, and Yosys' are 0.98 to 1.08 of it on eleven networks (HGQ jet taggers of
arXiv:2405.00645 among them). Two designs with the same RTL in both tools: +5 % look-up tables from
Yosys for one of adders, +58 % for one full of multipliers in look-up tables; flip-flops +22 % in
both; DSP blocks equal (80 and 40).
"""

from dataclasses import dataclass

ADDER_GRAPH = "adder_graph"


@dataclass(frozen=True, slots=True, kw_only=True)
class VivadoRatio:
    """What Vivado counts where Yosys counts one.

    Attributes:
        quantity: ``"lut"``, ``"ff"`` or ``"dsp"``.
        ratio: Vivado's count divided by Yosys'.
        spread: Relative; None where too few designs were compared to know it.
        designs: How many were compared.
        basis: What kind of design they were.
    """

    quantity: str
    ratio: float
    spread: float | None
    designs: int
    basis: str

    def __str__(self) -> str:
        spread = "" if self.spread is None else f" +- {100 * self.spread:.0f} %"
        designs = f"{self.designs} designs" if self.designs > 1 else "1 design"
        return (
            f"Vivado / Yosys {self.quantity} = {self.ratio:.2f}{spread} ({self.basis}, {designs})"
        )


_LUT_ADDERS = VivadoRatio(
    quantity="lut", ratio=1.05, spread=0.10, designs=21, basis="adder graphs, inverters left out"
)
_LUT_MULTIPLIERS = VivadoRatio(
    quantity="lut", ratio=0.63, spread=0.25, designs=1, basis="multipliers in look-up tables"
)
_FF = VivadoRatio(quantity="ff", ratio=0.82, spread=None, designs=2, basis="pipelines")
_DSP = VivadoRatio(quantity="dsp", ratio=1.0, spread=0.0, designs=2, basis="multipliers")


def vivado_ratios(kinds: frozenset[str]) -> tuple[VivadoRatio, ...]:
    """Return what is known of designs made of these kinds of modules.

    Args:
        kinds: Of the modules that compute, as in :class:`codesign.design.rtl.RtlModule`.
    """
    lut = _LUT_ADDERS if kinds <= {ADDER_GRAPH} else _LUT_MULTIPLIERS
    return (lut, _FF, _DSP)
