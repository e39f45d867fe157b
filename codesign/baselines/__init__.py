"""CPU and GPU runtimes under one protocol: what a network takes without an FPGA."""
