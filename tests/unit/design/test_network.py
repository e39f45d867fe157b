from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.layers import Activation, Dense, Function, Softmax
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.errors import InvalidDesignError

read = Precision.from_text
GRID = read("fixed<6,3>")


def source(name="x", size=3):
    return NetworkInput(name=name, shape=(size,), precision=GRID)


def dense(name="dense", reads="x", shape=(3, 2), accumulator="fixed<16,8>", **changed):
    made = Dense(
        name=name,
        inputs=(reads,),
        shape=shape[1:],
        precision=GRID,
        kernel=Constant.of(np.ones(shape), GRID),
        bias=Constant.of(np.zeros(shape[1]), GRID),
        accumulator=read(accumulator),
    )
    return replace(made, **changed)


def relu(name="relu", reads="dense", size=2):
    return Activation(
        name=name, inputs=(reads,), shape=(size,), precision=GRID, function=Function.RELU
    )


def softmax(**changed):
    address, entry = read("ufixed<2,1,TRN,SAT>"), read("ufixed<4,1>")
    fields = {
        "name": "softmax",
        "inputs": ("x",),
        "shape": (3,),
        "precision": GRID,
        "difference": address,
        "exponentials": Constant.of([8, 4, 2, 1], entry),
        "total": address,
        "inverses": Constant.of([1, 2, 4, 8], entry),
    }
    return Softmax(**{**fields, **changed})


X = source()


def network(*layers, inputs=(X,), outputs=None, name="net"):
    outputs = (layers[-1].name,) if outputs is None else outputs
    return QuantizedNetwork(name=name, inputs=inputs, layers=layers, outputs=outputs)


def refused(match):
    return pytest.raises(InvalidDesignError, match=match)


def test_a_tensor_is_found_by_name():
    made = network(dense(), relu())
    assert made.tensor("x") == source()
    assert made.tensor("relu") == relu()
    assert made.shape("dense") == (2,)
    assert made.precision("dense") == GRID


def test_a_tensor_that_does_not_exist_is_refused():
    with refused("net has no tensor 'nothing'"):
        network(dense()).tensor("nothing")


def test_networks_of_equal_content_are_equal_and_hash_alike():
    assert network(dense(), relu()) == network(dense(), relu())
    assert len({network(dense(), relu()), network(dense(), relu())}) == 1


def test_networks_of_other_content_differ():
    kernel = np.ones((3, 2), dtype=np.int64)
    kernel[2, 1] = 2
    others = {
        network(dense()),
        network(dense(kernel=Constant.of(kernel, GRID))),
        network(dense(accumulator="fixed<17,9>")),
        network(dense(), name="other"),
        network(dense(), outputs=("x", "dense")),
    }
    assert len(others) == 5


def test_a_network_cannot_be_changed():
    made = network(dense())
    with pytest.raises(FrozenInstanceError):
        made.name = "other"
    with pytest.raises(ValueError, match="read-only"):
        made.layers[0].kernel.values[0, 0] = 5


def test_a_layer_before_what_it_reads_is_refused():
    with refused(r"relu: reads 'dense', made by no layer before it; \['x'\]"):
        network(relu(), dense())


def test_a_layer_that_reads_itself_is_refused():
    with refused("relu: reads 'relu', made by no layer before it"):
        network(relu(reads="relu"))


def test_two_tensors_of_one_name_are_refused():
    with refused(r"net: two tensors share a name: \['dense', 'dense', 'x'\]"):
        network(dense(), dense())
    with refused("share a name"):
        network(dense(name="x"))


def test_an_output_that_nothing_makes_is_refused():
    with refused(r"net: output 'logits' is not a tensor of the network: \['x', 'dense'\]"):
        network(dense(), outputs=("logits",))


def test_a_network_without_inputs_or_outputs_is_refused():
    with refused("needs inputs and outputs"):
        network(dense(), outputs=())
    with refused("needs inputs and outputs"):
        network(inputs=(), outputs=())


@pytest.mark.parametrize("name", ["../net", "void", ""])
def test_a_network_with_a_hostile_name_is_refused(name):
    with refused("cannot name a network"):
        network(dense(), name=name)


def test_a_dense_layer_that_reads_another_width_is_refused_with_both_shapes():
    with refused(r"dense: kernel of shape \(3, 2\) cannot read data of shape \(4,\)"):
        network(dense(), inputs=(source(size=4),))


def test_an_activation_of_another_shape_is_refused_with_both_shapes():
    with refused(r"relu: makes shape \(2,\), its record says \(5,\)"):
        network(dense(), relu(size=5))


def test_a_layer_that_reads_two_tensors_is_refused_since_the_second_would_be_dropped():
    layer = replace(relu(reads="x", size=3), inputs=("x", "y"))
    with refused(r"relu: reads \('x', 'y'\); layers of kind activation read one tensor"):
        network(layer, inputs=(source(), source("y")))


def test_a_kernel_that_does_not_make_the_outputs_is_refused_with_both_shapes():
    with refused(r"dense: makes shape \(2,\), its record says \(4,\)"):
        network(dense(shape=(3, 4), kernel=Constant.of(np.ones((3, 2)), GRID)))


def test_a_bias_of_another_shape_is_refused_with_both_shapes():
    with refused(r"dense: bias shape \(3,\), expected \(2,\)"):
        dense(bias=Constant.of(np.ones(3), GRID))


@pytest.mark.parametrize("shape", [(), (0,), (-1,)])
def test_a_layer_without_elements_is_refused(shape):
    with refused("has no elements"):
        Activation(name="a", inputs=("x",), shape=shape, precision=GRID, function=Function.LINEAR)


def test_a_layer_without_inputs_is_refused():
    with refused("relu: a layer needs at least one input"):
        replace(relu(), inputs=())


@pytest.mark.parametrize("name", ["1st", "a/b", "for"])
def test_a_layer_with_a_hostile_name_is_refused(name):
    with refused("cannot name a layer"):
        relu(name=name)


def test_an_accumulator_that_cuts_off_bits_of_products_is_refused():
    with refused(r"dense: accumulator fixed<16,11> would cut off bits .* at least 6 fractional"):
        network(dense(accumulator="fixed<16,11>"))


def test_an_accumulator_that_cuts_off_bits_of_the_bias_is_refused():
    bias = Constant.of(np.zeros(2), read("fixed<12,2>"))
    with refused("at least 10 fractional bits"):
        network(dense(bias=bias))


@pytest.mark.parametrize("overflow", ["SAT", "SAT_SYM", "SAT_ZERO"])
def test_an_accumulator_that_saturates_halfway_is_refused(overflow):
    with refused("saturate halfway"):
        network(dense(accumulator=f"fixed<16,8,TRN,{overflow}>"))


def test_a_softmax_whose_table_has_another_size_than_its_address_is_refused():
    with refused(r"softmax: .* ufixed<3,1> needs unsigned addresses and shape \(8,\), got \(4,\)"):
        softmax(difference=read("ufixed<3,1>"))


def test_a_softmax_with_signed_addresses_is_refused():
    with refused("softmax: a table addressed by fixed<2,1> needs unsigned addresses"):
        softmax(total=read("fixed<2,1>"))


def test_a_softmax_of_matching_tables_is_a_layer():
    assert network(softmax()).shape("softmax") == (3,)
