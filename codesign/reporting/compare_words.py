"""How a comparison writes times, rates, runtimes and evidence."""

from codesign.design.baseline_results import Measured
from codesign.design.comparison import Comparison, Firmware
from codesign.design.report import Evidence


def evidence_word(firmware: Firmware) -> str:
    """Return how the figures of firmware were obtained."""
    return stage_word(firmware.evidence, firmware.target)


def stage_word(evidence: Evidence, target: Evidence) -> str:
    """Return an evidence, with the stage that an estimate is of."""
    if evidence is Evidence.ESTIMATED:
        return f"ESTIMATED ({target.stage})"
    return evidence.upper()


def published_word(comparison: Comparison) -> str:
    """Return what published rows are of, empty where there are none beside the measured ones."""
    published = comparison.published
    if published is None or not comparison.published_rows:
        return ""
    return (
        f"PUBLISHED rows are of {published.network}, as built there: another network than "
        f"{comparison.baselines.design} here, with other weights. Ratios among them are theirs, "
        "ratios across are none."
    )


def runtime_name(measured: Measured) -> str:
    """Return a runtime with its threads."""
    return f"{measured.runtime}, {threads(measured.threads)}"


def threads(count: int) -> str:
    """Return a number of threads.

    Examples:
        >>> threads(1), threads(4)
        ('1 thread', '4 threads')
    """
    return f"{count} thread{'s' if count != 1 else ''}"


def duration_ns(value: float) -> str:
    """Return a time in the unit that suits it, to three digits.

    Examples:
        >>> duration_ns(35.0), duration_ns(1512.3), duration_ns(8.5e7), duration_ns(2.5e9)
        ('35 ns', '1.51 us', '85 ms', '2.5 s')
    """
    for size, unit in ((1e9, "s"), (1e6, "ms"), (1e3, "us")):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value:.3g} ns"


def rate(value: float) -> str:
    """Return events a second to three digits, thousands set apart.

    Examples:
        >>> rate(2e8), rate(661234.5), rate(11.83)
        ('200,000,000', '661,000', '11.8')
    """
    return f"{float(f'{value:.3g}'):,.0f}" if value >= 100 else f"{value:.3g}"
