import pytest

from codesign.design.candidate import ValidationPlan
from codesign.design.plan import (
    ActivationQuantizer,
    DataPlan,
    KernelQuantizer,
    LayerQuantization,
    Mode,
    ModelPlan,
    PruningPlan,
    QuantizationPlan,
    TrainingPlan,
)
from codesign.design.precision import Precision
from codesign.errors import InvalidDesignError

read = Precision.from_text


def layer(name, *, weight="fixed<6,1>", activation="ufixed<6,2>", **rest):
    return LayerQuantization(
        name=name,
        weight=read(weight),
        bias=read("fixed<6,1>"),
        activation=read(activation),
        **rest,
    )


def plan(*layers):
    return QuantizationPlan(input=read("fixed<10,4>"), layers=layers)


def test_a_layer_has_its_own_precisions_or_those_of_the_star():
    own, others = layer("dense_1", weight="fixed<4,1>"), layer("*")
    assert plan(others, own).layer("dense_1") == own
    assert plan(others, own).layer("dense_2") == others


@pytest.mark.parametrize("layers", [(), (layer("dense_1"),)])
def test_a_layer_without_precisions_is_refused(layers):
    with pytest.raises(InvalidDesignError, match=r"no precision for layer 'dense_2'.*add '\*'"):
        plan(*layers).layer("dense_2")


def test_a_layer_quantized_twice_is_refused():
    with pytest.raises(InvalidDesignError, match=r"quantized twice: \*, \*"):
        plan(layer("*"), layer("*"))


@pytest.mark.parametrize("kernel", [KernelQuantizer.TERNARY, KernelQuantizer.BINARY])
@pytest.mark.parametrize("weight", ["fixed<6,1>", "ufixed<2,2>"])
def test_two_valued_weights_need_the_format_that_holds_them(kernel, weight):
    with pytest.raises(InvalidDesignError, match=rf"dense: {kernel} .* 'fixed<2,2>', not {weight}"):
        layer("dense", weight=weight, kernel_quantizer=kernel)


def test_a_relu_with_a_sign_is_refused():
    with pytest.raises(
        InvalidDesignError, match=r"dense: quantized_relu .* 'ufixed<6,2>', not fix"
    ):
        layer("dense", activation="fixed<6,2>")


def test_other_activations_may_have_a_sign():
    found = layer("d", activation="fixed<6,1>", activation_quantizer=ActivationQuantizer.TANH)
    assert found.activation.signed


@pytest.mark.parametrize("sparsity", [-0.1, 1.0, float("nan")])
def test_a_sparsity_outside_its_range_is_refused(sparsity):
    with pytest.raises(InvalidDesignError, match=rf"sparsity of {sparsity} is not in \[0, 1\)"):
        PruningPlan(sparsity=sparsity)


@pytest.mark.parametrize(("begin", "end"), [(3, 3), (4, 3), (-1, 3)])
def test_pruning_that_ends_before_it_begins_is_refused(begin, end):
    with pytest.raises(InvalidDesignError, match=rf"pruning from epoch {begin} to {end}: begin be"):
        PruningPlan(begin_epoch=begin, end_epoch=end)


@pytest.mark.parametrize(
    ("name", "value"), [("epochs", 0), ("batch_size", 0), ("patience", 0), ("seed", -1)]
)
def test_a_count_below_its_least_value_is_refused(name, value):
    with pytest.raises(InvalidDesignError, match=rf"{name} = {value} is below"):
        TrainingPlan(**{name: value})


@pytest.mark.parametrize("rate", [0.0, 1.0, -0.1, float("nan")])
def test_a_learning_rate_outside_its_range_is_refused(rate):
    with pytest.raises(InvalidDesignError, match=rf"learning rate of {rate} is not in \(0, 1\)"):
        TrainingPlan(learning_rate=rate)


def test_only_ptq_calibrates():
    assert TrainingPlan(mode=Mode.PTQ, calibrate=True).calibrate
    with pytest.raises(InvalidDesignError, match="integer bits of PTQ; the mode is qat"):
        TrainingPlan(mode=Mode.QAT, calibrate=True)


def test_a_hidden_layer_without_units_is_refused():
    with pytest.raises(InvalidDesignError, match=r"layer widths \(8, 0\): each needs at least one"):
        ModelPlan(builder="jet_tagger", widths=(8, 0))


@pytest.mark.parametrize(
    ("train", "validation"), [(0.0, 0.2), (1.0, 0.2), (0.5, 0.0), (0.8, 0.2), (0.8, 0.5)]
)
def test_fractions_that_leave_nothing_to_test_on_are_refused(train, validation):
    with pytest.raises(InvalidDesignError, match=rf"train = {train} and validation = {validation}"):
        DataPlan(sample="jets", train=train, validation=validation)


@pytest.mark.parametrize(("events", "overdrive"), [(0, 8.0), (10, 0.5)])
def test_a_validation_of_nothing_is_refused(events, overdrive):
    with pytest.raises(InvalidDesignError, match=rf"{events} events at overdrive {overdrive}"):
        ValidationPlan(events=events, overdrive=overdrive)


@pytest.mark.parametrize("mode", ["RND", "TRN_ZERO", "RND_CONV,SAT_ZERO"])
def test_a_rounding_or_overflow_that_qkeras_ignores_is_refused(mode):
    with pytest.raises(
        InvalidDesignError,
        match=r"dense_1: weight = fixed<6,1,.*QKeras rounds half to even.*write 'fixed<6,1>'",
    ):
        layer("dense_1", weight=f"fixed<6,1,{mode}>")


def test_the_modes_of_qkeras_may_be_named():
    assert layer("dense_1", weight="fixed<6,1,RND_CONV,SAT_SYM>").weight.width == 6


def test_a_rounding_of_the_input_that_qkeras_ignores_is_refused():
    with pytest.raises(InvalidDesignError, match=r"input = fixed<10,4,RND>"):
        QuantizationPlan(input=read("fixed<10,4,RND>"), layers=(layer("*"),))


@pytest.mark.parametrize("weight", [-0.1, 1.1])
def test_a_distillation_outside_its_range_is_refused(weight):
    with pytest.raises(InvalidDesignError, match=rf"distillation = {weight} is a weight from 0"):
        TrainingPlan(distillation=weight)


@pytest.mark.parametrize(("factor", "weight"), [(0.5, 1.0), (4.0, 0.5), (4.0, 0.0)])
def test_driven_events_are_learnt_from_a_teacher_alone(factor, weight):
    with pytest.raises(InvalidDesignError, match=rf"overdrive = {factor} with distillation"):
        TrainingPlan(overdrive=factor, distillation=weight)
    assert TrainingPlan(overdrive=4.0, distillation=1.0).overdrive == 4.0


@pytest.mark.parametrize("bits", [-1, 10])
def test_a_headroom_that_the_input_has_not_is_refused(bits):
    with pytest.raises(InvalidDesignError, match=rf"headroom = {bits} bits of an input fixed<10,4"):
        QuantizationPlan(input=read("fixed<10,4>"), layers=(layer("*"),), headroom=bits)
