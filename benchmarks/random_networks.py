"""Draw random QKeras networks and print what became of them: exact, or refused by name.

    python benchmarks/random_networks.py                # 600 networks, 100 of them in C: two hours
    python benchmarks/random_networks.py --only table   # what is known so far, nothing computed

Results are kept in hls_projects/build/random_networks; an interrupted run goes on.
`tests/flow/test_random_graphs.py` draws the same networks by the same numbers.
"""

import argparse
import json
import sys
import warnings
from collections import Counter
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))
from random_verdicts import NETWORKS, emulated, generalized, simulated

from codesign.lowering import load_network, save_network

ROOT = Path("hls_projects/build/random_networks")
SIMULATED = 100
EVENTS, SIMULATED_EVENTS = 1000, 300


def known(stage):
    """Return what is known of a stage, by number."""
    path = ROOT / f"{stage}.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return {(row := json.loads(line))["number"]: row for line in lines}


def tell(stage, row):
    """Keep a verdict and say it."""
    ROOT.mkdir(parents=True, exist_ok=True)
    with (ROOT / f"{stage}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    said = row.get("refused") or row.get("different") or "exact"
    print(f"{stage}: {row['number']}: {said}", file=sys.stderr, flush=True)


def is_exact(row):
    return not row.get("refused") and not row.get("different")


def emulate_all(networks):
    done = known("emulator")
    for number in range(networks):
        if number not in done:
            try:
                verdict, network = emulated(number, events=EVENTS)
            except AssertionError as error:
                tell("emulator", {"number": number, "different": str(error)})
                continue
            if network is not None:
                save_network(network, ROOT / "networks" / str(number))
            tell("emulator", asdict(verdict))


def simulate_some(wanted):
    """Simulate the first networks that the back end builds, until there are enough."""
    done = known("csim")
    exact = sum(is_exact(row) for row in done.values())
    for number, row in known("emulator").items():
        if exact >= wanted:
            return
        if number in done or not is_exact(row):
            continue
        network = load_network(ROOT / "networks" / str(number))
        folder = ROOT / "projects" / str(number)
        try:
            io_type, refused = simulated(network, number, folder, events=SIMULATED_EVENTS)
        except AssertionError as error:
            tell("csim", {"number": number, "different": str(error)})
            continue
        tell("csim", {"number": number, "io_type": io_type, "refused": refused})
        exact += not refused


def table():
    """Print what is known."""
    emulator, csim = known("emulator"), known("csim")
    built = [row for row in csim.values() if is_exact(row)]
    io = Counter(row["io_type"] for row in built)
    print("| stage | networks | exact | refused by name | different |\n|---|---|---|---|---|")
    for stage, rows in (("QKeras = emulator", emulator), ("emulator = C simulation", csim)):
        counts = [
            sum(map(is_exact, rows.values())),
            *(sum(bool(row.get(key)) for row in rows.values()) for key in ("refused", "different")),
        ]
        print(f"| {stage} | {len(rows)} | {' | '.join(map(str, counts))} |")
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(io.items()))
    print(f"\nIn the C simulation: {kinds}.")
    numbers = {row["number"] for row in built}
    groups = {
        "layers": "",
        "kernels": "kernel ",
        "activations": "activation ",
        "functions": "function ",
    }
    for title, start in groups.items():
        _print_group(title, start, list(emulator.values()), numbers, tuple(groups.values())[1:])
    for stage, rows in (("lowering", emulator), ("the hls4ml back end", csim)):
        reasons = Counter(
            generalized(row["refused"]) for row in rows.values() if row.get("refused")
        )
        print(f"\n| refused by {stage} | networks |\n|---|---|")
        for text, count in sorted(reasons.items(), key=lambda item: (-item[1], item[0])):
            print(f"| {text} | {count} |")


def _print_group(title, start, rows, simulated_numbers, others):
    counts = Counter(), Counter(), Counter()
    for row in rows:
        for construct in row.get("constructs", ()):
            own = construct.startswith(start) if start else not construct.startswith(others)
            if own:
                name = construct.removeprefix(start)
                counts[0][name] += 1
                counts[1][name] += is_exact(row)
                counts[2][name] += row["number"] in simulated_numbers
    print(f"\n| {title} | networks | exact in the emulator | exact in C too |\n|---|---|---|---|")
    for name in sorted(counts[0]):
        print(f"| {name} | {' | '.join(str(count[name]) for count in counts)} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--networks", type=int, default=NETWORKS)
    parser.add_argument("--simulated", type=int, default=SIMULATED)
    parser.add_argument("--only", choices=("emulator", "csim", "table"), default="")
    chosen = parser.parse_args()
    warnings.filterwarnings("ignore", module="qkeras")
    if chosen.only in {"", "emulator"}:
        emulate_all(chosen.networks)
    if chosen.only in {"", "csim"}:
        simulate_some(chosen.simulated)
    table()


if __name__ == "__main__":
    main()
