"""Why a document in Xero is left alone, said so that a person can decide."""

import datetime as dt

from mappers.model import Code, Document, ExistingDocument, OrganisationFacts, Problem


def number_taken(document: Document, existing: ExistingDocument) -> Problem:
    """The number belongs to another customer's document."""
    theirs = existing.contact_name or f"contact {existing.contact_id}"
    return _problem(
        Code.NUMBER_TAKEN,
        existing,
        f"{_title(existing)} in Xero belongs to {theirs}, the shipment's is for contact {document.contact_id}.",
        "Shipping and accounting decide together: correct the number or the customer in the shipment, or renumber the "
        "document in Xero; then Sync Now.",
    )


def number_changed(document: Document, existing: ExistingDocument) -> Problem:
    """The document of this shipment has another number than the shipment has now."""
    return _problem(
        Code.NUMBER_CHANGED,
        existing,
        f"The shipment's document in Xero has the number {existing.number}, the shipment now says {document.number}.",
        "Accounting decides: renumber, delete or void the document in Xero, then Sync Now; or shipping restores the "
        'number. on_number_change = "renumber" in the profile renumbers drafts by itself.',
    )


def number_alike(document: Document, existing: ExistingDocument) -> Problem:
    """Xero may look numbers up without regard to case; an update would renumber somebody else's document."""
    return _problem(
        Code.NUMBER_TAKEN,
        existing,
        f"Xero has {existing.type.value} {existing.number} under the shipment's number {document.number}; it was not "
        "made from this shipment.",
        "Shipping and accounting decide together: write the number alike in both, then Sync Now.",
    )


def other_type(document: Document, existing: ExistingDocument) -> Problem:
    """The profile made quotes when this was sent and makes invoices now, or the other way round."""
    return _problem(
        Code.DOCUMENT_EXISTS,
        existing,
        f"{_title(existing)} is this shipment's document in Xero; the profile now says {document.type.value}.",
        "Accounting decides: turn the document into the other kind in Xero, or delete it there.",
    )


def document_exists(existing: ExistingDocument) -> Problem:
    """A person made it, and the profile says to leave such documents alone."""
    return _problem(
        Code.DOCUMENT_EXISTS,
        existing,
        f"{_title(existing)} is in Xero already ({existing.status}) and was not made from this shipment.",
        'Accounting: renumber or delete it in Xero, or set on_existing = "update" in the profile; then Sync Now.',
    )


def document_paid(existing: ExistingDocument) -> Problem:
    """Xero refuses changes of amounts once something is allocated (Xero API documentation, Invoices: editing)."""
    settled = (existing.amount_paid or 0) + (existing.amount_credited or 0)
    paid = f"{settled} {existing.currency or ''}".strip()
    return _problem(
        Code.DOCUMENT_PAID,
        existing,
        f"{_title(existing)} is {existing.status} with {paid} paid or credited; it differs from the shipment.",
        "Accounting: raise a credit note in Xero for the difference, or remove the payment and Sync Now.",
    )


def document_voided(existing: ExistingDocument) -> Problem:
    """A voided number stays used up."""
    return _problem(
        Code.DOCUMENT_VOIDED,
        existing,
        f"{_title(existing)} was voided in Xero, and Xero does not give its number out again.",
        'Give the shipment a new number and Sync Now, or set on_voided = "new_suffix" in the profile.',
    )


def document_deleted(existing: ExistingDocument) -> Problem:
    """A deleted number that Xero refused to give out again."""
    return _problem(
        Code.DOCUMENT_DELETED,
        existing,
        f"{_title(existing)} was deleted in Xero, and Xero refused to give its number out again.",
        'Give the shipment a new number and Sync Now, or set on_voided = "new_suffix" in the profile.',
    )


def not_editable(existing: ExistingDocument) -> Problem:
    """Its state allows no change of content."""
    return _problem(
        Code.DOCUMENT_NOT_EDITABLE,
        existing,
        f"{_title(existing)} is {existing.status} in Xero and differs from the shipment; only drafts are changed.",
        "Accounting: correct it by hand in Xero, or set it back to draft and Sync Now.",
    )


def edited_by_hand(existing: ExistingDocument) -> Problem:
    """A person's edit is not overwritten unless the profile says so."""
    return _problem(
        Code.DOCUMENT_EDITED_BY_HAND,
        existing,
        f"{_title(existing)} was edited in Xero since it was sent, and differs from the shipment.",
        'Accounting: make Xero or the shipment right by hand, or set on_hand_edit = "overwrite" in the profile.',
    )


def locked(existing: ExistingDocument, date: dt.date, lock: dt.date) -> Problem:
    """A locked period is never written in."""
    return Problem(
        code=Code.PERIOD_LOCKED,
        field="number",
        value=existing.number,
        message=f"{_title(existing)} is dated {date}; the books are locked up to {lock}.",
        hint="Accounting: correct it with a document in an open period, or move the lock date in Xero and Sync Now.",
    )


def unread(existing: ExistingDocument) -> Problem:
    """Xero leaves lines out of some lists; such a document cannot be judged."""
    return _problem(
        Code.EFFECT_UNKNOWN,
        existing,
        f"{_title(existing)} is in Xero, but its lines could not be read.",
        "Nothing was changed. Sync Now reads it again.",
    )


def lock_date(organisation: OrganisationFacts) -> dt.date | None:
    """The later of the two lock dates: nothing on or before it is written.

    The period lock binds all but advisers, the end of year lock everybody; an app that an adviser connected could
    write behind the first one, so it is kept here.
    """
    dates = (organisation.period_lock_date, organisation.end_of_year_lock_date)
    return max((each for each in dates if each is not None), default=None)


def _title(existing: ExistingDocument) -> str:
    return f"{existing.type.value.capitalize()} {existing.number}"


def _problem(code: Code, existing: ExistingDocument, message: str, hint: str) -> Problem:
    return Problem(code=code, field="number", value=existing.number, message=message, hint=hint)
