"""Payments through the API: money on an approved sales invoice, and its withdrawal.

Source: developer.xero.com, "Payments": an invoice is PAID by payments alone, a payment is never changed, and it is
deleted by POST with the status DELETED.
"""

from dataclasses import replace
from decimal import Decimal

from deploy.simulator.books import Account, Document, Payment
from deploy.simulator.http.bodies import rows_in, verdict
from deploy.simulator.http.documents.document_json import document_as_json
from deploy.simulator.http.filters import ordered, wanted
from deploy.simulator.http.paging import Page, modified_since
from deploy.simulator.state import Call, SimulatorState
from deploy.simulator.wire import Element, JsonObject, Refusal, Reply, money, not_found, validation

_EXCEEDS = "Payment amount exceeds the amount outstanding on this document"


def create(state: SimulatorState, call: Call) -> Reply:
    """PUT of many, or POST of one. With `summarizeErrors=false` every payment stands alone."""
    rows = rows_in(call, "Payments")
    point = call.organisation.savepoint()
    elements = [_created(state, call, Element(row)) for row in rows]
    return verdict(state, call, "Payments", elements, undo=lambda: call.organisation.restore(point))


def delete(state: SimulatorState, call: Call) -> Reply:
    """POST to the address of one payment, with the status DELETED: the money is due again."""
    payment = _payment(call)
    (row, *_) = rows_in(call, "Payments")
    if Element(row).text("Status") != "DELETED" or payment.status == "DELETED":
        refused = {"PaymentID": payment.payment_id, "ValidationErrors": [{"Message": "A payment can only be deleted"}]}
        raise Refusal(validation([refused]))
    organisation, now = call.organisation, state.clock.now()
    organisation.payments[payment.payment_id] = replace(payment, status="DELETED", updated_at=now)
    invoice = organisation.invoices.by_id[payment.invoice_id]
    left = invoice.amount_paid - payment.amount
    organisation.invoices.put(replace(invoice, amount_paid=left, status="AUTHORISED", paid_on=None, updated_at=now))
    return state.reply({"Payments": [_json(call, organisation.payments[payment.payment_id])]})


def listed(state: SimulatorState, call: Call) -> Reply:
    since, asked = modified_since(call), wanted(state, call)
    found = [_json(call, each) for each in call.organisation.payments.values() if not since or each.updated_at > since]
    rows = ordered([row for row in found if asked.test(row)], call, lambda row: row)
    page = Page.of(call, needed=False)
    members: JsonObject = {"pagination": page.as_json(len(rows))} if page else {}
    return state.reply(members | {"Payments": list(page.cut(rows)) if page else list(rows)})


def one(state: SimulatorState, call: Call) -> Reply:
    return state.reply({"Payments": [_json(call, _payment(call))]})


def _payment(call: Call) -> Payment:
    found = call.organisation.payments.get(call.segments[1].lower())
    if found is None:
        raise not_found()
    return found


def _created(state: SimulatorState, call: Call, element: Element) -> JsonObject:
    """The payment made, as the reply shows it, or what was sent with what is wrong in it."""
    invoice, account = _invoice(call, element), _account(call, element)
    amount = element.number("Amount") or money.ZERO
    problems = _problems(invoice, account, amount)
    if problems or invoice is None or account is None:
        state.counts.refused_elements += 1
        return element.row | {"ValidationErrors": [{"Message": text} for text in problems]}
    payment = Payment(
        payment_id=state.ids.uuid(),
        invoice_id=invoice.document_id,
        account_code=account.code,
        day=element.day("Date") or call.organisation.today(state.clock.now()),
        amount=amount,
        rate=element.number("CurrencyRate") or invoice.rate,
        updated_at=state.clock.now(),
        reference=element.text("Reference") or "",
    )
    call.organisation.payments[payment.payment_id] = payment
    call.organisation.invoices.put(_paid(invoice, payment))
    state.counts.applied["payment created"] += 1
    return _json(call, payment)


def _paid(invoice: Document, payment: Payment) -> Document:
    total = invoice.amount_paid + payment.amount
    settled = total == invoice.total
    status, day = ("PAID", payment.day) if settled else (invoice.status, None)
    return replace(invoice, amount_paid=total, status=status, paid_on=day, updated_at=payment.updated_at)


def _invoice(call: Call, element: Element) -> Document | None:
    named = Element(element.inner("Invoice") or {})
    reference = named.text("InvoiceID") or named.text("InvoiceNumber") or element.text("InvoiceNumber") or ""
    return call.organisation.document("invoice", reference)


def _account(call: Call, element: Element) -> Account | None:
    named, codes = Element(element.inner("Account") or {}), call.organisation.codes
    account_id = named.text("AccountID")
    return codes.account_with_id(account_id) if account_id else codes.accounts.get(named.text("Code") or "")


def _problems(invoice: Document | None, account: Account | None, amount: Decimal) -> list[str]:
    problems = []
    if invoice is None:
        problems.append("Invoice could not be found")
    elif invoice.status != "AUTHORISED" or invoice.type != "ACCREC":
        problems.append("Payments can only be made against Authorised documents")
    elif amount > invoice.amount_due:
        problems.append(_EXCEEDS)
    if amount <= 0:
        problems.append("Payment amount must be greater than zero")
    if account is None or not account.takes_payments:
        problems.append("The account is not one that payments can be made to")
    return problems


def _json(call: Call, payment: Payment) -> JsonObject:
    invoice = call.organisation.invoices.by_id[payment.invoice_id]
    shown = document_as_json(invoice, call.organisation, call.unit_places, lines=False)
    account = call.organisation.codes.accounts.get(payment.account_code)
    named = {"AccountID": account.account_id, "Code": account.code, "Name": account.name} if account else {}
    return payment.as_json() | {"Account": named, "Invoice": shown}
