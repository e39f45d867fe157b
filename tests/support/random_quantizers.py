"""Random quantizers of QKeras: those that lower, and now and then one that must be refused."""

import numpy as np

from codesign.models.keras import qkeras


class Quantizers:
    """Draws quantizers.

    Args:
        random: Of ``random.Random``; hypothesis draws what it answers.
        refusable: The share of those that cannot be lowered exactly.
    """

    def __init__(self, random, *, refusable=0.0):
        self.random, self.refusable = random, refusable

    def bits(self, least=1, most=8):
        """Return ``quantized_bits`` of activations."""
        bits = self.random.randint(2, most)
        sign = self.random.choice(["", ",keep_negative=0", ",symmetric=1"])
        return f"quantized_bits({bits},{self.random.randint(least, 3)}{sign},alpha=1)"

    def activation(self):
        """Return what a QActivation may hold."""
        q, bits, integer = qkeras(), self.random.randint(2, 7), self.random.randint(0, 3)
        few = min(bits, 4)
        exact = [
            lambda: f"quantized_relu({bits},{integer})",
            lambda: q.quantized_relu(bits + 1, integer, negative_slope=0.5),
            lambda: q.quantized_relu(
                bits, integer + 1, relu_upper_bound=2.0, is_quantized_clip=False
            ),
            lambda: q.quantized_relu(bits, integer, use_sigmoid=1),
            lambda: f"quantized_bits({bits},{integer},alpha=1)",
            lambda: f"quantized_bits({bits},{integer},keep_negative=0)",
            lambda: f"quantized_relu_po2({few})",
            lambda: q.quantized_relu_po2(few, max_value=2, negative_slope=0.25),
            lambda: f"quantized_po2({few})",
            lambda: q.quantized_po2(few, max_value=4),
            lambda: f"quantized_tanh({bits})",
            lambda: f"quantized_tanh({bits},0,1)",
            lambda: f"quantized_sigmoid({bits})",
            lambda: q.quantized_tanh(bits, use_real_tanh=True),
            lambda: q.quantized_sigmoid(bits, use_real_sigmoid=True),
            lambda: q.quantized_hswish(bits, 1, alpha=1),
            lambda: "ternary(alpha=1)",
            lambda: "ternary()",
            lambda: "ternary(alpha=0.5,threshold=0.75)",
            lambda: "binary(alpha=0.5)",
            lambda: "binary(use_01=True,alpha=1)",
        ]
        refused = [
            lambda: q.quantized_bits(bits, integer, 1, alpha="auto"),
            lambda: q.quantized_bits(bits, integer, alpha=0.3),
            lambda: q.quantized_bits(bits, -1, alpha=1),
            lambda: q.quantized_relu(bits + 2, integer, negative_slope=2.0**-9),
            lambda: q.ternary(alpha="auto_po2"),
            q.stochastic_ternary,
            lambda: q.quantized_bits(bits, integer, alpha=1, qnoise_factor=0.5),
        ]
        return self._draw(exact, refused)

    def kernel(self, channels=None):
        """Return a quantizer of weights, scales one a channel where their number is known."""
        q, bits, integer = qkeras(), self.random.randint(2, 7), self.random.randint(0, 2)
        exact = [
            lambda: q.quantized_bits(bits, integer, alpha=1),
            lambda: q.quantized_bits(bits, integer, symmetric=1, alpha=1),
            lambda: q.quantized_bits(bits, integer, keep_negative=0, alpha=1),
            lambda: q.quantized_bits(bits, integer, 1, alpha="auto_po2"),
            lambda: q.quantized_bits(bits, integer, alpha=0.5),
            lambda: q.ternary(alpha=1),
            q.ternary,
            lambda: q.ternary(alpha=0.5, threshold=0.5),
            lambda: q.binary(alpha=0.5),
            q.binary,
            lambda: q.quantized_po2(min(bits, 4)),
            lambda: q.quantized_po2(min(bits, 4), max_value=2),
            lambda: q.quantized_relu_po2(min(bits, 4)),
        ]
        if channels:
            exact.append(lambda: q.quantized_bits(bits, integer, alpha=self._scales(channels)))
        refused = [
            lambda: q.quantized_bits(bits, integer, 1, alpha="auto"),
            lambda: q.quantized_bits(bits, integer, alpha=0.3),
            lambda: q.quantized_bits(bits, -1, alpha=1),
            lambda: q.ternary(alpha="auto"),
            lambda: q.binary(alpha="auto"),
            q.stochastic_binary,
            lambda: q.quantized_bits(bits, integer, alpha=1, qnoise_factor=0.5),
            lambda: None,
        ]
        return self._draw(exact, refused)

    def bias(self):
        """Return a quantizer of biases."""
        return qkeras().quantized_bits(self.random.randint(2, 8), 2, alpha=1)

    def _scales(self, channels):
        return np.array([[2.0 ** self.random.randint(-2, 1) for _ in range(channels)]], np.float32)

    def _draw(self, exact, refused):
        known = refused if self.random.random() < self.refusable else exact
        return self.random.choice(known)()
