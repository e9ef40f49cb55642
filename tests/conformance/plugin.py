"""``pytest --verapdf-required``: fail, and do not skip, where veraPDF cannot run."""

import pytest
from tests.conformance.verapdf import find_validator
from tests.java import JavaMissingError


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--verapdf-required", action="store_true", help="fail instead of skipping where veraPDF cannot run"
    )


@pytest.fixture(scope="session")
def verapdf(pytestconfig: pytest.Config) -> None:
    """veraPDF can run here."""
    try:
        find_validator()
    except JavaMissingError as error:
        if pytestconfig.getoption("--verapdf-required"):
            pytest.fail(f"veraPDF cannot run here: {error}", pytrace=False)
        pytest.skip(f"veraPDF cannot run here: {error}")
