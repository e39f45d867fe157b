"""Random QKeras dense networks, drawn by hypothesis as plain records."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from codesign.design.plan import (
    ActivationQuantizer,
    KernelQuantizer,
    LayerQuantization,
    ModelPlan,
    QuantizationPlan,
)
from codesign.design.precision import Overflow, Precision, Rounding


@dataclass(frozen=True, kw_only=True)
class DrawnModel:
    widths: tuple[int, ...]
    quantization: QuantizationPlan
    inputs: int
    outputs: int
    pruned: float
    spread: float
    seed: int

    @property
    def plan(self) -> ModelPlan:
        return ModelPlan(builder="jet_tagger", widths=self.widths)


@st.composite
def precisions(draw, *, signed, largest_integer=4):
    width = draw(st.integers(2, 12))
    integer = draw(st.integers(int(signed), largest_integer))
    symmetric = signed and draw(st.booleans())
    return Precision(
        width=width,
        integer=integer,
        signed=signed,
        rounding=Rounding.TRN,
        overflow=Overflow.SAT_SYM if symmetric else Overflow.WRAP,
    )


@st.composite
def layer_quantizations(draw, name):
    kernel = draw(st.sampled_from(KernelQuantizer))
    activation = draw(st.sampled_from(ActivationQuantizer))
    grids = {
        ActivationQuantizer.RELU: precisions(signed=False),
        ActivationQuantizer.BITS: precisions(signed=True),
        ActivationQuantizer.TANH: precisions(signed=True, largest_integer=1),
        ActivationQuantizer.SIGMOID: precisions(signed=False, largest_integer=0),
    }
    is_bits = kernel is KernelQuantizer.BITS
    weight = precisions(signed=draw(st.sampled_from((True, True, True, False))))
    return LayerQuantization(
        name=name,
        weight=draw(weight) if is_bits else Precision(width=2, integer=2),
        bias=draw(precisions(signed=True)),
        activation=draw(grids[activation]),
        kernel_quantizer=kernel,
        activation_quantizer=activation,
    )


@st.composite
def dense_models(draw):
    """Draw 1-4 dense layers of 2-12 bits, signed and unsigned, pruned 0-90 %."""
    widths = tuple(draw(st.lists(st.integers(1, 12), min_size=0, max_size=3)) or ())
    names = [f"dense_{i}" for i in range(1, len(widths) + 1)] + ["logits"]
    layers = tuple(draw(layer_quantizations(name)) for name in names)
    return DrawnModel(
        widths=widths,
        quantization=QuantizationPlan(
            input=draw(precisions(signed=draw(st.booleans()))), layers=layers
        ),
        inputs=draw(st.integers(1, 16)),
        outputs=draw(st.integers(1, 5)),
        pruned=draw(st.sampled_from((0.0, 0.5, 0.9))),
        spread=draw(st.sampled_from((0.3, 1.0, 4.0))),
        seed=draw(st.integers(0, 2**16)),
    )


def random_weights(model, drawn: DrawnModel) -> None:
    """Give every layer of a model random weights, a share of them exactly zero."""
    rng = np.random.default_rng(drawn.seed)
    for layer in model.layers:
        weights = [rng.normal(0, drawn.spread, w.shape) for w in layer.get_weights()]
        layer.set_weights([w * (rng.random(w.shape) >= drawn.pruned) for w in weights])
