"""The memories between pixels and windows or whole vectors.

None of them can be held back: the top takes pixels in no faster than the slowest layer behind it
does, so that a layer never waits and every latency is a constant.
"""

from codesign.design.layers import Conv, Pool
from codesign.firmware.rtl.module import Bus, Module

KIND = "stream"


def window_module(
    name: str, layer: Conv | Pool, *, data: tuple[int, ...], bits: int, source: str, header: str
) -> Module:
    """Return the line buffer of a layer: pixels in, row by row; windows out, one cycle later.

    Args:
        name: Of the module.
        layer: Whose windows.
        data: Height, width and channels of what it reads.
        bits: Of a pixel.
        source: The tensor that it reads.
        header: Comment in front of it.
    """
    height, width, _ = data
    (rows, columns), (down, right) = window_of(layer)
    taps = (rows - 1) * width + columns
    places = [
        (rows - 1 - row) * width + (columns - 1 - column)
        for row in range(rows)
        for column in range(columns)
    ]
    parts = ", ".join(f"taps[{(at + 1) * bits - 1}:{at * bits}]" for at in reversed(places))
    shifted = f"{{taps[{(taps - 1) * bits - 1}:0], x}}" if taps > 1 else "x"
    total = rows * columns * bits
    text = f"""{header}
// windows of {rows} x {columns}, strides {down} x {right}, on an image of {height} x {width}
module {name} (
  input  wire clk,
  input  wire rst,
  input  wire in_valid,
  input  wire [{bits - 1}:0] x,
  output reg  out_valid,
  output wire [{total - 1}:0] y
);
{_counter("row", height)}
{_counter("column", width)}
  // where a window ends
  wire [{height - 1}:0] rows = {_mask(height, rows, down)};
  wire [{width - 1}:0] columns = {_mask(width, columns, right)};
  reg [{taps * bits - 1}:0] taps;
  always @(posedge clk) begin
    if (in_valid) taps <= {shifted};
    out_valid <= ~rst & in_valid & rows[row] & columns[column];
    if (rst) column <= 0;
    else if (in_valid) column <= (column == {width - 1}) ? 0 : column + 1'b1;
    if (rst) row <= 0;
    else if (in_valid & (column == {width - 1})) row <= (row == {height - 1}) ? 0 : row + 1'b1;
  end
  assign y = {{{parts}}};
endmodule
"""
    return _module(name, text, source, (bits, total))


def window_of(layer: Conv | Pool) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return size and strides of a layer's windows, in two dimensions."""
    size = layer.size if isinstance(layer, Pool) else layer.kernel.values.shape[:-2]
    if len(size) == 1:
        return (1, size[0]), (1, layer.strides[0])
    return (size[0], size[1]), (layer.strides[0], layer.strides[1])


def pixels_module(
    name: str, *, pixels: int, bits: int, pace: int, source: str, header: str
) -> Module:
    """Return what takes a vector apart: the first pixel one cycle later, one every ``pace``."""
    wait_bits, left_bits = max((pace - 1).bit_length(), 1), pixels.bit_length()
    shifted = f"data >> {bits}"
    text = f"""{header}
// {pixels} pixels, one every {pace} cycles
module {name} (
  input  wire clk,
  input  wire rst,
  input  wire in_valid,
  input  wire [{pixels * bits - 1}:0] x,
  output wire out_valid,
  output wire [{bits - 1}:0] y
);
  reg [{pixels * bits - 1}:0] data;
  reg [{left_bits - 1}:0] left;
  reg [{wait_bits - 1}:0] pause;
  assign out_valid = (left != 0) & (pause == 0);
  assign y = data[{bits - 1}:0];
  always @(posedge clk) begin
    if (in_valid) data <= x;
    else if (out_valid) data <= {shifted};
    if (rst) left <= 0;
    else if (in_valid) left <= {left_bits}'d{pixels};
    else if (out_valid) left <= left - 1'b1;
    if (rst | in_valid) pause <= 0;
    else if (out_valid) pause <= {wait_bits}'d{pace - 1};
    else if (pause != 0) pause <= pause - 1'b1;
  end
endmodule
"""
    return _module(name, text, source, (pixels * bits, bits), interval=pixels * pace)


def vector_module(
    name: str, *, pixels: int, bits: int, source: str, layer: str, header: str
) -> Module:
    """Return what puts pixels together: the vector comes out one cycle after the last of them."""
    total = pixels * bits
    shifted = f"{{x, data[{total - 1}:{bits}]}}" if pixels > 1 else "x"
    text = f"""{header}
// {pixels} pixels
module {name} (
  input  wire clk,
  input  wire rst,
  input  wire in_valid,
  input  wire [{bits - 1}:0] x,
  output reg  out_valid,
  output wire [{total - 1}:0] y
);
{_counter("pixel", pixels)}
  reg [{total - 1}:0] data;
  always @(posedge clk) begin
    if (in_valid) data <= {shifted};
    out_valid <= ~rst & in_valid & (pixel == {pixels - 1});
    if (rst) pixel <= 0;
    else if (in_valid) pixel <= (pixel == {pixels - 1}) ? 0 : pixel + 1'b1;
  end
  assign y = data;
endmodule
"""
    return _module(name, text, source, (bits, total), layers=(layer,))


def _counter(name: str, count: int) -> str:
    bits = max((count - 1).bit_length(), 1)
    return f"  reg [{bits - 1}:0] {name};"


def _mask(length: int, size: int, stride: int) -> str:
    """Return the places at which a window ends, one bit each."""
    word = sum(1 << end for end in range(size - 1, length, stride))
    return f"{length}'h{word:x}"


def _module(
    name: str,
    text: str,
    source: str,
    bits: tuple[int, int],
    *,
    layers: tuple[str, ...] = (),
    interval: int = 1,
) -> Module:
    return Module(
        name=name,
        kind=KIND,
        layers=layers,
        text=text,
        inputs=(Bus(name="x", tensor=source, bits=bits[0]),),
        output=Bus(name="y", tensor=source, bits=bits[1]),
        latency_cycles=1,
        initiation_interval=interval,
    )
