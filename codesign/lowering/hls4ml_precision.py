"""Whether a precision in a file of hls4ml holds what the bit-exact network has there."""

from codesign.design.contract import NetworkInput
from codesign.design.layers import AnyLayer, Weighted
from codesign.design.precision import Precision
from codesign.errors import InvalidDesignError
from codesign.lowering.hls4ml_choices import Choices


def narrowed(node: NetworkInput | AnyLayer, choices: Choices) -> list[str]:
    """Return a complaint for each precision that would change what a layer computes.

    Args:
        node: An input or layer of the network.
        choices: Of the file.
    """
    own = _formats(node)
    complaints = [
        f"{node.name}: a precision of {what} cannot be honoured; it has {', '.join(own)}"
        for level in choices.levels(node)
        for what in level.precision
        if what not in {*own, "default"} and level is not choices.model
    ]
    for what, needed in own.items():
        text = _text(choices, node, what)
        if text is None or text == "auto":
            continue
        try:
            found = Precision.from_text(text)
        except InvalidDesignError as error:
            complaints.append(f"{node.name}: {what}: {error}")
            continue
        if not holds(found, needed):
            complaints.append(
                f"{node.name}: {what} = {text} would narrow the {needed} of the bit-exact network; "
                "remove it, or quantize the model to it"
            )
    return complaints


def holds(wide: Precision, narrow: Precision) -> bool:
    """Return whether a format holds every value of another.

    Examples:
        >>> byte = Precision.from_text("ufixed<8,3>")
        >>> holds(Precision.from_text("fixed<9,4>"), byte), holds(byte, byte)
        (True, True)
        >>> holds(Precision.from_text("fixed<8,3>"), byte)
        False
    """
    return (
        wide.fraction >= narrow.fraction
        and wide.smallest <= narrow.smallest
        and wide.largest >= narrow.max_hw * narrow.step
    )


def _formats(node: NetworkInput | AnyLayer) -> dict[str, Precision]:
    """Return the formats of a tensor and its layer, by the names of hls4ml."""
    if not isinstance(node, Weighted):
        return {"result": node.precision}
    return {
        "result": node.precision,
        "weight": node.kernel.precision,
        "bias": node.bias.precision,
        "accum": node.accumulator,
    }


def _text(choices: Choices, node: NetworkInput | AnyLayer, what: str) -> str | None:
    for level in choices.levels(node):
        for key in (what, "default"):
            if key in level.precision:
                return level.precision[key]
    return None
