"""How right the estimates of RTL are, as claims about designs that had no part in a fit."""

from collections.abc import Sequence

import numpy as np

from codesign.design.report import Evidence
from codesign.estimate.accuracy import Claim
from codesign.estimate.features import Quantity
from codesign.estimate.profile import Profile
from codesign.estimate.rtl_calibrate import STUDIES, TRAINED, learn_rtl, split_groups
from codesign.estimate.rtl_facts import RtlFact
from codesign.estimate.rtl_sums import RtlPart, by_network, part_ffs, part_luts

_BOUNDS = {
    Quantity.PLACED_LUT: 0.06,
    Quantity.PLACED_FF: 0.40,
    Quantity.RTL_DESIGN_LUT: 0.10,
    Quantity.RTL_DESIGN_FF: 0.40,
    Quantity.RTL_FORECAST_LUT: 0.15,
    Quantity.RTL_FORECAST_FF: 0.40,
    Quantity.RTL_ENGINE_LUT: 0.20,
    Quantity.RTL_ENGINE_FF: 0.40,
    Quantity.RTL_PATH: 1.0,
}
"""The largest mean error on held-out networks."""
_TEXTS = {
    Quantity.PLACED_LUT: "after place and route, from the adder bits: LUT",
    Quantity.PLACED_FF: "after place and route, from the adder bits: FF",
    Quantity.RTL_DESIGN_LUT: "open synthesis, from the schedule: LUT",
    Quantity.RTL_DESIGN_FF: "open synthesis, from the schedule: FF",
    Quantity.RTL_FORECAST_LUT: "open synthesis, from the network alone: LUT",
    Quantity.RTL_FORECAST_FF: "open synthesis, from the network alone: FF",
    Quantity.RTL_ENGINE_LUT: "engines, from the network alone: LUT",
    Quantity.RTL_ENGINE_FF: "engines, from the network alone: FF",
    Quantity.RTL_PATH: "latency, from the network alone",
}


def judge_rtl(facts: Sequence[RtlFact], profile: Profile) -> tuple[Claim, ...]:
    """Return every claim that these rows can judge.

    Args:
        facts: Of both stages.
        profile: Calibrated on them; it left the trained networks out.
    """
    claims = [
        Claim(
            text=f"{_TEXTS[quantity]}: mean {error.unit} error, each {error.split} held out",
            found=error.error,
            bound=bound,
            is_least=False,
            layers=error.designs,
        )
        for quantity, bound in _BOUNDS.items()
        for error in profile.model(quantity).held_out
    ]
    covered = _covered(facts, profile.seed)
    return (*claims, *_trained(facts, profile), *_engines(facts), *covered)


def errors_of(
    facts: Sequence[RtlFact], profile: Profile, *, is_scheduled: bool
) -> dict[str, tuple[float, float]]:
    """Return estimated / counted - 1 of look-up tables and flip-flops by network.

    Args:
        facts: Rows of open synthesis.
        profile: The calibration.
        is_scheduled: Whether adder bits and registers are taken as known.
    """
    path = profile.model(Quantity.RTL_PATH)
    found = {}
    for name, rows in by_network(facts).items():
        parts = [
            RtlPart.of(fact) if is_scheduled else RtlPart.expected(fact, path=path) for fact in rows
        ]
        lut = sum(part_luts(part, profile)[0] for part in parts)
        ff = sum(part_ffs(part, profile)[0] for part in parts)
        found[name] = (
            lut / sum(fact.lut or 0 for fact in rows) - 1,
            ff / sum(fact.ff or 0 for fact in rows) - 1,
        )
    return found


def _covered(facts: Sequence[RtlFact], seed: int) -> list[Claim]:
    """Return how often a figure of a held-out network lies in the range learnt from the others."""
    known = [fact for fact in facts if not fact.group.startswith(TRAINED)]
    found = []
    for study in STUDIES:
        for seen, held in split_groups([f for f in known if study.takes(f)], seed=seed):
            model = learn_rtl(study, seen, seed=seed)
            for fact in held:
                figure = model.figure(model.predict(study.features(fact)))
                found.append(figure.low <= study.target(fact) <= figure.high)
    text = "share of held-out figures of modules and placed designs in their 90 % range"
    share = float(np.mean(found))
    return [
        Claim(text=text, found=share, bound=0.85, is_least=True, layers=len(found)),
        Claim(text=f"{text}, at most", found=share, bound=0.95, is_least=False, layers=len(found)),
    ]


def _trained(facts: Sequence[RtlFact], profile: Profile) -> list[Claim]:
    rows = [fact for fact in facts if fact.group.startswith(TRAINED)]
    claims = []
    for is_scheduled, source, bound in ((True, "schedule", 0.10), (False, "network alone", 0.15)):
        errors = errors_of(rows, profile, is_scheduled=is_scheduled)
        claims.append(
            Claim(
                text=f"trained networks, from the {source}: mean relative error of LUT",
                found=float(np.mean([abs(lut) for lut, _ in errors.values()] or [0.0])),
                bound=bound,
                is_least=False,
                layers=len(errors),
            )
        )
    return claims


def _engines(facts: Sequence[RtlFact]) -> list[Claim]:
    engines = [f for f in facts if f.kind == "engine" and f.stage is Evidence.LOGIC_SYNTH]
    latency = [f.engine.latency_cycles + f.counts.after == f.latency_cycles for f in engines]
    close = [abs(f.engine.dsp - (f.dsp or 0)) <= 0.05 * f.engine.dsp for f in engines]
    return [
        Claim(
            text=f"engines: share with {what}",
            found=float(np.mean(found)),
            bound=bound,
            is_least=True,
            layers=len(found),
        )
        for what, found, bound in (
            ("exact latency", latency, 1.0),
            ("DSP within 5 %", close, 0.95),
        )
        if found
    ]
