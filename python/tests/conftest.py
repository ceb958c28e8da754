import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parents[2]
KERAS = ROOT / "fixtures/logs/keras"

STUDY = {
    "name": "keras",
    "title": "A study for tests",
    "conditions": [],
    "metrics": [
        {"name": "loss", "kind": "loss", "better": "lower", "per": "epoch"},
        {"name": "val_loss", "kind": "loss", "better": "lower", "per": "epoch"},
    ],
    "logs": {"format": "csv"},
    "golden": "golden",
}

PROGRAM = ["node", str(ROOT / "bin/assay.js")]


@pytest.fixture(scope="session")
def study(tmp_path_factory):
    """The folder of a study with bands of 20 runs that Keras made."""
    folder = tmp_path_factory.mktemp("study")
    write_study(folder)
    logs = sorted(map(str, (KERAS / "healthy").glob("seed-0*.csv")))
    subprocess.run([*PROGRAM, "bands", "--study", str(folder), *logs], check=True, capture_output=True)
    return folder


def write_study(folder, **changes):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.json").write_text(json.dumps({**STUDY, **changes}))


@pytest.fixture
def project(pytester, study, monkeypatch):
    """A project with that study, a good log and a bad one; its tests see the plugin, and nothing else that is installed."""
    monkeypatch.setenv("ASSAY", " ".join(PROGRAM))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    source = str(ROOT / "python/src")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [source, os.environ.get("PYTHONPATH")])))
    shutil.copytree(study, pytester.path / "assay")
    shutil.copy(KERAS / "healthy/seed-101.csv", pytester.path / "good.csv")
    shutil.copy(KERAS / "faults/lr-high/seed-201.csv", pytester.path / "bad.csv")
    return pytester


@pytest.fixture
def outcome(project):
    """Runs the body of one test in the project; further words are options of pytest."""

    def run(body, *options):
        lines = "\n".join(f"    {line}" for line in body.splitlines())
        project.makepyfile(test_it=f"def test_it(assay):\n{lines}\n")
        return project.runpytest_subprocess("-p", "assay_pytest.plugin", *options)

    return run
