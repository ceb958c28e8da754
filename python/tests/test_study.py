"""Which study logs are judged by: the one that is named, else the nearest to the test."""

from conftest import write_study


def test_the_nearest_to_the_test_wherever_pytest_was_started(project, monkeypatch, tmp_path_factory):
    tests = project.mkdir("tests")
    body = "from pathlib import Path\n\ndef test_it(assay):\n    assay.check(Path(__file__).parents[1] / 'good.csv')\n"
    (tests / "test_it.py").write_text(body)
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    project.runpytest_subprocess("-p", "assay_pytest.plugin", tests).assert_outcomes(passed=1)


def test_the_option_names_it_from_where_pytest_was_started(outcome, project):
    write_study(project.path / "other")
    body = "import os\nos.mkdir('below')\nos.chdir('below')\nassay.check('../good.csv')"
    result = outcome(body, "--assay-study", "other")
    result.stdout.fnmatch_lines(["*no-reference; not judged: bands: ../good.csv*"])


def test_an_argument_goes_before_the_option(outcome):
    outcome("assay.check('good.csv', study='assay')", "--assay-study", "nowhere").assert_outcomes(passed=1)
