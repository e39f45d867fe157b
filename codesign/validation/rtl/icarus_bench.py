"""The test bench for simulators that interpret Verilog.

It reads steps, lines of ``<offered> <reset> <bus>`` in hexadecimal, and writes lines: ``E cycle``
for the end of each step, ``R cycle bus`` for each result, ``X cycle signal`` where ``out_valid`` or
``in_ready`` is neither 0 nor 1 outside of reset.
"""

from codesign.validation.rtl.bench import BENCH, Bench
from codesign.validation.rtl.buses import WORD

DRIVER = "codesign_driver"

_DRIVER = """\
`timescale 1ns / 1ps
module {driver};
    reg clk = 0, rst = 0, in_valid = 0;
    reg [{input_top}:0] data;
    wire in_ready, out_valid;
    wire [{output_top}:0] result;
    reg [8*4096-1:0] steps_path, log_path;
    reg next_valid, next_rst, done;
    reg [{input_top}:0] next_data;
    integer steps, log, fields, cycle, waited, patience;

    {bench} bench (
        .clk(clk), .rst(rst), .in_valid(in_valid), .data(data),
        .in_ready(in_ready), .out_valid(out_valid), .result(result)
    );

    initial begin
        if (!$value$plusargs("steps=%s", steps_path) || !$value$plusargs("log=%s", log_path)
            || !$value$plusargs("patience=%d", patience))
            $finish;
        steps = $fopen(steps_path, "r");
        log = $fopen(log_path, "w");
        cycle = 0;
        done = 1;
        fields = $fscanf(steps, "%h %h %h", next_valid, next_rst, next_data);
        while (fields == 3 && done) begin
            done = 0;
            waited = 0;
            while (!done && waited <= patience) begin
                clk = 0;
                in_valid = next_valid;
                rst = next_rst;
                data = next_data;
                #2;
                if (!rst && (out_valid === 1'bx || out_valid === 1'bz))
                    $fdisplay(log, "X %0d out_valid", cycle);
                if (in_valid && (in_ready === 1'bx || in_ready === 1'bz))
                    $fdisplay(log, "X %0d in_ready", cycle);
                if (out_valid === 1'b1)
                    $fdisplay(log, "R %0d %h", cycle, result);
                done = !in_valid || in_ready === 1'b1;
                #3 clk = 1;
                #5 cycle = cycle + 1;
                waited = waited + 1;
            end
            if (done)
                $fdisplay(log, "E %0d", cycle - 1);
            fields = $fscanf(steps, "%h %h %h", next_valid, next_rst, next_data);
        end
        $fclose(log);
        $finish;
    end
endmodule
"""


def driver_source(bench: Bench) -> str:
    """Return the Verilog text of the test bench around the module of ``bench_source``."""
    return _DRIVER.format(
        driver=DRIVER,
        bench=BENCH,
        input_top=bench.input_words * WORD - 1,
        output_top=bench.output_words * WORD - 1,
    )
