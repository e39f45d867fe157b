"""Judge the estimates of RTL on networks that no fit and no choice of a model has seen.

    python benchmarks/rtl_fresh.py                 # ten CPU minutes; an interrupted run goes on
    python benchmarks/rtl_fresh.py --only table    # prints what is known so far
    python benchmarks/rtl_fresh.py --round 8000    # other networks

Networks are drawn from numbers that benchmarks/rtl_facts.py does not use, among them the shapes of
the zoo. What is expected of each from the network alone is written down before its RTL exists, what
its schedule lets expect before synthesis; a written line is never computed again. Then Yosys
counts. All is kept in hls_projects/build/rtl_fresh, one folder a round.
"""

import argparse
import json
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

import networks as made
import numpy as np
from rtl_facts import DEVICE, PERIODS, chain, hardware, image, shared

from codesign.design.codec import to_json
from codesign.design.device import find_device
from codesign.design.digest import digest
from codesign.design.hardware import Backend, LayerHardware, Strategy
from codesign.design.layers import Conv, Dense, Reshape
from codesign.design.report import HardwareReport
from codesign.estimate import estimate, estimate_rtl, find_profile
from codesign.firmware import generate
from codesign.synthesis import SynthesisOptions, synthesize
from codesign.synthesis.project import read_rtl

ROOT = Path("hls_projects/build/rtl_fresh")
FIRST = 7000
KINDS = ("chain", "engine", "deep", "image", "mixed", "chain", "engine", "image", "chain", "engine",
         "deep", "engine", "chain")  # fmt: skip
SHAPES = {"jets": (16, 64, 32, 32, 5), "anomaly": (57, 32, 16, 8)}
HIDDEN = made.read("ufixed<8,3,RND_CONV,SAT>")
LARGE = 300
FIGURES = ("lut", "ff", "dsp", "latency_cycles")


@dataclass(frozen=True, kw_only=True)
class Drawn:
    name: str
    kind: str
    network: object
    hardware: object


def drawn(first):
    """Return the networks of a round, each from its own number."""
    for place, kind in enumerate(KINDS):
        number = first + place
        yield one(number, kind, np.random.default_rng(number))
    for place, (name, widths) in enumerate(SHAPES.items()):
        yield zoo(name, widths, first + len(KINDS) + place)
    yield cicada(first + len(KINDS) + len(SHAPES))


def one(number, kind, rng):
    period = float(rng.choice(PERIODS))
    if kind == "image":
        return Drawn(
            name=f"n{number}", kind=kind, network=image(number, rng), hardware=hardware(period)
        )
    layers = {"chain": 2, "deep": 3, "engine": 1, "mixed": 2}[kind]
    network = chain(number, rng, layers=layers)
    options = shared(network, rng) if kind in {"engine", "mixed"} else {}
    return Drawn(
        name=f"n{number}", kind=kind, network=network, hardware=hardware(period, **options)
    )


def zoo(name, widths, number):
    """Return dense layers of the sizes of a model of the zoo, three of four weights 0."""
    found = made.Chain((widths[0],), "fixed<10,4>", pruned=0.75, seed=number, hidden=HIDDEN)
    for index, units in enumerate(widths[1:], start=1):
        found.add_sums(Dense, f"fc{index}", (), units)
        if index < len(widths) - 1:
            found.add_relu(f"relu{index}")
    return Drawn(name=name, kind="zoo", network=found.network(f"z{number}"), hardware=hardware(5.0))


def cicada(number):
    """Return a small image network whose dense layer shares multipliers."""
    found = made.Chain((9, 7, 1), "ufixed<8,8>", pruned=0.5, seed=number, hidden=HIDDEN)
    none = ((0, 0), (0, 0))
    found.add_sums(Conv, "conv", (2, 2), 4, strides=(2, 2), padding=none)
    found.add_relu("relu1")
    found.add(Reshape, "flat", shape=(int(np.prod(found.last.shape)),))
    found.add_sums(Dense, "fc", (), 16)
    own = LayerHardware(name="fc", reuse_factor=4, strategy=Strategy.RESOURCE)
    built = hardware(5.0, layers=(own,))
    return Drawn(name="cicada", kind="zoo", network=found.network(f"z{number}"), hardware=built)


class Kept:
    """Lines of a file, each written once."""

    def __init__(self, path):
        self.path = path
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        self.rows = {(row := json.loads(line))["name"]: row for line in lines}

    def add(self, name, **row):
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"name": name, **row}) + "\n")
        self.rows[name] = {"name": name, **row}
        print(self.path.stem, name, row, file=sys.stderr, flush=True)


def figures(report: HardwareReport):
    found = {name: getattr(report.usage, name) for name in FIGURES[:3]}
    found["latency_cycles"] = report.latency_cycles
    return {name: [one.value, one.low, one.high] for name, one in found.items()}


def measure(folder, networks):
    early, late, counted = (Kept(folder / f"{n}.jsonl") for n in ("network", "schedule", "counted"))
    profile = digest(find_profile(Backend.RTL))[:12]
    for each in networks:
        if each.name not in early.rows:
            found = figures(estimate(each.network, each.hardware))
            early.add(each.name, kind=each.kind, profile=profile, **found)
    for each in networks:
        if each.name in counted.rows:
            continue
        project = generate(each.network, each.hardware, folder / each.name)
        design = read_rtl(project)
        if each.name not in late.rows:
            found = figures(estimate_rtl(design, each.network, each.hardware))
            late.add(each.name, kind=each.kind, profile=profile, **found)
        usage = synthesize(project, find_device(DEVICE), SynthesisOptions(jobs=1)).report.usage
        counts = {name: getattr(usage, name).value for name in FIGURES[:3]}
        counted.add(each.name, kind=each.kind, **counts, latency_cycles=design.latency_cycles)


def table(folder):
    early, late, counted = (Kept(folder / f"{n}.jsonl") for n in ("network", "schedule", "counted"))
    print("| network | kind | LUT by Yosys | from the network | from the schedule | FF | from the "
          "network | from the schedule | DSP | expected | cycles | expected |")  # fmt: skip
    print("|" + "---|" * 12)
    for name, row in counted.rows.items():
        cells = [name, row["kind"]]
        for what in ("lut", "ff"):
            cells.append(f"{row[what]:,.0f}")
            cells += [against(kept.rows[name][what], row[what]) for kept in (early, late)]
        cells += [f"{row['dsp']:.0f}", f"{early.rows[name]['dsp'][0]:.0f}"]
        value, low, high = early.rows[name]["latency_cycles"]
        cells += [str(row["latency_cycles"]), f"{value:.0f} ({low:.0f} to {high:.0f})"]
        print("| " + " | ".join(cells) + " |")
    print()
    print(
        "| figure | from | networks | mean error | of 300 and more | largest | in the 90 % range |"
    )
    print("|" + "---|" * 7)
    held = []
    for kept, source in ((early, "network alone"), (late, "schedule")):
        for what in ("lut", "ff"):
            held += summary(what, source, kept, counted)
    cycles = [inside(early.rows[name]["latency_cycles"], row["latency_cycles"])
              for name, row in counted.rows.items()]  # fmt: skip
    off = [abs(early.rows[name]["latency_cycles"][0] - row["latency_cycles"])
           for name, row in counted.rows.items()]  # fmt: skip
    held += cycles
    print(f"| cycles | network alone | {len(off)} | {np.mean(off):.2f} cycles | | {max(off):.0f} | "
          f"{sum(cycles)} of {len(cycles)} |")  # fmt: skip
    exact = [early.rows[name]["dsp"][0] == row["dsp"] for name, row in counted.rows.items()]
    print(f"| DSP | network alone | {len(exact)} | {sum(exact)} exact | | | |")
    print(f"\nIn their range: {sum(held)} of {len(held)} figures ({np.mean(held):.1%}).")


def summary(what, source, kept, counted):
    rows = [(kept.rows[name][what], row[what]) for name, row in counted.rows.items() if row[what]]
    errors = [abs(expected[0] / found - 1) for expected, found in rows]
    large = [error for error, (_, found) in zip(errors, rows, strict=True) if found >= LARGE]
    held = [inside(expected, found) for expected, found in rows]
    print(
        f"| {what.upper()} | {source} | {len(rows)} | {np.mean(errors):.1%} | "
        f"{np.mean(large):.1%} of {len(large)} | {max(errors):.1%} | {sum(held)} of {len(held)} |"
    )
    return held


def against(expected, found):
    if not found:
        return f"{expected[0]:,.0f}"
    mark = "" if inside(expected, found) else " *"
    return f"{expected[0] / found - 1:+.1%}{mark}"


def inside(expected, found):
    return expected[1] <= found <= expected[2]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=["table"])
    parser.add_argument("--round", type=int, default=FIRST, help="its first number")
    asked = parser.parse_args()
    folder = ROOT / str(asked.round)
    folder.mkdir(parents=True, exist_ok=True)
    if asked.only is None:
        (folder / "profile.json").write_text(to_json(find_profile(Backend.RTL)), encoding="utf-8")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            measure(folder, list(drawn(asked.round)))
    table(folder)


if __name__ == "__main__":
    main()
