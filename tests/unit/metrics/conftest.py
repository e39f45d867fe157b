import numpy as np
import pytest

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.layers import Activation, Dense, Function
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision


def _kernel(shape, bits, zeros):
    """Small odd weights, the first ``zeros`` of them zero."""
    values = np.ones(shape, dtype=np.int64)
    values.ravel()[:zeros] = 0
    return Constant.of(values, Precision(width=bits, integer=1))


@pytest.fixture
def jet_tagger():
    """Return a maker of the 16-64-32-32-5 network with equal bits everywhere."""

    def build(*, bits, pruned=0.0):
        grid = Precision(width=bits, integer=2, signed=True)
        layers = []
        tensor, inputs = "features", 16
        for index, outputs in enumerate((64, 32, 32, 5), start=1):
            dense = Dense(
                name=f"dense_{index}",
                inputs=(tensor,),
                shape=(outputs,),
                precision=grid,
                kernel=_kernel((inputs, outputs), bits, round(pruned * inputs * outputs)),
                bias=Constant.of(np.zeros(outputs, dtype=np.int64), grid),
                accumulator=Precision(width=2 * bits + 10, integer=12),
            )
            layers.append(dense)
            tensor, inputs = dense.name, outputs
            if index < 4:
                relu = Activation(
                    name=f"relu_{index}",
                    inputs=(tensor,),
                    shape=(outputs,),
                    precision=Precision(width=bits, integer=2, signed=False),
                    function=Function.RELU,
                )
                layers.append(relu)
                tensor = relu.name
        return QuantizedNetwork(
            name="jet_tagger",
            inputs=(NetworkInput(name="features", shape=(16,), precision=grid),),
            layers=tuple(layers),
            outputs=(tensor,),
        )

    return build
