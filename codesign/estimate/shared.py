"""A matrix in strategy resource: multipliers used again and again, weights in memory."""

from codesign.design.report import ZERO, Figure, Usage
from codesign.estimate.cost import Cost, after_logic, outside, rounded, scaled
from codesign.estimate.features import Features, Quantity, block_factor, block_rams, shared_features
from codesign.estimate.kernel import DSP_BITS, Kernel, multiplier_luts
from codesign.estimate.profile import Profile

DSP_WEIGHT_BITS = 5
"""From this width of the weights on a multiplier of 16-bit data is a DSP block.

Source: wa-hls4ml-search@8e70542: all 497 shared layers with weights of 8 bits and more, none with
4 bits and less; of 124 with 6 bits, 108 have one DSP block less.
"""
_SURE_WEIGHT_BITS = 8
_CLIFF = 2


def shared(kernel: Kernel, *, reuse_factor: int, period_ns: float, profile: Profile) -> Cost:
    """Return the cost of a matrix in strategy resource.

    Args:
        kernel: The matrix.
        reuse_factor: A legal one, above 1.
        period_ns: The target clock period in nanoseconds.
        profile: The calibration.

    Source:
        hls4ml 1.3.0, ``nnet_utils/nnet_dense_resource.h``: a loop of ``reuse_factor`` steps over
        ``block_factor`` multipliers; coefficients from the profile.
    """
    quantities = _quantities(kernel, reuse_factor)
    lut, ff, cycles, bram = (profile.model(quantity) for quantity in quantities)
    features = shared_features(kernel, reuse_factor=reuse_factor)
    dsp, fabric = _multipliers(kernel, block_factor(kernel, reuse_factor))
    latency = cycles.predict({"reuse_factor": reuse_factor, "constant": 1.0})
    blocks = block_rams(kernel, reuse_factor)
    csynth = Usage(
        lut=rounded(lut.figure(lut.predict(features) + fabric)),
        ff=rounded(ff.figure(ff.predict(features))),
        dsp=dsp,
        bram_18k=rounded(bram.figure(blocks)),
    )
    models = (lut, ff, cycles, bram)
    return Cost(
        csynth=csynth,
        logic=after_logic(csynth),
        latency_cycles=cycles.figure(latency),
        initiation_interval=Figure.exact(reuse_factor),
        is_registered=True,
        notes=_notes(kernel, reuse_factor, features),
        outside=outside(models, kernel, profile=profile, period_ns=period_ns),
        logic_outside=("logic synthesis of strategy resource was not calibrated",),
    )


def shared_convolution(
    kernel: Kernel, *, reuse_factor: int, steps: int, period_ns: float, profile: Profile
) -> Cost:
    """Return the cost of a convolution with ``io_stream`` in strategy resource, all of it.

    A report says that every pixel takes as long as one that completes a window.

    Args:
        kernel: Of one pixel.
        reuse_factor: A legal one, above 1.
        steps: Pixels that enter, padding among them.
        period_ns: The target clock period in nanoseconds.
        profile: The calibration.
    """
    lut, ff = (profile.model(quantity) for quantity in _conv_quantities(kernel, reuse_factor))
    cycles, bram = profile.model(Quantity.CONV_CYCLES), profile.model(Quantity.RESOURCE_BRAM)
    features = shared_features(kernel, reuse_factor=reuse_factor)
    dsp, fabric = _multipliers(kernel, block_factor(kernel, reuse_factor))
    each = cycles.predict({"reuse_factor": reuse_factor, "constant": 1.0})
    latency = rounded(scaled(cycles.figure(each), steps))
    csynth = Usage(
        lut=rounded(lut.figure(lut.predict(features) + fabric)),
        ff=rounded(ff.figure(ff.predict(features))),
        dsp=dsp,
        bram_18k=rounded(bram.figure(block_rams(kernel, reuse_factor))),
    )
    models = (lut, ff, cycles)
    return Cost(
        csynth=csynth,
        logic=after_logic(csynth),
        latency_cycles=latency,
        initiation_interval=latency,
        notes=_notes(kernel, reuse_factor, features),
        outside=outside(models, kernel, profile=profile, period_ns=period_ns),
        logic_outside=("logic synthesis of strategy resource was not calibrated",),
    )


def _conv_quantities(kernel: Kernel, reuse_factor: int) -> tuple[Quantity, Quantity]:
    if reuse_factor < kernel.inputs:
        return Quantity.CONV_SHALLOW_LUT, Quantity.CONV_SHALLOW_FF
    return Quantity.CONV_DEEP_LUT, Quantity.CONV_DEEP_FF


def _quantities(kernel: Kernel, reuse_factor: int) -> tuple[Quantity, ...]:
    both = (Quantity.RESOURCE_CYCLES, Quantity.RESOURCE_BRAM)
    if reuse_factor <= kernel.inputs:
        return (Quantity.SHALLOW_LUT, Quantity.SHALLOW_FF, *both)
    if reuse_factor == _CLIFF * kernel.inputs:
        return (Quantity.DOUBLE_LUT, Quantity.DEEP_FF, *both)
    return (Quantity.DEEP_LUT, Quantity.DEEP_FF, *both)


def _multipliers(kernel: Kernel, count: int) -> tuple[Figure, float]:
    """Return DSP blocks and the look-up tables of multipliers without one."""
    narrower = min(kernel.weight_width, kernel.data_width)
    wider = max(kernel.weight_width, kernel.data_width)
    if narrower >= DSP_WEIGHT_BITS and wider >= DSP_BITS:
        low = count if narrower >= _SURE_WEIGHT_BITS else count - 1
        return Figure(value=count, low=low, high=count), 0.0
    return ZERO, float(count * multiplier_luts(wider)) if wider < DSP_BITS else 0.0


def _notes(kernel: Kernel, reuse_factor: int, features: Features) -> tuple[str, ...]:
    if reuse_factor <= _CLIFF * kernel.inputs:
        return ()
    text = (
        f"reuse_factor {reuse_factor} is above twice the {kernel.inputs} inputs: every multiplier "
        f"selects one of {kernel.outputs} sums, {features['selected_outputs']:g} selections in "
        f"all; {_CLIFF * kernel.inputs} or up to {kernel.inputs} does without"
    )
    return (text,)
