"""Keys, lost replies and late starts: what every implementation of the port Accounting does when things go wrong."""

import time

import pytest

from mappers.model.company import DocumentType
from tests.contract.xero_client.accounting_adapters import Adapter
from tests.contract.xero_client.accounting_steps import KINDS, created, find, make, write
from xero_client.errors import EffectUnknownError, IdempotencyMismatchError, IntentExpiredError
from xero_client.port import Operation

SIX_MINUTES = 6 * 60 + 1


@pytest.mark.parametrize("kind", KINDS)
async def test_the_same_key_and_bytes_within_six_minutes_write_once_and_answer_alike(
    adapter: Adapter, kind: DocumentType
) -> None:
    first = await write(adapter, Operation.CREATE, (make(adapter, kind), None), key="k")

    second = await write(adapter, Operation.CREATE, (make(adapter, kind), None), key="k")

    assert second == first
    assert len(await find(adapter, kind, "A-1")) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_after_six_minutes_the_key_protects_nothing_and_the_number_does(
    adapter: Adapter, kind: DocumentType
) -> None:
    await created(adapter, make(adapter, kind), key="k")
    adapter.advance(SIX_MINUTES)

    replies = await write(adapter, Operation.CREATE, (make(adapter, kind), None), key="k")

    assert "must be unique" in replies["A-1"].errors[0]
    assert len(await find(adapter, kind, "A-1")) == 1


async def test_a_key_used_with_other_bytes_is_a_mismatch_and_writes_nothing(adapter: Adapter) -> None:
    await created(adapter, make(adapter, DocumentType.INVOICE, "A-1"), key="k")

    with pytest.raises(IdempotencyMismatchError):
        await write(adapter, Operation.CREATE, (make(adapter, DocumentType.INVOICE, "A-2"), None), key="k")

    assert await find(adapter, DocumentType.INVOICE, "A-2") == ()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", list(Operation))
async def test_a_lost_reply_is_of_unknown_effect_and_a_look_up_shows_what_happened(
    adapter: Adapter, kind: DocumentType, operation: Operation
) -> None:
    before = await created(adapter, make(adapter, kind)) if operation is Operation.UPDATE else None
    document = (make(adapter, kind, reference="sent"), before.xero_id if before else None)
    adapter.lose_reply(kind, operation)

    with pytest.raises(EffectUnknownError):
        await write(adapter, operation, document)

    (present,) = await find(adapter, kind, "A-1")
    assert present.reference == "sent"
    assert (await write(adapter, operation, document))["A-1"].document == present


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", list(Operation))
async def test_a_request_that_never_arrived_looks_the_same_to_the_caller_until_it_looks_up(
    adapter: Adapter, kind: DocumentType, operation: Operation
) -> None:
    before = await created(adapter, make(adapter, kind)) if operation is Operation.UPDATE else None
    adapter.lose_request(kind, operation)

    with pytest.raises(EffectUnknownError):
        await write(adapter, operation, (make(adapter, kind, reference="sent"), before.xero_id if before else None))

    assert await find(adapter, kind, "A-1") == ((before,) if before else ())


@pytest.mark.parametrize("kind", KINDS)
async def test_an_element_missing_from_the_reply_is_absent_and_was_written(
    adapter: Adapter, kind: DocumentType
) -> None:
    adapter.omit(kind, Operation.CREATE, ("A-1", "A-2"), 0)

    replies = await write(
        adapter, Operation.CREATE, (make(adapter, kind, "A-1"), None), (make(adapter, kind, "A-2"), None)
    )

    assert set(replies) == {"A-2"}
    assert len(await find(adapter, kind, "A-1")) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_an_expired_intent_writes_nothing(adapter: Adapter, kind: DocumentType) -> None:
    with pytest.raises(IntentExpiredError):
        await write(adapter, Operation.CREATE, (make(adapter, kind), None), start_before=time.monotonic() - 1)

    assert await find(adapter, kind, "A-1") == ()
