"""What is learnt from measured layers: for each quantity which layers, which sum of features."""

from collections.abc import Callable
from dataclasses import dataclass

from codesign.design.hardware import Strategy
from codesign.estimate.facts import Fact, Shape
from codesign.estimate.features import (
    DSP_LUTS,
    Features,
    Quantity,
    path_features,
    shared_features,
    unrolled_features,
)
from codesign.estimate.fit import Linear
from codesign.estimate.profile import Model

_FEW_FLIP_FLOPS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """How one quantity is learnt.

    Attributes:
        quantity: Which.
        takes: Whether a layer tells something of it.
        linear: Its sum.
    """

    quantity: Quantity
    takes: Callable[[Fact], bool]
    linear: Linear


def is_unrolled(fact: Fact) -> bool:
    """Return whether a layer is fully unrolled, by strategy latency."""
    return fact.strategy is Strategy.LATENCY and fact.reuse_factor == 1


def is_shared(fact: Fact) -> bool:
    """Return whether a dense layer's multipliers are shared by strategy resource."""
    return _is_reused(fact) and fact.shape is Shape.DENSE


def is_convolution(fact: Fact) -> bool:
    """Return whether a convolution's multipliers are shared by strategy resource."""
    return _is_reused(fact) and fact.shape is Shape.CONV


def is_counted(fact: Fact) -> bool:
    """Return whether the resources of a shared convolution are known."""
    return is_convolution(fact) and fact.csynth.lut is not None


def is_timed(fact: Fact) -> bool:
    """Return whether the latency of a shared convolution is known."""
    return is_convolution(fact) and fact.csynth.latency_cycles is not None


def _is_reused(fact: Fact) -> bool:
    return fact.strategy is Strategy.RESOURCE and fact.reuse_factor > 1


def is_alone(fact: Fact) -> bool:
    """Return whether a layer is shared and was synthesized alone, with parallel inputs."""
    return is_shared(fact) and fact.csynth.latency_cycles is not None


def csynth(name: str) -> Callable[[Fact], float]:
    """Return how to read a figure of C-synthesis; at least 1, for relative errors."""
    return lambda fact: max(float(getattr(fact.csynth, name) or 0.0), 1.0)


def _logic(name: str) -> Callable[[Fact], float]:
    return lambda fact: max(float(getattr(fact.logic, name) or 0.0), 1.0)


def _tells_logic(name: str, least: float) -> Callable[[Fact], bool]:
    """Return whether a layer has a figure of both stages, large enough for a ratio."""

    def tells(fact: Fact) -> bool:
        both = (getattr(fact.csynth, name), getattr(fact.logic, name))
        return is_unrolled(fact) and all(number is not None and number >= least for number in both)

    return tells


def _ratio(name: str) -> Linear:
    """Return logic synthesis in proportion to C-synthesis."""
    return Linear(
        features=lambda fact: {"csynth": csynth(name)(fact)},
        target=_logic(name),
        free=("csynth",),
        prior=(1.0,),
    )


def studies(cycles: Model) -> tuple[Study, ...]:
    """Return every quantity that is a sum of features.

    Args:
        cycles: Says how long a layer's longest path takes.
    """
    return (*_unrolled(cycles), *_shared(), *_convolutions())


def _unrolled(cycles: Model) -> tuple[Study, ...]:
    def unrolled(fact: Fact) -> Features:
        taken = cycles.predict(path_features(fact.kernel)) / fact.period_ns
        return unrolled_features(fact.kernel, dsp=fact.kernel.dsp_constants, cycles=taken)

    adders = ("adder_bits", "shift_add_bits", "fabric_luts")
    lut, ff = csynth("lut"), csynth("ff")
    return (
        Study(
            quantity=Quantity.LATENCY_LUT,
            takes=is_unrolled,
            linear=Linear(
                features=unrolled,
                target=lut,
                free=adders,
                prior=(1.0, 2.0, 1.0),
                fixed=(("dsp", DSP_LUTS),),
            ),
        ),
        Study(
            quantity=Quantity.LATENCY_FF,
            takes=lambda fact: is_unrolled(fact) and ff(fact) >= _FEW_FLIP_FLOPS,
            linear=Linear(
                features=unrolled,
                target=ff,
                free=("input_bits", "adder_bit_cycles"),
                prior=(1.0, 0.1),
            ),
        ),
        Study(
            quantity=Quantity.LOGIC_LUT,
            takes=lambda fact: is_unrolled(fact) and fact.logic.lut is not None,
            linear=Linear(
                features=unrolled, target=_logic("lut"), free=adders, prior=(0.5, 1.0, 0.5)
            ),
        ),
        Study(
            quantity=Quantity.LOGIC_FF,
            takes=_tells_logic("ff", _FEW_FLIP_FLOPS),
            linear=_ratio("ff"),
        ),
        Study(quantity=Quantity.LOGIC_DSP, takes=_tells_logic("dsp", 1), linear=_ratio("dsp")),
    )


def shared(fact: Fact) -> Features:
    """Return the features of a layer in strategy resource."""
    return shared_features(fact.kernel, reuse_factor=fact.reuse_factor)


def _shared() -> tuple[Study, ...]:
    memory = ("constant", "input_bits", "output_bits")
    none = (0.0,) * 4
    lut, ff = csynth("lut"), csynth("ff")
    return (
        Study(
            quantity=Quantity.SHALLOW_LUT,
            takes=lambda fact: is_shared(fact) and fact.reuse_factor <= fact.kernel.inputs,
            linear=Linear(
                features=shared,
                target=lut,
                free=("constant", "input_bits", "multiplier_bits"),
                prior=none[:3],
            ),
        ),
        Study(
            quantity=Quantity.DOUBLE_LUT,
            takes=lambda fact: is_alone(fact) and fact.reuse_factor == 2 * fact.kernel.inputs,
            linear=Linear(features=shared, target=lut, free=memory, prior=none[:3]),
        ),
        Study(
            quantity=Quantity.DEEP_LUT,
            takes=lambda fact: is_alone(fact) and fact.reuse_factor > 2 * fact.kernel.inputs,
            linear=Linear(
                features=shared, target=lut, free=(*memory, "selected_outputs"), prior=none
            ),
        ),
        Study(
            quantity=Quantity.SHALLOW_FF,
            takes=lambda fact: is_shared(fact) and fact.reuse_factor <= fact.kernel.inputs,
            linear=Linear(
                features=shared, target=ff, free=(*memory, "multiplier_bits"), prior=none
            ),
        ),
        Study(
            quantity=Quantity.DEEP_FF,
            takes=lambda fact: is_alone(fact) and fact.reuse_factor > fact.kernel.inputs,
            linear=Linear(
                features=shared,
                target=ff,
                free=("constant", "output_bits", "weight_bits"),
                prior=none[:3],
            ),
        ),
    )


def _convolutions() -> tuple[Study, ...]:
    """Return what a whole convolution takes: matrix, line buffer and control in one module."""
    sizes, none = ("input_bits", "output_bits", "multiplier_bits"), (0.0,) * 3

    def is_shallow(fact: Fact) -> bool:
        return is_counted(fact) and fact.reuse_factor < fact.kernel.inputs

    def is_deep(fact: Fact) -> bool:
        return is_counted(fact) and fact.reuse_factor >= fact.kernel.inputs

    regions = (
        (Quantity.CONV_SHALLOW_LUT, is_shallow, csynth("lut")),
        (Quantity.CONV_DEEP_LUT, is_deep, csynth("lut")),
        (Quantity.CONV_SHALLOW_FF, is_shallow, csynth("ff")),
        (Quantity.CONV_DEEP_FF, is_deep, csynth("ff")),
    )
    return tuple(
        Study(
            quantity=quantity,
            takes=takes,
            linear=Linear(features=shared, target=target, free=sizes, prior=none),
        )
        for quantity, takes, target in regions
    )
