// The clock for trigger_shell_bench in an event-driven simulator such as Icarus Verilog:
//   iverilog -g2005 -o shell ../rtl/trigger_shell.v example_network.v trigger_shell_bench.v \
//     trigger_shell_tb.v && vvp shell

`timescale 1ns / 1ps
module trigger_shell_tb;
    reg clk = 1'b0;
    always #2.5 clk = ~clk;
    trigger_shell_bench bench (.clk(clk));
endmodule
