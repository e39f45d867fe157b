// Drives trigger_shell with crossings from a file and compares each decision with the file.
//
// vectors.hex, read from the working folder, one crossing a line:
//   {4 bits: expected decision, SCORE_BITS in whole digits: expected score, features}
// The bench needs nothing but a clock: any simulator's harness can drive it. It prints one line,
// "PASS <crossings>" or "FAIL <why>", and calls $finish.

`default_nettype none
`ifndef VECTORS
`define VECTORS 64
`endif
`ifndef CYCLES_PER_BX
`define CYCLES_PER_BX 5
`endif
`ifndef THRESHOLD
`define THRESHOLD 12'd20
`endif

module trigger_shell_bench (
    input wire clk
);
    localparam FEATURE_BITS = 32;
    localparam SCORE_BITS = 12;
    localparam WIDTH = 4 + SCORE_BITS + FEATURE_BITS;
    localparam RESET_CYCLES = 4;
    localparam FIRST_BX = 12'd3560;

    reg [WIDTH-1:0] vectors [0:`VECTORS-1];
    reg [31:0] cycle = 0;
    reg [31:0] sent = 0;
    reg [31:0] seen = 0;
    reg [31:0] phase = 0;
    reg [31:0] latency = 0;
    reg [31:0] first_sent = 0;

    initial $readmemh("vectors.hex", vectors);

    wire rst = cycle < RESET_CYCLES;
    wire strobe = !rst && phase == 0 && sent < `VECTORS;
    wire [11:0] bx = FIRST_BX + sent[11:0];
    wire [FEATURE_BITS-1:0] features =
        strobe ? vectors[sent][FEATURE_BITS-1:0] : {FEATURE_BITS{1'b1}};
    wire decision_valid;
    wire decision;
    wire [11:0] decision_bx;
    wire [SCORE_BITS-1:0] decision_score;
    wire missed;

    trigger_shell #(
        .INPUT_BITS(FEATURE_BITS),
        .OUTPUT_BITS(2 * SCORE_BITS),
        .SCORE_LSB(SCORE_BITS),
        .SCORE_BITS(SCORE_BITS),
        .SCORE_SIGNED(1)
    ) shell (
        .clk(clk),
        .rst(rst),
        .bx_strobe(strobe),
        .bx(bx),
        .features(features),
        .threshold(`THRESHOLD),
        .decision_valid(decision_valid),
        .decision(decision),
        .decision_bx(decision_bx),
        .decision_score(decision_score),
        .missed(missed)
    );

    wire [WIDTH-1:0] expected = vectors[seen];
    wire [11:0] expected_bx = FIRST_BX + seen[11:0];
    wire agrees = decision == expected[WIDTH-4]
        && decision_score == expected[FEATURE_BITS+:SCORE_BITS]
        && decision_bx == expected_bx;

    always @(posedge clk) begin
        cycle <= cycle + 1;
        if (!rst) phase <= (phase == `CYCLES_PER_BX - 1) ? 0 : phase + 1;
        if (strobe) begin
            sent <= sent + 1;
            if (sent == 0) first_sent <= cycle;
        end
        if (missed) begin
            $display("FAIL a crossing was missed after %0d", sent);
            $finish;
        end
        if (decision_valid) begin
            seen <= seen + 1;
            if (seen == 0) latency <= cycle - first_sent;
            if (!agrees) begin
                $display("FAIL crossing %0d: decision %b score %h bx %0d, expected %h bx %0d",
                    seen, decision, decision_score, decision_bx, expected, expected_bx);
                $finish;
            end
            if (seen == `VECTORS - 1) begin
                $display("PASS %0d crossings, latency %0d cycles",
                    seen + 1, seen == 0 ? cycle - first_sent : latency);
                $finish;
            end
        end
        if (cycle == RESET_CYCLES + (`VECTORS + 16) * `CYCLES_PER_BX + 64) begin
            $display("FAIL %0d of %0d decisions came", seen, `VECTORS);
            $finish;
        end
    end
endmodule
`default_nettype wire
