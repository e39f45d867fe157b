"""Small dense networks with weights drawn from a seed, for the estimator."""

from itertools import pairwise

import numpy as np

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.hardware import Clock, HardwareConfig
from codesign.design.layers import Activation, Dense, Function
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision

JET_WIDTHS = (16, 64, 32, 32, 5)


def hardware(**options):
    options = {"device": "u250", "clock": Clock(period_ns=5.0), **options}
    return HardwareConfig(**options)


def dense(kernel, *, bias=None, name="dense", data="fixed<16,6>", weight="fixed<16,6>", **formats):
    """Return a dense layer of these hardware integers, with an accumulator of whole products."""
    kernel = np.asarray(kernel)
    weights = Precision.from_text(weight)
    fraction = Precision.from_text(data).fraction + weights.fraction
    accumulator = formats.get("accumulator") or f"fixed<40,{40 - fraction}>"
    bias = np.zeros(kernel.shape[1], np.int64) if bias is None else bias
    return Dense(
        name=name,
        inputs=(formats.get("source", "x"),),
        shape=kernel.shape[1:],
        precision=Precision.from_text(formats.get("output") or accumulator),
        kernel=Constant(values=kernel, precision=weights),
        bias=Constant(values=bias, precision=weights),
        accumulator=Precision.from_text(accumulator),
    )


def mlp(widths=JET_WIDTHS, *, data="fixed<16,6>", weight="fixed<16,6>", spread=300.0):
    """Return dense layers with a ReLU between each two, as the jet tagger has them."""
    rng = np.random.default_rng(5)
    largest = Precision.from_text(weight).max_hw
    layers, source = [], "x"
    for index, shape in enumerate(pairwise(widths)):
        kernel = np.clip(np.rint(rng.normal(0, spread, shape)), -largest, largest)
        name = f"dense_{index}"
        layers.append(dense(kernel, name=name, data=data, weight=weight, source=source))
        source = name
        if index < len(widths) - 2:
            layers.append(
                Activation(
                    name=f"relu_{index}",
                    inputs=(name,),
                    shape=shape[1:],
                    precision=Precision.from_text(data),
                    function=Function.RELU,
                )
            )
            source = f"relu_{index}"
    return network(layers, size=widths[0], data=data)


def network(layers, *, size, data="fixed<16,6>"):
    source = NetworkInput(name="x", shape=(size,), precision=Precision.from_text(data))
    return QuantizedNetwork(
        name="net", inputs=(source,), layers=tuple(layers), outputs=(layers[-1].name,)
    )
