"""A trained design of either kind: one that tells classes apart, or an anomaly trigger."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from codesign.design.candidate import Candidate
from codesign.design.fixed_point import Integers
from codesign.design.network import QuantizedNetwork
from codesign.design.progress import Progress
from codesign.emulator.inputs import Events
from codesign.errors import UnsupportedLayerError
from codesign.pipeline.anomaly import AnomalyRun
from codesign.pipeline.run import Run


@dataclass(frozen=True, eq=False, kw_only=True)
class TrainedDesign:
    """What hardware is made of.

    Attributes:
        network: What the firmware computes.
        inputs: Hardware integers to prove it on, by kind, ``"events"`` and ``"overdriven"``.
    """

    network: QuantizedNetwork
    inputs: Mapping[str, Integers]


def trained_design(candidate: Candidate, *, root: Path, progress: Progress) -> TrainedDesign:
    """Return the trained network of a candidate, training it unless that is done.

    Raises:
        CodesignError: If a stage fails.
    """
    if candidate.score is not None:
        anomaly = AnomalyRun(candidate, root=root, progress=progress)
        _ = anomaly.linted
        return TrainedDesign(network=anomaly.network, inputs=anomaly.events.certified)
    run = Run(candidate, root=root, progress=progress)
    _ = run.linted
    return TrainedDesign(network=run.network, inputs=one_input(run.prepared.certified, candidate))


def trained_network(candidate: Candidate, *, root: Path, progress: Progress) -> QuantizedNetwork:
    """Return the trained network of a candidate with any number of inputs, as above.

    Raises:
        CodesignError: If a stage fails.
    """
    kind = Run if candidate.score is None else AnomalyRun
    run = kind(candidate, root=root, progress=progress)
    _ = run.linted
    return run.network


def one_input(inputs: Mapping[str, Events], candidate: Candidate) -> dict[str, Integers]:
    """Return hardware integers by kind, of a design with one input.

    Raises:
        UnsupportedLayerError: If it has several.
    """
    found = {}
    for kind, values in inputs.items():
        if isinstance(values, Mapping):
            msg = (
                f"{candidate.name} has inputs {', '.join(values)}; synthesis and releases take "
                "designs of one; csim and run take any"
            )
            raise UnsupportedLayerError(msg)
        found[kind] = values
    return found
