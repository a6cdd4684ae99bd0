"""What Xero refuses about invoices: states, payments, locks, numbers, references, approvals."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from tests.simulator.client import ALOK, BEEF, NONE, Caller, invoice, line, messages

NOT_MODIFIABLE = "Invoice not of valid status for modification"
DRAFT_REFUSED = (
    "The status DRAFT cannot be applied to the invoice because it has payments or credit notes allocated to it."
)
ALLOCATED = "This document cannot be edited as it has a payment or credit note allocated to it."


async def made(xero: Caller, **changes: Any) -> str:
    """A new invoice INV-1; its id."""
    created = (await xero.put_invoices(invoice("INV-1", **changes))).one("Invoices")
    assert created["StatusAttributeString"] in ("OK", "WARNING"), created
    return str(created["InvoiceID"])


async def person(xero: Caller, **change: Any) -> Any:
    return await xero.control("POST", "edit", {"tenant": BEEF, "type": "invoice", "number": "INV-1", **change})


async def refused(xero: Caller, **changes: Any) -> list[str]:
    """The messages that a new invoice with these changes gets."""
    element = (await xero.put_invoices(invoice("INV-1", **changes))).one("Invoices")
    assert (element["StatusAttributeString"], element["InvoiceID"]) == ("ERROR", NONE)
    return messages(element)


STEPS = {
    "DRAFT": ("DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"),
    "SUBMITTED": ("SUBMITTED", "AUTHORISED", "DRAFT", "DELETED"),
    "AUTHORISED": ("AUTHORISED", "VOIDED"),
    "VOIDED": (),
    "DELETED": (),
}


@pytest.mark.parametrize("before", STEPS)
@pytest.mark.parametrize("after", ["DRAFT", "SUBMITTED", "AUTHORISED", "PAID", "VOIDED", "DELETED"])
async def test_status_steps(xero: Caller, before: str, after: str) -> None:
    """DRAFT to anything but PAID and VOIDED, AUTHORISED to VOIDED, and nothing from a dead invoice."""
    document_id = await made(xero)
    await person(xero, status=before)
    element = (await xero.post_invoices({"InvoiceID": document_id, "Status": after})).one("Invoices")
    assert (element["StatusAttributeString"] == "OK") == (after in STEPS[before])
    if after not in STEPS[before]:
        assert messages(element) == [NOT_MODIFIABLE]
        assert element["InvoiceID"] == document_id, "a refused update names the invoice it meant"


@pytest.mark.parametrize("status", ["PAID", "VOIDED", "DELETED"])
async def test_a_new_invoice_is_draft_submitted_or_authorised(xero: Caller, status: str) -> None:
    assert await refused(xero, Status=status) == [f"Invoice status {status} is not valid for a new invoice."]


@pytest.mark.parametrize(("status", "usual"), [("DELETED", "frees"), ("VOIDED", "blocks")])
@pytest.mark.parametrize("answer", [None, "frees", "blocks"])
async def test_the_number_of_a_deleted_invoice_is_free_and_that_of_a_voided_one_is_not(
    xero: Caller, status: str, usual: str, answer: str | None
) -> None:
    """Unless a switch of its own says otherwise."""
    dead = await made(xero)
    await person(xero, status=status)
    await xero.control("POST", "switches", {f"{status.lower()}_invoice_number": answer or usual})
    element = (await xero.put_invoices(invoice("INV-1"))).one("Invoices")
    if (answer or usual) == "blocks":
        assert messages(element) == ["Invoice # must be unique."]
        return
    assert (element["StatusAttributeString"], element["InvoiceID"] != dead) == ("OK", True)
    counted = (await xero.control("GET", "counts"))["documents"][BEEF]["invoice"]["INV-1"]
    assert counted == {"all": 2, "live": 1}


@pytest.mark.parametrize(("status", "created"), [("DELETED", True), ("VOIDED", False)])
async def test_post_by_the_number_of_a_dead_invoice_means_that_invoice_or_a_new_one(
    xero: Caller, status: str, *, created: bool
) -> None:
    dead = await made(xero)
    await person(xero, status=status)
    assert messages((await xero.post_invoices(invoice("INV-1"))).one("Invoices")) == [NOT_MODIFIABLE]
    await xero.control("POST", "switches", {"post_to_dead_number": "create"})
    element = (await xero.post_invoices(invoice("INV-1"))).one("Invoices")
    assert (element["HasErrors"] is False and element["InvoiceID"] != dead) == created


async def test_an_invoice_cannot_take_anothers_number(xero: Caller) -> None:
    document_id = await made(xero)
    element = (await xero.post_invoices({"InvoiceID": document_id, "InvoiceNumber": "INV-2026-0900"})).one("Invoices")
    assert messages(element) == ["Invoice # must be unique."]


@pytest.mark.parametrize("payment", ["100", "full"])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"Reference": "new"}, None),
        ({"DueDate": "2027-01-31"}, None),
        ({"InvoiceNumber": "INV-2"}, None),
        ({"Url": "https://shipments.example/1"}, None),
        ({"Date": "2026-11-01"}, ALLOCATED),
        ({"LineItems": [line(Quantity=1)]}, ALLOCATED),
        ({"CurrencyCode": "AUD"}, ALLOCATED),
        ({"LineAmountTypes": "Inclusive"}, ALLOCATED),
        ({"Status": "VOIDED"}, ALLOCATED),
        (
            {"Status": "DRAFT"},
            DRAFT_REFUSED,
        ),
    ],
)
async def test_money_on_an_invoice_fixes_its_amounts_but_not_its_names(
    xero: Caller, payment: str, change: Mapping[str, Any], message: str | None
) -> None:
    document_id = await made(xero, Status="AUTHORISED")
    await person(xero, payment=payment)
    element = (await xero.post_invoices({"InvoiceID": document_id, **change})).one("Invoices")
    assert messages(element) == ([message] if message else [])


async def test_names_on_the_lines_of_a_paid_invoice_may_change(xero: Caller) -> None:
    created = (await xero.put_invoices(invoice("INV-1", Status="AUTHORISED"))).one("Invoices")
    await person(xero, payment="full")
    change = {"LineItemID": created["LineItems"][0]["LineItemID"], "Description": "Beef", "AccountCode": "201"}
    element = (await xero.post_invoices({"InvoiceID": created["InvoiceID"], "LineItems": [change]})).one("Invoices")
    assert element["StatusAttributeString"] == "OK"
    assert (element["Status"], element["AmountDue"]) == ("PAID", Decimal("0.00"))
    assert element["LineItems"][0]["AccountCode"] == "201"


async def test_a_currency_must_be_enabled(xero: Caller) -> None:
    assert await refused(xero, CurrencyCode="GBP") == ["Organisation is not subscribed to currency GBP"]
    await xero.control("POST", "currencies", {"tenant": BEEF, "add": ["GBP"]})
    await made(xero, CurrencyCode="GBP")


@pytest.mark.parametrize("answer", ["accept", "refuse"])
async def test_a_due_date_before_the_date_is_taken_unless_a_switch_says_otherwise(xero: Caller, answer: str) -> None:
    await xero.control("POST", "switches", {"due_before_date": answer})
    found = messages((await xero.put_invoices(invoice("INV-1", DueDate="2026-11-18"))).one("Invoices"))
    assert (found == []) == (answer == "accept")


@pytest.mark.parametrize("answer", ["characters", "utf16"])
async def test_texts_are_measured_in_characters_or_in_units_of_utf_16(xero: Caller, answer: str) -> None:
    await xero.control("POST", "switches", {"text_length": answer})
    found = messages((await xero.put_invoices(invoice("INV-1", Reference="\U0001f404" * 200))).one("Invoices"))
    assert (found == []) == (answer == "characters")


async def test_a_person_sends_an_invoice_to_its_customer(xero: Caller) -> None:
    document_id = await made(xero, Status="AUTHORISED")
    assert (await xero.get(f"Invoices/{document_id}")).one("Invoices")["SentToContact"] is False
    shown = await person(xero, set={"SentToContact": True})
    assert (shown["SentToContact"], shown["Status"]) == (True, "AUTHORISED")


async def test_an_approved_invoice_needs_a_due_date_lines_and_accounts(xero: Caller) -> None:
    row = invoice("INV-1", Status="AUTHORISED", LineItems=[line(ItemCode=None)])
    del row["DueDate"], row["LineItems"][0]["ItemCode"]
    assert messages((await xero.put_invoices(row)).one("Invoices")) == [
        "Account code must be specified",
        "The document DueDate field must be specified.",
    ]
    assert await refused(xero, Status="AUTHORISED", LineItems=[]) == ["One or more line items must be specified"]
    bare = [{"Description": "Words", "AccountCode": "200"}]
    missing = "Quantity and UnitAmount must be specified for each line item."
    assert await refused(xero, Status="AUTHORISED", LineItems=bare) == [missing]


async def test_every_problem_of_an_invoice_is_named_at_once(xero: Caller) -> None:
    wrong = [line(ItemCode="x", AccountCode="299", TaxType="Y")]
    found = await refused(xero, Status="AUTHORISED", CurrencyCode="GBP", Date="2026-01-01", LineItems=wrong)
    assert len(found) == 6


async def test_the_limit_of_approvals_of_a_small_plan(xero: Caller) -> None:
    await xero.control("POST", "organisation", {"tenant": BEEF, "set": {"approvals_left": 1}})
    await made(xero, Status="AUTHORISED")
    element = (await xero.put_invoices(invoice("INV-2", Status="AUTHORISED"))).one("Invoices")
    assert messages(element) == ["You have reached the limit of invoices you can approve"]
    actions = {each["Name"]: each["Status"] for each in (await xero.get("Organisation/Actions")).json["Actions"]}
    assert (actions["CreateApprovedInvoice"], actions["CreateDraftInvoice"]) == ("NOT-ALLOWED", "ALLOWED")


@pytest.mark.parametrize(
    "changes",
    [
        {"Reference": "x" * 256},
        {"InvoiceNumber": "x" * 256},
        {"InvoiceNumber": "INV-\u00e9"},
        {"Url": "shipments.example/1"},
        {"Url": "https://go.xero.com/1"},
        {"BrandingThemeID": "dabc7637-62c1-4941-8a6e-ee44fa5090e8"},
        {"LineItems": [line(Description="x" * 4001)]},
    ],
)
async def test_texts_have_their_limits(xero: Caller, changes: dict[str, Any]) -> None:
    row = invoice("INV-1", **changes)
    answer = await xero.call("PUT", "Invoices?summarizeErrors=false", {"Invoices": [row]}, checked=False)
    assert len(messages(answer.one("Invoices"))) == 1


async def test_a_tracked_item_goes_below_zero_only_where_the_call_allows_it(xero: Caller) -> None:
    stock = {"Code": "BEEF-01", "IsTrackedAsInventory": True, "QuantityOnHand": 20}
    await xero.control("POST", "items", {"tenant": BEEF, "items": [stock]})
    await made(xero, Status="AUTHORISED")
    body = {"Invoices": [invoice("INV-2", Status="AUTHORISED")]}
    short = await xero.call("PUT", "Invoices?summarizeErrors=false", body)
    assert messages(short.one("Invoices")) == ["The quantity of item 'BEEF-01' on hand is not enough for this sale."]
    allowed = await xero.call("PUT", "Invoices?summarizeErrors=false&allowBackorders=true", body, checked=False)
    assert allowed.one("Invoices")["HasErrors"] is False
    shown = await xero.call("GET", "Items/BEEF-01", checked=False)
    assert shown.one("Items")["QuantityOnHand"] == Decimal(-5)


async def test_an_unknown_document_id_refuses_the_whole_call_or_its_element(xero: Caller) -> None:
    rows = [invoice("INV-1"), {"InvoiceID": "11111111-0c0b-4a0c-9d57-6f2f35b60a01", "Reference": "x"}]
    answer = await xero.post_invoices(*rows)
    assert (answer.status, answer.text, answer.headers["Content-Type"]) == (404, "", "text/html; charset=utf-8")
    assert await xero.control("GET", f"documents?tenant={BEEF}&number=INV-1") == [], "nothing of it was saved"
    await xero.control("POST", "switches", {"unknown_id": "element"})
    good, bad = (await xero.post_invoices(*rows)).json["Invoices"]
    assert (good["StatusAttributeString"], bad["StatusAttributeString"]) == ("OK", "ERROR")


async def test_a_bill_shares_its_number_with_others(xero: Caller) -> None:
    """Only numbers of sales invoices are unique."""
    rows = [invoice("INV-2026-0900", Type="ACCPAY"), invoice("INV-2026-0900", Type="ACCPAY")]
    statuses = [each["StatusAttributeString"] for each in (await xero.put_invoices(*rows)).json["Invoices"]]
    assert statuses == ["OK", "OK"]


async def test_numbers_that_differ_in_case_are_two_or_one_by_a_switch(xero: Caller) -> None:
    await made(xero)
    assert (await xero.put_invoices(invoice("inv-1"))).one("Invoices")["HasErrors"] is False
    for answer, found in (("ignored", 2), ("ignored_when_written", 0)):
        await xero.control("POST", "switches", {"number_case": answer})
        assert messages((await xero.put_invoices(invoice("Inv-1"))).one("Invoices")) == ["Invoice # must be unique."]
        assert len((await xero.get("Invoices?InvoiceNumbers=Inv-1")).json["Invoices"]) == found


async def test_the_reply_may_come_in_another_order_by_a_switch(xero: Caller) -> None:
    await xero.control("POST", "switches", {"reply_order": "shuffled"})
    numbers = [f"INV-{n}" for n in range(10)]
    answer = await xero.put_invoices(*(invoice(number) for number in numbers))
    shown = [each["InvoiceNumber"] for each in answer.json["Invoices"]]
    assert shown != numbers
    assert sorted(shown) == numbers


async def test_error_texts_may_come_as_description_by_a_switch(xero: Caller) -> None:
    await xero.control("POST", "switches", {"error_text_key": "Description"})
    element = (await xero.put_invoices(invoice("INV-2026-0900"))).one("Invoices")
    assert element["ValidationErrors"] == [{"Description": "Invoice # must be unique."}]


async def test_a_contact_of_a_draft_may_change(xero: Caller) -> None:
    document_id = await made(xero)
    others = (await xero.get("Contacts?searchTerm=Hanoi")).json["Contacts"]
    row = {"InvoiceID": document_id, "Contact": {"ContactID": others[0]["ContactID"]}}
    element = (await xero.post_invoices(row)).one("Invoices")
    assert (element["Contact"]["Name"], others[0]["ContactID"] != ALOK) == ("Hanoi Foods", True)


async def test_an_update_without_line_amount_types_keeps_them(xero: Caller) -> None:
    """Unlike a quote's."""
    taxed = [line(Quantity=1, UnitAmount=110, TaxType="OUTPUT")]
    document_id = await made(xero, LineAmountTypes="Inclusive", LineItems=taxed)
    element = (await xero.post_invoices({"InvoiceID": document_id, "Reference": "new"})).one("Invoices")
    assert (element["LineAmountTypes"], element["Total"]) == ("Inclusive", Decimal("110.00"))


async def test_an_invoice_that_is_renumbered_leaves_its_number_free(xero: Caller) -> None:
    document_id = await made(xero)
    await xero.post_invoices({"InvoiceID": document_id, "InvoiceNumber": "INV-2"})
    assert await made(xero) != document_id
    shown = (await xero.get("Invoices?InvoiceNumbers=INV-1,INV-2")).json["Invoices"]
    assert [each["InvoiceNumber"] for each in shown] == ["INV-1", "INV-2"]
