import numpy as np
import pytest

from codesign.data import load_sample
from codesign.data.l1 import FEATURE_NAMES, JET, MUON, OBJECTS, UNITS, ZERO_BIAS, check_objects
from codesign.errors import InvalidDataError


def test_columns_are_19_objects_of_three_integers() -> None:
    assert len(FEATURE_NAMES) == len(UNITS) == 57
    assert FEATURE_NAMES[:4] == ("met_pt", "met_eta", "met_phi", "egamma1_pt")
    assert [FEATURE_NAMES[kind.first] for kind in OBJECTS] == [
        "met_pt",
        "egamma1_pt",
        "muon1_pt",
        "jet1_pt",
    ]
    assert FEATURE_NAMES[JET.pt_columns][-1] == "jet10_pt"
    assert FEATURE_NAMES[MUON.phi_columns] == tuple(f"muon{n}_phi" for n in (1, 2, 3, 4))
    assert UNITS[MUON.first + 2] == "2 pi / 576"


def test_the_shipped_sample_holds_objects_that_a_trigger_can_have_seen() -> None:
    events = load_sample("l1")
    assert events.feature_names == FEATURE_NAMES
    assert events.label_names[0] == ZERO_BIAS
    check_objects(events.features, place="l1")
    counts = np.bincount(events.labels)
    assert counts.tolist() == [12_000, 2_500, 2_500, 2_500, 2_500, 2_500]
    leading = events.column("jet1_pt")
    assert np.median(leading[events.labels == 1]) > 2 * np.median(leading[events.labels == 0])


def event(**columns):
    row = np.zeros((3, 57))
    for name, value in columns.items():
        row[1, FEATURE_NAMES.index(name)] = value
    return row


@pytest.mark.parametrize(
    ("events", "message"),
    [
        (event(jet1_pt=45.5), "event 1, jet1_pt = 45.5 is no hardware integer; divide GeV"),
        (event(met_pt=np.nan), "event 1, met_pt = nan is no hardware integer"),
        (event(egamma1_pt=512), r"egamma1_pt = 512 is not in \[0, 511\]"),
        (event(jet2_pt=-1), r"jet2_pt = -1 is not in \[0, 2047\]"),
        (event(muon1_phi=577), r"muon1_phi = 577 is not in \[-576, 576\]"),
        (event(jet1_eta=-116), r"jet1_eta = -116 is not in \[-115, 115\]"),
        (event(jet2_pt=7), "event 1 has jet 2 of pt 7 behind one of 0; .* falling momentum"),
        (np.zeros((3, 56)), r"events of shape \(3, 56\); expected \(events, 57\)"),
    ],
)
def test_what_no_trigger_sends_is_named(events, message: str) -> None:
    with pytest.raises(InvalidDataError, match=rf"here: .*{message}"):
        check_objects(events, place="here")
