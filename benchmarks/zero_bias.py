"""How fast zero bias is made from a pool, in CPU time: ``python benchmarks/zero_bias.py POOL.npz``.

Without a pool, one of 2,000 collisions is made first (extra gen).
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

from codesign.data.l1 import L1Sample, l1_chunks, make_pool, read_pool, write_pool

CROSSINGS = 10_000
PILE_UPS = (20.0, 50.0, 140.0)
SMALL_POOL = 2_000


def main() -> None:
    if len(sys.argv) > 1:
        measure(Path(sys.argv[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pool.npz"
        start = time.process_time()
        write_pool(make_pool(collisions=SMALL_POOL, seed=1), path)
        print(f"{SMALL_POOL} collisions made in {time.process_time() - start:.1f} s of CPU\n")
        measure(path)


def measure(path: Path) -> None:
    pool = read_pool(path)
    print(f"{CROSSINGS:,} crossings, pool of {pool.made:,} collisions, one process\n")
    print("| pile-up | crossings/s of CPU | crossings/s of wall | peak memory, MB |")
    print("|---:|---:|---:|---:|")
    for pile_up in PILE_UPS:
        sample = L1Sample(pool=path, crossings=CROSSINGS, pile_up=pile_up)
        cpu, wall = time.process_time(), time.perf_counter()
        made = sum(chunk.num_events for chunk in l1_chunks(sample))
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"| {pile_up:g} | {made / cpu:,.0f} | {made / wall:,.0f} | {memory:,.0f} |")


if __name__ == "__main__":
    main()
