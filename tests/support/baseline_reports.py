"""Reports of measurements as they come from a host, with numbers that a test knows."""

from codesign.design.baseline_results import (
    Absence,
    Agreement,
    BaselineReport,
    Measured,
    Missing,
    Processor,
    Quantiles,
    Twin,
)
from codesign.design.energy import Energy, EnergySource
from codesign.design.host import Host
from codesign.design.protocol import Protocol
from codesign.design.report import Evidence, Figure, HardwareReport, Usage


def cell(runtime, us, *, batch=1, threads=1, spread=1.5, processor=Processor.CPU):
    """Return a runtime whose median call takes ``us`` microseconds."""
    return Measured(
        runtime=runtime,
        version="1.2.3",
        processor=processor,
        threads=threads,
        cpus=tuple(range(threads)),
        batch=batch,
        calls=10_000,
        warmup=200,
        latency=Quantiles(
            p50_us=us,
            low_us=0.99 * us,
            high_us=1.01 * us,
            p90_us=min(1.1, spread) * us,
            p99_us=spread * us,
            p999_us=2 * spread * us,
        ),
        events_per_s=1e6 * batch / us,
        cpu_us=us,
        foreign_cores=0.0,
        agreement=Agreement(
            reference="Keras", measure="largest", difference=1e-6, tolerance=1e-4, events=2048
        ),
        energy=Energy(source=EnergySource.TDP, power_w=65.0, call_mj=0.065 * us, detail="stated"),
        included="float32 NumPy arrays in host memory in and out",
    )


def host(*, load=0.1, foreign=0.05):
    return Host(
        name="quiet",
        processor="Imaginary 9000",
        cores=4,
        memory_gb=16.0,
        kernel="6.1",
        governor="performance",
        virtual=False,
        load_average=load,
        foreign_cores=foreign,
        gpus=(),
        versions=(("python", "3.11.0"), ("numpy", "2.4.6")),
    )


CELLS = (
    cell("numpy", 13.0),
    cell("litert", 1.5),
    cell("litert", 2.5, threads=4),
    cell("numpy", 80.0, batch=64),
    cell("litert", 30.0, batch=64),
    cell("litert", 20.0, batch=64, threads=4),
)
LOST = Missing(
    runtime="xla",
    threads=4,
    batches=(64,),
    why=Absence.FAILED,
    reason="ended with signal SIGSEGV; the log is x.log",
)
GONE = Missing(
    runtime="tensorrt", why=Absence.NOT_THERE, reason="no graphics processor: no /dev/nvidia0"
)


def baselines(*cells, missing=(GONE,), design="tagger", **options):
    """Return a report of batch sizes 1 and 64."""
    return BaselineReport(
        design=design,
        network_digest="0" * 64,
        host=host(**options),
        protocol=Protocol(batches=(1, 64)),
        twin=Twin(events=2048, rms=0.01, same_argmax=0.995, rank_correlation=0.9999),
        measured=cells or CELLS,
        missing=tuple(missing),
        clock_ns=45.0,
        utc="2026-11-22T20:00:00+00:00",
    )


def hardware(*, latency=(8, 6, 10), interval=1, evidence=Evidence.ESTIMATED, period_ns=5.0):
    """Return a report of cycles; the latency as value, low and high."""
    value, low, high = latency
    return HardwareReport(
        design="tagger",
        evidence=evidence,
        target=Evidence.CSYNTH if evidence is Evidence.ESTIMATED else evidence,
        device="vu9p",
        period_ns=period_ns,
        tool="Vitis HLS",
        layers=(),
        usage=Usage(),
        latency_cycles=Figure(value=value, low=low, high=high),
        initiation_interval=Figure.exact(interval),
    )
