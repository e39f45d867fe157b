import numpy as np
import pytest

from codesign.baselines.agreement import FLOAT_TOLERANCE, check_outputs, slices

EVENTS = np.arange(40, dtype=np.float32).reshape(20, 2)


def same(inputs):
    return [2 * inputs[0]]


def check(answer, *, batch=4, rounds=False):
    return check_outputs(answer, [EVENTS], [2 * EVENTS], batch=batch, rounds=rounds)


def test_equal_outputs_differ_by_nothing():
    found = check(same)

    assert (found.difference, found.events, found.holds) == (0.0, 20, True)


@pytest.mark.parametrize("batch", [1, 3, 20, 64])
def test_every_call_has_the_events_of_its_batch(batch):
    def answer(inputs):
        assert inputs[0].shape == (batch, 2)
        assert inputs[0].flags.c_contiguous
        return same(inputs)

    assert check(answer, batch=batch).holds


def test_a_difference_is_relative_to_the_output_and_its_rms():
    rms = float(np.sqrt(np.mean((2 * EVENTS.astype(np.float64)) ** 2)))
    found = check(lambda inputs: [2 * inputs[0] + np.float32(1)])

    assert found.difference == pytest.approx(1 / rms)  # at the output that is 0
    assert not found.holds


def test_one_wrong_value_of_one_event_is_seen():
    def answer(inputs):
        out = 2 * inputs[0]
        out[inputs[0] == 33] += 0.5
        return [out]

    assert not check(answer).holds


@pytest.mark.parametrize("rounds", [False, True])
@pytest.mark.parametrize(
    "answer",
    [
        lambda inputs: [np.full_like(inputs[0], np.nan)],
        lambda inputs: [2 * inputs[0][:, :1]],
        lambda inputs: [np.full_like(inputs[0], np.inf)],
    ],
    ids=["NaN", "other shape", "infinity"],
)
def test_what_is_no_number_or_another_shape_never_agrees(answer, rounds):
    found = check(answer, rounds=rounds)

    assert not found.holds
    assert np.isfinite(found.difference)  # JSON knows no other


def test_a_second_output_counts_as_the_first():
    found = check_outputs(
        lambda inputs: [inputs[0], inputs[0] + 1],
        [EVENTS],
        [EVENTS, EVENTS],
        batch=2,
        rounds=False,
    )

    assert not found.holds


def test_float32_in_another_order_is_within_the_tolerance():
    rng = np.random.default_rng(1)
    events = rng.normal(size=(64, 2000)).astype(np.float32)
    kernel = rng.normal(size=(2000, 3)).astype(np.float32)
    order = rng.permutation(2000)

    found = check_outputs(
        lambda inputs: [inputs[0][:, order] @ kernel[order]],
        [events],
        [(events.astype(np.float64) @ kernel).astype(np.float32)],
        batch=64,
        rounds=False,
    )

    assert 0 < found.difference < 0.1 * FLOAT_TOLERANCE


def test_few_events_are_repeated_until_they_fill_a_batch():
    (call,) = slices([EVENTS[:3]], 8)

    assert call[0].shape == (8, 2)
    assert (call[0][3:6] == EVENTS[:3]).all()


def test_every_batch_size_is_held_to_the_same_events():
    events = np.random.default_rng(1).normal(size=(2000, 2)).astype(np.float32)

    counts = {
        check_outputs(same, [events], [2 * events], batch=batch, rounds=True).events
        for batch in (1, 5, 1000)
    }

    assert counts == {2000}
