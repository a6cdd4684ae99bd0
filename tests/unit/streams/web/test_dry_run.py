"""What explain says: the exact document, and who decided the tax of each line."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from mappers.model.company import DocumentType
from mappers.model.document import Document
from mappers.model.master_data import Account
from streams.web.dry_run import DryRun
from tests.builders import COMPANY_ID, ORGANISATION, make_company, make_request, make_shipment
from tests.fakes.accounting import FakeAccounting
from tests.fakes.master_data import contact_row, item_row
from tests.fakes.references import FakeReferences, contact, item, reference_data
from tests.unit.xero_client.master_data.memory_harness import MemoryHarness, xero
from xero_client.accounting.encode import encode_documents
from xero_client.collaborators import Resource


class WithXerosBytes(FakeAccounting):
    """The fake with the client's own encoder."""

    def encode(self, kind: DocumentType, documents: Sequence[tuple[Document, str | None]]) -> bytes:
        return encode_documents(kind, documents)


def dry_run(**profile: object) -> DryRun:
    references = FakeReferences()
    accounts = [Account("200", "Sales", tax_type="OUTPUT"), Account("260", "Freight", tax_type="OUTPUT")]
    references.put(ORGANISATION, reference_data(contacts=[contact("ALOK")], items=[item("BEEF-01")], accounts=accounts))
    accounting = WithXerosBytes(clock=lambda: datetime.now(UTC))
    companies = {COMPANY_ID: make_company(**profile)}
    return DryRun(companies, accounting, references, lambda: datetime.now(UTC), time.monotonic)


async def test_each_line_says_who_decided_its_tax() -> None:
    shipment = make_shipment(charges={"freight": "850.00"})
    answer = await dry_run(charges={"freight": "260"}).run(make_request(shipment=shipment))
    sent = [each["TaxType"] for each in answer["would_send"]["LineItems"]]
    assert sent == [each["tax_type"] for each in answer["taxes"]] == ["OUTPUT", "OUTPUT"]
    assert [(each["line"], each["decided_by"], each["percent"]) for each in answer["taxes"]] == [
        ("BEEF-01", "item", None),
        ("Freight", "account", None),
    ]


async def test_a_shipment_with_problems_has_no_taxes() -> None:
    answer = await dry_run().run(make_request(shipment=make_shipment(buyer_code="NOBODY")))
    assert (answer["would_send"], answer["taxes"]) == (None, [])


async def test_the_answer_says_that_a_rate_was_not_compared_with_the_remembered_one() -> None:
    """The ledger that remembers rates is in the process that owns the organisation."""
    foreign = make_shipment(currency="USD", exchange_rate="0.6543")
    (said,) = (await dry_run().run(make_request(shipment=foreign)))["not_compared"]
    assert "0.6543" in said
    assert "USD" in said
    assert "shipledger rates show" in said
    domestic = make_shipment(currency="AUD", exchange_rate=None)
    assert (await dry_run().run(make_request(shipment=domestic)))["not_compared"] == []
    nobody = make_shipment(buyer_code="NOBODY")
    assert (await dry_run().run(make_request(shipment=nobody)))["not_compared"] == []


async def test_whoever_explains_after_a_correction_in_xero_gets_no_answer_from_memory() -> None:
    harness = MemoryHarness(xero(items=(item_row("BEEF-01"),)))
    accounting = WithXerosBytes(clock=lambda: datetime.now(UTC))
    companies = {COMPANY_ID: make_company(organisation="org")}
    explaining = DryRun(companies, accounting, harness.cache, lambda: harness.now, harness.clock.monotonic)
    request = make_request(shipment=make_shipment(), organisation="org")
    refused = await explaining.run(request)
    assert [each["code"] for each in refused["problems"]] == ["customer_not_found"]
    harness.reader.rows[Resource.CONTACTS].append(contact_row("ALOK", Changed=harness.now))
    harness.advance(2)
    assert (await explaining.run(request))["problems"] == []
