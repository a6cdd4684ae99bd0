"""What all tests of one run share."""

import pytest

from tests.faults.dispatch.request_check import RequestCheck


@pytest.fixture(scope="session")
def check() -> RequestCheck:
    """The check of every request against Xero's OpenAPI description."""
    return RequestCheck()
