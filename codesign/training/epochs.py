"""An epoch as one TensorFlow function that is traced once.

``Model.fit`` of Keras 2 traces a training step four times and a test step three times before the
first epoch is over: once for a loop of which it does not know what comes out, and all of that again
because loss, metrics and optimizer make their variables meanwhile. A QKeras model takes seconds to
trace, longer than a small one takes to train. What is done is the same, bit for bit.
"""

from collections.abc import Callable, Iterator
from typing import Any

from codesign.models.keras import tensorflow

_WITHOUT_AUTOGRAPH = frozenset(
    {"codesign", "keras", "qkeras", "tensorflow", "tensorflow_model_optimization", "tf_keras"}
)
"""Packages whose layers are written as graphs already: translating them takes a third longer."""
_Data = tuple[Any, ...]
OneEpoch = Callable[[], dict[str, float]]
"""Goes over all events once and returns loss and metrics."""


def training_epoch(model: Any, train: _Data, *, batch_size: int, epochs: int) -> OneEpoch:
    """Return what fits a compiled model to all events once, in another order each time.

    Args:
        model: Compiled.
        train: Inputs, and targets where the loss wants some.
        batch_size: Events a step.
        epochs: How often it will be called, at most.
    """
    _make_variables(model, train)
    orders = _orders(_count(train), epochs)
    return _epoch(model, model.train_step, train, orders, batch_size)


def validation_epoch(model: Any, validation: _Data, *, batch_size: int) -> OneEpoch:
    """Return what measures a compiled model on events.

    Args:
        model: Compiled.
        validation: Inputs, and targets where the loss wants some.
        batch_size: Events at once.
    """
    order = tensorflow().range(_count(validation), dtype="int64")
    return _epoch(model, model.test_step, validation, iter(lambda: order, None), batch_size)


def _epoch(
    model: Any, step: Callable[[Any], Any], data: _Data, orders: Iterator[Any], batch_size: int
) -> OneEpoch:
    tf = tensorflow()
    events, count = tf.nest.map_structure(tf.constant, data), _count(data)

    def take_steps(events: Any, order: Any) -> Any:
        def take_step(done: Any) -> Any:
            some = order[done : done + batch_size]
            step(tf.nest.map_structure(lambda values: tf.gather(values, some), events))
            return done + batch_size

        tf.while_loop(lambda done: done < count, take_step, [0], parallel_iterations=1)
        return model.get_metrics_result()

    traced = tf.function(take_steps, autograph=_needs_autograph(model))

    def go() -> dict[str, float]:
        model.reset_metrics()
        return {name: float(value) for name, value in traced(events, next(orders)).items()}

    return go


def _orders(events: int, epochs: int) -> Iterator[Any]:
    """Return the orders of events that ``Model.fit`` of Keras would take with the same seed."""
    tf = tensorflow()
    orders = tf.data.Dataset.range(1).repeat(epochs)
    orders = orders.map(lambda _: tf.random.shuffle(tf.range(events, dtype="int64")))
    options = tf.data.Options()
    options.autotune.enabled = False  # its thread sleeps for seconds after the last epoch
    return iter(orders.with_options(options))


def _make_variables(model: Any, train: _Data) -> None:
    """Let optimizer, loss and metrics make theirs: a function that makes some is traced twice."""
    model.optimizer.build(model.trainable_variables)
    if len(train) > 1:
        tf = tensorflow()
        inputs, targets = tf.nest.map_structure(lambda values: tf.constant(values[:1]), train)
        outputs = model(inputs, training=False)
        model.compute_loss(inputs, targets, outputs, None)
        model.compute_metrics(inputs, targets, outputs, None)


def _count(data: _Data) -> int:
    return len(tensorflow().nest.flatten(data)[0])


def _needs_autograph(model: Any) -> bool:
    packages = {type(module).__module__.partition(".")[0] for module in model.submodules}
    return not packages <= _WITHOUT_AUTOGRAPH
