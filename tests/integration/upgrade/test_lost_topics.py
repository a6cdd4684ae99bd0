"""docs/running.md, "Disaster", as written: a topic is lost, the others are not, and no document is doubled."""

import asyncio
import shutil
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from typer.testing import CliRunner

from deploy.kafka import LocalKafka
from deploy.testbed.stack import Stack, running_stack, terminal_entries
from streams.cli.main import build
from streams.topics import DOCUMENT_LEDGER, SYNC_OUTCOMES, SYNC_REQUESTS
from tests.integration.upgrade.recording import ALL, REJECTED, events, invoices
from tests.integration.upgrade.test_upgrade import SECONDS, running, settled

pytestmark = [pytest.mark.kafka, pytest.mark.long, pytest.mark.timeout(600)]

NEXT = len(ALL)


@pytest.mark.parametrize(
    ("topic", "emptied"),
    [(SYNC_REQUESTS, False), (SYNC_OUTCOMES, False), (SYNC_OUTCOMES, True), (DOCUMENT_LEDGER, True)],
    ids=["requests", "outcomes", "outcomes and data folder", "ledger"],
)
async def test_a_lost_topic_is_made_again_and_nothing_is_doubled(
    own_kafka: LocalKafka, tmp_path: Path, topic: str, emptied: bool
) -> None:
    async with running_stack(own_kafka.bootstrap_servers, tmp_path) as stack:
        async with running(stack) as worker:
            await stack.publish(events(ALL))
            await settled(stack, worker)
            assert worker.terminate() < SECONDS
        before = {each.number: each.document_id for each in invoices(stack.simulator)}
        calls = stack.write_calls()
        await lose(stack, topic)
        if emptied:
            await asyncio.to_thread(shutil.rmtree, worker.folder / "data")
        async with running(stack) as worker:
            await stack.publish(events((*ALL, NEXT)))
            await stack.until(lambda: f"INV-{NEXT:06}" in stack.written(), SECONDS, "the next document")
            (log,) = await answered_log(stack)
            assert [each["action"] for each in terminal_entries(log)] == ["created"]
            if topic == SYNC_OUTCOMES:
                assert [each for each in await stack.logs(worker, ALL) if each["entries"]] == []
            if topic == DOCUMENT_LEDGER:
                statuses = {each["shipment_id"]: each["sync_status"] for each in await settled(stack, worker)}
                assert statuses.pop(f"SHP-{REJECTED:06}") == "REJECTED"
                assert set(statuses.values()) == {"PROCESSED"}
        now = {each.number: each.document_id for each in invoices(stack.simulator)}
        assert {number: now[number] for number in before} == before
        assert len(now) == len(before) + 1
        assert set(stack.written().values()) == {1}
        if topic != DOCUMENT_LEDGER:
            assert stack.write_calls() == calls + 1, "the ledger knows what was done"


async def answered_log(stack: Stack) -> list[dict[str, object]]:
    """That of the next shipment, once it has its end."""
    async with asyncio.timeout(SECONDS):
        while True:
            logs = await stack.logs(stack.workers[-1], [NEXT])
            if terminal_entries(logs[0]):
                return logs
            await asyncio.sleep(0.1)


async def lose(stack: Stack, topic: str) -> None:
    """The topic is gone, and made again by the command."""
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.bootstrap_servers)
    await admin.start()
    try:
        await admin.delete_topics([topic])
        async with asyncio.timeout(SECONDS):
            while topic in await admin.list_topics():  # noqa: ASYNC110  # Only a look tells.
                await asyncio.sleep(0.1)
    finally:
        await admin.close()
    environment = {"SHIPLEDGER_KAFKA__BOOTSTRAP_SERVERS": stack.bootstrap_servers}
    done = await asyncio.to_thread(CliRunner(env=environment).invoke, build(), ["topics", "create"])
    assert done.exit_code == 0, done.output
    assert f"{topic}: 4 partitions, created" in done.output
