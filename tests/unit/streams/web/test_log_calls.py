"""The integration log over HTTP."""

from urllib.parse import quote

import pytest

from mappers.outbound.change_event import change_to_wire
from mappers.outbound.outcome_json import outcome_to_wire
from streams.projection.store import ProjectionStore
from tests.outcome_builders import make_change, make_outcome, make_snapshot, rejected, unknown_customer, waiting
from tests.unit.streams.web.conftest import API, OTHER_COMPANY, Client


async def test_the_log_of_a_shipment_is_its_outcomes_newest_first(client: Client, store: ProjectionStore) -> None:
    first, second = rejected(shipment_id="A", request="1"), make_outcome(shipment_id="A", request="2", after=60)
    store.apply([(0, first), (1, second)], [], {})
    answer = await client.get(f"{API}/shipments/A/integration-log")
    assert answer.status == 200
    assert await answer.json() == {
        "shipment_id": "A",
        "sync_status": "PROCESSED",
        "synced_at": "2026-11-20T03:16:22.123Z",
        "entries": [outcome_to_wire(second), outcome_to_wire(first)],
    }


async def test_what_people_did_in_xero_is_beside_the_outcomes(client: Client, store: ProjectionStore) -> None:
    change = make_change().model_copy(update={"shipment_id": "A"})
    store.apply([(0, make_outcome(shipment_id="A")), (1, change)], [], {})
    body = await (await client.get(f"{API}/shipments/A/integration-log")).json()
    assert body["changes"] == [change_to_wire(change)]
    assert (body["sync_status"], len(body["entries"])) == ("PROCESSED", 1)
    several = await (await client.get(f"{API}/accounting-logs?shipment=A")).json()
    assert several["shipments"][0]["changes"] == body["changes"]
    listed = await (await client.get(f"{API}/shipments")).json()
    assert listed["shipments"][0]["document"]["payment"] == "paid"


async def test_a_rejection_shows_the_words_of_the_guide(client: Client, store: ProjectionStore) -> None:
    store.apply([(0, rejected(shipment_id="A"))], [], {})
    body = await (await client.get(f"{API}/shipments/A/integration-log")).json()
    assert body["sync_status"] == "REJECTED"
    assert body["entries"][0]["errors"][0]["message"] == "Customer.Name(ALOK) : not found in XERO(Customer.Name)."


async def test_a_shipment_never_seen_is_not_found_by_its_name(client: Client) -> None:
    answer = await client.get(f"{API}/shipments/SHP-9/integration-log")
    assert answer.status == 404
    body = await answer.json()
    assert body["code"] == "unknown_shipment"
    assert "'SHP-9'" in body["message"]
    assert body["hint"]


async def test_a_shipment_without_an_outcome_has_an_empty_log(client: Client, store: ProjectionStore) -> None:
    store.apply([], [make_snapshot(shipment_id="A")], {})
    body = await (await client.get(f"{API}/shipments/A/integration-log")).json()
    assert body == {"shipment_id": "A", "sync_status": None, "synced_at": None, "entries": []}


async def test_a_companys_log_is_not_shown_under_another(client: Client, store: ProjectionStore) -> None:
    store.apply([(0, make_outcome(shipment_id="A"))], [], {})
    answer = await client.get(f"/api/v1/companies/{OTHER_COMPANY}/shipments/A/integration-log")
    assert answer.status == 404


@pytest.mark.parametrize("shipment", ["A/B", "A B", "Ä-1", "50%", "a?b#c"])
async def test_any_shipment_number_can_be_asked_for(client: Client, store: ProjectionStore, shipment: str) -> None:
    store.apply([(0, make_outcome(shipment_id=shipment))], [], {})
    answer = await client.get(f"{API}/shipments/{quote(shipment, safe='')}/integration-log")
    assert answer.status == 200
    assert (await answer.json())["shipment_id"] == shipment


async def test_accounting_logs_answer_in_the_order_asked_and_each_shipment_once(
    client: Client, store: ProjectionStore
) -> None:
    store.apply([(0, make_outcome(shipment_id="A", request="1")), (1, rejected(shipment_id="B", request="2"))], [], {})
    answer = await client.get(f"{API}/accounting-logs", params=[("shipment", each) for each in ("B", "X", "A", "B")])
    shipments = (await answer.json())["shipments"]
    assert [(each["shipment_id"], each["sync_status"]) for each in shipments] == [
        ("B", "REJECTED"),
        ("X", None),
        ("A", "PROCESSED"),
    ]


@pytest.mark.parametrize("count", [0, 101])
async def test_accounting_logs_of_none_or_too_many_shipments_are_refused(client: Client, count: int) -> None:
    answer = await client.get(f"{API}/accounting-logs", params=[("shipment", str(each)) for each in range(count)])
    assert answer.status == 422
    body = await answer.json()
    assert body["code"] == "shipments_out_of_range"
    assert body["message"].startswith(f"{count} shipments were asked for")


async def test_each_shipment_that_is_named_counts_towards_the_most_also_one_that_is_named_again(client: Client) -> None:
    answer = await client.get(f"{API}/accounting-logs", params=[("shipment", "A")] * 101)
    assert (await answer.json())["code"] == "shipments_out_of_range"


async def test_attention_groups_what_stands_still_by_cause(client: Client, store: ProjectionStore) -> None:
    store.apply(
        [
            (0, rejected(unknown_customer(), shipment_id="A", request="1")),
            (1, rejected(unknown_customer(), shipment_id="B", request="2")),
            (2, waiting("disconnected", shipment_id="C", request="3")),
            (3, make_outcome(shipment_id="D", request="4")),
        ],
        [],
        {},
    )
    body = await (await client.get(f"{API}/attention")).json()
    assert [(each["status"], each["code"], each["value"], each["count"]) for each in body["causes"]] == [
        ("REJECTED", "customer_not_found", "ALOK", 2),
        ("WAITING", "disconnected", None, 1),
    ]
    alok = body["causes"][0]
    assert alok["message"] == "Customer.Name(ALOK) : not found in XERO(Customer.Name)."
    assert alok["hint"] == "Add the account number in Xero."
    assert [each["shipment_id"] for each in alok["shipments"]] == ["A", "B"]
    assert alok["shipments"][0]["since"] == "2026-11-20T03:15:22.123Z"


async def test_attention_is_empty_where_nothing_stands_still(client: Client) -> None:
    body = await (await client.get(f"{API}/attention")).json()
    assert body == {"company_id": "southern-beef", "causes": [], "total_causes": 0, "next_cursor": None}


async def test_the_largest_revision_is_answered_digit_by_digit(client: Client, store: ProjectionStore) -> None:
    """2^63-1 is beyond what a float holds; the answer has every digit for readers that keep whole numbers whole."""
    store.apply([(0, make_outcome(shipment_id="A").model_copy(update={"revision": 2**63 - 1}))], [], {})
    answer = await client.get(f"{API}/shipments/A/integration-log")
    assert '"revision":9223372036854775807,' in await answer.text()
