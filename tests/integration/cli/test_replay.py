"""`shipledger replay` on a real Kafka: from a time on, planned before it is sent, and ended in the middle."""

import asyncio
import json
import os
import shlex
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from typer.testing import CliRunner

from config.kafka import KafkaSettings
from streams.cli.errors import CommandFailedError, RefusedError
from streams.cli.kafka.records import Record
from streams.cli.kafka.source import Span, source_of
from streams.cli.main import build
from streams.topics import STATUS_CHANGES
from tests.brokers.broker import Broker
from tests.builders import encode, make_event
from tests.integration.cli.test_cli import content, fresh, put, record, run
from tests.unit.config.environments import complete

WHOSE = (("beef", "1"), ("beef", "2"), ("dairy", "1"))
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MANY = 10_000
PROFILE = '[[company]]\nid = "{}"\norganisation = "8a1c0a3e-0f6b-4a57-9c3b-2f1f6b1d9e11"\ntrigger_statuses = ["X"]\n'


def event(company: str, shipment: str, at: datetime = NOON, status: str = "X") -> Record:
    """A status change recorded at a time; its key puts each shipment into a partition of its own choice."""
    value = encode(make_event(company_id=company, shipment_id=shipment, status=status))
    return Record("", 0, 0, at, f"{company}/{shipment}".encode(), value, (("ce_id", b"1"),))


def values(broker: Broker) -> Counter[bytes | None]:
    return Counter(value for _, value, _ in content(broker, STATUS_CHANGES))


def test_replay_publishes_the_chosen_events_again_and_only_when_told(kafka: Broker) -> None:
    """The value says whose an event is; the key may be anybody's."""
    fresh(kafka)
    events = [encode(make_event(company_id=company, shipment_id=shipment)) for company, shipment in WHOSE]
    put(kafka, STATUS_CHANGES, *(record("lamb/9", event, ce_id="1") for event in events))
    assert "2 would be published" in run(kafka, "replay", "--company", "beef").output
    assert "0 would be published" in run(kafka, "replay", "--company", "lamb").output
    assert len(content(kafka, STATUS_CHANGES)) == 3
    assert "1 published" in run(kafka, "replay", "--shipment", "2", "--yes").output
    repeated = [each for each in content(kafka, STATUS_CHANGES) if each[1] == events[1]]
    assert repeated == [(b"lamb/9", events[1], (("ce_id", b"1"),))] * 2
    assert "1 would be published" in run(kafka, "replay", "--limit", "1").output
    assert "0 would be published" in run(kafka, "replay", "--until", "2020-01-01").output


def test_a_replay_begins_where_the_brokers_index_of_times_says(kafka: Broker) -> None:
    """Not at the beginning of the topic: what is older is not even read. Later records may have earlier times."""
    fresh(kafka)
    hours = [event("beef", "same", NOON + timedelta(hours=each)) for each in (0, 1, 2, 1, 3)]
    put(kafka, STATUS_CHANGES, *hours)

    async def spans() -> dict[int, Span]:
        async with source_of(KafkaSettings(bootstrap_servers=kafka.bootstrap_servers), STATUS_CHANGES) as source:
            return await source.spans(NOON + timedelta(hours=2))

    assert [each for each in asyncio.run(spans()).values() if each.first < each.end] == [Span(2, 5)]
    shown = run(kafka, "replay", "--since", "2026-11-20T14:00:00", "--output", "json")
    assert json.loads(shown.stdout) == [
        {
            "company": "beef",
            "events": 2,
            "shipments": 1,
            "requests": None,
            "first": "2026-11-20T14:00:00+00:00",
            "last": "2026-11-20T15:00:00+00:00",
        }
    ]
    assert "0 would be published" in run(kafka, "replay", "--since", "2026-11-21").output


def test_the_oldest_come_first_whatever_their_partition(kafka: Broker) -> None:
    fresh(kafka)
    put(kafka, STATUS_CHANGES, *(event("beef", str(each), NOON + timedelta(minutes=each)) for each in range(40)))
    lines = run(kafka, "replay", "--limit", "12").stdout.splitlines()
    assert [line.split("beef/")[1] for line in lines[:12]] == [str(each) for each in range(12)]


def test_the_plan_says_whose_the_events_are_and_how_many_ask_for_a_document(kafka: Broker, tmp_path: Path) -> None:
    fresh(kafka)
    put(kafka, STATUS_CHANGES, event("beef", "1"), event("beef", "1", status="Y"), event("lamb", "1"), record("k"))
    (tmp_path / "profile.toml").write_text(PROFILE.format("beef"))
    configured = complete(KAFKA__BOOTSTRAP_SERVERS=kafka.bootstrap_servers, PROFILE=str(tmp_path / "profile.toml"))
    shown = CliRunner(env=dict(configured)).invoke(build(), ["replay"])
    assert "beef: 2 events of 1 shipments, 1 ask for a document, from 2026-11-20T12:00:00+00:00" in shown.stdout
    assert "lamb: 1 events of 1 shipments, 0 ask for a document" in shown.stdout
    assert "(does not say): 1 events of 0 shipments, 0 ask for a document" in shown.stdout
    assert "4 would be published" in shown.stderr


def test_more_than_the_ceiling_is_refused_and_nothing_sent(kafka: Broker) -> None:
    fresh(kafka)
    put(kafka, STATUS_CHANGES, *(event("beef", str(each)) for each in range(3)))
    refused = run(kafka, "replay", "--at-most", "2", "--yes")
    assert isinstance(refused.exception, RefusedError)
    assert "say --at-most 3" in str(refused.exception)
    assert len(content(kafka, STATUS_CHANGES)) == 3
    assert "3 published" in run(kafka, "replay", "--at-most", "3", "--yes").output


@pytest.mark.parametrize(
    ("go_on", "words"), [("0:5-9", "it is another topic"), ("7:0-1", "no partition 7"), ("0:1", "is not PARTITION")]
)
def test_going_on_where_the_topic_is_another_is_refused(kafka: Broker, go_on: str, words: str) -> None:
    fresh(kafka)
    result = run(kafka, "replay", "--go-on", go_on, "--yes")
    assert result.exit_code in (1, 2)
    assert words in (str(result.exception) if isinstance(result.exception, CommandFailedError) else result.output)


def test_ctrl_c_ends_it_in_order_and_what_it_prints_goes_on(kafka: Broker) -> None:
    fresh(kafka)
    put(kafka, STATUS_CHANGES, *(record(str(each), b"%d" % each) for each in range(MANY)))
    code, said = asyncio.run(interrupted(kafka, "replay", "--yes"))
    assert code == 130, said
    count = int(next(line for line in said if line.endswith(f"published on {STATUS_CHANGES}.")).split()[0])
    assert 0 < count < MANY
    assert sum(asyncio.run(ends(kafka))) == MANY + count
    program, *arguments = shlex.split(said[-1])
    assert program == "shipledger"
    assert f"{MANY - count} published" in run(kafka, *arguments).output
    assert set(values(kafka).values()) == {2}


async def ends(broker: Broker) -> list[int]:
    """Where each partition ends: nothing was published after the last acknowledgement."""
    client = AIOKafkaConsumer(bootstrap_servers=broker.bootstrap_servers)
    await client.start()
    try:
        found = await client.end_offsets([TopicPartition(STATUS_CHANGES, number) for number in range(4)])
    finally:
        await client.stop()
    return list(found.values())


async def interrupted(broker: Broker, *arguments: str) -> tuple[int, list[str]]:
    """Run the command, press Ctrl-C once it says that some are published; its exit code and standard error."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "streams.cli.main", *arguments),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=os.environ | {"SHIPLEDGER_KAFKA__BOOTSTRAP_SERVERS": broker.bootstrap_servers},
    )
    assert process.stderr is not None
    said: list[str] = []
    async with asyncio.timeout(120):
        while line := await process.stderr.readline():
            said.append(line.decode().rstrip("\n"))
            if " published, then from " in said[-1] and process.returncode is None:
                process.send_signal(signal.SIGINT)
        return await process.wait(), said
