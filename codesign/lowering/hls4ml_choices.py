"""What ``HLSConfig`` in a file of hls4ml chooses: for the model, for types and for layers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from codesign.design.contract import NetworkInput
from codesign.design.hardware import Strategy
from codesign.design.layers import AnyLayer

_SECTIONS = ("LayerName", "LayerType", "Model")
_TYPES = {
    "activation": ("activation", "leakyrelu", "parametrizedactivation", "qactivation", "relu"),
    "conv": ("conv1d", "conv2d", "qconv1d", "qconv2d", "qconv2dbatchnorm"),
    "dense": ("dense", "qdense"),
    "depthwise_conv": ("depthwiseconv1d", "depthwiseconv2d", "qdepthwiseconv2d"),
    "input": ("input", "inputlayer"),
    "pool": ("pooling1d", "pooling2d", "globalpooling1d", "globalpooling2d"),
    "softmax": ("softmax",),
}
_HARMLESS = {
    "BramFactor": (1_000_000_000, None),
    "Compression": (False, 0, None),
    "ConvImplementation": ("LineBuffer", None),
    "ParallelizationFactor": (1, None),
    "PipelineInterval": (None,),
    "PipelineStyle": ("auto", None),
    "TargetCycles": (None,),
    "Trace": (True, False, None),
    "TraceOutput": (True, False, None),
}
"""Keys without an effect on the bits, and the values that change nothing about the hardware."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What one entry chooses.

    Attributes:
        reuse_factor: None where it says nothing.
        strategy: None where it says nothing.
        precision: Text of each precision, by what it is the precision of.
    """

    reuse_factor: int | None = None
    strategy: Strategy | None = None
    precision: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """All entries.

    Attributes:
        model: That of the model.
        types: By type of layer, in lower case.
        names: By layer.
        complaints: Where what cannot be honoured is noted.
    """

    model: Choice
    types: Mapping[str, Choice]
    names: Mapping[str, Choice]
    complaints: list[str]

    @classmethod
    def of(cls, section: Mapping[str, Any], complaints: list[str]) -> Self:
        """Read ``HLSConfig``; what cannot be honoured is added to ``complaints``."""
        unknown = sorted(set(section) - set(_SECTIONS))
        complaints += [f"HLSConfig.{key} cannot be honoured; remove it" for key in unknown]
        read = _EntryReader(complaints)
        return cls(
            model=read.entry("Model", section.get("Model") or {}),
            types={
                str(name).lower(): read.entry(f"LayerType.{name}", entry or {})
                for name, entry in (section.get("LayerType") or {}).items()
            },
            names={
                str(name): read.entry(f"LayerName.{name}", entry or {})
                for name, entry in (section.get("LayerName") or {}).items()
            },
            complaints=complaints,
        )

    @property
    def reuse_factor(self) -> int | None:
        """That of the model."""
        return self.model.reuse_factor

    @property
    def strategy(self) -> Strategy | None:
        """That of the model."""
        return self.model.strategy

    def check_names(self, known: Collection[str], left_out: Collection[str]) -> None:
        """Note each entry of a layer or type that does not exist."""
        for name in self.names:
            if name not in known and name not in left_out and _base(name) not in known:
                self.complaints.append(
                    f"LayerName.{name} is no layer of the network; its tensors are "
                    f"{', '.join(known)}"
                )
        types = {name for names in _TYPES.values() for name in names}
        for name in sorted(set(self.types) - types):
            self.complaints.append(f"LayerType.{name} cannot be honoured; name the layers instead")

    def levels(self, node: NetworkInput | AnyLayer) -> tuple[Choice, ...]:
        """Return the entries that speak of a tensor, the most particular first."""
        kind = "input" if isinstance(node, NetworkInput) else node.kind
        own = [
            self.names[name] for name in (node.name, f"{node.name}_linear") if name in self.names
        ]
        return (*own, *(self.types[t] for t in _TYPES.get(kind, ()) if t in self.types), self.model)

    def of_layer(self, layer: AnyLayer) -> Choice:
        """Return the reuse factor and strategy that hold for a layer."""
        levels = self.levels(layer)
        return Choice(
            reuse_factor=next((c.reuse_factor for c in levels if c.reuse_factor is not None), None),
            strategy=next((c.strategy for c in levels if c.strategy is not None), None),
        )


def _base(name: str) -> str:
    """Return the layer of which hls4ml made a linear activation."""
    return name.removesuffix("_linear")


@dataclass(frozen=True, slots=True)
class _EntryReader:
    complaints: list[str]

    def entry(self, place: str, entry: Mapping[str, Any]) -> Choice:
        for key, value in entry.items():
            if key in {"Precision", "ReuseFactor", "Strategy"}:
                continue
            if key not in _HARMLESS or value not in _HARMLESS[key]:
                self.complaints.append(f"{place}.{key} = {value!r} cannot be honoured; remove it")
        return Choice(
            reuse_factor=self._reuse_factor(place, entry.get("ReuseFactor")),
            strategy=self._strategy(place, entry.get("Strategy")),
            precision=self._precision(entry.get("Precision")),
        )

    def _reuse_factor(self, place: str, value: Any) -> int | None:
        if value is None or (isinstance(value, int) and value >= 1):
            return value
        self.complaints.append(f"{place}.ReuseFactor = {value!r}; write a whole number from 1")
        return None

    def _strategy(self, place: str, value: Any) -> Strategy | None:
        if value is None:
            return None
        try:
            return Strategy(str(value).lower())
        except ValueError:
            self.complaints.append(
                f"{place}.Strategy = {value!r} cannot be honoured; choose {', '.join(Strategy)}"
            )
            return None

    def _precision(self, value: Any) -> dict[str, str]:
        if value is None:
            return {}
        if isinstance(value, Mapping):
            return {str(what): str(text) for what, text in value.items()}
        return {"default": str(value)}
