"""A point of a proposer is one of the grid, and makes a candidate that says so."""

from hypothesis import given
from hypothesis import strategies as st

from codesign.design.codec import encode
from codesign.sweep.execution.task import trial_id
from codesign.sweep.results.pick import to_toml
from sweeps import SWEEP, small_sweep

SPACE = small_sweep(SWEEP.replace("values = [1, 2]", 'values = "legal"\nat_most = 32')).space
GRID = list(SPACE.points())
PROPOSED = st.fixed_dictionaries(
    {
        "bits": st.sampled_from([3, 4, 5, 6]),
        "strategy": st.sampled_from(["latency", "resource"]),
        "reuse_factor": st.integers(1, 40),
    }
)


@given(PROPOSED)
def test_a_canonical_point_is_in_the_grid_and_stays(values):
    point = SPACE.canonical(values)
    assert point in GRID
    assert SPACE.canonical(point) == point


@given(st.sampled_from(GRID))
def test_a_candidate_is_what_the_point_says(point):
    candidate = SPACE.candidate(point)
    assert candidate.quantization.layers[0].weight.width == point["bits"]
    assert candidate.hardware.strategy == point["strategy"]
    assert candidate.hardware.reuse_factor == point.get("reuse_factor", 1)


def test_every_point_of_the_grid_is_another_trial():
    ids = {trial_id(SPACE.candidate(point), (), data="d") for point in GRID}
    assert len(ids) == len(GRID)


@given(st.sampled_from(GRID))
def test_a_recipe_as_toml_is_the_candidate(point):
    import tomllib

    from codesign.design.candidate import Candidate
    from codesign.design.codec import decode

    candidate = SPACE.candidate(point)
    assert decode(Candidate, tomllib.loads(to_toml(encode(candidate))), place="x") == candidate
