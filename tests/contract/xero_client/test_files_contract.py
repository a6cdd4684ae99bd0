"""The contract of DocumentFiles: the fake of the dispatcher's tests, and the client against the simulator."""

import pytest

from mappers.model.attachments import sha256_of
from mappers.model.company import DocumentType
from mappers.model.document import ExistingDocument
from tests.contract.xero_client.accounting_adapters import ORGANISATION, Adapter
from tests.contract.xero_client.accounting_steps import GONE, KINDS, created, make
from xero_client.errors import EffectUnknownError, IntentExpiredError, NotFoundError, RefusedError
from xero_client.port import NewFile, Priority

PDF = b"%PDF-1.7\n\x00\xff one"
FOREVER = float("inf")


async def put(
    adapter: Adapter,
    document: ExistingDocument,
    name: str = "invoice.pdf",
    content: bytes = PDF,
    *,
    replaces: bool = False,
    start_before: float = FOREVER,
) -> None:
    file = NewFile(name, content, sha256_of(content), replaces)
    async with adapter.accounting.slot(ORGANISATION, Priority.SPARE) as grant:
        await adapter.files.put_file(grant, document.type, document.xero_id, file, start_before=start_before)


async def shown(adapter: Adapter, document: ExistingDocument) -> list[tuple[str, bytes]]:
    listed = await adapter.files.files(ORGANISATION, document.type, document.xero_id)
    found = []
    for each in listed:
        content = await adapter.files.file_content(ORGANISATION, document.type, document.xero_id, each.attachment_id)
        assert each.size == len(content)
        found.append((each.file_name, content))
    return found


@pytest.fixture(params=KINDS)
async def document(request: pytest.FixtureRequest, adapter: Adapter) -> ExistingDocument:
    kind: DocumentType = request.param
    return await created(adapter, make(adapter, kind))


async def test_a_file_is_listed_and_read_byte_for_byte(adapter: Adapter, document: ExistingDocument) -> None:
    assert await shown(adapter, document) == []
    await put(adapter, document)
    assert await shown(adapter, document) == [("invoice.pdf", PDF)]
    seen = await adapter.files.document(ORGANISATION, document.type, document.xero_id)
    assert (seen.number, seen.status) == (document.number, document.status)


async def test_a_repeat_within_six_minutes_does_nothing_more(adapter: Adapter, document: ExistingDocument) -> None:
    await put(adapter, document)
    await put(adapter, document)
    assert await shown(adapter, document) == [("invoice.pdf", PDF)]


async def test_nothing_but_looking_first_keeps_a_name_from_being_there_twice(
    adapter: Adapter, document: ExistingDocument
) -> None:
    await put(adapter, document)
    adapter.advance(361)
    await put(adapter, document)
    assert await shown(adapter, document) == [("invoice.pdf", PDF)] * 2


async def test_a_file_takes_the_place_of_the_one_of_its_name(adapter: Adapter, document: ExistingDocument) -> None:
    adapter.place_file(document.type, document.xero_id, "invoice.pdf", PDF)
    adapter.place_file(document.type, document.xero_id, "other.pdf", PDF)
    await put(adapter, document, content=b"%PDF-2", replaces=True)
    assert await shown(adapter, document) == [("invoice.pdf", b"%PDF-2"), ("other.pdf", PDF)]


async def test_a_lost_reply_leaves_the_file_there_and_says_that_it_is_not_known(
    adapter: Adapter, document: ExistingDocument
) -> None:
    adapter.lose_file_reply()
    with pytest.raises(EffectUnknownError):
        await put(adapter, document)
    assert await shown(adapter, document) == [("invoice.pdf", PDF)]


async def test_an_eleventh_file_is_refused(adapter: Adapter, document: ExistingDocument) -> None:
    for number in range(10):
        adapter.place_file(document.type, document.xero_id, f"{number}.pdf", PDF)
    with pytest.raises(RefusedError):
        await put(adapter, document)
    assert len(await shown(adapter, document)) == 10


async def test_a_document_that_was_deleted_takes_no_file(adapter: Adapter, document: ExistingDocument) -> None:
    adapter.set_status(document.type, document.xero_id, "DELETED")
    with pytest.raises(RefusedError):
        await put(adapter, document)


async def test_a_file_that_may_not_begin_any_more_is_not_sent(adapter: Adapter, document: ExistingDocument) -> None:
    with pytest.raises(IntentExpiredError):
        await put(adapter, document, start_before=0.0)
    assert await shown(adapter, document) == []


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_not_there_is_not_found(adapter: Adapter, kind: DocumentType) -> None:
    with pytest.raises(NotFoundError):
        await adapter.files.document(ORGANISATION, kind, GONE)
    with pytest.raises(NotFoundError):
        await adapter.files.files(ORGANISATION, kind, GONE)
    made = await created(adapter, make(adapter, kind))
    with pytest.raises(NotFoundError):
        await adapter.files.file_content(ORGANISATION, kind, made.xero_id, GONE)
