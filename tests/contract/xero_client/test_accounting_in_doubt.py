"""Keys, lost replies and late starts: what every implementation of the port Accounting does when things go wrong."""

import time

import pytest

from mappers.model.company import DocumentType
from tests.contract.xero_client.accounting_adapters import Arena
from tests.contract.xero_client.accounting_steps import KINDS, created, find, make, write
from xero_client.errors import EffectUnknownError, IdempotencyMismatchError, IntentExpiredError
from xero_client.port import Operation

SIX_MINUTES = 6 * 60 + 1


@pytest.mark.parametrize("kind", KINDS)
async def test_the_same_key_and_bytes_within_six_minutes_write_once_and_answer_alike(
    arena: Arena, kind: DocumentType
) -> None:
    first = await write(arena, Operation.CREATE, (make(arena, kind), None), key="k")

    second = await write(arena, Operation.CREATE, (make(arena, kind), None), key="k")

    assert second == first
    assert len(await find(arena, kind, "A-1")) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_after_six_minutes_the_key_protects_nothing_and_the_number_does(arena: Arena, kind: DocumentType) -> None:
    await created(arena, make(arena, kind), key="k")
    arena.advance(SIX_MINUTES)

    replies = await write(arena, Operation.CREATE, (make(arena, kind), None), key="k")

    assert "must be unique" in replies["A-1"].errors[0]
    assert len(await find(arena, kind, "A-1")) == 1


async def test_a_key_used_with_other_bytes_is_a_mismatch_and_writes_nothing(arena: Arena) -> None:
    await created(arena, make(arena, DocumentType.INVOICE, "A-1"), key="k")

    with pytest.raises(IdempotencyMismatchError):
        await write(arena, Operation.CREATE, (make(arena, DocumentType.INVOICE, "A-2"), None), key="k")

    assert await find(arena, DocumentType.INVOICE, "A-2") == ()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", list(Operation))
async def test_a_lost_reply_is_of_unknown_effect_and_a_look_up_shows_what_happened(
    arena: Arena, kind: DocumentType, operation: Operation
) -> None:
    before = await created(arena, make(arena, kind)) if operation is Operation.UPDATE else None
    document = (make(arena, kind, reference="sent"), before.xero_id if before else None)
    arena.lose_reply(kind, operation)

    with pytest.raises(EffectUnknownError):
        await write(arena, operation, document)

    (present,) = await find(arena, kind, "A-1")
    assert present.reference == "sent"
    assert (await write(arena, operation, document))["A-1"].document == present


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", list(Operation))
async def test_a_request_that_never_arrived_looks_the_same_to_the_caller_until_it_looks_up(
    arena: Arena, kind: DocumentType, operation: Operation
) -> None:
    before = await created(arena, make(arena, kind)) if operation is Operation.UPDATE else None
    arena.lose_request(kind, operation)

    with pytest.raises(EffectUnknownError):
        await write(arena, operation, (make(arena, kind, reference="sent"), before.xero_id if before else None))

    assert await find(arena, kind, "A-1") == ((before,) if before else ())


@pytest.mark.parametrize("kind", KINDS)
async def test_an_element_missing_from_the_reply_is_absent_and_was_written(arena: Arena, kind: DocumentType) -> None:
    arena.omit(kind, Operation.CREATE, ("A-1", "A-2"), 0)

    replies = await write(arena, Operation.CREATE, (make(arena, kind, "A-1"), None), (make(arena, kind, "A-2"), None))

    assert set(replies) == {"A-2"}
    assert len(await find(arena, kind, "A-1")) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_an_expired_intent_writes_nothing(arena: Arena, kind: DocumentType) -> None:
    with pytest.raises(IntentExpiredError):
        await write(arena, Operation.CREATE, (make(arena, kind), None), start_before=time.monotonic() - 1)

    assert await find(arena, kind, "A-1") == ()
