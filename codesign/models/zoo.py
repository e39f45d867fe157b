"""The zoo: one table, one builder a model."""

from importlib import import_module
from typing import Any, Protocol

from codesign.design.plan import ModelPlan, QuantizationPlan
from codesign.errors import InvalidDesignError
from codesign.models.keras import quiet

_ZOO = {
    "autoencoder": "codesign.models.anomaly:build_autoencoder",
    "calo_cnn": "codesign.models.calo_cnn:build",
    "deepcalo": "codesign.models.deepcalo:build",
    "embedding": "codesign.models.anomaly:build_embedding",
    "jet_tagger": "codesign.models.jet_tagger:build",
    "own": "codesign.models.own.build:build_own",
    "residual_tagger": "codesign.models.residual_tagger:build",
    "vae": "codesign.models.anomaly:build_vae",
}


class Builder(Protocol):
    """Makes an untrained Keras model."""

    def __call__(
        self,
        plan: ModelPlan,
        quantization: QuantizationPlan | None,
        *,
        inputs: int,
        outputs: int,
    ) -> Any:
        """Return the model: of QKeras, or its float twin where ``quantization`` is None."""


def models() -> tuple[str, ...]:
    """Return the names of the zoo."""
    return tuple(_ZOO)


def build_model(
    plan: ModelPlan, quantization: QuantizationPlan | None, *, inputs: int, outputs: int
) -> Any:
    """Return an untrained Keras model.

    A model and its float twin have layers of the same names and weights of the same shapes.

    Args:
        plan: The model's name in the zoo and its size, or the user's own.
        quantization: The precision of every tensor; None for the float twin.
        inputs: Features an event.
        outputs: Logits an event, or 1 for a quantity that is measured; the size of the latent
            space of a model without classes.

    Raises:
        InvalidDesignError: If the zoo has no such model, or a precision does not fit it.
    """
    if plan.builder not in _ZOO:
        msg = f"unknown model {plan.builder!r}; the zoo has {', '.join(_ZOO)}"
        raise InvalidDesignError(msg)
    module, _, function = _ZOO[plan.builder].partition(":")
    builder: Builder = getattr(import_module(module), function)
    with quiet():
        return builder(plan, quantization, inputs=inputs, outputs=outputs)
