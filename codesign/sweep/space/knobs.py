"""What a sweep can turn: every hyper-parameter, one row each in :data:`KNOBS`.

To add one, write a row here and nothing else. Sweep files, the grid, the hyper-parameters of
keras-tuner and Optuna, candidates and their digests, ``--plan``, tables and the page follow.

A row says:

* ``name``: as ``set = "..."`` in ``sweeps/*.toml`` names it.
* ``turn``: what it changes in the plain data of a candidate, which is what a recipe in
  ``hls_projects/`` holds. Three makers do for all of them:
  ``setting("hardware", "clock", "period_ns")`` sets the entry ``hardware.clock.period_ns``;
  ``of_hardware("reuse_factor")`` sets an entry of ``hardware``, or of one layer there;
  ``of_formats("width", "weight", "bias")`` sets the ``width`` or ``integer`` of the formats of
  tensors, of all layers or of one. Anything else is a function of (plain data, layer, value).
* ``kind``: the type of its values: ``int``, ``float``, ``str``, ``bool``, ``tuple`` of ``int``.
* ``choices``: the words of a ``str`` that is one of a few.
* ``of_layers``: whether a layer can have a value of its own.
* ``retrains``: ``False`` where the trained network is the same: hardware only.
* ``help``: what it is, with its unit.

The candidate's strict codec checks the value, so that one that does not fit is refused by its place
in the recipe. A worked example, the share of the clock period that is kept for routing::

    Knob(
        name="clock_uncertainty",
        turn=setting("hardware", "clock", "uncertainty_percent"),
        kind=float,
        retrains=False,
        help="share of the period that is kept for routing, in %",
    )

With this row, ``set = "clock_uncertainty"``, ``values = [12.5, 27.0]`` is a dimension of a sweep.
"""

from codesign.design.hardware import Backend, IoType, Multipliers, Strategy
from codesign.design.plan import Mode
from codesign.errors import InvalidDesignError
from codesign.sweep.space.knob import Knob
from codesign.sweep.space.own_knob import OWN, own_knob
from codesign.sweep.space.turns import of_formats, of_hardware, of_input, of_reads, setting

KNOBS: dict[str, Knob] = {
    knob.name: knob
    for knob in (
        Knob(
            name="bits",
            turn=of_formats("width", "weight", "bias", "activation"),
            kind=int,
            of_layers=True,
            help="width of weights, biases and activations, sign included",
        ),
        Knob(
            name="weight_bits",
            turn=of_formats("width", "weight"),
            kind=int,
            of_layers=True,
            help="width of the weights, sign included",
        ),
        Knob(
            name="bias_bits",
            turn=of_formats("width", "bias"),
            kind=int,
            of_layers=True,
            help="width of the biases, sign included",
        ),
        Knob(
            name="activation_bits",
            turn=of_formats("width", "activation"),
            kind=int,
            of_layers=True,
            help="width of what follows a layer",
        ),
        Knob(
            name="integer_bits",
            turn=of_formats("integer", "weight", "bias", "activation"),
            kind=int,
            of_layers=True,
            help="I of fixed<W,I> and ufixed<W,I> of weights, biases and activations",
        ),
        Knob(
            name="weight_integer",
            turn=of_formats("integer", "weight"),
            kind=int,
            of_layers=True,
            help="I of fixed<W,I> of the weights",
        ),
        Knob(
            name="bias_integer",
            turn=of_formats("integer", "bias"),
            kind=int,
            of_layers=True,
            help="I of fixed<W,I> of the biases",
        ),
        Knob(
            name="activation_integer",
            turn=of_formats("integer", "activation"),
            kind=int,
            of_layers=True,
            help="I of ufixed<W,I> of what follows a layer",
        ),
        Knob(name="input_bits", turn=of_input("width"), kind=int, help="width of the inputs"),
        Knob(name="input_integer", turn=of_input("integer"), kind=int, help="I of the inputs"),
        Knob(
            name="sparsity",
            turn=setting("pruning", "sparsity"),
            kind=float,
            help="final share of zero weights",
        ),
        Knob(
            name="prune_begin",
            turn=setting("pruning", "begin_epoch"),
            kind=int,
            help="epoch at whose start pruning begins",
        ),
        Knob(
            name="prune_end",
            turn=setting("pruning", "end_epoch"),
            kind=int,
            help="epoch at whose start the final sparsity is reached",
        ),
        Knob(
            name="widths",
            turn=setting("model", "widths"),
            kind=tuple,
            help="units of the hidden layers",
        ),
        Knob(
            name="reads",
            turn=of_reads,
            kind=str,
            help="inputs of the model that are kept, by name, joined by +",
        ),
        Knob(
            name="mode",
            turn=setting("training", "mode"),
            kind=str,
            choices=Mode,
            help="when the model meets its precisions",
        ),
        Knob(
            name="calibrate",
            turn=setting("training", "calibrate"),
            kind=bool,
            help="with PTQ, choose the integer bits from the range of each tensor",
        ),
        Knob(name="epochs", turn=setting("training", "epochs"), kind=int, help="epochs at most"),
        Knob(
            name="learning_rate",
            turn=setting("training", "learning_rate"),
            kind=float,
            help="of Adam at the start",
        ),
        Knob(
            name="distillation",
            turn=setting("training", "distillation"),
            kind=float,
            help="weight of what the float reference answers, against the events, 0 to 1",
        ),
        Knob(
            name="overdrive",
            turn=setting("training", "overdrive"),
            kind=float,
            help="largest factor that momenta are driven up by while learning from the reference",
        ),
        Knob(
            name="headroom",
            turn=setting("quantization", "headroom"),
            kind=int,
            help="bits of the input that all but the rarest Level-1 objects leave empty",
        ),
        Knob(
            name="batch_size",
            turn=setting("training", "batch_size"),
            kind=int,
            help="events a step",
        ),
        Knob(
            name="seed",
            turn=setting("training", "seed"),
            kind=int,
            help="of weights, shuffling and the split of the events",
        ),
        Knob(
            name="reuse_factor",
            turn=of_hardware("reuse_factor"),
            kind=int,
            of_layers=True,
            retrains=False,
            help="uses of each multiplier per inference",
        ),
        Knob(
            name="strategy",
            turn=of_hardware("strategy"),
            kind=str,
            of_layers=True,
            retrains=False,
            choices=Strategy,
            help="how a layer trades multipliers for time",
        ),
        Knob(
            name="io_type",
            turn=setting("hardware", "io_type"),
            kind=str,
            retrains=False,
            choices=IoType,
            help="how tensors travel between layers",
        ),
        Knob(
            name="backend",
            turn=setting("hardware", "backend"),
            kind=str,
            retrains=False,
            choices=Backend,
            help="what generates the firmware",
        ),
        Knob(
            name="device",
            turn=setting("hardware", "device"),
            kind=str,
            retrains=False,
            help="a part of the catalog",
        ),
        Knob(
            name="period_ns",
            turn=setting("hardware", "clock", "period_ns"),
            kind=float,
            retrains=False,
            help="target clock period in ns",
        ),
        Knob(
            name="multipliers",
            turn=setting("hardware", "rtl", "multipliers"),
            kind=str,
            retrains=False,
            choices=Multipliers,
            help="what the products of a reuse-factor engine of the RTL back end are made of",
        ),
    )
}


def find_knob(name: str) -> Knob:
    """Return a hyper-parameter by its name.

    Raises:
        InvalidDesignError: If there is none of this name.
    """
    if name.startswith(OWN):
        return own_knob(name.removeprefix(OWN))
    if name not in KNOBS:
        msg = f"unknown hyper-parameter {name!r}; known are {', '.join(KNOBS)}"
        raise InvalidDesignError(msg)
    return KNOBS[name]
