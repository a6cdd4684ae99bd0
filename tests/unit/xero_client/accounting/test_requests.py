"""What goes out: addresses, parameters, headers, bytes; the fixture checks all of it against Xero's OpenAPI."""

import asyncio
import gzip
from datetime import UTC, datetime, timedelta, timezone

import pytest

from mappers.model.company import DocumentType
from tests.fakes.raw_http import late, reply
from tests.unit.xero_client.accounting.documents import ORGANISATION, make_document
from tests.unit.xero_client.conftest import Harness, OpenHarness
from xero_client.accounting.requests import write_call
from xero_client.collaborators import Resource
from xero_client.errors import DisconnectedError, EffectUnknownError, UnavailableError
from xero_client.port import Operation, Priority

ID = "0c9f8f6e-1111-4222-8333-444455556666"
OK = b'{"Invoices":[{"InvoiceID":"%s","InvoiceNumber":"INV-2026-0042"}]}' % ID.encode()


@pytest.mark.parametrize(
    ("kind", "operation", "method", "path", "query"),
    [
        (DocumentType.INVOICE, Operation.CREATE, "PUT", "Invoices", {"summarizeErrors": "false", "unitdp": "4"}),
        (DocumentType.INVOICE, Operation.UPDATE, "POST", "Invoices", {"summarizeErrors": "false", "unitdp": "4"}),
        (DocumentType.QUOTE, Operation.CREATE, "PUT", "Quotes", {"summarizeErrors": "false"}),
        (DocumentType.QUOTE, Operation.UPDATE, "POST", "Quotes", {"summarizeErrors": "false"}),
    ],
)
async def test_a_write_sends_the_encoded_bytes_untouched_with_every_explicit_switch(
    open_harness: OpenHarness, kind: DocumentType, operation: Operation, method: str, path: str, query: dict[str, str]
) -> None:
    harness = await open_harness(reply(200, OK))
    body = harness.client.encode(kind, [(make_document(type=kind), ID if operation is Operation.UPDATE else None)])

    async with harness.client.slot(ORGANISATION, Priority.BACKLOG) as grant:
        await harness.client.write(grant, kind, operation, body, idempotency_key="key-1", start_before=float("inf"))

    (request,) = harness.server.requests
    assert (request.method, request.path, request.query) == (method, f"/api.xro/2.0/{path}", query)
    assert request.body == body
    expected = {
        "authorization": "Bearer token-1",
        "xero-tenant-id": ORGANISATION,
        "idempotency-key": "key-1",
        "accept": "application/json",
        "content-type": "application/json",
        "accept-encoding": "gzip",
        "user-agent": "shipledger/test",
    }
    assert expected.items() <= request.headers.items()
    assert harness.governor.uses == [grant]


async def test_the_governor_observes_every_reply_with_lower_case_headers(open_harness: OpenHarness) -> None:
    harness = await open_harness(reply(200, OK, {"X-MinLimit-Remaining": "59", "X-DayLimit-Remaining": "4998"}))

    await harness.create()

    ((organisation, status, headers),) = harness.governor.observed
    assert (organisation, status) == (ORGANISATION, 200)
    assert headers["x-minlimit-remaining"] == "59"
    assert headers["x-daylimit-remaining"] == "4998"


async def test_a_compressed_reply_is_read(open_harness: OpenHarness) -> None:
    harness = await open_harness(reply(200, gzip.compress(OK), {"Content-Encoding": "gzip"}))

    (element,) = await harness.create()

    assert element.document is not None
    assert element.document.xero_id == ID


async def test_a_401_is_answered_by_one_renewal_and_the_same_bytes_again(open_harness: OpenHarness) -> None:
    harness = await open_harness(reply(401, b'{"Detail":"TokenExpired"}'), reply(200, OK))

    replies = await harness.create()

    first, second = harness.server.requests
    assert [each.number for each in replies] == ["INV-2026-0042"]
    assert harness.tokens.renewals == [(ORGANISATION, "token-1")]
    assert (first.headers["authorization"], second.headers["authorization"]) == ("Bearer token-1", "Bearer token-2")
    assert (first.body, first.headers["idempotency-key"]) == (second.body, second.headers["idempotency-key"])
    assert len(harness.governor.uses) == 2
    assert harness.observer.calls == [("create_invoice", "ok")]


async def test_a_second_401_says_that_a_person_must_reconnect(open_harness: OpenHarness) -> None:
    harness = await open_harness(reply(401, b'{"Detail":"AuthenticationUnsuccessful"}'))

    with pytest.raises(DisconnectedError, match="AuthenticationUnsuccessful"):
        await harness.create()

    assert len(harness.server.requests) == 2


@pytest.mark.parametrize("spelling", ["insufficient_scope", "insufficent_scope"])
async def test_a_missing_scope_causes_no_renewal(open_harness: OpenHarness, spelling: str) -> None:
    harness = await open_harness(reply(401, b"{}", {"WWW-Authenticate": f"error={spelling}"}))

    with pytest.raises(DisconnectedError):
        await harness.create()

    assert not harness.tokens.renewals
    assert len(harness.server.requests) == 1


async def test_a_renewal_that_fails_is_the_answer_because_a_401_wrote_nothing(open_harness: OpenHarness) -> None:
    harness = await open_harness(reply(401))
    harness.tokens.renewal_error = UnavailableError("The token endpoint is away")

    with pytest.raises(UnavailableError, match="token endpoint"):
        await harness.create()


async def test_the_token_never_follows_a_redirect(open_harness: OpenHarness) -> None:
    elsewhere = await open_harness(reply(200, OK))
    harness = await open_harness(reply(307, b"", {"Location": f"{elsewhere.server.url}/api.xro/2.0/Invoices"}))

    with pytest.raises(EffectUnknownError):
        await harness.create()

    assert not elsewhere.server.requests


async def test_calls_side_by_side_keep_their_own_tokens(open_harness: OpenHarness) -> None:
    """The SDK keeps the token in one shared configuration, from which threads take each other's."""
    harness = await open_harness(reply(200, b'{"Contacts":[]}'))
    sent: list[str] = []

    async def call(position: int) -> None:
        harness.tokens.current = f"token-of-{position}"
        await _contacts(harness, f"organisation-{position}")

    await asyncio.gather(*(call(position) for position in range(20)))

    for request in harness.server.requests:
        sent.append(request.headers["authorization"].removeprefix("Bearer token-of-"))
        assert request.headers["xero-tenant-id"] == f"organisation-{sent[-1]}"
    assert sorted(sent, key=int) == [str(position) for position in range(20)]


async def test_one_organisation_holds_five_threads_and_does_not_hold_up_another(open_harness: OpenHarness) -> None:
    """Even without a governor in the way, the client's own threads are the last bound."""
    go = asyncio.Event()
    harness = await open_harness(*[late(go, reply(200))] * 5, reply(200), places=100)
    busy = [asyncio.create_task(_contacts(harness, "busy")) for _ in range(12)]
    await harness.server.until(5)

    await asyncio.wait_for(_contacts(harness, "idle"), 10)
    served = [request.headers["xero-tenant-id"] for request in harness.server.requests]
    go.set()
    await asyncio.gather(*busy)

    assert served == ["busy"] * 5 + ["idle"]
    assert len(harness.server.requests) == 13
    assert harness.server.most_at_once == 6


async def test_master_data_is_read_with_xeros_own_parameters(open_harness: OpenHarness) -> None:
    harness = await open_harness(reply(200, b'{"Contacts":[{"Name":"A","Discount":1.10}]}'))
    since = datetime(2026, 11, 20, 14, 15, 22, 999_000, tzinfo=timezone(timedelta(hours=11)))

    found = await harness.client.get(
        ORGANISATION,
        Resource.CONTACTS,
        {"summaryOnly": "true", "page": "2", "pageSize": "1000", "includeArchived": "true"},
        if_modified_since=since,
        priority=Priority.BACKLOG,
    )

    (request,) = harness.server.requests
    assert (request.method, request.path) == ("GET", "/api.xro/2.0/Contacts")
    assert request.query == {"summaryOnly": "true", "page": "2", "pageSize": "1000", "includeArchived": "true"}
    assert request.headers["if-modified-since"] == "2026-11-20T03:15:22Z"
    assert str(found["Contacts"][0]["Discount"]) == "1.10"
    assert harness.observer.calls == [("get_contacts", "ok")]


@pytest.mark.parametrize("resource", list(Resource))
async def test_every_kind_of_master_data_has_its_address(open_harness: OpenHarness, resource: Resource) -> None:
    harness = await open_harness(reply(200, b"{}"))

    await harness.client.get(ORGANISATION, resource, {}, if_modified_since=None, priority=Priority.BACKLOG)

    assert harness.server.requests[0].path == f"/api.xro/2.0/{resource}"


async def test_nothing_new_since_is_an_empty_object(open_harness: OpenHarness) -> None:
    harness = await open_harness(reply(304, b""))

    found = await harness.client.get(
        ORGANISATION, Resource.ITEMS, {}, if_modified_since=datetime.now(UTC), priority=Priority.PEOPLE
    )

    assert found == {}
    assert harness.governor.granted == [(ORGANISATION, Priority.PEOPLE)]


@pytest.mark.parametrize("kind", list(DocumentType))
async def test_a_note_is_put_to_the_documents_history_with_a_key(open_harness: OpenHarness, kind: DocumentType) -> None:
    harness = await open_harness(reply(200, b'{"HistoryRecords":[]}'))

    await harness.client.note(ORGANISATION, kind, ID, "Created from shipment SHP-1")

    (request,) = harness.server.requests
    plural = "Invoices" if kind is DocumentType.INVOICE else "Quotes"
    assert (request.method, request.path) == ("PUT", f"/api.xro/2.0/{plural}/{ID}/History")
    assert request.body == b'{"HistoryRecords":[{"Details":"Created from shipment SHP-1"}]}'
    assert len(request.headers["idempotency-key"]) == 64


async def _contacts(harness: Harness, organisation: str) -> None:
    await harness.client.get(organisation, Resource.CONTACTS, {}, if_modified_since=None, priority=Priority.BACKLOG)


@pytest.mark.parametrize("operation", [Operation.CREATE, Operation.UPDATE])
def test_back_orders_are_allowed_for_invoices_where_the_settings_say_so(operation: Operation) -> None:
    allowed = write_call(DocumentType.INVOICE, operation, b"{}", "key", allow_backorders=True)
    assert allowed.arguments["allow_backorders"] is True
    assert "allow_backorders" not in write_call(DocumentType.INVOICE, operation, b"{}", "key").arguments
    assert (
        "allow_backorders"
        not in write_call(DocumentType.QUOTE, operation, b"{}", "key", allow_backorders=True).arguments
    )
