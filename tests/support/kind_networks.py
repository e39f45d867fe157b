"""One small network a kind of layer, at its corners: what every back end must build exactly."""

from math import prod

import numpy as np

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.layers import (
    Activation,
    Concatenate,
    Conv,
    Dense,
    DepthwiseConv,
    Function,
    Merge,
    MergeFunction,
    Pool,
    PoolFunction,
    Reshape,
    Scale,
    Slice,
    Softmax,
    Steps,
    Table,
    Transpose,
    UpSample,
    ZeroPad,
)
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.design.shapes import output_shape

read = Precision.from_text
IMAGE, LINE, VECTOR = (5, 4, 2), (7, 2), (6,)
PUT = "fixed<6,3,RND_CONV,SAT>"


def constant(shape, text, *, seed=0):
    """Return numbers over the whole range of a format, a third of them 0."""
    rng = np.random.default_rng(seed + prod(shape))
    precision = read(text)
    values = rng.integers(precision.min_hw, precision.max_hw + 1, shape)
    values[rng.random(shape) < 0.3] = 0
    return Constant.of(values, precision)


class Maker:
    """Makes a network layer by layer."""

    def __init__(self, shape, precision="fixed<6,3,RND_CONV,SAT>"):
        self.inputs = [NetworkInput(name="x", shape=shape, precision=read(precision))]
        self.layers = []

    def input(self, name, shape, precision):
        self.inputs.append(NetworkInput(name=name, shape=shape, precision=read(precision)))

    def add(self, kind, name, inputs="x", precision=PUT, **options):
        """Add a layer; its shape follows from what it reads unless it is given."""
        inputs = (inputs,) if isinstance(inputs, str) else tuple(inputs)
        known = {node.name: node.shape for node in (*self.inputs, *self.layers)}
        given = {"name": name, "inputs": inputs, "precision": read(precision)} | options
        if issubclass(kind, (Dense, Conv, DepthwiseConv, Scale)):
            given |= {"accumulator": read("fixed<18,11>")}
        if "shape" not in given:
            placeholder = kind(**given | {"shape": given.pop("bias_shape", (1,))})
            given["shape"] = output_shape(placeholder, [known[source] for source in inputs])
        self.layers.append(kind(**given))

    def weighted(self, kind, name, kernel, outputs, **options):
        self.add(
            kind,
            name,
            kernel=constant(kernel, "fixed<4,1>"),
            bias=constant((outputs,), "fixed<5,2>"),
            bias_shape=(outputs,),
            **options,
        )

    def network(self, name):
        read_tensors = {source for layer in self.layers for source in layer.inputs}
        return QuantizedNetwork(
            name=name,
            inputs=tuple(self.inputs),
            layers=tuple(self.layers),
            outputs=tuple(node.name for node in self.layers if node.name not in read_tensors),
        )


def activations():
    made = Maker((6, 2))
    for function in Function:
        made.add(Activation, f"{function}_plain", function=function)
        made.add(
            Activation, f"{function}_wrapped", function=function, precision="fixed<4,2>", ceiling=5
        )
    for slope, text in ((0, "fixed<4,2,RND,SAT_SYM>"), (-3, "ufixed<5,2,RND,SAT>")):
        options = {"function": Function.LEAKY_RELU, "slope_log2": slope}
        made.add(Activation, f"leaky_{-slope}", precision=text, **options)
    return made.network("activations")


def lookups():
    made = Maker((3, 4), "fixed<5,2,RND,SAT_SYM>")
    for name, inputs in (("sym", "x"), ("plain", "linear")):
        if inputs != "x":
            made.add(Activation, "linear", precision="ufixed<4,1>", function=Function.LINEAR)
        size = 32 if inputs == "x" else 16
        made.add(
            Table,
            f"table_{name}",
            inputs,
            "fixed<5,3,RND,SAT_SYM>",
            values=constant((size,), "fixed<5,3,RND,SAT_SYM>"),
        )
        made.add(
            Steps,
            f"steps_{name}",
            inputs,
            "fixed<4,2>",
            thresholds=Constant.of([-20, -3, 0, 1, 9], read("fixed<7,3>")),
            levels=constant((6,), "fixed<4,2>"),
        )
    made.add(
        Softmax,
        "softmax",
        precision="ufixed<8,0,RND_CONV,SAT>",
        difference=read("ufixed<6,3,TRN,SAT>"),
        exponentials=constant((64,), "ufixed<9,1>"),
        total=read("ufixed<7,3,TRN,SAT>"),
        inverses=constant((128,), "ufixed<11,1>"),
    )
    return made.network("lookups")


def weighted():
    made = Maker(IMAGE)
    made.input("line", LINE, "ufixed<4,2>")
    made.weighted(Conv, "plain", (3, 2, 2, 3), 3, strides=(1, 1), padding=((0, 0), (0, 0)))
    made.weighted(Conv, "uneven", (3, 3, 2, 2), 2, strides=(2, 1), padding=((0, 1), (2, 1)))
    made.weighted(Conv, "flat", (1, 2, 2, 3), 3, strides=(2, 3), padding=((1, 1), (0, 0)))
    made.weighted(Conv, "skips", (2, 1, 2, 1), 1, strides=(3, 2), padding=((0, 0), (0, 0)))
    padding = ((1, 1), (1, 0))
    made.weighted(DepthwiseConv, "depth", (3, 2, 2, 2), 4, strides=(1, 2), padding=padding)
    made.weighted(Conv, "conv_1d", (3, 2, 4), 4, inputs="line", strides=(2,), padding=((1, 2),))
    options = {"strides": (1,), "padding": ((2, 0),)}
    made.weighted(DepthwiseConv, "depth_1d", (3, 2, 1), 2, inputs="line", **options)
    made.weighted(Dense, "points", (2, 3), 3)
    made.weighted(Dense, "points_1d", (2, 5), 5, inputs="line")
    made.weighted(Scale, "scale", (2,), 2)
    made.add(Reshape, "flattened", "line", "ufixed<4,2>", shape=(14,))
    made.weighted(Dense, "dense", (14, 3), 3, inputs="flattened")
    made.weighted(Scale, "scale_1d", (3,), 3, inputs="dense")
    return made.network("weighted")


def pools():
    made = Maker(IMAGE, "fixed<5,2,RND,SAT_SYM>")
    made.input("line", LINE, "ufixed<4,2>")
    unpadded = {"strides": (2, 2), "padding": ((0, 0), (0, 0))}
    largest, average = PoolFunction.MAX, PoolFunction.AVERAGE
    made.add(Pool, "largest", function=largest, size=(2, 2), **unpadded)
    made.add(
        Pool,
        "padded",
        function=largest,
        size=(3, 2),
        strides=(1, 2),
        padding=((2, 1), (1, 1)),
    )
    made.add(Pool, "average", function=average, size=(2, 4), **unpadded)
    made.add(Pool, "overlap", function=average, size=(4, 1), strides=(1, 1), padding=((0, 0),) * 2)
    line = {"inputs": "line", "strides": (3,)}
    made.add(Pool, "largest_1d", function=largest, size=(3,), padding=((1, 2),), **line)
    made.add(Pool, "average_1d", function=average, size=(2,), padding=((0, 0),), **line)
    return made.network("pools")


def moves():
    made = Maker(IMAGE)
    made.input("line", LINE, "ufixed<4,2>")
    made.add(ZeroPad, "padded", padding=((1, 0), (0, 2)))
    made.add(ZeroPad, "padded_1d", "line", padding=((2, 1),))
    made.add(UpSample, "larger", factors=(2, 3))
    made.add(UpSample, "larger_1d", "line", factors=(2,))
    for name, shape in (("whole", (40,)), ("wider", (10, 4)), ("odd", (8, 5)), ("unit", (40, 1))):
        made.add(Reshape, f"shape_{name}", shape=shape)
    for name, axes in (("swap", (1, 0, 2)), ("turn", (2, 0, 1))):
        made.add(Transpose, f"axes_{name}", axes=axes)
    for axis, shape in enumerate(((2, 4, 2), (5, 2, 2), (5, 4, 1))):
        made.add(Slice, f"slice_{axis}", shape=shape, axis=axis, start=1)
    made.add(Slice, "slice_1d", "shape_whole", shape=(7,), axis=0, start=30)
    return made.network("moves")


def joins():
    made = Maker((3, 2, 2))
    made.input("other", (3, 2, 2), "ufixed<5,1>")
    made.input("third", (3, 2, 2), "fixed<4,3>")
    for function in MergeFunction:
        made.add(Merge, f"{function}_two", ("x", "other"), function=function)
        narrow = "fixed<4,3,RND_CONV,WRAP>"
        if function is not MergeFunction.SUBTRACT:
            three = ("x", "other", "third", "x")
            made.add(Merge, f"{function}_four", three, precision=narrow, function=function)
    for axis in range(3):
        made.add(Concatenate, f"along_{axis}", ("x", "other", "third"), axis=axis)
    made.add(Concatenate, "one", ("x",), "fixed<3,2>", axis=1)
    return made.network("joins")


def branches():
    """A residual network: tensors that are read twice, and outputs that are read inside."""
    made = Maker((4, 4, 2))
    same = {"strides": (1, 1), "padding": ((1, 1), (1, 1))}
    made.weighted(Conv, "conv", (3, 3, 2, 2), 2, **same)
    made.add(Activation, "relu", "conv", "ufixed<5,2,RND,SAT>", function=Function.RELU)
    made.weighted(Conv, "again", (3, 3, 2, 2), 2, inputs="relu", **same)
    made.add(Merge, "skip", ("again", "relu"), "fixed<8,4>", function=MergeFunction.ADD)
    made.add(Merge, "squares", ("skip", "skip"), "fixed<8,6>", function=MergeFunction.MULTIPLY)
    network = made.network("branches")
    return QuantizedNetwork(
        name=network.name,
        inputs=network.inputs,
        layers=network.layers,
        outputs=("relu", "squares", "skip", "x", "relu"),
    )


KINDS = (activations, lookups, weighted, pools, moves, joins, branches)
