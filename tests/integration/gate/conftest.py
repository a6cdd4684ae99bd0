"""The harness that every test of the gate begins with."""

from pathlib import Path

import pytest

from deploy.testbed.topics import fresh_topics
from tests.brokers.broker import Broker
from tests.integration.gate.harness import GateHarness


@pytest.fixture
async def harness(kafka: Broker, tmp_path: Path) -> GateHarness:
    """Empty topics on the shared broker, and a data folder for the gates."""
    await fresh_topics(kafka.bootstrap_servers)
    return GateHarness(kafka.bootstrap_servers, tmp_path)
