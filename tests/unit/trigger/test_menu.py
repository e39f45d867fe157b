from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codesign.data.l1 import FEATURE_NAMES
from codesign.design.trigger_results import Collisions
from codesign.errors import InvalidDataError, InvalidDesignError
from codesign.trigger import RateCounter, decisions, read_menu

EACH_KHZ = Collisions(clock_mhz=1.0, filled=1.0)


def event(**columns):
    """Return one event with these hardware integers and zeros elsewhere."""
    row = np.zeros(len(FEATURE_NAMES), np.int16)
    for name, value in columns.items():
        row[FEATURE_NAMES.index(name)] = value
    return row


def jets(*momenta):
    return {f"jet{number + 1}_pt": pt for number, pt in enumerate(momenta)}


def menu(tmp_path: Path, text: str):
    path = tmp_path / "menu.toml"
    path.write_text(text, encoding="utf-8")
    return read_menu(path)


class TestCutBased:
    # 400 GeV are 800 hardware units, 200 GeV 400: counted by hand
    HAND = (
        (jets(201, 200, 200, 200), (True, False)),
        (jets(200, 200, 200, 200), (False, False)),  # exactly 400 GeV is not above
        (jets(900, 900, 900), (False, False)),  # three jets
        (jets(1, 1, 1, 1) | {"met_pt": 401}, (False, True)),
        (jets(1, 1, 1, 1) | {"met_pt": 400}, (False, False)),
        (jets(2047, 2047, 2047, 2047) | {"met_pt": 4095}, (True, True)),
        ({"met_pt": 4095}, (False, False)),
        ({}, (False, False)),
    )

    def test_every_event_of_a_hand_counted_sample(self) -> None:
        events = np.stack([event(**columns) for columns, _ in self.HAND])
        fired = decisions(read_menu("cut_based"), events)
        assert fired.tolist() == [list(expected) for _, expected in self.HAND]

    def test_rates_of_the_hand_counted_sample(self) -> None:
        events = np.stack([event(**columns) for columns, _ in self.HAND])
        found = read_menu("cut_based")
        names = tuple(seed.name for seed in found.seeds)
        rates = RateCounter(names).add(decisions(found, events)).rates(EACH_KHZ)
        each = 1000 / 8
        one, other = rates.seeds
        assert rates.total_khz.value == pytest.approx(3 * each)
        assert (one.total_khz.value, one.pure_khz.value) == pytest.approx((2 * each, each))
        assert one.proportional_khz.value == pytest.approx(1.5 * each)
        assert one.proportional_khz.error == pytest.approx(1.25**0.5 * each)
        assert other.total_khz.value == pytest.approx(2 * each)
        assert np.array(rates.overlap_khz) == pytest.approx(np.array([[2, 1], [1, 2]]) * each)
        assert not one.is_supported


class TestSeeds:
    def test_counts_momenta_and_pseudorapidities(self, tmp_path: Path) -> None:
        found = menu(
            tmp_path,
            """
            name = "m"
            [[seeds]]
            name = "double"
            [[seeds.any_of]]
            at_least = [
              { object = "egamma", count = 1, pt_gev = 25, abs_eta = 2.0 },
              { object = "egamma", count = 2, pt_gev = 12 },
            ]
            """,
        )
        near = event(egamma1_pt=50, egamma1_eta=45, egamma2_pt=24)
        low = event(egamma1_pt=50, egamma1_eta=45, egamma2_pt=23)
        forward = event(egamma1_pt=50, egamma1_eta=-46, egamma2_pt=24)
        assert decisions(found, np.stack([near, low, forward]))[:, 0].tolist() == [
            True,
            False,
            False,
        ]

    def test_the_first_value_of_a_muon_is_0_gev(self, tmp_path: Path) -> None:
        text = """
            name = "m"
            [[seeds]]
            name = "muon"
            [[seeds.any_of]]
            at_least = [{ object = "muon", pt_gev = 20 }]
            """
        events = np.stack([event(muon1_pt=40), event(muon1_pt=41)])
        assert decisions(menu(tmp_path, text), events)[:, 0].tolist() == [False, True]

    def test_absent_objects_never_count(self, tmp_path: Path) -> None:
        text = """
            name = "m"
            [[seeds]]
            name = "any_muon"
            [[seeds.any_of]]
            at_least = [{ object = "muon" }]
            """
        assert not decisions(menu(tmp_path, text), event()[None])[0, 0]

    @pytest.mark.parametrize(
        ("body", "message"),
        [
            ('at_least = [{ object = "tau" }]', "no objects 'tau'.*met, egamma, muon, jet"),
            ('at_least = [{ object = "muon", count = 5 }]', "5 muon .* an event holds 4"),
            ('above = [{ sum_pt = "jet" }]', r"seeds\[0\].*gev"),
            ('atleast = [{ object = "muon" }]', "atleast"),
            ("", "asks for nothing"),
        ],
    )
    def test_mistakes_are_named(self, tmp_path: Path, body: str, message: str) -> None:
        text = f'name = "m"\n[[seeds]]\nname = "s"\n[[seeds.any_of]]\n{body}\n'
        with pytest.raises(InvalidDesignError, match=message):
            menu(tmp_path, text)

    def test_an_unknown_menu_names_those_that_ship(self) -> None:
        with pytest.raises(InvalidDesignError, match="no such menu.*cut_based"):
            read_menu("nothing_of_that_name")

    @pytest.mark.parametrize("events", [np.zeros((3, 56), np.int16), np.zeros((3, 57))])
    def test_other_columns_or_gev_are_refused(self, events) -> None:
        with pytest.raises(InvalidDataError, match="expected hardware integers"):
            decisions(read_menu("cut_based"), events)


class TestRates:
    @given(st.lists(st.lists(st.booleans(), min_size=9, max_size=9), min_size=1, max_size=60))
    def test_chunks_give_the_rates_of_one_shot(self, rows) -> None:
        fired = np.array(rows, np.bool_)
        seeds = tuple(f"s{number}" for number in range(9))
        whole = RateCounter(seeds).add(fired).rates(EACH_KHZ)
        parts = RateCounter(seeds).add(fired[::2]).add(fired[1::2]).rates(EACH_KHZ)
        assert whole.total_khz.value == pytest.approx(fired.any(axis=1).mean() * 1000)
        shares = sum(seed.proportional_khz.value for seed in whole.seeds)
        assert shares == pytest.approx(whole.total_khz.value)
        for one, other in zip(whole.seeds, parts.seeds, strict=True):
            assert one.total_khz == other.total_khz
            assert one.pure_khz == other.pure_khz
        assert whole.overlap_khz == parts.overlap_khz

    def test_decisions_of_another_shape_are_refused(self) -> None:
        with pytest.raises(InvalidDataError, match=r"expected booleans of shape \(events, 1\)"):
            RateCounter(("one",)).add(np.ones((3, 2), np.bool_))

    def test_no_events_give_no_rate(self) -> None:
        with pytest.raises(InvalidDataError, match="no zero-bias events"):
            RateCounter(("one",)).rates(EACH_KHZ)
