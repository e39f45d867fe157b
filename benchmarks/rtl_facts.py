"""Make the facts that estimates of RTL are calibrated on: random networks, counted by Yosys.

    python benchmarks/rtl_facts.py                  # ten CPU minutes; an interrupted run goes on
    python benchmarks/rtl_facts.py --only table     # writes what is known so far, computes nothing
    python benchmarks/rtl_facts.py --only schedules # without Yosys
    python benchmarks/rtl_facts.py --trained jet_tagger axol1tl_vae    # after codesign build

Every network is drawn from its number: layers, sizes, formats, zeros, reuse factors, clock. Each is
built as RTL and mapped to UltraScale+ module by module; a module is a row. Results are kept in
hls_projects/build/rtl_facts and written to codesign/estimate/rtl_facts.csv with the profile that
they give; with CODESIGN_REPORTS, the designs after place and route are read again.
"""

import argparse
import json
import os
import sys
import warnings
from pathlib import Path

import networks as made
import numpy as np

from codesign.design.codec import to_json
from codesign.design.device import Family, find_device
from codesign.design.hardware import (
    Backend,
    Clock,
    HardwareConfig,
    LayerHardware,
    Multipliers,
    RtlOptions,
    Strategy,
)
from codesign.design.layers import Conv, Dense, DepthwiseConv, Pool, PoolFunction, Reshape
from codesign.design.report import Evidence, Figure, Usage
from codesign.design.reuse import legal_reuse_factors
from codesign.design.rtl import RtlModule
from codesign.estimate.rtl_calibrate import TRAINED, calibrate_rtl
from codesign.estimate.rtl_facts import shipped_rtl_facts, write_rtl_facts
from codesign.estimate.rtl_rows import Origin, rtl_rows
from codesign.estimate.rtl_tables import read_rtl_table
from codesign.firmware import generate
from codesign.lowering import load_network
from codesign.synthesis import SynthesisOptions, synthesize
from codesign.synthesis.project import read_rtl

BUILT = Path("hls_projects/build")
ROOT = Path("hls_projects/build/rtl_facts")
FACTS = Path("codesign/estimate/rtl_facts.csv")
PROFILE = "yosys_0_70_ultrascale_plus"
DEVICE = "vu13p"
CHAINS, IMAGES, ENGINES = 36, 12, 30
SCHEDULED = range(1000, 1160)  # wider, and not counted: for the cost of an adder graph alone
MOST_WEIGHTS = 1200
PERIODS = (2.5, 3.5, 5.0)
MODES = ("", ",RND,SAT", ",RND_CONV,SAT", ",TRN,SAT")


def drawn(number):
    """Return network and hardware of a number, or the trained network of a name."""
    if isinstance(number, str):
        return load_network(BUILT / number / "network"), hardware(PERIODS[-1])
    rng = np.random.default_rng(number)
    period = float(rng.choice(PERIODS))
    if number < CHAINS:
        return chain(number, rng), hardware(period)
    if number < CHAINS + IMAGES:
        return image(number, rng), hardware(period)
    if number in SCHEDULED:
        return wide(number, rng), hardware(period)
    network = chain(number, rng, layers=1)
    return network, hardware(period, **shared(network, rng))


def hardware(period, **options):
    return HardwareConfig(
        device=DEVICE, clock=Clock(period_ns=period), backend=Backend.RTL, **options
    )


def formats(rng):
    """Return the formats of input, weights and hidden layers."""
    data, weight, hidden = rng.integers(4, 17), rng.integers(2, 10), rng.integers(3, 11)
    return (
        f"fixed<{data},{data // 2}>",
        made.read(f"fixed<{weight},1>"),
        made.read(f"ufixed<{hidden},{rng.integers(1, 4)}{rng.choice(MODES)}>"),
    )


def chain(number, rng, *, layers=2):
    data, weight, hidden = formats(rng)
    pruned = float(rng.choice([0.0, 0.3, 0.5, 0.75, 0.9]))
    found = made.Chain(
        (int(rng.integers(4, 33)),), data, pruned=pruned, seed=number, weight=weight, hidden=hidden
    )
    for index in range(1, layers + 1):
        found.add_sums(Dense, f"fc{index}", (), int(rng.integers(3, 33)))
        if index < layers or rng.random() < 0.5:
            found.add_relu(f"relu{index}")
    return found.network(f"n{number}")


def wide(number, rng):
    """Return a layer of up to 64 x 64, None where its graph would take minutes."""
    data, weight, hidden = formats(rng)
    pruned = float(rng.choice([0.0, 0.3, 0.5, 0.75, 0.9]))
    rows, columns = (int(np.exp(rng.uniform(np.log(low), np.log(64)))) for low in (4, 2))
    if rows * columns * (1 - pruned) > MOST_WEIGHTS:
        return None
    found = made.Chain((rows,), data, pruned=pruned, seed=number, weight=weight, hidden=hidden)
    found.add_sums(Dense, "fc1", (), columns)
    found.add_relu("relu1")
    return found.network(f"n{number}")


def image(number, rng):
    data, weight, hidden = formats(rng)
    rank, channels = int(rng.integers(1, 3)), int(rng.integers(1, 4))
    shape = (*(int(side) for side in rng.integers(4, 7, rank)), channels)
    pruned = float(rng.choice([0.0, 0.5, 0.75]))
    found = made.Chain(shape, data, pruned=pruned, seed=number, weight=weight, hidden=hidden)
    window, none = (2,) * rank, ((0, 0),) * rank
    if rng.random() < 0.7:
        found.add_sums(
            Conv, "conv", window, int(rng.integers(2, 6)), strides=(1,) * rank, padding=none
        )
    else:
        kernel, bias = found.weights(*window, channels, 2), found.weights(2 * channels)
        sized = {"precision": made.TO_BE_SIZED, "accumulator": made.TO_BE_SIZED}
        moves = {"strides": (1,) * rank, "padding": none, "shape": (2 * channels,)}
        found.add(DepthwiseConv, "conv", kernel=kernel, bias=bias, **sized, **moves)
    found.add_relu("relu1")
    function = PoolFunction(rng.choice(list(PoolFunction)))
    found.add(Pool, "pool", function=function, size=window, strides=window, padding=none)
    found.add(Reshape, "flat", shape=(int(np.prod(found.last.shape)),))
    found.add_sums(Dense, "fc", (), int(rng.integers(3, 9)))
    return found.network(f"n{number}")


def shared(network, rng):
    """Return options with which the dense layer shares its multipliers."""
    layer = network.layers[0]
    rows, columns = layer.kernel.values.shape
    factors = legal_reuse_factors(inputs=rows, outputs=columns, strategy=Strategy.RESOURCE)
    factor = int(rng.choice([one for one in factors if 2 <= one <= max(rows, 2 * columns)] or [1]))
    own = LayerHardware(name=layer.name, reuse_factor=factor, strategy=Strategy.RESOURCE)
    kind = rng.choice([Multipliers.AUTO, Multipliers.DSP, Multipliers.FABRIC])
    return {"layers": (own,), "rtl": RtlOptions(multipliers=Multipliers(kind))}


def known():
    path = ROOT / "results.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return {(row := json.loads(line))["network"]: row for line in lines}


def measure(number):
    """Build one network, count it unless its schedule is all that is wanted, and keep it."""
    network, built = drawn(number)
    if network is None:
        return
    project = generate(network, built, ROOT / str(number))
    design = read_rtl(project)
    row = {"network": number, "tool": "", "modules": []}
    if number not in SCHEDULED:
        found = synthesize(project, find_device(DEVICE), SynthesisOptions(jobs=1))
        row["tool"] = found.report.tool
        row["modules"] = [
            {
                "name": unit.module,
                "lut": unit.counts.lut,
                "ff": unit.counts.ff,
                "dsp": unit.counts.dsp,
            }
            for unit in found.units
        ]
    row |= {
        "latency_cycles": design.latency_cycles,
        "design": [
            {
                "name": module.name,
                "kind": module.kind,
                "layers": module.layers,
                "cost": module.cost,
                "registers": module.registers,
                "latency_cycles": module.latency_cycles,
            }
            for module in design.modules
        ],
    }
    with (ROOT / "results.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    print(number, row["modules"], file=sys.stderr, flush=True)


def facts():
    """Return every module that is known, and the designs after place and route."""
    found = []
    for number, row in sorted(known().items(), key=str):
        group = f"n{number}" if isinstance(number, int) else f"{TRAINED}{number}"
        found += modules(row, *drawn(number), group=group)
    folder = os.environ.get("CODESIGN_REPORTS")
    if folder:
        name = "jedi_linear_postroute.csv"
        text = (Path(folder) / "tables" / name).read_text(encoding="utf-8")
        return (*found, *read_rtl_table(name, text))
    kept = [fact for fact in shipped_rtl_facts() if fact.stage is Evidence.PLACED]
    return (*found, *kept)


def modules(row, network, built, *, group):
    """Return the modules of a network with their counts."""
    scheduled = [
        RtlModule(
            name=module["name"],
            layers=tuple(module["layers"]),
            kind=module["kind"],
            cost=module["cost"],
            registers=module["registers"],
            latency_cycles=module["latency_cycles"],
            initiation_interval=1,
        )
        for module in row["design"]
    ]
    usages = {
        module["name"]: Usage(**{what: Figure.exact(module[what]) for what in ("lut", "ff", "dsp")})
        for module in row["modules"]
    }
    origin = Origin(
        source="codesign, python benchmarks/rtl_facts.py",
        licence="Apache-2.0",
        group=group,
        tool=row["tool"] or "alkaid",
    )
    return rtl_rows(scheduled, usages, network, built, origin)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=["table", "schedules"])
    parser.add_argument("--trained", nargs="*", default=[], help="recipes whose network is built")
    asked = parser.parse_args()
    ROOT.mkdir(parents=True, exist_ok=True)
    if asked.only != "table":
        done = known()
        order = np.random.default_rng(0).permutation(CHAINS + IMAGES + ENGINES)
        counted = [] if asked.only == "schedules" else [*asked.trained, *map(int, order)]
        for number in [*counted, *SCHEDULED]:
            if number not in done:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    measure(number)
    found = facts()
    FACTS.write_text(write_rtl_facts(found), encoding="utf-8")
    profile = calibrate_rtl(found, name=PROFILE, family=Family.ULTRASCALE_PLUS)
    path = FACTS.parent / "profiles" / f"{PROFILE}.json"
    path.write_text(to_json(profile), encoding="utf-8")


if __name__ == "__main__":
    main()
