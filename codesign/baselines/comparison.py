"""Ratios of what was measured and what firmware takes: of the best runtime, or not at all."""

from collections.abc import Iterator, Sequence
from math import ceil

from codesign.baselines.energy import reported
from codesign.design.baseline_results import BaselineReport, Measured, Processor
from codesign.design.comparison import (
    CROSSING_NS,
    Comparison,
    Crossings,
    Estimated,
    Firmware,
    SpeedUp,
)
from codesign.design.published_results import PublishedTable
from codesign.design.report import Figure, HardwareReport, PowerReport
from codesign.errors import ReportError

_ROUNDING = 1e-9
"""Of a quotient that is a whole number."""


def firmware_of(
    report: HardwareReport, *, source: str, power: PowerReport | None = None
) -> Firmware:
    """Return the latency and the interval of a report, in nanoseconds.

    Args:
        report: An estimate, or what a tool found.
        source: Where it is from.
        power: What a tool says of its power; that of the report where None.

    Raises:
        ReportError: If it does not say latency, interval or clock.
    """
    cycles, interval, period = report.latency_cycles, report.initiation_interval, report.period_ns
    if cycles is None or interval is None or period is None:
        said = {"latency": cycles, "initiation interval": interval, "clock": period}
        missing = ", ".join(name for name, value in said.items() if value is None)
        msg = (
            f"{source}: {report.evidence} by {report.tool} does not say its {missing}; a report of "
            "C-synthesis does, one of logic synthesis alone does not"
        )
        raise ReportError(msg)
    latency_ns = _scaled(cycles, period)
    return Firmware(
        device=report.device,
        evidence=report.evidence,
        target=report.target,
        tool=report.tool,
        period_ns=period,
        latency_ns=latency_ns,
        interval_ns=_scaled(interval, period),
        energy=reported(power or report.power, latency_ns.value / 1e9),
        source=source,
    )


def compare(
    baselines: BaselineReport,
    firmware: Sequence[Firmware],
    *,
    accept_noise: bool = False,
    published: PublishedTable | None = None,
    left_out: Sequence[str] = (),
    estimated: Sequence[Estimated] = (),
) -> Comparison:
    """Return everything side by side, with ratios where they can be trusted.

    Args:
        baselines: Measured on this host.
        firmware: One entry a kind of evidence.
        accept_noise: Whether to draw ratios on a noisy host.
        published: Of the same network.
        left_out: What could not be compared.
        estimated: What stands beside published firmware.
    """
    return Comparison(
        baselines=baselines,
        firmware=tuple(sorted(firmware, key=lambda each: each.evidence.rank)),
        speedups=tuple(_speedups(baselines, firmware, accept_noise=accept_noise)),
        accepted_noise=accept_noise,
        crossings=_crossings(baselines, accept_noise=accept_noise),
        published=published,
        left_out=tuple(left_out),
        estimated=tuple(estimated),
    )


def _speedups(
    baselines: BaselineReport, firmware: Sequence[Firmware], *, accept_noise: bool
) -> Iterator[SpeedUp]:
    most = max((each.events_per_s for each in baselines.measured), default=0.0)
    for batch in baselines.protocol.batches:
        found = baselines.of(batch=batch)
        if not found or (baselines.noise(batch) and not accept_noise):
            continue
        best = found[0]
        for each in sorted(firmware, key=lambda each: each.evidence.rank):
            yield SpeedUp(
                batch=batch,
                runtime=best.runtime,
                threads=best.threads,
                evidence=each.evidence,
                target=each.target,
                latency=_ratio(best, each.batch_ns(batch)),
                throughput=each.events_per_s / most,
            )


def _ratio(best: Measured, firmware_ns: Figure) -> Figure:
    latency = best.latency
    return Figure(
        value=1000 * latency.p50_us / firmware_ns.value,
        low=1000 * latency.low_us / firmware_ns.high,
        high=1000 * latency.high_us / firmware_ns.low,
    )


def _crossings(baselines: BaselineReport, *, accept_noise: bool) -> Crossings | None:
    alone = [each for each in baselines.of(batch=1, processor=Processor.CPU) if len(each.cpus) == 1]
    if not alone or (baselines.noise(1) and not accept_noise):
        return None
    best = max(alone, key=lambda each: each.events_per_s)
    wanted = 1e9 / CROSSING_NS
    return Crossings(
        runtime=best.runtime,
        events_per_s=best.events_per_s,
        cores=ceil(wanted / best.events_per_s * (1 - _ROUNDING)),
    )


def _scaled(cycles: Figure, period_ns: float) -> Figure:
    return Figure(
        value=cycles.value * period_ns, low=cycles.low * period_ns, high=cycles.high * period_ns
    )
