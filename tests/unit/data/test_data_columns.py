import numpy as np

from codesign.data import ColumnSummary, EventSet, class_counts, summarize_columns

EVENTS = EventSet(
    features=np.array([[1.0, 30000.0], [3.0, 30000.0], [8.0, 30001.0]], dtype=np.float32),
    feature_names=("pt", "time"),
    units=("GeV", ""),
    labels=np.array([1, 1, 0]),
    label_names=("quark", "gluon", "top"),
    sample="toy",
)


def test_each_column_is_summarized_in_its_unit():
    first, second = summarize_columns(EVENTS)

    spread = np.sqrt(26 / 3)
    expected = ColumnSummary(name="pt", unit="GeV", min=1.0, mean=4.0, std=spread, max=8.0)
    assert first == expected
    assert second.mean == 90001 / 3


def test_every_class_is_counted_an_empty_one_too():
    assert class_counts(EVENTS) == (("quark", 1), ("gluon", 2), ("top", 0))
