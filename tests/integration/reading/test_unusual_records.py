"""Whatever lies in a topic, the partition goes on: each kind on a real broker, and the worker begins anew over it.

One partition, so that whatever stops a reader stops everybody; one session, because a worker takes seconds to start.
"""

import asyncio
import base64
import shutil
from pathlib import Path
from typing import Any

import aiokafka.consumer.fetcher
import orjson
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from typer.testing import CliRunner

from benchmarks.measures import Memory
from config.kafka import KafkaSettings
from deploy.testbed.builders import COMPANY_ID, ORGANISATION
from deploy.testbed.events import event
from deploy.testbed.groups import delete_groups
from deploy.testbed.stack import Stack
from deploy.testbed.topics import set_topic, topic_settings
from deploy.testbed.worker import WorkerProcess
from mappers.model.company import encode_pause
from streams.cli.kafka.source import read
from streams.cli.main import build
from streams.ops import NoteChannel
from streams.reading import guard_readers
from streams.topics import (
    ATTENTION_NOTES,
    COMPANY_PAUSES,
    DEAD_LETTERS,
    DOCUMENT_LEDGER,
    STATUS_CHANGES,
    SYNC_OUTCOMES,
    SYNC_REQUESTS,
    TOPICS,
)
from tests.builders import encode
from tests.fakes.pauses import make_pause
from tests.integration.notes.test_told_once import memory_on
from tests.integration.reading.senders import TOO_LARGE, bomb, put, send_by_java
from tests.kafka_bytes import Batch, Sent
from tests.processes.stack import check_once, stack_on

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]

CODECS = ("lz4", "snappy", "zstd", "gzip")
BAD_NAME = [(b"caf\xe9", b"1")]
_MORE, _LESS = {"max.message.bytes": "8388608"}, {"max.message.bytes": "1048588"}
OWN = {STATUS_CHANGES: _MORE, SYNC_REQUESTS: _MORE, DEAD_LETTERS: _LESS}
RESTARTS = 3
TELLING = {
    "NOTES__WEBHOOK_URL": "http://127.0.0.1:9/notes",
    "NOTES__WEBHOOK_SECRET": "whsec_" + base64.b64encode(bytes(range(32))).decode(),
    "NOTES__PAGE_URL": "https://ledger.example",
}
"""Nobody listens; but it knows what was told."""
MOST_BYTES = 1_000_000
UNTYPED = b'{"state":"done","revision":"many","occurred_at":"2026-11-20T03:15:00Z"}'
FORGED: list[tuple[list[str], bytes]] = [
    (["row", ORGANISATION, COMPANY_ID, "SHP-000000"], b"{}"),
    (["row", ORGANISATION, COMPANY_ID, "SHP-000007"], UNTYPED),
    (["row", "of nobody", COMPANY_ID, "SHP-000900"], b'{"state":"sending"'),
    (["intent", "forged"], b"{}"),
    (["rest", ORGANISATION], b"{}"),
    (["rate", ORGANISATION, "USD", "xero"], b'{"rate":"many"}'),
    (["owner"], b'{"owners":7}'),
]
"""Under keys of ours; two are of shipments that are then asked for."""
MOST_MEMORY_KB = 500_000


def by_java() -> list[tuple[str, str, str, bytes]]:
    """A status change in each compression, and something in each other topic."""
    taken = [(STATUS_CHANGES, codec, "k", encode(event(index))) for index, codec in enumerate(CODECS)]
    others = [SYNC_REQUESTS, SYNC_OUTCOMES, DOCUMENT_LEDGER, COMPANY_PAUSES, ATTENTION_NOTES]
    return taken + [(topic, codec, "foreign", b"{}") for topic in others for codec in CODECS]


async def fill(bootstrap: str, folder: Path) -> None:
    """All kinds, in every topic."""
    for spec in TOPICS:  # As an operator's own topics may be: the broker looks into nothing.
        await set_topic(
            bootstrap, spec.name, {**spec.settings, "compression.type": "producer", **OWN.get(spec.name, {})}
        )
    await send_by_java(bootstrap, by_java(), folder)
    accented = Batch([Sent(encode(event(4)), headers=BAD_NAME)]).encoded()
    assert await put(bootstrap, STATUS_CHANGES, accented) == [0]
    explosive = Batch([Sent(None)], codec="gzip", body=bomb(400)).encoded()
    mixed = Batch([Sent(encode(event(5))), Sent(bytes(40_000_000)), Sent(encode(event(99)))], codec="zstd").encoded()
    assert await put(bootstrap, STATUS_CHANGES, explosive, mixed) == [0, 0]
    wide = Sent(b"not json", key=b"k" * 500_000, headers=[(b"h", b"v" * 600_000), *BAD_NAME])
    assert await put(bootstrap, STATUS_CHANGES, Batch([wide]).encoded(), Batch([large()]).encoded()) == [0, 0]
    assert await put(bootstrap, STATUS_CHANGES, Batch([Sent(largest(6))]).encoded()) == [0]
    small = Batch([Sent(None)], codec="gzip", body=bomb(40)).encoded()
    strange = Batch([Sent(b"\xff\xfe", headers=BAD_NAME), Sent(None)]).encoded()
    for topic in (SYNC_REQUESTS, SYNC_OUTCOMES, DOCUMENT_LEDGER, DEAD_LETTERS, COMPANY_PAUSES, ATTENTION_NOTES):
        assert await put(bootstrap, topic, small, strange) == [0, 0]
    # A time of long ago, an endless key, and a value that is almost of our own form.
    beyond = Batch([Sent(b'{"paused":1}', key=b"p" * 500_000, headers=BAD_NAME)], time=1).encoded()
    for topic in (COMPANY_PAUSES, ATTENTION_NOTES):
        assert await put(bootstrap, topic, beyond) == [0]
    forged = Batch([Sent(value, key=orjson.dumps(key)) for key, value in FORGED]).encoded()
    assert await put(bootstrap, DOCUMENT_LEDGER, forged) == [0]


def largest(index: int) -> bytes:
    """The status change with the most bytes that are taken."""
    padded = {**event(index), "more": ""}
    value = encode({**padded, "more": "x" * (MOST_BYTES - len(encode(padded)))})
    assert len(value) == MOST_BYTES
    return value


def large() -> Sent:
    """Above what an event may have."""
    return Sent(encode({**event(98), "more": "x" * 3_000_000}))


async def forget(bootstrap: str, worker: WorkerProcess) -> None:
    """Let the next worker meet everything again: as on a new machine, and in new groups."""
    worker.kill()
    shutil.rmtree(worker.folder / "data")
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        async with asyncio.timeout(30):
            while not await delete_groups(admin):  # noqa: ASYNC110  # Only a look tells.
                await asyncio.sleep(0.05)
    finally:
        await admin.close()


def peak_memory(worker: WorkerProcess) -> int:
    """The most that it ever had, in kB."""
    return Memory.of(worker.pid).peak // 1024


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process reads as a worker does, until the test ends."""
    for name in ("MemoryRecords", "PartitionRecords"):
        monkeypatch.setattr(aiokafka.consumer.fetcher, name, getattr(aiokafka.consumer.fetcher, name))
    guard_readers()


@pytest.mark.usefixtures("guarded")
async def test_every_kind_in_every_topic_and_three_restarts_over_it(kafka: Any, tmp_path: Path) -> None:
    bootstrap = kafka.bootstrap_servers
    async with stack_on(bootstrap, tmp_path, partitions=1) as stack:
        await fill(bootstrap, tmp_path)
        worker = stack.worker(environment=TELLING)
        answered = 7  # Four by Java, the one with the strange header, one before a bomb in its batch, the largest.
        for restart in range(RESTARTS + 1):
            worker.start()
            await worker.ready(90)
            if restart == 0:
                await let_go_on(bootstrap, worker)
            await stack.publish([event(answered)])
            answered += 1
            logs = await stack.complete_logs(worker, answered)
            check_once(stack, logs, answered)
            assert peak_memory(worker) < MOST_MEMORY_KB
            if restart < RESTARTS:
                await forget(bootstrap, worker)
            await check_notes(bootstrap)
        await check_letters(stack)
        await check_commands(bootstrap)


async def let_go_on(bootstrap: str, worker: WorkerProcess) -> None:
    """A record of which nobody knows whom it pauses holds everybody, until a person says anew what is meant."""
    (company,) = (await worker.get("/api/v1/companies"))["companies"]
    assert (company["paused"], company["by"]) == (True, "Shipledger")
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    try:
        said = encode_pause(make_pause(COMPANY_ID, paused=False))
        await producer.send_and_wait(COMPANY_PAUSES, said, key=COMPANY_ID.encode())
    finally:
        await producer.stop()


async def check_notes(bootstrap: str) -> None:
    """What was told before is known to whoever begins anew."""
    async with memory_on(bootstrap) as memory:
        await memory.read()
        told = memory.told(NoteChannel.MAIL, COMPANY_ID)
        await memory.keep(told.model_copy(update={"marks": (*told.marks, "told")}))
    async with memory_on(bootstrap) as memory:
        await memory.read()
        assert memory.told(NoteChannel.MAIL, COMPANY_ID).marks == (*told.marks, "told")


async def check_letters(stack: Stack) -> None:
    """Each that was not taken is told with its place, its reason, and what it was known by."""
    settings = KafkaSettings(bootstrap_servers=stack.bootstrap_servers)
    found = await read(settings, DEAD_LETTERS, lambda each: bool(each.header("dlq.reason")), None)
    told = {tuple(each.header(f"dlq.{name}") for name in ("topic", "offset", "reason")): each for each in found}
    expected = {
        (STATUS_CHANGES, "5", "inflates_too_far"),
        (STATUS_CHANGES, "7", "inflates_too_far"),
        (STATUS_CHANGES, "9", "not_json"),
        (STATUS_CHANGES, "10", "oversize"),
        (SYNC_REQUESTS, "4", "inflates_too_far"),
        (SYNC_REQUESTS, "5", "request_unreadable"),
        (DOCUMENT_LEDGER, "0", "foreign_record"),
        (DOCUMENT_LEDGER, "4", "inflates_too_far"),
        (DOCUMENT_LEDGER, "5", "foreign_record"),
    }
    assert expected <= set(told)
    forged = sorted(each.key for each in found if each.key and each.header("dlq.reason") == "ledger_unreadable")
    # Those of the shipments that are asked for at once too: whatever is written over one brings its letter.
    expected_keys = sorted(orjson.dumps(key) for key, _ in FORGED)
    assert forged == expected_keys, f"told once, in four starts: {forged}"
    assert told[STATUS_CHANGES, "7", "inflates_too_far"].header("dlq.last_offset") == "8"
    assert int(told[STATUS_CHANGES, "5", "inflates_too_far"].header("dlq.value_bytes")) > 300_000
    wide = told[STATUS_CHANGES, "9", "not_json"]
    assert (wide.key, wide.header("dlq.key_bytes")) == (b"k" * 128, "500000")
    assert dict(wide.headers)["caf\\xe9"] == b"1"


async def check_commands(bootstrap: str) -> None:
    """Those that read topics show what can be read, and name the rest."""
    runner = CliRunner(env={"SHIPLEDGER_KAFKA__BOOTSTRAP_SERVERS": bootstrap})
    for command, topic in (("dead-letters", DEAD_LETTERS), ("replay", STATUS_CHANGES)):
        arguments = [command, "list"] if command == "dead-letters" else [command]
        shown = await asyncio.to_thread(runner.invoke, build(), arguments)
        assert shown.exit_code == 0, shown.output
        assert f"{topic}/0/" in shown.stderr
        assert "inflates_too_far" in shown.stderr


async def test_topics_as_we_make_them_let_the_broker_refuse_bombs_where_only_we_write(
    kafka: Any, tmp_path: Path
) -> None:
    async with stack_on(kafka.bootstrap_servers, tmp_path, partitions=1) as stack:
        small = Batch([Sent(None)], codec="gzip", body=bomb(40)).encoded()
        for topic in (each.name for each in TOPICS if each.name != STATUS_CHANGES):
            assert await put(stack.bootstrap_servers, topic, small) == [TOO_LARGE], topic
        settings = await topic_settings(stack.bootstrap_servers, STATUS_CHANGES)
        assert settings["compression.type"] == "producer"
