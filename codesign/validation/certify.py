"""The certificate: QKeras = emulator = C simulation, on physics events and past their range."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codesign.design.digest import digest
from codesign.design.fixed_point import Integers, overflow_integers
from codesign.design.network import QuantizedNetwork
from codesign.design.progress import Progress, silent
from codesign.design.project import FirmwareProject
from codesign.design.results import (
    Certificate,
    Divergence,
    LayerAgreement,
    LayerOverflow,
    ValidationReport,
)
from codesign.emulator import count_overflows, emulate_outputs, emulate_tensors
from codesign.emulator.inputs import Events, named_events
from codesign.firmware import csim
from codesign.validation.compare import Sides, Tensors, compare, disagreeing, steps_of
from codesign.validation.divergence import first_divergence
from codesign.validation.layerwise import compare_layers

_LOOKED_AT = 16
Reals = Mapping[str, NDArray[np.float64]]
"""Real numbers by tensor, shape (events, ...)."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Answers:
    """What the QKeras model answered.

    Attributes:
        outputs: By kind of input, ``"events"`` and ``"overdriven"``, and by output.
        arithmetic: ``"float32"`` or ``"float64"``.
        model_digest: Of the model's configuration and weights.
        first_layers: By kind of input and layer: real outputs for the first events of each kind.
        layers: Returns the real outputs of every layer for hardware integers, given as they were
            to :func:`certify`; called only where outputs differ.
    """

    outputs: Mapping[str, Reals]
    arithmetic: str
    model_digest: str
    first_layers: Mapping[str, Reals]
    layers: Callable[[Any], Reals]


@dataclass(frozen=True, eq=False, kw_only=True)
class Certified:
    """A certificate and the outputs it was made from.

    Attributes:
        certificate: The proof, or the disagreement.
        emulator: The emulator's hardware integers, by kind of input and output.
        csim: The C simulation's hardware integers, by kind of input and output.
    """

    certificate: Certificate
    emulator: Mapping[str, Mapping[str, Integers]]
    csim: Mapping[str, Mapping[str, Integers]]


def certify(
    network: QuantizedNetwork,
    project: FirmwareProject,
    *,
    inputs: Mapping[str, Events],
    answers: Answers,
    versions: tuple[tuple[str, str], ...] = (),
    progress: Progress = silent,
) -> Certified:
    """Return the certificate of a network.

    A disagreement does not raise: the certificate says where it is.

    Args:
        network: What the firmware should compute.
        project: The generated firmware.
        inputs: By kind, ``"events"`` and ``"overdriven"``: hardware integers, shape (events, ...),
            not necessarily within the input's range; one array an input, by name, where there are
            several.
        answers: What QKeras answered to the same inputs.
        versions: (name, version) of what took part beside the generator of the firmware.
        progress: Told how far emulator and simulation are.

    Raises:
        ToolNotFoundError: If there is no C++ compiler.
        ToolFailedError: If the C simulation cannot be compiled or run.
        ValidationError: If a file of the project is not what was generated.
    """
    comparisons: list[ValidationReport] = []
    layers: list[LayerAgreement] = []
    overflows: list[LayerOverflow] = []
    emulated: dict[str, dict[str, Integers]] = {}
    simulated: dict[str, dict[str, Integers]] = {}
    for kind, raw in inputs.items():
        case = _Case(network, project, answers, kind, raw)
        emulated[kind] = emulate_outputs(network, case.inputs, progress=progress)
        simulated[kind] = csim(project, network, case.inputs, progress=progress)
        comparisons += [
            case.against_qkeras(emulated[kind]),
            case.against_emulator(emulated[kind], simulated[kind]),
        ]
        layers += case.layer_by_layer()
        overflows += case.overflows()
    certificate = Certificate(
        design=network.name,
        network_digest=digest(network),
        model_digest=answers.model_digest,
        firmware_digest=project.digest,
        inputs_digest=_inputs_digest(network, inputs),
        comparisons=tuple(comparisons),
        layers=tuple(layers),
        overflows=tuple(overflows),
        tool_versions=tuple(dict.fromkeys((*project.tool_versions, *versions))),
    )
    return Certified(certificate=certificate, emulator=emulated, csim=simulated)


def _inputs_digest(network: QuantizedNetwork, inputs: Mapping[str, Events]) -> str:
    return digest(
        *(
            part
            for kind, raw in inputs.items()
            for name, values in named_events(network, raw).items()
            for part in (kind, name, values)
        )
    )


class _Case:
    """One kind of input, and the comparisons on it."""

    def __init__(
        self,
        network: QuantizedNetwork,
        project: FirmwareProject,
        answers: Answers,
        kind: str,
        raw: Events,
    ) -> None:
        self.network, self.project, self.answers = network, project, answers
        self.kind, self.raw = kind, raw
        given = named_events(network, raw)
        self.inputs = {
            node.name: overflow_integers(given[node.name], node.precision)
            for node in network.inputs
        }

    def against_qkeras(self, emulated: Tensors) -> ValidationReport:
        """Compare the emulator with QKeras."""
        reference = {
            name: steps_of(values, self.network.precision(name))
            for name, values in self.answers.outputs[self.kind].items()
        }
        wrong = disagreeing(reference, emulated)
        divergence = self._diverges(wrong, self._qkeras_layers, self._emulator_layers)
        return compare(reference, emulated, sides=self._qkeras_sides, divergence=divergence)

    def against_emulator(self, emulated: Tensors, simulated: Tensors) -> ValidationReport:
        """Compare the C simulation with the emulator."""
        wrong = disagreeing(emulated, simulated)
        divergence = self._diverges(wrong, self._emulator_layers, self._csim_layers)
        return compare(emulated, simulated, sides=self._csim_sides, divergence=divergence)

    def layer_by_layer(self) -> tuple[LayerAgreement, ...]:
        """Compare every tensor of the first events."""
        answered = self.answers.first_layers[self.kind]
        rows = np.arange(max((len(values) for values in answered.values()), default=0))
        if not len(rows):
            return ()
        emulated, simulated = self._emulator_layers(rows), self._csim_layers(rows)
        return (
            *compare_layers(
                self.network, self._in_steps(answered), emulated, sides=self._qkeras_sides
            ),
            *compare_layers(self.network, emulated, simulated, sides=self._csim_sides),
        )

    def overflows(self) -> tuple[LayerOverflow, ...]:
        """Count what leaves the format of each layer."""
        return tuple(
            LayerOverflow(
                layer=layer,
                inputs=self.kind,
                saturated=found.saturated,
                wrapped=found.wrapped,
                values=found.values,
            )
            for layer, found in count_overflows(self.network, self.inputs).items()
        )

    @property
    def _qkeras_sides(self) -> Sides:
        return Sides(
            reference="qkeras",
            candidate="emulator",
            inputs=self.kind,
            arithmetic=self.answers.arithmetic,
        )

    @property
    def _csim_sides(self) -> Sides:
        return Sides(reference="emulator", candidate="csim", inputs=self.kind, arithmetic="integer")

    def _diverges(
        self,
        wrong: Integers,
        reference: Callable[[Integers], Tensors],
        candidate: Callable[[Integers], Tensors],
    ) -> Divergence | None:
        if not len(wrong):
            return None
        rows = wrong[:_LOOKED_AT]
        return first_divergence(self.network, reference(rows), candidate(rows), events=rows)

    def _qkeras_layers(self, rows: Integers) -> Tensors:
        raw = self.raw
        few = {k: v[rows] for k, v in raw.items()} if isinstance(raw, Mapping) else raw[rows]
        return self._in_steps(self.answers.layers(few))

    def _in_steps(self, found: Reals) -> Tensors:
        """Return Keras' layers as tensors of the network, in steps.

        A Keras layer with an activation inside gives the activation's output under its own name;
        the network calls that tensor ``<layer>_activation``.
        """
        known = {layer.name: layer for layer in self.network.layers}
        renamed = {
            f"{name}_activation" if f"{name}_activation" in known else name: values
            for name, values in found.items()
        }
        return {
            name: steps_of(values, known[name].precision)
            for name, values in renamed.items()
            if name in known and values.shape[1:] == known[name].shape
        }

    def _emulator_layers(self, rows: Integers) -> Tensors:
        return emulate_tensors(self.network, self._few(rows))

    def _csim_layers(self, rows: Integers) -> Tensors:
        return csim(self.project, self.network, self._few(rows), layers=True)

    def _few(self, rows: Integers) -> dict[str, Integers]:
        return {name: values[rows] for name, values in self.inputs.items()}
