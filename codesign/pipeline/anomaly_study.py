"""What an anomaly trigger is worth: rates, efficiencies, a menu, pile-up, seeds; and its page."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from codesign.data import EventSet
from codesign.data.files import written_whole
from codesign.data.l1 import FEATURE_NAMES, ZERO_BIAS, check_objects
from codesign.design.candidate import Candidate
from codesign.design.codec import to_json
from codesign.design.network import QuantizedNetwork
from codesign.design.progress import Progress, silent
from codesign.design.report import HardwareReport
from codesign.design.results import Certificate
from codesign.design.trigger_results import Collisions
from codesign.design.trigger_study import SeedResult, TriggerStudy
from codesign.errors import InvalidDataError, UnsupportedLayerError
from codesign.estimate import estimate
from codesign.lowering import save_network
from codesign.pipeline.anomaly import VERSIONS, AnomalyRun
from codesign.reporting.trigger_page import TriggerPage, write_trigger_page
from codesign.trigger.anomaly_study import ScoreStudy
from codesign.trigger.menu import Menu
from codesign.trigger.scored import Scored
from codesign.trigger.stability import losses_over, pile_up_points

Chunks = Callable[[], Iterable[EventSet]]
"""Opens a source of events; each call begins anew."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Question:
    """What to find out about an anomaly trigger.

    Attributes:
        targets_khz: Rates to find thresholds for.
        collisions: What rates are shares of.
        zero_bias: Further zero-bias events that rates are measured on; None for none.
        menu: What the score stands beside.
        pile_ups: Mean collisions a crossing, and events at that pile-up.
        seeds: How many trainings: that of the recipe and those of the next seeds.
    """

    targets_khz: tuple[float, ...]
    collisions: Collisions = field(default_factory=Collisions)
    zero_bias: Chunks | None = None
    menu: Menu | None = None
    pile_ups: tuple[tuple[float, Chunks], ...] = ()
    seeds: int = 1


@dataclass(frozen=True, eq=False, kw_only=True)
class AnomalyResult:
    """What the anomaly trigger came to.

    Attributes:
        study: Thresholds, rates, efficiencies, and what firmware loses against float.
        certificate: Whether firmware and model agree.
        network: Encoder and score, as the firmware computes them.
        estimate: What it will cost; None where there is no model of a layer.
        report: The page.
        folder: Where everything is.
    """

    study: TriggerStudy
    certificate: Certificate
    network: QuantizedNetwork
    estimate: HardwareReport | None
    report: Path
    folder: Path

    @property
    def is_bit_exact(self) -> bool:
        """Whether the firmware of every training agrees with its model in every bit."""
        others = all(seed.is_bit_exact for seed in self.study.seeds)
        return self.certificate.is_bit_exact and others


def run_trigger(
    candidate: Candidate, question: Question, *, root: Path, progress: Progress = silent
) -> AnomalyResult:
    """Train, generate and certify an anomaly trigger, measure it, and write records and page.

    Args:
        candidate: What to build; it has a score.
        question: What to find out.
        root: The folder of all designs; this one's is ``root/<name>``.
        progress: Told how far the work is.

    Raises:
        CodesignError: If a stage fails; what was finished before it is kept.
    """
    run = AnomalyRun(candidate, root=root, progress=progress)
    _ = run.linted
    certificate, study = run.certificate, _measured(run, question)
    firmware = tuple(of for of in study.points if of.version == VERSIONS[-1])
    study = replace(
        study,
        pile_ups=tuple(
            point
            for pile_up, chunks in question.pile_ups
            for point in pile_up_points(
                _score_all(run, chunks(), only_zero_bias=False),
                firmware,
                pile_up=pile_up,
                zero_bias=ZERO_BIAS,
                collisions=question.collisions,
            )
        ),
    )
    if question.seeds > 1:
        seeds = (_result(run, study), *_other_seeds(run, question, root, progress))
        study = replace(study, seeds=seeds, losses_over=losses_over(seeds))
    return _written(run, study, certificate)


def _measured(run: AnomalyRun, question: Question) -> TriggerStudy:
    study = ScoreStudy(VERSIONS, zero_bias=ZERO_BIAS, menu=question.menu)
    study.add(run.scored)
    if question.zero_bias is not None:
        for part in _score_all(run, question.zero_bias(), only_zero_bias=True):
            study.add(part)
    return study.finish(
        run.candidate.name, targets_khz=question.targets_khz, collisions=question.collisions
    )


def _score_all(
    run: AnomalyRun, chunks: Iterable[EventSet], *, only_zero_bias: bool
) -> Iterator[Scored]:
    """Yield the scores of events that training has not seen, chunk by chunk."""
    found, what = 0, "scoring further events"
    run.progress(0, 1, what)
    for chunk in chunks:
        place = chunk.sample
        if only_zero_bias:
            names = chunk.label_names
            chosen = chunk.labels == (names.index(ZERO_BIAS) if ZERO_BIAS in names else -1)
            if not chosen.any():
                continue
            chunk = chunk.select(chosen)  # noqa: PLW2901 - what is counted is what is scored
        events = chunk.only(FEATURE_NAMES)
        check_objects(events.features, place=place)
        found += events.num_events
        yield run.score(events)
    run.progress(1, 1, what)
    if not found:
        msg = f"{run.candidate.name}: the events to rate on hold none of class {ZERO_BIAS!r}"
        raise InvalidDataError(msg)


def _result(run: AnomalyRun, study: TriggerStudy) -> SeedResult:
    return SeedResult(
        seed=run.candidate.training.seed,
        is_bit_exact=run.certificate.is_bit_exact,
        points=study.points,
        losses=study.losses,
    )


def _other_seeds(
    first: AnomalyRun, question: Question, root: Path, progress: Progress
) -> Iterator[SeedResult]:
    """Yield what the next seeds come to; their firmware has folders of its own."""
    candidate = first.candidate
    plain = replace(question, menu=None)
    for seed in range(candidate.training.seed + 1, candidate.training.seed + question.seeds):
        other = replace(
            candidate,
            name=f"{candidate.name}_seed{seed}",
            training=replace(candidate.training, seed=seed),
        )
        run = AnomalyRun(other, root=root, progress=progress)
        yield _result(run, _measured(run, plain))


def _written(run: AnomalyRun, study: TriggerStudy, certificate: Certificate) -> AnomalyResult:
    folder, candidate = run.folder, run.candidate
    folder.mkdir(parents=True, exist_ok=True)
    for name, record in (("trigger_study", study), ("certificate", certificate)):
        with written_whole(folder / f"{name}.json") as path:
            path.write_text(to_json(record), encoding="utf-8")
    save_network(run.network, folder / "network")
    try:
        cost = estimate(run.network, candidate.hardware)
    except UnsupportedLayerError:
        cost = None
    page = TriggerPage(
        candidate=candidate,
        study=study,
        certificate=certificate,
        network=run.network,
        estimate=cost,
    )
    return AnomalyResult(
        study=study,
        certificate=certificate,
        network=run.network,
        estimate=cost,
        report=write_trigger_page(page, folder / "trigger.html"),
        folder=folder,
    )
