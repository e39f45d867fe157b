"""What is checked before anything is simulated: the project, its ports, the events."""

from collections.abc import Mapping

import numpy as np

from codesign.design.digest import digest
from codesign.design.fixed_point import Integers
from codesign.design.network import QuantizedNetwork
from codesign.design.project import FirmwareProject
from codesign.design.rtl import RtlDesign, RtlPort
from codesign.errors import InvalidDataError, InvalidDesignError
from codesign.validation.rtl.buses import beats_of, check_elements


def check_network(project: FirmwareProject, design: RtlDesign, network: QuantizedNetwork) -> None:
    """Refuse a project whose ports are not the tensors of the network.

    Raises:
        InvalidDesignError: Naming the port and what it should carry.
    """
    if project.network_digest != digest(network):
        msg = f"{project.path} was generated from another network; generate it from this one"
        raise InvalidDesignError(msg)
    for what, ports, wanted in (
        ("inputs", design.inputs, [tensor.name for tensor in network.inputs]),
        ("outputs", design.outputs, list(dict.fromkeys(network.outputs))),
    ):
        found = [port.tensor for port in ports]
        if found != wanted:
            msg = f"{project.path}: {what} {found} found, expected {wanted}; generate it anew"
            raise InvalidDesignError(msg)
        for port in ports:
            _check_port(project.path, port, network, beats=ports[0].beats)


def _check_port(place: str, port: RtlPort, network: QuantizedNetwork, *, beats: int) -> None:
    check_elements(port)
    precision, shape = network.precision(port.tensor), network.shape(port.tensor)
    same = (port.width, port.signed) == (precision.width, precision.signed)
    if not same or not beats_of(port, shape) or port.beats != beats:
        sign = "signed" if port.signed else "unsigned"
        msg = (
            f"{place}: port {port.name} has {port.beats} beats of {port.elements} {sign} elements "
            f"of {port.width} bits, expected {precision} of shape {shape} in {beats} beats; "
            "generate it anew"
        )
        raise InvalidDesignError(msg)


def check_events(
    network: QuantizedNetwork, inputs: Integers | Mapping[str, Integers]
) -> dict[str, Integers]:
    """Return the hardware integers of each input, as ``int64``.

    Raises:
        InvalidDataError: If an input is missing, or has another shape, type or range.
    """
    if not isinstance(inputs, Mapping):
        inputs = {network.inputs[0].name: inputs}
    wanted = [tensor.name for tensor in network.inputs]
    if sorted(inputs) != sorted(wanted):
        msg = f"{network.name}: inputs {', '.join(inputs)} given, expected {', '.join(wanted)}"
        raise InvalidDataError(msg)
    counts = {name: len(inputs[name]) for name in wanted}
    if len(set(counts.values())) > 1 or not min(counts.values()):
        msg = f"{network.name}: inputs of {counts} events given; each event needs all of them"
        raise InvalidDataError(msg)
    for tensor in network.inputs:
        values, precision = inputs[tensor.name], tensor.precision
        if values.shape[1:] != tensor.shape or not np.issubdtype(values.dtype, np.integer):
            msg = (
                f"input {tensor.name}: {values.dtype} of shape {values.shape} found, expected "
                f"hardware integers of shape (events, {', '.join(map(str, tensor.shape))})"
            )
            raise InvalidDataError(msg)
        low, high = int(values.min()), int(values.max())
        if low < precision.min_hw or high > precision.max_hw:
            msg = (
                f"input {tensor.name}: hardware integers in [{low}, {high}] leave {precision}, "
                f"which holds [{precision.min_hw}, {precision.max_hw}]; quantize them first"
            )
            raise InvalidDataError(msg)
    return {name: inputs[name].astype(np.int64) for name in wanted}
