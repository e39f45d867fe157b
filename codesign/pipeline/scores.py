"""Events in, the firmware's answers out, a chunk at a time: the emulator on files of any size."""

from collections.abc import Iterable, Iterator
from math import prod

import numpy as np
from numpy.typing import NDArray

from codesign.data import EventSet
from codesign.design.fixed_point import dequantize
from codesign.design.network import QuantizedNetwork
from codesign.design.progress import Progress, silent
from codesign.emulator import emulate
from codesign.emulator.inputs import Events
from codesign.errors import InvalidDesignError

_EXACT_IN_FLOAT32 = 24
_INT32_BITS = 32


def score_chunks(
    network: QuantizedNetwork, chunks: Iterable[EventSet], *, integers: bool = False
) -> Iterator[EventSet]:
    """Yield what the firmware answers to each chunk of events, labels and weights kept.

    The columns are ``<output>_<element>``: real numbers, exact in float32, or hardware integers.

    Args:
        network: With one input whose contract names the features, and one output.
        chunks: Events that hold these features, in any order.
        integers: Whether to give hardware integers, in units of the output's least significant
            bit, instead of real numbers.

    Raises:
        InvalidDataError: If the events lack a feature that the network reads.
        InvalidDesignError: If the network has several inputs or outputs, or its output is too
            wide for the columns.
    """
    source, precision = network.inputs[0], network.precision(network.outputs[0])
    _check(network, integers=integers)
    name, size = network.outputs[0], prod(network.shape(network.outputs[0]))
    names = tuple(feature.name for feature in source.features)
    unit = f"2^{-precision.fraction}" if integers else ""
    for chunk in chunks:
        events = chunk.only(names) if names else chunk
        answers = emulate(network, source.to_hardware(events.features)).reshape(-1, size)
        yield EventSet(
            features=(
                answers.astype(np.int32)
                if integers
                else dequantize(answers, precision).astype(np.float32)
            ),
            feature_names=tuple(f"{name}_{index}" for index in range(size)),
            units=(unit,) * size,
            labels=chunk.labels,
            label_names=chunk.label_names,
            weights=chunk.weights,
            ids=chunk.ids,
            id_names=chunk.id_names,
            sample=f"{network.name} on {chunk.sample}",
            provenance=(
                *chunk.provenance,
                ("network", network.name),
                ("output", str(precision)),
            ),
        )


def logits(
    network: QuantizedNetwork, inputs: Events, *, progress: Progress = silent
) -> NDArray[np.float64]:
    """Return what a network answers to hardware integers, as real numbers (events, outputs)."""
    answers = emulate(network, inputs, progress=progress)
    return dequantize(answers, network.precision(network.outputs[0])).reshape(len(answers), -1)


def _check(network: QuantizedNetwork, *, integers: bool) -> None:
    if len(network.inputs) != 1 or len(network.outputs) != 1:
        msg = (
            f"{network.name} has {len(network.inputs)} inputs and {len(network.outputs)} outputs; "
            "files of events feed networks with one of each"
        )
        raise InvalidDesignError(msg)
    precision = network.precision(network.outputs[0])
    limit = _INT32_BITS if integers else _EXACT_IN_FLOAT32
    if precision.width > limit:
        remedy = "narrow the output" if integers else "ask for hardware integers"
        msg = f"{network.name}: output {precision} does not fit {limit} bits exactly; {remedy}"
        raise InvalidDesignError(msg)
