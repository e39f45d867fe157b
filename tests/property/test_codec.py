import json
from dataclasses import fields, is_dataclass, replace
from enum import StrEnum
from types import NoneType, UnionType
from typing import get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from quantized_networks import precisions

from codesign.design.candidate import Candidate, ValidationPlan
from codesign.design.codec import decode, encode, from_json, to_json
from codesign.design.contract import InputFeature
from codesign.design.design_point import Provenance
from codesign.design.digest import digest
from codesign.design.hardware import Clock, HardwareConfig, LayerHardware, Strategy, Timing
from codesign.design.plan import (
    DataPlan,
    LayerQuantization,
    Mode,
    ModelPlan,
    PruningPlan,
    QuantizationPlan,
    TrainingPlan,
)
from codesign.design.precision import Precision
from codesign.design.project import FirmwareProject
from codesign.design.resources import Resources
from codesign.design.results import (
    Certificate,
    Epoch,
    LayerSummary,
    Quality,
    StageTime,
    TensorProfile,
)

COUNTS = st.integers(0, 2**40)
MANY = settings(deadline=None, max_examples=30)
RECORDS = (
    Certificate,
    Epoch,
    FirmwareProject,
    InputFeature,
    LayerSummary,
    Provenance,
    Quality,
    Resources,
    StageTime,
    TensorProfile,
    Timing,
)


def values_of(kind):
    """Return a strategy for what a field of a record may hold."""
    if get_origin(kind) is tuple:
        *kinds, last = get_args(kind)
        if last is ...:
            return st.lists(values_of(kinds[0]), max_size=2).map(tuple)
        return st.tuples(*map(values_of, (*kinds, last)))
    if get_origin(kind) is UnionType:
        return st.one_of(*map(values_of, get_args(kind)))
    if is_dataclass(kind) and kind is not Precision:
        hints = get_type_hints(kind)
        return st.builds(
            kind, **{field.name: values_of(hints[field.name]) for field in fields(kind)}
        )
    if issubclass(kind, StrEnum):
        return st.sampled_from(kind)
    return {
        int: st.integers(0, 2**70),
        float: st.floats(allow_nan=False, allow_infinity=False),
        str: st.text(),
        bool: st.booleans(),
        NoneType: st.none(),
        Precision: precisions(),
    }[kind]


@st.composite
def candidates(draw):
    formats = precisions(modes=False)
    names = draw(st.lists(st.text(min_size=1), max_size=3, unique=True))
    layers = [
        LayerQuantization(
            name=name,
            weight=draw(formats),
            bias=draw(formats),
            activation=draw(precisions(modes=False, signed=False)),
        )
        for name in names
    ]
    configured = st.builds(
        LayerHardware,
        name=st.text(),
        reuse_factor=st.none() | st.integers(1, 99),
        strategy=st.none() | st.sampled_from(Strategy),
    )
    return Candidate(
        name=draw(st.from_regex(r"[A-Z][A-Za-z0-9_]{0,63}", fullmatch=True)),
        data=DataPlan(sample=draw(st.text()), train=draw(st.floats(0.01, 0.5))),
        model=ModelPlan(
            builder=draw(st.text()),
            widths=tuple(draw(st.lists(st.integers(1, 99), max_size=3))),
            batch_norm=draw(st.booleans()),
        ),
        quantization=QuantizationPlan(input=draw(formats), layers=tuple(layers)),
        hardware=HardwareConfig(
            device=draw(st.sampled_from(("vu9p", "z7020"))),
            clock=Clock(period_ns=draw(st.floats(0.1, 1000))),
            reuse_factor=draw(st.integers(1, 99)),
            layers=tuple(draw(st.lists(configured, max_size=3, unique_by=lambda c: c.name))),
        ),
        pruning=PruningPlan(sparsity=draw(st.floats(0, 0.99)), end_epoch=draw(st.integers(1, 9))),
        training=TrainingPlan(
            mode=draw(st.sampled_from(Mode)), epochs=draw(st.integers(10, 99)), seed=draw(COUNTS)
        ),
        validation=ValidationPlan(events=draw(st.integers(1, 10**9))),
    )


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
@given(data=st.data())
@MANY
def test_a_record_goes_through_json_unchanged(kind, data):
    record = data.draw(values_of(kind))
    read = from_json(kind, to_json(record), place="record.json")
    assert read == record
    assert to_json(read) == to_json(record)
    assert digest(read) == digest(record)


@given(candidate=candidates())
@settings(deadline=None, max_examples=100)
def test_a_candidate_goes_through_json_unchanged(candidate):
    text = to_json(candidate)
    read = from_json(Candidate, text, place="candidate.json")
    assert read == candidate
    assert to_json(read) == text


@given(candidate=candidates(), other=candidates())
@settings(deadline=None, max_examples=50)
def test_candidates_have_one_digest_exactly_where_they_are_equal(candidate, other):
    assert (digest(candidate) == digest(other)) == (candidate == other)
    again = decode(Candidate, encode(candidate), place="candidate")
    assert digest(again) == digest(candidate)


@given(data=st.data(), candidate=candidates())
@settings(deadline=None, max_examples=50)
def test_any_changed_part_changes_the_digest(data, candidate):
    part = data.draw(st.sampled_from([field.name for field in fields(Candidate)]))
    changed = replace(candidate, **{part: getattr(data.draw(candidates()), part)})
    assert (digest(changed) == digest(candidate)) == (changed == candidate)


@given(candidate=candidates())
@settings(deadline=None, max_examples=50)
def test_the_digest_does_not_depend_on_the_order_of_keys(candidate):
    def turned(plain):
        if isinstance(plain, dict):
            return {key: turned(plain[key]) for key in reversed(plain)}
        return [turned(part) for part in plain] if isinstance(plain, list) else plain

    plain = json.loads(to_json(candidate))
    assert digest(turned(plain)) == digest(plain)
    assert decode(Candidate, turned(plain), place="turned") == candidate
