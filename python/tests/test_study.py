"""Which study logs are judged by: the one that is named, else the nearest to the test."""

from conftest import write_study


def test_the_nearest_to_the_test_wherever_pytest_was_started(project, monkeypatch):
    tests = project.mkdir("tests")
    (tests / "test_it.py").write_text("def test_it(assay):\n    assay.check('../good.csv')\n")
    elsewhere = project.path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    project.runpytest_subprocess("-p", "assay_pytest.plugin", tests).assert_outcomes(passed=1)


def test_the_option_names_it_from_where_pytest_was_started(outcome, project):
    write_study(project.path / "other")
    body = "import os\nos.mkdir('below')\nos.chdir('below')\nassay.check('../good.csv')"
    result = outcome(body, "--assay-study", "other")
    result.stdout.fnmatch_lines(["*no-reference; not judged: bands: ../good.csv*"])


def test_an_argument_goes_before_the_option(outcome):
    outcome("assay.check('good.csv', study='assay')", "--assay-study", "nowhere").assert_outcomes(passed=1)
