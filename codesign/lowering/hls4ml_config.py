"""Honour an existing ``hls4ml_config.yml``, or say which of its choices cannot be honoured.

A choice of a layer shadows that of its type, which shadows that of the model, as in hls4ml. A
precision is honoured if it holds what the bit-exact network has there, which then is what is
built; one that would narrow a tensor is refused.

Source: hls4ml 1.3.0, ``model/graph.py``, ``HLSConfig``.
"""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from codesign.design.hardware import (
    Backend,
    Clock,
    HardwareConfig,
    IoType,
    LayerHardware,
    Strategy,
)
from codesign.design.layers import AnyLayer, Weighted
from codesign.design.network import QuantizedNetwork
from codesign.errors import CodesignError, InvalidDesignError
from codesign.lowering.hls4ml_choices import Choices
from codesign.lowering.hls4ml_precision import narrowed
from codesign.lowering.hls4ml_yaml import read_yaml

_ABOUT_FILES = frozenset(
    """
    InputData KerasH5 KerasJson KerasModel OutputDir OutputPredictions ProjectDir ProjectName Stamp
    TraceOutput Version WriterConfig
    """.split()  # noqa: SIM905
)
_KNOWN = ("Backend", "ClockPeriod", "ClockUncertainty", "HLSConfig", "IOType", "Part")


def read_hls4ml_config(
    path: Path, network: QuantizedNetwork, *, left_out: Collection[str] = ()
) -> HardwareConfig:
    """Return the hardware that a configuration of hls4ml asks for.

    Args:
        path: An ``hls4ml_config.yml``.
        network: What is built.
        left_out: Names of Keras layers that the network does without, such as input quantizers;
            what the file says of them is not looked at.

    Raises:
        InvalidDesignError: With everything that cannot be honoured, one a line.
        InvalidDataError: If the file is damaged or names a tag.
        ToolNotFoundError: If PyYAML is missing.
    """
    reader = _Reader(path, network, left_out)
    found = reader.read()
    if found is None or reader.complaints:
        raise InvalidDesignError("\n".join(f"{path}: {text}" for text in reader.complaints))
    return found


class _Reader:
    """Collects what cannot be honoured."""

    def __init__(self, path: Path, network: QuantizedNetwork, left_out: Collection[str]) -> None:
        self.complaints: list[str] = []
        self._file = read_yaml(path)
        self._network = network
        self._left_out = left_out

    def read(self) -> HardwareConfig | None:
        """Return the hardware, None if it cannot even be put together."""
        for key in sorted(set(self._file) - _ABOUT_FILES - set(_KNOWN)):
            self.complaints.append(f"unknown key {key!r}; known keys are {', '.join(_KNOWN)}")
        section = self._file.get("HLSConfig")
        choices = Choices.of(section if isinstance(section, dict) else {}, self.complaints)
        names = [node.name for node in (*self._network.inputs, *self._network.layers)]
        choices.check_names(names, self._left_out)
        for node in (*self._network.inputs, *self._network.layers):
            self.complaints += narrowed(node, choices)
        try:
            return HardwareConfig(
                device=str(self._file.get("Part", "")),
                clock=self._clock(),
                backend=Backend(str(self._file.get("Backend", "Vivado")).lower()),
                io_type=IoType(str(self._file.get("IOType", "io_parallel")).lower()),
                strategy=choices.strategy or Strategy.LATENCY,
                reuse_factor=choices.reuse_factor or 1,
                layers=self._layers(choices),
            )
        except (CodesignError, ValueError, TypeError) as error:
            self.complaints.append(f"{error}; change it, or write the recipe by hand")
            return None

    def _clock(self) -> Clock:
        period = float(self._file.get("ClockPeriod", 5))
        uncertainty = str(self._file.get("ClockUncertainty", "12.5%"))
        if not uncertainty.endswith("%"):
            msg = f"ClockUncertainty {uncertainty!r} is no share of the period: write 12.5%"
            raise InvalidDesignError(msg)
        return Clock(period_ns=period, uncertainty_percent=float(uncertainty[:-1]))

    def _layers(self, choices: Choices) -> tuple[LayerHardware, ...]:
        found = []
        for layer in self._network.layers:
            own = choices.of_layer(layer)
            hardware = LayerHardware(
                name=layer.name,
                reuse_factor=_differing(own.reuse_factor, choices.reuse_factor or 1),
                strategy=_differing(own.strategy, choices.strategy or Strategy.LATENCY),
            )
            if hardware.reuse_factor is None and hardware.strategy is None:
                continue
            if isinstance(layer, Weighted):
                found.append(hardware)
            else:
                self.complaints.append(_nothing_to_share(layer))
        return tuple(found)


def _differing(own: Any, general: Any) -> Any:
    return None if own == general else own


def _nothing_to_share(layer: AnyLayer) -> str:
    return (
        f"{layer.name}: ReuseFactor or Strategy of a {layer.kind} layer, which has no multipliers "
        "to share; remove them"
    )
