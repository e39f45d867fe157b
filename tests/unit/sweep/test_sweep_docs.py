import re
import textwrap
import tomllib
from pathlib import Path

import pytest

from codesign.sweep.execution.batch import read_cluster
from codesign.sweep.execution.task import training_digest, trial_id
from codesign.sweep.space import knobs
from codesign.sweep.space.knob import Knob
from codesign.sweep.space.knobs import KNOBS
from codesign.sweep.space.sweep_file import read_sweep
from sweeps import write_sweep

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "sweeps.md").read_text("utf-8")
TOML = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
SIZES = {"dense_1": (16, 64), "dense_2": (64, 32), "dense_3": (32, 32), "logits": (32, 5)}


def test_the_sweep_of_the_documentation_is_read_with_its_second_step(tmp_path):
    path = tmp_path / "sweep.toml"
    recipe = str(ROOT / "hls_projects" / "jet_tagger.toml")
    then = TOML[1].replace('"bits"', '"bits", "strategy"')
    path.write_text(TOML[0].replace("../hls_projects/jet_tagger.toml", recipe) + then, "utf-8")
    sweep = read_sweep(path, sizes=lambda _: SIZES)

    point = next(sweep.space.points())
    candidate = sweep.space.candidate(point)
    assert candidate.quantization.layer("dense_1").weight.width == 6
    assert candidate.quantization.layer("logits").weight.width == 8
    assert sweep.then.over == ("bits", "strategy")


@pytest.mark.parametrize("text", TOML[2:])
def test_the_clusters_of_the_documentation_make_job_scripts(text, tmp_path):
    dask_jobqueue = pytest.importorskip("dask_jobqueue")
    path = tmp_path / "cluster.toml"
    path.write_text(text, "utf-8")
    file = read_cluster(path)
    kinds = {"slurm": dask_jobqueue.slurm.SLURMJob, "htcondor": dask_jobqueue.htcondor.HTCondorJob}
    options = {
        "job_extra_directives": list(file.directives),
        "job_script_prologue": list(file.prologue),
        **file.extra,
    }
    named = {"walltime": file.walltime, "queue": file.queue, "python": file.python}
    options |= {key: value for key, value in named.items() if value}
    made = kinds[file.kind](
        scheduler="tcp://host:1", name="n", cores=1, memory=file.memory, processes=1, **options
    )
    script = made.job_script()
    assert "activate" in script
    wanted = {"slurm": "#SBATCH --constraint=avx2", "htcondor": '+JobFlavour = "workday"'}
    assert wanted[file.kind] in script


def test_the_file_of_the_hyper_parameters_tells_a_stranger_how_to_add_one(tmp_path, monkeypatch):
    """The row that the docstring shows is all that a sweep needs."""
    source = re.search(r"^    (Knob\(.*?\n    \))$", knobs.__doc__, re.DOTALL | re.MULTILINE)[1]
    knob = eval(source, {"Knob": Knob, "setting": knobs.setting})  # noqa: S307 - our own text
    assert knob.name not in KNOBS
    monkeypatch.setitem(KNOBS, knob.name, knob)
    text = 'name = "small"\nrecipe = "small_tagger.toml"\n[[dimensions]]\n'
    text += 'set = "clock_uncertainty"\nvalues = [12.5, 27.0]\n'

    sweep = read_sweep(write_sweep(tmp_path, text=text), sizes=lambda _: SIZES)

    made = [sweep.space.candidate(point) for point in sweep.space.points()]
    assert [one.hardware.clock.uncertainty_percent for one in made] == [12.5, 27.0]
    assert len({trial_id(one, (), data="d") for one in made}) == 2
    assert len({training_digest(one, ()) for one in made}) == 1


def test_the_documentation_shows_the_same_row():
    shown = re.search(r"```python\n(Knob\(.*?\n\))\n```", TEXT, re.DOTALL)[1]
    assert textwrap.indent(shown, "    ") in knobs.__doc__


def test_every_verb_is_in_the_documentation():
    shown = set(re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE))
    assert shown == {"run", "resume", "status", "report", "pick", "retry", "export", "merge"}
    assert tomllib.loads(TOML[0])["limits"]["attempts"] == 3
