"""The shapes in which a reply may come that says the same, and those that leave something out."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.faults.dispatch.altering_proxy import Alteration, Altered, zipped

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
    reply.value = _mapped(reply.value, lambda each: repr(each) if type(each) in (int, float) else each)


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


def _mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return {name: _mapped(each, change) for name, each in value.items()}
    return [_mapped(each, change) for each in value] if isinstance(value, list) else change(value)
