"""The pool of collisions: strata drawn in their shares, files, parts, what it supports."""

import numpy as np
import pytest
from l1_pools import collisions, pool_of, stratum

from codesign.data.l1 import make_pool
from codesign.data.l1.mixture import Mixture
from codesign.data.l1.pool import joined_strata
from codesign.data.l1.pool_file import read_pool, write_pool
from codesign.data.l1.pool_statistics import (
    distinct_collisions,
    smallest_share,
    smallest_unordered_share,
    weights,
)
from codesign.data.l1.process import STRATA
from codesign.data.l1.supported import supported_share
from codesign.data.l1.towers import Deposits, Seen
from codesign.errors import InvalidDataError, InvalidDesignError


def ladder():
    """Return a pool of three strata of falling cross section, and one beside them."""
    return pool_of(
        stratum(made=1000, quiet=100, loud=50, cross_section_mb=90.0, seed=1),
        stratum(
            made=500, quiet=10, loud=90, name="b", pt_hat_gev=10.0, cross_section_mb=9.0, seed=3
        ),
        stratum(
            made=200, quiet=0, loud=200, name="c", pt_hat_gev=20.0, cross_section_mb=1.0, seed=5
        ),
        stratum(
            made=40, quiet=0, loud=40, name="w", pt_hat_gev=None, cross_section_mb=1e-9, seed=7
        ),
        seed=7,
    )


def test_kinds_of_collisions_are_drawn_in_their_shares():
    mixture = Mixture.of(ladder())
    chosen, crossing = mixture.draw(40.0, np.random.default_rng(1), num_crossings=5000)
    kind = np.searchsorted(mixture.first, chosen, side="right") - 1
    found = np.bincount(kind, minlength=6) / 5000
    expected = 40 * np.array([0.9 * 0.95, 0.9 * 0.05, 0.09 * 0.82, 0.09 * 0.18, 0.01, 1e-11])
    assert (np.abs(found - expected) < 5 * np.sqrt(expected / 5000) + 1e-9).all()
    numbers = np.bincount(crossing, minlength=5000)
    assert numbers.mean() == pytest.approx(40, abs=0.5)
    assert numbers.var() == pytest.approx(40, rel=0.1)


def test_within_a_kind_every_collision_is_as_frequent():
    mixture = Mixture.of(pool_of(stratum(made=10, quiet=5, loud=0)))
    chosen, _ = mixture.draw(100.0, np.random.default_rng(2), num_crossings=1000)
    found = np.bincount(chosen, minlength=5)
    assert found.min() > 0.97 * found.mean()
    assert len(found) == 5


def test_a_collision_is_in_as_many_crossings_as_its_weight_says():
    pool = ladder()
    assert weights(pool, 50.0) == pytest.approx([0.045, 0.009, 0.0025, 1.25e-11])
    mixture = Mixture.of(pool)
    hard, first = mixture.count[4], mixture.first[4]
    chosen, _ = mixture.draw(50.0, np.random.default_rng(3), num_crossings=20_000)
    times = np.bincount(chosen, minlength=first + hard)[first : first + hard]
    assert times.mean() / 20_000 == pytest.approx(0.0025, rel=0.02)


def test_the_smallest_share_is_ten_collisions_of_the_stratum_below():
    pool = ladder()
    # up to 0.01 x 1 of the crossings come from c alone; b below it weighs 0.09 / 500
    assert distinct_collisions(pool, 1.0, share=0.005) == pytest.approx(0.005 * 500 / 0.09)
    # up to 0.1 from b too, and below is the softest: 0.9 / 1000
    assert distinct_collisions(pool, 1.0, share=0.05) == pytest.approx(0.05 * 1000 / 0.9)
    assert smallest_share(pool, 1.0) == pytest.approx(10 * 0.09 / 500)
    assert distinct_collisions(pool, 1.0, share=smallest_share(pool, 1.0)) == pytest.approx(10)


def test_a_pool_of_one_stratum_supports_what_its_size_does():
    pool = pool_of(stratum(made=1000, quiet=200, loud=50))
    assert smallest_share(pool, 40.0) == pytest.approx(0.4)
    assert smallest_share(pool, 400.0) == 1.0
    assert distinct_collisions(pool, 40.0, share=0.4) == pytest.approx(10)


def test_a_weak_stratum_below_ends_the_support():
    strata = list(ladder().strata)
    few = stratum(made=10, quiet=0, loud=10, name="b", pt_hat_gev=10.0, cross_section_mb=9.0)
    pool = pool_of(strata[0], few, *strata[2:])
    assert smallest_share(pool, 1.0) == pytest.approx(10 * 0.09 / 10)


def test_where_pt_hat_tells_nothing_the_largest_weight_counts():
    assert smallest_unordered_share(ladder(), 1.0) == pytest.approx(10 * 0.9 / 1000)
    assert smallest_unordered_share(ladder(), 500.0) == 1.0
    alone = pool_of(stratum(made=1000, quiet=200, loud=50))
    assert smallest_unordered_share(alone, 40.0) == smallest_share(alone, 40.0)


def test_a_file_says_what_it_supports():
    told = (("command", "x"), ("smallest share", "3.600e-07"))
    assert supported_share(told) == 3.6e-7
    before = (
        ("pile-up", "Poisson with mean 50, from a pool of 200,000 inelastic collisions (seed 1)"),
    )
    assert supported_share(before) == pytest.approx(2.5e-3)
    assert supported_share((("source", "nano.root"),)) == 0


def test_a_file_that_says_it_wrongly_is_refused():
    with pytest.raises(InvalidDataError, match="smallest share 'few' is no share of crossings"):
        supported_share((("smallest share", "few"),))


def test_a_pool_reads_back(tmp_path):
    pool = ladder()
    write_pool(pool, tmp_path / "pool.npz")
    back = read_pool(tmp_path / "pool.npz")
    assert (back.made, back.seed, back.num_muons) == (1740, 7, pool.num_muons)
    for one, other in zip(back.strata, pool.strata, strict=True):
        assert (one.name, one.pt_hat_gev, one.made) == (other.name, other.pt_hat_gev, other.made)
        assert (one.cross_section_mb, one.error_mb) == (other.cross_section_mb, other.error_mb)
        np.testing.assert_array_equal(one.loud.ecal.et_gev, other.loud.ecal.et_gev)
        np.testing.assert_array_equal(one.quiet.muons.offsets, other.quiet.muons.offsets)


def _write_old(path):
    """Write a pool as version 1 of the format had it: soft and hard collisions of one kind."""
    arrays = {"format": np.array("codesign l1 pool 1"), "made": 1000, "seed": 7}
    for kind, seen in (("soft", collisions(1, 20)), ("hard", collisions(2, 50))):
        for source in ("ecal", "hcal"):
            for name in ("offsets", "tower", "et_gev"):
                arrays[f"{kind}_{source}_{name}"] = getattr(getattr(seen, source), name)
        arrays[f"{kind}_muons_offsets"] = seen.muons.offsets
        arrays[f"{kind}_muons_momenta"] = seen.muons.momenta
    np.savez(path, **arrays)


def test_a_pool_of_an_older_version_is_one_stratum(tmp_path):
    _write_old(tmp_path / "old.npz")
    pool = read_pool(tmp_path / "old.npz")
    (only,) = pool.strata
    assert (only.name, only.made, len(only.quiet), len(only.loud)) == ("inelastic", 1000, 20, 50)
    assert Mixture.of(pool).share.tolist() == [0.95, 0.05]
    assert smallest_share(pool, 40.0) == pytest.approx(0.4)


def test_a_file_that_is_no_pool_is_refused(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.ones(3))
    with pytest.raises(InvalidDataError, match=r"a.npz is no pool of collisions; make one"):
        read_pool(tmp_path / "a.npz")
    np.savez(tmp_path / "c.npz", format="codesign l1 pool 9")
    with pytest.raises(InvalidDataError, match=r"format is 'codesign l1 pool 9'; make one"):
        read_pool(tmp_path / "c.npz")
    broken = Deposits(
        offsets=np.array([0, 9]), tower=np.zeros(2, np.uint16), et_gev=np.zeros(2, np.float32)
    )
    good = collisions(1, 1)
    damaged = Seen(ecal=broken, hcal=good.hcal, muons=good.muons)
    one = stratum(made=1, quiet=0, loud=1)
    write_pool(
        pool_of(
            type(one)(
                name="x",
                pt_hat_gev=0.0,
                cross_section_mb=1.0,
                error_mb=0.1,
                made=1,
                quiet=damaged,
                loud=good,
            )
        ),
        tmp_path / "b.npz",
    )
    with pytest.raises(InvalidDataError, match=r"b.npz is a damaged pool .*offsets do not fit"):
        read_pool(tmp_path / "b.npz")


def test_a_stratum_without_cross_section_is_refused(tmp_path):
    write_pool(pool_of(stratum(made=5, quiet=1, loud=1, cross_section_mb=0.0)), tmp_path / "p.npz")
    with pytest.raises(InvalidDataError, match="a stratum without collisions or cross section"):
        read_pool(tmp_path / "p.npz")


def test_a_pool_of_too_few_is_refused():
    with pytest.raises(InvalidDesignError, match="a pool of 99 collisions .* at least 100"):
        make_pool(collisions=99, seed=1)


def _put_parts(folder, collisions_in_all, seed):
    """Write the parts that a pool is made of, and return them."""
    parts = []
    for number, process in enumerate(STRATA):
        count = round(collisions_in_all * process.per_mille / 1000)
        for part, start in enumerate(range(0, count, 20_000)):
            size = min(20_000, count - start)
            one = stratum(
                made=size,
                quiet=3,
                loud=2,
                name=process.name,
                pt_hat_gev=process.pt_hat_gev,
                cross_section_mb=1.0 + part,
                seed=10 * number + part,
            )
            name = f"seed-{seed}-stratum-{number}-part-{part}-of-{size}.npz"
            write_pool(pool_of(one, seed=seed), folder / name)
            parts.append(one)
    return parts


def test_a_pool_goes_on_from_the_parts_that_are_there(tmp_path):
    parts = _put_parts(tmp_path, 60_000, seed=3)
    told = []
    found = make_pool(
        collisions=60_000, seed=3, parts=tmp_path, progress=lambda *step: told.append(step[:2])
    )
    assert [one.name for one in found.strata] == [process.name for process in STRATA]
    assert (found.made, told[-1]) == (60_000, (60_000, 60_000))
    soft = found.strata[0]
    assert (soft.made, len(soft.quiet), len(soft.loud)) == (30_900, 6, 4)
    assert soft.cross_section_mb == pytest.approx((20_000 * 1 + 10_900 * 2) / 30_900)
    assert soft.error_mb == pytest.approx(np.hypot(20_000 * 0.01, 10_900 * 0.02) / 30_900)
    np.testing.assert_array_equal(
        soft.loud.ecal.et_gev, np.concatenate([part.loud.ecal.et_gev for part in parts[:2]])
    )


def test_a_damaged_part_is_named(tmp_path):
    _put_parts(tmp_path, 500, seed=3)
    (tmp_path / "seed-3-stratum-1-part-0-of-90.npz").write_bytes(b"half a part")
    with pytest.raises(InvalidDataError, match=r"stratum-1-part-0-of-90.npz is damaged or not"):
        make_pool(collisions=500, seed=3, parts=tmp_path)


def test_a_joined_stratum_keeps_loud_collisions_and_not_all_quiet_ones(monkeypatch):
    monkeypatch.setattr("codesign.data.l1.pool.MAX_QUIET", 50)
    parts = [stratum(made=45, quiet=40, loud=5, seed=n) for n in range(3)]
    (found,) = joined_strata(parts)
    assert (len(found.quiet), len(found.loud), found.made) == (50, 15, 135)
