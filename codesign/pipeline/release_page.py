"""The README of a release: what it is, its ports, what was proved."""

from codesign.design.network import QuantizedNetwork
from codesign.design.rtl import RtlDesign, RtlPort
from codesign.design.rtl_results import RtlCertificate
from codesign.pipeline.release import NETWORK, RTL, VECTORS, Release

_BX_NS = 25.0
"""One LHC bunch crossing at 40 MHz."""


def release_page(
    release: Release, design: RtlDesign, proof: RtlCertificate, network: QuantizedNetwork
) -> str:
    """Return the page, as Markdown."""
    latency_ns = release.latency_cycles * release.period_ns
    ports = "\n".join(
        _row(way, port, network)
        for way, found in (("in", design.inputs), ("out", design.outputs))
        for port in found
    )
    runs = "\n".join(
        f"| {run.inputs} | {run.pattern} | {run.events:,} | {run.exact_events:,} |"
        for run in proof.runs
    )
    versions = ", ".join(f"{name} {version}" for name, version in release.tool_versions)
    return f"""\
# {release.design}

Promoted by `codesign promote`; every file has its digest in `release.json`. Nothing here is edited
by hand.

| | |
|---|---|
| device | {release.device} |
| clock | {release.period_ns:g} ns |
| latency | {release.latency_cycles} cycles, {latency_ns:g} ns, {latency_ns / _BX_NS:.2f} BX |
| initiation interval | {release.initiation_interval} cycles |
| top module | `{design.top}` |
| firmware | {release.firmware_digest[:16]} |
| network | {release.network_digest[:16]} |

`{RTL}/` is the project as it was generated (sources in the order of `rtl.json`), `{NETWORK}/` the
integers it computes with, `{VECTORS}/` {release.events} events as one hexadecimal word a beat and
port.

## Ports

`clk` rises; `rst` is synchronous and active high; an event goes in with `in_valid` and `in_ready`,
its result comes out with `out_valid`, always after the same number of cycles.

| | port | bits | element | elements a beat | beats |
|---|---|---|---|---|---|
{ports}

The first element is in the lowest bits.

## Proved

RTL against emulator, bit by bit, and in each run the latency and interval above:

| inputs | pattern | events | exact |
|---|---|---|---|
{runs}

`certificate.json` holds the proof for QKeras and emulator. Again, from the root of the checkout:

    codesign resimulate firmware/releases/{release.design}

Made with {versions}.
"""


def _row(way: str, port: RtlPort, network: QuantizedNetwork) -> str:
    precision = network.precision(port.name)
    return f"| {way} | `{port.name}` | {port.bits} | {precision} | {port.elements} | {port.beats} |"
