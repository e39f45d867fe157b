"""Run a user's ``build(hp)`` and make a model of it that can be trained and lowered.

This runs the user's code, with all that it imports, in this process and on every worker: what is
given as a hyper-model must be trusted as any program is. Its digest is part of the design, so that
a worker refuses code that has changed since.
"""

import importlib.util
import inspect
import json
import sys
import warnings
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from codesign.design.digest import file_digest
from codesign.design.plan import ModelPlan, OwnModel, QuantizationPlan
from codesign.errors import CodesignError, InvalidDesignError
from codesign.models.keras import keras
from codesign.models.logits import without_softmax
from codesign.models.own.choices import Answer, Choices, Offer
from codesign.models.own.input_grid import with_input_grid
from codesign.models.own.twin import float_twin

Build = Callable[[Choices], Any]
_MOST = 64
"""Calls of ``build(hp)`` that find its hyper-parameters."""


def own_model(source: str, folder: Path) -> OwnModel:
    """Return a user's model by where its code is.

    Args:
        source: ``path/to/file.py:Name`` or ``package.module:Name``.
        folder: What a relative path is relative to.

    Raises:
        InvalidDesignError: If there is no such file.
    """
    module, _, name = source.rpartition(":")
    path = folder / module
    if not module.endswith(".py"):
        found = importlib.util.find_spec(module) if module else None
        path = Path(found.origin) if found is not None and found.origin else path
    if not name.isidentifier() or not path.is_file():
        msg = f"{source!r}: write path/to/file.py:Name or package.module:Name; {path} is no file"
        raise InvalidDesignError(msg)
    return OwnModel(source=f"{path.absolute()}:{name}", sha256=file_digest(path), choices=())


def hyper_parameters(own: OwnModel) -> tuple[Offer, ...]:
    """Return the hyper-parameters of a user's model, those first that others depend on.

    Raises:
        InvalidDesignError: If the code cannot be read, or ``build(hp)`` fails.
    """
    found: dict[str, Offer] = {}
    waiting: list[dict[str, Answer]] = [{}]
    tried: list[dict[str, Answer]] = []
    while waiting and len(tried) < _MOST:
        values = waiting.pop(0)
        if values in tried:
            continue
        tried.append(values)
        choices = Choices(values, strict=False)
        _built(own, choices)
        for name, offer in choices.offers.items():
            found.setdefault(name, offer)
        waiting += [{**values, name: wanted[0]} for name, wanted in choices.closed]
    return tuple(found.values())


def build_own(
    plan: ModelPlan, quantization: QuantizationPlan | None, *, inputs: int, outputs: int
) -> Any:
    """Return the untrained model that a user's ``build(hp)`` makes of its choices.

    Its softmax is left out, its input is put on the grid of the events, and its layers are named
    as in every other process. It keeps its optimizer, whose learning rate the fit begins with.

    Args:
        plan: With the user's model.
        quantization: The grid of the input; None for the float twin.
        inputs: Features an event.
        outputs: Logits an event.

    Raises:
        InvalidDesignError: If the code has changed, fails, or makes a model of another size.
        UnsupportedLayerError: If a layer has no float twin.
    """
    own = plan.own
    assert own is not None  # noqa: S101 - the zoo asks for those of users only
    keras().backend.reset_uids()  # names count up over a process
    values = {choice.name: json.loads(choice.value) for choice in own.choices}
    built = _built(own, Choices(values, strict=True))
    _check_size(own, built, inputs, outputs)
    model = without_softmax(built)
    if quantization is None:
        model = float_twin(model, place=own.source)
    else:
        model = with_input_grid(model, quantization.input, place=own.source)
    if getattr(built, "optimizer", None) is not None:
        model.optimizer = built.optimizer
    return model


def _built(own: OwnModel, choices: Choices) -> Any:
    build = _builder(own.source, own.sha256)
    try:
        return build(choices)
    except CodesignError:
        raise
    except Exception as error:
        where = inspect.trace()[-1]
        msg = (
            f"{own.source}: build(hp) raised {type(error).__name__}: {error} "
            f"({Path(where.filename).name}:{where.lineno}) for {choices.values}"
        )
        raise InvalidDesignError(msg) from error


@lru_cache(maxsize=8)
def _builder(source: str, sha256: str) -> Build:
    place, _, name = source.rpartition(":")
    path = Path(place)
    if not path.is_file() or file_digest(path) != sha256:
        msg = f"{path}: not the code that the sweep began with ({sha256[:12]}); put it back"
        raise InvalidDesignError(msg)
    keras()  # before the user's code imports another one
    spec = importlib.util.spec_from_file_location(f"codesign_own_{sha256[:12]}", path)
    if spec is None or spec.loader is None:
        msg = f"{path}: not a Python file"
        raise InvalidDesignError(msg)
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.parent))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what it imports, keras-tuner first of all
            spec.loader.exec_module(module)
        found = getattr(module, name)
        made = found() if isinstance(found, type) else found
    except Exception as error:
        msg = f"{source}: cannot be read: {type(error).__name__}: {error}"
        raise InvalidDesignError(msg) from error
    finally:
        sys.path.remove(str(path.parent))
    build: Build | None = getattr(made, "build", made if callable(made) else None)
    if build is None:
        msg = f"{source}: neither has build(hp) nor is a function of hp"
        raise InvalidDesignError(msg)
    return build


def _check_size(own: OwnModel, model: Any, inputs: int, outputs: int) -> None:
    sizes = [tuple(tensor.shape[1:]) for tensor in (*model.inputs, *model.outputs)]
    if len(model.inputs) != 1 or sizes != [(inputs,), (outputs,)]:
        msg = (
            f"{own.source}: build(hp) made a model of {', '.join(map(str, sizes))}; the events "
            f"need one input of ({inputs},) and one output of ({outputs},)"
        )
        raise InvalidDesignError(msg)
