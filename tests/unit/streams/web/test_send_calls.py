"""Send to Accounting: 1 to 10 shipments, each answered for itself."""

from typing import Any

import pytest

from mappers.model.sync_request import Trigger, request_id
from streams.projection.store import ProjectionStore
from tests.builders import OCCURRED_AT, ORGANISATION
from tests.outcome_builders import make_snapshot
from tests.unit.streams.web.conftest import API, OTHER_COMPANY, Client, Requests

SEND = f"{API}/send-to-accounting"


@pytest.fixture(autouse=True)
def shipments(store: ProjectionStore) -> None:
    """A to L may be sent; `early` is not in the company's trigger status yet."""
    store.apply([], [make_snapshot(shipment_id=each) for each in "ABCDEFGHIJKL"], {})
    store.apply([], [make_snapshot(shipment_id="early", status="DOCS ISSUED")], {})


async def sent(client: Client, *shipments: Any) -> tuple[int, dict[str, Any]]:
    answer = await client.post(SEND, json={"shipments": shipments})
    return answer.status, await answer.json()


@pytest.mark.parametrize("count", [1, 10])
async def test_one_to_ten_shipments_are_sent(client: Client, requests: Requests, count: int) -> None:
    names = list("ABCDEFGHIJKL")[:count]
    status, body = await sent(client, *names)
    assert status == 202
    assert [each["shipment"] for each in body["accepted"]] == names
    assert body["refused"] == []
    assert [str(each.request_id) for each in requests.published] == [each["request_id"] for each in body["accepted"]]


async def test_the_request_carries_the_snapshot_with_its_own_revision_and_time(
    client: Client, requests: Requests
) -> None:
    """Not the time of the click: an older snapshot must not pass for a newer one."""
    await sent(client, "A")
    (request,) = requests.published
    assert (request.revision, request.occurred_at) == (7, OCCURRED_AT)
    assert request.trigger is Trigger.SYNC_NOW
    assert request.organisation == ORGANISATION
    assert request.shipment == make_snapshot().shipment
    assert request.event_id == "sync-now-1"
    assert request.request_id == request_id(
        event_id="sync-now-1", company_id="southern-beef", shipment_id="A", revision=7, trigger=Trigger.SYNC_NOW
    )


async def test_asking_twice_asks_twice(client: Client, requests: Requests) -> None:
    await sent(client, "A")
    await sent(client, "A")
    assert len({each.request_id for each in requests.published}) == 2


async def test_no_shipment_is_refused(client: Client, requests: Requests) -> None:
    status, body = await sent(client)
    assert (status, body["code"]) == (422, "no_shipments")
    assert requests.published == []


async def test_eleven_shipments_are_refused_with_the_limit(client: Client, requests: Requests) -> None:
    status, body = await sent(client, *"ABCDEFGHIJK")
    assert (status, body["code"]) == (422, "too_many_shipments")
    assert body["message"] == "11 shipments were selected; at most 10 can be sent at once."
    assert requests.published == []


async def test_a_shipment_that_is_unknown_is_named_and_the_others_are_sent(client: Client, requests: Requests) -> None:
    status, body = await sent(client, "A", "SHP-9")
    assert status == 202
    assert [each["shipment"] for each in body["accepted"]] == ["A"]
    (refused,) = body["refused"]
    assert (refused["shipment"], refused["code"]) == ("SHP-9", "unknown_shipment")
    assert "SHP-9" in refused["message"]
    assert [each.shipment_id for each in requests.published] == ["A"]


async def test_a_shipment_outside_the_trigger_status_is_refused_with_the_status_it_needs(client: Client) -> None:
    status, body = await sent(client, "early", "A")
    assert status == 202
    (refused,) = body["refused"]
    assert (refused["shipment"], refused["code"]) == ("early", "not_in_trigger_status")
    assert "ACCOUNTS INV CREATED" in refused["message"]


async def test_a_company_whose_trigger_is_sync_now_may_send_in_any_status(
    client: Client, store: ProjectionStore, requests: Requests
) -> None:
    store.apply([], [make_snapshot(company_id=OTHER_COMPANY, shipment_id="Z", status="BOOKED")], {})
    answer = await client.post(f"/api/v1/companies/{OTHER_COMPANY}/send-to-accounting", json={"shipments": ["Z"]})
    assert answer.status == 202
    assert requests.published[0].company_id == OTHER_COMPANY


async def test_a_shipment_of_another_company_is_unknown(client: Client, store: ProjectionStore) -> None:
    store.apply([], [make_snapshot(company_id=OTHER_COMPANY, shipment_id="Z")], {})
    _, body = await sent(client, "Z")
    assert body["refused"][0]["code"] == "unknown_shipment"


async def test_a_shipment_that_is_repeated_is_sent_once_and_named(client: Client, requests: Requests) -> None:
    status, body = await sent(client, "A", "A", "B", "A")
    assert status == 202
    assert [each["shipment"] for each in body["accepted"]] == ["A", "B"]
    assert [(each["shipment"], each["code"]) for each in body["refused"]] == [("A", "repeated_shipment")]
    assert len(requests.published) == 2


async def test_where_nothing_is_accepted_the_answer_says_why_for_each(client: Client, requests: Requests) -> None:
    status, body = await sent(client, "early", "SHP-9")
    assert (status, body["code"]) == (422, "nothing_accepted")
    assert body["accepted"] == []
    assert [each["code"] for each in body["refused"]] == ["not_in_trigger_status", "unknown_shipment"]
    assert requests.published == []


async def test_a_shipment_that_kafka_did_not_take_is_refused_and_the_others_stay_accepted(
    client: Client, requests: Requests
) -> None:
    requests.away = {"B"}
    status, body = await sent(client, "A", "B")
    assert status == 202
    assert [each["shipment"] for each in body["accepted"]] == ["A"]
    assert [(each["shipment"], each["code"]) for each in body["refused"]] == [("B", "kafka_unavailable")]


async def test_without_kafka_the_call_is_unavailable(client: Client, requests: Requests) -> None:
    requests.away = {"A", "B"}
    status, body = await sent(client, "A", "B")
    assert (status, body["code"]) == (503, "kafka_unavailable")
    assert [each["shipment"] for each in body["refused"]] == ["A", "B"]


async def test_a_shipment_that_is_too_large_is_said_to_be_so(client: Client, requests: Requests) -> None:
    requests.too_large = {"A"}
    status, body = await sent(client, "A")
    assert (status, body["code"]) == (413, "shipment_too_large")
    status, body = await sent(client, "A", "B")
    assert status == 202
    assert [(each["shipment"], each["code"]) for each in body["refused"]] == [("A", "shipment_too_large")]
    status, body = await sent(client, "A", "early")
    assert (status, body["code"]) == (422, "nothing_accepted")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "body_not_json"),
        (b"{", 400, "body_not_json"),
        (b"\xff", 400, "body_not_json"),
        (b'{"shipments":["A"],"shipments":["B"]}', 400, "body_not_json"),
        (b"[]", 422, "shipments_invalid"),
        (b"{}", 422, "shipments_invalid"),
        (b'{"shipments":"A"}', 422, "shipments_invalid"),
        (b'{"shipments":[1]}', 422, "shipments_invalid"),
        (b'{"shipments":[""]}', 422, "shipments_invalid"),
        (b'{"shipments":["A"],"company":"x"}', 422, "unknown_field"),
    ],
)
async def test_a_body_that_is_not_the_contracts_is_refused(
    client: Client, requests: Requests, body: bytes, status: int, code: str
) -> None:
    answer = await client.post(SEND, data=body)
    assert (answer.status, (await answer.json())["code"]) == (status, code)
    assert requests.published == []


async def test_a_huge_body_is_refused_unread(client: Client) -> None:
    answer = await client.post(SEND, data=b" " * 100_000)
    assert answer.status == 413
    assert (await answer.json())["code"] == "body_too_large"
