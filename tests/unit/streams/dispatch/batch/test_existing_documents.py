"""What a look-up shows: recovery goes by the exact number, the ordinary look-up by the number in whatever letters."""

from mappers.model.company import DocumentType
from streams.dispatch.batch.existing_documents import ExistingDocuments
from streams.dispatch.batch.organisation_calls import OrganisationCalls
from streams.dispatch.ledger.records import RowKey
from tests.builders import ORGANISATION
from tests.fakes.accounting import FakeAccounting
from tests.fakes.references import FakeReferences
from tests.unit.mappers.existing.xero_documents import existing

KEY = RowKey(ORGANISATION, "southern-beef", "S-1")


async def test_an_alike_document_is_no_trace_of_a_write_and_is_seen_by_the_look_up() -> None:
    accounting = FakeAccounting()
    for xero_id, number in (("one", "inv-7"), ("two", "INV-7"), ("three", "INV-70")):
        accounting.put(ORGANISATION, existing(xero_id=xero_id, number=number))
    documents = ExistingDocuments(OrganisationCalls(ORGANISATION, accounting, FakeReferences()))
    exact = await documents.by_number(DocumentType.INVOICE, {KEY: "INV-7"}, urgent=False)
    alike = await documents.alike(DocumentType.INVOICE, {KEY: "INV-7"}, urgent=False)
    assert [each.number for each in exact[KEY]] == ["INV-7"]
    assert sorted(each.number for each in alike[KEY]) == ["INV-7", "inv-7"]
