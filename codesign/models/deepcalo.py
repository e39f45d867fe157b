"""DeepCalo: the energy of an electron or photon from images of a calorimeter, scalars and tracks.

Convolutions read the image. Where there are further inputs, they are brought together to a context,
which modulates the maps of every convolution, feature by feature, and joins the dense head. The
modulation is made of layers that become firmware exactly: a dense layer each for scale and shift,
up-sampling to the size of the maps, a product and a sum.

Sources: the calorimeter talk's DeepCalo (images of 56 x 11 x 4, scalars, tracks); Perez et al.,
arXiv:1709.07871 (feature-wise linear modulation).
"""

from typing import Any

from codesign.design.plan import ModelPlan, QuantizationPlan
from codesign.design.regression import InputPlan
from codesign.errors import InvalidDesignError
from codesign.models.keras import keras, qkeras
from codesign.models.layers import activation, dense, layer_quantizers, linear_output
from codesign.models.quantizers import bits_quantizer

_WINDOW = 3
_IMAGE, _SET = 3, 2
_CONTEXT = 16
"""Units that scalars, and each track, are brought to."""


def build(
    plan: ModelPlan, quantization: QuantizationPlan | None, *, inputs: int, outputs: int
) -> Any:
    """Return the network; its output ``energy`` is what a regression asks for.

    ``plan.inputs`` are images of one size, of shape (eta, phi, layers), e.g. of energies and of
    times, which the first convolution reads one behind the other, and any number of vectors and
    sets; a set has shape (members, features), the members 2, 4, 8, ... ``plan.widths`` are the
    filters of
    ``conv_1``, ``conv_2``, ..., each with a pooling behind it; ``plan.bottleneck`` the units of
    ``dense_1``, ... of the head. A vector or set ``x`` is read by ``dense_x``. With a context each
    convolution is modulated by ``scale_1`` and ``shift_1``, ...; ``film_1``, ... is their result.
    The precision that the plan gives ``film_1`` is that of the activation behind it.

    Raises:
        InvalidDesignError: If there is no image, they differ in size or are too small for the
            poolings, there is no convolution, or a batch normalization is asked for.
    """
    images = _check(plan, inputs)
    layers = keras().layers
    sources = {source.name: _source(source, inputs) for source in plan.inputs}
    grids = {
        source.name: _on_grid(source.name, sources[source.name], quantization)
        for source in plan.inputs
    }
    rest = [source for source in plan.inputs if source not in images]
    context = _context(rest, grids, quantization)
    seen = [grids[image.name] for image in images]
    tensor = layers.Concatenate(name="images")(seen) if len(seen) > 1 else seen[0]
    for index, filters in enumerate(plan.widths, start=1):
        name = f"conv_{index}"
        tensor = _convolution(name, filters, quantization)(tensor)
        tensor = activation(f"activation_{index}", name, quantization)(tensor)
        if context is not None:
            tensor = _modulated(tensor, context, index, quantization)
        tensor = layers.MaxPooling2D(_pool(tuple(tensor.shape[1:3])), name=f"pool_{index}")(tensor)
    tensor = layers.Flatten(name="flat")(tensor)
    if context is not None:
        tensor = layers.Concatenate(name="joined")([tensor, context])
    for index, units in enumerate(plan.bottleneck, start=1):
        tensor = dense(f"dense_{index}", units, quantization)(tensor)
        tensor = activation(f"dense_{index}_relu", f"dense_{index}", quantization)(tensor)
    tensor = dense("energy", outputs, quantization)(tensor)
    return keras().Model(list(sources.values()), tensor, name=plan.builder)


def _check(plan: ModelPlan, inputs: int) -> list[InputPlan]:
    """Return the images that a plan reads."""
    images = [source for source in plan.inputs if len(source.shape) == _IMAGE]
    sizes = {image.shape[:2] for image in images}
    if len(sizes) != 1 or not plan.widths or not plan.bottleneck or plan.batch_norm:
        msg = (
            f"{plan.builder}: {len(images)} images of three dimensions in model.inputs, of sizes "
            f"{sorted(sizes)}, widths {plan.widths}, bottleneck {plan.bottleneck}, batch_norm = "
            f"{plan.batch_norm}; it reads images of one size, has at least one convolution and one "
            f"dense layer, and no batch normalization ({inputs} features)"
        )
        raise InvalidDesignError(msg)
    rows, columns = images[0].shape[:2]
    for index, _ in enumerate(plan.widths, start=1):
        down = _pool((rows, columns))
        rows, columns = rows // down[0], columns // down[1]
        if not rows or not columns:
            msg = (
                f"{plan.builder}: nothing is left of an image of {images[0].shape} behind "
                f"{index} poolings; give fewer widths than {len(plan.widths)}"
            )
            raise InvalidDesignError(msg)
    return images


def _pool(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return by how much an image is pooled: in eta alone while that is much finer than phi."""
    rows, columns = shape
    return (2, 1) if rows > 2 * columns else (2, 2)


def _source(source: InputPlan, inputs: int) -> Any:
    if not source.shape:
        msg = (
            f"model.inputs {source.name}: write its shape, e.g. [7], so that the layers that read "
            f"it are known ({inputs} features in all)"
        )
        raise InvalidDesignError(msg)
    return keras().layers.Input(source.shape, name=source.name)


def _on_grid(name: str, tensor: Any, quantization: QuantizationPlan | None) -> Any:
    if quantization is None:
        return tensor
    return qkeras().QActivation(bits_quantizer(quantization.input), name=f"{name}_quantizer")(
        tensor
    )


def _context(
    sources: list[InputPlan], grids: dict[str, Any], quantization: QuantizationPlan | None
) -> Any:
    """Return what vectors and sets say together, None where there are none."""
    layers, found = keras().layers, []
    for source in sources:
        name = f"dense_{source.name}"
        tensor = dense(name, _CONTEXT, quantization)(grids[source.name])
        tensor = activation(f"{name}_relu", name, quantization)(tensor)
        if len(source.shape) == _SET:
            mean = layers.AveragePooling1D(source.shape[0], name=f"{source.name}_mean")
            tensor = layers.Flatten(name=f"{source.name}_vector")(mean(tensor))
        found.append(tensor)
    if not found:
        return None
    tensor = layers.Concatenate(name="gathered")(found) if len(found) > 1 else found[0]
    tensor = dense("dense_context", _CONTEXT, quantization)(tensor)
    return activation("context", "dense_context", quantization)(tensor)


def _modulated(tensor: Any, context: Any, index: int, quantization: QuantizationPlan | None) -> Any:
    """Return maps times a scale plus a shift, one a filter, rectified."""
    layers = keras().layers
    rows, columns, filters = tensor.shape[1:]
    spread = {}
    for kind, start in (("scale", "ones"), ("shift", "zeros")):
        name = f"{kind}_{index}"
        made = dense(name, filters, quantization, bias_initializer=start)(context)
        made = linear_output(f"{name}_grid", name, quantization)(made)
        made = layers.Reshape((1, 1, filters), name=f"{name}_pixel")(made)
        spread[kind] = layers.UpSampling2D((rows, columns), name=f"{name}_map")(made)
    product = layers.Multiply(name=f"scaled_{index}")([tensor, spread["scale"]])
    total = layers.Add(name=f"film_{index}")([product, spread["shift"]])
    return activation(f"film_{index}_relu", f"film_{index}", quantization)(total)


def _convolution(name: str, filters: int, quantization: QuantizationPlan | None) -> Any:
    if quantization is None:
        return keras().layers.Conv2D(filters, _WINDOW, padding="same", name=name)
    quantizers = layer_quantizers(quantization.layer(name))
    return qkeras().QConv2D(filters, _WINDOW, padding="same", name=name, **quantizers)
