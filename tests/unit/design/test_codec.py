import json
import tomllib
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pytest
from recipes import RECIPE

from codesign.design.candidate import Candidate
from codesign.design.codec import decode, encode, from_json, to_json
from codesign.design.constant import Constant
from codesign.design.precision import Precision
from codesign.errors import InvalidDesignError

GRID = Precision(width=6, integer=1)


class Color(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, kw_only=True)
class Leaf:
    count: int
    share: float = 0.5


@dataclass(frozen=True, kw_only=True)
class Tree:
    name: str = "oak"
    count: int = 1
    share: float = 0.5
    ready: bool = True
    color: Color = Color.RED
    grid: Precision = GRID
    leaf: Leaf | None = None
    maybe: int | None = None
    words: tuple[str, ...] = ()
    pairs: tuple[tuple[str, int], ...] = ()
    leaves: tuple[Leaf, ...] = ()


def refused(plain, match):
    with pytest.raises(InvalidDesignError, match=match):
        decode(Tree, plain, place="tree.toml")


FULL = Tree(
    name="elm",
    count=-3,
    share=1.0,
    ready=False,
    color=Color.BLUE,
    grid=Precision.from_text("ufixed<8,-2,RND,SAT>"),
    leaf=Leaf(count=1),
    maybe=4,
    words=("a", "\N{LATIN SMALL LETTER E WITH ACUTE}"),
    pairs=(("x", 1), ("y", 2)),
    leaves=(Leaf(count=2), Leaf(count=3, share=0.25)),
)


@pytest.mark.parametrize("tree", [Tree(), FULL])
def test_a_record_written_as_json_is_read_back(tree):
    assert from_json(Tree, to_json(tree), place="tree.json") == tree


@pytest.mark.parametrize("tree", [Tree(), FULL])
def test_what_was_read_is_written_as_it_was(tree):
    text = to_json(tree)
    assert to_json(from_json(Tree, text, place="tree.json")) == text


def test_the_text_has_every_key_in_the_order_of_the_record():
    assert list(json.loads(to_json(Tree()))) == list(Tree.__dataclass_fields__)


def test_plain_data_is_lists_tables_numbers_and_words_alone():
    def check(plain):
        assert type(plain) in (dict, list, tuple, str, int, float, bool, type(None))
        parts = plain.values() if isinstance(plain, dict) else plain
        for part in parts if isinstance(plain, dict | list | tuple) else ():
            check(part)

    check(encode(FULL))


def test_an_integer_is_a_finite_number_too():
    assert decode(Tree, {"share": 1}, place="tree.toml").share == 1.0


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        ({"count": "6"}, r"tree.toml: count: expected int, got '6'"),
        ({"count": 6.5}, r"count: expected int, got 6.5"),
        ({"count": 6.0}, r"count: expected int, got 6.0"),
        ({"count": True}, r"count: expected int, got True"),
        ({"count": None}, r"count: expected int, got None"),
        ({"maybe": "6"}, r"maybe: expected int, got '6'"),
        ({"maybe": True}, r"maybe: expected int, got True"),
        ({"name": 6}, r"name: expected str, got 6"),
        ({"name": ["a"]}, r"name: expected str, got \['a'\]"),
        ({"ready": 1}, r"ready: expected bool, got 1"),
        ({"ready": "no"}, r"ready: expected bool, got 'no'"),
        ({"share": "0.5"}, r"share: expected a finite number, got '0.5'"),
        ({"share": True}, r"share: expected a finite number, got True"),
        ({"share": float("nan")}, r"share: expected a finite number, got nan"),
        ({"share": float("inf")}, r"share: expected a finite number, got inf"),
        ({"share": 10**400}, r"share: expected a finite number, got 1000"),
        ({"words": "abc"}, r"words: expected a list, got 'abc'"),
        ({"words": {"a": 1}}, r"words: expected a list, got {'a': 1}"),
        ({"words": [1]}, r"words\[0\]: expected str, got 1"),
        ({"pairs": ["ab"]}, r"pairs\[0\]: expected a list, got 'ab'"),
        ({"pairs": [["a", 1], ["b"]]}, r"pairs\[1\]: expected a list of 2, got \['b'\]"),
        ({"pairs": [["a", 1], ["b", "1"]]}, r"pairs\[1\]\[1\]: expected int, got '1'"),
        ({"leaf": 5}, r"leaf: expected a table of count, share, got 5"),
        ({"leaf": [1]}, r"leaf: expected a table of count, share, got \[1\]"),
    ],
)
def test_nothing_is_coerced_and_the_place_is_named(plain, expected):
    refused(plain, expected)


def test_an_unknown_key_is_refused_with_the_known_ones():
    refused(
        {"nmae": "elm"},
        r"tree.toml: unknown key 'nmae'; known keys are color, count, grid, leaf, leaves, maybe,",
    )


def test_an_unknown_key_far_inside_is_refused_with_its_place():
    refused(
        {"leaves": [{"count": 1}, {"count": 1}, {"count": 1, "size": 2}]},
        r"tree.toml: leaves\[2\]: unknown key 'size'; known keys are count, share",
    )


def test_a_missing_key_is_refused_with_its_place():
    refused({"leaves": [{"count": 1}, {}]}, r"tree.toml: leaves\[1\].count: missing")


def test_an_unknown_word_is_refused_with_the_known_ones():
    refused({"color": "green"}, r"tree.toml: color: 'green' is not one of red, blue")
    refused({"color": 1}, r"color: 1 is not one of red, blue")


def test_a_wrong_precision_is_refused_with_its_place():
    refused({"grid": "fixed<6>"}, r"grid: 'fixed<6>' is not a precision; write fixed<width")
    refused({"grid": 6}, r"grid: expected a precision such as 'fixed<6,1>', got 6")


def test_every_mistake_is_listed_on_a_line_of_its_own():
    with pytest.raises(InvalidDesignError) as caught:
        decode(Tree, {"count": "1", "leaf": {"share": "x"}, "extra": 0}, place="tree.toml")
    lines = str(caught.value).splitlines()
    assert len(lines) == 4
    assert all(line.startswith("tree.toml: ") for line in lines)


@pytest.mark.parametrize(
    "text", ["", "{", "{'a': 1}", "[" * 100_000, '{"count": ' + "1" * 5000 + "}"]
)
def test_text_that_is_no_json_is_refused(text):
    with pytest.raises(InvalidDesignError, match=r"tree.json: not JSON: .*; make the file anew"):
        from_json(Tree, text, place="tree.json")


def test_a_number_that_json_does_not_know_is_never_written():
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json(Tree(share=float("nan")))


def test_a_constant_is_described_and_never_read_without_its_array():
    constant = Constant.of([[1, 2]], Precision(width=4, integer=4))
    described = encode(constant)
    assert described == {"precision": "fixed<4,4>", "shape": [1, 2], "sha256": constant.sha256}
    with pytest.raises(InvalidDesignError, match="here: a constant is read with its array"):
        decode(Constant, described, place="here")


def test_a_candidate_goes_through_toml_and_json_unchanged():
    candidate = decode(Candidate, tomllib.loads(RECIPE), place="recipe.toml")
    assert from_json(Candidate, to_json(candidate), place="candidate.json") == candidate


def test_arrays_of_numpy_are_not_plain_data():
    refused({"words": np.array(["a"])}, "words: expected a list, got array")
