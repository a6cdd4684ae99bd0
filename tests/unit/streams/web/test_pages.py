"""Lists come in pages, each with the cursor of the next."""

from typing import Any

import pytest

from streams.projection.store import ProjectionStore
from tests.outcome_builders import make_outcome, rejected, unknown_customer, waiting
from tests.unit.streams.web.conftest import API, Client


async def pages_of(client: Client, path: str, **parameters: str) -> list[dict[str, Any]]:
    """Every page, by the cursors."""
    pages: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while not pages or cursor:
        answer = await client.get(path, params={**parameters, **cursor})
        assert answer.status == 200
        pages.append(await answer.json())
        following = pages[-1].get("next_cursor")
        cursor = {"cursor": following} if following else {}
    return pages


async def test_a_log_has_pages_that_new_entries_do_not_move(client: Client, store: ProjectionStore) -> None:
    for number in range(7):
        store.apply([(number, make_outcome(shipment_id="A", request=str(number), after=number))], [], {})
    path = f"{API}/shipments/A/integration-log"
    whole = (await (await client.get(path)).json())["entries"]
    first = await (await client.get(path, params={"limit": "3"})).json()
    store.apply([(7, make_outcome(shipment_id="A", request="7", after=7))], [], {})
    second = await (await client.get(path, params={"limit": "3", "cursor": first["next_cursor"]})).json()
    third = await (await client.get(path, params={"limit": "3", "cursor": second["next_cursor"]})).json()
    assert first["entries"] + second["entries"] + third["entries"] == whole
    assert "next_cursor" not in third


async def test_logs_of_several_have_pages_in_the_order_asked(client: Client) -> None:
    names = [f"S{number}" for number in range(5)]
    query = "&".join(f"shipment={each}" for each in names)
    pages = await pages_of(client, f"{API}/accounting-logs?{query}&limit=2")
    assert [[each["shipment_id"] for each in page["shipments"]] for page in pages] == [names[:2], names[2:4], names[4:]]


async def test_attention_has_pages_of_causes_and_pages_of_the_shipments_of_one(
    client: Client, store: ProjectionStore
) -> None:
    outcomes = [rejected(unknown_customer(), shipment_id=f"A{number:02}", request=str(number)) for number in range(25)]
    outcomes.append(waiting("disconnected", shipment_id="C", request="c"))
    store.apply(list(enumerate(outcomes)), [], {})
    pages = await pages_of(client, f"{API}/attention", limit="1")
    assert [page["total_causes"] for page in pages] == [2, 2]
    (most,), (fewest,) = (page["causes"] for page in pages)
    assert (most["code"], most["count"], len(most["shipments"])) == ("customer_not_found", 25, 20)
    assert (fewest["code"], fewest["count"], len(fewest["shipments"])) == ("disconnected", 1, 1)
    named = {name: most[name] for name in ("status", "code", "field", "value") if most[name] is not None}
    pages = await pages_of(client, f"{API}/attention", limit="10", **named)
    assert [len(page["causes"][0]["shipments"]) for page in pages] == [10, 10, 5]
    listed = [each["shipment_id"] for page in pages for each in page["causes"][0]["shipments"]]
    assert listed == [f"A{number:02}" for number in range(25)]
    gone = await pages_of(client, f"{API}/attention", status="REJECTED", code="no_such_code")
    assert (gone[0]["causes"], gone[0]["next_cursor"]) == ([], None)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=0", "parameter_invalid"),
        ("limit=101", "parameter_invalid"),
        ("limit=many", "parameter_invalid"),
        ("cursor=", "cursor_invalid"),
        ("cursor=%C3%A4", "cursor_invalid"),
        ("cursor=MQ==", "cursor_invalid"),
        ("cursor=LTE", "cursor_invalid"),
        ("cursor=" + "9" * 2_000, "parameter_invalid"),
        ("status=REJECTED", "parameter_invalid"),
        ("value=x", "parameter_invalid"),
    ],
)
async def test_what_a_page_cannot_be_found_by_is_refused(client: Client, query: str, code: str) -> None:
    answer = await client.get(f"{API}/attention?{query}")
    assert (answer.status, (await answer.json())["code"]) == (422, code)
