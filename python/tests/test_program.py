"""Where assay is found."""

import os
import stat

import pytest

from assay_pytest import program
from assay_pytest.program import AssayNotFound, command


@pytest.fixture(autouse=True)
def nothing_found(monkeypatch, tmp_path):
    monkeypatch.delenv("ASSAY", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "on-path"))


def make_program(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_the_environment_goes_first_then_the_project_then_the_path(monkeypatch, tmp_path):
    below = tmp_path / "project/tests"
    below.mkdir(parents=True)
    on_path = make_program(tmp_path / "on-path/assay")
    assert command(below) == [on_path]
    own = make_program(tmp_path / "project/node_modules/.bin/assay")
    assert command(below) == [own]
    node = make_program(tmp_path / "on-path/node")
    monkeypatch.setenv("ASSAY", f"node '{tmp_path}/a folder/assay.js'")
    assert command(below) == ["node", f"{tmp_path}/a folder/assay.js"]
    os.remove(node)
    with pytest.raises(AssayNotFound, match="there is no program 'node'"):
        command(below)


def test_where_there_is_none_it_says_how_to_get_it(tmp_path):
    with pytest.raises(AssayNotFound) as caught:
        command(tmp_path)
    assert "npm install" in str(caught.value)
    assert "ASSAY=" in str(caught.value)
    assert str(caught.value) == program.NOT_FOUND


def test_a_test_without_it_fails(outcome, project, monkeypatch):
    monkeypatch.delenv("ASSAY")
    result = outcome("assay.check('good.csv')")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*AssayNotFound: assay was not found: ASSAY is not set*", "*npm install*"])
