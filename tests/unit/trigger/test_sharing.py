import pytest

from codesign.trigger.sharing import SharedCollisions


def test_without_events_nothing_is_said():
    assert SharedCollisions().smallest_share == 0.0
    assert SharedCollisions().add(0.1, 0).smallest_share == 0.0


def test_files_of_equal_limit_are_of_one_pool():
    shared = SharedCollisions().add(1e-3, 400).add(1e-3, 600)
    assert shared.smallest_share == pytest.approx(1e-3)


def test_a_small_file_of_a_poor_pool_counts_by_its_share_of_the_events():
    shared = SharedCollisions().add(1e-7, 999_000).add(0.02, 1_000)
    assert shared.smallest_share == pytest.approx(2e-5)


def test_events_that_share_nothing_set_no_limit():
    assert SharedCollisions().add(0.0, 1_000).smallest_share == 0.0
