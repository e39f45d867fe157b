"""QKeras = emulator on random networks of every layer and quantizer, in range and far outside."""

import pytest
from conv_models import random_model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from qkeras_reference import assert_exact

DRAWN = settings(
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
RANDOM = st.randoms(use_true_random=False)


def check(random, events):
    spread, pruned = random.choice([0.3, 1.0, 2.0]), random.choice([0.0, 0.5])
    model = random_model(random)
    assert_exact(model, seed=random.randint(0, 2**16), events=events, spread=spread, pruned=pruned)


@pytest.mark.keras
@given(random=RANDOM)
@settings(DRAWN, max_examples=40)
def test_the_emulator_gives_every_bit_that_qkeras_gives(random):
    check(random, events=200)


@pytest.mark.keras
@pytest.mark.slow
@given(random=RANDOM)
@settings(DRAWN, max_examples=500)
def test_the_emulator_gives_every_bit_of_the_whole_set(random):
    check(random, events=1000)
