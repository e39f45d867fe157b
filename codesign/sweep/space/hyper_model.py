"""A user's ``HyperModel`` as part of a space: its hyper-parameters become dimensions.

What ``build(hp)`` asks for is found by calling it. The values are then proposed like all others and
kept in the store as part of the candidate. This runs the user's code.
"""

from dataclasses import replace
from pathlib import Path

from codesign.design.candidate import Candidate
from codesign.design.plan import Mode, ModelPlan
from codesign.errors import InvalidDesignError
from codesign.lowering import check
from codesign.models.own.build import build_own, hyper_parameters, own_model
from codesign.models.own.choices import Offer
from codesign.sweep.space.own_knob import OWN
from codesign.sweep.space.space import Dimension, Space

_OF_THE_ZOO = (
    *("bits", "weight_bits", "bias_bits", "activation_bits", "integer_bits", "weight_integer"),
    *("bias_integer", "activation_integer", "widths", "mode", "calibrate"),
)


def own_candidate(base: Candidate, source: str, folder: Path) -> Candidate:
    """Return a candidate whose model is a user's, everything else as it is.

    A model with batch normalization cannot begin with the weights of its float reference, which
    has it folded in; it is trained from the beginning.

    Args:
        base: What the recipe says.
        source: ``path/to/file.py:Name`` or ``package.module:Name``.
        folder: What a relative path is relative to.

    Raises:
        InvalidDesignError: If there is no such code, or the recipe is not of QAT.
    """
    if base.training.mode is not Mode.QAT or base.score is not None or base.model.inputs:
        msg = f"{base.name}: a hyper-model is trained as a classifier with mode = 'qat'"
        raise InvalidDesignError(msg)
    plan = ModelPlan(builder="own", widths=(), own=own_model(source, folder))
    return replace(base, model=plan, quantization=replace(base.quantization, layers=()))


def own_dimensions(base: Candidate) -> tuple[Dimension, ...]:
    """Return one dimension a hyper-parameter of a candidate's own model.

    Raises:
        InvalidDesignError: If ``build(hp)`` fails.
    """
    own = base.model.own
    return () if own is None else tuple(map(_dimension, hyper_parameters(own)))


def check_own(space: Space, *, inputs: int, outputs: int) -> None:
    """Check that the first model of a space can be built and lowered, before anything is trained.

    Args:
        space: With a user's model.
        inputs: Features an event.
        outputs: Classes.

    Raises:
        InvalidDesignError: If a dimension turns what a user's model decides itself, or the model
            has another size than the events need.
        UnsupportedLayerError: If it cannot become firmware exactly, with every complaint.
    """
    for dimension in space.dimensions:
        wrong = [name for name in dimension.knobs if name in _OF_THE_ZOO]
        if wrong:
            msg = (
                f"dimension {dimension.name!r}: {wrong[0]} is of models of the zoo; a hyper-model "
                "decides it: ask for it in build(hp)"
            )
            raise InvalidDesignError(msg)
    first = space.candidate(next(space.points()))
    check(build_own(first.model, first.quantization, inputs=inputs, outputs=outputs))


def _dimension(offer: Offer) -> Dimension:
    return Dimension(
        name=offer.name, knobs=(f"{OWN}{offer.name}",), values=offer.values, when=offer.when
    )
