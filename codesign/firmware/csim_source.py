"""The program around the top function for the C simulation.

It reads events of little-endian doubles and writes, for each, the values of the outputs and, where
asked, of every layer (through hls4ml's trace). Doubles hold every number of up to 53 bits exactly.
Everything is one translation unit: the headers, which take most of the time, are read once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

MAIN = "csim_main.cpp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """A tensor of the generated code.

    Attributes:
        name: Of the input, output or layer.
        type_name: Its C++ type.
        size: Its number of elements.
    """

    name: str
    type_name: str
    size: int


_MAIN = """\
// C simulation of {top}. usage: csim <events> <results> <outputs|layers>
// Events and results are rows of little-endian doubles.
#include "firmware/{top}.cpp"

#include <cstdio>
#include <cstring>

namespace nnet {{
bool trace_enabled = false;
std::map<std::string, void *> *trace_outputs = nullptr;
size_t trace_type_size = sizeof(double);
}} // namespace nnet

int main(int argc, char **argv) {{
    if (argc != 4)
        return 2;
    FILE *events = std::fopen(argv[1], "rb");
    FILE *results = std::fopen(argv[2], "wb");
    if (!events || !results) {{
        std::fprintf(stderr, "cannot open %s or %s\\n", argv[1], argv[2]);
        return 2;
    }}
    static double event[{inputs_size}];
    static double row[{outputs_size} + {layers_size}];
    size_t width = {outputs_size};
    if (std::strcmp(argv[3], "layers") == 0) {{
        width += {layers_size};
        nnet::trace_enabled = true;
        nnet::trace_outputs = new std::map<std::string, void *>;
{trace}
    }}
    size_t found;
    while ((found = std::fread(event, sizeof(double), {inputs_size}, events)) == {inputs_size}) {{
{read}
{declare}
        {top}({arguments});
{write}
        if (std::fwrite(row, sizeof(double), width, results) != width) {{
            std::fprintf(stderr, "cannot write %s\\n", argv[2]);
            return 3;
        }}
    }}
    if (found != 0 || std::ferror(events) || std::fclose(results) != 0) {{
        std::fprintf(stderr, "%s ends within an event, or %s is not complete\\n", argv[1], argv[2]);
        return 3;
    }}
    return 0;
}}
"""


def csim_source(
    top: str, *, inputs: Sequence[Port], outputs: Sequence[Port], layers: Sequence[Port]
) -> str:
    """Return the C++ text of the program.

    Args:
        top: The top function.
        inputs: Its inputs, in the order of its arguments.
        outputs: Its outputs, in the order of its arguments.
        layers: The traced layers; their values follow those of the outputs in this order.
    """
    outputs_size = sum(port.size for port in outputs)
    read, write, trace = [], [], []
    for port, start in zip(inputs, _starts(inputs, 0), strict=True):
        read += [
            f"        {port.type_name} in_{port.name}[{port.size}];",
            f"        for (size_t i = 0; i < {port.size}; i++)",
            f"            in_{port.name}[i] = event[{start} + i];",
        ]
    for port, start in zip(outputs, _starts(outputs, 0), strict=True):
        write += [
            f"        for (size_t i = 0; i < {port.size}; i++)",
            f"            row[{start} + i] = double(out_{port.name}[i]);",
        ]
    for port, start in zip(layers, _starts(layers, outputs_size), strict=True):
        trace.append(f'        (*nnet::trace_outputs)["{port.name}"] = row + {start};')
    declare = [f"        {port.type_name} out_{port.name}[{port.size}];" for port in outputs]
    arguments = [f"in_{port.name}" for port in inputs] + [f"out_{port.name}" for port in outputs]
    return _MAIN.format(
        top=top,
        inputs_size=sum(port.size for port in inputs),
        outputs_size=outputs_size,
        layers_size=sum(port.size for port in layers),
        trace="\n".join(trace),
        read="\n".join(read),
        declare="\n".join(declare),
        arguments=", ".join(arguments),
        write="\n".join(write),
    )


def _starts(ports: Sequence[Port], first: int) -> list[int]:
    """Return where each port begins in a row."""
    starts = [first]
    for port in ports:
        starts.append(starts[-1] + port.size)
    return starts[:-1]
