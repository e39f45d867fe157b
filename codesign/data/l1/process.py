"""What collides behind the Level-1 samples: inelastic collisions and five signals.

Source: the four signals beside ttbar, with their masses and decays, are those of the ADC2021
challenge: Govorkova et al., arXiv:2107.02157, section 2, rebuilt with the processes of Pythia 8.
"""

from collections.abc import Mapping

from codesign.data.pythia import Collisions

MIN_BIAS = ("SoftQCD:inelastic = on",)
"""Any inelastic collision: the pile-up."""

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


def pile_up_collisions(*, seed: int) -> Collisions:
    """Return a started Pythia that makes inelastic collisions."""
    return Collisions("pile-up", MIN_BIAS, seed=seed)


def signal_collisions(signal: str, *, seed: int) -> Collisions:
    """Return a started Pythia that makes a signal, one of the keys of `SIGNALS`."""
    return Collisions(signal, SIGNALS[signal], seed=seed)
