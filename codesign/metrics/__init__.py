"""Figures of merit: what a set of scores is worth, and what a network costs in bit operations."""

from codesign.metrics.bit_operations import (
    bops,
    ebops,
    layer_bops,
    layer_ebops,
    network_bops,
    network_ebops,
    unpruned_bops,
)
from codesign.metrics.classification import accuracy, confusion, quality, softmax
from codesign.metrics.roc import RocCurve, auc, roc_curve
from codesign.metrics.summary import kernel_sparsity, summarize_layers

__all__ = [
    "RocCurve",
    "accuracy",
    "auc",
    "bops",
    "confusion",
    "ebops",
    "kernel_sparsity",
    "layer_bops",
    "layer_ebops",
    "network_bops",
    "network_ebops",
    "quality",
    "roc_curve",
    "softmax",
    "summarize_layers",
    "unpruned_bops",
]
