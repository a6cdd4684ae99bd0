"""A record of our form that cannot be read costs its own shipment a look-up, and nobody else anything."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import orjson
import pytest

from mappers.model.company import DocumentType
from streams.dispatch.ledger.codec import NewerRecordError, encode_key, encode_value
from streams.dispatch.ledger.records import RowKey, State
from tests.builders import ORGANISATION, make_company
from tests.fakes.accounting import Fault
from tests.unit.streams.dispatch.harness import SETTINGS, Harness
from tests.unit.streams.dispatch.requests import numbered
from xero_client.port import Operation

KINDS = (DocumentType.INVOICE, DocumentType.QUOTE)

QUICK = replace(SETTINGS, start_guard=0.2, give_up_resend=0.3)


def key_of(index: int) -> RowKey:
    request = numbered(index)
    return RowKey(request.organisation, request.company_id, request.shipment_id)


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"{}",
    "no JSON": lambda value: value[:-5],
    "no state": lambda value: value.replace(b'"done"', b'"dome"'),
    "a field of the wrong type": lambda value: value.replace(b'"revision":1', b'"revision":"one"'),
    "open without a request": lambda _: b'{"state":"pending","revision":null,"occurred_at":"2026-11-20T03:15:00Z"}',
    "sent without a batch": lambda _: b'{"state":"sending","revision":null,"occurred_at":"2026-11-20T03:15:00Z"}',
    "numbers in the place of texts": lambda value: value.replace(b'"number":"INV-00001"', b'"number":7'),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("damage", DAMAGE)
async def test_a_row_that_cannot_be_read_is_looked_up_before_its_next_write(damage: str, kind: DocumentType) -> None:
    harness = Harness(make_company(document=kind), settings=QUICK)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1), numbered(2)])
        await harness.answered(2)
    stored = encode_key(key_of(1))
    before = harness.topic.ledger[stored] or b""
    harness.topic.ledger[stored] = after = DAMAGE[damage](before)
    assert after != before
    for restart in range(3):
        async with harness.owner() as partition:
            harness.give(partition, [numbered(3 + restart)])
            await harness.answered(3 + restart)
    async with harness.owner() as partition:
        writes = len(harness.accounting.writes)
        harness.give(partition, [numbered(1, revision=2), numbered(2, revision=2)])
        last = (await harness.answered(7))[-2:]
        await harness.until(lambda: harness.topic.dead_letters)  # Some faults come out at the first use only.
    assert sorted(str(each.action) for each in last) == ["recovered", "unchanged"]
    assert len(harness.accounting.writes) == writes, "it was looked up first, and found"
    assert len(harness.numbers()) == len(set(harness.numbers())) == 5
    (letter,) = harness.topic.dead_letters
    headers = dict(letter.headers)
    assert (headers["dlq.reason"], letter.key, letter.value) == (b"ledger_unreadable", stored, after)


async def test_what_only_its_use_shows_is_replaced_too_and_waits_for_nobody() -> None:
    """The index of a store needs little of a row: the fault in a request comes out when it is planned."""
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.answered(1)
    row = orjson.loads(harness.topic.ledger[encode_key(key_of(1))] or b"")
    request = orjson.loads(numbered(1, revision=2).model_dump_json())
    row |= {"state": "pending", "request": {**request, "attempt": "many"}}
    harness.topic.ledger[encode_key(key_of(1))] = orjson.dumps(row)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(2)])
        await harness.answered(2)
        await harness.until(lambda: harness.topic.dead_letters)
        assert partition.oldest is None
    ledger = harness.topic.read()
    assert ledger.rows[key_of(1)].lost
    assert ledger.rows[key_of(1)].state is State.DONE
    assert ledger.organisations() == set()


@pytest.mark.parametrize(
    "key", [("intent", "x"), ("rest", ORGANISATION), ("rate", ORGANISATION, "USD", "xero"), ("owner",)]
)
async def test_forged_records_that_are_no_rows_are_told_of_once_and_gone(key: tuple[str, ...]) -> None:
    harness = Harness()
    harness.topic.ledger[orjson.dumps(key)] = b'{"owners":7}'
    for restart in range(3):
        async with harness.owner() as partition:
            harness.give(partition, [numbered(restart)])
            await harness.answered(restart + 1)
            await harness.until(lambda: harness.topic.dead_letters)
            await harness.until(lambda: key == ("owner",) or harness.topic.ledger[orjson.dumps(key)] is None)
    if key != ("owner",):  # Over that one the take-over writes, which this harness does not do.
        assert len(harness.topic.dead_letters) == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize("forged", [b"{}", None], ids=["forged", "lost"])
@pytest.mark.parametrize("apply", [False, True], ids=["Xero did nothing", "Xero did it"])
async def test_a_row_in_sending_without_its_intent_is_looked_up_and_answered(
    forged: bytes | None, operation: Operation, kind: DocumentType, *, apply: bool
) -> None:
    harness = Harness(make_company(document=kind), settings=QUICK)
    expected = 1
    if operation is Operation.UPDATE:
        async with harness.owner() as partition:
            harness.give(partition, [numbered(1)])
            await harness.answered(1)
        expected = 2
    await die_while_xero_works(harness, apply=apply)
    sent = harness.topic.read().rows[key_of(1)]
    assert sent.state is State.SENDING
    harness.topic.ledger[encode_key(key_of(1))] = encode_value(sent)  # As it is on the owner's disk.
    forge_intents(harness, forged)
    async with harness.owner():
        outcomes = await harness.answered(expected)
    assert len(harness.numbers()) == 1
    assert outcomes[-1].status == "PROCESSED"
    assert (outcomes[-1].action == "recovered") == apply
    assert harness.topic.read().rows[key_of(1)].state is State.DONE


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("apply", [False, True], ids=["Xero did nothing", "Xero did it"])
async def test_a_row_that_only_a_forged_intent_told_of_is_looked_up_first(kind: DocumentType, *, apply: bool) -> None:
    """On an empty disk it seems to wait."""
    harness = Harness(make_company(document=kind), settings=QUICK)
    await die_while_xero_works(harness, apply=apply)
    forge_intents(harness, b"{}")
    assert harness.topic.read().rows[key_of(1)].state is State.PENDING
    harness.accounting.reads.clear()
    async with harness.owner():
        (outcome,) = await harness.answered(1)
        await harness.until(lambda: None in harness.topic.ledger.values())
    assert harness.accounting.reads
    assert len(harness.numbers()) == 1
    assert (outcome.status, outcome.action) == ("PROCESSED", "recovered" if apply else "created")


async def die_while_xero_works(harness: Harness, *, apply: bool) -> None:
    """The next write is under way when its owner dies; nobody ever learns of it by a reply."""
    never, accounting = asyncio.Event(), harness.accounting
    accounting.fault(*(Fault(each.value, hold=None if apply else never, hold_reply=never) for each in Operation))
    done, revision = len(accounting.writes), 1 + len(harness.numbers())
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1, revision=revision, exporter_reference=f"EXP-{revision}")])
        await harness.until(lambda: any(durable_intents(harness)) and len(accounting.writes) == done + apply)
        await asyncio.sleep(0)
    accounting._faults.clear()


def durable_intents(harness: Harness) -> list[bytes]:
    return [each for each, held in harness.topic.ledger.items() if held and each.startswith(b'["intent"')]


def forge_intents(harness: Harness, value: bytes | None) -> None:
    intents = durable_intents(harness)
    assert intents
    harness.topic.ledger |= dict.fromkeys(intents, value)


def test_a_newer_version_ends_the_start_with_clear_words() -> None:
    for key, value in (
        (b'["row","o","c","s"]', b'{"schema_version":2,"state":"parked"}'),
        (b'["rate","o","USD"]', b'{"schema_version":2}'),
        (b'["something new","x"]', b"{}"),
    ):
        harness = Harness()
        harness.topic.ledger[key] = value
        with pytest.raises(NewerRecordError, match="newer version of Shipledger: upgrade this worker"):
            harness.topic.read()


async def test_nothing_is_written_over_it_without_its_letter_however_soon_the_shipment_is_asked_for() -> None:
    """Its owner may die at once, and the next one would find nothing any more. This fault comes out at its use."""
    harness = Harness(settings=QUICK)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.answered(1)
    stored = encode_key(key_of(1))
    harness.topic.ledger[stored] = after = DAMAGE["a field of the wrong type"](harness.topic.ledger[stored] or b"")
    letters: list[int] = []
    async with harness.owner() as partition:
        harness.give(partition, [numbered(2)])
        await harness.answered(2)  # What is done once a second is done.
        harness.fence.after = lambda _: letters.extend(
            [len(harness.topic.dead_letters)] if harness.topic.ledger[stored] != after else []
        )
        harness.give(partition, [numbered(1, revision=2)])
        await harness.until(lambda: letters)
    assert letters[0] == 1, "in the transaction that wrote over it"
    (letter,) = harness.topic.dead_letters
    assert (letter.key, letter.value) == (stored, after)
