"""Others may write to the topic of requests: whatever they put there, the partition goes on, with each owner."""

import json
from dataclasses import replace
from random import Random
from typing import Any
from uuid import UUID

import pytest

from mappers.inbound.dead_letter import PoisonReason
from mappers.inbound.triggers import why_not_ours
from mappers.model import COMMAND_HEADER, LARGEST_REQUEST, LOOK_AT
from mappers.model.sync_request import SyncRequest, encode_request
from streams.dispatch.ownership.intake import MOST_STRANGERS
from streams.dispatch.ownership.partition import Partition
from tests.hostile.mutator import change_value, written
from tests.unit.streams.dispatch.harness import Harness, Record
from tests.unit.streams.dispatch.requests import numbered

SEED = 2026
COUNT = 400
AT_ONCE = 20
VALUES: tuple[Any, ...] = (
    10**30,
    -1,
    2**63,
    2**64,
    "",
    " ",
    "\u202e",
    "x" * 255,
    "x" * 256,
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-23:59",
)
FIELDS = ("revision", "attempt", "event_id", "company_id", "shipment_id", "status", "occurred_at", "asked_at")
COMMANDS = (
    ({"organisation": "8a1c0a3e-0f6b-4a57-9c3b-2f1f6b1d9e11", "invoices": [{"xero_id": "a", "at": None}]}, LOOK_AT),
    ({"organisation": "8a1c0a3e-0f6b-4a57-9c3b-2f1f6b1d9e11", "currency": "USD"}, "forget_rates"),
)


def hostile(number: int) -> Record:
    """A request with one field that is out of every range, one with arbitrary faults, or a command with some."""
    random = Random(f"{SEED}/{number}")  # noqa: S311  # It has to be repeatable, not secret.
    request = json.loads(encode_request(numbered(random.randint(1, 50), revision=random.randint(1, 9))))
    headers: tuple[tuple[str, bytes], ...] = ()
    if random.random() < 0.5:
        request[random.choice(FIELDS)] = random.choice(VALUES)
    else:
        if random.random() < 0.2:
            command, name = random.choice(COMMANDS)
            request, headers = json.loads(json.dumps(command)), ((COMMAND_HEADER, name.encode()),)
        change_value(request, random)
    return Record(written(request, random), number, headers=headers, timestamp=random.choice([-1, 0, 2**63 - 1]))


async def answered_beside(harness: Harness, partition: Partition, first: int) -> None:
    """The partition takes so many hostile records and a good request, which is answered."""
    good = numbered(1000 + first)
    records = [hostile(number) for number in range(first, first + AT_ONCE)]
    offset = partition.next_offset
    polled = [*records, Record(encode_request(good), 0)]
    partition.take([replace(each, offset=offset + index) for index, each in enumerate(polled)])
    await harness.until(lambda: any(each.shipment_id == good.shipment_id for each in harness.ended()))
    assert next(each for each in harness.ended() if each.shipment_id == good.shipment_id).status == "PROCESSED"


async def test_whatever_lies_in_the_topic_the_neighbours_are_answered_by_each_owner() -> None:
    harness = Harness()
    for first in range(0, COUNT, AT_ONCE):
        async with harness.owner() as partition:
            await answered_beside(harness, partition, first)
    reasons = {dict(each.headers)["dlq.reason"] for each in harness.topic.dead_letters}
    assert reasons == {b"request_unreadable"}
    assert harness.topic.offset == COUNT + COUNT // AT_ONCE


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("revision", 2**63),
        ("revision", -1),
        ("attempt", 2**63),
        ("attempt", -1),
        ("event_id", ""),
        ("company_id", " "),
        ("shipment_id", "a\u202eb"),
        ("shipment_id", "s" * 256),
        ("occurred_at", "9999-12-31T23:59:59-23:59"),
        ("asked_at", "0001-01-01T00:00:00+23:59"),
    ],
)
async def test_what_could_be_taken_and_never_answered_is_put_aside(field: str, value: Any) -> None:
    """It would be in the ledger, and end its partition at every start."""
    harness = Harness()
    request = json.loads(encode_request(numbered(1))) | {field: value}
    async with harness.owner() as partition:
        partition.take([Record(json.dumps(request).encode(), 0)])
        await harness.until(lambda: harness.topic.dead_letters)
    (letter,) = harness.topic.dead_letters
    headers = dict(letter.headers)
    assert headers["dlq.reason"] == PoisonReason.REQUEST_UNREADABLE.value.encode()
    assert (headers["dlq.message"] or b"").startswith(field.encode())


@pytest.mark.parametrize("field", ["requested_by", "traceparent", "status"])
async def test_a_request_larger_than_any_maker_may_make_it_is_put_aside(field: str) -> None:
    """Its answer repeats what it says, has headers besides, and would not fit into its topic, at any start."""
    harness = Harness()
    request = numbered(1)
    longer = LARGEST_REQUEST + 1 - len(encode_request(request.model_copy(update={field: ""})))
    values = [encode_request(request.model_copy(update={field: "x" * (longer - less)})) for less in (0, 1)]
    assert [len(each) for each in values] == [LARGEST_REQUEST + 1, LARGEST_REQUEST]
    async with harness.owner() as partition:
        partition.take([Record(each, offset) for offset, each in enumerate(values)])
        await harness.answered(1)
    (letter,) = harness.topic.dead_letters
    assert dict(letter.headers)["dlq.offset"] == b"0"
    assert f"more than {LARGEST_REQUEST}".encode() in (dict(letter.headers)["dlq.message"] or b"")


async def test_a_flood_of_organisations_that_nobody_has_makes_a_bounded_number_of_lanes() -> None:
    """A lane takes 50 kB, and they would all be there again at every start."""
    harness = Harness()
    async with harness.owner() as partition:
        for first in range(0, 3 * MOST_STRANGERS, 50):
            strangers = [str(UUID(int=number)) for number in range(first, first + 50)]
            harness.give(partition, [of_organisation(each, number) for number, each in enumerate(strangers, first)])
        harness.give(partition, [numbered(999), of_organisation(str(UUID(int=0)), 1000)])
        await harness.answered(MOST_STRANGERS + 2)
        assert len(partition.lane_progress()) == MOST_STRANGERS + 1
    assert len(harness.topic.dead_letters) == 2 * MOST_STRANGERS
    assert [each.status for each in harness.ended() if each.shipment_id == "SHP-00999"] == ["PROCESSED"]


def of_organisation(organisation: str, index: int) -> SyncRequest:
    return numbered(index).model_copy(update={"organisation": organisation})


@pytest.mark.parametrize("revision", [None, 0, 2**63 - 1])
def test_what_the_gate_makes_is_the_gates(revision: int | None) -> None:
    longest = numbered(1).model_copy(update={"revision": revision, "shipment_id": "s" * 255, "attempt": 7})
    assert why_not_ours(longest) == ""
