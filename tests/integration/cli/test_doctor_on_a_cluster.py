"""Of three brokers one is down: the doctor says so, and calls nothing broken. Topics are made for three."""

import asyncio
from pathlib import Path

import pytest

from config.kafka import KafkaSettings
from deploy.testbed.topics import topic_settings
from streams.app.reconnects import tame_clients
from streams.cli.doctor.kafka import kafka
from streams.cli.kafka.topics import create_topics
from streams.roles import Role
from streams.topics import DOCUMENT_LEDGER
from tests.brokers.cluster import LocalCluster

pytestmark = [pytest.mark.kafka, pytest.mark.long, pytest.mark.timeout(400)]


@pytest.fixture(autouse=True)
def _clients_are_tame() -> None:
    tame_clients()


async def test_one_of_three_brokers_is_down(tmp_path: Path) -> None:
    async with LocalCluster.started(tmp_path / "kafka") as cluster:
        settings = KafkaSettings(bootstrap_servers=cluster.bootstrap_servers)
        await create_topics(settings, 4, None)
        all_run = await asyncio.to_thread(kafka, settings, Role.ALL)
        assert all(each.ok for each in all_run), all_run
        assert (await topic_settings(cluster.bootstrap_servers, DOCUMENT_LEDGER))["min.insync.replicas"] == "2"
        gone = cluster.brokers[2]
        gone.kill()
        async with asyncio.timeout(90):
            while True:
                found = {each.subject: each for each in await asyncio.to_thread(kafka, settings, Role.ALL)}
                # Until the others have noticed, its partitions have no other leader: only that may be wrong then.
                assert {subject for subject, each in found.items() if not each.ok} <= {"partitions"}, found
                if "broker 3 has copies of the topics and does not run" in found["kafka"].details:
                    break
        assert all(each.ok for each in found.values()), found
        assert f"{gone.bootstrap_servers} does not answer" in found["kafka"].details
        assert "copies are missing or behind" in found["partitions"].details
