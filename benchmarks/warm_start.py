"""What warm starts along bit widths and sparsities do to accuracy at equal epochs.

python benchmarks/warm_start.py --epochs 6 --seeds 3

One training a design and seed. Where it is warm-started, QAT begins with the weights of the next
less sparse or next wider design of the sweep instead of those of the float reference.
"""

import argparse
import math
import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
SWEEP = """\
name = "{name}"
recipe = "{recipe}"
objectives = ["max accuracy", "min bops"]
base = {{ epochs = {epochs}, prune_begin = 0, prune_end = {end} }}
search = {{ warm_start = {warm} }}

[[dimensions]]
set = "bits"
values = [6, 4, 3]

[[dimensions]]
set = "sparsity"
values = [0.0, 0.5, 0.9]

[[dimensions]]
set = "seed"
values = {seeds}
"""


def accuracies(folder, *, warm, epochs, seeds):
    """Run a sweep and return the accuracies by (bits, sparsity)."""
    from codesign.sweep.execution.verify import Verify
    from codesign.sweep.launch import Lending, open_sweep, run_sweep
    from codesign.sweep.outcome import State
    from codesign.sweep.store.places import Places
    from codesign.sweep.store.store import Store

    name = "warm" if warm else "cold"
    path = folder / f"{name}.toml"
    text = SWEEP.format(
        name=name,
        recipe=ROOT / "hls_projects" / "jet_tagger.toml",
        epochs=epochs,
        end=max(1, epochs - 2),
        warm=str(warm).lower(),
        seeds=list(range(1, seeds + 1)),
    )
    path.write_text(text, encoding="utf-8")
    run_sweep(open_sweep(path, folder), folder, Lending(workers=1), check=Verify.NONE)
    found = {}
    with Store(Places.of(name, folder).store, readonly=True) as store:
        for trial in store.trials(State.DONE):
            key = trial.point["bits"], trial.point["sparsity"]
            found.setdefault(key, []).append(trial.figure("accuracy").value)
    return found


def shown(values):
    """Return mean and its error from the scatter between seeds."""
    mean = sum(values) / len(values)
    if len(values) < 2:
        return f"{mean:.4f}"
    scatter = math.sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1))
    return f"{mean:.4f} ± {scatter / math.sqrt(len(values)):.4f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--seeds", type=int, default=3)
    asked = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory() as scratch:
        sides = [
            accuracies(Path(scratch), warm=warm, epochs=asked.epochs, seeds=asked.seeds)
            for warm in (False, True)
        ]
    print(f"| bits | sparsity | from the float reference | warm-started ({asked.epochs} epochs) |")
    print("|---|---|---|---|")
    for bits, sparsity in sides[0]:
        cold, warm = (shown(side[bits, sparsity]) for side in sides)
        print(f"| {bits} | {sparsity:.0%} | {cold} | {warm} |")


if __name__ == "__main__":
    main()
