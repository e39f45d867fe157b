"""The anomaly trigger from events to certified firmware and scores; each stage kept and reused."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from codesign.data import EventSet
from codesign.data.l1 import FEATURE_NAMES
from codesign.data.l1.supported import supported_share
from codesign.design.candidate import Candidate
from codesign.design.codec import from_json, to_json
from codesign.design.digest import digest
from codesign.design.fixed_point import dequantize
from codesign.design.network import QuantizedNetwork
from codesign.design.progress import Progress, silent
from codesign.design.project import FirmwareProject
from codesign.design.results import Certificate, StageTime
from codesign.emulator import emulate
from codesign.firmware import generate, supports
from codesign.pipeline import anomaly_stages as stages
from codesign.pipeline.anomaly_events import AnomalyEvents, prepare_anomaly
from codesign.pipeline.provenance import versions
from codesign.pipeline.stage import source_digest, stage
from codesign.pipeline.training import float_candidate, model_digest, read_network
from codesign.trigger.scored import Scored
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


VERSIONS = ("float", "qkeras", "firmware")
"""Of a score: the reference, the quantized model, and what the firmware computes."""


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
        self.progress = progress

    @cached_property
    def events(self) -> AnomalyEvents:
        """The events, zero bias split, with their input contract."""
        return prepare_anomaly(self.candidate, progress=self.progress)

    @cached_property
    def linted(self) -> Path:
        """Nothing to complain about in model, precisions, score and hardware."""
        supports(self.untrained, self.candidate.hardware)
        return self._drawn

    @property
    def untrained(self) -> QuantizedNetwork:
        """The network before training: its sizes and formats are final, its weights are not."""
        return read_network(self._drawn, name=self.candidate.name)

    @cached_property
    def _drawn(self) -> Path:
        candidate = self.candidate
        return self._stage(
            "lint",
            key=(
                *(candidate.model, candidate.quantization, candidate.score, self.events.contract),
                source_digest("design", "models", "lowering"),
            ),
            compute=lambda folder: stages.lint(self.events, folder),
        )

    @cached_property
    def reference(self) -> Path:
        """The trained float reference."""
        return self._stage(
            "float",
            key=(*float_candidate(self.candidate), *self._data_key),
            compute=lambda folder: stages.train_reference(self.events, folder, self.progress),
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
                self.events, reference, folder, self.progress
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
        return generate(self.network, self.candidate.hardware.simulated, self.folder / "firmware")

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
                progress=self.progress,
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
        """The scores of the test events by each of :data:`VERSIONS`."""
        network, test = self.network, self.events.test

        def compute(folder: Path) -> None:
            np.save(folder / "scores.npy", self.score(test).scores)

        models = [model_digest(folder / "model") for folder in (self.reference, self.trained)]
        key = (digest(network), *models, test.digest, source_digest("emulator"))
        folder = self._stage("scores", key=key, compute=compute)
        return _scored(test, np.load(folder / "scores.npy"))

    def score(self, events: EventSet) -> Scored:
        """Return the scores of Level-1 events by each of :data:`VERSIONS`."""
        prepared = self.events
        views = (
            (self.reference, prepared.standardized(events)),
            (self.trained, prepared.on_grid(events)),
        )
        learnt = [stages.score_float(prepared, stored / "model", view) for stored, view in views]
        return _scored(events, np.stack([*learnt, self.firmware_scores(events)], axis=1))

    def firmware_scores(self, events: EventSet) -> NDArray[np.float64]:
        """Return the firmware's score of events, by the emulator, shape (events,)."""
        hardware = emulate(self.network, self.events.hardware(events))
        return dequantize(hardware[:, 0], self.network.precision(self.network.outputs[0]))

    @property
    def _data_key(self) -> tuple[object, ...]:
        train = (self.events.train.digest, self.events.validation.digest)
        return (*train, self.events.contract, source_digest(*_LEARNS))

    def _stage(
        self, name: str, *, key: tuple[object, ...], compute: Callable[[Path], None]
    ) -> Path:
        def announced(folder: Path) -> None:
            self.progress(0, 1, _WORK[name])
            compute(folder)
            self.progress(1, 1, _WORK[name])

        stored = stage(self._stages, f"anomaly-{name}", key=key, compute=announced)
        self.times.append(stored.time)
        return stored.folder


def _scored(events: EventSet, scores: NDArray[np.float64]) -> Scored:
    return Scored(
        objects=events.only(FEATURE_NAMES).features.astype(np.int16),
        labels=events.labels,
        label_names=events.label_names,
        versions=VERSIONS,
        scores=scores,
        smallest_share=supported_share(events.provenance),
    )
