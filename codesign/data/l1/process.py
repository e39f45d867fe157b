"""What collides behind the Level-1 samples: inelastic collisions, in strata, and five signals.

Inelastic collisions are made stratum by stratum in the transverse momentum of their hardest parton
interaction, pT-hat, so that the rare hard ones are as many as the frequent soft ones. Below 20 GeV
they are soft collisions of Pythia whose hardest interaction is within bounds; above, its QCD and
prompt-photon processes, whose cross section there agrees with that of the soft ones. What soft
collisions lack, W and Z bosons, is a stratum of its own.

Source: the joining of soft and hard collisions at a pT-hat is that of example main08 of Pythia 8.
The four signals beside ttbar, with their masses and decays, are those of the ADC2021
challenge: Govorkova et al., arXiv:2107.02157, section 2, rebuilt with the processes of Pythia 8.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from codesign.data.pythia import Collisions

_HARD = ("HardQCD:all = on", "PromptPhoton:all = on")
_WEAK = (
    "WeakSingleBoson:ffbar2W = on",
    "WeakSingleBoson:ffbar2gmZ = on",
    "PhaseSpace:mHatMin = 60.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """What makes the collisions of a stratum.

    Attributes:
        name: Of the stratum.
        settings: Lines of Pythia.
        pt_hat_gev: The least pT-hat; None where it does not tell how hard they are.
        hardest: Bounds of the hardest interaction, of soft collisions that are not all taken.
        per_mille: How many of 1,000 collisions of a pool.
    """

    name: str
    settings: tuple[str, ...]
    pt_hat_gev: float | None
    hardest: tuple[float, float] | None = None
    per_mille: int


def _hard(low: int, high: int | None, per_mille: int) -> Process:
    limits = (f"PhaseSpace:pTHatMin = {low}", f"PhaseSpace:pTHatMax = {high or -1}")
    return Process(
        name=f"pT-hat above {low} GeV" if high is None else f"pT-hat {low} to {high} GeV",
        settings=(*_HARD, *limits),
        pt_hat_gev=low,
        per_mille=per_mille,
    )


STRATA: Final = (
    Process(
        name="pT-hat below 10 GeV",
        settings=("SoftQCD:inelastic = on",),
        pt_hat_gev=0.0,
        hardest=(0.0, 10.0),
        per_mille=515,
    ),
    Process(
        name="pT-hat 10 to 20 GeV",
        settings=("SoftQCD:nonDiffractive = on",),
        pt_hat_gev=10.0,
        hardest=(10.0, 20.0),
        per_mille=180,
    ),
    _hard(20, 40, 100),
    _hard(40, 80, 60),
    _hard(80, 160, 80),
    _hard(160, 320, 30),
    _hard(320, None, 10),
    Process(name="W and Z bosons", settings=_WEAK, pt_hat_gev=None, per_mille=25),
)
"""Where collisions come from, the softest first.

The numbers are such that 100,000 collisions support 1 kHz at pile-up 50: it rests on those above
160 GeV, and those of the stratum below, should they be accepted as well, count more than 100 there.
"""

SIGNALS: Mapping[str, tuple[str, ...]] = {
    "ttbar": ("Top:gg2ttbar = on", "Top:qqbar2ttbar = on"),
    "a_to_4l": (
        "HiggsSM:gg2H = on",
        "25:m0 = 50.",
        "25:mMin = 45.",
        "25:mMax = 55.",
        "25:doForceWidth = on",
        "25:mWidth = 0.01",
        "25:onMode = off",
        "25:onIfMatch = 23 23",
        "23:mMin = 4.",
        "23:onMode = off",
        "23:onIfAny = 11 13",
    ),
    "lq_to_btau": (
        "LeptoQuark:gg2LQLQbar = on",
        "LeptoQuark:qqbar2LQLQbar = on",
        "42:m0 = 80.",
        "42:mMin = 70.",
        "42:mMax = 90.",
        "42:0:products = 5 15",
    ),
    "h0_to_tautau": (
        "HiggsSM:gg2H = on",
        "25:m0 = 60.",
        "25:mMin = 55.",
        "25:mMax = 65.",
        "25:onMode = off",
        "25:onIfMatch = 15 15",
    ),
    "hplus_to_taunu": (
        "Higgs:useBSM = on",
        "HiggsBSM:ffbar2H+H- = on",
        "37:m0 = 60.",
        "37:mMin = 55.",
        "37:mMax = 65.",
        "37:onMode = off",
        "37:onIfMatch = 15 16",
    ),
}
"""Class of a signal to the settings that make it."""


def pile_up_collisions(process: Process, *, seed: int) -> Collisions:
    """Return a started Pythia that makes the collisions of a stratum."""
    return Collisions(process.name, process.settings, seed=seed, hardest=process.hardest)


def signal_collisions(signal: str, *, seed: int) -> Collisions:
    """Return a started Pythia that makes a signal, one of the keys of `SIGNALS`."""
    return Collisions(signal, SIGNALS[signal], seed=seed)
