"""Where results come from."""

import os
import platform
import shutil
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from codesign.data import EventSet
from codesign.design.design_point import Provenance
from codesign.errors import ToolFailedError, ToolNotFoundError
from codesign.toolchain import find_tool, package_versions, run, tool_version

_PACKAGES = (
    "codesign",
    "numpy",
    "tensorflow",
    "tf-keras",
    "QKeras",
    "tensorflow-model-optimization",
    "hls4ml",
)


def provenance(events: EventSet) -> Provenance:
    """Return where results of these events, made here and now, come from."""
    return Provenance(
        versions=versions(),
        host=platform.node(),
        processor=f"{_processor()}, {os.cpu_count()} cores",
        utc=datetime.now(tz=UTC).isoformat(timespec="seconds"),
        git_revision=git_revision(),
        sample=events.sample,
        sample_digest=events.digest,
    )


def versions() -> tuple[tuple[str, str], ...]:
    """Return (name, version) of everything that decides a result."""
    python = ("python", platform.python_version())
    return (python, *package_versions(_PACKAGES), _compiler())


def git_revision() -> str:
    """Return the revision of codesign's own checkout, empty where it is installed from a wheel."""
    source = Path(__file__).resolve().parent.parent.parent
    if not (source / ".git").exists() or shutil.which("git") is None:
        return ""
    with TemporaryDirectory() as scratch:
        log = Path(scratch) / "git.log"
        command = (str(find_tool("git")), "rev-parse", "--short=12", "HEAD")
        try:
            run(command, cwd=source, timeout_s=10, log=log)
        except ToolFailedError:
            return ""
        return log.read_text(encoding="utf-8").splitlines()[-1]


def _compiler() -> tuple[str, str]:
    try:
        return "g++", tool_version(find_tool("g++"))
    except ToolNotFoundError:
        return "g++", "not installed"


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in text.splitlines() if "model name" in line]
    return names[0] if names else platform.machine()
