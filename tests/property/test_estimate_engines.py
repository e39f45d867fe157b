import numpy as np
from estimated_networks import dense, hardware, network
from hypothesis import given, settings
from hypothesis import strategies as st
from layered_networks import layered_networks

from codesign.design.hardware import (
    Backend,
    LayerHardware,
    Multipliers,
    RtlOptions,
    Strategy,
)
from codesign.design.intervals import intervals
from codesign.design.reuse import legal_reuse_factors
from codesign.estimate.rtl_modules import engine, rtl_groups
from codesign.firmware.rtl.engine import engine_module
from codesign.firmware.rtl.groups import layer_groups


@st.composite
def shared_layers(draw):
    """Return a network of one dense layer, its hardware and the seed of its weights."""
    rows, columns = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    strategy = draw(st.sampled_from(Strategy))
    factors = legal_reuse_factors(inputs=rows, outputs=columns, strategy=strategy)
    factor = draw(st.sampled_from(factors))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    kernel = rng.integers(-31, 32, (rows, columns))
    kernel[rng.random(kernel.shape) < draw(st.sampled_from([0.0, 0.5]))] = 0
    bias = rng.integers(1, 32, columns)
    layer = dense(kernel, bias=bias, data="fixed<7,3>", weight="fixed<6,1>")
    own = LayerHardware(name=layer.name, reuse_factor=factor, strategy=strategy)
    kind = draw(st.sampled_from(Multipliers))
    built = hardware(backend=Backend.RTL, layers=(own,), rtl=RtlOptions(multipliers=kind))
    return network([layer], size=rows, data="fixed<7,3>"), built


@given(shared_layers())
@settings(max_examples=60, deadline=None)
def test_engines_are_counted_as_they_are_built(case):
    net, built = case
    counts = engine(net, net.layers, built, intervals(net))
    module = engine_module(net, net.layers, built, name="engine")
    assert counts.latency_cycles == module.latency_cycles
    assert counts.dsp == module.text.count("engine_mul_dsp #(.A")


@given(layered_networks())
@settings(max_examples=40, deadline=None)
def test_modules_are_grouped_as_they_are_built(net):
    assert [group.layers for group in layer_groups(net)] == list(rtl_groups(net))
