"""A small anomaly trigger as a recipe, trained in seconds."""

RECIPE = """
name = "small_trigger"
data = { sample = "l1" }
model = { builder = "vae", widths = [8], latent = 3 }
pruning = { sparsity = 0.5, end_epoch = 1 }
training = { epochs = 3, batch_size = 512 }
hardware = { device = "vu13p", clock = { period_ns = 5.0 } }
validation = { events = 1000 }
score = { kind = "r_z", table = "ufixed<12,6,RND_CONV,SAT>" }

[quantization]
input = "fixed<8,4>"

[[quantization.layers]]
name = "*"
weight = "fixed<6,2>"
bias = "fixed<6,2>"
activation = "ufixed<6,3>"

[[quantization.layers]]
name = "mean"
weight = "fixed<6,2>"
bias = "fixed<6,2>"
activation = "fixed<8,4>"
activation_quantizer = "quantized_bits"

[[quantization.layers]]
name = "log_variance"
weight = "fixed<6,2>"
bias = "fixed<6,2>"
activation = "fixed<6,3>"
activation_quantizer = "quantized_bits"
"""
