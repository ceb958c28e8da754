"""The fixture and the option."""

import pytest

from .assay import Assay


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("assay", "judging training logs")
    group.addoption(
        "--assay-study",
        metavar="FOLDER",
        help="the study that logs are judged by (default: assay/ beside the test or in a folder above)",
    )


@pytest.fixture
def assay(request: pytest.FixtureRequest) -> Assay:
    """Judges training logs: assay.check("train.log") fails the test unless the log holds."""
    study = request.config.getoption("--assay-study")
    if study is not None:
        # The test may have gone to another folder.
        study = request.config.invocation_params.dir / study
    return Assay(request.path.parent, study)
