import os
from pathlib import Path

import pytest

from codesign.design.codec import to_json
from codesign.design.device import Family
from codesign.design.hardware import Backend
from codesign.errors import InvalidDesignError, ReportError
from codesign.estimate import (
    calibrate,
    find_profile,
    read_facts,
    read_profile,
    read_table,
    shipped_facts,
    shipped_profiles,
    write_facts,
)
from codesign.estimate.accuracy import judge
from codesign.estimate.features import Quantity
from codesign.estimate.profile import quantiles
from codesign.estimate.tables import TABLES

FOLDER = Path(os.environ.get("CODESIGN_REPORTS", ""), "tables")
needs_tables = pytest.mark.skipif(
    not (os.environ.get("CODESIGN_REPORTS") and FOLDER.is_dir()),
    reason="CODESIGN_REPORTS does not name the folder of the published tables",
)


def all_facts():
    return [
        fact for name in TABLES for fact in read_table(name, (FOLDER / name).read_text("utf-8"))
    ]


def failing(claims):
    return [f"{claim.text}: {claim.found:.4f}" for claim in claims if not claim.holds]


@pytest.mark.parametrize("backend", [Backend.VITIS, Backend.VIVADO])
def test_every_claim_holds_on_the_facts_that_are_shipped(backend):
    claims = judge(shipped_facts(), backend=backend)
    assert len(claims) >= 7
    assert failing(claims) == []


@needs_tables
@pytest.mark.parametrize("backend", [Backend.VITIS, Backend.VIVADO])
def test_every_claim_holds_on_all_published_tables(backend):
    assert failing(judge(all_facts(), backend=backend)) == []


@needs_tables
def test_the_shipped_profiles_are_what_the_published_tables_teach():
    for profile in shipped_profiles():
        if profile.backend is Backend.RTL:
            continue
        found = calibrate(
            all_facts(),
            name=profile.name,
            backend=profile.backend,
            family=profile.family,
            seed=profile.seed,
        )
        assert to_json(found) == to_json(profile)


@needs_tables
def test_the_shipped_facts_are_rows_of_the_published_tables():
    assert set(shipped_facts()) <= set(read_facts(write_facts(all_facts()), place="all"))


def test_the_same_facts_and_seed_give_the_same_profile():
    first, second = (
        calibrate(
            shipped_facts(),
            name="again",
            backend=Backend.VITIS,
            family=Family.ULTRASCALE_PLUS,
            seed=3,
        )
        for _ in range(2)
    )
    assert to_json(first) == to_json(second)


def test_facts_survive_their_table():
    assert read_facts(write_facts(shipped_facts()), place="again") == shipped_facts()


def test_every_fact_names_source_and_licence():
    assert all("@" in fact.source and fact.licence for fact in shipped_facts())


def test_a_profile_survives_json():
    profile = find_profile(Backend.VITIS)
    assert read_profile(to_json(profile), place="test") == profile


def test_no_coefficient_of_a_sum_is_negative():
    for profile in shipped_profiles():
        assert all(
            term.coefficient >= 0
            for model in profile.models
            if not model.is_product
            for term in model.terms
        )


def test_a_table_of_another_name_is_refused():
    with pytest.raises(ReportError, match=r"reports\.csv is not a table that calibrate reads"):
        read_table("reports.csv", "")


def test_a_cell_that_is_not_a_number_keeps_its_table_out():
    text = write_facts(shipped_facts()[:3]).replace(",5,latency,", ",five,latency,", 1)
    with pytest.raises(ReportError, match=r"facts\.csv:2: could not convert .*'five'"):
        read_table("facts.csv", text)


def test_a_table_with_other_columns_is_refused():
    with pytest.raises(ReportError, match=r"columns a, b; expected source, licence"):
        read_facts("a,b\n1,2\n", place="facts.csv")


def test_a_family_without_facts_is_refused():
    with pytest.raises(InvalidDesignError, match=r"no layer tells anything of latency\.cycles"):
        calibrate(shipped_facts(), name="no", backend=Backend.VITIS, family=Family.SERIES_7)


def test_a_range_takes_the_outer_quantiles():
    assert quantiles([float(n) for n in range(1, 100)]) == (5.0, 95.0)
    assert quantiles([1.0, 2.0, 3.0]) == (1.0, 3.0)


def test_a_profile_without_a_model_says_so():
    profile = find_profile(Backend.VITIS)
    with pytest.raises(InvalidDesignError, match=r"has no model of latency\.lut"):
        type(profile)(
            name="empty",
            backend=Backend.VITIS,
            family=Family.ULTRASCALE_PLUS,
            versions=(),
            seed=1,
            models=(),
        ).model(Quantity.LATENCY_LUT)
