"""A matrix in strategy latency: every multiplication in its own place, zeros gone."""

import math

from codesign.design.report import Figure, Usage
from codesign.estimate.cost import Cost, chained, outside, rounded
from codesign.estimate.features import Quantity, path_features, unrolled_features
from codesign.estimate.kernel import DSP_BITS, Kernel
from codesign.estimate.profile import Model, Profile

_CSYNTH = (Quantity.LATENCY_LUT, Quantity.LATENCY_FF, Quantity.LATENCY_CYCLES)
_LOGIC = (Quantity.LOGIC_LUT, Quantity.LOGIC_FF, Quantity.LOGIC_DSP)


def unrolled(kernel: Kernel, *, reuse_factor: int, period_ns: float, profile: Profile) -> Cost:
    """Return the cost of a matrix in strategy latency.

    Args:
        kernel: The matrix.
        reuse_factor: Bounds the number of multipliers.
        period_ns: The target clock period in nanoseconds.
        profile: The calibration.

    Source:
        hls4ml 1.3.0, ``nnet_utils/nnet_dense_latency.h``: ``PIPELINE II=reuse_factor`` and
        ``ALLOCATION limit=multiplier_limit``; coefficients from the profile.
    """
    dsp = min(kernel.dsp_constants, kernel.multiplier_limit(reuse_factor))
    waiting = math.ceil(kernel.dsp_constants / dsp) if dsp else 1
    nanoseconds = profile.model(Quantity.LATENCY_CYCLES)
    path = nanoseconds.predict(path_features(kernel)) / period_ns
    latency = nanoseconds.figure(math.floor(path) + waiting - 1)
    interval = min(reuse_factor, latency.value + 1)
    features = unrolled_features(kernel, dsp=dsp, cycles=path)
    lut, ff = (profile.model(quantity) for quantity in _CSYNTH[:2])
    csynth = Usage(
        lut=rounded(lut.figure(lut.predict(features))),
        ff=rounded(ff.figure(ff.predict(features))),
        dsp=Figure.exact(dsp),
    )
    logic_lut, logic_ff, logic_dsp = (profile.model(quantity) for quantity in _LOGIC)
    logic = Usage(
        lut=rounded(logic_lut.figure(logic_lut.predict(features))),
        ff=rounded(chained(csynth.ff, _ratio(logic_ff))),
        dsp=rounded(chained(csynth.dsp, _ratio(logic_dsp))),
    )
    flags, logic_flags = (
        outside(map(profile.model, quantities), kernel, profile=profile, period_ns=period_ns)
        for quantities in (_CSYNTH, _LOGIC)
    )
    if reuse_factor > 1:
        flags = (*flags, "a reuse factor above 1 in strategy latency was not calibrated")
    return Cost(
        csynth=csynth,
        logic=logic,
        latency_cycles=latency,
        initiation_interval=Figure(value=interval, low=1, high=max(reuse_factor, interval)),
        is_registered=True,
        notes=_notes(kernel),
        outside=flags,
        logic_outside=logic_flags,
    )


def _ratio(model: Model) -> Figure:
    return model.figure(model.predict({"csynth": 1.0}))


def _notes(kernel: Kernel) -> tuple[str, ...]:
    if kernel.dsp_constants and kernel.data_width >= DSP_BITS:
        return (
            f"{kernel.dsp_constants} products need DSP blocks: the data have {kernel.data_width} "
            f"bits; below {DSP_BITS} bits on both sides none does",
        )
    return ()
