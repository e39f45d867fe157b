"""Two files of one run must say the same."""

from codesign.errors import ReportError
from codesign.synthesis.reports.checks import NAMES
from codesign.synthesis.reports.parts import same_part
from codesign.synthesis.reports.record import ToolReport


def check_agreement(one: ToolReport, two: ToolReport) -> None:
    """Check every number that both files say.

    Raises:
        ReportError: If a number differs; it names both files and both numbers.
    """
    if one.design and two.design and one.design != two.design:
        raise _error(one, two, "design", one.design, two.design)
    if one.part and two.part and not same_part(one.part, two.part):
        raise _error(one, two, "part", one.part, two.part)
    mine, its = _numbers(one), _numbers(two)
    for name in mine:
        found, other = mine[name], its.get(name)
        if found is not None and other is not None and abs(found - other) > 0.0005 + 1e-9:
            raise _error(one, two, name, f"{found:.10g}", f"{other:.10g}")


def _error(one: ToolReport, two: ToolReport, what: str, mine: str, its: str) -> ReportError:
    return ReportError(
        f"{what} is {mine} in {one.path} and {its} in {two.path}; these are of two runs: "
        "keep the files of one"
    )


def _numbers(report: ToolReport) -> dict[str, float | None]:
    found: dict[str, float | None] = {"clock period": report.period_ns}
    hardware = report.hardware
    if hardware is None:
        return found
    for name in NAMES:
        found[name] = getattr(hardware.usage, name).value
        if hardware.available:
            found[f"{name} available"] = getattr(hardware.available, name)
    for name, figure in (
        ("latency", hardware.latency_cycles),
        ("interval", hardware.initiation_interval),
    ):
        found[f"longest {name}"] = figure.high if figure else None
    if report.timing:
        found["achieved clock period"] = report.timing.achieved_ns
    return found
