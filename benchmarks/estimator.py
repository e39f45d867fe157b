"""Print how right and how fast the estimator is, as the tables of docs/estimator.md.

The tables of published reports are read from the folder `tables` of the folder that
CODESIGN_REPORTS names; without it, the facts that come with codesign are judged.
"""

import csv
import os
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

from estimated_networks import hardware, mlp
from image_networks import cnn
from stock_designs import COUNTS, STAGES, STOCK, compare_stock, stock_report

from codesign.design.device import Family
from codesign.design.hardware import Backend, IoType, Strategy
from codesign.estimate import (
    calibrate,
    calibrate_rtl,
    estimate,
    read_table,
    shipped_facts,
    shipped_rtl_facts,
    sweep_reuse,
)
from codesign.estimate.accuracy import cost_of, judge
from codesign.estimate.kernel import read_kernel
from codesign.estimate.rtl_accuracy import errors_of, judge_rtl
from codesign.estimate.rtl_calibrate import TRAINED
from codesign.estimate.rtl_sums import by_network
from codesign.estimate.tables import TABLES

REPEATS = 20
MLP = "nrp-nautilus/6nrp-hls4ml"
MLP_LUT, MLP_DSP, MLP_CYCLES = 116_694, 2_557, 15
MLP_RELU_ELEMENTS, MLP_SOFTMAX_ELEMENTS = 128, 5


def facts():
    folder = os.environ.get("CODESIGN_REPORTS")
    if not folder:
        return shipped_facts(), "the shipped facts"
    tables = Path(folder) / "tables"
    read = [read_table(name, (tables / name).read_text("utf-8")) for name in TABLES]
    return tuple(fact for table in read for fact in table), "all published tables"


def accuracy(known, title):
    print(f"Judged on {title}.\n")
    print("| claim | tool | found | bound | layers | holds |\n|---|---|---|---|---|---|")
    missed = 0
    for backend in (Backend.VITIS, Backend.VIVADO):
        missed += claims(judge(known, backend=backend), backend)
    return missed


def claims(found, tool):
    for claim in found:
        sign = ">=" if claim.is_least else "<="
        print(
            f"| {claim.text} | {tool} | {claim.found:.4g} | {sign} {claim.bound:g} "
            f"| {claim.layers} | {'yes' if claim.holds else '**no**'} |"
        )
    return sum(not claim.holds for claim in found)


def rtl():
    """Print how right the estimates of RTL are; trained networks have no part in the fit."""
    known = shipped_rtl_facts()
    profile = calibrate_rtl(known, name="judged", family=Family.ULTRASCALE_PLUS)
    print("\n| claim | tool | found | bound | networks | holds |\n|---|---|---|---|---|---|")
    missed = claims(judge_rtl(known, profile), "rtl")
    trained = [fact for fact in known if fact.group.startswith(TRAINED)]
    scheduled, expected = (
        errors_of(trained, profile, is_scheduled=is_scheduled) for is_scheduled in (True, False)
    )
    head = "LUT by Yosys | from the schedule | from the network | FF | from the schedule"
    print(f"\n| trained network | {head} | from the network |\n|---|---|---|---|---|---|---|")
    for name, rows in by_network(trained).items():
        lut, ff = sum(fact.lut for fact in rows), sum(fact.ff for fact in rows)
        print(
            f"| {name.removeprefix(TRAINED)} | {lut:,} | {scheduled[name][0]:+.1%} "
            f"| {expected[name][0]:+.1%} | {ff:,} | {scheduled[name][1]:+.1%} "
            f"| {expected[name][1]:+.1%} |"
        )
    return missed


def whole_mlp(known):
    """Print an MLP against its report; none of its layers has a part in the fit."""
    others = [fact for fact in known if not fact.source.startswith(MLP)]
    layers = [fact for fact in known if fact.source.startswith(MLP)]
    profile = calibrate(others, name="others", backend=Backend.VITIS, family=Family.ULTRASCALE_PLUS)
    costs = [cost_of(fact, profile) for fact in layers]
    lut = sum(cost.csynth.lut.value for cost in costs)
    lut += 28 * MLP_RELU_ELEMENTS + 155 * MLP_SOFTMAX_ELEMENTS
    dsp = sum(cost.csynth.dsp.value for cost in costs) + MLP_SOFTMAX_ELEMENTS
    cycles = 1 + sum(cost.latency_cycles.value + 1 for cost in costs) + 6
    print("\n| 16-64-32-32-5, Vitis HLS 2022.2 | estimated | reported |\n|---|---|---|")
    print(f"| LUT | {lut:,.0f} | {MLP_LUT:,} |")
    print(f"| DSP | {dsp:,.0f} | {MLP_DSP:,} |")
    print(f"| latency (cycles) | {cycles:.0f} | {MLP_CYCLES} |")


def streams():
    """Print stock convolutional designs against their reports; return LUT errors and SMAPE."""
    found = [figure for design in STOCK for figure in compare_stock(design)]
    print("\n| stock design, io_stream | stage | LUT | FF | DSP | BRAM 18K |")
    print("|---|---|---|---|---|---|")
    for design in dict.fromkeys(figure.design for figure in found):
        for stage in STAGES:
            row = [each for each in found if (each.design, each.stage) == (design, stage)]
            cells = " | ".join(
                f"{each.estimated.value:,.0f} / {each.reported:,}"
                f"{'' if each.is_inside else ' (outside)'}"
                for each in row
            )
            print(f"| {design} | {stage} | {cells} |")
    for stage in STAGES:
        rows = [
            [each for each in found if (each.stage, each.quantity) == (stage, name)]
            for name in COUNTS
        ]
        cells = " | ".join(
            f"{np.mean([abs(each.estimated.value - each.reported) for each in row]):.1f} blocks"
            if name in ("dsp", "bram_18k")
            else f"{np.mean([abs(each.error) for each in row]):.1%}"
            for name, row in zip(COUNTS, rows, strict=True)
        )
        print(f"| mean error | {stage} | {cells} |")
    inside = np.mean([each.is_inside for each in found if each.quantity != "dsp"])
    print(f"\nWithin their 90 % range: {inside:.0%} of LUT, FF and block RAM.")
    times()
    return [each for each in found if (each.stage, each.quantity) == ("csynth", "lut")]


def times():
    print("\n| stock design | latency: estimated (range) / reported | II: estimated / reported |")
    print("|---|---|---|")
    for design in STOCK:
        report = stock_report(design)
        latency, interval = report.latency_cycles, report.initiation_interval
        print(
            f"| {design['group'].removeprefix('hls_proj/')} | {latency.value:,.0f} "
            f"({latency.low:,.0f} to {latency.high:,.0f}) / {design['cycles']:,} "
            f"| {interval.value:,.0f} / {design['interval']:,} |"
        )


def others(stock):
    """Print what other estimators reach, beside the same figure of ours."""
    errors = [abs(each.error) for each in stock]
    smape = [
        2 * abs(each.estimated.value - each.reported) / (each.estimated.value + each.reported)
        for each in stock
    ]
    print("\n| estimator | designs | quantity | error | source |\n|---|---|---|---|---|")
    with Path(__file__).with_name("other_estimators.csv").open(encoding="utf-8") as text:
        for row in csv.DictReader(text):
            print(f"| {' | '.join(row.values())} |")
    designs = f"{len(stock)} stock convolutional designs, their training held out"
    for name, value in (("mean relative error", errors), ("SMAPE", smape)):
        print(f"| codesign | {designs} | LUT: {name} | {np.mean(value):.1%} | this benchmark |")


def milliseconds(work, *, cold):
    found = []
    for _ in range(REPEATS):
        if cold:
            read_kernel.cache_clear()
        start = time.process_time()
        work()
        found.append(1000 * (time.process_time() - start))
    return np.median(found), min(found)


def speed():
    network, built = mlp(), hardware()
    shared = hardware(strategy=Strategy.RESOURCE)
    median, best = milliseconds(lambda: estimate(network, built), cold=True)
    image, streamed = cnn(), hardware(io_type=IoType.STREAM)
    middle, least = milliseconds(lambda: estimate(image, streamed), cold=True)
    sweep, best_sweep = milliseconds(
        lambda: sweep_reuse(network, shared, (1, 2, 4, 8, 16)), cold=False
    )
    print("\n| what (CPU time) | median | best | aim |\n|---|---|---|---|")
    print(f"| jet MLP 16-64-32-32-5 | {median:.1f} ms | {best:.1f} ms | at most 20 ms |")
    print(f"| CNN on 32 x 32, io_stream | {middle:.1f} ms | {least:.1f} ms | at most 100 ms |")
    made = hardware(device="vu13p", backend=Backend.RTL)
    median, best = milliseconds(lambda: estimate(network, made), cold=True)
    print(f"| the same as RTL | {median:.1f} ms | {best:.1f} ms | at most 20 ms |")
    rate, best_rate = 5 * 60_000 / sweep, 5 * 60_000 / best_sweep
    print(f"| reuse-factor what-ifs a minute | {rate:,.0f} | {best_rate:,.0f} | at least 10,000 |")


def main():
    known, title = facts()
    missed = accuracy(known, title)
    whole_mlp(known)
    others(streams())
    missed += rtl()
    speed()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
