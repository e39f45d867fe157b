"""A program that behaves as Vitis HLS, Vivado HLS or Vivado do, right or wrong as a test asks.

It reads the Tcl script it is given and writes the reports that the script asks for, in the formats
of the tools, with numbers of its own for the part, clock and top of the script. ``behavior.json``
beside it says what goes wrong.
"""

import json
import re
import shutil
import sys
import time
from pathlib import Path

BEHAVIOR = "behavior.json"
LUT, FF, DSP, TILES = 18_751, 7_239, 12, 3
LATENCY, INTERVAL = 9, 1
BANNERS = {
    "vitis_hls": "\nVitis HLS - High-Level Synthesis from C, C++ and OpenCL v{} (64-bit)",
    "vivado_hls": "\nVivado(TM) HLS - High-Level Synthesis from C, C++ and SystemC v{} (64-bit)",
    "vitis-run": "\n****** vitis-run v{} (64-bit)",
    "v++": "****** v++ v{} (64-bit)",
    "vivado": "vivado v{} (64-bit)",
}
HELD = {"LUT": 1_182_240, "FF": 2_364_480, "DSP": 6_840, "BRAM_18K": 4_320, "URAM": 960}
"""Of the VU9P, AMD DS890."""
PRIMITIVES = [
    ("LUT6", LUT, "CLB"),
    ("FDRE", FF, "Register"),
    ("DSP_ALU", DSP, "Arithmetic"),
    ("DSP48E2", DSP, "Arithmetic"),
    ("RAMB36E2", TILES, "BLOCKRAM"),
]


def install(folder: Path, program: str, *, version: str = "2023.1", **behavior: object) -> Path:
    """Put a program into a folder and return it.

    Args:
        folder: Where to.
        program: Which tool it is.
        version: That it names.
        behavior: What goes wrong; see :func:`main`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(__file__, folder / "fake_vendor.py")
    (folder / f"{program}.{BEHAVIOR}").write_text(
        json.dumps({"version": version, **behavior}), encoding="utf-8"
    )
    path = folder / program
    text = (
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(folder)!r})\n"
        "sys.dont_write_bytecode = True\n"
        f"import fake_vendor\nfake_vendor.main({program!r}, {str(folder)!r}, sys.argv[1:])\n"
    )
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


def main(program: str, home: str, arguments: list[str]) -> None:
    """Be the program.

    Behavior: ``says`` in place of a banner; ``fails`` with a status; ``prints`` a text; ``dies`` by
    a signal; ``hangs`` with a grandchild that ignores SIGTERM; ``hoards`` megabytes; ``silent``
    writes no report; ``halves`` cuts each report in two; ``part``, ``top``, ``period`` that reports
    speak of in place of the script's; ``stale`` leaves reports of an hour ago; ``fills`` writes a
    large file; ``touches`` a file of the project.
    """
    behavior = json.loads((Path(home) / f"{program}.{BEHAVIOR}").read_text(encoding="utf-8"))
    with (Path(home) / "calls.txt").open("a", encoding="utf-8") as calls:
        calls.write(f"{program} {' '.join(arguments)}\n")
    if "version" in arguments[0]:
        sys.stdout.write(behavior.get("says", BANNERS[program].format(behavior["version"])) + "\n")
        return
    script = next(argument for argument in arguments if argument.endswith((".tcl", ".cfg")))
    _work(behavior, Path(script))


def _work(behavior: dict, script: Path) -> None:
    _misbehave(behavior)
    if "prints" in behavior:
        sys.stdout.write(behavior["prints"] + "\n")
        sys.stdout.flush()
    if "fails" in behavior:
        sys.exit(behavior["fails"])
    if "touches" in behavior:
        Path(behavior["touches"]).write_text("// edited\n", encoding="utf-8")
    if not behavior.get("silent"):
        for path in _write(_read(script, behavior)):
            _spoil(path, behavior)


def _misbehave(behavior: dict) -> None:
    import os
    import signal
    import subprocess

    if "dies" in behavior:
        os.kill(os.getpid(), getattr(signal, behavior["dies"]))
    if "hangs" in behavior:
        ignoring = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(120)"
        child = subprocess.Popen([sys.executable, "-c", ignoring])
        pids = f"{os.getpid()} {child.pid}"
        Path(behavior["hangs"]).write_text(pids, encoding="utf-8")
        time.sleep(120)
    if "hoards" in behavior:
        kept = bytearray(behavior["hoards"] * 1_000_000)
        kept[::4096] = b"x" * len(kept[::4096])
        time.sleep(60)
    if "fills" in behavior:
        Path("large.bin").write_bytes(b"x" * behavior["fills"])


def _spoil(path: Path, behavior: dict) -> None:
    import os

    if behavior.get("halves"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text[: len(text) // 2], encoding="utf-8")
    if behavior.get("stale"):
        hour_ago = time.time() - 3600
        os.utime(path, (hour_ago, hour_ago))


def _read(script: Path, behavior: dict) -> dict:
    """Return what the script asks for."""
    text = script.read_text(encoding="utf-8")
    before = Path("asked.json")
    asked = json.loads(before.read_text(encoding="utf-8")) if before.exists() else {}
    patterns = {
        "top": r"(?:set_top|synth_design -top) \{(\w+)\}|^syn\.top=(\w+)",
        "part": r"(?:set_part|-part) \{([\w-]+)\}|^part=([\w-]+)",
        "period": r"create_clock -period (\S+) -name|^clock=(\S+)ns",
    }
    for name, pattern in patterns.items():
        found = re.search(pattern, text, re.MULTILINE)
        if found:
            asked[name] = next(group for group in found.groups() if group)
    constraint = Path("clock.xdc")
    if constraint.exists():
        found = re.search(r"-name (\w+) -period (\S+)", constraint.read_text(encoding="utf-8"))
        asked["clock"], asked["period"] = found.groups()
    before.write_text(json.dumps(asked), encoding="utf-8")
    asked |= {name: behavior[name] for name in ("part", "top", "period") if name in behavior}
    return {**asked, "script": text, "name": script.stem, "version": behavior["version"]}


def _write(asked: dict) -> list[Path]:
    text, name = asked["script"], asked["name"]
    if "csynth_design" in text or name == "hls_config":
        home = Path("work/hls" if name == "hls_config" else "hls/solution1")
        verilog = home / "syn" / "verilog"
        verilog.mkdir(parents=True)
        (verilog / f"{asked['top']}.v").write_text("// generated\n", encoding="utf-8")
        return [_put(home / "syn/report" / f"{asked['top']}_csynth.xml", csynth_xml(asked))]
    if "cosim_design" in text:
        path = Path("hls/solution1/sim/report") / f"{asked['top']}_cosim.rpt"
        return [_put(path, cosim(asked))]
    if "export_design" in text:
        _put(Path("hls/solution1/impl/ip/component.xml"), "<component/>\n")
        return []
    makers = {
        "utilization": utilization,
        "utilization_hierarchical": hierarchy,
        "timing_summary": timing,
        "power": power,
    }
    state = "Routed" if name == "place" else "Synthesized"
    files = [Path(path) for path in re.findall(r"-file (\S+)", text)]
    Path(f"{name}.dcp").write_bytes(b"checkpoint")
    return [_put(path, makers[path.stem]({**asked, "state": state})) for path in files]


def _put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def csynth_xml(asked: dict) -> str:
    """Return the XML of a C synthesis."""
    used = {"BRAM_18K": 2 * TILES, "DSP": DSP, "FF": FF, "LUT": LUT, "URAM": 0}
    resources = "\n".join(f"<{name}>{count}</{name}>" for name, count in used.items())
    held = "\n".join(f"<{name}>{HELD[name]}</{name}>" for name in used)
    period = f"{float(asked['period']):.2f}"
    nanoseconds = f"{LATENCY * float(period):.3f} ns"
    cases = ("Best", "Average", "Worst")
    cycles = "\n".join(f"<{case}-caseLatency>{LATENCY}</{case}-caseLatency>" for case in cases)
    times = "\n".join(
        f"<{case}-caseRealTimeLatency>{nanoseconds}</{case}-caseRealTimeLatency>" for case in cases
    )
    return f"""\
<profile>

<ReportVersion>
<Version>{asked["version"]}</Version>
</ReportVersion>

<UserAssignments>
<unit>ns</unit>
<ProductFamily>virtexuplus</ProductFamily>
<Part>{asked["part"]}</Part>
<TopModelName>{asked["top"]}</TopModelName>
<TargetClockPeriod>{period}</TargetClockPeriod>
<ClockUncertainty>0.62</ClockUncertainty>
<FlowTarget>vivado</FlowTarget>
</UserAssignments>

<PerformanceEstimates>
<PipelineType>yes</PipelineType>
<SummaryOfTimingAnalysis>
<unit>ns</unit>
<EstimatedClockPeriod>{0.8 * float(period):.3f}</EstimatedClockPeriod>
</SummaryOfTimingAnalysis>
<SummaryOfOverallLatency>
<unit>clock cycles</unit>
{cycles}
{times}
<PipelineInitiationInterval>{INTERVAL}</PipelineInitiationInterval>
<PipelineDepth>{LATENCY + 1}</PipelineDepth>
<Interval-min>{INTERVAL}</Interval-min>
<Interval-max>{INTERVAL}</Interval-max>
</SummaryOfOverallLatency>
</PerformanceEstimates>

<AreaEstimates>
<Resources>
{resources}
</Resources>
<AvailableResources>
{held}
</AvailableResources>
</AreaEstimates>
</profile>
"""


def cosim(asked: dict) -> str:
    """Return the report of a co-simulation."""
    wide, narrow, total = "-" * 47, "-" * 10, "-" * 22
    frame = f"+{narrow}+{narrow}+{wide}+{wide}+{total}+"
    ends = "|".join(f"{end:^15}" for end in ("min", "avg", "max") * 2)
    titles = f"{'Latency(Clock Cycles)':^47}|{'Interval(Clock Cycles)':^47}"
    open_cells = "|".join(f"{'NA':>15}" for _ in range(6))
    cells = "|".join(f"{cycles:>15}" for cycles in (LATENCY,) * 3 + (INTERVAL,) * 3)
    return f"""

================================================================
== Vitis HLS - High-Level Synthesis from C, C++ and OpenCL v{asked["version"]} (64-bit)
================================================================

Simulation tool : xsim.

Report time       : {_date(" UTC")}.
Solution          : solution1.

{frame}
|          |          |{titles}| Total Execution Time |
+   RTL    +  Status  +{wide}+{wide}+    (Clock Cycles)    +
|          |          |{ends}|{"":>22}|
{frame}
|      VHDL|        NA|{open_cells}|{"NA":>22}|
|   Verilog|      Pass|{cells}|{LATENCY:>22}|
{frame}
"""


def utilization(asked: dict) -> str:
    """Return ``report_utilization``."""
    sections = (
        (
            "1. CLB Logic",
            _usage(
                ("CLB LUTs*", LUT, HELD["LUT"]),
                ("  LUT as Logic", LUT, HELD["LUT"]),
                ("  LUT as Memory", 0, 591_840),
                ("CLB Registers", FF, HELD["FF"]),
                ("  Register as Flip Flop", FF, HELD["FF"]),
                ("  Register as Latch", 0, HELD["FF"]),
            ),
        ),
        (
            "2. BLOCKRAM",
            _usage(
                ("Block RAM Tile", TILES, HELD["BRAM_18K"] // 2),
                ("  RAMB36/FIFO*", TILES, HELD["BRAM_18K"] // 2),
                ("  RAMB18", 0, HELD["BRAM_18K"]),
                ("URAM", 0, HELD["URAM"]),
            ),
        ),
        ("3. ARITHMETIC", _usage(("DSPs", DSP, HELD["DSP"]))),
        ("4. Primitives", _grid(("Ref Name", "Used", "Functional Category"), PRIMITIVES)),
    )
    titles = "\n".join(title for title, _ in sections)
    body = "\n\n".join(f"{title}\n{'-' * len(title)}\n\n{table}" for title, table in sections)
    command = "report_utilization -file utilization.rpt"
    return f"""{_head(asked, command)}
Utilization Design Information

Table of Contents
-----------------
{titles}

{body}

"""


def hierarchy(asked: dict) -> str:
    """Return ``report_utilization -hierarchical``."""
    columns = ("Instance", "Module", "Total LUTs", "Logic LUTs", "LUTRAMs", "SRLs", "FFs")
    columns += ("RAMB36", "RAMB18", "URAM", "DSP Blocks")
    inner = (LUT - 51, LUT - 51, 0, 0, FF - 39, TILES, 0, 0, DSP)
    rows = [
        (asked["top"], "(top)", LUT, LUT, 0, 0, FF, TILES, 0, 0, DSP),
        (f"  ({asked['top']})", "(top)", 51, 51, 0, 0, 39, 0, 0, 0, 0),
        ("  dense_1", "dense_1", *inner),
    ]
    table = _grid(columns, rows)
    title = "1. Utilization by Hierarchy"
    command = "report_utilization -hierarchical -file utilization_hierarchical.rpt"
    return f"""{_head(asked, command)}
Utilization Design Information

Table of Contents
-----------------
{title}

{title}
{"-" * len(title)}

{table}


"""


def timing(asked: dict) -> str:
    """Return ``report_timing_summary``."""
    period, slack = float(asked["period"]), "0.412"
    names = ("WNS(ns)", "TNS(ns)", "TNS Failing Endpoints", "TNS Total Endpoints")
    names += ("WHS(ns)", "THS(ns)", "THS Failing Endpoints", "THS Total Endpoints")
    names += ("WPWS(ns)", "TPWS(ns)", "TPWS Failing Endpoints", "TPWS Total Endpoints")
    values = (slack, "0.000", "0", str(FF), "0.031", "0.000", "0", str(FF))
    values += (f"{period / 2 - 0.275:.3f}", "0.000", "0", str(FF + 1))
    clock = asked["clock"]
    wave = f"{{0.000 {period / 2:.3f}}}"
    summary = ("Clock", "Waveform(ns)", "Period(ns)", "Frequency(MHz)")
    path = f"Setup :            0  Failing Endpoints,  Worst Slack        {slack}ns,"
    state = "routed" if asked["state"] == "Routed" else "unplaced"
    parts = (
        ("Design Timing Summary", _words(names, values)),
        ("Clock Summary", _words(summary, (clock, wave, f"{period:.3f}", f"{1000 / period:.3f}"))),
        ("Intra Clock Table", _words(("Clock", *names), (clock, *values))),
        ("Inter Clock Table", _words(("From Clock", "To Clock", *names[:8]))),
        ("Other Path Groups Table", _words(("Path Group", "From Clock", "To Clock", *names[:8]))),
        ("Timing Details", f"{path}  Total Violation        0.000ns\n     net (fo=3, {state})"),
    )
    line = "-" * 96
    body = "\n\n".join(
        f"{line}\n| {title}\n| {'-' * len(title)}\n{line}\n\n{text}\n" for title, text in parts
    )
    body = body.replace(
        f"{line}\n| Clock Summary",
        f"All user specified timing constraints are met.\n\n\n{line}\n| Clock Summary",
    )
    return f"{_head(asked, 'report_timing_summary')}\nTiming Summary Report\n\n{body}"


def power(asked: dict) -> str:
    """Return ``report_power``."""
    rows = (
        ("Total On-Chip Power (W)", "3.125"),
        ("Design Power Budget (W)", "Unspecified*"),
        ("Power Budget Margin (W)", "NA"),
        ("Dynamic (W)", "0.625"),
        ("Device Static (W)", "2.500"),
        ("Effective TJA (C/W)", "0.5"),
        ("Max Ambient (C)", "98.4"),
        ("Junction Temperature (C)", "26.6"),
        ("Confidence Level", "Low"),
    )
    frame = f"+{'-' * 26}+{'-' * 14}+"
    table = "\n".join(f"| {name:<24} | {value:<12} |" for name, value in rows)
    parts = _grid(
        ("On-Chip", "Power (W)", "Used", "Available", "Utilization (%)"),
        [
            ("CLB Logic", "0.625", LUT, "---", "---"),
            ("Static Power", "2.500", "", "", ""),
            ("Total", "3.125", "", "", ""),
        ],
    )
    titles = ("1. Summary", "1.1 On-Chip Components")
    contents = "\n".join(titles)
    body = "\n\n\n".join(
        f"{title}\n{'-' * len(title)}\n\n{text}"
        for title, text in zip(titles, (f"{frame}\n{table}\n{frame}", parts), strict=True)
    )
    return f"""{_head(asked, "report_power -file power.rpt")}
Power Report

Table of Contents
-----------------
{contents}

{body}

"""


def _head(asked: dict, command: str) -> str:
    line = "-" * 96
    return f"""\
Copyright 1986-2022 Xilinx, Inc. All Rights Reserved. Copyright 2022-2023 Advanced Micro Devices.
{line}
| Tool Version : Vivado v.{asked["version"]} (lin64) Build 1 Sun May  7 15:04:56 MDT 2023
| Date         : {_date()}
| Host         : nowhere running 64-bit Linux
| Command      : {command}
| Design       : {asked["top"]}
| Device       : {asked["part"]}
| Speed File   : -{asked["part"].split("-")[2]}
| Design State : {asked["state"]}
{line}
"""


def _usage(*rows: tuple[str, int, int]) -> str:
    columns = ("Site Type", "Used", "Fixed", "Prohibited", "Available", "Util%")
    return _grid(
        columns,
        [(name, used, 0, 0, held, _percent(used, held)) for name, used, held in rows],
    )


def _percent(used: int, held: int) -> str:
    share = 100 * used / held
    return "<0.01" if 0 < share < 0.005 else f"{share:.2f}"


def _grid(columns: tuple[str, ...], rows: list[tuple]) -> str:
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    frame = "+" + "+".join("-" * (width + 2) for width in widths) + "+"
    titles = "|" + "|".join(f" {n:^{w}} " for n, w in zip(columns, widths, strict=True)) + "|"
    lines = []
    for row in cells:
        parts = (
            f" {cell:<{width}} " if place == 0 else f" {cell:>{width}} "
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append("|" + "|".join(parts) + "|")
    return "\n".join((frame, titles, frame, *lines, frame))


def _words(names: tuple[str, ...], *rows: tuple[str, ...]) -> str:
    widths = [max(map(len, column)) for column in zip(names, *rows, strict=True)]
    dashes = tuple("-" * len(name) for name in names)
    return "\n".join(
        "  ".join(f"{word:<{width}}" for word, width in zip(row, widths, strict=True))
        for row in (names, dashes, *rows)
    )


def _date(zone: str = "") -> str:
    return time.strftime(f"%a %b %d %H:%M:%S{zone} %Y")
