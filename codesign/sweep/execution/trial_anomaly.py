"""Trials of anomaly triggers: their job, and what it measures.

``tpr.<signal>@<fpr>`` is the efficiency of the firmware's score, by the emulator, on test events at
the threshold of arXiv:2108.03986; ``relative_tpr.<signal>@<fpr>`` is that over the efficiency of
the float reference, as the paper shows it.
"""

import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from codesign.data.l1 import ZERO_BIAS
from codesign.design.candidate import Candidate
from codesign.design.digest import digest
from codesign.design.fixed_point import Integers
from codesign.design.trigger_results import Efficiency
from codesign.errors import InvalidDesignError
from codesign.pipeline import Run
from codesign.pipeline.anomaly import AnomalyRun
from codesign.pipeline.designs import one_input
from codesign.sweep.outcome import Measure
from codesign.trigger import tpr_at_fpr
from codesign.trigger.bootstrap import loss_error, replica_thresholds
from codesign.trigger.scored import Scored
from codesign.trigger.tail import TailScores

EMULATOR = "emulator"
_FIGURE = re.compile(r"(?P<relative>relative_)?tpr\.(?P<signal>\w+)@(?P<fpr>[0-9.e-]+)")


Job = Run | AnomalyRun
"""One training on its way, of a network that classifies or measures, or of a trigger."""


def open_job(candidate: Candidate, *, root: Path, start: Job | None) -> Job:
    """Return the job of a candidate.

    Args:
        candidate: A trigger where it has a score.
        root: The folder of all designs.
        start: The job whose model training begins with; None for the float reference.

    Raises:
        InvalidDesignError: If a trigger is to begin with another model.
    """
    if candidate.score is None:
        return Run(candidate, root=root, start=start if isinstance(start, Run) else None)
    if start is not None:
        msg = f"{candidate.name}: triggers begin with their float reference; leave out warm_start"
        raise InvalidDesignError(msg)
    return AnomalyRun(candidate, root=root)


def events_digest(job: Job) -> str:
    """Return the digest of the events of a job."""
    if isinstance(job, Run):
        return job.prepared.events.digest
    events = job.events
    return digest(*(part.digest for part in (events.train, events.validation, events.test)))


def certified_inputs(job: Job) -> Mapping[str, Integers]:
    """Return the hardware integers that hardware is proved on, by kind."""
    if isinstance(job, Run):
        return one_input(job.prepared.certified, job.candidate)
    return job.events.certified


def certified(job: Job) -> tuple[bool, Path]:
    """Return whether firmware and model agree, and where the certificate is told of."""
    if isinstance(job, Run):
        result = job.finish()
        return result.point.certificate.is_bit_exact, result.report
    return job.certificate.is_bit_exact, job.folder


def anomaly_figures(scored: Scored, wanted: Iterable[str]) -> list[Measure]:
    """Return the figures of a trained trigger that are wanted and those of its test events.

    Args:
        scored: The test events; the first version is the float reference, the last the firmware.
        wanted: As in the docstring of this module.

    Raises:
        InvalidDesignError: If a figure is one of networks that classify, or no such signal exists.
        InvalidDataError: If the background is too small for a share.
    """
    background = int((scored.labels == scored.label_names.index(ZERO_BIAS)).sum())
    measures = [_exact("test_events", len(scored.labels)), _exact("zero_bias_events", background)]
    return [*measures, *(_measured(scored, name) for name in wanted)]


def _measured(scored: Scored, name: str) -> Measure:
    match = _FIGURE.fullmatch(name)
    if match is None or match["signal"] not in scored.label_names:
        known = ", ".join(label for label in scored.label_names if label != ZERO_BIAS)
        msg = (
            f"{name} is no figure of an anomaly trigger; write tpr.<signal>@<fpr> or "
            f"relative_tpr.<signal>@<fpr>, where a signal is one of {known}"
        )
        raise InvalidDesignError(msg)
    signal, fpr = match["signal"], float(match["fpr"])
    kept = _efficiency(scored, signal, fpr, column=-1)
    if match["relative"] is None:
        return _around(name, kept.value, down=kept.value - kept.low, up=kept.high - kept.value)
    reference = _efficiency(scored, signal, fpr, column=0).value
    if not reference:
        msg = f"{name}: the float reference keeps no event of {signal}; raise the share {fpr:g}"
        raise InvalidDesignError(msg)
    error = _loss_error(scored, signal, fpr) / reference
    return _around(name, kept.value / reference, down=error, up=error)


def _efficiency(scored: Scored, signal: str, fpr: float, *, column: int) -> Efficiency:
    is_signal = scored.labels == scored.label_names.index(signal)
    taken = is_signal | (scored.labels == scored.label_names.index(ZERO_BIAS))
    return tpr_at_fpr(scored.scores[taken, column], is_signal[taken], fpr=fpr)[0]


def _loss_error(scored: Scored, signal: str, fpr: float) -> float:
    """Return the error of the efficiency lost from float to firmware, thresholds included."""
    pair = scored.scores[:, [0, -1]]
    background = pair[scored.labels == scored.label_names.index(ZERO_BIAS)]
    tail = TailScores(2, keep=len(background)).add(background)
    thresholds = replica_thresholds(tail, accepted=math.ceil(fpr * len(background)))
    chosen = scored.labels == scored.label_names.index(signal)
    return loss_error(pair[chosen], thresholds, version=1)


def _around(name: str, value: float, *, down: float, up: float) -> Measure:
    return Measure(figure=name, value=value, low=value - down, high=value + up, evidence=EMULATOR)


def _exact(name: str, value: int) -> Measure:
    return Measure(figure=name, value=value, low=value, high=value, evidence="exact")
