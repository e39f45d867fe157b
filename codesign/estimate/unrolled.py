"""A matrix in strategy latency: every multiplication in its own place, zeros gone."""

import math

from codesign.design.report import Figure, Usage
from codesign.estimate.cost import Cost, chained, outside, rounded, scaled
from codesign.estimate.features import Features, Quantity, path_features, unrolled_features
from codesign.estimate.kernel import DSP_BITS, Kernel
from codesign.estimate.profile import Model, Profile

_CSYNTH = (Quantity.LATENCY_LUT, Quantity.LATENCY_FF, Quantity.LATENCY_CYCLES)
_KEPT_FF = Figure(value=0.56, low=0.4, high=0.7)
"""Flip-flops for each bit of the products that wait for others where multipliers are shared.

Source: the 24 latency layers of wa-hls4ml-search@8e70542 with DSP blocks and reuse factor above 1.
"""
_DSP_RANGE = Figure(value=1.0, low=0.985, high=1.014)
"""DSP blocks by C-synthesis per one counted, where multipliers are not shared.

Source: the 55 latency layers with DSP blocks of hftsoi/sparse-pixels@4a81ebf,
nrp-nautilus/6nrp-hls4ml@3a010ef and wa-hls4ml-search@8e70542, 5 % and 95 %; 36 are exact.
"""
_LOGIC = (Quantity.LOGIC_LUT, Quantity.LOGIC_FF, Quantity.LOGIC_DSP)


def unrolled(
    kernel: Kernel,
    *,
    reuse_factor: int,
    period_ns: float,
    profile: Profile,
    is_pipelined: bool = True,
) -> Cost:
    """Return the cost of a matrix in strategy latency, or resource with reuse factor 1.

    Args:
        kernel: The matrix.
        reuse_factor: Bounds the number of multipliers.
        period_ns: The target clock period in nanoseconds.
        profile: The calibration.
        is_pipelined: Whether it takes an input before it is done with the last one; in strategy
            resource it does not.

    Source:
        hls4ml 1.3.0, ``nnet_utils/nnet_dense_latency.h``: ``PIPELINE II=reuse_factor`` and
        ``ALLOCATION limit=multiplier_limit``; coefficients from the profile.
    """
    dsp = min(kernel.dsp_constants, kernel.multiplier_limit(reuse_factor))
    waiting = math.ceil(kernel.dsp_constants / dsp) if dsp else 1
    nanoseconds = profile.model(Quantity.LATENCY_CYCLES)
    path = nanoseconds.predict(path_features(kernel)) / period_ns
    latency = _shared_latency(nanoseconds.figure(math.floor(path) + waiting - 1), reuse_factor)
    interval = latency.value + 1
    if is_pipelined:
        interval = min(reuse_factor, interval)
    features = unrolled_features(kernel, dsp=dsp, cycles=path)
    csynth = _csynth(kernel, features, profile, is_shared=waiting > 1)
    flags, logic_flags = (
        outside(map(profile.model, quantities), kernel, profile=profile, period_ns=period_ns)
        for quantities in (_CSYNTH, _LOGIC if dsp else _LOGIC[:2])
    )
    if reuse_factor > 1:
        flags = (*flags, "a reuse factor above 1 in strategy latency was not calibrated")
    if not is_pipelined:
        flags = (*flags, "reuse factor 1 in strategy resource has the model of strategy latency")
    return Cost(
        csynth=csynth,
        logic=_logic(csynth, features, profile),
        latency_cycles=latency,
        initiation_interval=Figure(value=interval, low=1, high=max(reuse_factor, interval)),
        is_registered=True,
        notes=_notes(kernel),
        outside=flags,
        logic_outside=logic_flags,
    )


def _shared_latency(latency: Figure, reuse_factor: int) -> Figure:
    """Return a latency with the range seen where multipliers are shared.

    Source: the 54 latency layers of wa-hls4ml-search@8e70542 with a reuse factor above 1.
    """
    if reuse_factor == 1:
        return latency
    value = latency.value
    return Figure(value=value, low=math.floor(value / 2), high=math.ceil(1.5 * value) + 1)


def _csynth(kernel: Kernel, features: Features, profile: Profile, *, is_shared: bool) -> Usage:
    lut, ff = (profile.model(quantity) for quantity in _CSYNTH[:2])
    flip_flops = ff.figure(ff.predict(features))
    if is_shared:
        flip_flops += scaled(_KEPT_FF, kernel.nonzero * kernel.data_width)
    return Usage(
        lut=rounded(lut.figure(lut.predict(features))),
        ff=rounded(flip_flops),
        dsp=rounded(scaled(Figure.exact(1) if is_shared else _DSP_RANGE, features["dsp"])),
    )


def _logic(csynth: Usage, features: Features, profile: Profile) -> Usage:
    lut, ff, dsp = (profile.model(quantity) for quantity in _LOGIC)
    return Usage(
        lut=rounded(lut.figure(lut.predict(features))),
        ff=rounded(chained(csynth.ff, _ratio(ff))),
        dsp=rounded(chained(csynth.dsp, _ratio(dsp))),
    )


def _ratio(model: Model) -> Figure:
    return model.figure(model.predict({"csynth": 1.0}))


def _notes(kernel: Kernel) -> tuple[str, ...]:
    if kernel.dsp_constants and kernel.data_width >= DSP_BITS:
        text = (
            f"{kernel.dsp_constants} products need DSP blocks: the data have {kernel.data_width} "
            f"bits; below {DSP_BITS} bits on both sides none does"
        )
        return (text,)
    return ()
