"""Random QKeras networks of every layer: branches, several inputs, recurrence, every quantizer."""

from random_quantizers import Quantizers

from codesign.models.keras import keras, qkeras, quiet

MAX_VALUES = 400
MAX_STEPS = 6
SHAPES = ((6,), (10, 3), (5, 2), (7, 6, 2), (8, 8, 1))
FUNCTIONS = ("tanh", "sigmoid", "softplus", "gelu", "elu", "exponential", "swish")


def random_model(random, *, refusable=0.0):
    """Return a model of two to six blocks on a vector, a line or an image.

    Args:
        random: Of ``random.Random``; hypothesis draws what it answers.
        refusable: The share of layers and quantizers that cannot be lowered exactly.
    """
    with quiet():
        return _Maker(random, refusable).model()


class _Maker:
    def __init__(self, random, refusable):
        self.random, self.refusable = random, refusable
        self.quantizers = Quantizers(random, refusable=refusable)
        self.count = 0

    def model(self):
        shape = self.random.choice(SHAPES)
        sources = [keras().layers.Input(shape, name="x")]
        tensor = self.narrow(sources[0])
        if self.chance(0.15):
            sources.append(keras().layers.Input(shape, name="y"))
            tensor = self.merged(tensor, self.narrow(sources[1]))
        outputs = []
        for _ in range(self.random.randint(2, 6)):
            tensor = self.block(tensor)
            if self.chance(0.1):
                outputs.append(tensor)
        if self.chance(0.5) and len(tensor.shape) > 2:
            tensor = self.dense(self.layer("Flatten")(tensor))
        if self.chance(0.1):
            tensor = self.layer("Softmax")(self.narrow(tensor))
        return keras().Model(sources, [*outputs, tensor], name="random")

    def block(self, tensor):
        if self.chance(self.refusable):
            return self.refused(tensor)
        if self.chance(0.3):
            return self.activated(self.merged(*self.branches(tensor)))
        lines = [self.recurrent] * 2 if (tensor.shape[1] or 0) <= MAX_STEPS else []
        kinds = {
            2: [self.dense, self.dense, self.dropped],
            3: [
                *[self.conv, self.conv, self.separable, self.dense, self.distributed],
                *[self.pool, self.moved, *lines],
            ],
            4: [
                *[self.conv, self.conv, self.depthwise, self.separable],
                *[self.pool, self.pool, self.moved],
            ],
        }
        return self.activated(self.random.choice(kinds[len(tensor.shape)])(tensor))

    def refused(self, tensor):
        layers, shape = keras().layers, tensor.shape
        made = [
            lambda: self.layer("BatchNormalization"),
            lambda: self.layer("Dense", 3),
            lambda: layers.LayerNormalization(name=self.name("norm")),
        ]
        if len(shape) > 2:
            rank = len(shape) - 2
            made += [
                lambda: self.weighted(
                    f"QConv{rank}D", 2, 2, dilation_rate=2, padding="same", channels=2
                ),
                lambda: self.layer(f"AveragePooling{rank}D", min(3, *shape[1:-1]), padding="same"),
            ]
        return self.random.choice(made)()(tensor)

    def branches(self, tensor):
        other = self.activated(tensor)
        if self.chance(0.5) and len(tensor.shape) > 2:
            other = self.conv(other, filters=tensor.shape[-1], size=3, strides=1, padding="same")
        return tensor, other

    def merged(self, tensor, other):
        merge = self.random.choice(
            ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"]
        )
        if merge == "Multiply":
            tensor, other = self.narrow(tensor), self.narrow(other)
        return self.layer(merge)([tensor, other])

    def dense(self, tensor):
        units = self.random.randint(1, 5)
        return self.weighted("QDense", units, channels=units)(tensor)

    def distributed(self, tensor):
        inner = self.weighted("QDense", 3, channels=3)
        return keras().layers.TimeDistributed(inner, name=self.name("distributed"))(tensor)

    def dropped(self, tensor):
        kind = self.random.choice(["Dropout", "GaussianNoise"])
        return self.dense(self.layer(kind, 0.2)(tensor))

    def conv(self, tensor, **options):
        rank = len(tensor.shape) - 2
        given = {
            "filters": self.random.randint(1, 4),
            "size": self.size(tensor),
            "strides": self.random.randint(1, 2),
            "padding": self.random.choice(["valid", "same", *["causal"] * (rank == 1)]),
        } | options
        filters, size = given.pop("filters"), given.pop("size")
        folded = rank == 2 and self.chance(0.25)
        kind = "QConv2DBatchnorm" if folded else f"QConv{rank}D"
        return self.weighted(kind, filters, size, **given)(tensor)

    def depthwise(self, tensor):
        kernels = ("depthwise_quantizer",)
        kind = "QDepthwiseConv2DBatchnorm" if self.chance(0.25) else "QDepthwiseConv2D"
        options = {"padding": self.padding(), "kernels": kernels}
        return self.weighted(kind, self.size(tensor), **options)(tensor)

    def separable(self, tensor):
        layer = self.weighted(
            f"QSeparableConv{len(tensor.shape) - 2}D",
            self.random.randint(1, 4),
            self.size(tensor),
            padding=self.padding(),
            kernels=("depthwise_quantizer", "pointwise_quantizer"),
        )
        return layer(tensor)

    def recurrent(self, tensor):
        kind = self.random.choice(["QSimpleRNN", "QLSTM", "QGRU"])
        gates = {} if kind == "QSimpleRNN" else {"recurrent_activation": "quantized_sigmoid(4)"}
        layer = self.weighted(
            kind,
            self.random.randint(1, 3),
            kernels=("kernel_quantizer", "recurrent_quantizer"),
            state_quantizer="quantized_bits(5,1,alpha=1)",
            activation=self.random.choice(["quantized_tanh(5)", "quantized_bits(5,1,alpha=1)"]),
            return_sequences=self.chance(0.5),
            go_backwards=self.chance(0.2),
            use_bias=self.chance(0.8),
            **gates,
        )
        return layer(self.narrow(tensor))

    def pool(self, tensor):
        rank, sizes = len(tensor.shape) - 2, tensor.shape[1:-1]
        kind = self.random.choice(["max", "average", "global max", "global average"])
        if kind == "global max":
            return self.layer(f"GlobalMaxPooling{rank}D")(tensor)
        values = 1
        for size in sizes:
            values *= size
        if kind == "global average" and values & (values - 1) == 0:
            return self.layer(f"GlobalAveragePooling{rank}D")(tensor)
        if kind == "average" and min(sizes) >= 2:
            quantized = rank == 2 and self.chance(0.5)
            if quantized:
                return qkeras().QAveragePooling2D(2, name=self.name("QAveragePooling2D"))(tensor)
            return self.layer(f"AveragePooling{rank}D", 2)(tensor)
        return self.layer(f"MaxPooling{rank}D", 2, padding="same")(tensor)

    def moved(self, tensor):
        rank, values = len(tensor.shape) - 2, 1
        for size in tensor.shape[1:]:
            values *= size
        made = [
            lambda: self.layer(f"ZeroPadding{rank}D", 1),
            lambda: self.layer("Permute", (2, 1, 3)[: rank + 1]),
            lambda: self.layer("Reshape", (tensor.shape[-1], -1)),
        ]
        if values < MAX_VALUES // 4:
            made += [lambda: self.layer(f"UpSampling{rank}D", 2)] * 2
        return self.random.choice(made)()(tensor)

    def activated(self, tensor):
        kind = self.random.choice(["none", "plain", "quantizer", "quantizer", "float", "inner"])
        if kind == "none":
            return tensor
        if kind == "plain":
            return self.rectified(tensor)
        if kind == "float":
            function = self.random.choice(FUNCTIONS)
            smooth = self.layer("Activation", function)(self.narrow(tensor))
            return self.apply(self.quantizers.bits(least=0), smooth)
        if kind == "inner":
            return self.narrow(tensor)
        return self.apply(self.quantizers.activation(), self.narrow(tensor))

    def rectified(self, tensor):
        if self.chance(0.3):
            return self.layer("LeakyReLU", 0.125)(tensor)
        slope = self.random.choice([0.0, 0.25])
        bound = self.random.choice([None, 4.0])
        return self.layer("ReLU", bound, negative_slope=slope)(tensor)

    def narrow(self, tensor):
        return self.apply(self.quantizers.bits(), tensor)

    def weighted(self, kind, *sizes, kernels=("kernel_quantizer",), channels=None, **options):
        options |= {name: self.quantizers.kernel(channels) for name in kernels}
        options["bias_quantizer"] = self.quantizers.bias()
        return getattr(qkeras(), kind)(*sizes, name=self.name(kind), **options)

    def size(self, tensor):
        return self.random.randint(1, min(3, *tensor.shape[1:-1]))

    def padding(self):
        return self.random.choice(["valid", "same"])

    def chance(self, share):
        return self.random.random() < share

    def layer(self, kind, *arguments, **options):
        return getattr(keras().layers, kind)(*arguments, name=self.name(kind), **options)

    def apply(self, quantizer, tensor):
        return qkeras().QActivation(quantizer, name=self.name("quantizer"))(tensor)

    def name(self, kind):
        self.count += 1
        return f"{kind.lower()}_{self.count}"
