"""The states of documents in Xero: how far along they are, and what they allow."""

from typing import Final

from mappers.model import DocumentType, ExistingDocument

# How far along a status is. A document further along than asked for is left there (Xero API documentation, Invoices:
# "Invoice status changes"; Quotes: "Quote status codes").
INVOICE_STEPS: Final = ("DRAFT", "SUBMITTED", "AUTHORISED", "PAID")
QUOTE_STEPS: Final = ("DRAFT", "SENT", "ACCEPTED", "DECLINED", "INVOICED")
EDITABLE_INVOICES: Final = frozenset({"DRAFT", "SUBMITTED", "AUTHORISED"})
EDITABLE_QUOTES: Final = frozenset({"DRAFT"})
_APPROVED: Final = "AUTHORISED"
# What a changed number of the shipment may still be written to: nobody outside has seen these.
RENUMBERED: Final = frozenset({"DRAFT", "SUBMITTED"})


def is_paid(existing: ExistingDocument) -> bool:
    """Whether money or a credit note is allocated to the invoice, in part or in full."""
    return existing.status == "PAID" or bool(existing.amount_paid) or bool(existing.amount_credited)


def is_approved(existing: ExistingDocument) -> bool:
    """Whether the invoice is in the books."""
    return existing.status == _APPROVED


def becomes_approved(existing: ExistingDocument, status: str) -> bool:
    """Whether an update that asks for `status` leaves the invoice approved."""
    return further(existing, status) == _APPROVED


def is_editable(existing: ExistingDocument) -> bool:
    """Whether Xero lets the content be changed in this state.

    Quotes are only edited as drafts: whether Xero changes a SENT one is not documented, and the customer has seen it.
    """
    editable = EDITABLE_INVOICES if existing.type is DocumentType.INVOICE else EDITABLE_QUOTES
    return existing.status in editable


def reaches(existing: ExistingDocument, status: str) -> bool:
    """Whether the document is at `status` or further along."""
    steps = _steps(existing.type)
    return existing.status in steps and status in steps and steps.index(existing.status) >= steps.index(status)


def further(existing: ExistingDocument, status: str) -> str:
    """The status to send. Xero does not take an AUTHORISED invoice back to DRAFT, and we never take a status back."""
    return existing.status if reaches(existing, status) else status


def _steps(kind: DocumentType) -> tuple[str, ...]:
    return INVOICE_STEPS if kind is DocumentType.INVOICE else QUOTE_STEPS
