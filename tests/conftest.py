"""What holds for every test: a clean environment, no other machines, Hypothesis profiles, the broker fixtures."""

import os
import sys
from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings

from tests.brokers.broker import VARIABLE
from tests.brokers.fixtures import broker_of_module, kafka, own_kafka, secured_kafka
from tests.loopback import stay_on_loopback

__all__ = ["broker_of_module", "kafka", "own_kafka", "secured_kafka"]

_KEPT = {VARIABLE, "SHIPLEDGER_CACHE"}

# Time per example says nothing on a shared machine, so no profile has a deadline. `--hypothesis-profile` chooses: "dev"
# and "nightly" draw new examples in each run and print what reproduces a failure; "ci", which decides whether a change
# lands, draws the same ones in each run, so that a change is not refused for what it did not touch.
settings.register_profile("dev", deadline=None, max_examples=50, print_blob=True)
settings.register_profile("ci", deadline=None, max_examples=100, derandomize=True)
settings.register_profile("nightly", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile("dev")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a broker, so that `-m "not kafka"` runs the rest."""
    for item in items:
        if {"kafka", "own_kafka", "secured_kafka"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.kafka)


@pytest.fixture(scope="session", autouse=True)
def _clean_environment() -> Iterator[None]:
    """The settings of whoever runs the tests do not reach them, nor the processes that they start."""
    with pytest.MonkeyPatch.context() as environment:
        for name in [name for name in os.environ if name.startswith("SHIPLEDGER_") and name not in _KEPT]:
            environment.delenv(name)
        yield


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    brokers = os.environ.get(VARIABLE, "")
    stay_on_loopback(monkeypatch, [address.rsplit(":", 1)[0] for address in brokers.split(",") if address])


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print a line past pytest: the figures of a long run are wanted where it goes well, too."""

    def said(line: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{line}")

    return said
