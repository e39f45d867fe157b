"""The anomaly score that a trigger computes from what its network makes."""

from dataclasses import dataclass
from enum import StrEnum

from codesign.design.precision import Overflow, Precision, Rounding
from codesign.errors import InvalidDesignError

TABLE = Precision(
    width=16, integer=8, signed=False, rounding=Rounding.RND_CONV, overflow=Overflow.SAT
)
"""The entries of a table where a plan names no others: sigma from 1/16 up."""


class ScoreKind(StrEnum):
    """What a score is; ``lv`` is the logarithm of the variance, ``lv = log sigma^2``."""

    R_Z = "r_z"
    """``sum mu^2 / sigma^2``, of a variational encoder (arXiv:2108.03986, Eq. 4)."""
    MU_SQUARED = "mu_squared"
    """``sum mu^2``: as deployed in AXOL1TL v3 (cms-hls4ml/AXOL1TL)."""
    KL = "kl"
    """``1/2 sum (mu^2 + sigma^2 - 1 - lv)``: the divergence from a unit Gaussian, summed."""
    EMBEDDING = "embedding"
    """``sum (h - h_hat)^2`` of an embedding and its reconstruction, as in AXOL1TL v5."""
    RECONSTRUCTION = "reconstruction"
    """``sum (x - x_hat)^2`` over the features of objects that are there."""


_TENSORS = {
    ScoreKind.R_Z: ("mu", "lv"),
    ScoreKind.MU_SQUARED: ("mu",),
    ScoreKind.KL: ("mu", "lv"),
    ScoreKind.EMBEDDING: ("h", "h_hat"),
    ScoreKind.RECONSTRUCTION: ("x", "x_hat"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePlan:
    """How a score is computed in firmware.

    Attributes:
        kind: What it is.
        tensors: The tensors it reads, in the order of the formula; the outputs of the network
            where empty.
        table: The entries of the table of ``1 / sigma^2`` (R_z) or ``sigma^2 - 1 - lv`` (KL):
            unsigned, rounded and clamped as it says. A variance below ``1 / largest`` counts as
            that: the score stays finite where sigma goes to 0.
        bits: Width of the score; its least significant bits are rounded away until it fits. All
            are kept where None: then the score is exact.
        format: Of the score, where it is given in full: unsigned, and it saturates, since a score
            that wraps would call the rarest events usual. Instead of ``bits``.
        present: For each feature the column that is above 0 where its object is there; scores of
            absent objects do not count. Of ``RECONSTRUCTION`` only.
    """

    kind: ScoreKind
    tensors: tuple[str, ...] = ()
    table: Precision = TABLE
    bits: int | None = None
    format: Precision | None = None
    present: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        wanted = self.tensor_names
        if self.tensors and len(self.tensors) != len(wanted):
            msg = f"{self.kind} reads {', '.join(wanted)}, got {', '.join(self.tensors)}"
            raise InvalidDesignError(msg)
        if self.table.signed or self.table.overflow is not Overflow.SAT:
            msg = f"a table of {self.table}: its entries are unsigned and saturate (SAT)"
            raise InvalidDesignError(msg)
        if self.bits is not None and self.bits < 1:
            msg = f"a score of {self.bits} bits; it needs at least one"
            raise InvalidDesignError(msg)
        if self.format is not None:
            self._check_format(self.format)
        if self.present and self.kind is not ScoreKind.RECONSTRUCTION:
            msg = f"{self.kind} has no features to mask; leave out `present`"
            raise InvalidDesignError(msg)

    def _check_format(self, given: Precision) -> None:
        if self.bits is not None:
            msg = f"bits = {self.bits} and format = {given}: give one of them"
            raise InvalidDesignError(msg)
        if given.signed or given.overflow is not Overflow.SAT:
            msg = (
                f"a score of {given}: scores are not negative, and one that wraps would call the "
                f"rarest events usual; write ufixed<{given.width},{given.integer},TRN,SAT>"
            )
            raise InvalidDesignError(msg)

    @property
    def tensor_names(self) -> tuple[str, ...]:
        """What the formula calls the tensors it reads."""
        return _TENSORS[self.kind]
