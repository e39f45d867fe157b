from dataclasses import replace

import pytest

from codesign.sweep.search.proposers import WAITING, Proposal, derived_seed, make_proposer
from codesign.sweep.space.sweep import Proposers, Search
from codesign.sweep.store.records import Event
from sweeps import small_sweep

KINDS = [p for p in Proposers if p is not Proposers.GRID]


def sweep_of(kind, *, trials=12, seed=1):
    return replace(small_sweep(), search=Search(proposer=kind, trials=trials, seed=seed))


def cost(proposal):
    """Fewer bits are better, as is more reuse: something to learn."""
    values = proposal.values
    return (float(values["bits"]), -float(values.get("reuse_factor", 1)))


def drive(proposer, log, *, stop=1000):
    """Ask and tell with one trial under way, and write down what was said."""
    said, waiting = [], []
    while len(said) < stop:
        proposal = proposer.ask()
        if proposal is WAITING or (proposal is None and waiting):
            done = waiting.pop(0)
            proposer.tell(done.number, cost(done))
            log.append(event("tell", done, cost(done)))
            continue
        if proposal is None:
            return said
        said.append(proposal)
        waiting.append(proposal)
        log.append(event("ask", proposal, None))
        if len(waiting) > 1:
            done = waiting.pop(0)
            proposer.tell(done.number, cost(done))
            log.append(event("tell", done, cost(done)))
    return said


def event(kind, proposal, costs):
    return Event(kind=kind, proposal=proposal.number, trial="", point=proposal.raw, costs=costs)


def test_the_grid_is_the_grid():
    sweep = small_sweep()
    said = drive(make_proposer(sweep), [])
    assert [dict(p.values) for p in said] == list(sweep.space.points())


@pytest.mark.keras
@pytest.mark.parametrize("kind", KINDS)
def test_every_proposal_is_a_point_of_the_space(kind):
    sweep = sweep_of(kind)
    points = list(sweep.space.points())

    said = drive(make_proposer(sweep), [])

    assert len(said) == 12
    assert all(isinstance(p, Proposal) and dict(p.values) in points for p in said)


@pytest.mark.keras
@pytest.mark.parametrize("kind", KINDS)
def test_a_proposer_that_heard_everything_again_goes_on_as_before(kind):
    sweep, log = sweep_of(kind), []
    whole = drive(make_proposer(sweep), log)
    asks = [index for index, e in enumerate(log) if e.kind == "ask"]
    half = log[: asks[6]]

    resumed = make_proposer(sweep)
    for past in half:
        resumed.replay(past)
    proposal = resumed.ask()

    assert proposal.number == 6
    assert dict(proposal.values) == dict(whole[6].values)


@pytest.mark.keras
def test_hyperband_trains_few_epochs_first_and_labels_them():
    sweep = sweep_of(Proposers.HYPERBAND, trials=0)

    said = drive(make_proposer(sweep), [])

    full = [p for p in said if p.fidelity == 1.0]
    assert 0 < len(full) < len(said)
    for p in said:
        plan = sweep.space.candidate(p.values, p.settings).training
        assert plan.epochs == round(p.fidelity * sweep.space.base.training.epochs)


@pytest.mark.keras
def test_neighboring_seeds_are_independent():
    def values(seed):
        said = drive(make_proposer(sweep_of(Proposers.RANDOM, trials=6, seed=seed)), [])
        return [tuple(p.values.items()) for p in said]

    assert values(1) == values(1)
    assert values(1) != values(2)
    assert values(1)[1:] != values(2)[:-1]
    seeds = {derived_seed(Search(seed=seed), "a") for seed in range(100)}
    assert len({seed % 3 for seed in seeds}) == 3
    assert len(seeds) == 100
