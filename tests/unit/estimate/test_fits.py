import pytest
from estimated_networks import hardware, mlp

from codesign.design.device import find_device
from codesign.design.hardware import Strategy
from codesign.design.report import Figure
from codesign.errors import InvalidDesignError
from codesign.estimate import Verdict, check_fit, estimate, forecast, suggest_changes, sweep_reuse
from codesign.estimate.fits import Demand
from codesign.estimate.what_if import with_reuse_factor


@pytest.mark.parametrize(
    ("available", "verdict"),
    [(150, Verdict.FITS), (100, Verdict.MAY_FIT), (79, Verdict.DOES_NOT_FIT)],
)
def test_a_limit_within_the_range_may_fit(available, verdict):
    used = Figure(value=100, low=80, high=120)
    assert Demand(name="lut", used=used, available=available).verdict is verdict


def test_the_resource_that_runs_out_first_is_named():
    report = estimate(mlp(), hardware())
    fit = check_fit(report, find_device("u250"), budget=0.5)
    assert fit.first_out.name == "dsp"
    assert fit.verdict is Verdict.FITS
    assert check_fit(report, find_device("u250"), budget=0.1).verdict is Verdict.DOES_NOT_FIT


def test_a_device_without_a_resource_has_none_to_give():
    used = Figure.exact(3)
    assert Demand(name="uram", used=used, available=0).verdict is Verdict.DOES_NOT_FIT
    assert Demand(name="uram", used=used, available=0).share == float("inf")


def test_a_latency_budget_counts_in_nanoseconds_and_bunch_crossings():
    report = estimate(mlp(), hardware())
    fit = check_fit(report, find_device("u250"), latency_ns=10)
    assert fit.verdict is Verdict.DOES_NOT_FIT
    assert fit.first_out.name == "latency_ns"
    assert fit.bunch_crossings == report.latency_cycles.value * 5 / 25


def test_a_budget_above_one_is_refused():
    with pytest.raises(InvalidDesignError, match=r"a budget of 25 is not in \(0, 1\]"):
        check_fit(estimate(mlp(), hardware()), find_device("u250"), budget=25)


def test_a_report_of_another_part_is_refused():
    with pytest.raises(InvalidDesignError, match=r"the report is of u250, not of vu9p"):
        check_fit(estimate(mlp(), hardware()), find_device("vu9p"))


def test_suggestions_lower_what_runs_out_first_and_say_by_how_much():
    net, built = mlp(), hardware()
    demand = check_fit(estimate(net, built), find_device("u250")).first_out
    changes = suggest_changes(net, built, demand)
    assert changes[0].after < changes[0].before == demand.used.value
    assert [change.after for change in changes] == sorted(change.after for change in changes)


def test_a_sweep_takes_the_nearest_legal_reuse_factor_of_each_layer():
    built = hardware(strategy=Strategy.RESOURCE)
    (report,) = sweep_reuse(mlp((16, 64, 5)), built, (30,))
    assert [layer.reuse_factor for layer in report.layers] == [32, 0, 32]


def test_a_reuse_factor_below_one_is_refused():
    with pytest.raises(InvalidDesignError, match=r"a reuse factor of 0 is below 1"):
        with_reuse_factor(mlp(), hardware(), 0)


def test_a_forecast_holds_both_stages():
    found = forecast(mlp(), hardware(), reuse_factors=(1, 2))
    assert [report.target for report in found.stages] == ["csynth", "logic_synth"]
    assert len(found.sweep) == 2
