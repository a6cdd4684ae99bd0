"""Faults on demand: what each does to the documents and what the caller sees of it."""

import asyncio
import time
from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from deploy.simulator.server import Simulator
from tests.simulator.client import BEEF, Caller, calling, invoice, quote, until

BREAKS = [
    ("drop_before", 0),
    ("reset_before", 0),
    ("apply_then_drop", 1),
    ("apply_then_reset", 1),
    ("cut_json", 1),
]


async def fault(xero: Caller, kind: str, operation: str = "PUT Invoices", **more: Any) -> Any:
    return await xero.control("POST", "faults", {"operation": operation, "kind": kind, **more})


async def saved(xero: Caller) -> int:
    return len(await xero.control("GET", f"documents?tenant={BEEF}&number=INV-1"))


async def put(xero: Caller) -> Any:
    return await xero.put_invoices(invoice("INV-1"))


@pytest.mark.parametrize(("kind", "applied"), BREAKS)
async def test_a_connection_that_breaks_leaves_the_effect_unknown(xero: Caller, kind: str, applied: int) -> None:
    await fault(xero, kind)
    with pytest.raises(aiohttp.ClientError):
        await put(xero)
    assert await saved(xero) == applied
    assert (await xero.get("Organisation")).status == 200, "the next call is served again"


async def test_a_cut_reply_holds_the_first_half_of_its_json(xero: Caller) -> None:
    await fault(xero, "cut_json")
    url, headers = f"{xero.base_url}/api.xro/2.0/Organisation", {"Accept": "application/json"}
    headers |= {"Authorization": f"Bearer {xero.token}", "xero-tenant-id": BEEF}
    await fault(xero, "cut_json", "GET Organisation")
    async with xero.session.get(url, headers=headers) as reply:
        half = await reply.content.readany()
        assert (reply.status, int(reply.headers["Content-Length"]) // 2) == (200, len(half))
        assert half.startswith(b'{"Id"')


@pytest.mark.parametrize(
    ("kind", "more", "status", "applied", "content_type"),
    [
        ("500_before", {}, 500, 0, "application/json"),
        ("apply_then_500", {}, 500, 1, "application/json"),
        ("503_plain", {}, 503, 0, "text/plain"),
        ("503_plain", {"apply": True}, 503, 1, "text/plain"),
        ("401", {}, 401, 0, "application/json"),
        ("403", {}, 403, 0, "application/json"),
        ("revoked", {}, 403, 0, "application/json"),
        ("html_body", {"status": 400}, 400, 0, "text/html"),
        ("html_body", {"status": 502, "apply": True}, 502, 1, "text/html"),
        ("slow", {"seconds": 0.01}, 200, 1, "application/json"),
        ("slow", {"seconds": 0.01, "apply": True}, 200, 1, "application/json"),
    ],
)
async def test_what_the_caller_sees_and_what_took_effect(
    xero: Caller, kind: str, more: dict[str, Any], status: int, applied: int, content_type: str
) -> None:
    await fault(xero, kind, **more)
    answer = await put(xero)
    assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (status, content_type)
    assert await saved(xero) == applied


async def test_an_offline_organisation_says_so_in_plain_text(xero: Caller) -> None:
    await fault(xero, "503_plain")
    assert (await put(xero)).text == "The Organisation is offline"


@pytest.mark.parametrize(
    ("kind", "problem", "wait"),
    [
        ("day_limit", "day", "71468"),
        ("minute_429", "minute", "30"),
        ("concurrent_429", "concurrent", None),
        ("appminute_429", "appminute", None),
    ],
)
async def test_limits_that_were_reached_elsewhere(xero: Caller, kind: str, problem: str, wait: str | None) -> None:
    await fault(xero, kind)
    answer = await put(xero)
    assert (answer.status, answer.headers["X-Rate-Limit-Problem"]) == (429, problem)
    assert answer.headers.get("Retry-After") == wait
    assert await saved(xero) == 0
    assert (await put(xero)).status == 200


async def test_one_element_is_missing_from_a_reply_though_it_was_saved(xero: Caller) -> None:
    await fault(xero, "missing_element", element=1)
    answer = await xero.put_invoices(invoice("INV-0"), invoice("INV-1"), invoice("INV-2"))
    assert [each["InvoiceNumber"] for each in answer.json["Invoices"]] == ["INV-0", "INV-2"]
    assert await saved(xero) == 1


async def test_a_revoked_connection_stays_revoked_until_it_is_made_again(xero: Caller) -> None:
    await fault(xero, "revoked")
    assert ((await put(xero)).status, (await put(xero)).status) == (403, 403)
    await xero.control("POST", "connections", {"client_id": "demo-client", "action": "connect"})
    assert (await put(xero)).status == 200


async def test_a_fault_is_aimed_by_operation_organisation_body_and_turn(xero: Caller) -> None:
    await fault(xero, "500_before", operation="PUT *", match="Q-2", skip=1, times=2)
    await fault(xero, "500_before", tenant="another")
    statuses = [(await xero.put_quotes(quote(f"Q-{n}"))).status for n in (1, 2)]
    statuses.append((await put(xero)).status)
    statuses += [(await xero.put_quotes(quote("Q-2"))).status for _ in range(3)]
    assert statuses == [200, 200, 200, 500, 500, 200]
    assert (await xero.control("GET", "counts"))["faults"] == {"500_before": 2}


async def test_a_held_call_waits_until_it_is_released(xero: Caller) -> None:
    await fault(xero, "hold", apply=True)
    call = asyncio.create_task(put(xero))

    async def took_effect() -> bool:
        return await saved(xero) == 1

    await until(took_effect)
    assert not call.done(), "it took effect, and its reply waits"
    await xero.control("POST", "faults", {"release": True})
    assert (await call).status == 200


async def test_a_reset_is_felt_as_one(xero: Caller) -> None:
    await fault(xero, "apply_then_reset")
    with pytest.raises(aiohttp.ClientOSError, match="reset"):
        await put(xero)


async def test_a_page_of_html_from_in_front_of_xero_is_not_remembered_under_a_key(xero: Caller) -> None:
    await fault(xero, "html_body", status=502)
    assert (await xero.put_invoices(invoice("INV-1"), key="K")).status == 502
    assert (await xero.put_invoices(invoice("INV-1"), key="K")).status == 200


async def test_a_simulator_stops_though_a_call_hangs() -> None:
    began = time.monotonic()
    async with Simulator.started() as simulator, calling(simulator) as xero:
        await fault(xero, "slow", "GET Organisation", seconds=3600)
        hanging = asyncio.create_task(xero.get("Organisation"))

        async def met() -> bool:
            return bool((await xero.control("GET", "counts"))["faults"])

        await until(met)
        hanging.cancel()
    assert time.monotonic() - began < 60


async def test_faults_can_be_taken_back(xero: Caller) -> None:
    await fault(xero, "500_before", times=100)
    await xero.control("DELETE", "faults")
    assert (await put(xero)).status == 200


@pytest.mark.parametrize(
    "body", [b'{"operation": "*", "kind": "surprise"}', b'{"operation": "*", "kind": "401", "x": 1}']
)
async def test_an_unknown_fault_is_refused(xero: Caller, body: bytes) -> None:
    async with xero.session.post(f"{xero.base_url}/_sim/faults", data=body) as reply:
        assert reply.status == 422


async def test_a_reply_may_lack_fields_of_what_was_done_all_the_same(xero: Caller) -> None:
    await fault(xero, "missing_fields", fields=["LineItems", "Total"])
    first = (await xero.put_invoices(invoice("INV-1"))).one("Invoices")
    assert ("LineItems" in first, "Total" in first, first["InvoiceNumber"]) == (False, False, "INV-1")
    assert (await xero.get("Invoices?InvoiceNumbers=INV-1")).one("Invoices")["Total"] == Decimal("1265.63")


async def test_an_internal_error_has_a_title_and_a_detail(xero: Caller) -> None:
    await fault(xero, "500_before")
    told = (await xero.put_invoices(invoice("INV-1"))).json
    assert (told["Title"], told["Status"]) == ("An error occurred", 500)
    assert told["Detail"].startswith("An error occurred in Xero.")
