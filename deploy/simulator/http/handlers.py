"""Which function answers which call, by the name under which the call is counted, and which scopes it needs."""

from collections.abc import Callable

from deploy.simulator.http import master_data_lists, master_data_writes
from deploy.simulator.http.documents import attachments, document_lists, history, payments, sending, writes
from deploy.simulator.rules import INVOICE_SHAPE, QUOTE_SHAPE, write_invoice, write_quote
from deploy.simulator.state import Call, SimulatorState
from deploy.simulator.wire import Reply

Handler = Callable[[SimulatorState, Call], Reply]
_DOCUMENTS: dict[str, Handler] = {
    "PUT Invoices": lambda state, call: writes.write_many(state, call, INVOICE_SHAPE, write_invoice, "put"),
    "POST Invoices": lambda state, call: writes.write_many(state, call, INVOICE_SHAPE, write_invoice, "post"),
    "POST Invoices/id": lambda state, call: writes.write_one(state, call, INVOICE_SHAPE, write_invoice),
    "GET Invoices": document_lists.invoices,
    "GET Invoices/id": document_lists.invoice,
    "POST Invoices/id/Email": sending.email,
    "GET Invoices/id/OnlineInvoice": sending.online_invoice,
    "PUT Quotes": lambda state, call: writes.write_many(state, call, QUOTE_SHAPE, write_quote, "put"),
    "POST Quotes": lambda state, call: writes.write_many(state, call, QUOTE_SHAPE, write_quote, "post"),
    "POST Quotes/id": lambda state, call: writes.write_one(state, call, QUOTE_SHAPE, write_quote),
    "GET Quotes": document_lists.quotes,
    "GET Quotes/id": document_lists.quote,
    "PUT Payments": payments.create,
    "POST Payments": payments.create,
    "POST Payments/id": payments.delete,
    "GET Payments": payments.listed,
    "GET Payments/id": payments.one,
}
_FILES: dict[str, Handler] = {
    "GET Invoices/id/History": lambda state, call: history.history(state, call, "invoice"),
    "PUT Invoices/id/History": lambda state, call: history.add_notes(state, call, "invoice"),
    "GET Quotes/id/History": lambda state, call: history.history(state, call, "quote"),
    "PUT Quotes/id/History": lambda state, call: history.add_notes(state, call, "quote"),
    "GET Invoices/id/Attachments": lambda state, call: attachments.attachments(state, call, "invoice"),
    "PUT Invoices/id/Attachments": lambda state, call: attachments.attach(state, call, "invoice"),
    "POST Invoices/id/Attachments": lambda state, call: attachments.attach(state, call, "invoice"),
    "GET Quotes/id/Attachments": lambda state, call: attachments.attachments(state, call, "quote"),
    "PUT Quotes/id/Attachments": lambda state, call: attachments.attach(state, call, "quote"),
    "POST Quotes/id/Attachments": lambda state, call: attachments.attach(state, call, "quote"),
}
_MASTER_DATA: dict[str, Handler] = {
    "GET Contacts": master_data_lists.contacts,
    "GET Contacts/id": master_data_lists.contact,
    "PUT Contacts": master_data_writes.put_contacts,
    "POST Contacts": master_data_writes.post_contacts,
    "POST Contacts/id": master_data_writes.post_contacts,
    "GET Items": master_data_lists.items,
    "GET Items/id": master_data_lists.item,
    "PUT Items": master_data_writes.put_items,
    "POST Items": master_data_writes.post_items,
    "POST Items/id": master_data_writes.post_items,
    "DELETE Items/id": master_data_writes.delete_item,
    "GET Organisation": master_data_lists.organisation,
    "GET Organisation/Actions": master_data_lists.actions,
    "GET Currencies": master_data_lists.currencies,
    "GET Accounts": master_data_lists.accounts,
    "GET TaxRates": master_data_lists.tax_rates,
    "GET TrackingCategories": master_data_lists.tracking_categories,
    "GET BrandingThemes": master_data_lists.branding_themes,
}
HANDLERS = _DOCUMENTS | _FILES | _MASTER_DATA

_BROAD = "accounting.transactions"
"""What apps from before March 2026 hold for invoices and payments."""

SCOPES = {
    "Invoices": ("accounting.invoices", _BROAD),
    "Quotes": ("accounting.invoices", _BROAD),
    "Payments": ("accounting.payments", _BROAD),
    "Contacts": ("accounting.contacts",),
    "Items": ("accounting.settings", "accounting.invoices", _BROAD),
}

_SEGMENTS = {part.casefold(): part for name in HANDLERS for part in name.split()[1].split("/") if part != "id"}
_SEGMENTS["organisations"] = "Organisation"


def spelt(segments: tuple[str, ...]) -> tuple[str, ...]:
    """The address as Xero's pages spell it: its case does not matter, but for ids and names of files."""
    fixed = (0, 1) if segments and segments[0].casefold().startswith("organisation") else (0, 2)
    return tuple(_SEGMENTS.get(part.casefold(), part) if at in fixed else part for at, part in enumerate(segments))
