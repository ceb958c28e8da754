"""assay.check: green for logs that hold, and red with what the command line would have said."""

import os
import subprocess

from conftest import PROGRAM, write_study


def said_by_cli(project, *arguments):
    # Pytest sets COLUMNS for its tests, and the plugin leaves it out.
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    return subprocess.run(
        [*PROGRAM, "check", *arguments], cwd=project.path, capture_output=True, encoding="utf-8", env=environment
    ).stdout


def test_a_log_that_holds_is_green(outcome):
    outcome("assay.check('good.csv')").assert_outcomes(passed=1)


def test_a_log_that_does_not_is_red_in_the_words_of_the_command_line(outcome, project):
    result = outcome("assay.check('bad.csv')")
    result.assert_outcomes(failed=1)
    said = said_by_cli(project, "bad.csv").splitlines()
    assert said[0].startswith("fail: bad.csv")
    assert any("line 10, band: epoch 8: val_loss" in line for line in said)
    result.stdout.fnmatch_lines([f"E  *{line.replace('[', '[[]')}" for line in said], consecutive=True)
    # Nothing of the plugin's own code is in between.
    result.stdout.no_fnmatch_line("*returncode*")


def test_of_several_only_those_that_do_not_hold_are_shown(outcome):
    result = outcome("from pathlib import Path\nassay.check([Path('good.csv'), Path('bad.csv')])")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*AssertionError: not all of the logs hold", "*fail: bad.csv*"])
    result.stdout.no_fnmatch_line("*pass: good.csv*")


def test_several_are_judged_together(outcome):
    body = """
*runs, together = assay.judgement(["bad.csv", "good.csv"])
assert all("for 2 runs at once" in run["checks"][-1]["reason"] for run in runs)
assert [check["name"] for check in together["checks"]] == ["together"]
assert together["paths"] == ["bad.csv", "good.csv"]
"""
    outcome(body).assert_outcomes(passed=1)


def test_no_log_is_no_log_that_holds(outcome):
    result = outcome("import glob\nassay.check(glob.glob('nothing*.csv'))")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*AssertionError: no log was given"])


def test_a_file_that_cannot_be_read_is_red_and_hides_no_other(outcome):
    result = outcome("assay.check(['nothing.csv', 'bad.csv', 'good.csv'])")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines_random(["*fail: bad.csv*", "*fail: nothing.csv*", "*file-not-found: the file does not exist*"])


def test_a_file_whose_name_looks_like_an_option(outcome, project):
    (project.path / "--json").write_text((project.path / "bad.csv").read_text())
    result = outcome("assay.check('--json')")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*fail: --json*"])


def test_what_could_not_be_judged_is_red_unless_it_is_allowed(outcome, project):
    write_study(project.path / "new")
    result = outcome("assay.check('good.csv', study='new')")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*no-reference; not judged: bands: good.csv*"])
    outcome("assay.check('good.csv', study='new', allow_unjudged=True)").assert_outcomes(passed=1)


def test_what_fails_is_not_allowed_as_unjudged(outcome):
    outcome("assay.check('bad.csv', allow_unjudged=True)").assert_outcomes(failed=1)


def test_conditions_are_given_by_name(outcome, project):
    write_study(project.path / "conditioned", conditions=[{"name": "lr"}, {"name": "data", "values": ["a b", "c"]}])
    result = outcome("assay.check('good.csv', 'conditioned', lr=1e-05, data='a b')")
    result.stdout.fnmatch_lines(["*good.csv, run from line 2, lr 0.00001, data a b (as given)*"])


def test_an_unknown_condition_or_study_is_an_error_of_its_own(outcome):
    result = outcome("assay.check('good.csv', lr=0.1)")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*AssayError: error: --condition has no valid value", "*the study has no conditions"])
    result = outcome("assay.check('good.csv', study='nowhere')")
    result.stdout.fnmatch_lines(["*AssayError: error: not a study"])
