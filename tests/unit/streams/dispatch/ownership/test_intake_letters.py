"""What the intake puts aside: with its place, and never so much that its transaction could not end."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from mappers.inbound.dead_letter import PoisonReason
from mappers.model import COMMAND_HEADER, LOOK_AT
from mappers.model.sync_request import encode_request
from streams.dispatch.ledger.ledger_transaction import DeadLetter
from streams.dispatch.ledger.update import LedgerUpdate
from streams.dispatch.ownership.intake import MOST_LETTERS, Admission, RequestIntake, partition_of
from streams.reading.unreadable import Fault, Unreadable
from streams.topics import SYNC_REQUESTS
from tests.builders import make_request
from tests.unit.streams.dispatch.harness import Harness


class Update:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.offset = 0
        self.letters: list[DeadLetter] = []

    def consumed(self, offset: int) -> None:
        self.offset = offset

    def put_aside(self, letter: DeadLetter) -> None:
        self.letters.append(letter)


def record(offset: int, value: bytes, key: bytes | None = b"k") -> Any:
    return SimpleNamespace(
        topic=SYNC_REQUESTS, partition=0, offset=offset, key=key, value=value, headers=(), timestamp=-1
    )


def taken(*records: Any) -> Update:
    harness, update = Harness(), Update()
    intake = RequestIntake(0, 1, "test", harness.metrics, harness.clock.utc)
    assert intake.take(cast("LedgerUpdate", update), records, Admission((), ())) == {}
    return update


def test_what_could_not_be_read_is_put_aside_once_and_consumed_as_a_whole() -> None:
    fault = Fault(PoisonReason.INFLATES_TOO_FAR, "too much", 3, 9, 390_000, "the hash")
    update = taken(record(9, Unreadable(fault), key=None))
    (letter,) = update.letters
    headers = dict(letter.headers)
    assert update.offset == 10
    assert (headers["dlq.reason"], headers["dlq.offset"], headers["dlq.last_offset"]) == (
        b"inflates_too_far",
        b"3",
        b"9",
    )


def test_a_flood_of_large_requests_that_are_none_makes_no_endless_transaction() -> None:
    update = taken(*(record(offset, b"x" * 900_000) for offset in range(200)))
    assert len(update.letters) == 200
    whole = [each for each in update.letters if each.value]
    assert 4 <= len(whole) <= 5
    assert sum(len(each.value or b"") for each in update.letters) < MOST_LETTERS + 1_000_000
    assert all(dict(each.headers)["dlq.value_sha256"] for each in update.letters if not each.value)


REQUEST = make_request()
LOOK = b'{"organisation":"%s","invoices":[]}'
FORGET = b'{"organisation":"%s","currency":"USD"}'


@pytest.mark.parametrize("field", ["organisation", "company_id", "shipment_id", "event_id"])
def test_an_id_that_is_longer_than_any_may_be_is_put_aside_before_anything_is_done_with_it(field: str) -> None:
    """The partition of a megabyte takes a third of a second, and four thousand of them are kept."""
    partition_of.cache_clear()
    value = encode_request(REQUEST.model_copy(update={field: "x" * 800_000}))
    (letter,) = taken(record(0, value)).letters
    assert dict(letter.headers)["dlq.reason"] == b"request_unreadable"
    assert (dict(letter.headers)["dlq.message"] or b"").startswith(field.encode())
    assert partition_of.cache_info().currsize == 0


@pytest.mark.parametrize(("command", "value"), [(LOOK_AT.encode(), LOOK), (b"forget_rates", FORGET)])
def test_a_command_for_an_organisation_that_none_can_be_is_put_aside(command: bytes, value: bytes) -> None:
    partition_of.cache_clear()
    told = record(0, value % (b"x" * 800_000))
    told.headers = ((COMMAND_HEADER, command),)
    (letter,) = taken(told).letters
    assert dict(letter.headers)["dlq.reason"] == b"request_unreadable"
    assert partition_of.cache_info().currsize == 0
