"""Outside programs: finding them, running them, asking their versions."""

from codesign.toolchain.find import find_tool
from codesign.toolchain.parallel import run_all
from codesign.toolchain.run import Command, Completed, run
from codesign.toolchain.versions import package_versions, tool_version

__all__ = [
    "Command",
    "Completed",
    "find_tool",
    "package_versions",
    "run",
    "run_all",
    "tool_version",
]
