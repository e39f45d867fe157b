from codesign.design.hardware import Clock, HardwareConfig, LayerHardware, Strategy
from codesign.metrics import kernel_sparsity, network_bops, network_ebops, summarize_layers

HARDWARE = HardwareConfig(
    device="vu9p",
    clock=Clock(period_ns=5.0),
    reuse_factor=2,
    layers=(LayerHardware(name="dense_2", reuse_factor=8, strategy=Strategy.RESOURCE),),
)


def test_there_is_one_row_a_layer_with_every_format(jet_tagger):
    network = jet_tagger(bits=6)
    rows = summarize_layers(network, HARDWARE)
    assert [row.name for row in rows] == [layer.name for layer in network.layers]
    assert [row.kind for row in rows] == ["dense", "relu"] * 3 + ["dense"]
    first = rows[0]
    assert str(first.weight) == "fixed<6,1>"
    assert str(first.bias) == "fixed<6,2>"
    assert str(first.accumulator) == "fixed<22,12>"
    assert str(first.output) == "fixed<6,2>"
    assert (first.shape, first.multiplications) == ((64,), 1024)


def test_an_exception_of_the_hardware_wins_over_the_design(jet_tagger):
    rows = {row.name: row for row in summarize_layers(jet_tagger(bits=6), HARDWARE)}
    assert (rows["dense_1"].reuse_factor, rows["dense_1"].strategy) == (2, "latency")
    assert (rows["dense_2"].reuse_factor, rows["dense_2"].strategy) == (8, "resource")
    assert (rows["relu_1"].reuse_factor, rows["relu_1"].strategy) == (0, "")


def test_the_rows_sum_to_the_network(jet_tagger):
    network = jet_tagger(bits=6, pruned=0.5)
    rows = summarize_layers(network, HARDWARE)
    assert sum(row.bops for row in rows) == network_bops(network)
    assert sum(row.ebops for row in rows) == network_ebops(network)
    assert kernel_sparsity(rows) == 0.5
    assert kernel_sparsity(rows[1:2]) == 0
