"""The certificate of RTL: bits of the emulator, cycles of the schedule."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from codesign.design.digest import digest
from codesign.design.fixed_point import Integers, overflow_integers
from codesign.design.network import QuantizedNetwork
from codesign.design.progress import Progress, silent
from codesign.design.project import FirmwareProject
from codesign.design.results import Divergence
from codesign.design.rtl_results import RtlCertificate, RtlRun
from codesign.emulator import emulate_outputs, emulate_tensors
from codesign.emulator.inputs import Events, named_events
from codesign.errors import ToolFailedError, ValidationError
from codesign.validation.divergence import describe, first_divergence
from codesign.validation.rtl.patterns import Pattern
from codesign.validation.rtl.simulate import (
    RtlSimulation,
    SimulationOptions,
    read_design,
    simulate,
)

_DEFAULTS = SimulationOptions()
_SHIFTS = 4
_MOST = 0.9
_EVENTS_BEFORE = 64


def certify_rtl(
    network: QuantizedNetwork,
    project: FirmwareProject,
    *,
    inputs: Mapping[str, Events],
    patterns: tuple[Pattern, ...] = tuple(Pattern),
    options: SimulationOptions = _DEFAULTS,
    progress: Progress = silent,
) -> RtlCertificate:
    """Return the certificate of the RTL of a network.

    Wrong bits do not raise: the certificate says where they are. A broken schedule does.

    Args:
        network: What the firmware should compute.
        project: The generated firmware.
        inputs: By kind, ``"events"`` and ``"overdriven"``: hardware integers, shape (events, ...),
            not necessarily within the input's range; one array an input, by name, where there are
            several.
        patterns: How events follow each other; every kind of input takes part in each.
        options: Seed, simulator and limits of each simulation.
        progress: Told how far emulator, compiler and simulations are.

    Raises:
        ValidationError: If the project was changed or the design breaks its schedule.
        InvalidDataError: If inputs have the wrong shape or type.
        InvalidDesignError: If the project is of another network or holds no RTL.
        ToolNotFoundError: If there is no simulator.
        ToolFailedError: If compiler or simulation fail or pass their limits.
    """
    design = read_design(project)
    runs = []
    for kind, raw in inputs.items():
        events = _in_range(network, raw)
        emulated = emulate_outputs(network, events, progress=progress)
        for pattern in patterns:
            simulated = simulate(
                project, network, events, pattern=pattern, options=options, progress=progress
            )
            run = _compare(network, kind, emulated, simulated)
            if run.divergence is not None:
                run = _locate(run, project, network, events, options)
            runs.append(run)
    simulators = tuple(dict.fromkeys(run.simulator for run in runs))
    return RtlCertificate(
        design=network.name,
        network_digest=digest(network),
        firmware_digest=project.digest,
        inputs_digest=inputs_digest(network, inputs),
        period_ns=design.period_ns,
        latency_cycles=design.latency_cycles,
        initiation_interval=design.initiation_interval,
        runs=tuple(runs),
        tool_versions=tuple(dict.fromkeys((*project.tool_versions, *simulators))),
    )


def holds_for(
    certificate: RtlCertificate,
    network: QuantizedNetwork,
    project: FirmwareProject,
    *,
    inputs: Mapping[str, Events],
) -> bool:
    """Return whether a certificate made earlier is of this network, firmware and these inputs.

    It is of no use for anything else: make it anew.
    """
    return (
        certificate.network_digest == digest(network) == project.network_digest
        and certificate.firmware_digest == project.digest
        and certificate.inputs_digest == inputs_digest(network, inputs)
        and set(project.tool_versions) <= set(certificate.tool_versions)
    )


def inputs_digest(network: QuantizedNetwork, inputs: Mapping[str, Events]) -> str:
    """Return the digest of every kind of input."""
    return digest(
        *(
            part
            for kind, raw in inputs.items()
            for name, values in named_events(network, raw).items()
            for part in (kind, name, values)
        )
    )


def _in_range(network: QuantizedNetwork, raw: Events) -> dict[str, Integers]:
    """Return inputs as the grid of each input makes them."""
    return {
        name: overflow_integers(values, network.precision(name))
        for name, values in named_events(network, raw).items()
    }


def _compare(
    network: QuantizedNetwork,
    kind: str,
    emulated: Mapping[str, Integers],
    simulated: RtlSimulation,
) -> RtlRun:
    """Hold the outputs of a simulation against those of the emulator."""
    count = len(simulated.events)
    wrong = {
        name: (emulated[name][simulated.events] != found).reshape(count, -1)
        for name, found in simulated.outputs.items()
    }
    each = np.concatenate(list(wrong.values()), axis=1)
    return RtlRun(
        inputs=kind,
        pattern=simulated.pattern,
        simulator=simulated.simulator,
        sent=simulated.sent,
        events=count,
        exact_events=int((~each).all(axis=1).sum()),
        outputs=each.size,
        exact_outputs=int((~each).sum()),
        cycles=simulated.cycles,
        latency_cycles=simulated.latency_cycles,
        initiation_interval=simulated.initiation_interval,
        divergence=_first(network, wrong, emulated, simulated),
    )


def _locate(
    run: RtlRun,
    project: FirmwareProject,
    network: QuantizedNetwork,
    events: Mapping[str, Integers],
    options: SimulationOptions,
) -> RtlRun:
    """Return a run whose divergence names the first layer that is wrong, where one can be found.

    The events up to the wrong one are simulated again with a look at the tensors inside; where
    that brings the error no more, the output stays what is named.
    """
    if run.divergence is None:
        return run
    first = max(0, run.divergence.event - _EVENTS_BEFORE)
    rows = np.arange(first, run.divergence.event + 1)
    few = {name: values[rows] for name, values in events.items()}
    looking = replace(options, layers=True)
    try:
        simulated = simulate(project, network, few, options=looking)
    except (ToolFailedError, ValidationError):
        return run  # its modules are not where those of our back end are, or have X inside
    found = first_divergence(
        network,
        emulate_tensors(network, few),
        {**simulated.outputs, **simulated.layers},
        events=rows,
    )
    return replace(run, divergence=found) if found and found.layer != run.divergence.layer else run


def _first(
    network: QuantizedNetwork,
    wrong: Mapping[str, NDArray[np.bool_]],
    emulated: Mapping[str, Integers],
    simulated: RtlSimulation,
) -> Divergence | None:
    """Return the first wrong number: of the first event, there of the first output."""
    places = [
        (int(row), order, name, int(np.flatnonzero(found[row])[0]))
        for order, (name, found) in enumerate(wrong.items())
        for row in np.flatnonzero(found.any(axis=1))[:1]
    ]
    if not places:
        return None
    row, _, name, element = min(places)
    event = int(simulated.events[row])
    reference = emulated[name][simulated.events].reshape(len(simulated.events), -1)
    answer = simulated.outputs[name].reshape(reference.shape)
    expected, found = int(reference[row, element]), int(answer[row, element])
    causes = (
        _shifted(reference, answer),
        _wrong_bits(reference[:, element], answer[:, element]),
        describe(network.tensor(name), float(expected), float(found)),
    )
    return Divergence(
        layer=name,
        event=event,
        element=element,
        expected=expected,
        found=found,
        cause=next(cause for cause in causes if cause),
    )


def _shifted(reference: Integers, answer: Integers) -> str:
    """Return what is wrong where each answer is that to another event."""
    for shift in range(1, min(_SHIFTS, len(answer) - 1)):
        for way, left, right in (
            ("before", reference[:-shift], answer[shift:]),
            ("after", reference[shift:], answer[:-shift]),
        ):
            if (left == right).all(axis=1).mean() > _MOST:
                return f"each answer is that to {shift} event{'s' * (shift > 1)} {way} it"
    return ""


def _wrong_bits(reference: Integers, answer: Integers) -> str:
    """Return what is wrong where the same bit differs in every wrong event."""
    differing = np.unique((reference ^ answer)[reference != answer])
    if len(differing) == 1 and int(differing[0]).bit_count() == 1:
        share = float((reference != answer).mean())
        return f"bit {int(differing[0]).bit_length() - 1} is inverted in {share:.1%} of the events"
    return ""
