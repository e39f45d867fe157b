"""One design point as one HTML file: no script, nothing fetched, to be opened at a meeting.

Every number stands in a record or is a figure of merit of the scores; the page computes none.
"""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from codesign.data.files import written_whole
from codesign.design.codec import to_json
from codesign.design.design_point import DesignPoint
from codesign.design.results import LayerSummary
from codesign.errors import InvalidDataError
from codesign.reporting import notation, origin, overview, tables
from codesign.reporting.resolution_tables import resolution_table
from codesign.reporting.responses import Responses
from codesign.reporting.scores import Scores

__all__ = ["Scores", "render_report", "write_report"]

# Reached on first use: importing matplotlib takes most of a second.
_QUALITY_FIGURES = "codesign.reporting.quality_figures"
_RESPONSE_FIGURES = "codesign.reporting.response_figures"
_NETWORK_FIGURES = "codesign.reporting.network_figures"


def render_report(point: DesignPoint, scores: Scores | Responses) -> str:
    """Return the report of a design point as the text of one HTML file.

    Args:
        point: What was learnt; its profiles were taken on the events of the scores.
        scores: Of the test events, by each stage.

    Raises:
        InvalidDataError: If the scores are of other classes than the design point.
    """
    if scores.label_names != point.label_names:
        msg = (
            f"scores of classes {', '.join(scores.label_names)} for a design point of classes "
            f"{', '.join(point.label_names)}; give the scores of the same run"
        )
        raise InvalidDataError(msg)
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            name=point.candidate.name,
            sample=point.provenance.sample,
            utc=point.provenance.utc,
            verdict=overview.verdict_of(point.certificate),
            key_numbers=overview.key_numbers(point),
            tables=_tables(point, scores),
            figures=_figures(point, scores),
            recipe=to_json(point.candidate),
        )
    )


def environment() -> Environment:
    """Return where the templates of all pages come from."""
    return Environment(
        loader=PackageLoader("codesign.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def write_report(point: DesignPoint, scores: Scores | Responses, path: Path) -> Path:
    """Write the report of a design point and return its path; the file is whole or not there.

    Args:
        point: What was learnt.
        scores: Of the test events, by each stage.
        path: The HTML file; its folder must exist.

    Raises:
        InvalidDataError: If the scores do not belong to the design point or the folder does not
            exist.
    """
    with written_whole(path) as temporary:
        temporary.write_text(render_report(point, scores), encoding="utf-8")
    return path


def _tables(point: DesignPoint, scores: Scores | Responses) -> dict[str, tables.Table]:
    if isinstance(scores, Responses):
        units = {name: unit for name, unit, _ in scores.against}
        physics = {"quality": resolution_table(point.resolutions, units=units)}
    else:
        physics = {
            "quality": tables.quality_table(point.quality),
            "rejection": tables.rejection_table(scores),
        }
    return {
        **physics,
        "certificate": tables.certificate_table(point.certificate),
        "overflows": tables.overflow_table(point.certificate),
        "layers": tables.layer_table(point.certificate),
        "digests": origin.digest_table(point),
        "precision": tables.precision_table(point.layers),
        "cost": tables.cost_table(point.layers),
        "suggestions": tables.suggestion_table(point.suggestions),
        "times": tables.time_table(point.times),
        "design": origin.design_table(point),
        "provenance": origin.provenance_table(point, scores.feature_names),
    }


def _figures(point: DesignPoint, scores: Scores | Responses) -> dict[str, Any]:
    quality, network = import_module(_QUALITY_FIGURES), import_module(_NETWORK_FIGURES)
    pruning, step = point.candidate.pruning, _output_step(point.layers)
    if isinstance(scores, Responses):
        response = import_module(_RESPONSE_FIGURES)
        physics = {
            "resolution": response.resolution_figure(scores, point.resolutions),
            "response": response.response_figure(scores),
        }
    else:
        physics = {
            "roc": quality.roc_figure(scores),
            "confusion": quality.confusion_figure(scores),
        }
    return {
        **physics,
        "agreement": quality.agreement_figure(scores, lsb=step, meaning=_meaning(point, step)),
        "ranges": network.range_figures(point.profiles, events=scores.num_events),
        "sparsity": network.sparsity_figure(point.layers, pruning),
        "cost": network.cost_figure(point.layers),
        "history": network.history_figure(point.history, pruning),
    }


def _meaning(point: DesignPoint, step: float) -> str:
    """Return what a step of the output is of the quantity that it corrects, where it does."""
    plan = point.candidate.regression
    if plan is None or not plan.scale:
        return ""
    return f", or {notation.short(100 * step)} % of {plan.scale}"


def _output_step(layers: Sequence[LayerSummary]) -> float:
    """Return the LSB of the outputs: of the last tensor before a softmax."""
    steps = [layer.output.step for layer in layers if layer.kind != "softmax"]
    return steps[-1] if steps else 1.0
