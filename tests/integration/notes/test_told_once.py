"""A cause is told once by a signed webhook and by mail, whatever is killed: by tellers on a real broker, whose clock is
moved by hand, and, in `make long`, by whole workers.
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer
from standardwebhooks.webhooks import Webhook

from deploy.testbed.events import company_profile, event
from deploy.testbed.stack import Stack
from deploy.testbed.topics import fresh_topics
from deploy.testbed.worker import WorkerProcess
from mappers.outbound import AttentionNote
from streams.notes import Channel, Delivery, KafkaMemory, MailChannel, MailServer, WebhookChannel
from streams.notes.teller import HANDS_OFF
from streams.topics import ATTENTION_NOTES, LARGEST_NOTE_RECORD, partitions_there
from streams.writing import renewing_producer
from tests.builders import COMPANY_ID, ORGANISATION, make_shipment
from tests.fakes.raw_http import RawServer, raw_server, reply
from tests.fakes.smtp import Mailbox, mail_server
from tests.processes.stack import stack_on
from tests.unit.streams.notes.telling import Telling

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
SECONDS = 120.0
NEIGHBOUR = "northern-lamb"
LISTENS = 'notes_to = ["anna@beef.example"]\n'


def webhook(server: RawServer) -> WebhookChannel:
    """Signed at the time that receivers have."""
    return WebhookChannel(f"{server.url}/notes", (SECRET,), "1.2.3", lambda: datetime.now(UTC), seconds=SECONDS)


def mail(mailbox: Mailbox) -> MailChannel:
    server = MailServer("127.0.0.1", mailbox.port, "none", "ledger@ship.example", None, None, None)
    return MailChannel(server, lambda _: ("anna@beef.example",), "worker", seconds=SECONDS)


@asynccontextmanager
async def memory_on(bootstrap: str) -> AsyncIterator[KafkaMemory]:
    """What one worker knows of the topic."""
    servers = {"bootstrap_servers": bootstrap}
    memory = KafkaMemory(
        partial(AIOKafkaConsumer, **servers, group_id=None, enable_auto_commit=False, auto_offset_reset="none"),
        renewing_producer(servers, LARGEST_NOTE_RECORD),
        partial(partitions_there, servers, [ATTENTION_NOTES]),
        ATTENTION_NOTES,
        (COMPANY_ID,),
    )
    yield memory
    await memory.close()


class KilledThen:
    """The port `Channel`: the receiver has the note, and the worker is gone before it can keep that."""

    def __init__(self, channel: Channel) -> None:
        self.name, self.reaches, self._channel = channel.name, channel.reaches, channel

    async def send(self, note_id: str, note: AttentionNote) -> Delivery:
        await self._channel.send(note_id, note)
        raise asyncio.CancelledError


async def test_a_cause_is_told_once_by_both_ways_and_again_alike_by_the_successor_of_one_that_was_killed(
    kafka: Any,
) -> None:
    """The receiver is away at first. Whoever follows waits until nobody can be trying, and tells nothing twice."""
    await fresh_topics(kafka.bootstrap_servers, 2)
    async with (
        raw_server(reply(500), reply(204, b"")) as server,
        mail_server() as mailbox,
        memory_on(kafka.bootstrap_servers) as one,
        memory_on(kafka.bootstrap_servers) as other,
    ):
        ways = webhook(server), mail(mailbox)
        for each in (firsts := [Telling(elsewhere=one, channel=way) for way in ways]):
            each.reject("A", "NOBODY")
            await each.later()
        assert (len(server.requests), len(mailbox.messages)) == (1, 1)
        await firsts[0].later(seconds=10)
        failed, answered = server.requests
        assert (failed.headers["webhook-id"], failed.body) == (answered.headers["webhook-id"], answered.body)
        told = Webhook(SECRET).verify(answered.body, dict(answered.headers))["data"]
        assert (told["company_id"], told["causes"][0]["value"]) == (COMPANY_ID, "NOBODY")

        # What is new an hour later reaches the receiver, and its worker is killed then.
        killed = Telling(elsewhere=one, channel=KilledThen(ways[0]))
        killed.reject("A", "NOBODY")
        killed.reject("B", "SOMEBODY")
        with pytest.raises(asyncio.CancelledError):
            await killed.later(hours=1)
        assert len(server.requests) == 3

        followers = [Telling(elsewhere=other, channel=way) for way in ways]
        for each in followers:
            each.reject("A", "NOBODY")
            each.reject("B", "SOMEBODY")
            await each.later(hours=1)  # As the clock of the one that was killed: somebody may be trying.
        assert (len(server.requests), len(mailbox.messages)) == (3, 2)
        for each in followers:
            await each.later(seconds=HANDS_OFF.total_seconds())
            await each.later(hours=1)
        first, again = server.requests[2:]
        assert (first.headers["webhook-id"], first.body) == (again.headers["webhook-id"], again.body)
        named = [cause["value"] for cause in json.loads(again.body)["data"]["causes"]]
        assert named == ["SOMEBODY"]
        assert "SOMEBODY" in mailbox.messages[1].get_content()
        assert len(mailbox.messages) == 2


@pytest.fixture
async def stack(kafka: Any, tmp_path: Path) -> AsyncIterator[Stack]:
    async with stack_on(kafka.bootstrap_servers, tmp_path, partitions=2) as stack:
        stack.profile = "".join(company_profile(each, ORGANISATION) + LISTENS for each in (COMPANY_ID, NEIGHBOUR))
        yield stack


def telling(server: RawServer, mailbox: Mailbox) -> dict[str, str]:
    return {
        "NOTES__WEBHOOK_URL": f"{server.url}/notes",
        "NOTES__WEBHOOK_SECRET": SECRET,
        "NOTES__SMTP_HOST": "127.0.0.1",
        "NOTES__SMTP_PORT": str(mailbox.port),
        "NOTES__SMTP_SECURITY": "none",
        "NOTES__MAIL_FROM": "ledger@ship.example",
        "NOTES__PAGE_URL": "https://ledger.example",
    }


def unknown_customer(index: int, code: str) -> dict[str, Any]:
    shipment = make_shipment(
        invoice_number=f"INV-{index:06}", shipment_number=f"SHP-{index:06}", buyer_code=code, consignee_code=code
    )
    return event(index, shipment=shipment)


async def until(condition: Callable[[], object], what: str, stack: Stack) -> None:
    await stack.until(lambda: bool(condition()), SECONDS, what)


@pytest.mark.long
async def test_a_cause_is_told_once_whatever_fails_and_holds_no_shipment_up(stack: Stack) -> None:
    """The receiver is away at first; of two workers one tells; then both are killed, and another follows."""
    async with raw_server(reply(500), reply(204, b"")) as server, mail_server() as mailbox:
        workers = [stack.worker(name, environment=telling(server, mailbox)) for name in ("one", "two")]
        for each in workers:
            each.start()
        await asyncio.gather(*(each.ready(SECONDS) for each in workers))
        await stack.publish([unknown_customer(1, "NOBODY"), unknown_customer(2, "NOBODY")])
        await until(lambda: server.requests, "the first attempt", stack)
        await stack.publish([event(index) for index in range(10, 20)])
        await until(lambda: len(stack.written()) == 10, "ten documents", stack)
        await until(lambda: delivered(workers) == 2, "the note, by both ways", stack)
        first, second = server.requests
        assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
        told = Webhook(SECRET).verify(second.body, dict(second.headers))["data"]
        assert (told["company_id"], told["causes"][0]["value"]) == (COMPANY_ID, "NOBODY")
        assert told["url"] == f"https://ledger.example/companies/{COMPANY_ID}/attention"
        assert "NOBODY" in mailbox.messages[0].get_content()
        # Whoever follows has to find out what was told. Its companies are looked at in the order of the profile: when
        # the neighbour's note comes, the first one would have been told again.
        for each in workers:
            each.kill()
        workers[0].start()
        await workers[0].ready(SECONDS)
        await stack.publish([unknown_customer(3, "SOMEBODY") | {"company_id": NEIGHBOUR}])
        await until(lambda: len(server.requests) > 2 and len(mailbox.messages) > 1, "the neighbour's note", stack)
        assert workers[0].terminate() < 10
    heard = [json.loads(each.body)["data"]["company_id"] for each in server.requests]
    assert heard == [COMPANY_ID, COMPANY_ID, NEIGHBOUR]
    assert [each["Subject"].partition(":")[0] for each in mailbox.messages] == [COMPANY_ID, NEIGHBOUR]
    assert [each for each in workers if SECRET.encode() in each.log_path.read_bytes()] == []


def delivered(workers: list[WorkerProcess]) -> int:
    """How often a worker has said that a note was delivered, which it says when that is kept."""
    return sum(each.log_path.read_bytes().count(b'"event":"note_delivered"') for each in workers)
