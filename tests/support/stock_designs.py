"""Stock convolutional designs with streams, as published: what their layers are, what tools said.

Their weights are not here; the counts over them are rows of the shipped facts. A network of zeros
has the same streams, windows and elements, and the matrices are added from the facts.
"""

import json
from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np
from estimated_networks import hardware

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.device import Family
from codesign.design.hardware import Backend, IoType
from codesign.design.layers import (
    Activation,
    Conv,
    Dense,
    Function,
    Pool,
    PoolFunction,
    Reshape,
    Softmax,
    Table,
    ZeroPad,
)
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.design.report import Evidence, Figure
from codesign.estimate import calibrate, estimate, shipped_facts
from codesign.estimate.accuracy import cost_of
from codesign.estimate.studies import is_unrolled

STOCK = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))["designs"]
STAGES = {"csynth": Evidence.CSYNTH, "logic": Evidence.LOGIC_SYNTH}
COUNTS = ("lut", "ff", "dsp", "bram_18k")
_OURS_ALONE = ("reshape", "quantized")  # hls4ml has no process for them
_FOUR, _HALVES = "ufixed<10,4,TRN,SAT>", "ufixed<18,8>"
read = Precision.from_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A figure of a design and what was estimated of it."""

    design: str
    stage: str
    quantity: str
    reported: float
    estimated: Figure

    @property
    def error(self):
        return self.estimated.value / self.reported - 1

    @property
    def is_inside(self):
        return self.estimated.low <= self.reported <= self.estimated.high


def zeros(shape, text):
    return Constant(values=np.zeros(shape, np.int64), precision=read(text))


def accumulator(text, data, weight):
    """Return an accumulator that holds whole products, where the published one did not."""
    found, fraction = read(text), data.fraction + read(weight).fraction
    if found.fraction >= fraction:
        return found
    return Precision(width=found.integer + fraction, integer=found.integer)


class Stock:
    """Makes the network of a design, all weights 0."""

    def __init__(self, design):
        first = {"shape": tuple(design["input"]), "precision": read(design["precision"])}
        self.input = NetworkInput(name="x", **first)
        self.layers = []
        for number, (kind, *sizes) in enumerate(design["layers"]):
            getattr(self, f"add_{kind}")(f"{kind}_{number}", *sizes)

    @property
    def last(self):
        return self.layers[-1] if self.layers else self.input

    def network(self):
        return QuantizedNetwork(
            name="stock",
            inputs=(self.input,),
            layers=tuple(self.layers),
            outputs=(self.last.name,),
        )

    def add(self, kind, name, text, shape=None, **options):
        shape = self.last.shape if shape is None else shape
        options |= {"name": name, "inputs": (self.last.name,), "shape": shape}
        self.layers.append(kind(precision=read(text), **options))

    def add_pad(self, name, before, after, text):
        height, width, channels = self.last.shape
        shape = (height + before + after, width + before + after, channels)
        self.add(ZeroPad, name, text, shape, padding=((before, after),) * 2)

    def add_conv(self, name, size, filters, weight, total, text):
        height, width, channels = self.last.shape
        self.add(
            Conv,
            name,
            text,
            (height - size + 1, width - size + 1, filters),
            kernel=zeros((size, size, channels, filters), weight),
            bias=zeros((filters,), weight),
            accumulator=accumulator(total, self.last.precision, weight),
            strides=(1, 1),
            padding=((0, 0), (0, 0)),
        )

    def add_pool(self, name, size, text):
        height, width, channels = self.last.shape
        self.add(
            Pool,
            name,
            text,
            (height // size, width // size, channels),
            function=PoolFunction.MAX,
            size=(size, size),
            strides=(size, size),
            padding=((0, 0), (0, 0)),
        )

    def add_dense(self, name, outputs, weight, total, text):
        if len(self.last.shape) > 1:
            flat = (prod(self.last.shape),)
            self.add(Reshape, f"reshape_{name}", str(self.last.precision), flat)
        self.add(
            Dense,
            name,
            text,
            (outputs,),
            kernel=zeros((self.last.shape[0], outputs), weight),
            bias=zeros((outputs,), weight),
            accumulator=accumulator(total, self.last.precision, weight),
        )

    def add_relu(self, name, text):
        self.add(Activation, name, text, function=Function.RELU)

    def add_softmax(self, name, text):
        self.add(
            Softmax,
            name,
            text,
            difference=read(_FOUR),
            exponentials=zeros((1024,), _HALVES),
            total=read(_FOUR),
            inverses=zeros((1024,), _HALVES),
        )

    def add_sigmoid(self, name, text):
        self.add(Activation, "quantized", "fixed<10,4>", function=Function.LINEAR)
        self.add(Table, name, text, values=zeros((1024,), text))


def stock_report(design, target=Evidence.CSYNTH):
    """Return the estimate of a design without its weights."""
    built = hardware(backend=Backend.VIVADO, io_type=IoType.STREAM)
    return estimate(Stock(design).network(), built, target=target)


def compare_stock(design):
    """Return each figure of a design; no layer of its training has a part in the fit."""
    known = shipped_facts()
    others = [fact for fact in known if fact.group != design["group"]]
    profile = calibrate(
        others, name="others", backend=Backend.VIVADO, family=Family.ULTRASCALE_PLUS
    )
    matrices = [cost_of(fact, profile) for fact in _matrices(design, known)]
    found = []
    for stage, target in STAGES.items():
        report = stock_report(design, target)
        usages = [layer.usage for layer in report.layers if not layer.name.startswith(_OURS_ALONE)]
        usages += [cost.csynth if stage == "csynth" else cost.logic for cost in matrices]
        for name in COUNTS:
            total = sum((getattr(usage, name) for usage in usages), start=Figure.exact(0))
            found.append(
                Compared(
                    design=design["group"].removeprefix("hls_proj/"),
                    stage=stage,
                    quantity=name,
                    reported=design[stage][name],
                    estimated=total,
                )
            )
    return found


def _matrices(design, known):
    """Return the rows of a design's own layers: the only ones of its training by Vivado HLS."""
    found = [fact for fact in known if fact.group == design["group"] and fact.version == "2020.1"]
    count = sum(kind in ("conv", "dense") for kind, *_ in design["layers"])
    assert len(found) == count
    assert all(map(is_unrolled, found))
    return found
