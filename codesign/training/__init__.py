"""Float references, PTQ, QAT and QAP, with seeds, histories and clear failures."""

from codesign.training.batch_norm import fold_batch_norm
from codesign.training.calibrate import calibrate
from codesign.training.deploy import copy_weights, snap_weights
from codesign.training.examples import Examples
from codesign.training.fit import fit
from codesign.training.prune import kernel_sparsity
from codesign.training.train import Trained, train_float, train_quantized

__all__ = [
    "Examples",
    "Trained",
    "calibrate",
    "copy_weights",
    "fit",
    "fold_batch_norm",
    "kernel_sparsity",
    "snap_weights",
    "train_float",
    "train_quantized",
]
