"""What explain says: the exact document, and who decided the tax of each line."""

from collections.abc import Sequence
from datetime import UTC, datetime

from mappers.model.company import DocumentType
from mappers.model.document import Document
from mappers.model.master_data import Account
from streams.web.dry_run import DryRun
from tests.builders import COMPANY_ID, ORGANISATION, make_company, make_request, make_shipment
from tests.fakes.accounting import FakeAccounting
from tests.fakes.references import FakeReferences, contact, item, reference_data
from xero_client.accounting.encode import encode_documents


class WithXerosBytes(FakeAccounting):
    """The fake with the client's own encoder."""

    def encode(self, kind: DocumentType, documents: Sequence[tuple[Document, str | None]]) -> bytes:
        return encode_documents(kind, documents)


def dry_run(**profile: object) -> DryRun:
    references = FakeReferences()
    accounts = [Account("200", "Sales"), Account("260", "Freight", tax_type="OUTPUT")]
    references.put(ORGANISATION, reference_data(contacts=[contact("ALOK")], items=[item("BEEF-01")], accounts=accounts))
    accounting = WithXerosBytes(clock=lambda: datetime.now(UTC))
    return DryRun({COMPANY_ID: make_company(**profile)}, accounting, references, lambda: datetime.now(UTC))


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
