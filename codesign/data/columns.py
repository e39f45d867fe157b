"""What the columns and classes of a set of events hold, in numbers."""

from dataclasses import dataclass

import numpy as np

from codesign.data.event_set import EventSet


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSummary:
    """One column of a set of events, in the column's unit.

    Attributes:
        name: Of the column.
        unit: Of its values; empty for a pure number.
        min: The smallest value.
        mean: Their mean, summed in float64.
        std: Their standard deviation.
        max: The largest value.
    """

    name: str
    unit: str
    min: float
    mean: float
    std: float
    max: float


def summarize_columns(events: EventSet) -> tuple[ColumnSummary, ...]:
    """Return the range and spread of every column, in order."""
    columns = zip(events.feature_names, events.units, events.features.T, strict=True)
    return tuple(
        ColumnSummary(
            name=name,
            unit=unit,
            min=float(values.min()),
            mean=float(values.mean(dtype=np.float64)),
            std=float(values.std(dtype=np.float64)),
            max=float(values.max()),
        )
        for name, unit, values in columns
    )


def class_counts(events: EventSet) -> tuple[tuple[str, int], ...]:
    """Return each class and how many events it has."""
    counts = np.bincount(events.labels, minlength=len(events.label_names))
    return tuple((name, int(count)) for name, count in zip(events.label_names, counts, strict=True))
