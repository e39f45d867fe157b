"""A sweep of the jet tagger against the notebook way of making the same designs.

The notebook way, for each design anew: a float model and a pruned QKeras model of it are trained,
hls4ml converts and compiles, and the C simulation predicts the test events. It is measured on a few
designs, spread over the space, and scaled to all. The sweep runs whole, its front verified.

python benchmarks/notebook_sweep.py --points 8
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
SWEEP = ROOT / "sweeps" / "jet_bits_reuse.toml"
DESIGNS = 192
BITS, SPARSITIES = (8, 6, 5, 3), (0.0, 0.5, 0.7, 0.9)
HARDWARE = (("Latency", 1), ("Resource", 2), ("Latency", 4), ("Resource", 32))
WIDTHS, EPOCHS, PATIENCE, BATCH = (64, 32, 32), 40, 15, 256  # of hls_projects/jet_tagger.toml


def spread(points):
    """Different bit widths, sparsities and hardware, each about equally often."""
    for index in range(points):
        row = index // 4
        yield BITS[index % 4], SPARSITIES[(index + row) % 4], *HARDWARE[(index + 2 * row) % 4]


def events():
    """Return inputs and labels to train on, to stop by and to test on; inputs of unit variance."""
    import numpy as np

    from codesign.data import load_sample

    parts = load_sample("jets").split(fractions=(0.6, 0.15, 0.25), seed=1)
    first = parts[0].features
    mean, deviation = first.mean(axis=0), first.std(axis=0)
    return [
        (np.ascontiguousarray((part.features - mean) / deviation, dtype=np.float32), part.labels)
        for part in parts
    ]


def network(bits):
    """The 16-64-32-32-5 network as a notebook writes it; without bits, in float."""
    import qkeras
    import tf_keras as keras

    layers = keras.layers
    tensor = source = layers.Input((16,), name="features")
    if bits:
        tensor = qkeras.QActivation(qkeras.quantized_bits(10, 3, alpha=1), name="grid")(tensor)
    for index, units in enumerate(WIDTHS):
        if bits:
            grid = qkeras.quantized_bits(bits, 0, alpha=1)
            relu = qkeras.quantized_relu(bits, 2)
            tensor = qkeras.QDense(
                units, kernel_quantizer=grid, bias_quantizer=grid, name=f"dense_{index}"
            )(tensor)
            tensor = qkeras.QActivation(relu, name=f"relu_{index}")(tensor)
        else:
            tensor = layers.Dense(units, activation="relu", name=f"dense_{index}")(tensor)
    if bits:
        grid = qkeras.quantized_bits(bits, 0, alpha=1)
        return keras.Model(
            source,
            qkeras.QDense(5, kernel_quantizer=grid, bias_quantizer=grid, name="logits")(tensor),
        )
    return keras.Model(source, layers.Dense(5, name="logits")(tensor))


def fit(model, train, validation, callbacks=()):
    import tf_keras as keras

    steps = EPOCHS * -(-len(train[1]) // BATCH)
    rate = keras.optimizers.schedules.CosineDecay(2e-3, steps, alpha=0.01)
    model.compile(
        optimizer=keras.optimizers.Adam(rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    stop = keras.callbacks.EarlyStopping(patience=PATIENCE)
    model.fit(
        *train,
        batch_size=BATCH,
        epochs=EPOCHS,
        validation_data=validation,
        callbacks=[*callbacks, stop],
        verbose=0,
    )


def train_one(bits, sparsity, train, validation):
    import tensorflow_model_optimization as tfmot

    reference, model = network(None), network(bits)
    fit(reference, train, validation)
    model.set_weights(reference.get_weights())
    if not sparsity:
        fit(model, train, validation)
        return model
    steps = -(-len(train[1]) // BATCH)
    schedule = tfmot.sparsity.keras.PolynomialDecay(0.0, sparsity, 2 * steps, 15 * steps)
    pruned = tfmot.sparsity.keras.prune_low_magnitude(model, pruning_schedule=schedule)
    fit(pruned, train, validation, [tfmot.sparsity.keras.UpdatePruningStep()])
    return tfmot.sparsity.keras.strip_pruning(pruned)


def simulate_one(model, strategy, reuse, inputs, folder):
    """Convert, compile and predict; return the seconds of building and of predicting."""
    import hls4ml

    begun = time.monotonic()
    config = hls4ml.utils.config_from_keras_model(model, granularity="name", backend="Vitis")
    config["Model"]["Strategy"] = strategy
    for layer in config["LayerName"].values():
        layer["Strategy"], layer["ReuseFactor"] = strategy, reuse
    design = hls4ml.converters.convert_from_keras_model(
        model,
        hls_config=config,
        output_dir=str(folder),
        backend="Vitis",
        io_type="io_parallel",
        part="xcvu9p-flga2104-2L-e",
    )
    design.compile()
    built = time.monotonic()
    design.predict(inputs)
    return built - begun, time.monotonic() - built


def notebook(points):
    """Return for each design its seconds of training, of building and of predicting."""
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    import tf_keras

    sys.modules["keras"] = tf_keras  # hls4ml imports keras and must meet this one
    train, validation, (test, _) = events()
    rows = []
    for bits, sparsity, strategy, reuse in spread(points):
        with tempfile.TemporaryDirectory() as folder:
            begun = time.monotonic()
            model = train_one(bits, sparsity, train, validation)
            trained = time.monotonic() - begun
            rows.append((trained, *simulate_one(model, strategy, reuse, test, folder)))
        seconds = ", ".join(f"{value:.1f}" for value in rows[-1])
        print(f"{bits} bit, {sparsity:.0%}, {strategy}, {reuse}: {seconds} s", file=sys.stderr)
    return rows


def sweep():
    """Run the sweep in a folder of its own; return its wall and CPU seconds."""
    with tempfile.TemporaryDirectory() as home:
        for name in ("sweeps", "hls_projects"):
            (Path(home) / name).mkdir()
        (Path(home) / "sweeps" / SWEEP.name).write_bytes(SWEEP.read_bytes())
        recipe = ROOT / "hls_projects" / "jet_tagger.toml"
        (Path(home) / "hls_projects" / recipe.name).write_bytes(recipe.read_bytes())
        command = (sys.executable, "-m", "codesign", "sweep", "run", f"sweeps/{SWEEP.name}")
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        subprocess.run(
            command,
            cwd=home,
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "TF_USE_LEGACY_KERAS": "1"},
        )
        wall, after = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, used


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=8)
    points = parser.parse_args().points
    rows = notebook(points)
    wall, used = sweep()
    means = [sum(column) / len(rows) for column in zip(*rows, strict=True)]
    scaled = sum(means) * DESIGNS
    cores = len(os.sched_getaffinity(0))
    print("| what | figure |")
    print("|---|---|")
    print(f"| a design the notebook way: train | {means[0]:.1f} s |")
    print(f"| convert and compile | {means[1]:.1f} s |")
    print(f"| predict the test events | {means[2]:.1f} s |")
    print(f"| {DESIGNS} designs that way, scaled from {points} | {scaled / 3600:.2f} h |")
    print(f"| the sweep of {DESIGNS}, its front verified | {wall / 60:.1f} min |")
    print(f"| ratio | {scaled / wall:.1f} |")
    print(f"| share of {cores} cores that the sweep kept busy | {used / wall / cores:.0%} |")


if __name__ == "__main__":
    main()
