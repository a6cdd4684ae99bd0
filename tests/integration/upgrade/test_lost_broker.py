"""docs/running.md, "Disaster": one broker of three is lost while shipments come, and nothing else is."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.simulator import Simulator
from deploy.testbed.stack import Stack
from streams.cli.main import build
from tests.brokers.cluster import LocalCluster
from tests.integration.upgrade.recording import answered, events
from tests.integration.upgrade.test_upgrade import SECONDS, running

pytestmark = [pytest.mark.kafka, pytest.mark.long, pytest.mark.timeout(600)]

COUNT, BEFORE = 40, 10


async def test_two_brokers_of_three_go_on(tmp_path: Path) -> None:
    async with LocalCluster.started(tmp_path / "kafka") as cluster, Simulator.started() as simulator:
        environment = {"SHIPLEDGER_KAFKA__BOOTSTRAP_SERVERS": cluster.bootstrap_servers}
        made = await asyncio.to_thread(
            CliRunner(env=environment).invoke, build(), ["topics", "create", "--partitions", "4"]
        )
        assert made.exit_code == 0, made.output
        stack = Stack(tmp_path, cluster.bootstrap_servers, simulator)
        async with running(stack) as worker:
            await stack.publish(events(range(BEFORE)))
            await stack.complete_logs(worker, BEFORE, SECONDS)
            coming = asyncio.create_task(stack.publish(events(range(BEFORE, COUNT)), 0.2))
            await stack.until(lambda: len(stack.written()) > BEFORE, SECONDS, "a document of those that come")
            cluster.brokers[2].kill()
            await coming
            logs = await stack.complete_logs(worker, COUNT, 3 * SECONDS)
        assert {each["sync_status"] for each in logs if each["shipment_id"] != "SHP-000005"} == {"PROCESSED"}
        assert {len(each) for each in answered(logs).values()} == {1}
        assert set(stack.written().values()) == {1}
        assert len(stack.written()) == COUNT - 1
