"""The list of shipments over HTTP, its file, the page of one, and how fresh they are."""

import csv
import io
from typing import Any

import pytest

from mappers.model.lists import FollowedPartition, Following, Freshness
from streams.projection.store import ProjectionStore
from streams.web.app import WebParts
from streams.web.calls.lists import csv_row
from tests.fakes.following import ToldFreshness
from tests.outcome_builders import make_outcome, make_snapshot, rejected
from tests.unit.streams.web.conftest import API, OTHER_COMPANY, Client

MINE = {"shipment_id": "SHP-1", "request": "1"}


async def got(client: Client, path: str, status: int = 200) -> Any:
    async with client.get(path) as answer:
        body: Any = await answer.json(content_type=None)
        assert answer.status == status, body
        return body


async def listed(client: Client, query: str = "", company: str = API) -> list[str]:
    body = await got(client, f"{company}/shipments{query}")
    return [each["shipment_id"] for each in body["shipments"]]


async def test_a_list_is_searched_limited_and_read_page_by_page(store: ProjectionStore, client: Client) -> None:
    records = [make_outcome(shipment_id=f"SHP-{n}", request=str(n), after=n) for n in range(5)]
    store.apply([*enumerate(records), (9, rejected(shipment_id="BAD", request="9", after=9))], [], {})
    first = await got(client, f"{API}/shipments?limit=2")
    assert [each["shipment_id"] for each in first["shipments"]] == ["BAD", "SHP-4"]
    assert first["counts"] == {"PROCESSED": 5, "REJECTED": 1}
    assert await listed(client, f"?limit=9&cursor={first['next_cursor']}") == ["SHP-3", "SHP-2", "SHP-1", "SHP-0"]
    assert await listed(client, "?query=shp-3") == ["SHP-3"]
    assert await listed(client, "?status=REJECTED") == ["BAD"]
    assert await listed(client, "?cause=customer_not_found&value=ALOK") == ["BAD"]
    assert await listed(client, "?cause=customer_not_found&value=BEPO") == []
    assert await listed(client, "?from=2026-11-20T03:15:26.123Z&to=2026-11-20T03:15:31Z") == ["SHP-4"]


async def test_a_line_has_what_the_page_shows(store: ProjectionStore, client: Client) -> None:
    store.apply([(0, make_outcome(request="1"))], [make_snapshot()], {})
    body = await got(client, f"{API}/shipments")
    (line,) = body["shipments"]
    assert (line["status"], line["customer"], line["total"], line["tax"], line["currency"]) == (
        "PROCESSED",
        "ALOK",
        "1265.63",
        None,
        "USD",
    )
    assert (line["document"]["kind"], line["document"]["number"]) == ("invoice", "INV-2026-0042")
    assert line["document"]["url"] == "https://go.xero.com/app/invoicing/view/1"


@pytest.mark.parametrize(
    "query", ["?status=DONE", "?from=yesterday", "?to=2026-11-20", "?limit=0", "?cursor=x", "?value=ALOK"]
)
async def test_what_cannot_be_asked_is_refused(client: Client, query: str) -> None:
    body = await got(client, f"{API}/shipments{query}", 422)
    assert body["code"] in {"parameter_invalid", "cursor_invalid"}


async def test_the_shipments_of_another_company_are_not_there(store: ProjectionStore, client: Client) -> None:
    store.apply([(0, make_outcome(**MINE))], [], {})  # type: ignore[arg-type]
    other = f"/api/v1/companies/{OTHER_COMPANY}"
    assert await listed(client, company=other) == []
    await got(client, f"{other}/shipments/SHP-1", 404)
    for path in ("shipments", "shipments.csv", "shipments/SHP-1", "resolved-causes?from=2026-01-01T00:00:00Z"):
        assert (await got(client, f"/api/v1/companies/nobody/{path}", 404))["code"] == "unknown_company"


async def test_the_page_of_a_shipment_says_who_removes_its_problems(store: ProjectionStore, client: Client) -> None:
    outcome = rejected(shipment_id="A/1", request="1", trigger="sync_now")
    store.apply([(0, outcome)], [make_snapshot(shipment_id="A/1")], {})
    body = await got(client, f"{API}/shipments/A%2F1")
    (error,) = body["errors"]
    assert (error["code"], error["who"]) == ("customer_not_found", "shipping or accounting")
    assert error["where"] == ["shipping", "xero"]
    assert error["xero_url"] == "https://go.xero.com/app/contacts"
    assert body["outcome"]["outcome_id"] == str(outcome.outcome_id)
    assert body["snapshot"]["shipment"]["buyer_code"] == "ALOK"
    assert [each["trigger"] for each in body["entries"]] == ["sync_now"]


async def test_a_cause_says_since_when_how_much_and_who(store: ProjectionStore, client: Client) -> None:
    store.apply([(0, rejected(request="1"))], [make_snapshot()], {})
    body = await got(client, f"{API}/attention")
    (cause,) = body["causes"]
    assert cause["blocked"] == [{"currency": "USD", "amount": "1265.63", "shipments": 1}]
    assert (cause["opened_at"], cause["came"], cause["left"], cause["where"]) == (
        "2026-11-20T03:15:22.123Z",
        1,
        0,
        ["shipping", "xero"],
    )
    store.apply([(1, make_outcome(request="2", after=60, trigger="released"))], [], {})
    assert (await got(client, f"{API}/attention"))["causes"] == []
    body = await got(client, f"{API}/resolved-causes?from=2026-11-20T00:00:00Z")
    (gone,) = body["resolved"]
    assert (gone["value"], gone["released"], gone["resolved_at"]) == ("ALOK", 1, "2026-11-20T03:16:22.123Z")


async def test_catching_up_and_kafka_away_are_told_apart(parts: WebParts, client: Client) -> None:
    told = parts.following
    assert isinstance(told, ToldFreshness)
    partitions = (FollowedPartition("t", 0, 25, 100, 0), FollowedPartition("t", 1, 100, 100, 0))
    told.told = Following(Freshness.CATCHING_UP, "", partitions)
    freshness = (await got(client, f"{API}/shipments"))["freshness"]
    assert freshness == {"state": "catching_up", "behind": 75, "share": 0.625}
    told.told = Following(Freshness.KAFKA_AWAY, "TimeoutError: no list", ())
    body = await got(client, "/api/v1/freshness")
    assert (body["state"], body["share"], body["reason"]) == ("kafka_away", None, "TimeoutError: no list")


async def test_the_file_has_every_shipment_and_no_formula(store: ProjectionStore, client: Client) -> None:
    records = [make_outcome(shipment_id=f"=S{n}", request=str(n), after=n) for n in range(1200)]
    store.apply(list(enumerate(records)), [], {})
    async with client.get(f"{API}/shipments.csv") as answer:
        assert (answer.status, answer.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
        rows = list(csv.DictReader(io.StringIO((await answer.text()).removeprefix("\ufeff"))))
    assert [row["Shipment"] for row in rows] == [f"'=S{n}" for n in reversed(range(1200))]
    assert {row["Total"] for row in rows} == {"1265.63"}


@pytest.mark.parametrize("cell", ["=1+1", "+A1", "-cmd|'x'", "@SUM(A1)", "\t=1", "\rx", " =1", "\uff1d1", "\n=1"])
def test_a_cell_that_could_be_a_formula_is_text(cell: str) -> None:
    assert next(csv.reader(io.StringIO(csv_row([cell]), newline=""))) == [f"'{cell}"]


@pytest.mark.parametrize("cell", ["-12.50", "1265.63", "INV-1", "", "a=b", 'say "so"'])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert next(csv.reader(io.StringIO(csv_row([cell]), newline=""))) == [cell]
