"""What commands print depends on the machine's zone."""

import time
from collections.abc import Iterator

import pytest


@pytest.fixture
def in_sydney(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine in Sydney; its rules stand in the variable, for a machine may have no database of zones."""
    with monkeypatch.context() as environment:
        environment.setenv("TZ", "AEST-10AEDT,M10.1.0,M4.1.0/3")
        time.tzset()
        yield
    time.tzset()
