"""Where the files are that are converted for LiteRT."""

from pathlib import Path


def litert_file(folder: Path, runtime: str, batch: int) -> Path:
    """Return where the network is that was converted for a runtime and a batch size.

    Where the conversion failed, a file of the same name ending in ``.txt`` says why.
    """
    return folder / f"{runtime}_{batch}.tflite"
