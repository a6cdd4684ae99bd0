"""What every implementation of the port Accounting does, on the fake and on the real client alike."""

from decimal import Decimal

import pytest

from mappers.model.company import DocumentType
from tests.contract.xero_client.accounting_adapters import ORGANISATION, OTHER, Adapter
from tests.contract.xero_client.accounting_steps import GONE, KINDS, created, find, make, read, write
from tests.unit.xero_client.accounting.documents import make_line
from xero_client.errors import NotFoundError
from xero_client.port import Operation, Priority


@pytest.mark.parametrize("kind", KINDS)
async def test_what_was_created_is_what_is_found_and_read(adapter: Adapter, kind: DocumentType) -> None:
    document = make(adapter, kind, lines=(make_line(unit_amount=Decimal("101.2567")), make_line(quantity=Decimal(2))))

    stored = await created(adapter, document)

    assert (stored.number, stored.status, stored.type) == ("A-1", "DRAFT", kind)
    assert (stored.contact_id, stored.reference) == (document.contact_id, document.reference)
    assert (stored.date, stored.due_date) == (document.date, document.due_date)
    assert (stored.currency, stored.currency_rate) == ("USD", Decimal("0.6543"))
    assert [line.unit_amount for line in stored.lines] == [Decimal("101.2567"), Decimal("101.25")]
    assert [line.line_amount for line in stored.lines] == [Decimal("1265.71"), Decimal("202.50")]
    assert (stored.sub_total, stored.has_lines) == (Decimal("1468.21"), True)
    assert await find(adapter, kind, "A-1") == (stored,)
    assert await read(adapter, kind, [stored.xero_id]) == (stored,)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_batch_of_fifty_comes_back_under_its_numbers(adapter: Adapter, kind: DocumentType) -> None:
    numbers = [f"A-{position}" for position in range(50)]

    replies = await write(adapter, Operation.CREATE, *((make(adapter, kind, number), None) for number in numbers))

    assert set(replies) == set(numbers)
    assert all(reply.document is not None and reply.document.number == number for number, reply in replies.items())
    if kind is DocumentType.INVOICE:
        assert {each.number for each in await find(adapter, kind, *numbers)} == set(numbers)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_taken_number_is_refused_alone_and_the_rest_of_the_batch_is_saved(
    adapter: Adapter, kind: DocumentType
) -> None:
    await created(adapter, make(adapter, kind, "A-1"))

    replies = await write(
        adapter, Operation.CREATE, (make(adapter, kind, "A-1"), None), (make(adapter, kind, "A-2"), None), key="key-2"
    )

    assert replies["A-1"].document is None
    assert "must be unique" in replies["A-1"].errors[0]
    assert replies["A-2"].document is not None
    assert len(await find(adapter, kind, "A-1", "A-2")) == 2


@pytest.mark.parametrize("kind", KINDS)
async def test_a_refused_document_leaves_nothing_behind(adapter: Adapter, kind: DocumentType) -> None:
    status = "AUTHORISED" if kind is DocumentType.INVOICE else "SENT"
    incomplete = make(adapter, kind, status=status, lines=(make_line(item_code=None, description=""),))

    replies = await write(adapter, Operation.CREATE, (incomplete, None))

    assert replies["A-1"].document is None
    assert replies["A-1"].errors
    assert await find(adapter, kind, "A-1") == ()


@pytest.mark.parametrize("kind", KINDS)
async def test_an_update_by_id_replaces_the_lines_as_a_set(adapter: Adapter, kind: DocumentType) -> None:
    stored = await created(adapter, make(adapter, kind, lines=(make_line(), make_line())))
    changed = make(adapter, kind, reference="new", lines=(make_line(quantity=Decimal(3)),))

    (reply,) = (await write(adapter, Operation.UPDATE, (changed, stored.xero_id), key="key-2")).values()

    assert reply.document is not None
    assert reply.document.xero_id == stored.xero_id
    assert reply.document.reference == "new"
    assert [line.quantity for line in reply.document.lines] == [Decimal(3)]
    assert await find(adapter, kind, "A-1") == (reply.document,)


@pytest.mark.parametrize("kind", KINDS)
async def test_an_update_of_an_unknown_id_is_not_found_and_writes_nothing(adapter: Adapter, kind: DocumentType) -> None:
    with pytest.raises(NotFoundError):
        await write(adapter, Operation.UPDATE, (make(adapter, kind), GONE))

    assert await find(adapter, kind, "A-1") == ()


@pytest.mark.parametrize(
    ("kind", "status"),
    [(DocumentType.INVOICE, "DELETED"), (DocumentType.INVOICE, "VOIDED"), (DocumentType.QUOTE, "DELETED")],
)
async def test_a_dead_document_is_still_found_keeps_its_number_and_cannot_be_changed(
    adapter: Adapter, kind: DocumentType, status: str
) -> None:
    stored = await created(adapter, make(adapter, kind))
    adapter.set_status(kind, stored.xero_id, status)

    (dead,) = await find(adapter, kind, "A-1")
    again = await write(adapter, Operation.CREATE, (make(adapter, kind), None), key="key-2")
    update = await write(adapter, Operation.UPDATE, (make(adapter, kind), stored.xero_id), key="key-3")

    assert (dead.xero_id, dead.status) == (stored.xero_id, status)
    assert again["A-1"].errors
    assert update["A-1"].errors


async def test_an_invoice_with_a_payment_shows_it_and_refuses_other_amounts(adapter: Adapter) -> None:
    stored = await created(adapter, make(adapter, DocumentType.INVOICE, status="AUTHORISED"))
    adapter.pay(stored.xero_id, Decimal("100.00"))
    other = make(adapter, DocumentType.INVOICE, status="AUTHORISED", lines=(make_line(quantity=Decimal(1)),))

    (reply,) = (await write(adapter, Operation.UPDATE, (other, stored.xero_id), key="key-2")).values()

    (present,) = await read(adapter, DocumentType.INVOICE, [stored.xero_id])
    assert present.amount_paid == Decimal("100.00")
    assert present.sub_total == stored.sub_total
    assert reply.document is None
    assert "payment" in reply.errors[0]


@pytest.mark.parametrize("kind", KINDS)
async def test_numbers_and_ids_that_nobody_has_are_absent(adapter: Adapter, kind: DocumentType) -> None:
    stored = await created(adapter, make(adapter, kind))

    assert await find(adapter, kind, "A", "B-2") == ()
    assert await read(adapter, kind, [GONE, stored.xero_id, stored.xero_id]) == (stored,)


@pytest.mark.parametrize("number", ["A,1", 'say "A"', "A\\1", "A&B=C #5 +6%", "x" * 255])
@pytest.mark.parametrize("kind", KINDS)
async def test_odd_numbers_are_found_as_they_are(adapter: Adapter, kind: DocumentType, number: str) -> None:
    stored = await created(adapter, make(adapter, kind, number))

    assert await find(adapter, kind, number) == (stored,)


async def test_an_invoice_and_a_quote_of_one_number_are_two_documents(adapter: Adapter) -> None:
    invoice = await created(adapter, make(adapter, DocumentType.INVOICE), key="k1")
    quote = await created(adapter, make(adapter, DocumentType.QUOTE), key="k2")

    assert await find(adapter, DocumentType.INVOICE, "A-1") == (invoice,)
    assert await find(adapter, DocumentType.QUOTE, "A-1") == (quote,)
    assert await read(adapter, DocumentType.QUOTE, [invoice.xero_id]) == ()


async def test_another_organisation_sees_nothing_of_it(adapter: Adapter) -> None:
    stored = await created(adapter, make(adapter, DocumentType.INVOICE))

    assert await adapter.accounting.find(OTHER, DocumentType.INVOICE, ["A-1"], Priority.PEOPLE) == ()
    assert await adapter.accounting.read(OTHER, DocumentType.INVOICE, [stored.xero_id], Priority.PEOPLE) == ()


@pytest.mark.parametrize("kind", KINDS)
async def test_a_note_can_be_added_to_a_document_and_to_nothing_else(adapter: Adapter, kind: DocumentType) -> None:
    stored = await created(adapter, make(adapter, kind))

    await adapter.accounting.note(ORGANISATION, kind, stored.xero_id, "Created from shipment SHP-1")
    with pytest.raises(NotFoundError):
        await adapter.accounting.note(ORGANISATION, kind, GONE, "Created from shipment SHP-1")


@pytest.mark.parametrize("kind", KINDS)
async def test_equal_batches_have_equal_bytes_and_others_do_not(adapter: Adapter, kind: DocumentType) -> None:
    batch = [(make(adapter, kind, "A-1"), None), (make(adapter, kind, "A-2"), GONE)]
    padded = [(make(adapter, kind, "A-1", currency_rate=Decimal("0.654300")), None), batch[1]]

    body = adapter.accounting.encode(kind, batch)

    assert adapter.accounting.encode(kind, padded) == body
    assert adapter.accounting.joined(kind, [adapter.accounting.encode(kind, [each]) for each in batch]) == body
    assert adapter.accounting.encode(kind, batch[:1]) != body
    assert adapter.accounting.encode(kind, [batch[0], (batch[1][0], None)]) != body
