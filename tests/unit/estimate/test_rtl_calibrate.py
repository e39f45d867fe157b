import os
from pathlib import Path

import pytest

from codesign.design.codec import to_json
from codesign.design.device import Family
from codesign.design.hardware import Backend
from codesign.design.report import Evidence
from codesign.errors import ReportError
from codesign.estimate import (
    calibrate_rtl,
    find_profile,
    read_rtl_facts,
    read_rtl_table,
    shipped_rtl_facts,
    write_rtl_facts,
)
from codesign.estimate.rtl_accuracy import judge_rtl


@pytest.fixture(scope="module")
def profile():
    name = find_profile(Backend.RTL).name
    return calibrate_rtl(shipped_rtl_facts(), name=name, family=Family.ULTRASCALE_PLUS)


def test_the_shipped_facts_give_the_shipped_profile(profile):
    assert to_json(profile) == to_json(find_profile(Backend.RTL))


def test_every_claim_on_rtl_holds(profile):
    claims = judge_rtl(shipped_rtl_facts(), profile)
    assert len(claims) >= 8
    assert not [claim for claim in claims if not claim.holds]


def test_facts_are_written_as_they_are_read():
    facts = shipped_rtl_facts()
    assert read_rtl_facts(write_rtl_facts(facts), place="facts") == facts


def test_every_fact_says_where_it_is_from():
    facts = shipped_rtl_facts()
    assert all(fact.source and fact.licence and fact.tool and fact.part for fact in facts)
    assert sum(fact.stage is Evidence.PLACED for fact in facts) == 20


def test_a_cell_that_does_not_fit_is_an_error():
    lines = write_rtl_facts(shipped_rtl_facts()[:2]).splitlines()
    broken = "\n".join([lines[0], lines[1].replace("adder_graph", "adder_graph,")])
    with pytest.raises(ReportError, match=r"mine.csv:2: .* any calibration"):
        read_rtl_facts(broken, place="mine.csv")
    with pytest.raises(ReportError, match=r"mine.csv: columns a, b; expected source"):
        read_rtl_facts("a,b\n1,2\n", place="mine.csv")


def test_an_unknown_table_is_refused():
    with pytest.raises(ReportError, match=r"jedi_linear_postroute.csv is"):
        read_rtl_table("mine.csv", "")
    with pytest.raises(ReportError, match=r"nothing of it becomes a part"):
        read_rtl_table("jedi_linear_postroute.csv", "lut\n1\n")


def test_the_published_table_is_what_is_shipped():
    folder = os.environ.get("CODESIGN_REPORTS")
    if not folder:
        pytest.skip("CODESIGN_REPORTS does not name the folder of the published tables")
    name = "jedi_linear_postroute.csv"
    text = (Path(folder) / "tables" / name).read_text(encoding="utf-8")
    placed = [fact for fact in shipped_rtl_facts() if fact.stage is Evidence.PLACED]
    assert list(read_rtl_table(name, text)) == placed
