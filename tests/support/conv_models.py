"""Random QKeras networks: dense, convolutions, branches, pooling, every quantizer that lowers."""

from codesign.models.keras import keras, qkeras, quiet

MAX_VALUES = 400


def random_model(random):
    """Return a model of two to six blocks on a vector, a line or an image.

    Args:
        random: Of ``random.Random``; hypothesis draws what it answers.
    """
    with quiet():
        return _Maker(random).model()


class _Maker:
    def __init__(self, random):
        self.random = random
        self.count = 0

    def model(self):
        shape = self.random.choice([(6,), (10, 3), (7, 6, 2), (8, 8, 1)])
        source = keras().layers.Input(shape, name="x")
        tensor = self.apply(self.bits(), source)
        outputs = []
        for _ in range(self.random.randint(2, 6)):
            tensor = self.block(tensor)
            if self.random.random() < 0.1:
                outputs.append(tensor)
        if self.random.random() < 0.5 and len(tensor.shape) > 2:
            tensor = self.dense(self.layer("Flatten")(tensor))
        return keras().Model(source, [*outputs, tensor], name="random")

    def block(self, tensor):
        if self.random.random() < 0.3:
            return self.activated(self.branches(tensor))
        rank = len(tensor.shape)
        kinds = {
            2: [self.dense],
            3: [self.conv, self.conv, self.separable, self.dense, self.pool, self.moved],
            4: [self.conv, self.conv, self.depthwise, self.separable, self.pool, self.moved],
        }
        return self.activated(self.random.choice(kinds[rank])(tensor))

    def branches(self, tensor):
        merge = self.random.choice(
            ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"]
        )
        other = self.activated(tensor)
        if self.random.random() < 0.5 and len(tensor.shape) > 2:
            other = self.conv(other, filters=tensor.shape[-1], size=3, strides=1, padding="same")
        if merge == "Multiply":
            tensor, other = self.narrow(tensor), self.narrow(other)
        return self.layer(merge)([tensor, other])

    def dense(self, tensor):
        return self.quantized("QDense", self.random.randint(1, 5))(tensor)

    def conv(self, tensor, **options):
        rank = len(tensor.shape) - 2
        given = {
            "filters": self.random.randint(1, 4),
            "size": self.random.randint(1, min(3, *tensor.shape[1:-1])),
            "strides": self.random.randint(1, 2),
            "padding": self.random.choice(["valid", "same"]),
        } | options
        filters, size = given.pop("filters"), given.pop("size")
        kind = f"QConv{rank}D"
        if rank == 2 and self.random.random() < 0.2:
            kind = "QConv2DBatchnorm"
        return self.quantized(kind, filters, size, **given)(tensor)

    def depthwise(self, tensor):
        size = self.random.randint(1, min(3, *tensor.shape[1:-1]))
        layer = self.quantized(
            "QDepthwiseConv2D", size, padding=self.padding(), kernels=("depthwise_quantizer",)
        )
        return layer(tensor)

    def separable(self, tensor):
        rank = len(tensor.shape) - 2
        size = self.random.randint(1, min(3, *tensor.shape[1:-1]))
        layer = self.quantized(
            f"QSeparableConv{rank}D",
            self.random.randint(1, 4),
            size,
            padding=self.padding(),
            kernels=("depthwise_quantizer", "pointwise_quantizer"),
        )
        return layer(tensor)

    def pool(self, tensor):
        rank = len(tensor.shape) - 2
        if self.random.random() < 0.2:
            return self.layer(f"GlobalMaxPooling{rank}D")(tensor)
        if min(tensor.shape[1:-1]) >= 2 and self.random.random() < 0.5:
            return self.layer(f"AveragePooling{rank}D", 2)(tensor)
        return self.layer(f"MaxPooling{rank}D", 2, padding="same")(tensor)

    def moved(self, tensor):
        rank = len(tensor.shape) - 2
        values = 1
        for size in tensor.shape[1:]:
            values *= size
        if values < MAX_VALUES // 4 and self.random.random() < 0.5:
            return self.layer(f"UpSampling{rank}D", 2)(tensor)
        if self.random.random() < 0.5:
            return self.layer(f"ZeroPadding{rank}D", 1)(tensor)
        return self.layer("Permute", (2, 1, 3)[: rank + 1])(tensor)

    def activated(self, tensor):
        kind = self.random.choice(["none", "plain", "quantizer", "quantizer", "float", "inner"])
        if kind == "none":
            return tensor
        if kind == "plain":
            slope = self.random.choice([0.0, 0.25])
            bound = self.random.choice([None, 4.0])
            return self.layer("ReLU", bound, negative_slope=slope)(tensor)
        if kind == "float":
            function = self.random.choice(["tanh", "sigmoid", "softplus", "gelu"])
            smooth = self.layer("Activation", function)(self.narrow(tensor))
            return self.apply(self.bits(least=0), smooth)
        if kind == "inner":
            return self.narrow(tensor)
        return self.apply(self.activation(), self.narrow(tensor))

    def narrow(self, tensor):
        return self.apply(self.bits(), tensor)

    def bits(self, least=1):
        bits = self.random.randint(2, 8)
        sign = self.random.choice(["", ",keep_negative=0", ",symmetric=1"])
        return f"quantized_bits({bits},{self.random.randint(least, 3)}{sign},alpha=1)"

    def activation(self):
        q, bits, integer = qkeras(), self.random.randint(2, 7), self.random.randint(0, 3)
        return self.random.choice(
            [
                f"quantized_relu({bits},{integer})",
                q.quantized_relu(bits + 1, integer, negative_slope=0.5),
                q.quantized_relu(bits, integer, use_sigmoid=1),
                f"quantized_relu_po2({min(bits, 4)})",
                f"quantized_po2({min(bits, 4)})",
                f"quantized_tanh({bits})",
                f"quantized_sigmoid({bits})",
                q.quantized_tanh(bits, use_real_tanh=True),
                q.quantized_sigmoid(bits, use_real_sigmoid=True),
                "ternary(alpha=1)",
                "ternary()",
                "binary(alpha=0.5)",
            ]
        )

    def kernel(self):
        q, bits, integer = qkeras(), self.random.randint(2, 7), self.random.randint(0, 2)
        return self.random.choice(
            [
                q.quantized_bits(bits, integer, alpha=1),
                q.quantized_bits(bits, integer, symmetric=1, alpha=1),
                q.quantized_bits(bits, integer, keep_negative=0, alpha=1),
                q.quantized_bits(bits, integer, 1, alpha="auto_po2"),
                q.ternary(alpha=1),
                q.ternary(),
                q.binary(alpha=0.5),
                q.binary(),
                q.quantized_po2(min(bits, 4)),
            ]
        )

    def quantized(self, kind, *sizes, kernels=("kernel_quantizer",), **options):
        options |= {name: self.kernel() for name in kernels}
        options["bias_quantizer"] = qkeras().quantized_bits(self.random.randint(2, 8), 2, alpha=1)
        return getattr(qkeras(), kind)(*sizes, name=self.name(kind), **options)

    def padding(self):
        return self.random.choice(["valid", "same"])

    def layer(self, kind, *arguments, **options):
        return getattr(keras().layers, kind)(*arguments, name=self.name(kind), **options)

    def apply(self, quantizer, tensor):
        return qkeras().QActivation(quantizer, name=self.name("quantizer"))(tensor)

    def name(self, kind):
        self.count += 1
        return f"{kind.lower()}_{self.count}"
