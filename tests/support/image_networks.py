"""A convolutional network of the size that triggers use, with weights drawn from a seed."""

from kind_networks import Maker

from codesign.design.layers import Activation, Conv, Dense, Function, Pool, PoolFunction, Reshape


def cnn():
    """Return three convolutions over 32 x 32 with pooling, then two dense layers."""
    made, source, channels = Maker((32, 32, 1), "fixed<8,4>"), "x", 1
    same = {"strides": (1, 1), "padding": ((1, 1), (1, 1))}
    for index, filters in enumerate((16, 32, 32)):
        conv, relu, pool = (f"{what}_{index}" for what in ("conv", "relu", "pool"))
        size = (3, 3, channels, filters)
        made.weighted(Conv, conv, size, filters, inputs=source, precision="fixed<16,8>", **same)
        made.add(Activation, relu, conv, "ufixed<8,4,RND,SAT>", function=Function.RELU)
        halved = {"size": (2, 2), "strides": (2, 2), "padding": ((0, 0), (0, 0))}
        made.add(Pool, pool, relu, "ufixed<8,4>", function=PoolFunction.MAX, **halved)
        source, channels = pool, filters
    made.add(Reshape, "flat", source, "ufixed<8,4>", shape=(512,))
    made.weighted(Dense, "dense_0", (512, 64), 64, inputs="flat", precision="fixed<16,8>")
    made.add(Activation, "relu", "dense_0", "ufixed<8,4,RND,SAT>", function=Function.RELU)
    made.weighted(Dense, "logits", (64, 10), 10, inputs="relu", precision="fixed<16,8>")
    return made.network("cnn")
