"""From Keras to the framework-free network: exactly, or not at all."""

from codesign.lowering.from_keras import lower
from codesign.lowering.hls4ml_config import read_hls4ml_config
from codesign.lowering.lint import check, lint
from codesign.lowering.network_file import load_network, save_network

__all__ = ["check", "lint", "load_network", "lower", "read_hls4ml_config", "save_network"]
