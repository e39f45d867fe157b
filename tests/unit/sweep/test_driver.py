import json
from dataclasses import replace
from functools import partial

import pytest
from sweep_trials import full_disk, quick

from codesign.errors import InvalidDesignError
from codesign.sweep.execution.declared import differences
from codesign.sweep.execution.driver import drive
from codesign.sweep.execution.executor import in_process
from codesign.sweep.execution.verify import Verify
from codesign.sweep.outcome import State
from codesign.sweep.results.pareto import front
from codesign.sweep.space.sweep import Proposers, Search
from codesign.sweep.store.lock import SweepLockedError, locked
from codesign.sweep.store.places import Places
from codesign.sweep.store.store import Store
from sweeps import SWEEP, small_sweep

QUICK = partial(in_process, quick)


def run(sweep, tmp_path, *, evaluator=quick, data="d", **options):
    places = Places.of(sweep.name, tmp_path)
    options = {"check": Verify.NONE, **options}
    return drive(sweep, places, partial(in_process, evaluator), data=data, **options)


def stored(tmp_path, name="small"):
    with Store(Places.of(name, tmp_path).store, readonly=True) as store:
        return list(store.trials())


def test_a_grid_is_done_to_its_end(tmp_path):
    counts = run(small_sweep(), tmp_path)

    assert counts[State.DONE] + counts[State.PRUNED] == 12
    names = {trial.candidate["name"] for trial in stored(tmp_path)}
    assert len(names) == 12


def test_a_finished_sweep_has_nothing_to_do(tmp_path):
    run(small_sweep(), tmp_path)
    before = stored(tmp_path)

    run(small_sweep(), tmp_path, evaluator=full_disk)

    assert stored(tmp_path) == before


def test_a_machine_that_fails_stops_the_sweep_and_the_trial_waits_again(tmp_path):
    with pytest.raises(OSError, match="No space left"):
        run(small_sweep(), tmp_path, evaluator=full_disk)
    assert [t.state for t in stored(tmp_path)] == [State.PROPOSED]
    assert stored(tmp_path)[0].attempts == 0

    counts = run(small_sweep(), tmp_path)

    assert counts[State.PROPOSED] == 0


def test_a_changed_space_is_refused_with_the_difference(tmp_path):
    run(small_sweep(), tmp_path)
    changed = small_sweep(SWEEP.replace("[3, 4, 5, 6]", "[3, 4, 5, 7]"))

    with pytest.raises(InvalidDesignError, match=r"dimensions\[0\].values\[3\]: 6 is now 7"):
        run(changed, tmp_path)
    with pytest.raises(InvalidDesignError, match=r'data: "d" is now "e"'):
        run(small_sweep(), tmp_path, data="e")


def test_changed_objectives_are_no_other_space(tmp_path):
    run(small_sweep(), tmp_path)
    run(small_sweep(SWEEP.replace('"min lut"', '"min latency_ns"')), tmp_path)

    with Store(Places.of("small", tmp_path).store, readonly=True) as store:
        assert json.loads(store.meta("goals"))["objectives"] == ["max accuracy", "min latency_ns"]


def test_two_drivers_do_not_work_on_one_sweep(tmp_path):
    with (
        locked(Places.of("small", tmp_path).folder),
        pytest.raises(SweepLockedError, match=r"small is being driven by process \d+ on"),
    ):
        run(small_sweep(), tmp_path)


def test_a_design_that_another_of_the_same_network_beats_for_certain_is_set_aside(tmp_path):
    def costly(task):
        outcome = quick(task)
        worse = task.candidate.hardware.strategy == "resource"
        costs = ("lut", "ff", "dsp", "bram_18k", "uram", "latency_ns", "ii")
        value = 2.0 if worse else 1.0
        extra = tuple(
            replace(outcome.measures[0], figure=f, value=value, low=value - 0.4, high=value + 0.4)
            for f in costs
        )
        return replace(outcome, measures=(outcome.measures[0], *extra))

    run(small_sweep(), tmp_path, evaluator=costly)

    by_state = {t.number: t for t in stored(tmp_path)}
    assert by_state[1].state is State.DONE
    assert by_state[2].state is State.PRUNED
    assert by_state[2].reason.startswith("dominated by trial 1")


def test_the_second_step_goes_on_with_the_best_of_the_first(tmp_path):
    text = SWEEP + '\n[then]\nover = ["bits"]\nsettings = { epochs = 5 }\n'

    run(small_sweep(text), tmp_path)

    then = [t for t in stored(tmp_path) if t.step == "then"]
    assert [t.point["bits"] for t in then] == [3, 4, 5, 6]
    assert {t.candidate["training"]["epochs"] for t in then} == {5}
    assert len(stored(tmp_path)) == 16
    run(small_sweep(text), tmp_path)
    assert len(stored(tmp_path)) == 16


@pytest.mark.keras
@pytest.mark.parametrize("kind", [Proposers.RANDOM, Proposers.NSGA2, Proposers.HYPERBAND])
def test_an_interrupted_search_gives_what_an_uninterrupted_one_gives(tmp_path, kind):
    sweep = replace(small_sweep(), search=Search(proposer=kind, trials=8))
    run(sweep, tmp_path / "whole")
    calls = []

    def stops(task):
        calls.append(task.id)
        if len(calls) % 3 == 0:
            raise OSError(28, "No space left on device")
        return quick(task)

    for _ in range(10):
        try:
            run(sweep, tmp_path / "broken", evaluator=stops)
            break
        except OSError:
            continue

    whole = {t.id: t.measures for t in stored(tmp_path / "whole")}
    assert {t.id: t.measures for t in stored(tmp_path / "broken")} == whole


def test_the_front_is_that_of_the_figures(tmp_path):
    sweep = small_sweep()
    run(sweep, tmp_path)

    with Store(Places.of("small", tmp_path).store, readonly=True) as store:
        points = front(store, sweep.objectives, sweep.constraints)

    assert [p.trial.point["bits"] for p in points] == [6, 5, 4, 3]
    assert all(p.trial.point["reuse_factor"] == 2 for p in points)


def test_differences_name_what_came_and_went():
    assert differences({"a": 1}, {"b": 2}) == ["a: 1 is now null", "b: null is now 2"]
