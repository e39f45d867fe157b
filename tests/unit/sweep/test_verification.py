"""Certificates and logic synthesis after the search, with made-up figures."""

from functools import partial

import pytest
from sweep_trials import quick

from codesign.errors import InfeasibleDesignError, InvalidDesignError
from codesign.reporting.sweep_tables import synthesis_table
from codesign.sweep.execution.bugs import SweepBugError
from codesign.sweep.execution.driver import drive
from codesign.sweep.execution.executor import in_process
from codesign.sweep.execution.trial import bug_outcome
from codesign.sweep.execution.verify import Verify
from codesign.sweep.outcome import Measure, Outcome, State
from codesign.sweep.results.export import rows
from codesign.sweep.results.page import summary_of
from codesign.sweep.results.status import status_of
from codesign.sweep.store.places import Places
from codesign.sweep.store.store import Store
from sweeps import SWEEP, small_sweep

RTL = SWEEP.replace('objectives = ["max', 'base = { backend = "rtl" }\nobjectives = ["max').replace(
    'values = ["latency", "resource"]', 'values = ["latency"]'
)
RTL = RTL[: RTL.index('[[dimensions]]\nset = "reuse_factor"')]


def exact(figure, value, evidence):
    return Measure(figure=figure, value=value, low=value, high=value, evidence=evidence)


def honest(task):
    """Find what RTL takes: half as much again as the estimate says."""
    if task.verify:
        return Outcome(state=State.DONE, measures=(exact("bit_exact", 1.0, "csim"),))
    outcome = quick(task)
    if task.synthesize:
        lut = 1.5 * outcome.figure("lut").value
        return Outcome(state=State.DONE, measures=(exact("lut", lut, "logic_synth"),))
    return outcome


def wrong(task):
    """Find that the netlist disagrees."""
    if task.synthesize:
        return Outcome(state=State.FAILED, reason="RTL or netlist disagree with the model; see x")
    return honest(task)


def run(tmp_path, *, evaluator=honest, check=Verify.FRONT, text=RTL):
    sweep = small_sweep(text)
    places = Places.of(sweep.name, tmp_path)
    lent = partial(in_process, evaluator)
    drive(sweep, places, lent, data="d", check=check, synthesis=True)
    return places


def test_designs_of_the_front_have_synthesis_beside_their_estimate(tmp_path):
    places = run(tmp_path)

    with Store(places.store, readonly=True) as store:
        front = status_of(places.folder, store).front
        assert len(front) == 4
        for point in front:
            (found,) = point.trial.beside
            assert (found.evidence, found.value) == (
                "logic_synth",
                1.5 * point.trial.figure("lut").value,
            )
            assert {m.evidence for m in point.figures} == {"exact"}


def test_what_is_synthesized_is_not_synthesized_again(tmp_path):
    places = run(tmp_path)
    run(tmp_path, evaluator=wrong)

    with Store(places.store, readonly=True) as store:
        assert len(list(store.trials())) == 4


def test_page_and_table_show_estimate_and_synthesis_side_by_side(tmp_path):
    places = run(tmp_path)

    with Store(places.store, readonly=True) as store:
        table = synthesis_table(summary_of(places.folder, store))
        exported = next(rows(store))

    assert table.header == ("trial", "LUT, estimated", "LUT, LOGIC_SYNTH")
    assert [row[2] for row in table.rows] == ["900", "750", "600", "450"]
    assert exported["lut_logic_synth"] == 1.5 * exported["lut"]


def test_a_netlist_that_disagrees_is_told(tmp_path):
    with pytest.raises(InfeasibleDesignError, match="RTL or netlist disagree with the model"):
        run(tmp_path, evaluator=wrong)


def test_a_bug_while_verifying_is_told_as_one(tmp_path):
    def broken(task):
        return bug_outcome(KeyError("top")) if task.verify else honest(task)

    with pytest.raises((SweepBugError, InfeasibleDesignError), match="bug of codesign: KeyError"):
        run(tmp_path, evaluator=broken)


def test_a_sweep_without_rtl_is_refused_before_it_begins(tmp_path):
    with pytest.raises(InvalidDesignError, match=r"write base = \{ backend = 'rtl' \}"):
        run(tmp_path, text=SWEEP)
    assert not Places.of("small", tmp_path).folder.exists()


def test_only_rtl_is_synthesized(tmp_path):
    text = RTL + '\n[[dimensions]]\nset = "backend"\nvalues = ["rtl", "vitis"]\n'
    places = run(tmp_path, text=text, check=Verify.ALL)

    with Store(places.store, readonly=True) as store:
        kinds = {t.candidate["hardware"]["backend"]: bool(t.beside) for t in store.trials()}
    assert kinds == {"rtl": True, "vitis": False}


def test_a_task_is_one_kind_of_work(tmp_path):
    tasks = []

    def noting(task):
        tasks.append(task)
        return honest(task)

    run(tmp_path, evaluator=noting)

    kinds = {(task.verify, task.synthesize) for task in tasks}
    assert kinds == {(False, False), (True, False), (False, True)}
