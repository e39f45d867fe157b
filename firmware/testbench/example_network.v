// A stand-in for a generated network, with its protocol: 4 features of 8 bits, signed, in; two
// scores of 12 bits out, their weighted sums. Six cycles of latency, one event every
// NETWORK_INTERVAL cycles, a macro.

`default_nettype none
`ifndef NETWORK_INTERVAL
`define NETWORK_INTERVAL 1
`endif

module example_network (
    input wire clk,
    input wire rst,
    input wire in_valid,
    output wire in_ready,
    input wire [31:0] features,
    output wire out_valid,
    output wire [23:0] scores
);
    localparam LATENCY = 6;
    localparam [7:0] INTERVAL = `NETWORK_INTERVAL;

    wire signed [11:0] f0 = {{4{features[7]}}, features[7:0]};
    wire signed [11:0] f1 = {{4{features[15]}}, features[15:8]};
    wire signed [11:0] f2 = {{4{features[23]}}, features[23:16]};
    wire signed [11:0] f3 = {{4{features[31]}}, features[31:24]};
    wire signed [11:0] first = f0 + f1 - f2;
    wire signed [11:0] second = f3 + f3 + f3 - f0;

    reg [23:0] values [0:LATENCY-1];
    reg [LATENCY-1:0] valids;
    reg [7:0] wait_cycles;
    integer stage;

    assign in_ready = wait_cycles == 0;
    assign out_valid = valids[LATENCY-1];
    assign scores = values[LATENCY-1];

    always @(posedge clk) begin
        values[0] <= {second, first};
        for (stage = 1; stage < LATENCY; stage = stage + 1) values[stage] <= values[stage-1];
        valids <= rst ? {LATENCY{1'b0}} : {valids[LATENCY-2:0], in_valid & in_ready};
        if (rst) wait_cycles <= 0;
        else if (in_valid & in_ready) wait_cycles <= INTERVAL - 8'd1;
        else if (wait_cycles != 0) wait_cycles <= wait_cycles - 1'b1;
    end
endmodule
`default_nettype wire
