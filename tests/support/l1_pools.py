"""Pools of collisions that nobody had to generate."""

import numpy as np

from codesign.data.l1 import Pool, Stratum
from codesign.data.l1.towers import NUM_ETA, NUM_PHI, Deposits, Muons, Seen


def collisions(seed, number, *, mean_deposits=6, scale=3.0):
    """Return collisions of random towers, half of them with a muon."""
    generator = np.random.default_rng(seed)

    def deposits():
        sizes = generator.poisson(mean_deposits, number)
        return Deposits(
            offsets=np.concatenate([[0], np.cumsum(sizes)]),
            tower=generator.integers(0, NUM_ETA * NUM_PHI, sizes.sum()).astype(np.uint16),
            et_gev=generator.exponential(scale, sizes.sum()).astype(np.float32),
        )

    sizes = generator.integers(0, 2, number)
    muons = np.stack(
        [
            generator.exponential(10, sizes.sum()),
            generator.uniform(-2.4, 2.4, sizes.sum()),
            generator.uniform(0, 2 * np.pi, sizes.sum()),
        ],
        axis=1,
    )
    return Seen(
        ecal=deposits(),
        hcal=deposits(),
        muons=Muons(
            offsets=np.concatenate([[0], np.cumsum(sizes)]), momenta=muons.astype(np.float32)
        ),
    )


def stratum(*, made, quiet, loud, name="soft", pt_hat_gev=0.0, cross_section_mb=78.0, seed=1):
    """Return a stratum with so many quiet and loud collisions kept."""
    return Stratum(
        name=name,
        pt_hat_gev=pt_hat_gev,
        cross_section_mb=cross_section_mb,
        error_mb=cross_section_mb / 100,
        made=made,
        quiet=collisions(seed, quiet),
        loud=collisions(seed + 1, loud, scale=12.0),
    )


def pool_of(*strata, seed=1):
    """Return a pool of strata."""
    return Pool(strata=strata, seed=seed)
