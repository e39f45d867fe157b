"""The main job: events in, certified firmware out, every stage kept for the next time."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from codesign.data.files import written_whole
from codesign.data.input_contracts import tensors
from codesign.design.candidate import Candidate
from codesign.design.codec import from_json, to_json
from codesign.design.design_point import DesignPoint
from codesign.design.digest import digest, file_digest
from codesign.design.fixed_point import dequantize
from codesign.design.network import QuantizedNetwork
from codesign.design.progress import Progress, silent
from codesign.design.project import FirmwareProject
from codesign.design.results import Certificate, StageTime, Suggestion, TensorProfile
from codesign.emulator import emulate_tensors
from codesign.emulator.inputs import Events
from codesign.firmware import generate, supports
from codesign.lowering import save_network
from codesign.metrics import summarize_layers
from codesign.pipeline import measuring, training
from codesign.pipeline.prepare import Prepared, prepare
from codesign.pipeline.provenance import provenance, versions
from codesign.pipeline.qualities import of_classes, of_energies
from codesign.pipeline.scores import logits
from codesign.pipeline.stage import Stored, source_digest, stage
from codesign.pipeline.stage_words import WORK, missing
from codesign.pipeline.stored_firmware import check_firmware
from codesign.reporting import Scores, write_report
from codesign.reporting.responses import Responses
from codesign.validation import certify, profile_tensors, suggest

T = TypeVar("T")
_LEARNS = (
    "data/event_set.py",
    "data/input_contracts.py",
    "data/standardize.py",
    "design/contract.py",
    "design/fixed_point.py",
    "design/plan.py",
    "design/precision.py",
    "models",
    "pipeline/measuring.py",
    "training",
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Result:
    """What the main job made.

    Attributes:
        point: All that was learnt.
        scores: Of the test events, by each stage; responses of a model that measures.
        report: The page.
        folder: Where everything is.
    """

    point: DesignPoint
    scores: Scores | Responses
    report: Path
    folder: Path


class Run:
    """One candidate on its way; each property is a stage, computed or reused when asked for.

    Args:
        candidate: What to build.
        root: The folder of all designs; this one's is ``root/<name>``.
        progress: Told when a stage that must be computed begins and ends, as 0 and 1 of 1, and how
            far its work is.
        stored_only: Whether a stage that is not stored is an error instead of being computed.
        start: The job whose quantized model training begins with instead of the float reference.

    Examples:
        Run(read_recipe(Path("hls_projects/jet_tagger.toml")), root=Path("build")).finish()
    """

    def __init__(
        self,
        candidate: Candidate,
        *,
        root: Path,
        progress: Progress = silent,
        stored_only: bool = False,
        start: "Run | None" = None,
    ) -> None:
        self.candidate = candidate
        self.folder = root / candidate.name
        self.times: list[StageTime] = []
        self._stages = root / ".stages"
        self._progress = progress
        self._stored_only = stored_only
        self._start = start

    @cached_property
    def prepared(self) -> Prepared:
        """The events, split and with their input contract."""
        self._progress(0, 1, "reading the events")
        prepared = prepare(self.candidate, progress=self._progress)
        self._progress(1, 1, "reading the events")
        return prepared

    @cached_property
    def linted(self) -> Path:
        """Nothing to complain about in model, precisions and hardware."""
        supports(self.untrained, self.candidate.hardware)
        return self._drawn

    @property
    def untrained(self) -> QuantizedNetwork:
        """The network before training: its sizes and formats are final, its weights are not."""
        return training.read_network(self._drawn, name=self.candidate.name)

    @cached_property
    def _drawn(self) -> Path:
        candidate = self.candidate
        key = (candidate.model, candidate.quantization, self.prepared.contracts)
        return self._stage(
            "lint",
            key=(*key, self.prepared.num_outputs, source_digest("design", "models", "lowering")),
            compute=lambda folder: training.lint(self.prepared, folder),
        )

    @cached_property
    def reference(self) -> Path:
        """The trained float reference."""
        key = (*training.float_candidate(self.candidate), *self._data_key)
        return self._stage(
            "float",
            key=key,
            compute=lambda folder: training.train_reference(self.prepared, folder, self._progress),
        )

    @cached_property
    def trained(self) -> Path:
        """The trained quantized model; neither its name nor the hardware matters."""
        start = self.reference if self._start is None else self._start.trained
        candidate = self.candidate
        return self._stage(
            "train",
            key=(
                *(candidate.quantization, candidate.pruning, candidate.training),
                training.model_digest(start / "model"),
                *self._data_key,
            ),
            compute=lambda folder: training.train_model(
                self.prepared, start, folder, self._progress
            ),
        )

    @cached_property
    def lowered(self) -> Path:
        """The network of the trained model."""
        trained = self.trained
        return self._stage(
            "lower",
            key=(
                training.model_digest(trained / "model"),
                file_digest(trained / "model" / "model.json"),
                self.prepared.contracts,
                source_digest("design", "models", "lowering"),
            ),
            compute=lambda folder: training.lower_model(self.prepared, trained, folder),
        )

    @cached_property
    def network(self) -> QuantizedNetwork:
        """The network: what the firmware computes."""
        return training.read_network(self.lowered, name=self.candidate.name)

    @cached_property
    def emulated(self) -> Path:
        """The logits of every test event, by the emulator: accuracy without any firmware."""
        network, test = training.read_network(self.lowered), self.prepared.test
        inputs = self.prepared.contracts.to_hardware(test)
        return self._stage(
            "emulate",
            key=(network, *tensors(inputs), source_digest("design", "emulator")),
            compute=lambda folder: np.save(
                folder / "logits.npy", logits(network, inputs, progress=self._progress)
            ),
        )

    @cached_property
    def baselines(self) -> Path:
        """What other methods measure of the test events."""
        prepared, plan = self.prepared, self.candidate.regression
        assert plan is not None  # noqa: S101 - asked for by a regression alone
        seed = self.candidate.training.seed
        return self._stage(
            "baselines",
            key=(plan, self.candidate.data, seed, *self._data_key),
            compute=lambda folder: np.savez(
                folder / "estimates.npz",
                **measuring.baselines(plan, prepared.train, prepared.test, seed=seed),  # type: ignore[arg-type] # stubs forbid **dict
            ),
        )

    @cached_property
    def answered(self) -> Path:
        """What QKeras answers to the inputs of the certificate."""
        model, network, inputs = self.trained / "model", self.network, self.prepared.certified
        key = (training.model_digest(model), *self.prepared.certified_arrays)
        return self._stage(
            "qkeras",
            key=(*key, training.needs_double(network), source_digest("models")),
            compute=lambda folder: training.answer(network, model, inputs, folder),
        )

    @cached_property
    def project(self) -> FirmwareProject:
        """The generated firmware."""
        network, folder = self.network, self.folder / "firmware"
        if self._stored_only:
            check_firmware(self.candidate, network, folder)
        before = folder.stat().st_ino if folder.exists() else None
        start = time.monotonic()
        project = generate(network, self.candidate.hardware.simulated, folder)
        seconds = time.monotonic() - start
        reused = folder.stat().st_ino == before
        self.times.append(StageTime(stage="firmware", seconds=seconds, reused=reused))
        return project

    @cached_property
    def certified(self) -> Path:
        """The certificate, the outputs it was made from, and the profile of every tensor."""
        project, answered = self.project, self.answered
        inputs = self.prepared.certified
        key = (digest(self.network), project.digest, *self.prepared.certified_arrays)
        answers = training.answers(self.network, self.trained / "model", answered)
        used = versions()
        (output,) = self.network.outputs
        outputs = (answers.model_digest, *(kind[output] for kind in answers.outputs.values()))

        def compute(folder: Path) -> None:
            found = certify(
                self.network,
                project,
                inputs=inputs,
                answers=answers,
                versions=used,
                progress=self._progress,
            )
            (folder / "certificate.json").write_text(to_json(found.certificate), "utf-8")
            sides = {"emulator": found.emulator, "csim": found.csim}
            np.savez(
                folder / "outputs.npz",
                **{name: side["events"][output] for name, side in sides.items()},  # type: ignore[arg-type] # stubs forbid **dict
            )
            measured = training.first_events(inputs["events"], self._measured)
            profiles = profile_tensors(self.network, emulate_tensors(self.network, measured))
            (folder / "profiles.json").write_text(to_json(profiles), "utf-8")
            (folder / "suggestions.json").write_text(
                to_json(self._suggestions(profiles, measured)), "utf-8"
            )

        sources = source_digest("design", "emulator", "validation", "firmware/hls/csim.py")
        return self._stage("certify", key=(*key, *outputs, used, sources), compute=compute)

    def certificate(self) -> Certificate:
        """Return the certificate."""
        return self._kept(Certificate, "certificate.json")

    def learnt(self) -> Scores | Responses:
        """Return what the float reference and the QKeras model say about the test events."""
        answered = training.answers(self.network, self.trained / "model", self.answered)
        (output,) = self.network.outputs
        return self._said({"qkeras": answered.outputs["events"][output]})

    def scores(self) -> Scores | Responses:
        """Return what every stage says about the test events."""
        answered = training.answers(self.network, self.trained / "model", self.answered)
        (output,) = self.network.outputs
        precision = self.network.precision(output)
        with np.load(self.certified / "outputs.npz", allow_pickle=False) as outputs:
            firmware = {name: dequantize(outputs[name], precision) for name in ("emulator", "csim")}
        return self._said({"qkeras": answered.outputs["events"][output], **firmware})

    def emulator_scores(self) -> Responses:
        """Return what baselines, float reference and emulator measure of all test events."""
        found = self._said({"emulator": np.load(self.emulated / "logits.npy")}, events=None)
        assert isinstance(found, Responses)  # noqa: S101 - asked for by a regression alone
        return found

    def _said(
        self, outputs: dict[str, NDArray[np.float64]], *, events: int | None = 0
    ) -> Scores | Responses:
        """Return what the float reference and other stages say about test events.

        Args:
            outputs: Of the other stages.
            events: None for all test events, else those of the certificate.
        """
        prepared = self.prepared
        count = prepared.test.num_events if events is None else self._measured
        outputs = {"float": np.load(self.reference / "logits.npy"), **outputs}
        outputs = {name: values[:count] for name, values in outputs.items()}
        if self.candidate.regression is None:
            return Scores(
                labels=prepared.test.labels[:count],
                label_names=prepared.events.label_names,
                feature_names=prepared.contracts.feature_names,
                logits=tuple(outputs.items()),
            )
        with np.load(self.baselines / "estimates.npz", allow_pickle=False) as stored:
            baselines = {name: values[:count] for name, values in stored.items()}
        return measuring.responses(
            self.candidate.regression,
            prepared.test.select(np.arange(count)),
            estimated=baselines,
            outputs=outputs,
            feature_names=prepared.contracts.feature_names,
        )

    def finish(self) -> Result:
        """Do whatever is not done yet and write report and records into the design's folder.

        Raises:
            CodesignError: If a stage fails; what was finished before it is kept.
        """
        _ = self.linted
        certificate, scores = self.certificate(), self.scores()
        self._progress(0, 1, "writing the report")
        point = DesignPoint(
            candidate=replace(
                self.candidate, quantization=training.read_quantization(self.trained)
            ),
            label_names=scores.label_names,
            quality=of_classes(scores),
            resolutions=of_energies(scores),
            layers=summarize_layers(self.network, self.candidate.hardware),
            profiles=self._kept(tuple[TensorProfile, ...], "profiles.json"),
            suggestions=self._kept(tuple[Suggestion, ...], "suggestions.json"),
            certificate=certificate,
            history=training.read_history(self.trained),
            times=tuple(self.times),
            provenance=provenance(self.prepared.events),
            firmware="firmware",
        )
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, record in (("design_point", point), ("certificate", certificate)):
            with written_whole(self.folder / f"{name}.json") as path:
                path.write_text(to_json(record), encoding="utf-8")
        save_network(self.network, self.folder / "network")
        report = write_report(point, scores, self.folder / "report.html")
        self._progress(1, 1, "writing the report")
        return Result(point=point, scores=scores, report=report, folder=self.folder)

    def _kept(self, cls: type[T], name: str) -> T:
        path = self.certified / name
        return from_json(cls, path.read_text("utf-8"), place=str(path))

    @property
    def _measured(self) -> int:
        """How many test events are among those of the certificate, which begin with them."""
        return min(self.prepared.test.num_events, self.candidate.validation.events)

    @property
    def _data_key(self) -> tuple[object, ...]:
        return (self.prepared.events.digest, self.prepared.contracts, source_digest(*_LEARNS))

    def _suggestions(
        self, profiles: tuple[TensorProfile, ...], measured: Events
    ) -> tuple[Suggestion, ...]:
        """Return narrower formats; they are judged by accuracy, so there are none without."""
        if self.candidate.regression is not None or isinstance(measured, Mapping):
            return ()
        labels = self.prepared.test.labels[: self._measured]
        return suggest(self.network, profiles, measured, labels=labels)

    def _stage(
        self, name: str, *, key: tuple[object, ...], compute: Callable[[Path], None]
    ) -> Path:
        if self._stored_only and not self._stages.is_dir():
            raise missing(self.candidate.name, name, self._stages)

        def announced(folder: Path) -> None:
            if self._stored_only:
                raise missing(self.candidate.name, name, self._stages)
            self._progress(0, 1, WORK[name])
            compute(folder)
            self._progress(1, 1, WORK[name])

        stored: Stored = stage(self._stages, name, key=key, compute=announced)
        self.times.append(stored.time)
        return stored.folder
