"""Idempotency keys: six minutes, per app, errors included."""

import asyncio

import pytest

from tests.simulator.client import BEEF, DAIRY, Caller, invoice, quote, until

PATH = "Invoices?summarizeErrors=false&unitdp=4"


async def live(xero: Caller, kind: str = "invoice") -> int:
    counted = (await xero.control("GET", "counts"))["documents"][BEEF][kind]
    return sum(each["live"] for number, each in counted.items() if "2026" not in number)


async def put(xero: Caller, key: str, number: str = "INV-1", path: str = PATH) -> tuple[int, str]:
    answer = await xero.call("PUT", path, {"Invoices": [invoice(number)]}, {"idempotency-KEY": key}, checked=False)
    return answer.status, answer.text


async def test_the_same_request_gets_the_same_reply_and_is_run_once(xero: Caller) -> None:
    assert await put(xero, "K") == await put(xero, "K")
    assert await live(xero) == 1
    assert (await xero.control("GET", "counts"))["key_replays"] == 1


async def test_even_where_numbers_do_not_protect(xero: Caller) -> None:
    """A quote number may be taken twice; the key prevents it."""
    await xero.control("POST", "switches", {"quote_number_taken_on_put": "duplicate"})
    body = {"Quotes": [quote("Q-1")]}
    for _ in range(2):
        await xero.call("PUT", "Quotes?summarizeErrors=false", body, {"Idempotency-Key": "K"})
    assert await live(xero, "quote") == 1


@pytest.mark.parametrize("change", ["body", "url", "method"])
async def test_another_body_address_or_method_under_the_same_key_is_refused(xero: Caller, change: str) -> None:
    await put(xero, "K")
    body = {"Invoices": [invoice("INV-2" if change == "body" else "INV-1")]}
    path = PATH.replace("4", "2") if change == "url" else PATH
    method = "POST" if change == "method" else "PUT"
    answer = await xero.call(method, path, body, {"Idempotency-Key": "K"}, checked=False)
    assert (answer.status, answer.json["Detail"]) == (400, "Idempotency Key: K is used with a different request.")


async def test_a_key_is_forgotten_after_six_minutes_from_the_first_call(xero: Caller) -> None:
    await put(xero, "K")
    await xero.control("POST", "clock", {"advance": 359})
    assert "StatusAttributeString" in (await put(xero, "K"))[1]
    assert (await xero.control("GET", "counts"))["key_replays"] == 1
    await xero.control("POST", "clock", {"advance": 1})
    assert "Invoice # must be unique." in (await put(xero, "K"))[1], "it is processed anew"


async def test_keys_belong_to_the_app_not_to_the_organisation(xero: Caller) -> None:
    first = await put(xero, "K")
    xero.tenant = DAIRY
    assert await put(xero, "K") == first, "the other organisation's reply comes back"


async def test_by_a_switch_keys_belong_to_the_token(xero: Caller) -> None:
    await xero.control("POST", "switches", {"key_scope": "token"})
    await put(xero, "K")
    await xero.log_in()
    assert "Invoice # must be unique." in (await put(xero, "K"))[1]


async def test_a_key_of_more_than_128_characters_is_refused(xero: Caller) -> None:
    assert (await put(xero, "x" * 128))[0] == 200
    status, text = await put(xero, "y" * 129)
    assert (status, "129" in text, "y" * 129 in text) == (400, True, True)


async def test_a_validation_error_is_remembered(xero: Caller) -> None:
    first = await put(xero, "K", "INV-2026-0900")
    change = {"tenant": BEEF, "type": "invoice", "number": "INV-2026-0900", "set": {"InvoiceNumber": "moved"}}
    await xero.control("POST", "edit", change)
    assert await put(xero, "K", "INV-2026-0900") == first


async def test_an_internal_error_is_remembered_though_it_has_passed(xero: Caller) -> None:
    await xero.control("POST", "faults", {"operation": "PUT Invoices", "kind": "500_before"})
    assert (await put(xero, "K"))[0] == 500
    assert (await put(xero, "K"))[0] == 500
    assert (await put(xero, "L"))[0] == 200


@pytest.mark.parametrize(("cached", "second"), [(False, 200), (True, 503)])
async def test_an_offline_reply_is_remembered_or_not_by_a_switch(xero: Caller, cached: bool, second: int) -> None:
    await xero.control("POST", "switches", {"cache_503": cached})
    await xero.control("POST", "faults", {"operation": "PUT Invoices", "kind": "503_plain"})
    assert ((await put(xero, "K"))[0], (await put(xero, "K"))[0]) == (503, second)


async def test_a_repeat_that_comes_while_the_first_runs_waits_for_its_reply(xero: Caller) -> None:
    await xero.control("POST", "faults", {"operation": "PUT Invoices", "kind": "hold"})
    calls = [asyncio.create_task(put(xero, "K")) for _ in range(3)]

    async def repeated() -> bool:
        return bool((await xero.control("GET", "counts"))["key_replays"] == 2)

    await until(repeated)
    assert not any(call.done() for call in calls)
    await xero.control("POST", "faults", {"release": True})
    assert len(set(await asyncio.gather(*calls))) == 1
    assert await live(xero) == 1


async def test_a_key_on_a_read_means_nothing(xero: Caller) -> None:
    for _ in range(2):
        assert (await xero.call("GET", "Organisation", headers={"Idempotency-Key": "K"})).status == 200
    assert (await xero.control("GET", "counts"))["key_replays"] == 0
