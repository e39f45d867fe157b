"""Readers of layers that compute element by element of several tensors."""

from codesign.design.layers import Merge, MergeFunction
from codesign.lowering.builder import Builder, Operation, Tensor, wide
from codesign.lowering.graph import Node
from codesign.lowering.refusal import refusal

_FUNCTIONS = {
    "Add": MergeFunction.ADD,
    "Subtract": MergeFunction.SUBTRACT,
    "Multiply": MergeFunction.MULTIPLY,
    "Average": MergeFunction.AVERAGE,
    "Maximum": MergeFunction.MAXIMUM,
    "Minimum": MergeFunction.MINIMUM,
}
MERGES = frozenset(_FUNCTIONS)


def read_merge(node: Node) -> list[Operation]:
    """Read an Add, Subtract, Multiply, Average, Maximum or Minimum."""
    function, count = _FUNCTIONS[node.kind], len(node.sources)
    if function is MergeFunction.AVERAGE and count & (count - 1):
        raise refusal(
            node.name, f"an average of {count} tensors", "average 2, 4, 8, ... tensors, or add them"
        )

    def add(builder: Builder, tensors: tuple[Tensor, ...]) -> Tensor:
        return merge(builder, node.name, function, tensors)

    return [add]


def merge(
    builder: Builder, name: str, function: MergeFunction, tensors: tuple[Tensor, ...]
) -> Tensor:
    """Add an exact merge of tensors, in the narrowest format that holds it.

    Raises:
        UnsupportedLayerError: If the tensors differ in shape.
    """
    shapes = [tensor.shape for tensor in tensors]
    if len(set(shapes)) > 1:
        raise refusal(
            name,
            f"{function} of shapes {' and '.join(map(str, shapes))}",
            "make them equal with UpSampling, Reshape or Concatenate",
        )
    fractions = [tensor.precision.fraction for tensor in tensors]
    fraction = sum(fractions) if function is MergeFunction.MULTIPLY else max(fractions)
    if function is MergeFunction.AVERAGE:
        fraction += len(tensors).bit_length() - 1
    return builder.add_exact(
        Merge(
            name=name,
            inputs=tuple(tensor.name for tensor in tensors),
            shape=tensors[0].shape,
            precision=wide(fraction),
            function=function,
        )
    )
