"""What the README shows is what pytest prints."""

from conftest import ROOT


def test_the_message_that_is_shown(outcome):
    readme = (ROOT / "python/README.md").read_text(encoding="utf-8")
    shown = [line for line in readme.splitlines() if line.startswith("E ")]
    assert len(shown) > 5
    printed = "\n".join(line.rstrip() for line in outcome("assay.check('bad.csv')").outlines)
    for line in shown:
        # pytest puts more blanks behind its E.
        assert line[1:].strip() in printed
