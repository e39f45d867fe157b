"""The stages of the main job in words."""

from pathlib import Path

from codesign.errors import ReportError

WORK = {
    "lint": "checking the design",
    "float": "training the float reference",
    "train": "training the quantized model",
    "lower": "lowering the quantized model",
    "emulate": "emulating the firmware",
    "baselines": "fitting what the model is compared with",
    "firmware": "generating the firmware",
    "qkeras": "asking QKeras",
    "certify": "certifying the firmware",
}
"""What each stage does."""


def missing(design: str, name: str, folder: Path) -> ReportError:
    """Return the error that the result of a stage is not stored.

    Args:
        design: Whose.
        name: The stage.
        folder: Where it was looked for.
    """
    return ReportError(
        f"{design}: {folder} does not hold the result of the stage {name!r} ({WORK[name]}) for "
        "this recipe; make it with: codesign run"
    )
