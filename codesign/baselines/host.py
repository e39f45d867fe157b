"""The machine that measures, and what others do on it meanwhile."""

import os
import platform
import time
from importlib import metadata
from pathlib import Path

from codesign.design.host import Host
from codesign.design.progress import Progress, silent

_PROC, _SYS, _DEV = Path("/proc"), Path("/sys"), Path("/dev")
_SAMPLE_S = 1.0
_SETTLING = "waiting until the load average has forgotten what just ended"
_SHORTEST_S = 0.5
_IDLE = (3, 4)
"""Fields of /proc/stat that are not work: idle and waiting for a disk (proc(5))."""
_COUNTED = 8
"""Fields before the time of guests, which the kernel has counted as user time already."""
_PACKAGES = (
    "codesign",
    "numpy",
    "tensorflow",
    "tf-keras",
    "ai-edge-litert",
    "onnx",
    "onnxruntime",
    "onnxruntime-gpu",
    "openvino",
    "tritonclient",
    "nvidia-ml-py",
)


def read_host(*, proc: Path = _PROC, sys: Path = _SYS, dev: Path = _DEV) -> Host:
    """Return what can be known of this machine, after watching it for a second.

    Args:
        proc: Where the kernel tells of processes.
        sys: Where it tells of devices.
        dev: Where devices are.
    """
    cores = sorted(available_cpus())
    info = _text(proc / "cpuinfo")
    load = _text(proc / "loadavg").split()
    busy = BusyCores(proc=proc)
    time.sleep(_SAMPLE_S)
    return Host(
        name=platform.node(),
        processor=_field(info, "model name") or platform.machine(),
        cores=len(cores),
        memory_gb=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        kernel=platform.release(),
        governor=_text(sys / f"devices/system/cpu/cpu{cores[-1]}/cpufreq/scaling_governor").strip(),
        virtual="hypervisor" in _field(info, "flags").split(),
        load_average=float(load[0]) if load else None,
        foreign_cores=busy.foreign_cores(),
        gpus=gpu_devices(dev),
        versions=(("python", platform.python_version()), *_versions()),
    )


def settled_host(
    *,
    settle_s: float,
    progress: Progress = silent,
    proc: Path = _PROC,
    sys: Path = _SYS,
    dev: Path = _DEV,
) -> Host:
    """Return this machine once its load average is of now.

    It is that of the last minute, so it still holds what this command did a moment ago. While it is
    above what is quiet and no other program is working, there is nothing but that to wait for.

    Args:
        settle_s: Seconds to wait at most; what is still loaded then is returned as it is.
        progress: Told how many of them have passed.
        proc: As in :func:`read_host`.
        sys: As there.
        dev: As there.
    """
    begun = time.monotonic()
    while True:
        host = read_host(proc=proc, sys=sys, dev=dev)
        passed = time.monotonic() - begun
        if not host.is_loaded or host.is_shared or passed >= settle_s:
            return host
        progress(round(passed), round(settle_s), _SETTLING)


def available_cpus() -> set[int]:
    """Return the processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return set(os.sched_getaffinity(0))
    return set(range(os.cpu_count() or 1))


def gpu_devices(dev: Path = _DEV) -> tuple[str, ...]:
    """Return the device files of NVIDIA's graphics processors."""
    return tuple(sorted(path.name for path in dev.glob("nvidia[0-9]*")))


class BusyCores:
    """How many cores other programs keep busy, from the making of this until asked.

    Args:
        proc: Where the kernel tells of processes.
    """

    def __init__(self, *, proc: Path = _PROC) -> None:
        self._stat = proc / "stat"
        self._begun, self._work, self._own = time.monotonic(), _work_s(self._stat), _own_s()

    def foreign_cores(self) -> float | None:
        """Return how many, on average; None without /proc or below half a second."""
        passed, work = time.monotonic() - self._begun, _work_s(self._stat)
        if work is None or self._work is None or passed < _SHORTEST_S:
            return None
        foreign = (work - self._work) - (_own_s() - self._own)
        return round(max(0.0, foreign / passed), 3)


def _work_s(stat: Path) -> float | None:
    """Return the seconds that all cores have worked since the machine was started."""
    fields = _text(stat).partition("\n")[0].split()[1 : 1 + _COUNTED]
    if len(fields) < _COUNTED:
        return None
    ticks = sum(int(field) for number, field in enumerate(fields) if number not in _IDLE)
    return ticks / os.sysconf("SC_CLK_TCK")


def _own_s() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _field(text: str, name: str) -> str:
    lines = (line.partition(":") for line in text.splitlines())
    return next((value.strip() for key, _, value in lines if key.strip() == name), "")


def _versions() -> list[tuple[str, str]]:
    found = []
    for name in _PACKAGES:
        try:
            found.append((name, metadata.version(name)))
        except metadata.PackageNotFoundError:
            continue
    return found
