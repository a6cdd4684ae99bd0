"""The steps that the tests of the contract of Accounting are made of."""

from collections.abc import Sequence
from typing import Any

from mappers.model.company import DocumentType
from mappers.model.document import Document, ExistingDocument
from tests.contract.xero_client.accounting_adapters import ORGANISATION, Adapter
from tests.unit.xero_client.accounting.documents import make_document
from xero_client.port import ElementReply, Operation, Priority

KINDS = list(DocumentType)
GONE = "0c9f8f6e-1111-4222-8333-444455556666"
"""An id that no document has."""


def make(adapter: Adapter, kind: DocumentType, number: str = "A-1", **given: Any) -> Document:
    """A document for a customer of the organisation."""
    return make_document(type=kind, number=number, contact_id=adapter.contact_id(), **given)


async def write(
    adapter: Adapter,
    operation: Operation,
    *documents: tuple[Document, str | None],
    key: str = "key-1",
    start_before: float = float("inf"),
) -> dict[str, ElementReply]:
    """One write of a batch; the element replies by number."""
    kind = documents[0][0].type
    body = adapter.accounting.encode(kind, documents)
    async with adapter.accounting.slot(ORGANISATION, Priority.BACKLOG) as grant:
        replies = await adapter.accounting.write(
            grant, kind, operation, body, idempotency_key=key, start_before=start_before
        )
    return {reply.number: reply for reply in replies}


async def created(adapter: Adapter, document: Document, key: str = "key-0") -> ExistingDocument:
    """Create one document and give it back as it was stored."""
    (reply,) = (await write(adapter, Operation.CREATE, (document, None), key=key)).values()
    assert reply.document is not None, reply.errors
    return reply.document


async def find(adapter: Adapter, kind: DocumentType, *numbers: str) -> tuple[ExistingDocument, ...]:
    """Look up by number."""
    return await adapter.accounting.find(ORGANISATION, kind, numbers, Priority.PEOPLE)


async def read(adapter: Adapter, kind: DocumentType, ids: Sequence[str]) -> tuple[ExistingDocument, ...]:
    """Look up by id."""
    return await adapter.accounting.read(ORGANISATION, kind, ids, Priority.PEOPLE)
