"""From a quantized network to a firmware project, and its C simulation."""

from codesign.firmware.backend import FirmwareBackend, generate, supports
from codesign.firmware.csim import compile_csim, csim
from codesign.firmware.manifest import files_digest, read_project
from codesign.firmware.reuse import check_reuse_factors

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
