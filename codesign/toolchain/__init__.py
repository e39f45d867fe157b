"""Outside programs: finding them, running them, asking their versions."""

from codesign.toolchain.find import find_tool
from codesign.toolchain.run import Completed, run
from codesign.toolchain.versions import package_versions, tool_version

__all__ = ["Completed", "find_tool", "package_versions", "run", "tool_version"]
