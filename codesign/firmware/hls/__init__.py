"""The back end of hls4ml: HLS projects for Vitis HLS and Vivado HLS, and their C simulation."""
