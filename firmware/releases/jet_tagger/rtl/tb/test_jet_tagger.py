"""Send the vectors beside this file through jet_tagger; run it with: python run.py."""

import json
import random
from pathlib import Path

import cocotb
from cocotb.triggers import Timer

HERE = Path(__file__).parent
DESIGN = json.loads((HERE.parent / "rtl.json").read_text(encoding="utf-8"))
VECTORS = json.loads((HERE / "vectors.json").read_text(encoding="utf-8"))
LATENCY, INTERVAL = DESIGN["latency_cycles"], DESIGN["initiation_interval"]
BEATS_IN, BEATS_OUT = DESIGN["inputs"][0]["beats"], DESIGN["outputs"][0]["beats"]
HALF_PERIOD_PS = max(1, round(DESIGN["period_ns"] * 500))
DRAIN = LATENCY + INTERVAL * (1 + BEATS_OUT) + 16


class Bench:
    """Drives the clock itself: signals change while it is low and are read before it rises."""

    def __init__(self, dut, seed):
        self.dut, self.random = dut, random.Random(seed)
        self.cycle, self.accepted, self.results = 0, [], []

    async def step(self, *, beat=None, reset=False):
        """One cycle; returns whether the offered beat was taken."""
        dut = self.dut
        dut.clk.value, dut.rst.value, dut.in_valid.value = 0, int(reset), int(beat is not None)
        for port in DESIGN["inputs"]:
            bits = port["width"] * port["elements"]
            number = (
                self.random.getrandbits(bits)
                if beat is None
                else int(VECTORS["inputs"][port["name"]][beat], 16)
            )
            getattr(dut, port["name"]).value = number
        await Timer(HALF_PERIOD_PS, unit="ps")
        taken = beat is not None and int(dut.in_ready.value) == 1
        if not reset and int(dut.out_valid.value) == 1:
            row = {p["name"]: int(getattr(dut, p["name"]).value) for p in DESIGN["outputs"]}
            self.results.append((self.cycle, row))
        if taken:
            self.accepted.append((self.cycle, beat))
        dut.clk.value = 1
        await Timer(HALF_PERIOD_PS, unit="ps")
        self.cycle += 1
        return taken

    async def reset(self, cycles=2):
        for _ in range(cycles):
            await self.step(reset=True)
        self.accepted, self.results = [], []

    async def send(self, events, pause=lambda: 0):
        for beat in range(events.start * BEATS_IN, events.stop * BEATS_IN):
            for _ in range(pause()):
                await self.step()
            for _ in range(16 * INTERVAL + 1000):
                if await self.step(beat=beat):
                    break
            else:
                raise AssertionError(f"in_ready stays low for beat {beat}")

    async def drain(self):
        for _ in range(DRAIN):
            await self.step()

    def check(self, events, *, gaps):
        """Compare cycles and bits of all events since the last reset."""
        assert len(self.results) == len(events) * BEATS_OUT, (
            f"{len(self.results)} results for {len(events)} events"
        )
        firsts, lasts = self.accepted[::BEATS_IN], self.accepted[BEATS_IN - 1 :: BEATS_IN]
        for number, event in enumerate(events):
            rows = self.results[number * BEATS_OUT : (number + 1) * BEATS_OUT]
            latency = rows[-1][0] - lasts[number][0]
            assert latency == LATENCY, f"event {event}: latency {latency}, not {LATENCY}"
            for index, (_, row) in enumerate(rows):
                for name, found in row.items():
                    expected = int(VECTORS["outputs"][name][event * BEATS_OUT + index], 16)
                    assert found == expected, (
                        f"event {event}, {name}: {found:#x}, not {expected:#x}"
                    )
        if not gaps:
            intervals = {b[0] - a[0] for a, b in zip(firsts, firsts[1:])}
            assert intervals <= {INTERVAL}, f"intervals {intervals}, not {INTERVAL} cycles"


@cocotb.test()
async def back_to_back(dut):
    """Events follow as fast as the design takes them."""
    bench, events = Bench(dut, 1), range(VECTORS["events"])
    await bench.reset()
    await bench.send(events)
    await bench.drain()
    bench.check(events, gaps=False)


@cocotb.test()
async def gapped(dut):
    """Random pauses between beats, random bits on the ports meanwhile."""
    bench, events = Bench(dut, 2), range(VECTORS["events"])
    await bench.reset()
    await bench.send(events, pause=lambda: bench.random.choice((0, 0, 1, 2, LATENCY + INTERVAL)))
    await bench.drain()
    bench.check(events, gaps=True)


@cocotb.test()
async def reset_in_flight(dut):
    """A reset loses the events in the pipeline; nothing of them comes out later."""
    bench = Bench(dut, 3)
    await bench.reset()
    for _ in range(8):
        start = bench.random.randrange(VECTORS["events"])
        await bench.send(range(start, min(start + bench.random.randint(1, 8), VECTORS["events"])))
        await bench.reset(cycles=bench.random.randint(1, 3))
        events = range(min(4, VECTORS["events"]))
        await bench.send(events)
        await bench.drain()
        bench.check(events, gaps=False)
        await bench.reset()
