"""assay.judgement: what assay says, as data."""


def test_it_is_the_json_of_the_command_line(outcome):
    body = """
good, bad, _ = assay.judgement(["good.csv", "bad.csv"])
assert (good["path"], good["verdict"]) == ("good.csv", "pass")
assert 0 < good["pValue"] <= 1
(bands,) = [check for check in bad["checks"] if check["name"] == "bands"]
assert bands["verdict"] == "fail"
assert bands["findings"][0].keys() == {"rule", "line", "message"}
"""
    outcome(body).assert_outcomes(passed=1)


def test_a_file_that_cannot_be_read_has_an_error(outcome):
    body = """
good, missing = assay.judgement(["good.csv", "nothing.csv"])
assert good["verdict"] == "pass"
assert missing["error"]["code"] == "file-not-found"
"""
    outcome(body).assert_outcomes(passed=1)


def test_without_a_study_to_judge_by_it_raises(outcome):
    result = outcome("assay.judgement('good.csv', study='nowhere')")
    result.stdout.fnmatch_lines(["*AssayError: error: not a study"])
