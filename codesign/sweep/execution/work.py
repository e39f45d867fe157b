"""A proposal as a trial of the store, and a trial as the task of a worker."""

from dataclasses import replace

from codesign.design.candidate import Candidate
from codesign.design.codec import decode, encode
from codesign.sweep.execution.task import Task, training_digest, trial_id
from codesign.sweep.goals import FIGURES
from codesign.sweep.outcome import State
from codesign.sweep.search.proposers import Proposal
from codesign.sweep.search.warm import chain_of
from codesign.sweep.space.sweep import Sweep
from codesign.sweep.store.places import Places
from codesign.sweep.store.records import Trial

_SHORT = 8


def trial_of(sweep: Sweep, proposal: Proposal, *, data: str) -> Trial:
    """Return the trial of a proposal.

    Args:
        sweep: Whose.
        proposal: What to try.
        data: Digest of the events.

    Raises:
        InvalidDesignError: If the values do not fit together.
    """
    space = sweep.space
    candidate = space.candidate(proposal.values, proposal.settings)
    starts = chain_of(sweep, proposal.values, proposal.settings)
    id_ = trial_id(candidate, starts, data=data)
    name = f"{space.base.name[:40]}_{id_[:_SHORT]}"
    return Trial(
        number=0,
        id=id_,
        state=State.PROPOSED,
        step=proposal.step,
        training=training_digest(candidate, starts),
        point={**proposal.values, **proposal.settings},
        candidate=encode(replace(candidate, name=name)),
        fidelity=proposal.fidelity,
        attempts=0,
        reason="",
        seconds=0.0,
        started="",
        ended="",
    )


def task_of(sweep: Sweep, places: Places, trial: Trial) -> Task:
    """Return the evaluation of a trial as a worker is asked for it."""
    names = {dimension.name for dimension in sweep.space.dimensions}
    candidate = decode(Candidate, trial.candidate, place=trial.id)
    point = {k: v for k, v in trial.point.items() if k in names}
    settings = {k: v for k, v in trial.point.items() if k not in names}
    wanted = {o.figure for o in sweep.objectives} | {c.figure for c in sweep.constraints}
    return Task(
        id=trial.id,
        candidate=candidate,
        starts=chain_of(sweep, point, settings),
        figures=tuple(sorted(wanted - FIGURES.keys())),
        constraints=sweep.constraints,
        limits=sweep.limits,
        root=str(places.root.absolute()),
        scratch=str(places.scratch.absolute()),
    )
