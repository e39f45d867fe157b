"""How a construct is refused."""

from codesign.errors import UnsupportedLayerError


def refusal(layer: str, construct: str, remedy: str) -> UnsupportedLayerError:
    """Return the error that names layer, construct and remedy."""
    return UnsupportedLayerError(f"{layer}: {construct} cannot be lowered exactly; {remedy}")
