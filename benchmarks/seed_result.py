"""Print the results table of the README: PTQ, QAT and QAP of the jet tagger against float.

Every row is the committed recipe with the stated precisions, trained from three seeds. Accuracy is
that of the bit-exact emulator on test events that no fit has seen; its error is the standard error
over the seeds and the binomial error of the test events in quadrature. The difference to the float
model is taken event by event.
"""

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import Progress as Bar

from codesign.design.plan import LayerQuantization, Mode
from codesign.design.precision import Precision
from codesign.emulator import emulate
from codesign.metrics import network_bops
from codesign.pipeline import Run, read_recipe

RECIPE = Path("hls_projects/jet_tagger.toml")
ROOT = Path("hls_projects/build")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of the table."""

    name: str
    mode: Mode
    bits: int
    sparsity: float = 0.0


ROWS = (
    Row(name="PTQ", mode=Mode.PTQ, bits=14),
    Row(name="PTQ", mode=Mode.PTQ, bits=8),
    Row(name="PTQ", mode=Mode.PTQ, bits=6),
    Row(name="PTQ", mode=Mode.PTQ, bits=4),
    Row(name="QAT", mode=Mode.QAT, bits=8),
    Row(name="QAT", mode=Mode.QAT, bits=6),
    Row(name="QAT", mode=Mode.QAT, bits=4),
    Row(name="QAT + QAP", mode=Mode.QAT, bits=6, sparsity=0.8),
)


def candidate_of(row, seed):
    recipe = read_recipe(RECIPE)
    layer = LayerQuantization(
        name="*",
        weight=Precision(width=row.bits, integer=1),
        bias=Precision(width=row.bits, integer=1),
        activation=Precision(width=row.bits, integer=2, signed=False),
    )
    return replace(
        recipe,
        quantization=replace(recipe.quantization, layers=(layer,)),
        pruning=replace(recipe.pruning, sparsity=row.sparsity),
        training=replace(recipe.training, mode=row.mode, calibrate=row.mode is Mode.PTQ, seed=seed),
    )


def measure(row, seed, progress):
    """Return per-event correctness of the float model and of the emulator, sparsity and BOPs."""
    run = Run(candidate_of(row, seed), root=ROOT, progress=progress)
    network, test = run.network, run.prepared.test
    outputs = emulate(network, run.prepared.contracts.to_hardware(test))
    logits = np.load(run.reference / "logits.npy")
    zeros = np.concatenate([layer.kernel.values.ravel() == 0 for layer in dense_layers(network)])
    return (
        logits.argmax(axis=1) == test.labels,
        outputs.argmax(axis=1) == test.labels,
        zeros.mean(),
        network_bops(network),
    )


def dense_layers(network):
    return [layer for layer in network.layers if layer.kind == "dense"]


def error(per_seed, events):
    """Return the error of a mean over seeds: their spread, and the binomial error of the events."""
    spread = np.std(per_seed, ddof=1) / np.sqrt(len(per_seed)) if len(per_seed) > 1 else 0.0
    mean = np.mean(per_seed)
    return np.hypot(spread, np.sqrt(abs(mean) * (1 - abs(mean)) / events))


def summarize(row, found):
    reference = [left.mean() for left, _, _, _ in found]
    accuracy = [right.mean() for _, right, _, _ in found]
    events = sum(len(left) for left, _, _, _ in found)
    paired = [(right.astype(int) - left).std() / np.sqrt(len(left)) for left, right, _, _ in found]
    loss = 100 * (np.mean(accuracy) - np.mean(reference))
    loss_error = 100 * np.sqrt(np.mean(np.square(paired)) / len(found))
    zeros, bops = np.mean([[z, b] for _, _, z, b in found], axis=0)
    cells = (
        row.name,
        f"{row.bits}",
        f"{zeros:.0%}",
        f"{100 * np.mean(accuracy):.2f} ± {100 * error(accuracy, events):.2f}",
        f"{loss:+.2f} ± {loss_error:.2f}",
        f"{bops:,.0f}",
    )
    float_error = 100 * error(reference, events)
    float_cells = (
        "float",
        "32",
        "0%",
        f"{100 * np.mean(reference):.2f} ± {float_error:.2f}",
        "",
        "",
    )
    return tuple(f"| {' | '.join(texts)} |" for texts in (cells, float_cells))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    lines = []
    with Bar(console=Console(stderr=True)) as bar:
        total = bar.add_task("trainings", total=len(ROWS) * options.seeds)
        stage = bar.add_task("")

        def show(done, of, what):
            bar.update(stage, description=what, completed=done, total=of)

        for row in ROWS:
            found = []
            for seed in range(1, options.seeds + 1):
                found.append(measure(row, seed, show))
                bar.advance(total)
            line, reference = summarize(row, found)
            lines.append(line)
    print("| training | bits | zero weights | accuracy, % | against float, points | BOPs |")
    print("|---|---|---|---|---|---|")
    print("\n".join([reference, *lines]))


if __name__ == "__main__":
    main()
