"""Tables of how well energies are measured."""

from collections.abc import Mapping, Sequence

from codesign.design.results import Measurement, Quality, Resolution
from codesign.reporting import notation
from codesign.reporting.tables import Column, Table, quality_table


def performance_table(found: Sequence[Quality] | Sequence[Resolution]) -> Table:
    """Return how well each stage classifies, or measures."""
    resolutions = [one for one in found if isinstance(one, Resolution)]
    if resolutions:
        return resolution_table(resolutions)
    return quality_table([one for one in found if isinstance(one, Quality)])


def resolution_table(
    resolutions: Sequence[Resolution], *, units: Mapping[str, str] | None = None
) -> Table:
    """Return the resolution over all events and in bins, one column a stage.

    Args:
        resolutions: One a stage, of the same bins.
        units: Of the variables that bins are of, where they have one.
    """
    first = resolutions[0]
    rows = [
        ("all", *(_percent(found.resolution) for found in resolutions)),
        ("median response", *(f"{found.median:.4f}" for found in resolutions)),
    ]
    rows += [
        (
            f"{entry.variable} {notation.short(entry.low)} to {notation.short(entry.high)}"
            f" {(units or {}).get(entry.variable, '')}".rstrip(),
            *(_percent(found.bins[index].resolution) for found in resolutions),
        )
        for index, entry in enumerate(first.bins)
    ]
    return Table(
        title="Energy resolution (%)",
        note=(
            f"On {notation.count(first.events)} test events: distance of the quartiles of "
            "estimate / truth over 1.349 times the median; errors are statistical."
        ),
        header=("", *(notation.stage_name(found.stage) for found in resolutions)),
        columns=(Column.TEXT, *(Column.NUMBER for _ in resolutions)),
        rows=tuple(rows),
    )


def _percent(found: Measurement) -> str:
    return notation.measurement(Measurement(value=100 * found.value, error=100 * found.error))
