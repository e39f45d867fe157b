"""Coefficients that are known come back from layers made with them."""

from dataclasses import replace

import numpy as np
import pytest

from codesign.design.hardware import Strategy
from codesign.estimate import shipped_facts
from codesign.estimate.fit import Linear, hold_out, path_coefficients

FACTS = [fact for fact in shipped_facts() if fact.strategy is Strategy.LATENCY][:40]


def features(fact):
    return {"adder_bits": fact.kernel.adder_bits, "inputs": fact.kernel.inputs, "one": 1.0}


def linear(target, *, free=("adder_bits", "inputs"), prior=(0.0, 0.0), fixed=()):
    return Linear(features=features, target=target, free=free, prior=prior, fixed=fixed)


def test_known_coefficients_come_back():
    found = linear(lambda fact: 2 * fact.kernel.adder_bits + 7 * fact.kernel.inputs)
    assert dict(found.coefficients(FACTS)) == pytest.approx({"adder_bits": 2, "inputs": 7})


def test_what_is_fixed_is_not_fitted():
    found = linear(
        lambda fact: 2 * fact.kernel.adder_bits + 5,
        free=("adder_bits",),
        prior=(0.0,),
        fixed=(("one", 5.0),),
    )
    assert dict(found.coefficients(FACTS)) == pytest.approx({"adder_bits": 2, "one": 5})


def test_a_term_that_would_be_negative_is_left_out():
    found = linear(lambda fact: max(2 * fact.kernel.adder_bits - 3 * fact.kernel.inputs, 1))
    assert dict(found.coefficients(FACTS))["inputs"] == 0


def test_the_pull_decides_where_layers_say_nothing():
    same = [replace(fact, kernel=FACTS[0].kernel) for fact in FACTS]
    found = linear(lambda fact: 2 * fact.kernel.adder_bits, prior=(2.0, 9.0))
    assert all(value >= 0 for _, value in found.coefficients(same))


def test_no_layer_has_a_part_in_its_own_judgement():
    seen = []

    def fit(facts):
        groups = {fact.group for fact in facts}

        def predict(fact):
            seen.append(fact.group in groups)
            return 1.0

        return predict

    judged = hold_out(FACTS, fit, key=lambda fact: fact.group, seed=1)
    assert len(judged.facts) == len(FACTS)
    assert not any(seen)


def test_the_time_of_an_adder_comes_back():
    depth = np.arange(1, 60.0)
    paths = np.stack([np.ones_like(depth), depth, depth * 16], axis=1)
    periods = np.full(len(depth), 5.0)
    cycles = np.floor(paths @ [0.5, 1.2, 0.02] / periods)
    found = path_coefficients(paths, cycles, periods)
    np.testing.assert_array_equal(np.floor(paths @ found / periods), cycles)
