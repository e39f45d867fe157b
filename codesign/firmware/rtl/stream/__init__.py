"""Images that travel pixel by pixel: line buffers in front of what computes one pixel."""

from codesign.firmware.rtl.stream.project import StreamDesign, stream_design, stream_supports

__all__ = ["StreamDesign", "stream_design", "stream_supports"]
