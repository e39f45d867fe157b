// A generated network inside of a trigger: bunch crossings in, decisions out.
//
// The clock is a multiple of the bunch-crossing clock. In the cycle in which bx_strobe is high the
// features of a crossing are sampled into a register and handed to the network; some cycles later,
// always the same number, its decision comes out together with the number of the crossing:
//
//   decision_valid  high for one cycle a crossing
//   decision        score >= threshold, as signed numbers if SCORE_SIGNED is 1
//   decision_bx     the bx that came with the features
//   missed          set when a crossing came that the network could not take; cleared by rst
//
// Two cycles are added to the latency of the network: the register of the features and that of the
// decision. The score is one element of the network's output: SCORE_BITS bits from SCORE_LSB on, a
// hardware integer; the threshold is one too, with the same binary point.
//
// The network is a macro, since its name and the names of its ports are those of the design:
//   NETWORK         its module                    e.g. -DNETWORK=jet_tagger
//   NETWORK_INPUT   the port of the features      e.g. -DNETWORK_INPUT=features
//   NETWORK_OUTPUT  the port of the scores        e.g. -DNETWORK_OUTPUT=dense_4
// Its other ports are those that the RTL back end writes: clk, rst, in_valid, in_ready, out_valid.

`default_nettype none
`ifndef NETWORK
`define NETWORK example_network
`endif
`ifndef NETWORK_INPUT
`define NETWORK_INPUT features
`endif
`ifndef NETWORK_OUTPUT
`define NETWORK_OUTPUT scores
`endif

module trigger_shell #(
    parameter INPUT_BITS = 32,
    parameter OUTPUT_BITS = 12,
    parameter SCORE_LSB = 0,
    parameter SCORE_BITS = 12,
    parameter SCORE_SIGNED = 1,
    parameter BX_BITS = 12,
    // Crossings under way at once: 2**DEPTH_BITS - 1 at most.
    parameter DEPTH_BITS = 5
) (
    input wire clk,
    input wire rst,
    input wire bx_strobe,
    input wire [BX_BITS-1:0] bx,
    input wire [INPUT_BITS-1:0] features,
    input wire [SCORE_BITS-1:0] threshold,
    output reg decision_valid,
    output reg decision,
    output reg [BX_BITS-1:0] decision_bx,
    output reg [SCORE_BITS-1:0] decision_score,
    output reg missed
);

    reg sampled;
    reg [INPUT_BITS-1:0] sample;
    reg [BX_BITS-1:0] sample_bx;

    always @(posedge clk) begin
        sampled <= bx_strobe & ~rst;
        if (bx_strobe) begin
            sample <= features;
            sample_bx <= bx;
        end
    end

    wire in_ready;
    wire out_valid;
    wire [OUTPUT_BITS-1:0] outputs;

    `NETWORK network (
        .clk(clk),
        .rst(rst),
        .in_valid(sampled),
        .in_ready(in_ready),
        .`NETWORK_INPUT (sample),
        .out_valid(out_valid),
        .`NETWORK_OUTPUT (outputs)
    );

    // The numbers of the crossings under way: results come out in the order they went in.
    reg [BX_BITS-1:0] numbers [0:2**DEPTH_BITS-1];
    reg [DEPTH_BITS-1:0] newest;
    reg [DEPTH_BITS-1:0] oldest;
    wire [DEPTH_BITS-1:0] next = newest + 1'b1;
    wire taken = sampled & in_ready & (next != oldest);

    always @(posedge clk) begin
        if (taken) numbers[newest] <= sample_bx;
        if (rst) begin
            newest <= 0;
            oldest <= 0;
            missed <= 1'b0;
        end else begin
            if (taken) newest <= next;
            if (out_valid) oldest <= oldest + 1'b1;
            if (sampled & ~taken) missed <= 1'b1;
        end
    end

    // Two numbers compare as unsigned ones do once their sign bits are turned around.
    wire [SCORE_BITS-1:0] score = outputs[SCORE_LSB+:SCORE_BITS];
    wire [SCORE_BITS-1:0] sign = (SCORE_SIGNED != 0) ? {1'b1, {(SCORE_BITS-1){1'b0}}} : {SCORE_BITS{1'b0}};

    always @(posedge clk) begin
        decision_valid <= out_valid & ~rst;
        decision <= (score ^ sign) >= (threshold ^ sign);
        decision_score <= score;
        decision_bx <= numbers[oldest];
    end

endmodule
`default_nettype wire
