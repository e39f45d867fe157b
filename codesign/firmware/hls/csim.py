"""Compile and run the C simulation of a project: hardware integers in, hardware integers out."""

import os
import tempfile
import time
from collections.abc import Mapping
from math import prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from codesign.design.digest import digest
from codesign.design.fixed_point import Integers, dequantize
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.design.progress import Progress, silent
from codesign.design.project import FirmwareProject
from codesign.errors import InvalidDataError, InvalidDesignError, ValidationError
from codesign.firmware.hls.csim_source import MAIN
from codesign.firmware.hls.shared_headers import precompiled
from codesign.firmware.manifest import BUILD, files_digest
from codesign.toolchain import find_tool, run, tool_version

# Measured on 32x32 pixels, two convolutions, with g++ 12: -O1 runs 22 times faster than -O0; -O2
# runs 15 % faster than -O1 and compiles up to 30 % slower where there are many types.
_FLAGS = ("-std=c++14", "-O1", "-fno-exceptions", "-w", "-I", "firmware/ap_types")
_COMPILE_S = 1800.0
_RUN_S = 3600.0
_EXACT_BITS = 53
_FIRST_CHUNK = 256
_LARGEST_CHUNK = 65_536
_CHUNK_S = 1.0


def compile_csim(
    project: FirmwareProject, *, timeout_s: float = _COMPILE_S, headers: Path | None = None
) -> Path:
    """Return the program of the C simulation, compiled unless the same one exists already.

    Args:
        project: What :func:`codesign.firmware.generate` returned; its files are checked first.
        timeout_s: Seconds that the compiler may take.
        headers: A folder to share compiled headers in, for many projects; None to share none.

    Raises:
        ValidationError: If a file of the project is not what was generated.
        ToolNotFoundError: If there is no g++.
        ToolFailedError: If it fails or takes too long.
    """
    folder = Path(project.path)
    if not folder.is_dir() or files_digest(folder) != project.digest:
        msg = f"{folder}: the files are not those that were generated; generate the project anew"
        raise ValidationError(msg)
    compiler = find_tool("g++")
    key = digest(project.digest, tool_version(compiler), " ".join(_FLAGS))[:16]
    program = folder / BUILD / f"csim-{key}"
    if program.is_file():
        return program
    program.parent.mkdir(exist_ok=True)
    partial = program.with_name(f".{program.name}-{os.getpid()}")
    log = program.with_name("csim-compile.log")
    try:
        shared: tuple[str, ...] = ()
        if headers is not None:
            shared = precompiled(
                folder, headers, compiler=compiler, flags=_FLAGS, timeout_s=timeout_s
            )
        command = [str(compiler), *_FLAGS, *shared, MAIN, "-o", str(partial)]
        run(command, cwd=folder, timeout_s=timeout_s, log=log)
        partial.replace(program)
    finally:
        partial.unlink(missing_ok=True)
    return program


def csim(
    project: FirmwareProject,
    network: QuantizedNetwork,
    inputs: Integers | Mapping[str, Integers],
    *,
    layers: bool = False,
    progress: Progress = silent,
    timeout_s: float = _RUN_S,
) -> dict[str, Integers]:
    """Run the C simulation on events.

    Args:
        project: The generated firmware of the network; compiled here if need be.
        network: The network that the firmware was generated from.
        inputs: Hardware integers, shape (events, *input shape), within the input's precision; one
            array an input, by name, where the network has several.
        layers: Whether to return every layer's tensor beside the outputs.
        progress: Told after each chunk of events.
        timeout_s: Seconds that all events may take.

    Returns:
        Hardware integers by the name of the tensor, each of shape (events, *shape of the tensor).

    Raises:
        InvalidDataError: If inputs have the wrong shape or type or leave the input's range.
        InvalidDesignError: If the project is of another network, or a tensor is wider than 53 bits.
        ValidationError: If the project was changed, or a value is not on the grid of its precision.
        ToolNotFoundError: If there is no g++.
        ToolFailedError: If compiler or simulation fail or take too long.
    """
    if project.network_digest != digest(network):
        msg = f"{project.path} was generated from another network; generate it from this one"
        raise InvalidDesignError(msg)
    events = _event_rows(network, inputs)
    names = list(network.outputs) + [layer.name for layer in network.layers if layers]
    for name in names:
        _check_width(name, network.precision(name))
    program = compile_csim(project)
    mode = "layers" if layers else "outputs"
    width = sum(prod(network.shape(name)) for name in names)
    rows = _run_chunks(program, events, width, mode, progress=progress, timeout_s=timeout_s)
    return _split(rows, names, network)


def _event_rows(
    network: QuantizedNetwork, inputs: Integers | Mapping[str, Integers]
) -> NDArray[np.float64]:
    """Return the real values of all inputs side by side, shape (events, elements)."""
    if not isinstance(inputs, Mapping):
        inputs = {network.inputs[0].name: inputs}
    wanted = [tensor.name for tensor in network.inputs]
    if sorted(inputs) != sorted(wanted):
        msg = f"{network.name}: inputs {', '.join(inputs)} given, expected {', '.join(wanted)}"
        raise InvalidDataError(msg)
    columns = []
    for tensor in network.inputs:
        _check_width(tensor.name, tensor.precision)
        values = inputs[tensor.name]
        _check_input(tensor.name, values, tensor.shape, tensor.precision)
        columns.append(
            dequantize(values, tensor.precision).reshape(len(values), prod(tensor.shape))
        )
    if len({len(column) for column in columns}) > 1:
        msg = f"{network.name}: inputs of {[len(column) for column in columns]} events given"
        raise InvalidDataError(msg)
    return np.concatenate(columns, axis=1)


def _check_input(name: str, values: Integers, shape: tuple[int, ...], precision: Precision) -> None:
    if values.ndim != len(shape) + 1 or values.shape[1:] != shape:
        msg = f"input {name}: shape {values.shape} found, expected (events, {str(shape)[1:-1]})"
        raise InvalidDataError(msg)
    if not np.issubdtype(values.dtype, np.integer):
        msg = f"input {name}: dtype {values.dtype} found, expected hardware integers (int64)"
        raise InvalidDataError(msg)
    if values.size == 0:
        return
    low, high = int(values.min()), int(values.max())
    if low < precision.min_hw or high > precision.max_hw:
        msg = (
            f"input {name}: hardware integers in [{low}, {high}] leave {precision}, which holds "
            f"[{precision.min_hw}, {precision.max_hw}]; quantize them first"
        )
        raise InvalidDataError(msg)


def _check_width(name: str, precision: Precision) -> None:
    if precision.width > _EXACT_BITS:
        msg = f"{name}: {precision} is wider than the {_EXACT_BITS} bits that csim carries exactly"
        raise InvalidDesignError(msg)


def _run_chunks(
    program: Path,
    events: NDArray[np.float64],
    width: int,
    mode: str,
    *,
    progress: Progress,
    timeout_s: float,
) -> NDArray[np.float64]:
    """Return one row of results an event, simulated in chunks of about a second."""
    rows = np.empty((len(events), width), dtype=np.float64)
    deadline = time.monotonic() + timeout_s
    done, chunk = 0, _FIRST_CHUNK
    with tempfile.TemporaryDirectory(dir=program.parent, prefix="run-") as folder:
        while done < len(events):
            part = events[done : done + chunk]
            left_s = max(deadline - time.monotonic(), 0.001)
            start = time.monotonic()
            rows[done : done + len(part)] = _run_once(
                program, part, width, mode, Path(folder), left_s
            )
            done += len(part)
            progress(done, len(events), "events through csim")
            chunk = int(chunk * _CHUNK_S / max(time.monotonic() - start, 0.01))
            chunk = min(max(chunk, 1), _LARGEST_CHUNK)
    return rows


def _run_once(
    program: Path,
    events: NDArray[np.float64],
    width: int,
    mode: str,
    folder: Path,
    timeout_s: float,
) -> NDArray[np.float64]:
    """Return the results of some events."""
    source, results = folder / "events.bin", folder / "results.bin"
    events.astype("<f8").tofile(source)
    log = program.with_name("csim-run.log")
    run([program, source, results, mode], cwd=folder, timeout_s=timeout_s, log=log)
    values = np.fromfile(results, dtype="<f8")
    if values.size != len(events) * width:
        msg = f"csim returned {values.size} values for {len(events)} events, expected {width} each"
        raise ValidationError(msg)
    return values.reshape(len(events), width)


def _split(
    rows: NDArray[np.float64], names: list[str], network: QuantizedNetwork
) -> dict[str, Integers]:
    """Return the hardware integers of each tensor."""
    tensors: dict[str, Integers] = {}
    start = 0
    for name in names:
        shape = network.shape(name)
        stop = start + prod(shape)
        tensors[name] = _to_hardware(name, rows[:, start:stop], network.precision(name)).reshape(
            -1, *shape
        )
        start = stop
    return tensors


def _to_hardware(name: str, values: NDArray[np.float64], precision: Precision) -> Integers:
    """Return the hardware integers of real values that lie on the grid of a precision."""
    scaled = np.ldexp(values, precision.fraction)
    if scaled.size:
        off = (
            (scaled != np.rint(scaled)) | (scaled < precision.min_hw) | (scaled > precision.max_hw)
        )
        if off.any():
            value = float(values[off].flat[0])
            msg = f"{name}: csim returned {value!r}, which is no value of {precision}"
            raise ValidationError(msg)
    return scaled.astype(np.int64)
