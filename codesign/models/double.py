"""Evaluate a QKeras model in float64, where sums of up to 53 bits are exact.

QKeras computes in float32, which holds integers up to 24 bits: the sums of a 12-bit network are
rounded *inside QKeras*, before its own quantizer sees them. A comparison with firmware then shows
the reference's rounding. QKeras 0.9.0 writes float32 into ``quantized_relu``, so its floating type
alone does not help: the names ``K`` and ``tf`` of its module stand for double versions meanwhile.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from codesign.models.keras import keras, qkeras, tensorflow
from codesign.models.load import config_of, rebuild


@contextmanager
def double_precision() -> Iterator[None]:
    """Let Keras and the quantizers of QKeras compute in float64 inside the block.

    Models must be built inside it. Global to the process: not for use from several threads.
    """
    backend, quantizers = keras().backend, qkeras().quantizers
    floatx, k, tf = backend.floatx(), quantizers.K, quantizers.tf
    backend.set_floatx("float64")
    quantizers.K, quantizers.tf = _DoubleBackend(k), _DoubleTensorFlow(tf)
    try:
        yield
    finally:
        backend.set_floatx(floatx)
        quantizers.K, quantizers.tf = k, tf


def in_double(model: Any) -> Any:
    """Return a copy of a model that computes in float64; call and use it inside the block."""
    config = config_of(model).replace('"float32"', '"float64"')
    copy = rebuild(config, place=model.name)
    copy.set_weights([weight.astype("float64") for weight in model.get_weights()])
    return copy


class _DoubleBackend:
    """``keras.backend`` with every cast to float32 going to float64, and that of a base too."""

    def __init__(self, backend: ModuleType) -> None:
        self._backend = backend

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    def cast(self, x: Any, dtype: Any) -> Any:
        return self._backend.cast(x, "float64" if dtype == "float32" else dtype)

    def pow(self, x: Any, a: Any) -> Any:
        module = tensorflow()
        return self._backend.pow(module.cast(x, a.dtype) if module.is_tensor(a) else x, a)


class _DoubleTensorFlow:
    """``tensorflow`` whose ``float32`` is float64, also that of a number in ``where``."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self.float32 = tensorflow().float64

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)

    def where(self, condition: Any, x: Any, y: Any) -> Any:
        return self._module.where(condition, self._module.cast(x, y.dtype), y)
