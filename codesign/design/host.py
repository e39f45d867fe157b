"""The machine that measures, and whether it is quiet enough to be a judge."""

from dataclasses import dataclass

QUIET_LOAD = 0.5
"""Load average a core above which a host counts as busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """The machine that measured.

    Attributes:
        name: Of the machine.
        processor: Model of its CPU.
        cores: Processors that this process may use.
        memory_gb: In 10^9 bytes.
        kernel: Of the operating system.
        governor: Of the clock frequency; empty where the kernel does not say.
        virtual: Whether it is a virtual machine.
        load_average: Of the last minute, before the first measurement; None where not known.
        foreign_cores: Cores that other programs kept busy, sampled before the first measurement.
        gpus: Names of graphics processors.
        versions: (name, version) of Python and the packages that took part.
    """

    name: str
    processor: str
    cores: int
    memory_gb: float
    kernel: str
    governor: str
    virtual: bool
    load_average: float | None
    foreign_cores: float | None
    gpus: tuple[str, ...]
    versions: tuple[tuple[str, str], ...]

    @property
    def quiet_cores(self) -> float:
        """Cores that may be busy on a quiet host."""
        return QUIET_LOAD * self.cores

    @property
    def is_loaded(self) -> bool:
        """Whether its load average is above that, be it of what has just ended."""
        return self.load_average is not None and self.load_average > self.quiet_cores

    @property
    def is_shared(self) -> bool:
        """Whether other programs are working on it now."""
        return self.foreign_cores is not None and self.foreign_cores > self.quiet_cores

    @property
    def is_busy(self) -> bool:
        """Whether other programs keep it from being a fair judge."""
        return bool(self.noise)

    @property
    def noise(self) -> tuple[str, ...]:
        """Why it is not, in sentences."""
        found = []
        if self.is_loaded:
            found.append(
                f"load average {self.load_average:.2f} on {self.cores} cores before the first "
                f"measurement; quiet is at most {self.quiet_cores:g}"
            )
        if self.is_shared:
            found.append(
                f"other programs kept {self.foreign_cores:.2f} of {self.cores} cores busy before "
                f"the first measurement; quiet is at most {self.quiet_cores:g}"
            )
        return tuple(found)
