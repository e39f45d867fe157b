"""Figures of open synthesis: what it takes against the size of a design."""

from collections.abc import Sequence
from dataclasses import dataclass

from codesign.reporting.plots import COLORS, Drawing, Figure, drawing, note, plain

_MARKS = "os^Dv"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowPoint:
    """One design through one flow.

    Attributes:
        flow: Name of the flow.
        lut: Look-up tables of the result.
        cpu_s: Seconds that a core was busy, all runs together.
        memory_mb: Most memory of a single run.
    """

    flow: str
    lut: int
    cpu_s: float
    memory_mb: float


def scaling_figure(points: Sequence[FlowPoint], *, tool: str, command: str) -> Drawing:
    """Draw CPU time and memory against look-up tables, one color a flow.

    Args:
        points: At least one.
        tool: Name and version of what was measured.
        command: That measured it.
    """
    flows = tuple(dict.fromkeys(point.flow for point in points))

    def paint(figure: Figure) -> None:
        seconds, memory = figure.subplots(1, 2)
        for index, flow in enumerate(flows):
            own = sorted((point for point in points if point.flow == flow), key=lambda p: p.lut)
            lut = [point.lut / 1000 for point in own]
            style = {
                "color": COLORS[index % len(COLORS)],
                "marker": _MARKS[index % len(_MARKS)],
                "markersize": 5,
                "label": plain(flow),
            }
            seconds.plot(lut, [point.cpu_s for point in own], **style)
            memory.plot(lut, [point.memory_mb / 1000 for point in own], **style)
        for axes, label in (
            (seconds, "CPU time in s"),
            (memory, "memory of a run in GB"),
        ):
            axes.set_xlabel("look-up tables in thousands")
            axes.set_ylabel(label)
            axes.set_xlim(left=0)
            axes.set_ylim(bottom=0)
        seconds.legend(loc="lower right")
        note(memory, tool)

    largest = max(point.lut for point in points)
    return drawing(
        paint,
        size=(7.2, 3.2),
        title="What open synthesis takes",
        caption=(
            f"One mark a design; CPU time of all runs, memory of the largest; {tool}; "
            f"measured with {command}."
        ),
        alt=f"CPU time and memory of {', '.join(flows)} up to {largest:,} look-up tables.",
    )
