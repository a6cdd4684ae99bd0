"""The commands that talk to Kafka and Xero, on a real Kafka and the simulator."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from typer.testing import CliRunner, Result

from config.kafka import KafkaSettings
from config.settings import Settings
from deploy.demo.waiting import until
from deploy.kafka import LocalKafka
from deploy.simulator.server import Simulator
from deploy.testbed.topics import fresh_topics, set_topic, topic_settings
from mappers.inbound import sent_again
from mappers.model.company import Company
from streams.cli.doctor import Finding, examine
from streams.cli.kafka.records import Record, publish
from streams.cli.kafka.source import read
from streams.cli.main import build
from streams.topics import DEAD_LETTERS, DOCUMENT_LEDGER, STATUS_CHANGES, SYNC_REQUESTS, TOPICS
from tests.brokers.broker import Broker
from tests.builders import encode, make_event
from tests.unit.config.environments import complete

ORGANISATION = "8a1c0a3e-0f6b-4a57-9c3b-2f1f6b1d9e11"
POISON = {
    "dlq.reason": "not_json",
    "dlq.message": "cut off",
    "dlq.topic": STATUS_CHANGES,
    "dlq.partition": "0",
    "dlq.offset": "41",
    "dlq.failed_at": "2026-11-20T03:15:22.123Z",
    "dlq.worker_version": "0.1.0",
}


def run(broker: Broker | LocalKafka, *arguments: str) -> Result:
    return CliRunner(env={"SHIPLEDGER_KAFKA__BOOTSTRAP_SERVERS": broker.bootstrap_servers}).invoke(build(), arguments)


def settings_of(broker: Broker) -> KafkaSettings:
    return KafkaSettings(bootstrap_servers=broker.bootstrap_servers)


def record(key: str, value: bytes | None = b"value", **headers: str) -> Record:
    """A record to publish; where it lies does not matter."""
    pairs = tuple((name, text.encode()) for name, text in headers.items())
    return Record("", 0, 0, datetime.now(UTC), key.encode(), value, pairs)


def put(broker: Broker, topic: str, *records: Record) -> None:
    asyncio.run(publish(settings_of(broker), [(topic, each) for each in records]))


def content(broker: Broker, topic: str) -> list[tuple[bytes | None, bytes | None, tuple[Any, ...]]]:
    """Key, value and headers of everything in the topic."""
    found = asyncio.run(read(settings_of(broker), topic, lambda _: True, None))
    return [(each.key, each.value, each.headers) for each in found]


def fresh(broker: Broker) -> None:
    asyncio.run(fresh_topics(broker.bootstrap_servers))


async def test_topics_are_created_once_with_their_settings_and_differing_numbers_are_refused(
    own_kafka: LocalKafka,
) -> None:
    first = await asyncio.to_thread(run, own_kafka, "topics", "create", "--partitions", "3")
    assert first.exit_code == 0, first.output
    assert first.output.count("3 partitions, created") == len(TOPICS)
    again = await asyncio.to_thread(run, own_kafka, "topics", "create")
    assert again.output.count("3 partitions, was there") == len(TOPICS)
    rows = json.loads((await asyncio.to_thread(run, own_kafka, "topics", "create", "--output", "json")).stdout)
    assert rows == [{"topic": each.name, "partitions": 3, "answer": "was there", "needs": None} for each in TOPICS]
    refused = await asyncio.to_thread(run, own_kafka, "topics", "create", "--partitions", "5")
    assert refused.exit_code == 1
    assert "All topics need the same number of partitions" in str(refused.exception)
    assert await ledger_policy(own_kafka) == "compact"


async def test_settings_that_lose_data_are_named_by_doctor_and_mended(own_kafka: LocalKafka, tmp_path: Path) -> None:
    """What the operator set besides stays: the request to the broker replaces all settings of a topic."""
    await asyncio.to_thread(run, own_kafka, "topics", "create", "--partitions", "3")
    ledger = TOPICS[-1]
    await set_topic(
        own_kafka.bootstrap_servers,
        ledger.name,
        {"cleanup.policy": "delete", "max.message.bytes": "1048588", "segment.ms": "7"},
    )
    named = await asyncio.to_thread(run, own_kafka, "topics", "create")
    needed = "cleanup.policy=compact, delete.retention.ms=604800000, max.message.bytes=8388608"
    assert f"{ledger.name} needs {needed}: run again with --repair" in named.output
    assert await ledger_policy(own_kafka) == "delete"
    found = (await doctor(own_kafka, tmp_path))["topic settings"]
    assert (found.ok, needed in found.details) == (False, True)
    mended = await asyncio.to_thread(run, own_kafka, "topics", "create", "--repair")
    assert "max.message.bytes=8388608: mended" in mended.output
    settings = await until_set(own_kafka, ledger.name, "cleanup.policy", "compact")
    assert settings["segment.ms"] == "7"
    assert ledger.shortfalls(settings) == {}
    again = await asyncio.to_thread(run, own_kafka, "topics", "create", "--repair")
    assert "needs" not in again.output
    assert (await doctor(own_kafka, tmp_path))["topic settings"].ok


async def until_set(broker: LocalKafka, name: str, setting: str, value: str) -> dict[str, str]:
    """The topic's settings once the broker has heard of the change: the controller tells it a moment later."""
    async with asyncio.timeout(20):
        while (settings := await topic_settings(broker.bootstrap_servers, name))[setting] != value:  # noqa: ASYNC110  # Only a look tells.
            await asyncio.sleep(0.05)
    return settings


async def ledger_policy(broker: LocalKafka) -> str:
    """The clean-up policy of the ledger's topic."""
    return (await topic_settings(broker.bootstrap_servers, TOPICS[-1].name))["cleanup.policy"]


def sent_from_here(kafka: Broker, topic: str) -> list[tuple[Any, Any, Any]]:
    """What is in the topic, without who says to have sent it again, which is the command line."""
    found = content(kafka, topic)
    assert {again.by for *_, headers in found if (again := sent_again(headers))} == {"the command line"}
    return [(key, value, headers[:-1]) for key, value, headers in found]


def test_dead_letters_are_listed_and_redriven_as_they_were(kafka: Broker) -> None:
    fresh(kafka)
    put(
        kafka,
        DEAD_LETTERS,
        record("beef/1", b"{cut", traceparent="00-1", **POISON),
        record("beef/2", b"other", **POISON | {"dlq.reason": "unknown_company", "dlq.offset": "42"}),
    )
    listed = run(kafka, "dead-letters", "list")
    assert "2 dead letters." in listed.output
    assert f"{STATUS_CHANGES}/0/41  beef/1  not_json: cut off" in listed.output
    assert "1 would be published" in run(kafka, "dead-letters", "redrive", "--reason", "not_json").output
    assert content(kafka, STATUS_CHANGES) == []
    done = run(kafka, "dead-letters", "redrive", "--at", f"{STATUS_CHANGES}/0/41", "--yes")
    assert "1 published" in done.output
    assert sent_from_here(kafka, STATUS_CHANGES) == [(b"beef/1", b"{cut", (("traceparent", b"00-1"),))]


def test_each_dead_letter_is_redriven_on_the_topic_that_it_came_from(kafka: Broker) -> None:
    """A request among the status changes would be a dead letter again, and the ledger is its owner's alone."""
    fresh(kafka)
    put(
        kafka,
        DEAD_LETTERS,
        record("beef/1", b"a change", **POISON),
        record("the organisation", b"a request", **POISON | {"dlq.topic": SYNC_REQUESTS}),
        record('["rate","o"]', b"{}", **POISON | {"dlq.topic": DOCUMENT_LEDGER}),
    )
    shown = run(kafka, "dead-letters", "redrive")
    assert f"1 would be published on {STATUS_CHANGES}" in shown.stdout
    assert "left out" in shown.stderr
    assert "left out" not in shown.stdout
    assert f"1 would be published on {SYNC_REQUESTS}" in shown.output
    done = run(kafka, "dead-letters", "redrive", "--yes", "--output", "json")
    assert done.exit_code == 1
    answers = {each["key"]: each["answer"] for each in json.loads(done.stdout)}
    assert answers == {"beef/1": "published", "the organisation": "published", '["rate","o"]': "left out"}
    assert f"1 left out: from {DOCUMENT_LEDGER}" in done.stderr
    assert sent_from_here(kafka, STATUS_CHANGES) == [(b"beef/1", b"a change", ())]
    assert sent_from_here(kafka, SYNC_REQUESTS) == [(b"the organisation", b"a request", ())]
    assert content(kafka, DOCUMENT_LEDGER) == []


def test_a_dead_letter_without_its_value_is_not_redriven(kafka: Broker) -> None:
    fresh(kafka)
    put(kafka, DEAD_LETTERS, record("beef/1", b"", **POISON | {"dlq.value_sha256": "ab"}))
    done = run(kafka, "dead-letters", "redrive", "--yes")
    assert done.exit_code == 1
    assert content(kafka, STATUS_CHANGES) == []


async def doctor(kafka: Broker, folder: Path, **changes: str) -> dict[str, Finding]:
    """What the doctor finds with a simulator that has the demo's organisations."""
    companies = [
        Company(id="beef", organisation=ORGANISATION),
        Company(id="nobody", organisation="00000000-0000-4000-8000-000000000001"),
    ]
    async with Simulator.started() as simulator:
        environ = complete(
            XERO__ALLOW_TEST_HOST="true",
            XERO__BASE_URL=simulator.base_url,
            XERO__TOKEN_URL=simulator.token_url,
            **{
                "KAFKA__BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
                "XERO__CLIENT_ID": "demo-client",
                "XERO__CLIENT_SECRET": "demo-secret",
            }
            | changes,
            DATA_DIR=str(folder / "data"),
        )
        found = await asyncio.to_thread(lambda: list(examine(Settings.load(environ), companies)))
    return {finding.subject: finding for finding in found}


async def test_the_doctor_finds_what_is_in_order_and_which_organisation_is_not_connected(
    kafka: Broker, tmp_path: Path
) -> None:
    await fresh_topics(kafka.bootstrap_servers)
    found = await doctor(kafka, tmp_path)
    assert {subject for subject, finding in found.items() if not finding.ok} == {"company nobody"}
    assert "Southern Beef Exports" in found["company beef"].details
    # One line a tax; of equal subjects the dict has the last.
    assert "by the account: accounts 200" in found["company beef taxes"].details
    assert found["topics"].details == "7 topics of 4 partitions"


async def test_the_doctor_names_wrong_credentials_and_unequal_topics(kafka: Broker, tmp_path: Path) -> None:
    await fresh_topics(kafka.bootstrap_servers)
    await replace_topic(kafka, TOPICS[0].name, partitions=2)
    found = await doctor(kafka, tmp_path, XERO__CLIENT_SECRET="wrong")
    assert not found["connection default"].ok
    assert "unequal partitions" in found["topics"].details


async def test_the_doctor_without_a_broker_goes_on_to_the_rest(kafka: Broker, tmp_path: Path) -> None:
    found = await doctor(kafka, tmp_path, KAFKA__BOOTSTRAP_SERVERS="127.0.0.1:1")
    assert not found["kafka"].ok
    assert found["connection default"].ok


async def replace_topic(broker: Broker, name: str, *, partitions: int) -> None:
    """Make the topic anew with another number of partitions."""
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap_servers)
    await admin.start()
    try:
        await admin.delete_topics([name])

        async def is_gone() -> bool:
            return name not in await admin.list_topics()

        async def is_made() -> bool:
            await admin.create_topics([NewTopic(name, partitions, 1)])
            return name in await admin.list_topics()

        assert await until(is_gone, 20)
        assert await until(is_made, 20)
    finally:
        await admin.close()


def test_what_others_wrote_forges_no_line_and_no_colour(kafka: Broker) -> None:
    """A producer may put anything into keys, headers and values; `list` and `replay` show it, and obey none of it."""
    fresh(kafka)
    hostile = "beef/1\x1b[31m\r\nFORGED\x9b2K\u202e[red]"
    event = encode(make_event() | {"company_id": hostile, "shipment_id": hostile})
    put(kafka, DEAD_LETTERS, record(hostile, b"{", **dict.fromkeys(POISON, hostile)))
    put(kafka, STATUS_CHANGES, record(hostile, event))
    for command in ("dead-letters list", "dead-letters redrive", "replay"):
        output = run(kafka, *command.split()).output
        assert ("\\u001b[31m" in output) == (command != "replay")  # Such ids are nobody's: `replay` shows none.
        assert [each for each in output if not each.isprintable() and each != "\n"] == []
        # A line for the record, one for its company or why it is left out, and how many there are.
        assert len(output.splitlines()) == (2 if command == "dead-letters list" else 3)
