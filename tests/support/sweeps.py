"""A small sweep in memory, for proposers and drivers."""

import tempfile
from pathlib import Path

from codesign.sweep.space.sweep_file import read_sweep

SIZES = {"dense_1": (16, 6), "logits": (6, 5)}
RECIPE = """
name = "small_tagger"
data = { sample = "jets" }
model = { builder = "jet_tagger", widths = [6] }
pruning = { sparsity = 0.0, begin_epoch = 0, end_epoch = 1 }
training = { epochs = 9, batch_size = 1024 }
hardware = { device = "vu9p", clock = { period_ns = 5.0 } }
validation = { events = 500 }

[quantization]
input = "fixed<10,4>"
layers = [{ name = "*", weight = "fixed<6,1>", bias = "fixed<6,1>", activation = "ufixed<6,2>" }]
"""
SWEEP = """\
name = "small"
recipe = "small_tagger.toml"
objectives = ["max accuracy", "min lut"]

[[dimensions]]
set = "bits"
values = [3, 4, 5, 6]

[[dimensions]]
set = "strategy"
values = ["latency", "resource"]

[[dimensions]]
set = "reuse_factor"
values = [1, 2]
when = { strategy = ["resource"] }
"""


def write_sweep(folder, *, text=SWEEP, recipe=RECIPE):
    """Write a sweep and its recipe into a folder and return the path of the sweep."""
    (folder / "small_tagger.toml").write_text(recipe, "utf-8")
    path = folder / "small.toml"
    path.write_text(text, "utf-8")
    return path


def small_sweep(text=SWEEP):
    """Return a sweep of 12 points."""
    with tempfile.TemporaryDirectory() as folder:
        return read_sweep(write_sweep(Path(folder), text=text), sizes=lambda _: SIZES)
