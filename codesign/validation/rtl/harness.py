"""The C++ program that drives a model that Verilator made.

It reads steps, rows of little-endian 32-bit words: flags (1: a beat is offered, 2: reset), then
the input bus. It writes the cycle in which each step ended, as 64-bit numbers, and a row for each
cycle with ``out_valid`` high: the cycle in two words, then the output bus. Where the design takes
no beat for too long it ends early: steps without an end tell which.
"""

HARNESS = "harness.cpp"
PREFIX = "Vbench"

HARNESS_TEXT = """\
// usage: simulator <steps> <ends> <results> <input words> <output words> <seed> <patience>
#include "Vbench.h"
#include "verilated.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

template <class T> static void put(T &port, const uint32_t *words) {
    uint64_t value = words[0];
    if (sizeof(T) > 4)
        value |= uint64_t(words[1]) << 32;
    port = T(value);
}

template <std::size_t N> static void put(VlWide<N> &port, const uint32_t *words) {
    for (std::size_t i = 0; i < N; i++)
        port[i] = words[i];
}

template <class T> static void take(const T &port, uint32_t *words) {
    words[0] = uint32_t(port);
    if (sizeof(T) > 4)
        words[1] = uint32_t(uint64_t(port) >> 32);
}

template <std::size_t N> static void take(const VlWide<N> &port, uint32_t *words) {
    for (std::size_t i = 0; i < N; i++)
        words[i] = port[i];
}

int main(int argc, char **argv) {
    if (argc != 8)
        return 2;
    FILE *steps = std::fopen(argv[1], "rb");
    FILE *ends = std::fopen(argv[2], "wb");
    FILE *results = std::fopen(argv[3], "wb");
    if (!steps || !ends || !results) {
        std::fprintf(stderr, "cannot open %s, %s or %s\\n", argv[1], argv[2], argv[3]);
        return 3;
    }
    const std::size_t wide_in = std::strtoul(argv[4], nullptr, 10);
    const std::size_t wide_out = std::strtoul(argv[5], nullptr, 10);
    const uint64_t patience = std::strtoull(argv[7], nullptr, 10);
    VerilatedContext context;
    context.randReset(2); // registers without a reset start at random
    context.randSeed(std::atoi(argv[6]));
    Vbench bench{&context};
    std::vector<uint32_t> step(1 + wide_in), row(2 + wide_out);
    uint64_t cycle = 0;
    while (std::fread(step.data(), 4, step.size(), steps) == step.size()) {
        bench.in_valid = step[0] & 1;
        bench.rst = (step[0] >> 1) & 1;
        put(bench.data, &step[1]);
        const uint64_t offered = cycle;
        bool done = false;
        while (!done) {
            bench.clk = 0;
            bench.eval();
            done = bench.in_ready || !bench.in_valid;
            if (bench.out_valid) {
                row[0] = uint32_t(cycle);
                row[1] = uint32_t(cycle >> 32);
                take(bench.result, &row[2]);
                std::fwrite(row.data(), 4, row.size(), results);
            }
            bench.clk = 1;
            bench.eval();
            if (!done && cycle - offered >= patience)
                break; // the missing end tells
            cycle++;
        }
        if (!done)
            break;
        const uint64_t end = cycle - 1;
        std::fwrite(&end, 8, 1, ends);
    }
    bench.final();
    if (std::ferror(steps) || std::fclose(ends) != 0 || std::fclose(results) != 0) {
        std::fprintf(stderr, "cannot read %s or write %s, %s\\n", argv[1], argv[2], argv[3]);
        return 3;
    }
    return 0;
}
"""
