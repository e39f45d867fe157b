"""The figure of where two implementations part, layer by layer."""

import base64
from pathlib import Path

from codesign.data.files import written_whole
from codesign.design.results import Certificate, LayerAgreement
from codesign.reporting import notation
from codesign.reporting.plots import COLORS, GREY, Axes, Drawing, Figure, drawing, note, plain

_FLOOR = 1e-6
_INCHES_A_ROW = 0.55


def layer_figure(certificate: Certificate) -> Drawing:
    """Draw the share of values that differ in each layer, one color a comparison.

    Args:
        certificate: With at least one layer compared.
    """
    agreements = certificate.layers
    names = tuple(dict.fromkeys(agreement.layer for agreement in agreements))
    pairs = tuple(dict.fromkeys(_pair(agreement) for agreement in agreements))

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        for index, pair in enumerate(pairs):
            found = [agreement for agreement in agreements if _pair(agreement) == pair]
            _draw_pair(axes, found, names, offset=index - (len(pairs) - 1) / 2, count=len(pairs))
            axes.plot([], [], "s", color=COLORS[index % len(COLORS)], label=plain(pair))
        axes.set_xscale("log")
        axes.set_xlim(_FLOOR, 10)
        axes.set_yticks(range(len(names)), [plain(name) for name in names])
        axes.set_ylim(len(names) - 0.4, -0.6)
        axes.set_xlabel("share of values that differ")
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=2)
        note(axes, f"{notation.count(agreements[0].events)} events of each kind")

    wrong = [agreement.layer for agreement in agreements if not agreement.is_bit_exact]
    first = wrong[0] if wrong else "none"
    return drawing(
        paint,
        size=(7.2, 1.4 + _INCHES_A_ROW * len(names)),
        title="Where the implementations part",
        caption="Layers in the order of the network; a layer without a mark agrees in every bit.",
        alt=f"Share of values that differ in each layer; the first layer that differs: {first}.",
    )


def write_figure(figure: Drawing, path: Path) -> Path:
    """Write a figure as an SVG file and return its path."""
    content = base64.b64decode(figure.uri.partition(",")[2])
    with written_whole(path) as temporary:
        temporary.write_bytes(content)
    return path


def _pair(agreement: LayerAgreement) -> str:
    candidate, reference = map(notation.stage_name, (agreement.candidate, agreement.reference))
    return f"{candidate} with {reference}, {agreement.inputs}"


def _draw_pair(
    axes: Axes,
    agreements: list[LayerAgreement],
    names: tuple[str, ...],
    *,
    offset: float,
    count: int,
) -> None:
    color = COLORS[round(offset + (count - 1) / 2) % len(COLORS)]
    for agreement in agreements:
        if agreement.is_bit_exact:
            continue
        row = names.index(agreement.layer) + 0.9 * offset / count
        share = 1 - agreement.exact_values / agreement.values
        axes.hlines(row, _FLOOR, share, color=GREY, linewidth=0.8)
        axes.plot([share], [row], "o", color=color, markersize=5)
        label = f" {notation.short(agreement.max_error_lsb)} LSB"
        axes.annotate(label, (share, row), fontsize=7.5, va="center", xytext=(4, 0),
                      textcoords="offset points")  # fmt: skip
