"""What calls cost in joules: read from counters where there are any, else modelled or unavailable.

RAPL counts what whole CPU packages and their memory take, idle power and neighbors included; NVML
what a GPU board takes. Both are read before and after a loop of about a second, since their
counters move about once in a millisecond (RAPL) or slower (NVML).

Source: Linux kernel, Documentation/power/powercap; NVML API reference,
nvmlDeviceGetTotalEnergyConsumption.
"""

import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from codesign.baselines.runtime import Answer, Reals
from codesign.design.baseline_results import Processor
from codesign.design.energy import Energy, EnergySource
from codesign.design.report import PowerReport

POWERCAP = Path("/sys/class/powercap")
_LOOP_S = 1.0
_COUNTED = ("package", "dram")
"""Names of zones that count; ``core`` and ``uncore`` lie inside of packages, ``psys`` around."""


class Meter(Protocol):
    """Counts energy from when it was made."""

    source: EnergySource
    detail: str

    def joules(self) -> float:
        """Return the energy since the meter was made."""


class RaplMeter:
    """The counters of all CPU packages and their memory.

    A counter that was wrapped around once since it was last read is told from its range; twice
    cannot be seen, so read it more often than its range lasts: at 200 W, 262 kJ last 20 minutes.

    Args:
        root: Where the kernel shows the zones.

    Raises:
        EnergyUnavailable: If there is no zone, or it must not be read.
    """

    source = EnergySource.RAPL

    def __init__(self, root: Path = POWERCAP) -> None:
        zones = [path for path in sorted(root.glob("intel-rapl:*")) if _is_counted(path)]
        if not zones:
            msg = f"no RAPL zone in {root}: a virtual machine, or a processor without counters"
            raise EnergyUnavailable(msg)
        self._zones = [path / "energy_uj" for path in zones]
        self._ranges = [_microjoules(path / "max_energy_range_uj") for path in zones]
        self._last = [_microjoules(path) for path in self._zones]
        self._total = 0
        self.detail = ", ".join(f"{path.name} ({_name(path)})" for path in zones)

    def joules(self) -> float:
        """Return the energy since the meter was made."""
        for number, zone in enumerate(self._zones):
            now = _microjoules(zone)
            passed = now - self._last[number]
            self._total += passed + self._ranges[number] if passed < 0 else passed
            self._last[number] = now
        return self._total / 1e6


class NvmlMeter:
    """The counter of the first GPU board.

    Args:
        nvml: The package nvidia-ml-py, ``pynvml``; imported where None.

    Raises:
        EnergyUnavailable: If there is no driver, no GPU, or no counter.
    """

    source = EnergySource.NVML

    def __init__(self, nvml: Any = None) -> None:
        try:
            self._nvml = nvml or import_module("pynvml")
        except ImportError as error:
            msg = f"NVML: {error}; run: python -m pip install nvidia-ml-py"
            raise EnergyUnavailable(msg) from error
        try:
            self._nvml.nvmlInit()
            self._handle = self._nvml.nvmlDeviceGetHandleByIndex(0)
            self.detail = str(self._nvml.nvmlDeviceGetName(self._handle))
            self._begun = self._millijoules()
        except self._nvml.NVMLError as error:
            msg = f"NVML: {error}"
            raise EnergyUnavailable(msg) from error

    def joules(self) -> float:
        """Return the energy since the meter was made."""
        return (self._millijoules() - self._begun) / 1000

    def _millijoules(self) -> int:
        return int(self._nvml.nvmlDeviceGetTotalEnergyConsumption(self._handle))


class EnergyUnavailable(Exception):  # noqa: N818 - not an error: a row without energy stays a row
    """There is no counter to read, for the stated reason."""


_METERS: dict[Processor, Callable[[], Meter]] = {Processor.CPU: RaplMeter, Processor.GPU: NvmlMeter}


def energy_of(
    answer: Answer,
    pool: Sequence[Sequence[Reals]],
    *,
    processor: Processor,
    mean_s: float,
    tdp_w: float | None,
) -> Energy:
    """Return the energy of a call: measured if possible, modelled if a power is stated.

    Args:
        answer: The runtime, warmed up.
        pool: The inputs of one call an entry.
        processor: Whose counters to read.
        mean_s: Mean time of a call in seconds.
        tdp_w: Stated power in watts, None for none.
    """
    if processor not in _METERS:
        return Energy(source=EnergySource.UNAVAILABLE, detail=f"no counter of a {processor} here")
    try:
        meter = _METERS[processor]()
    except EnergyUnavailable as reason:
        return modelled(tdp_w, mean_s, why=str(reason))
    return measured(meter, lambda call: answer(pool[call % len(pool)]), seconds=_LOOP_S)


def measured(meter: Meter, call: Callable[[int], object], *, seconds: float) -> Energy:
    """Return the energy of a call, by a meter around a loop of calls."""
    calls, begun, start = 0, time.monotonic(), meter.joules()
    while (passed := time.monotonic() - begun) < seconds:
        call(calls)
        calls += 1
    joules = meter.joules() - start
    return Energy(
        source=meter.source,
        power_w=joules / passed,
        call_mj=1000 * joules / calls,
        detail=f"{meter.detail}; {calls:,} calls in {passed:.2f} s",
    )


def modelled(tdp_w: float | None, mean_s: float, *, why: str) -> Energy:
    """Return a stated power times a time, or nothing where no power is stated."""
    if tdp_w is None:
        return Energy(source=EnergySource.UNAVAILABLE, detail=why)
    return Energy(
        source=EnergySource.TDP,
        power_w=tdp_w,
        call_mj=1000 * tdp_w * mean_s,
        detail=f"{tdp_w:g} W as stated, times the mean time of a call; {why}",
    )


def reported(power: PowerReport | None, call_s: float | None) -> Energy:
    """Return the energy of a call by the power that a synthesis tool modelled.

    Args:
        power: Of the tool, None where it says nothing.
        call_s: Time of a call in seconds, None where it is not known.
    """
    if power is None or call_s is None:
        missing = "power" if power is None else "latency"
        return Energy(source=EnergySource.UNAVAILABLE, detail=f"no report of {missing}")
    confidence = power.confidence.lower() or "not said"
    return Energy(
        source=EnergySource.VENDOR,
        power_w=power.total_w,
        call_mj=1000 * power.total_w * call_s,
        detail=f"modelled by the tool, {power.evidence}, confidence {confidence}",
    )


def _is_counted(zone: Path) -> bool:
    return _name(zone).startswith(_COUNTED)


def _name(zone: Path) -> str:
    try:
        return (zone / "name").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _microjoules(path: Path) -> int:
    try:
        return int(path.read_text(encoding="utf-8"))
    except PermissionError as error:
        msg = f"{path} is readable by root only; run as root, or: chmod a+r {path}"
        raise EnergyUnavailable(msg) from error
    except (OSError, ValueError) as error:
        msg = f"{path} cannot be read: {error}"
        raise EnergyUnavailable(msg) from error
