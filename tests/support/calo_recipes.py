"""Recipes of small energy regressions on generated calorimeter events."""

import tomllib
from pathlib import Path

from codesign.data import joined, write_npz
from codesign.data.calo import CaloSample, calo_chunks
from codesign.design.candidate import Candidate
from codesign.design.codec import decode

_IMAGE = '{ name = "image", columns = ["cell_*"], shape = [14, 11, 4], together = true }'
_TIMES = '{ name = "times", columns = ["time_*"], shape = [14, 11, 4], together = true }'
_SCALARS = '{ name = "scalars", columns = ["log_energy", "eta", "share_*"], shape = [6] }'
_TRACKS = '{ name = "tracks", columns = ["track_*"], shape = [2, 4] }'
_SIGNED = "".join(
    f"""
[[quantization.layers]]
name = "{name}"
weight = "fixed<6,1>"
bias = "fixed<6,2>"
activation = "fixed<6,3>"
activation_quantizer = "quantized_bits"
"""
    for name in ("scale_1", "shift_1", "scale_2", "shift_2")
)


def calo_recipe(sample: Path, *, full: bool, times: bool = False) -> Candidate:
    """Return a recipe of a model of the image, or of everything, that trains in seconds."""
    images = (_IMAGE, _TIMES) if times else (_IMAGE,)
    inputs = ", ".join((*images, _SCALARS, _TRACKS) if full else images)
    text = f"""
name = "calo_energy"
data = {{ sample = "{sample}", train = 0.6, validation = 0.2 }}
model = {{ builder = "deepcalo", widths = [2, 2], bottleneck = [4], inputs = [{inputs}] }}
pruning = {{ sparsity = 0.3, begin_epoch = 0, end_epoch = 1 }}
training = {{ epochs = 3, batch_size = 64 }}
validation = {{ events = 60 }}

[regression]
target = "true_energy"
scale = "cluster_energy"
against = ["pile_up"]
baseline = ["log_energy", "eta", "share_*"]

[hardware]
device = "u50"
clock = {{ period_ns = 5.0 }}
backend = "vitis"
io_type = "io_stream"

[quantization]
input = "fixed<10,2>"

[[quantization.layers]]
name = "*"
weight = "fixed<6,1>"
bias = "fixed<6,1>"
activation = "ufixed<6,1>"
{_SIGNED}"""
    return decode(Candidate, tomllib.loads(text), place="recipe")


def calo_sample(path: Path, *, events: int = 400) -> Path:
    """Write generated events and return their file."""
    write_npz(joined(list(calo_chunks(CaloSample(events=events)))), path)
    return path
