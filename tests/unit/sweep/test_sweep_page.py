import json
import re
import shlex
from pathlib import Path

import pytest
from swept import EVENTS, HEAD, SEEDS, opened, swept
from typer.testing import CliRunner

from codesign.cli.app import app
from codesign.cli.sweep_show import go_on
from codesign.errors import InfeasibleDesignError
from codesign.sweep.execution.verify import Verify
from codesign.sweep.goals import Constraint
from codesign.sweep.launch import Lending, data_digest
from codesign.sweep.outcome import Measure
from codesign.sweep.results.page import summary_of
from codesign.sweep.results.pareto import front
from codesign.sweep.results.pick import choose
from codesign.sweep.results.status import goals
from codesign.sweep.store.store import Store
from sweeps import small_sweep


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    return swept(tmp_path_factory.mktemp("build"))


@pytest.fixture(scope="module")
def seeded(tmp_path_factory):
    return swept(tmp_path_factory.mktemp("seeds"), HEAD + SEEDS, check=Verify.NONE)


@pytest.fixture(scope="module")
def summary(places):
    with opened(places) as store:
        return summary_of(places.folder, store)


def test_every_design_that_is_done_is_on_the_page(summary):
    assert dict(summary.states)["done"] == len(summary.designs) == 93
    assert summary.events == EVENTS
    assert summary.device == "vu9p"
    assert {design.mode for design in summary.designs} == {"ptq", "qat"}
    assert {design.bits for design in summary.designs} == {2, 3, 4, 6, 8, 12}
    assert summary.trainings == 31


def test_the_front_of_the_page_is_that_of_the_status(places, summary):
    with opened(places) as store:
        points = front(store, *goals(store))
    assert [design.number for design in summary.front] == [p.trial.number for p in points]
    assert {d.number: d.tied for d in summary.front} == {p.trial.number: p.tied for p in points}
    assert all(design.bit_exact == "yes" for design in summary.front)


def test_the_command_beside_a_design_chooses_it(places, summary):
    with opened(places) as store:
        for design in summary.front:
            words = shlex.split(design.pick)
            assert words[:4] == ["codesign", "sweep", "pick", "small"]
            assert "--trial" not in words
            at = [Constraint.from_text(words[i + 1]) for i, w in enumerate(words) if w == "--at"]
            assert choose(store, at=at).number == design.number


def test_a_limit_of_the_part_is_in_units_of_the_figure(summary):
    limits = {limit.figure: limit.value for limit in summary.limits}
    assert limits == {"lut": 0.25 * 1182240, "accuracy": 0.4}


def test_reasons_are_grouped_and_a_traceback_is_told_by_its_end(summary):
    found = {one.reason: (one.state, len(one.trials)) for one in summary.setbacks}
    assert found == {
        "the loss is nan in epoch 1": ("infeasible", 9),
        "MemoryError: of trial": ("failed", 6),
    }


def test_a_design_with_a_page_of_its_own_is_linked(places):
    with opened(places) as store:
        best = summary_of(places.folder, store).front[0]
        assert best.report == ""
        (places.root / best.name).mkdir()
        (places.root / best.name / "report.html").touch()
        linked = summary_of(places.folder, store).front[0]
    assert linked.report == f"../../{best.name}/report.html"
    assert (places.folder / linked.report).resolve().is_file()


def test_seeds_of_a_design_are_one_point_with_their_mean(seeded):
    with opened(seeded) as store:
        points = front(store, *goals(store))
        designs = summary_of(seeded.folder, store).designs
        accuracies = [
            trial.figure("accuracy").value
            for trial in store.trials()
            if {k: v for k, v in trial.point.items() if k != "seed"}
            == {"mode": "qat", "bits": 8, "sparsity": 0.0}
        ]
    assert {point.seeds for point in points} == {3}
    assert len(designs) == 31
    assert len(accuracies) == 3
    assert points[0].figures[0].value == pytest.approx(sum(accuracies) / 3)
    assert points[0].trial.figure("accuracy").value == max(accuracies)
    assert all("seed" not in dict(design.choices) for design in designs)
    assert designs[0].pick == f"codesign sweep pick small --trial {designs[0].number}"


def test_status_shows_the_mean_over_seeds(seeded):
    with opened(seeded) as store:
        best = front(store, *goals(store))[0]
    verb = ["sweep", "status", str(seeded.folder)]
    found = json.loads(CliRunner().invoke(app, [*verb, "--json"]).stdout)["front"][0]

    assert found["seeds"] == 3
    assert found["figures"]["accuracy"]["value"] == pytest.approx(best.figures[0].value)
    assert "means over up to 3 seeds" in " ".join(CliRunner().invoke(app, verb).stdout.split())


def test_a_design_is_picked_by_the_mean_over_its_seeds(seeded):
    with opened(seeded) as store:
        luckiest = max(
            trial.figure("accuracy").value for trial in store.trials() if trial.figure("accuracy")
        )
        best = front(store, *goals(store))[0]
        assert best.figures[0].value < luckiest
        between = (best.figures[0].value + luckiest) / 2
        with pytest.raises(
            InfeasibleDesignError, match=r"no design of small keeps .*, accuracy > 0.76"
        ):
            choose(store, at=[Constraint.from_text(f"accuracy > {between}")])


def test_among_equals_the_cheaper_design_is_picked(places):
    with opened(places) as store:
        found = choose(store, at=[])
        equals = [
            trial
            for trial in store.trials()
            if trial.figure("accuracy")
            and trial.figure("accuracy").value == found.figure("accuracy").value
        ]
    assert len(equals) > 1
    assert found.figure("lut").value == min(trial.figure("lut").value for trial in equals)


def test_the_verb_writes_the_page_and_takes_a_folder(places):
    done = CliRunner().invoke(app, ["sweep", "report", str(places.folder)])

    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[-1] == str(places.folder / "report.html")
    text = (places.folder / "report.html").read_text("utf-8")
    assert "FRONT BIT-EXACT" in text
    assert len(re.findall(r"<img src=\"data:image/svg", text)) == 6


def test_the_figures_of_a_sweep_are_files_too(places, tmp_path):
    target = tmp_path / "slides"

    done = CliRunner().invoke(
        app, ["sweep", "report", str(places.folder), "--figures", str(target), "--json"]
    )

    assert done.exit_code == 0, done.output
    figures = [Path(name) for name in json.loads(done.stdout)["figures"]]
    assert {figure.parent for figure in figures} == {target}
    assert all(figure.read_text("utf-8").rstrip().endswith("</svg>") for figure in figures)
    assert "accuracy_against_lut.svg" in {figure.name for figure in figures}


def test_the_page_of_a_sweep_that_is_not_there_says_how_to_start_it(tmp_path):
    done = CliRunner().invoke(app, ["sweep", "report", "nothing", "--build", str(tmp_path)])

    assert done.exit_code == 2
    assert "start it with: codesign sweep run" in done.stderr


def test_numbers_of_different_evidence_make_no_page(tmp_path):
    places = swept(tmp_path, HEAD.replace("[12, 8, 6, 4, 3, 2]", "[8, 6]"), check=Verify.NONE)
    with Store(places.store) as store:
        other = Measure(figure="lut", value=1.0, low=1.0, high=1.0, evidence="csynth")
        store.connection.execute("DELETE FROM measures WHERE trial = 2 AND figure = 'lut'")
        store.add_measures(2, [other])
    done = CliRunner().invoke(app, ["sweep", "report", str(places.folder)])
    assert done.exit_code == 2
    assert "lut is csynth and estimated csynth for different trials" in done.stderr


def test_designs_that_differ_in_hardware_share_their_network(summary):
    same = [d for d in summary.designs if d.training == summary.designs[0].training]
    assert len(same) == 3
    assert len({design.reading("accuracy") for design in same}) == 1


def test_a_run_that_is_at_its_end_writes_the_page_and_names_the_folder_last(tmp_path, capsys):
    text = HEAD.replace("[12, 8, 6, 4, 3, 2]", "[8, 6]")
    sweep = small_sweep(text)
    data = data_digest(sweep.space.base.data)
    places = swept(tmp_path, text, check=Verify.NONE, data=data)

    go_on(sweep, tmp_path, Lending(workers=0), verify="none", json=False)

    *_, report, folder = capsys.readouterr().out.splitlines()
    assert report == f"report: {places.folder / 'report.html'}"
    assert folder == str(places.folder)
    assert "NOT CERTIFIED" in (places.folder / "report.html").read_text("utf-8")
