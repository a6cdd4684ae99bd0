"""Replies in other shapes than the simulator's leave the worker right: each kind over real HTTP, invoices and quotes."""

import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deploy.simulator.server import Simulator
from deploy.simulator.wire.clock import SimClock
from mappers.model.company import DocumentType
from mappers.model.sync_request import SyncRequest, Trigger
from tests.builders import OCCURRED_AT, make_company, make_request, make_shipment
from tests.faults.dispatch.altering_proxy import Alteration, Altered, AlteringProxy, altering, zipped
from tests.faults.dispatch.simulated import SCALE, SimulatedHarness, assert_clean

COMPANIES = [make_company(id="beef"), make_company(id="wool", document="quote")]
HTML = b"<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1><hr>nginx</body></html>"
DATE = re.compile(r"/Date\((-?\d+)")


def each_element(change: Callable[[dict[str, Any]], None]) -> Alteration:
    def alter(reply: Altered) -> None:
        for element in reply.elements():
            change(element)

    return alter


def in_writes(change: Callable[[dict[str, Any]], None]) -> Alteration:
    def alter(reply: Altered) -> None:
        for element in reply.elements() if reply.is_write else []:
            change(element)

    return alter


def no_rate_headers(reply: Altered) -> None:
    reply.headers = {name: value for name, value in reply.headers.items() if "limit" not in name.lower()}


def no_paging(reply: Altered) -> None:
    (reply.value or {}).pop("pagination", None)


def numbers_as_text(reply: Altered) -> None:
    reply.value = _mapped(
        reply.value, lambda each: repr(each) if type(each) in (int, float) or _is_digits(each) else each
    )


def more_decimals(reply: Altered) -> None:
    text = json.dumps(reply.value)
    reply.raw = re.sub(r"(?<=: )(-?\d+\.\d+)(?=[,}\]])", r"\g<1>0000", text).encode() if reply.value else None


def nulls(element: dict[str, Any]) -> None:
    for name in (
        "Warnings",
        "ValidationErrors",
        "Attachments",
        "Payments",
        "AmountCredited",
        "HasErrors",
        "IsDiscounted",
    ):
        element[name] = None
    for line in element.get("LineItems", []):
        line |= {"Tracking": None, "TaxAmount": None, "DiscountRate": None}


def reversed_order(reply: Altered) -> None:
    for name in ("Invoices", "Quotes"):
        (reply.value or {}).get(name, []).reverse()


def other_key_order(reply: Altered) -> None:
    reply.value = None if reply.value is None else dict(reversed(reply.value.items()))


def spaced(reply: Altered) -> None:
    reply.raw = None if reply.value is None else json.dumps(reply.value, indent=2).encode() + b"\r\n\r\n"


def with_mark(reply: Altered) -> None:
    reply.raw = None if reply.value is None else b"\xef\xbb\xbf" + json.dumps(reply.value).encode()


def raw_letters(reply: Altered) -> None:
    reply.raw = None if reply.value is None else json.dumps(reply.value, ensure_ascii=False).encode()


def as_html(reply: Altered) -> None:
    reply.headers["Content-Type"] = "text/html; charset=iso-8859-1"


def created(reply: Altered) -> None:
    reply.status = 201 if reply.is_write and reply.status == 200 else reply.status


def twice(reply: Altered) -> None:
    for name in ("Invoices", "Quotes"):
        if reply.value and name in reply.value:
            reply.value[name] = [*reply.value[name], *reply.value[name]]


def extra(element: dict[str, Any]) -> None:
    element |= {"NewIn2027": {"a": [1, None, {"b": "c"}]}, "InvoicePaymentServices": []}


def dates_as_moments_only(element: dict[str, Any]) -> None:
    for name in [each for each in element if each.endswith("String") and "Date" in each]:
        del element[name]


def dates_as_text_only(element: dict[str, Any]) -> None:
    dates_as_moments_only(element)
    for name in [each for each in element if each in ("Date", "DueDate", "ExpiryDate")]:
        if found := DATE.match(str(element[name])):
            element[name] = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(found[1]))).strftime(
                "%Y-%m-%dT00:00:00"
            )


def no_verdict(element: dict[str, Any]) -> None:
    element.pop("StatusAttributeString", None)
    element.pop("HasErrors", None)


def capital_ids(element: dict[str, Any]) -> None:
    for name in ("InvoiceID", "QuoteID"):
        if name in element:
            element[name] = element[name].upper()
    element["Contact"]["ContactID"] = element["Contact"]["ContactID"].upper()


def contact_by_id_only(element: dict[str, Any]) -> None:
    element["Contact"] = {"ContactID": element["Contact"]["ContactID"]}


def small_status(element: dict[str, Any]) -> None:
    element["Status"] = element["Status"].capitalize()


def without_line_ids(element: dict[str, Any]) -> None:
    for line in element.get("LineItems", []):
        line.pop("LineItemID", None)


def without(*names: str) -> Callable[[dict[str, Any]], None]:
    def change(element: dict[str, Any]) -> None:
        for name in names:
            element.pop(name, None)

    return change


def as_null(*names: str) -> Callable[[dict[str, Any]], None]:
    return lambda element: element.update(dict.fromkeys(names))


def lines_without_amounts(element: dict[str, Any]) -> None:
    for line in element.get("LineItems", []):
        line.pop("Quantity", None)
        line["UnitAmount"] = None


TOTALS = ("SubTotal", "TotalTax", "Total")
ALTERATIONS: dict[str, Alteration] = {
    "no rate headers": no_rate_headers,
    "no paging": no_paging,
    "numbers as text": numbers_as_text,
    "more decimals": more_decimals,
    "nulls": each_element(nulls),
    "reversed order": reversed_order,
    "other order of keys": other_key_order,
    "gzip": zipped,
    "extra fields": each_element(extra),
    "byte order mark": with_mark,
    "spaces and line ends": spaced,
    "letters as they are": raw_letters,
    "called HTML": as_html,
    "201": created,
    "elements twice": twice,
    "dates as moments only": each_element(dates_as_moments_only),
    "dates as text only": each_element(dates_as_text_only),
    "no verdict": each_element(no_verdict),
    "ids in capitals": each_element(capital_ids),
    "contact by id only": each_element(contact_by_id_only),
    "status in small letters": each_element(small_status),
    "lines without ids": each_element(without_line_ids),
}
PARTIAL: dict[str, Alteration] = {
    "a write's reply without lines": in_writes(without("LineItems")),
    "lines null": in_writes(as_null("LineItems")),
    "lines empty": in_writes(lambda element: element.update(LineItems=[])),
    "without totals": in_writes(without(*TOTALS)),
    "totals null": in_writes(as_null(*TOTALS)),
    "without lines and totals": in_writes(without("LineItems", *TOTALS)),
    "lines without amounts": in_writes(lines_without_amounts),
    "without contact and date": in_writes(without("Contact", "Date", "DateString")),
}


def shipment(company: str, index: int, revision: int, trigger: Trigger = Trigger.STATUS, **fields: Any) -> SyncRequest:
    return make_request(
        event_id=f"{company}-{index}-{revision}",
        company_id=company,
        shipment_id=f"S-{index}",
        revision=revision,
        trigger=trigger,
        occurred_at=OCCURRED_AT + timedelta(seconds=revision),
        shipment=make_shipment(invoice_number=f"A-{company}-{index}", **fields),
    )


@asynccontextmanager
async def behind(alteration: Alteration) -> AsyncIterator[tuple[SimulatedHarness, AlteringProxy]]:
    async with (
        Simulator.started(clock=SimClock(scale=SCALE)) as simulator,
        altering(simulator.base_url, alteration) as proxy,
    ):
        harness = SimulatedHarness(simulator, *COMPANIES)
        harness._endpoint = replace(harness._endpoint, base_url=proxy.url)
        harness.new_process()
        try:
            yield harness, proxy
        finally:
            for client in harness.clients:
                client.close()
        assert_clean(simulator)


async def run_through(harness: SimulatedHarness) -> list[tuple[str, str | None, tuple[str, ...]]]:
    """Two shipments of each company are made, corrected, and asked for once more without a change."""
    each = [(company.id, index) for company in COMPANIES for index in (1, 2)]
    corrected = {"exporter_reference": "EXP-78 corrigé"}
    outcomes = await harness.drive(
        [shipment(*one, 1) for one in each],
        [shipment(*one, 2, **corrected) for one in each],
        [shipment(*one, 3, Trigger.SYNC_NOW, **corrected) for one in each],
    )
    for kind in DocumentType:
        live = [each.number for each in harness.documents(kind) if each.alive]
        assert len(live) == 2, "one document each"
        assert len(set(live)) == 2
    return [(each.status, each.action, tuple(problem.code for problem in each.errors)) for each in outcomes]


RIGHT = [("PROCESSED", action, ()) for action in ("created", "updated", "unchanged") for _ in range(4)]


@pytest.mark.parametrize("name", ALTERATIONS)
async def test_another_shape_of_the_same_reply_changes_nothing(name: str) -> None:
    async with behind(ALTERATIONS[name]) as (harness, _):
        assert sorted(await run_through(harness)) == sorted(RIGHT)


@pytest.mark.parametrize("name", PARTIAL)
async def test_what_a_writes_reply_leaves_out_is_read_back_at_once(name: str) -> None:
    async with behind(PARTIAL[name]) as (harness, proxy):
        assert sorted(await run_through(harness)) == sorted(RIGHT)
        reads = [path for method, path in proxy.calls if method == "GET"]
        assert len(reads) <= 24, "a look before each update and Sync Now, and one read back for each write"


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
@pytest.mark.parametrize("body", [HTML, b'{"message":"no Route matched with those values"}'])
async def test_a_gateway_that_loses_its_way_for_a_moment_is_waited_for(method: str, times: int, body: bytes) -> None:
    left = [times]

    def lose_way(reply: Altered) -> None:
        if reply.method == method and left[0]:
            left[0] -= 1
            reply.status, reply.raw, reply.headers["Content-Type"] = 404, body, "text/html"

    async with behind(lose_way) as (harness, _):
        outcomes = await run_through(harness)
        assert left == [0]
    assert {(status, errors) for status, _, errors in outcomes} == {("PROCESSED", ())}


async def test_xeros_own_404_is_final() -> None:
    """A quote that is gone from Xero (it answers 404 without a body) is made anew under its number."""
    async with behind(lambda _: None) as (harness, _):
        await harness.drive([shipment("wool", 1, 1)])
        (quote,) = harness.documents(DocumentType.QUOTE)
        del harness.xero.book("quote").by_id[quote.document_id]
        outcome = (await harness.drive([shipment("wool", 1, 2, Trigger.SYNC_NOW)]))[-1]
    assert outcome.status in {"PROCESSED", "REJECTED"}


def _is_digits(value: Any) -> bool:
    return isinstance(value, float)


def _mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return {name: _mapped(each, change) for name, each in value.items()}
    return [_mapped(each, change) for each in value] if isinstance(value, list) else change(value)
