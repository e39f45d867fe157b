"""The anomaly trigger from events to certified firmware, rates and efficiencies."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from codesign.data import EventSet
from codesign.data.files import written_whole
from codesign.data.l1 import FEATURE_NAMES, ZERO_BIAS
from codesign.design.candidate import Candidate
from codesign.design.codec import from_json, to_json
from codesign.design.digest import digest
from codesign.design.fixed_point import dequantize
from codesign.design.network import QuantizedNetwork
from codesign.design.progress import Progress, silent
from codesign.design.project import FirmwareProject
from codesign.design.results import Certificate, StageTime
from codesign.design.trigger_results import Collisions, TriggerStudy
from codesign.emulator import emulate
from codesign.firmware import generate, supports
from codesign.lowering import save_network
from codesign.pipeline import anomaly_stages as stages
from codesign.pipeline.anomaly_events import AnomalyEvents, prepare_anomaly
from codesign.pipeline.provenance import versions
from codesign.pipeline.stage import source_digest, stage
from codesign.pipeline.training import float_candidate, model_digest, read_network
from codesign.reporting.trigger_page import write_trigger_page
from codesign.trigger.anomaly_study import Scored, joined_scores, study_scores
from codesign.validation import certify

_LEARNS = (
    "data/l1/contract.py",
    "data/l1/layout.py",
    "data/event_set.py",
    "design/contract.py",
    "design/fixed_point.py",
    "design/plan.py",
    "design/precision.py",
    "models",
    "training",
)
_WORK = {
    "lint": "checking the design",
    "float": "training the float reference",
    "train": "training the quantized model",
    "lower": "lowering the model and its score",
    "certify": "certifying the firmware",
    "scores": "scoring the events",
}


@dataclass(frozen=True, eq=False, kw_only=True)
class AnomalyResult:
    """What the anomaly trigger came to.

    Attributes:
        study: Thresholds, rates, efficiencies, and what firmware loses against float.
        certificate: Whether firmware and model agree.
        network: Encoder and score, as the firmware computes them.
        report: The page.
        folder: Where everything is.
    """

    study: TriggerStudy
    certificate: Certificate
    network: QuantizedNetwork
    report: Path
    folder: Path


class AnomalyRun:
    """One anomaly trigger on its way; each property is a stage, computed or reused.

    Args:
        candidate: What to build; it has a score.
        root: The folder of all designs; this one's is ``root/<name>``.
        progress: Told when a stage begins and ends, and how far its work is.
    """

    def __init__(self, candidate: Candidate, *, root: Path, progress: Progress = silent) -> None:
        self.candidate = candidate
        self.folder = root / candidate.name
        self.times: list[StageTime] = []
        self._stages = root / ".stages"
        self._progress = progress

    @cached_property
    def events(self) -> AnomalyEvents:
        """The events, zero bias split, with their input contract."""
        return prepare_anomaly(self.candidate, progress=self._progress)

    @cached_property
    def linted(self) -> Path:
        """Nothing to complain about in model, precisions, score and hardware."""
        candidate = self.candidate
        folder = self._stage(
            "lint",
            key=(
                *(candidate.model, candidate.quantization, candidate.score, self.events.contract),
                source_digest("design", "models", "lowering"),
            ),
            compute=lambda folder: stages.lint(self.events, folder),
        )
        supports(read_network(folder, name=candidate.name), candidate.hardware)
        return folder

    @cached_property
    def reference(self) -> Path:
        """The trained float reference."""
        return self._stage(
            "float",
            key=(*float_candidate(self.candidate), *self._data_key),
            compute=lambda folder: stages.train_reference(self.events, folder, self._progress),
        )

    @cached_property
    def trained(self) -> Path:
        """The trained quantized model."""
        reference, candidate = self.reference, self.candidate
        return self._stage(
            "train",
            key=(
                *(candidate.quantization, candidate.pruning, candidate.training),
                model_digest(reference / "model"),
                *self._data_key,
            ),
            compute=lambda folder: stages.train_model(
                self.events, reference, folder, self._progress
            ),
        )

    @cached_property
    def network(self) -> QuantizedNetwork:
        """Encoder and score: what the firmware computes."""
        trained = self.trained
        folder = self._stage(
            "lower",
            key=(
                *(model_digest(trained / "model"), self.candidate.model, self.candidate.score),
                *(self.candidate.quantization, self.events.contract),
                source_digest("design", "models", "lowering"),
            ),
            compute=lambda folder: stages.lower_model(self.events, trained, folder),
        )
        return read_network(folder, name=self.candidate.name)

    @cached_property
    def project(self) -> FirmwareProject:
        """The generated firmware."""
        return generate(self.network, self.candidate.hardware, self.folder / "firmware")

    @cached_property
    def certificate(self) -> Certificate:
        """QKeras = emulator = C simulation, on physics events and past their range."""
        network, project, inputs = self.network, self.project, self.events.certified
        model, used = self.trained / "model", versions()

        def compute(folder: Path) -> None:
            answers = stages.answers(network, self.events, model, inputs)
            found = certify(
                network,
                project,
                inputs=inputs,
                answers=answers,
                versions=used,
                progress=self._progress,
            )
            (folder / "certificate.json").write_text(to_json(found.certificate), "utf-8")

        key = (digest(network), project.digest, model_digest(model), used)
        sources = source_digest(
            "design", "emulator", "validation", "models", "firmware/hls/csim.py"
        )
        folder = self._stage("certify", key=(*key, *inputs.values(), sources), compute=compute)
        path = folder / "certificate.json"
        return from_json(Certificate, path.read_text("utf-8"), place=str(path))

    @cached_property
    def scored(self) -> Scored:
        """The scores of the test events: float, QKeras, firmware."""
        events, network, test = self.events, self.network, self.events.test

        def compute(folder: Path) -> None:
            np.savez(
                folder / "scores.npz",
                float=stages.score_float(
                    events, self.reference / "model", events.standardized(test)
                ),
                qkeras=stages.score_float(events, self.trained / "model", events.on_grid(test)),
                firmware=self.firmware_scores(test),
            )

        key = (digest(network), model_digest(self.reference / "model"), test.digest)
        folder = self._stage("scores", key=(*key, source_digest("emulator")), compute=compute)
        with np.load(folder / "scores.npz", allow_pickle=False) as stored:
            versions_of = tuple((name, stored[name]) for name in ("float", "qkeras", "firmware"))
        return Scored(labels=test.labels, label_names=test.label_names, versions=versions_of)

    def firmware_scores(self, events: EventSet) -> NDArray[np.float64]:
        """Return the firmware's score of events, by the emulator, shape (events,)."""
        hardware = emulate(self.network, self.events.hardware(events))
        return dequantize(hardware[:, 0], self.network.precision(self.network.outputs[0]))

    def with_more(self, chunks: Iterable[EventSet]) -> Scored:
        """Return the scores of the test events and of further zero-bias events.

        Args:
            chunks: Events that training has not seen; only those of zero bias count.
        """
        scored, models = self.scored, (self.reference / "model", self.trained / "model")
        parts = [scored]
        for chunk in chunks:
            chosen = _zero_bias(chunk)
            if not chosen.any():
                continue
            found = chunk.only(FEATURE_NAMES).select(chosen)
            views = (self.events.standardized(found), self.events.on_grid(found))
            learnt = [
                stages.score_float(self.events, model, view)
                for model, view in zip(models, views, strict=True)
            ]
            parts.append(
                Scored(
                    labels=np.full(found.num_events, scored.label_names.index(ZERO_BIAS), np.int64),
                    label_names=scored.label_names,
                    versions=tuple(
                        zip(
                            ("float", "qkeras", "firmware"),
                            (*learnt, self.firmware_scores(found)),
                            strict=True,
                        )
                    ),
                )
            )
        return joined_scores(parts)

    def finish(
        self,
        *,
        targets_khz: tuple[float, ...],
        collisions: Collisions,
        more: Iterable[EventSet] = (),
    ) -> AnomalyResult:
        """Do whatever is not done yet and write records and page into the design's folder.

        Args:
            targets_khz: Rates to find thresholds for.
            collisions: What rates are shares of.
            more: Further zero-bias events that rates are measured on.

        Raises:
            CodesignError: If a stage fails; what was finished before it is kept.
        """
        _ = self.linted
        certificate = self.certificate
        scored = self.with_more(more)
        study = study_scores(
            self.candidate.name,
            scored,
            zero_bias=ZERO_BIAS,
            targets_khz=targets_khz,
            collisions=collisions,
        )
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, record in (("trigger_study", study), ("certificate", certificate)):
            with written_whole(self.folder / f"{name}.json") as path:
                path.write_text(to_json(record), encoding="utf-8")
        save_network(self.network, self.folder / "network")
        report = write_trigger_page(
            self.candidate,
            study,
            certificate,
            self.network,
            scores=scored.by_class("firmware"),
            path=self.folder / "trigger.html",
        )
        return AnomalyResult(
            study=study,
            certificate=certificate,
            network=self.network,
            report=report,
            folder=self.folder,
        )

    @property
    def _data_key(self) -> tuple[object, ...]:
        train = (self.events.train.digest, self.events.validation.digest)
        return (*train, self.events.contract, source_digest(*_LEARNS))

    def _stage(
        self, name: str, *, key: tuple[object, ...], compute: Callable[[Path], None]
    ) -> Path:
        def announced(folder: Path) -> None:
            self._progress(0, 1, _WORK[name])
            compute(folder)
            self._progress(1, 1, _WORK[name])

        stored = stage(self._stages, f"anomaly-{name}", key=key, compute=announced)
        self.times.append(stored.time)
        return stored.folder


def _zero_bias(events: EventSet) -> NDArray[np.bool_]:
    """Return which events are zero bias."""
    names = events.label_names
    return events.labels == (names.index(ZERO_BIAS) if ZERO_BIAS in names else -1)
