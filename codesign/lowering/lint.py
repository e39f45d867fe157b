"""Say before any training whether a model can become firmware exactly."""

from typing import Any

from codesign.design.names import check_name
from codesign.errors import InvalidDesignError, UnsupportedLayerError
from codesign.lowering.chain import read_chain


def lint(model: Any) -> tuple[str, ...]:
    """Return one complaint for each construct that cannot be lowered exactly; none is good news.

    Each names layer, construct and remedy. The model need not be trained.

    Args:
        model: A Keras model.
    """
    _, complaints = read_chain(model)
    for layer in model.layers:
        try:
            check_name(layer.name, what="a layer")
        except InvalidDesignError as error:
            complaints.append(str(error))
    return tuple(complaints)


def check(model: Any) -> None:
    """Check that a model can become firmware exactly.

    Raises:
        UnsupportedLayerError: With every complaint of :func:`lint`, one a line.
    """
    complaints = lint(model)
    if complaints:
        raise UnsupportedLayerError("\n".join(complaints))
