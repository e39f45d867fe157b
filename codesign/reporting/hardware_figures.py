"""Figures of what each layer costs."""

from codesign.design.report import HardwareReport
from codesign.errors import InvalidDataError
from codesign.reporting.plots import COLORS, Drawing, Figure, bars, drawing, note

_PANELS = (("lut", "LUT"), ("ff", "FF"), ("dsp", "DSP"))


def layers_figure(report: HardwareReport) -> Drawing:
    """Return the resources of each layer, one panel a resource that the design takes any of.

    Raises:
        InvalidDataError: If the report says nothing of single layers.
    """
    if not report.layers:
        msg = f"{report.design}: the report of {report.tool} says nothing of single layers"
        raise InvalidDataError(msg)
    panels = [panel for panel in _PANELS if getattr(report.usage, panel[0]).value] or [_PANELS[0]]
    names = [layer.name for layer in report.layers]

    def paint(figure: Figure) -> None:
        axes = figure.subplots(1, len(panels), squeeze=False, sharey=True)[0]
        for number, (field, word) in enumerate(panels):
            values = [getattr(layer.usage, field).value for layer in report.layers]
            bars(
                axes[number],
                names=names,
                values=values,
                texts=[f"{value:,.0f}" for value in values],
                color=COLORS[number],
            )
            axes[number].set_xlabel(word)
            axes[number].set_xlim(0, 1.3 * max(1.0, *values))
        note(axes[-1], f"{report.evidence.upper()}, {report.tool}, {report.device}")

    return drawing(
        paint,
        size=(9.0, 0.36 * len(names) + 1.4),
        title="Resources of each layer",
        caption=f"{report.evidence.upper()} by {report.tool} for {report.device}.",
        alt=f"{', '.join(word for _, word in panels)} of {', '.join(names)}",
    )
