"""The operations that the steps of a recurrent layer are made of, each under a name of its own."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from codesign.design.constant import Constant
from codesign.design.layers import Concatenate, MergeFunction, Reshape, Scale, Slice
from codesign.design.precision import Precision
from codesign.lowering.activations import Quantize
from codesign.lowering.builder import Builder, Tensor, wide
from codesign.lowering.quantizers import activation
from codesign.lowering.readers.merging import merge
from codesign.lowering.readers.weighted import dense_layer, no_bias

ONE = Precision(width=2, integer=2)


class Unrolled:
    """Adds the layers of one recurrent layer.

    Attributes:
        builder: Where they are added.
        name: Of the recurrent layer.
    """

    def __init__(self, builder: Builder, name: str) -> None:
        self.builder = builder
        self.name = name

    def dense(
        self, label: str, data: Tensor, kernel: Constant, bias: Constant | None = None
    ) -> Tensor:
        """Return ``bias + data @ kernel``."""
        bias = bias or no_bias(kernel.values.shape[-1])
        return self.builder.add_weighted(dense_layer(self._named(label), data, kernel, bias))

    def affine(self, label: str, data: Tensor, kernel: Constant, bias: Constant) -> Tensor:
        """Return ``bias + data * kernel``, element by element."""
        return self.builder.add_weighted(
            Scale(
                name=self._named(label),
                inputs=(data.name,),
                shape=data.shape,
                precision=wide(0),
                kernel=kernel,
                bias=bias,
                accumulator=wide(0),
            )
        )

    def one_minus(self, label: str, data: Tensor) -> Tensor:
        """Return ``1 - data``."""
        ones = np.ones(data.shape, dtype=np.int64)
        return self.affine(label, data, Constant.of(-ones, ONE), Constant.of(ones, ONE))

    def merged(self, label: str, function: MergeFunction, *tensors: Tensor) -> Tensor:
        """Return tensors added or multiplied."""
        return merge(self.builder, self._named(label), function, tensors)

    def quantized(self, label: str, quantizer: Any, data: Tensor) -> Tensor:
        """Return what a quantizer makes of a tensor."""
        meaning = activation(quantizer, layer=self.name)
        apply = Quantize(name=self._named(label), quantizer=quantizer, meaning=meaning)
        return apply(self.builder, (data,))

    def row(self, label: str, data: Tensor, index: int) -> Tensor:
        """Return one position of a sequence."""
        shape = (1, *data.shape[1:])
        part = self._slice(f"{label}_row", data, start=index, shape=shape)
        return self._reshape(label, part, data.shape[1:])

    def part(self, label: str, data: Tensor, index: int, units: int) -> Tensor:
        """Return the units of one gate."""
        return self._slice(label, data, start=index * units, shape=(units,))

    def sequence(self, outputs: Sequence[Tensor]) -> Tensor:
        """Return the outputs of all steps as one tensor that carries the layer's name."""
        rows = [
            self._reshape(f"row_{step}", tensor, (1, *tensor.shape))
            for step, tensor in enumerate(outputs)
        ]
        fraction = max(row.precision.fraction for row in rows)
        return self.builder.add_exact(
            Concatenate(
                name=self.name,
                inputs=tuple(row.name for row in rows),
                shape=rows[0].shape,
                precision=wide(fraction),
                axis=0,
            )
        )

    def last(self, tensor: Tensor) -> Tensor:
        """Return the output of the last step under the layer's name."""
        return self._reshape("", tensor, tensor.shape)

    def _slice(self, label: str, data: Tensor, *, start: int, shape: tuple[int, ...]) -> Tensor:
        return self.builder.add(
            Slice(
                name=self._named(label),
                inputs=(data.name,),
                shape=shape,
                precision=data.precision.as_storage(),
                axis=0,
                start=start,
            )
        )

    def _reshape(self, label: str, data: Tensor, shape: tuple[int, ...]) -> Tensor:
        return self.builder.add(
            Reshape(
                name=self._named(label),
                inputs=(data.name,),
                shape=shape,
                precision=data.precision.as_storage(),
            )
        )

    def _named(self, label: str) -> str:
        return f"{self.name}_{label}" if label else self.name


def columns(constant: Constant, index: int, units: int, count: int = 1) -> Constant:
    """Return the columns of some gates."""
    part = constant.values[..., index * units : (index + count) * units]
    return replace(constant, values=part)
