"""Payments through the API."""

from decimal import Decimal
from typing import Any

import pytest

from tests.simulator.client import BEEF, Caller, invoice, messages

TOTAL = Decimal("1265.63")


async def approved(xero: Caller, **changes: Any) -> Any:
    return (await xero.put_invoices(invoice("INV-1", **{"Status": "AUTHORISED", **changes}))).one("Invoices")


def payment(amount: Decimal | int = TOTAL, **changes: Any) -> dict[str, Any]:
    row = {"Invoice": {"InvoiceNumber": "INV-1"}, "Account": {"Code": "090"}, "Date": "2026-11-20", "Amount": amount}
    return row | changes


async def pay(xero: Caller, *rows: Any, query: str = "") -> Any:
    return await xero.call("PUT", f"Payments{query}", {"Payments": list(rows)})


async def shown(xero: Caller) -> Any:
    return (await xero.get("Invoices?InvoiceNumbers=INV-1")).one("Invoices")


async def test_a_payment_of_everything_makes_an_invoice_paid(xero: Caller) -> None:
    await approved(xero)
    made = (await pay(xero, payment())).one("Payments")
    assert (made["Amount"], made["Status"], made["Invoice"]["InvoiceNumber"]) == (TOTAL, "AUTHORISED", "INV-1")
    paid = await shown(xero)
    assert (paid["Status"], paid["AmountDue"], paid["AmountPaid"]) == ("PAID", 0, TOTAL)
    assert [each["PaymentID"] for each in paid["Payments"]] == [made["PaymentID"]]
    assert paid["FullyPaidOnDate"]


async def test_a_part_is_due_until_the_rest_is_paid_and_again_once_it_is_withdrawn(xero: Caller) -> None:
    await approved(xero)
    first = (await pay(xero, payment(1000))).one("Payments")
    assert ((await shown(xero))["Status"], (await shown(xero))["AmountDue"]) == ("AUTHORISED", Decimal("265.63"))
    rest = await xero.call("POST", "Payments", payment(Decimal("265.63")))
    assert rest.one("Payments")["Invoice"]["Status"] == "PAID"
    gone = await xero.call(
        "POST", f"Payments/{first['PaymentID']}", {"Payments": [{"Status": "DELETED"}]}, checked=False
    )
    assert gone.one("Payments")["Status"] == "DELETED"
    again = await xero.call("POST", f"Payments/{first['PaymentID']}", {"Status": "DELETED"}, checked=False)
    assert again.status == 400
    after = await shown(xero)
    assert (after["Status"], after["AmountDue"], len(after["Payments"])) == ("AUTHORISED", 1000, 1)
    listed = (await xero.get('Payments?where=Status=="AUTHORISED"')).json["Payments"]
    assert len(listed) == 1
    assert (await xero.get(f"Payments/{first['PaymentID']}")).one("Payments")["Status"] == "DELETED"
    assert (await xero.get(f"Payments/{BEEF}")).status == 404


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"Amount": TOTAL + 1}, "Payment amount exceeds the amount outstanding on this document"),
        ({"Amount": 0}, "Payment amount must be greater than zero"),
        ({"Account": {"Code": "200"}}, "The account is not one that payments can be made to"),
        ({"Invoice": {"InvoiceNumber": "none"}}, "Invoice could not be found"),
    ],
)
async def test_what_cannot_be_paid(xero: Caller, changes: Any, message: str) -> None:
    await approved(xero)
    answer = await pay(xero, payment(1), payment(**changes))
    assert answer.status == 400
    assert message in messages(answer.json["Elements"][0])
    assert (await shown(xero))["AmountPaid"] == 0, "one bad payment undoes the call"
    good, bad = (await pay(xero, payment(1), payment(**changes), query="?summarizeErrors=false")).json["Payments"]
    assert (good["StatusAttributeString"], bad["StatusAttributeString"]) == ("OK", "ERROR")


async def test_a_draft_cannot_be_paid(xero: Caller) -> None:
    await approved(xero, Status="DRAFT")
    (element,) = (await pay(xero, payment())).json["Elements"]
    assert messages(element) == ["Payments can only be made against Authorised documents"]


async def test_what_a_person_paid_counts_beside_the_apis(xero: Caller) -> None:
    await approved(xero)
    await xero.control("POST", "edit", {"tenant": BEEF, "type": "invoice", "number": "INV-1", "payment": "65.63"})
    await pay(xero, payment(1200))
    paid = await shown(xero)
    assert (paid["Status"], sorted(each["Amount"] for each in paid["Payments"])) == ("PAID", [Decimal("65.63"), 1200])


async def test_an_invoice_is_sent_to_its_customer(xero: Caller) -> None:
    made = await approved(xero)
    path = f"Invoices/{made['InvoiceID']}"
    assert (await xero.call("POST", f"{path}/Email", {}, checked=False)).status == 204
    assert (await shown(xero))["SentToContact"] is True
    online = (await xero.get(f"{path}/OnlineInvoice")).one("OnlineInvoices")
    assert online["OnlineInvoiceUrl"].startswith("https://")
    draft = (await xero.put_invoices(invoice("INV-2"))).one("Invoices")
    assert (await xero.call("POST", f"Invoices/{draft['InvoiceID']}/Email", {}, checked=False)).status == 400
