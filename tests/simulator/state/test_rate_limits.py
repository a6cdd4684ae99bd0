"""Request limits: a minute, a day, calls at once, and an app's minute over all its organisations."""

import asyncio

from tests.simulator.client import BEEF, DAIRY, Caller, invoice, until

REMAINING = ("X-MinLimit-Remaining", "X-DayLimit-Remaining", "X-AppMinLimit-Remaining")


async def test_every_reply_says_what_is_left(xero: Caller) -> None:
    first, second = await xero.get("Organisation"), await xero.get(f"Invoices/{BEEF}")
    assert [first.headers[name] for name in REMAINING] == ["59", "4999", "9999"]
    assert [second.headers[name] for name in REMAINING] == ["58", "4998", "9998"], "a 404 costs a call too"


async def test_the_sixty_first_call_of_a_minute_waits_for_the_window_to_end(xero: Caller) -> None:
    for _ in range(60):
        assert (await xero.get("Organisation")).status == 200
    refused = await xero.get("Organisation")
    assert (refused.status, refused.headers["X-Rate-Limit-Problem"]) == (429, "minute")
    wait = int(refused.headers["Retry-After"])
    assert 1 <= wait <= 60
    await xero.control("POST", "clock", {"advance": wait - 1})
    assert (await xero.get("Organisation")).status == 429
    await xero.control("POST", "clock", {"advance": 1})
    assert (await xero.get("Organisation")).headers["X-MinLimit-Remaining"] == "59"


async def test_organisations_have_windows_of_their_own(xero: Caller) -> None:
    await xero.control("POST", "limits", {"per_minute": 1})
    assert (await xero.get("Organisation")).status == 200
    assert (await xero.get("Organisation")).status == 429
    xero.tenant = DAIRY
    assert (await xero.get("Organisation")).status == 200


async def test_a_day_limit_says_how_long_the_day_lasts(xero: Caller) -> None:
    await xero.control("POST", "limits", {"tenant": BEEF, "per_day": 1})
    await xero.get("Organisation")
    refused = await xero.get("Organisation")
    assert refused.headers["X-Rate-Limit-Problem"] == "day"
    assert int(refused.headers["Retry-After"]) > 60
    await xero.control("POST", "clock", {"advance": int(refused.headers["Retry-After"])})
    await xero.log_in()
    assert (await xero.get("Organisation")).status == 200


async def test_an_apps_minute_counts_over_its_organisations_and_names_no_time(xero: Caller) -> None:
    await xero.control("POST", "limits", {"app_per_minute": 1})
    await xero.get("Organisation")
    xero.tenant = DAIRY
    refused = await xero.get("Organisation")
    assert (refused.status, refused.headers["X-Rate-Limit-Problem"]) == (429, "appminute")
    assert "Retry-After" not in refused.headers


async def test_the_sixth_call_at_once_is_refused_without_a_time(xero: Caller) -> None:
    await xero.control("POST", "faults", {"operation": "GET Organisation", "kind": "hold", "times": 5})
    held = [asyncio.create_task(xero.get("Organisation")) for _ in range(5)]
    await in_flight(xero, 5)
    refused = await xero.get("Organisation")
    await xero.control("POST", "faults", {"release": True})
    assert (refused.status, refused.headers["X-Rate-Limit-Problem"]) == (429, "concurrent")
    assert "Retry-After" not in refused.headers
    assert [answer.status for answer in await asyncio.gather(*held)] == [200] * 5
    counts = await xero.control("GET", "counts")
    assert (counts["throttled"], counts["peak_in_flight"][BEEF]) == ({"concurrent": 1}, 5)


async def in_flight(xero: Caller, wanted: int) -> None:
    """Wait until so many calls have been held at once."""

    async def held() -> bool:
        return bool((await xero.control("GET", "counts"))["peak_in_flight"].get(BEEF, 0) >= wanted)

    await until(held)


async def test_a_429_writes_nothing_and_is_not_remembered_under_a_key(xero: Caller) -> None:
    await xero.control("POST", "limits", {"per_minute": 0})
    assert (await xero.put_invoices(invoice("INV-1"), key="K")).status == 429
    await xero.control("POST", "limits", {"per_minute": 60})
    assert (await xero.put_invoices(invoice("INV-1"), key="K")).one("Invoices")["StatusAttributeString"] == "OK"


async def test_a_replay_under_a_key_costs_a_call(xero: Caller) -> None:
    first = await xero.put_invoices(invoice("INV-1"), key="K")
    again = await xero.put_invoices(invoice("INV-1"), key="K")
    assert (first.headers["X-DayLimit-Remaining"], again.headers["X-DayLimit-Remaining"]) == ("4999", "4998")


async def test_an_unknown_limit_is_refused(xero: Caller) -> None:
    async with xero.session.post(f"{xero.base_url}/_sim/limits", data=b'{"per_hour": 1}') as reply:
        assert reply.status == 422
