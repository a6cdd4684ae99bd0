"""What an invoice becomes for its customer: an email, and a page on the web."""

from dataclasses import replace

from deploy.simulator.http.documents.history import document_of
from deploy.simulator.state import Call, SimulatorState
from deploy.simulator.wire import Refusal, Reply, money, validation

_SENDABLE = frozenset({"SUBMITTED", "AUTHORISED", "PAID"})


def email(state: SimulatorState, call: Call) -> Reply:
    """Send the invoice to its contact: 204, and from then on it is `SentToContact`."""
    document = document_of(state, call, "invoice")
    if document.status not in _SENDABLE or document.type != "ACCREC":
        raise Refusal(validation([{"ValidationErrors": [{"Message": "Invoice not of valid status for emailing"}]}]))
    is_quiet = state.switches.quiet_changes == "as_documented" and money.ZERO < document.amount_paid < document.total
    updated_at = document.updated_at if is_quiet else state.clock.now()
    call.organisation.invoices.put(replace(document, sent_to_contact=True, updated_at=updated_at))
    return Reply(204)


def online_invoice(state: SimulatorState, call: Call) -> Reply:
    document = document_of(state, call, "invoice")
    url = f"https://in.xero.com/{document.document_id.replace('-', '')[:20]}"
    return state.reply({"OnlineInvoices": [{"OnlineInvoiceUrl": url}]})
