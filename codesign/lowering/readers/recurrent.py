"""Readers of recurrent layers, unrolled: each step becomes layers of its own.

Source: QKeras 0.9.0, ``qrecurrent.py``; both of its implementations compute the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from codesign.design.constant import Constant
from codesign.design.layers import MergeFunction
from codesign.lowering.activations import Quantize, function
from codesign.lowering.builder import Builder, Operation, Tensor
from codesign.lowering.graph import Node
from codesign.lowering.readers.unrolled import ONE, Unrolled, columns
from codesign.lowering.readers.weighted import no_bias
from codesign.lowering.refusal import refusal
from codesign.lowering.weights import check_weight_quantizer, weight_constant
from codesign.models.evaluate import evaluate

_ADD, _MULTIPLY = MergeFunction.ADD, MergeFunction.MULTIPLY


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weights:
    """The weights of a cell as integers; the biases of a GRU that resets afterwards are two.

    Attributes:
        cell: The Keras cell.
        kernel: Of the inputs.
        recurrent: Of the state.
        bias: Shape (1, gates) or (2, gates).
    """

    cell: Any
    kernel: Constant
    recurrent: Constant
    bias: Constant

    @property
    def units(self) -> int:
        """Units of a gate."""
        return int(self.cell.units)


_State = tuple[Tensor, ...] | None
_Step = Callable[[Unrolled, _Weights, Tensor, _State, int], tuple[Tensor, ...]]
"""From the projected inputs of a step and the state before, None at the start, to that after."""


def read_simple_rnn(node: Node) -> list[Operation]:
    """Read a QSimpleRNN."""
    return _read(node, _simple_step, needs_state_quantizer=False)


def read_lstm(node: Node) -> list[Operation]:
    """Read a QLSTM."""
    return _read(node, _lstm_step, needs_state_quantizer=True)


def read_gru(node: Node) -> list[Operation]:
    """Read a QGRU."""
    return _read(node, _gru_step, needs_state_quantizer=True)


def _read(node: Node, step: _Step, *, needs_state_quantizer: bool) -> list[Operation]:
    layer, cell = node.layer, node.layer.cell
    _check(node, needs_state_quantizer=needs_state_quantizer)

    def add(builder: Builder, tensors: tuple[Tensor, ...]) -> Tensor:
        unrolled, weights = Unrolled(builder, node.name), _weights(node)
        steps = tensors[0].shape[0]
        projected = unrolled.dense("inputs", tensors[0], weights.kernel, _input_bias(weights))
        state: _State = None
        outputs = []
        for index in range(steps):
            at = steps - 1 - index if layer.go_backwards else index
            row = unrolled.row(f"inputs_{index}", projected, at)
            if state is not None and cell.state_quantizer_internal is not None:
                state = tuple(
                    unrolled.quantized(
                        f"state_{index}_{part}", cell.state_quantizer_internal, tensor
                    )
                    for part, tensor in enumerate(state)
                )
            state = step(unrolled, weights, row, state, index)
            outputs.append(state[0])
        return unrolled.sequence(outputs) if layer.return_sequences else unrolled.last(outputs[-1])

    return [add]


def _check(node: Node, *, needs_state_quantizer: bool) -> None:
    layer, cell = node.layer, node.layer.cell
    for flag in ("stateful", "return_state", "time_major"):
        if getattr(layer, flag, False):
            raise refusal(node.name, f"{flag}=True", f"leave {flag} out")
    if len(node.sources) != 1:
        raise refusal(node.name, "an initial state", "begin with zeros")
    for weight in ("kernel", "recurrent", "bias"):
        if weight != "bias" or cell.use_bias:
            quantizer = getattr(cell, f"{weight}_quantizer_internal")
            check_weight_quantizer(quantizer, layer=f"{node.name} ({weight})")
    for name in ("activation", "recurrent_activation"):
        if hasattr(cell, name):
            _check_activation(node, name)
    _check_state(node, needed=needs_state_quantizer)


def _check_activation(node: Node, name: str) -> None:
    operations = function(f"{node.name} ({name})", getattr(node.layer.cell, name))
    if len(operations) != 1 or not isinstance(operations[0], Quantize):
        raise refusal(
            node.name, f"{name} without a quantizer", "use quantized_tanh(bits) and alike"
        )


def _check_state(node: Node, *, needed: bool) -> None:
    """Check that the state begins at 0 and does not grow."""
    quantizer = node.layer.cell.state_quantizer_internal
    if quantizer is None:
        if needed:
            raise refusal(
                node.name,
                "a state that grows by some bits a step",
                "give it state_quantizer=quantized_bits(bits, integer, alpha=1)",
            )
        return
    function(f"{node.name} (state)", quantizer)
    start = float(evaluate([quantizer], np.zeros(1), double=False)[0])
    if start != 0.0:
        raise refusal(
            node.name, f"a state_quantizer that makes {start:g} of 0", "use quantized_bits"
        )


def _weights(node: Node) -> _Weights:
    cell = node.layer.cell
    kernel = weight_constant(cell.kernel_quantizer_internal, cell.kernel, where=node.name)
    where = f"{node.name} (recurrent)"
    recurrent = weight_constant(
        cell.recurrent_quantizer_internal, cell.recurrent_kernel, where=where
    )
    if not cell.use_bias:
        bias = no_bias(kernel.values.shape[-1])
    else:
        where = f"{node.name} (bias)"
        bias = weight_constant(cell.bias_quantizer_internal, cell.bias, where=where)
    rows = bias.values.reshape(-1, kernel.values.shape[-1])
    bias = Constant(values=rows, precision=bias.precision)
    return _Weights(cell=cell, kernel=kernel, recurrent=recurrent, bias=bias)


def _input_bias(weights: _Weights) -> Constant:
    return Constant(values=weights.bias.values[0], precision=weights.bias.precision)


def _simple_step(
    unrolled: Unrolled, weights: _Weights, row: Tensor, state: _State, index: int
) -> tuple[Tensor, ...]:
    if state is not None:
        inner = unrolled.dense(f"recurrent_{index}", state[0], weights.recurrent)
        row = unrolled.merged(f"sum_{index}", _ADD, row, inner)
    return (unrolled.quantized(f"output_{index}", weights.cell.activation, row),)


def _lstm_step(
    unrolled: Unrolled, weights: _Weights, row: Tensor, state: _State, index: int
) -> tuple[Tensor, ...]:
    cell, units = weights.cell, weights.units
    if state is not None:
        inner = unrolled.dense(f"recurrent_{index}", state[0], weights.recurrent)
        row = unrolled.merged(f"sum_{index}", _ADD, row, inner)
    gates = {}
    for position, gate in enumerate(("input", "forget", "carry", "output")):
        part = unrolled.part(f"{gate}_sum_{index}", row, position, units)
        used = cell.activation if gate == "carry" else cell.recurrent_activation
        gates[gate] = unrolled.quantized(f"{gate}_{index}", used, part)
    carry = unrolled.merged(f"new_{index}", _MULTIPLY, gates["input"], gates["carry"])
    if state is not None:
        kept = unrolled.merged(f"kept_{index}", _MULTIPLY, gates["forget"], state[1])
        carry = unrolled.merged(f"cell_{index}", _ADD, kept, carry)
    shown = unrolled.quantized(f"shown_{index}", cell.activation, carry)
    hidden = unrolled.merged(f"hidden_{index}", _MULTIPLY, gates["output"], shown)
    return hidden, carry


def _gru_step(
    unrolled: Unrolled, weights: _Weights, row: Tensor, state: _State, index: int
) -> tuple[Tensor, ...]:
    cell, units = weights.cell, weights.units
    update, reset, fresh = (
        unrolled.part(f"{gate}_inputs_{index}", row, position, units)
        for position, gate in enumerate(("update", "reset", "fresh"))
    )
    inner = _Inner(unrolled, weights, state, index)
    update = unrolled.quantized(
        f"update_{index}", cell.recurrent_activation, inner.plus("update", 0, update)
    )
    reset = unrolled.quantized(
        f"reset_{index}", cell.recurrent_activation, inner.plus("reset", 1, reset)
    )
    fresh = unrolled.quantized(f"fresh_{index}", cell.activation, inner.plus_reset(fresh, reset))
    rest = unrolled.one_minus(f"rest_{index}", update)
    hidden = unrolled.merged(f"new_{index}", _MULTIPLY, rest, fresh)
    if state is not None:
        kept = unrolled.merged(f"kept_{index}", _MULTIPLY, update, state[0])
        hidden = unrolled.merged(f"hidden_{index}", _ADD, kept, hidden)
    return (hidden,)


@dataclass(frozen=True, slots=True)
class _Inner:
    """What the state of a GRU adds to its gates."""

    unrolled: Unrolled
    weights: _Weights
    state: _State
    index: int

    def plus(self, gate: str, position: int, inputs: Tensor) -> Tensor:
        """Return the sum of an update or reset gate."""
        bias = self._bias(position)
        if self.state is None:
            return inputs if bias is None else self._biased(gate, inputs, bias)
        kernel = columns(self.weights.recurrent, position, self.weights.units)
        name = f"{gate}_recurrent_{self.index}"
        inner = self.unrolled.dense(name, self.state[0], kernel, bias)
        return self.unrolled.merged(f"{gate}_sum_{self.index}", _ADD, inputs, inner)

    def plus_reset(self, inputs: Tensor, reset: Tensor) -> Tensor:
        """Return the sum of the fresh state; the reset gate acts before or after the kernel."""
        bias, name = self._bias(2), f"fresh_recurrent_{self.index}"
        kernel = columns(self.weights.recurrent, 2, self.weights.units)
        if self.state is None:
            if bias is None:
                return inputs
            inner = self.unrolled.affine(name, reset, bias, no_bias(self.weights.units))
        elif self.weights.cell.reset_after:
            inner = self.unrolled.dense(name, self.state[0], kernel, bias)
            inner = self.unrolled.merged(f"gated_{self.index}", _MULTIPLY, reset, inner)
        else:
            gated = self.unrolled.merged(f"gated_{self.index}", _MULTIPLY, reset, self.state[0])
            inner = self.unrolled.dense(name, gated, kernel)
        return self.unrolled.merged(f"fresh_sum_{self.index}", _ADD, inputs, inner)

    def _bias(self, position: int) -> Constant | None:
        rows = self.weights.bias.values
        if len(rows) == 1:
            return None
        whole = Constant(values=rows[1], precision=self.weights.bias.precision)
        return columns(whole, position, self.weights.units)

    def _biased(self, gate: str, inputs: Tensor, bias: Constant) -> Tensor:
        ones = np.ones(inputs.shape, dtype=np.int64)
        name = f"{gate}_biased_{self.index}"
        return self.unrolled.affine(name, inputs, Constant.of(ones, ONE), bias)
