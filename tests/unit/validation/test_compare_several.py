import numpy as np
import pytest

from codesign.errors import InvalidDataError
from codesign.validation.compare import Sides, compare, disagreeing

SIDES = Sides(reference="emulator", candidate="csim", inputs="events", arithmetic="integer")
REFERENCE = {
    "classes": np.array([[1, 5], [7, 2], [3, 4]]),
    "energy": np.array([[10], [20], [30]]),
}


def changed(name, event, element, by):
    found = {key: values.copy() for key, values in REFERENCE.items()}
    found[name][event, element] += by
    return found


def test_every_number_of_every_output_counts():
    report = compare(REFERENCE, changed("energy", 1, 0, by=4), sides=SIDES)

    assert (report.events, report.outputs) == (3, 9)
    assert (report.exact_outputs, report.exact_events) == (8, 2)
    assert report.max_error_lsb == 4
    assert report.same_argmax == 3


def test_an_event_keeps_its_largest_output_only_if_each_output_does():
    assert compare(REFERENCE, changed("classes", 0, 0, by=5), sides=SIDES).same_argmax == 2


def test_events_that_disagree_in_any_output_are_found():
    assert disagreeing(REFERENCE, changed("energy", 2, 0, by=1)).tolist() == [2]


def test_a_missing_output_is_refused_by_name():
    with pytest.raises(InvalidDataError, match=r"energy \(3, 1\), csim gave|energy \(3, 1\)"):
        compare(REFERENCE, {"classes": REFERENCE["classes"]}, sides=SIDES)
