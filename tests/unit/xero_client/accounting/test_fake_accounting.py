"""What the fake of the port can be told to do, beyond the contract it shares with the real client."""

import asyncio
from datetime import UTC, datetime

import pytest

from mappers.model.company import DocumentType
from tests.fakes.accounting import FakeAccounting, Fault
from tests.unit.xero_client.accounting.documents import ORGANISATION, make_document
from xero_client.errors import EffectUnknownError, IntentExpiredError, OutOfQuotaError, UnavailableError
from xero_client.port import ElementReply, Operation, Priority

FOREVER = float("inf")


async def create(fake: FakeAccounting, number: str = "A-1", key: str = "k", before: float = FOREVER) -> ElementReply:
    """PUT one invoice."""
    body = fake.encode(DocumentType.INVOICE, [(make_document(number=number), None)])
    async with fake.slot(ORGANISATION, Priority.BACKLOG) as grant:
        (reply,) = await fake.write(
            grant, DocumentType.INVOICE, Operation.CREATE, body, idempotency_key=key, start_before=before
        )
    return reply


async def test_faults_are_met_in_order_by_the_calls_they_fit() -> None:
    fake = FakeAccounting()
    fake.fault(
        Fault(Operation.UPDATE, before=UnavailableError("never met")),
        Fault(Operation.CREATE, before=UnavailableError("first")),
        Fault(refuse={"A-1": "Account code '999' is not a valid code for this document."}),
        Fault(warn={"A-1": "The rate looks inverted"}),
    )

    with pytest.raises(UnavailableError, match="first"):
        await create(fake)
    refused = await create(fake, key="k2")
    warned = await create(fake, key="k3")

    assert refused.errors == ("Account code '999' is not a valid code for this document.",)
    assert warned.document is not None
    assert warned.warnings == ("The rate looks inverted",)


async def test_an_internal_error_is_repeated_under_its_key_although_the_write_was_done() -> None:
    fake = FakeAccounting()
    fake.fault(Fault(after=EffectUnknownError("HTTP 500"), cached=True))

    for _ in range(2):
        with pytest.raises(EffectUnknownError):
            await create(fake)

    assert len(fake.documents(ORGANISATION)) == 1


async def test_a_call_can_be_delayed_until_its_intent_is_too_old() -> None:
    now = 0.0
    fake = FakeAccounting(monotonic=lambda: now)
    hold = asyncio.Event()
    fake.fault(Fault(hold=hold))
    writing = asyncio.create_task(create(fake, before=5.0))
    await asyncio.sleep(0)

    now = 6.0
    hold.set()

    with pytest.raises(IntentExpiredError):
        await writing
    assert not fake.writes


async def test_a_slot_can_be_refused_and_a_grant_is_good_for_one_call() -> None:
    fake = FakeAccounting()
    fake.fail_slots(ORGANISATION, OutOfQuotaError("day", limit="day", resume_at=datetime(2026, 11, 21, tzinfo=UTC)))
    with pytest.raises(OutOfQuotaError):
        await create(fake)
    fake.fail_slots(ORGANISATION, None)
    body = fake.encode(DocumentType.INVOICE, [(make_document(), None)])

    async with fake.slot(ORGANISATION, Priority.PEOPLE) as grant:
        for _ in range(2):
            call = fake.write(
                grant, DocumentType.INVOICE, Operation.CREATE, body, idempotency_key="k", start_before=FOREVER
            )
            if fake.writes:
                with pytest.raises(RuntimeError, match="used already"):
                    await call
            else:
                await call


async def test_five_calls_of_an_organisation_at_a_time_and_no_more() -> None:
    fake = FakeAccounting()
    hold = asyncio.Event()
    fake.fault(*[Fault(hold_reply=hold)] * 5)
    writing = [asyncio.create_task(create(fake, f"A-{position}", f"k{position}")) for position in range(8)]
    for _turn in range(50):
        await asyncio.sleep(0)
    before = len(fake.writes)

    hold.set()
    await asyncio.gather(*writing)

    assert (before, len(fake.writes)) == (5, 8)


async def test_quote_numbers_need_not_be_unique() -> None:
    """Whether Xero refuses a taken QuoteNumber on PUT is not documented; this is the other answer."""
    fake = FakeAccounting(quote_numbers_unique=False)
    quote = make_document(type=DocumentType.QUOTE)
    body = fake.encode(DocumentType.QUOTE, [(quote, None)])
    for key in ("k1", "k2"):
        async with fake.slot(ORGANISATION, Priority.BACKLOG) as grant:
            await fake.write(
                grant, DocumentType.QUOTE, Operation.CREATE, body, idempotency_key=key, start_before=FOREVER
            )

    assert len(await fake.find(ORGANISATION, DocumentType.QUOTE, [quote.number], Priority.PEOPLE)) == 2
