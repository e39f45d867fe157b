"""What a vendor's log says about why a run failed, where it is not the design's fault."""

import re
from pathlib import Path

_CAUSES = (
    (
        re.compile(
            r"valid licen[cs]e was not found|\[Common 17-34[58]\]"
            r"|failed to (?:get|check ?out|obtain)[^\n]*licen[cs]e"
            r"|licen[cs]e check ?out failed|does not have an appropriate licen[cs]e",
            re.IGNORECASE,
        ),
        "no license: set XILINXD_LICENSE_FILE to a license for the part, or run it where one is",
    ),
    (
        re.compile(r"\[HLS 200-1023\]|\[Coretcl 2-106\]|\[Common 17-69\][^\n]*\bpart\b"),
        "the part is not installed there, or has no license: add its family with the installer",
    ),
    (
        re.compile(r"no space left on device|disk quota exceeded|file too large", re.IGNORECASE),
        "the disk is full: make room and run it again",
    ),
    (
        re.compile(r"std::bad_alloc|out of memory|cannot allocate memory", re.IGNORECASE),
        "it ran out of memory: run it on a larger machine, or reduce the design",
    ),
)
# The numbers are those of Vivado's and Vitis HLS' own messages: [Common 17-345] and [HLS 200-1023]
# are quoted in many public logs, e.g. github.com/lowRISC/opentitan/issues/18098.


def cause(log: Path) -> str:
    """Return in words why a run failed, empty where the log does not say."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return next((words for pattern, words in _CAUSES if pattern.search(text)), "")
