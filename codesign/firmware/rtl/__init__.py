"""The RTL back end: from a quantized network to registers and gates, without an HLS tool."""
