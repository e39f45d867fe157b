"""Anomaly scores as layers: what comes behind the encoder of a trigger, in firmware.

A score is made of the layers that every network is made of, so that emulator, C simulation and RTL
compute it bit for bit as they do everything else. Nothing is rounded but the entries of the table
and, where asked for, the score itself.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from codesign.design.constant import Constant
from codesign.design.fixed_point import dequantize, quantize, round_real
from codesign.design.layers import (
    Activation,
    Dense,
    Function,
    Merge,
    MergeFunction,
    Steps,
    Table,
)
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Overflow, Precision, Rounding
from codesign.design.score import ScoreKind, ScorePlan
from codesign.errors import InvalidDesignError
from codesign.lowering.builder import Builder, Tensor, wide
from codesign.lowering.passes.drop_dead_neurons import drop_unread

SCORE = "score"
"""The tensor of the score."""
_MAX_ADDRESS_BITS = 16
_BIT = Precision(width=1, integer=1, signed=False)


def add_score(
    network: QuantizedNetwork, plan: ScorePlan, *, keep_outputs: bool = False
) -> QuantizedNetwork:
    """Return a network with an anomaly score as its output.

    Args:
        network: Makes the tensors that the score reads.
        plan: Which score, and its formats.
        keep_outputs: Whether the outputs of ``network`` leave the firmware beside the score.

    Returns:
        A network whose output ``"score"`` has shape (1,), without layers that nothing reads, such
        as the variance behind ``sum mu^2``.

    Raises:
        InvalidDesignError: If a tensor is missing or has another shape or too many bits for a
            table, or the network has a tensor of that name.
    """
    builder = Builder(double=False, softmax=None)
    known = {source.name: builder.add_input(source) for source in network.inputs}
    for layer in network.layers:
        known[layer.name] = builder.add(layer)
    read = _tensors(network, plan, known)
    match plan.kind:
        case ScoreKind.R_Z:
            table = _table(builder, read[1], plan)
            terms = _product(builder, "terms", _square(builder, read[0]), table)
        case ScoreKind.MU_SQUARED:
            terms = _square(builder, read[0])
        case ScoreKind.KL:
            table = _table(builder, read[1], plan)
            terms = _merge(builder, "terms", MergeFunction.ADD, _square(builder, read[0]), table)
        case ScoreKind.EMBEDDING:
            terms = _squared_difference(builder, *read)
        case ScoreKind.RECONSTRUCTION:
            terms = _masked(builder, _squared_difference(builder, *read), read[0], plan)
    _sum(builder, terms, plan)
    outputs = (*network.outputs, SCORE) if keep_outputs else (SCORE,)
    return drop_unread(replace(network, layers=tuple(builder.layers), outputs=outputs))


def float_score(plan: ScorePlan, *tensors: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the score of real tensors, without any table or rounding: the reference.

    Args:
        plan: Which score.
        tensors: In the order of the formula, each of shape (events, size).

    Returns:
        Shape (events,).
    """
    first, *others = (np.asarray(tensor, np.float64) for tensor in tensors)
    match plan.kind:
        case ScoreKind.R_Z:
            terms = first**2 * np.exp(-others[0])
        case ScoreKind.MU_SQUARED:
            terms = first**2
        case ScoreKind.KL:
            terms = 0.5 * (first**2 + np.exp(others[0]) - 1 - others[0])
        case ScoreKind.EMBEDDING | ScoreKind.RECONSTRUCTION:
            terms = (first - others[0]) ** 2
            if plan.present:
                terms = terms * (first[:, list(plan.present)] > 0)
    scores: NDArray[np.float64] = terms.sum(axis=1)
    return scores


def table_score(
    network: QuantizedNetwork, plan: ScorePlan, *tensors: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Return the score of real tensors with the table and the rounding of the firmware.

    It is computed in float64 from what QKeras answers, apart from any layer of ours, and exact up
    to 53 bits: what the firmware must give, bit for bit.

    Args:
        network: As :func:`add_score` returned it.
        plan: Which score.
        tensors: In the order of the formula, each of shape (events, size).

    Returns:
        Shape (events, 1), as the network's output.
    """
    first, *others = (np.asarray(tensor, np.float64) for tensor in tensors)
    if plan.kind not in (ScoreKind.R_Z, ScoreKind.KL):
        exact = float_score(plan, first, *others)
    else:
        entries = _entries(others[0], plan) * plan.table.step
        product = plan.kind is ScoreKind.R_Z
        terms = first**2 * entries if product else 0.5 * (first**2 + entries)
        exact = terms.sum(axis=1)
    grid = network.precision(SCORE)
    rounded = np.minimum(round_real(exact / grid.step, grid.rounding), grid.max_hw) * grid.step
    return rounded[:, None]


def _entries(logvar: NDArray[np.float64], plan: ScorePlan) -> NDArray[np.int64]:
    """Return the entries of the table at log variances, as hardware integers."""
    with np.errstate(over="ignore"):  # infinity is clamped as every value beyond the range
        real = np.exp(-logvar) if plan.kind is ScoreKind.R_Z else np.exp(logvar) - 1 - logvar
    return quantize(np.minimum(real, plan.table.largest), plan.table)


def _tensors(
    network: QuantizedNetwork, plan: ScorePlan, known: dict[str, Tensor]
) -> tuple[Tensor, ...]:
    names, wanted = plan.tensors or network.outputs, plan.tensor_names
    missing = [name for name in names if name not in known]
    if missing or len(names) != len(wanted):
        msg = (
            f"{network.name}: the score {plan.kind} reads {', '.join(wanted)}, got "
            f"{', '.join(names)}; name them in `tensors`, known are {', '.join(known)}"
        )
        raise InvalidDesignError(msg)
    read = tuple(known[name] for name in names)
    if len({tensor.shape for tensor in read}) > 1 or len(read[0].shape) != 1:
        shapes = ", ".join(f"{tensor.name} {tensor.shape}" for tensor in read)
        msg = f"{network.name}: the score {plan.kind} needs vectors of equal shape, got {shapes}"
        raise InvalidDesignError(msg)
    if SCORE in known:
        msg = f"{network.name}: has a tensor {SCORE!r} already; rename it"
        raise InvalidDesignError(msg)
    return read


def _merge(builder: Builder, what: str, function: MergeFunction, *read: Tensor) -> Tensor:
    """Add an exact element-wise function."""
    fractions = [tensor.precision.fraction for tensor in read]
    fraction = sum(fractions) if function is MergeFunction.MULTIPLY else max(fractions)
    return builder.add_exact(
        Merge(
            name=f"{SCORE}_{what}",
            inputs=tuple(tensor.name for tensor in read),
            shape=read[0].shape,
            precision=wide(fraction),
            function=function,
        )
    )


def _product(builder: Builder, what: str, one: Tensor, other: Tensor) -> Tensor:
    return _merge(builder, what, MergeFunction.MULTIPLY, one, other)


def _square(builder: Builder, data: Tensor) -> Tensor:
    return _product(builder, "squares", data, data)


def _squared_difference(builder: Builder, one: Tensor, other: Tensor) -> Tensor:
    return _square(builder, _merge(builder, "differences", MergeFunction.SUBTRACT, one, other))


def _table(builder: Builder, logvar: Tensor, plan: ScorePlan) -> Tensor:
    """Add the function of the log variance, one entry for each value it can have."""
    grid = logvar.precision.as_storage()
    if grid.width > _MAX_ADDRESS_BITS:
        msg = (
            f"{logvar.name}: {grid} would address a table of 2**{grid.width} entries; quantize the "
            f"log variance to at most {_MAX_ADDRESS_BITS} bits"
        )
        raise InvalidDesignError(msg)
    values = dequantize(np.arange(grid.min_hw, grid.max_hw + 1), grid)
    entries = _entries(values, plan)
    table = plan.table.as_storage()
    layer = Table(
        name=f"{SCORE}_table",
        inputs=(logvar.name,),
        shape=logvar.shape,
        precision=table,
        values=Constant(values=entries, precision=table),
    )
    return builder.add(layer)


def _masked(builder: Builder, terms: Tensor, data: Tensor, plan: ScorePlan) -> Tensor:
    """Multiply the terms of absent objects by 0."""
    if not plan.present:
        return terms
    size = data.shape[0]
    if len(plan.present) != size or not all(0 <= column < size for column in plan.present):
        msg = (
            f"{data.name}: `present` names {len(plan.present)} columns; expected one of "
            f"0 to {size - 1} for each of {size} features"
        )
        raise InvalidDesignError(msg)
    there = builder.add(
        Steps(
            name=f"{SCORE}_there",
            inputs=(data.name,),
            shape=data.shape,
            precision=_BIT,
            thresholds=Constant(values=np.array([1]), precision=data.precision.as_storage()),
            levels=Constant(values=np.array([0, 1]), precision=_BIT),
        )
    )
    spread = np.zeros((size, size), np.int64)
    spread[list(plan.present), np.arange(size)] = 1
    mask = _weighted(builder, f"{SCORE}_mask", there, spread, _BIT)
    return _product(builder, "terms", terms, mask)


def _sum(builder: Builder, terms: Tensor, plan: ScorePlan) -> None:
    """Add the sum over all terms, half of it for KL, in the format that the plan wants."""
    kernel = Precision(width=1, integer=0 if plan.kind is ScoreKind.KL else 1, signed=False)
    is_exact = plan.bits is None and plan.format is None
    name = SCORE if is_exact else f"{SCORE}_sum"
    score = _weighted(builder, name, terms, np.ones((terms.shape[0], 1), np.int64), kernel)
    if plan.format is not None:
        _put_on(builder, score, plan.format)
    elif plan.bits is not None:
        _put_on(builder, score, _rounded(score.precision, plan.bits))


def _weighted(
    builder: Builder, name: str, data: Tensor, weights: NDArray[np.int64], kernel: Precision
) -> Tensor:
    """Add an exact sum with weights of one bit."""
    return builder.add_weighted(
        Dense(
            name=name,
            inputs=(data.name,),
            shape=weights.shape[1:],
            precision=wide(0),
            kernel=Constant(values=weights, precision=kernel),
            bias=Constant(values=np.zeros(weights.shape[1], np.int64), precision=_BIT),
            accumulator=wide(0),
        )
    )


def _rounded(exact: Precision, bits: int) -> Precision:
    """Return the format with fewer bits; rounding up may saturate at the largest value."""
    width = min(bits, exact.width)
    return replace(exact, width=width, rounding=Rounding.RND_CONV, overflow=Overflow.SAT)


def _put_on(builder: Builder, score: Tensor, grid: Precision) -> None:
    builder.add(
        Activation(
            name=SCORE,
            inputs=(score.name,),
            shape=score.shape,
            precision=grid,
            function=Function.LINEAR,
        )
    )
