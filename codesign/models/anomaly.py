"""Networks that learn what is usual: a variational encoder, an autoencoder, an embedding.

Sources: Govorkova et al., arXiv:2108.03986 (autoencoders at 40 MHz, the score of the latent space);
cms-hls4ml/AXOL1TL (the shapes and types deployed at CMS).
"""

from typing import Any

from codesign.design.plan import ModelPlan, QuantizationPlan
from codesign.models.keras import keras
from codesign.models.layers import activation, dense, input_quantizer, linear_output


def build_vae(
    plan: ModelPlan, quantization: QuantizationPlan | None, *, inputs: int, outputs: int
) -> Any:
    """Return the encoder of a variational autoencoder; its outputs are ``mu`` and ``logvar``.

    Hidden layers are named ``dense_1``, ... and ``activation_1``, ...; ``mean`` and
    ``log_variance`` make the two heads, which ``mu`` and ``logvar`` put on the grid that the plan
    gives the layer before. There is no decoder: it is needed to train, not in firmware.

    Args:
        plan: ``widths`` are those of the hidden layers.
        quantization: The precision of every tensor; None for the float twin.
        inputs: Features an event.
        outputs: Size of the latent space.
    """
    source = keras().layers.Input((inputs,), name="features")
    tensor = _hidden(input_quantizer(source, quantization), plan.widths, quantization)
    heads = [
        linear_output(name, head, quantization)(dense(head, outputs, quantization)(tensor))
        for name, head in (("mu", "mean"), ("logvar", "log_variance"))
    ]
    return keras().Model(source, heads, name=plan.builder)


def build_autoencoder(
    plan: ModelPlan, quantization: QuantizationPlan | None, *, inputs: int, outputs: int
) -> Any:
    """Return an autoencoder; its output ``reconstruction`` has the shape of its input.

    Args:
        plan: ``widths`` are those of the hidden layers before the code, and in reverse behind it.
        quantization: The precision of every tensor; None for the float twin.
        inputs: Features an event.
        outputs: Size of the code.
    """
    source = keras().layers.Input((inputs,), name="features")
    widths = (*plan.widths, outputs, *reversed(plan.widths))
    tensor = _hidden(input_quantizer(source, quantization), widths, quantization)
    tensor = dense("output", inputs, quantization)(tensor)
    tensor = linear_output("reconstruction", "output", quantization)(tensor)
    return keras().Model(source, tensor, name=plan.builder)


def build_embedding(
    plan: ModelPlan, quantization: QuantizationPlan | None, *, inputs: int, outputs: int
) -> Any:
    """Return an embedding and its reconstruction, the outputs ``embedding`` and ``embedding_hat``.

    The shape of AXOL1TL v5: an encoder, and a small autoencoder behind it.

    Args:
        plan: ``widths`` are those of the hidden layers of the encoder, ``bottleneck`` those of the
            autoencoder behind it.
        quantization: The precision of every tensor; None for the float twin.
        inputs: Features an event.
        outputs: Size of the embedding.
    """
    source = keras().layers.Input((inputs,), name="features")
    tensor = _hidden(input_quantizer(source, quantization), plan.widths, quantization)
    tensor = dense("embed", outputs, quantization)(tensor)
    embedding = linear_output("embedding", "embed", quantization)(tensor)
    tensor = _hidden(embedding, plan.bottleneck, quantization, first=len(plan.widths) + 1)
    tensor = dense("output", outputs, quantization)(tensor)
    tensor = linear_output("embedding_hat", "output", quantization)(tensor)
    return keras().Model(source, [embedding, tensor], name=plan.builder)


def _hidden(
    tensor: Any, widths: tuple[int, ...], quantization: QuantizationPlan | None, *, first: int = 1
) -> Any:
    for index, units in enumerate(widths, start=first):
        name = f"dense_{index}"
        tensor = dense(name, units, quantization)(tensor)
        tensor = activation(f"activation_{index}", name, quantization)(tensor)
    return tensor
