import numpy as np
import pytest

from codesign.errors import InvalidDataError
from codesign.metrics import accuracy, auc, confusion, quality, softmax

LOGITS = np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0], [1.0, 1.0, 0.0], [0.0, 0.0, 4.0]])
LABELS = np.array([0, 1, 1, 2])


def test_accuracy_has_the_binomial_error():
    found = accuracy(LOGITS, LABELS)
    assert found.value == 0.75
    assert found.error == pytest.approx(np.sqrt(0.75 * 0.25 / 4))


def test_the_first_of_equal_logits_is_the_answer():
    assert accuracy(LOGITS[2:3], np.array([0])).value == 1
    assert accuracy(LOGITS[2:3], np.array([1])).value == 0


def test_confusion_has_the_truth_in_rows():
    assert confusion(LOGITS, LABELS).tolist() == [[1, 0, 0], [1, 1, 0], [0, 0, 1]]


def test_softmax_of_huge_logits_is_finite_and_sums_to_one():
    found = softmax(np.array([[1e308, 0.0], [-1e4, -1e4]]))
    np.testing.assert_allclose(found, [[1, 0], [0.5, 0.5]])


def test_quality_ranks_by_probability_one_class_against_the_rest():
    generator = np.random.default_rng(2)
    labels = generator.integers(0, 3, 500)
    logits = generator.normal(0, 1, (500, 3)) + np.eye(3)[labels]
    found = quality("csim", logits, labels, ("a", "b", "c"))
    assert (found.stage, found.events, [entry.label for entry in found.aucs]) == (
        "csim", 500, ["a", "b", "c"],
    )  # fmt: skip
    for index, entry in enumerate(found.aucs):
        assert entry.auc == auc(softmax(logits)[:, index], labels == index)
        assert entry.auc != auc(logits[:, index], labels == index)


def test_integer_logits_and_float32_logits_are_taken():
    assert accuracy(LOGITS.astype(np.int64), LABELS) == accuracy(LOGITS, LABELS)
    assert accuracy(LOGITS.astype(np.float32), LABELS) == accuracy(LOGITS, LABELS)


@pytest.mark.parametrize(
    ("logits", "labels", "message"),
    [
        (np.ones(3), LABELS, r"logits have shape \(3,\)"),
        (np.ones((0, 3)), LABELS, r"logits have shape \(0, 3\)"),
        (np.ones((4, 1)), LABELS, r"two classes"),
        (np.full((4, 3), np.inf), LABELS, r"inf at index \(0, 0\)"),
        (LOGITS, LABELS[:3], r"labels have shape \(3,\)"),
        (LOGITS, LABELS.astype(float), r"dtype float64; expected integers"),
        (LOGITS, np.array([0, 1, 3, 2]), r"label 3 of event 2 is outside 0 to 2"),
    ],
)
def test_bad_arrays_are_refused_by_shape_and_value(logits, labels, message):
    for measure in (accuracy, confusion):
        with pytest.raises(InvalidDataError, match=message):
            measure(logits, labels)


def test_quality_names_a_class_without_events_and_a_wrong_number_of_names():
    with pytest.raises(InvalidDataError, match="csim: none of the 2 events is w, z"):
        quality("csim", LOGITS[:2], np.array([0, 0]), ("q", "w", "z"))
    with pytest.raises(InvalidDataError, match=r"shape \(4, 3\); expected \(events, 2\)"):
        quality("csim", LOGITS, LABELS, ("q", "w"))
