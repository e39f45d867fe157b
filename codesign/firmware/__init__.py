"""From a quantized network to a firmware project, and its C simulation."""

from codesign.firmware.backend import FirmwareBackend, generate, supports
from codesign.firmware.hls.csim import compile_csim, csim
from codesign.firmware.hls.reuse import check_reuse_factors
from codesign.firmware.manifest import files_digest, read_project

__all__ = [
    "FirmwareBackend",
    "check_reuse_factors",
    "compile_csim",
    "csim",
    "files_digest",
    "generate",
    "read_project",
    "supports",
]
