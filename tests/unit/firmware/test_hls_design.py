from kind_networks import branches, joins, weighted

from codesign.design.hardware import Clock, HardwareConfig, IoType, LayerHardware, Strategy
from codesign.firmware.hls.design import hls_design

PARALLEL = HardwareConfig(device="vu13p", clock=Clock(period_ns=5.0))
STREAM = HardwareConfig(device="vu13p", clock=Clock(period_ns=5.0), io_type=IoType.STREAM)


def _readers(design):
    read = [source for kernel in design.kernels for source in kernel.inputs]
    return {name: read.count(name) for name in (*read, *design.outputs)}


def test_a_stream_is_read_once():
    design = hls_design(branches(), STREAM)

    assert all(count <= 1 for count in _readers(design).values())
    assert sum(kernel.function == "clone_layer" for kernel in design.kernels) == 6


def test_every_tensor_is_made_before_it_is_read():
    for hardware in (PARALLEL, STREAM):
        design = hls_design(branches(), hardware)
        made = {tensor.name for tensor in design.inputs}
        for kernel in design.kernels:
            assert made.issuperset(kernel.inputs)
            made.update(kernel.tensors)
        assert made.issuperset(design.outputs)


def test_parallel_arrays_are_not_cloned():
    design = hls_design(branches(), PARALLEL)

    assert _readers(design)["relu"] == 4
    assert all(kernel.function != "clone_layer" for kernel in design.kernels)


def test_an_output_that_is_read_inside_leaves_through_a_copy():
    design = hls_design(branches(), PARALLEL)

    assert design.outputs == ("relu_out", "squares", "skip_out", "x_out", "relu_out_")
    assert all(_readers(design)[name] == 0 for name in design.outputs)


def test_the_links_of_a_join_are_exact_and_untraced():
    kernels = {kernel.name: kernel for kernel in hls_design(joins(), PARALLEL).kernels}

    link = kernels["add_four_part1"]
    assert str(link.precision) == "fixed<8,4>"
    assert not link.is_traced
    assert kernels["add_four"].inputs == ("add_four_part2", "x")
    assert str(kernels["along_0_part1"].precision) == str(kernels["along_0"].precision)


def test_the_interval_is_the_largest_reuse_factor_of_a_pipeline():
    own = LayerHardware(name="plain", reuse_factor=6)
    shared = LayerHardware(name="plain", reuse_factor=6, strategy=Strategy.RESOURCE)

    pipeline = hls_design(
        weighted(), HardwareConfig(device="vu13p", clock=Clock(period_ns=5.0), layers=(own,))
    )
    dataflow = hls_design(
        weighted(), HardwareConfig(device="vu13p", clock=Clock(period_ns=5.0), layers=(shared,))
    )

    assert (pipeline.pipeline, pipeline.interval) == ("pipeline", 6)
    assert (dataflow.pipeline, dataflow.interval) == ("dataflow", None)
    assert hls_design(weighted(), STREAM).pipeline == "dataflow"


def test_what_dense_layers_alone_read_is_flattened_without_repacking():
    kernels = {kernel.name: kernel for kernel in hls_design(weighted(), STREAM).kernels}

    assert kernels["flattened"].function == "activation_layer"
    assert kernels["flattened"].shape == (7, 2)
