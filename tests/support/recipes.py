"""A recipe with every table, as text; tests change one thing in it."""

RECIPE = """\
name = "tagger"

[data]
sample = "jets"
train = 0.5
validation = 0.2

[model]
builder = "jet_tagger"
widths = [8, 4]
batch_norm = true

[quantization]
input = "fixed<10,4>"

[[quantization.layers]]
name = "*"
weight = "fixed<6,1>"
bias = "fixed<6,1>"
activation = "ufixed<6,2>"

[[quantization.layers]]
name = "dense_2"
weight = "fixed<2,2>"
bias = "fixed<6,1,TRN,SAT_SYM>"
activation = "fixed<6,1>"
kernel_quantizer = "ternary"
activation_quantizer = "quantized_tanh"

[pruning]
sparsity = 0.8
begin_epoch = 2
end_epoch = 6
exclude = ["logits"]

[training]
mode = "qat"
epochs = 10
batch_size = 64
learning_rate = 0.001
patience = 3
seed = 7

[hardware]
device = "vu9p"
clock = { period_ns = 5.0, uncertainty_percent = 10 }
backend = "vivado"
io_type = "io_parallel"
strategy = "resource"
reuse_factor = 2

[[hardware.layers]]
name = "dense_1"
reuse_factor = 4
strategy = "latency"

[validation]
events = 1000
overdrive = 4
"""
