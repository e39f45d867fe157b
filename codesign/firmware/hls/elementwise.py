"""Kernels that work element by element: activations, step functions, tables, scales, softmax."""

from math import prod

from codesign.design.layers import Activation, Function, Scale, Softmax, Steps, Table
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Overflow, Precision
from codesign.firmware.hls.exact_formats import exact_sum, power_of_two
from codesign.firmware.hls.kernel import Kernel, element_line

_ELEMENTS = {
    Function.LINEAR: "LinearElement",
    Function.RELU: "ReluElement",
    Function.LEAKY_RELU: "LeakyReluElement",
    Function.HARD_SIGMOID: "HardSigmoidElement",
}


def activation_kernel(layer: Activation) -> Kernel:
    """Return the kernel of an activation."""
    result = layer.precision
    settings = [
        ("n_in", prod(layer.shape)),
        ("has_ceiling", int(layer.ceiling is not None)),
        ("ceiling", layer.ceiling or 0),
    ]
    types: tuple[tuple[str, Precision], ...] = ()
    match layer.function:
        case Function.LEAKY_RELU:
            slope = power_of_two(layer.slope_log2)
            symmetric = result.signed and result.overflow is Overflow.SAT_SYM
            settings += [("is_signed", int(result.signed)), ("is_symmetric", int(symmetric))]
            types = (("slope", slope), ("smallest", result.as_storage()))
        case Function.HARD_SIGMOID:
            types = (("half", power_of_two(-1)),)
        case _:
            pass
    return Kernel(
        name=layer.name,
        inputs=layer.inputs,
        shape=layer.shape,
        precision=result,
        function="activation_layer",
        headers=("codesign_activation.h",),
        settings=tuple(settings),
        lines=(element_line(_ELEMENTS[layer.function]),),
        types=types,
    )


def copy_kernel(name: str, source: str, shape: tuple[int, ...], precision: Precision) -> Kernel:
    """Return the kernel that puts a tensor on a grid."""
    return activation_kernel(
        Activation(
            name=name,
            inputs=(source,),
            shape=shape,
            precision=precision,
            function=Function.LINEAR,
        )
    )


def steps_kernel(layer: Steps) -> Kernel:
    """Return the kernel of a step function."""
    count = layer.thresholds.values.size
    return Kernel(
        name=layer.name,
        inputs=layer.inputs,
        shape=layer.shape,
        precision=layer.precision,
        function="steps_layer",
        headers=("codesign_lookup.h",),
        settings=(
            ("n_in", prod(layer.shape)),
            ("n_thresholds", count),
            ("n_levels", count + 1),
            ("count_bits", count.bit_length()),
        ),
        constants=(("thresholds", layer.thresholds), ("levels", layer.levels)),
    )


def table_kernel(layer: Table, network: QuantizedNetwork) -> Kernel:
    """Return the kernel of a look-up table."""
    data = network.precision(layer.inputs[0])
    return Kernel(
        name=layer.name,
        inputs=layer.inputs,
        shape=layer.shape,
        precision=layer.precision,
        function="table_layer",
        headers=("codesign_lookup.h",),
        settings=(
            ("n_in", prod(layer.shape)),
            ("n_values", layer.values.values.size),
            ("offset", -data.min_hw),
        ),
        constants=(("values", layer.values),),
    )


def scale_kernel(layer: Scale) -> Kernel:
    """Return the kernel of a scale."""
    return Kernel(
        name=layer.name,
        inputs=layer.inputs,
        shape=layer.shape,
        precision=layer.precision,
        function="scale_layer",
        headers=("codesign_scale.h",),
        settings=(("n_in", prod(layer.shape)), ("n_chan", layer.shape[-1])),
        types=(("accum", layer.accumulator),),
        constants=(("weight", layer.kernel), ("bias", layer.bias)),
    )


def softmax_kernel(layer: Softmax) -> Kernel:
    """Return the kernel of a softmax."""
    size = layer.shape[-1]
    return Kernel(
        name=layer.name,
        inputs=layer.inputs,
        shape=layer.shape,
        precision=layer.precision,
        function="table_softmax",
        headers=("codesign_softmax.h",),
        settings=(
            ("n_in", size),
            ("n_vectors", prod(layer.shape) // size),
            ("n_exponentials", layer.exponentials.values.size),
            ("n_inverses", layer.inverses.values.size),
        ),
        types=(
            ("difference", layer.difference),
            ("sum", exact_sum(layer.exponentials.precision, size)),
            ("total", layer.total),
        ),
        constants=(("exponentials", layer.exponentials), ("inverses", layer.inverses)),
    )
