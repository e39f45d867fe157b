"""QKeras = emulator = C simulation on random networks of every layer and quantizer, or refused.

Half of the inputs are far out of range. The slow tests draw the networks of docs/random_networks.md
by their numbers; `python benchmarks/random_networks.py` makes its tables.
"""

import pytest
from graph_models import random_model
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from qkeras_reference import assert_exact
from random_verdicts import NETWORKS, REFUSALS, emulated, simulated, without_softmax

DRAWN = settings(
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
RANDOM = st.randoms(use_true_random=False)
SHARDS, SIMULATED = 20, 130


@pytest.mark.keras
@given(random=RANDOM)
@settings(DRAWN, max_examples=40)
def test_the_emulator_gives_every_bit_that_qkeras_gives(random):
    spread, pruned = random.choice([0.3, 1.0, 2.0]), random.choice([0.0, 0.5])
    model, seed = without_softmax(random_model(random)), random.randint(0, 2**16)
    try:
        assert_exact(model, seed=seed, events=200, spread=spread, pruned=pruned)
    except REFUSALS:
        reject()


@pytest.mark.keras
@pytest.mark.parametrize("number", range(0, 60, 3))
def test_a_network_of_refusable_constructs_is_exact_or_refused_by_name(number):
    emulated(number, events=100)


@pytest.mark.keras
@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_emulator_gives_every_bit_of_the_published_set(shard):
    verdicts = [emulated(n, events=1000)[0] for n in range(shard, NETWORKS, SHARDS)]

    exact = sum(not verdict.refused for verdict in verdicts)
    assert exact > len(verdicts) // 2


@pytest.mark.keras
@pytest.mark.csim
@pytest.mark.slow
@pytest.mark.parametrize("number", range(SIMULATED))
def test_the_c_simulation_gives_every_bit_of_the_published_set(number, tmp_path):
    _, network = emulated(number, events=2)
    if network is not None:
        simulated(network, number, tmp_path / "project", events=300)
