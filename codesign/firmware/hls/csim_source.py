"""The program around the top function for the C simulation.

It reads events of little-endian doubles and writes, for each, the values of the outputs and, where
asked, of every layer (through hls4ml's trace). Doubles hold every number of up to 53 bits exactly.
Everything is one translation unit: the headers, which take most of the time, are read once.
The tensors of large networks do not fit the usual stack, so the program asks for more and starts
itself again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from codesign.design.hardware import IoType

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
#include <sys/resource.h>
#include <unistd.h>

namespace nnet {{
bool trace_enabled = false;
std::map<std::string, void *> *trace_outputs = nullptr;
size_t trace_type_size = sizeof(double);
}} // namespace nnet

static int complain(const char *what) {{
    std::fprintf(stderr, "stream %s\\n", what);
    return 3;
}}

static void enlarge_stack(char **argv) {{
    rlimit limit;
    const rlim_t wanted = rlim_t(1) << 30;
    if (getrlimit(RLIMIT_STACK, &limit) != 0)
        return;
    const bool free = limit.rlim_max == RLIM_INFINITY || limit.rlim_max >= wanted;
    const rlim_t most = free ? wanted : limit.rlim_max;
    if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= most)
        return;
    limit.rlim_cur = most;
    if (setrlimit(RLIMIT_STACK, &limit) == 0)
        execv("/proc/self/exe", argv);
}}

int main(int argc, char **argv) {{
    if (argc != 4)
        return 2;
    enlarge_stack(argv);
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
    top: str,
    *,
    inputs: Sequence[Port],
    outputs: Sequence[Port],
    layers: Sequence[Port],
    io_type: IoType,
) -> str:
    """Return the C++ text of the program.

    Args:
        top: The top function.
        inputs: Its inputs, in the order of its arguments.
        outputs: Its outputs, in the order of its arguments.
        layers: The traced layers; their values follow those of the outputs in this order.
        io_type: Whether a port is an array or a stream of packets.
    """
    outputs_size = sum(port.size for port in outputs)
    make_input, make_output, take = (
        (_input_stream, _output_stream, _take_stream)
        if io_type is IoType.STREAM
        else (_input_array, _output_array, _take_array)
    )
    read = [make_input(port, start) for port, start in _places(inputs, 0)]
    write = [take(port, start) for port, start in _places(outputs, 0)]
    trace = [
        f'        (*nnet::trace_outputs)["{port.name}"] = row + {start};'
        for port, start in _places(layers, outputs_size)
    ]
    arguments = [f"in_{port.name}" for port in inputs] + [f"out_{port.name}" for port in outputs]
    return _MAIN.format(
        top=top,
        inputs_size=sum(port.size for port in inputs),
        outputs_size=outputs_size,
        layers_size=sum(port.size for port in layers),
        trace="\n".join(trace),
        read="\n".join(read),
        declare="\n".join(make_output(port) for port in outputs),
        arguments=", ".join(arguments),
        write="\n".join(write),
    )


def _input_array(port: Port, start: int) -> str:
    return (
        f"        {port.type_name} in_{port.name}[{port.size}];\n"
        f"        for (size_t i = 0; i < {port.size}; i++)\n"
        f"            in_{port.name}[i] = event[{start} + i];"
    )


def _output_array(port: Port) -> str:
    return f"        {port.type_name} out_{port.name}[{port.size}];"


def _take_array(port: Port, start: int) -> str:
    return (
        f"        for (size_t i = 0; i < {port.size}; i++)\n"
        f"            row[{start} + i] = double(out_{port.name}[i]);"
    )


def _input_stream(port: Port, start: int) -> str:
    return (
        f'        hls::stream<{port.type_name}> in_{port.name}("in_{port.name}");\n'
        f"        for (size_t i = 0; i < {port.size};) {{\n"
        f"            {port.type_name} packet;\n"
        f"            for (size_t j = 0; j < {port.type_name}::size; j++, i++)\n"
        f"                packet[j] = event[{start} + i];\n"
        f"            in_{port.name}.write(packet);\n"
        f"        }}"
    )


def _output_stream(port: Port) -> str:
    return f'        hls::stream<{port.type_name}> out_{port.name}("out_{port.name}");'


def _take_stream(port: Port, start: int) -> str:
    return (
        f"        for (size_t i = 0; i < {port.size};) {{\n"
        f"            if (out_{port.name}.empty())\n"
        f'                return complain("{port.name} ends too early");\n'
        f"            {port.type_name} packet = out_{port.name}.read();\n"
        f"            for (size_t j = 0; j < {port.type_name}::size; j++, i++)\n"
        f"                row[{start} + i] = double(packet[j]);\n"
        f"        }}\n"
        f"        if (!out_{port.name}.empty())\n"
        f'            return complain("{port.name} is longer than its shape");'
    )


def _places(ports: Sequence[Port], first: int) -> list[tuple[Port, int]]:
    """Return each port with where it begins in a row."""
    starts = accumulate((port.size for port in ports), initial=first)
    return list(zip(ports, starts, strict=False))
