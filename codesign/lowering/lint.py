"""Say before any training whether a model can become firmware exactly."""

from typing import Any

from codesign.errors import UnsupportedLayerError
from codesign.lowering.from_keras import complaints_about


def lint(model: Any) -> tuple[str, ...]:
    """Return one complaint for each construct that cannot be lowered exactly; none is good news.

    Each names layer, construct and remedy. The model need not be trained.

    Args:
        model: A Keras model.
    """
    try:
        return complaints_about(model)
    except UnsupportedLayerError as error:
        return (str(error),)


def check(model: Any) -> None:
    """Check that a model can become firmware exactly.

    Raises:
        UnsupportedLayerError: With every complaint of :func:`lint`, one a line.
    """
    complaints = lint(model)
    if complaints:
        raise UnsupportedLayerError("\n".join(complaints))
