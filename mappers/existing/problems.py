"""Why a document in Xero is left alone or a number cannot be used, in words a person can decide on."""

import datetime as dt
from collections.abc import Mapping, Sequence

from mappers.model import Code, Contact, Document, ExistingDocument, OrganisationFacts, Problem

Contacts = Mapping[str, tuple[Contact, ...]]
"""An organisation's contacts under whatever key."""


def number_taken(document: Document, existing: ExistingDocument, contacts: Contacts) -> Problem:
    """The number belongs to a document of another customer."""
    theirs = _customer(existing.contact_id, existing.contact_name, contacts)
    ours = _customer(document.contact_id, None, contacts)
    return _problem(
        Code.NUMBER_TAKEN,
        existing,
        f"{_title(existing)} in Xero is for {theirs}; the shipment's is for {ours}.",
        "Shipping and accounting: correct the number or the customer in the shipment, or renumber the document in "
        "Xero, whichever you agree on; then Sync Now.",
    )


def number_changed(document: Document, existing: ExistingDocument) -> Problem:
    """The shipment's document in Xero has a number that is no longer the shipment's."""
    return _problem(
        Code.NUMBER_CHANGED,
        existing,
        f"The shipment's document in Xero has the number {existing.number}, the shipment now says {document.number}.",
        "Accounting: renumber, delete or void the document in Xero; or shipping: restore the number. Then Sync Now. "
        'on_number_change = "renumber" in the profile renumbers drafts by itself.',
    )


def number_alike(document: Document, existing: ExistingDocument) -> Problem:
    """Xero may ignore case when it looks a number up; an update would renumber a document that is not ours."""
    return _problem(
        Code.NUMBER_TAKEN,
        existing,
        f"Xero has {existing.type.value} {existing.number} under the shipment's number {document.number}; it was not "
        "made from this shipment.",
        "Shipping and accounting: write the number alike in both, then Sync Now.",
    )


def other_type(document: Document, existing: ExistingDocument) -> Problem:
    """The profile made quotes when this was sent and makes invoices now, or the other way round."""
    return _problem(
        Code.DOCUMENT_EXISTS,
        existing,
        f"{_title(existing)} is this shipment's document in Xero; the profile now says {document.type.value}.",
        "Accounting: turn the document into the other kind in Xero, or delete it there.",
    )


def document_exists(existing: ExistingDocument) -> Problem:
    """A person made it, and the profile says to leave such documents alone."""
    return _problem(
        Code.DOCUMENT_EXISTS,
        existing,
        f"{_title(existing)} is in Xero already ({existing.status.lower()}) and was not made from this shipment.",
        'Accounting: renumber or delete it in Xero, or set on_existing = "update" in the profile; then Sync Now.',
    )


def document_paid(existing: ExistingDocument) -> Problem:
    """Xero refuses to change amounts once something is allocated (Xero API documentation, Invoices: editing)."""
    allocated = (existing.amount_paid or 0) + (existing.amount_credited or 0)
    paid = f"{allocated} {existing.currency or ''}".strip()
    return _problem(
        Code.DOCUMENT_PAID,
        existing,
        f"{_title(existing)} has {paid} paid or credited, and differs from the shipment.",
        "Accounting: raise a credit note in Xero for the difference, or remove the payment and Sync Now.",
    )


def document_voided(existing: ExistingDocument) -> Problem:
    """Xero does not give out the number of a voided document again."""
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
    """The document's state allows no change of its content."""
    return _problem(
        Code.DOCUMENT_NOT_EDITABLE,
        existing,
        f"{_title(existing)} is {existing.status.lower()} in Xero and differs from the shipment; only drafts are "
        "changed.",
        "Accounting: correct it by hand in Xero, or set it back to draft and Sync Now.",
    )


def edited_by_hand(existing: ExistingDocument) -> Problem:
    """A person's edit is not overwritten unless the profile says so."""
    return _problem(
        Code.DOCUMENT_EDITED_BY_HAND,
        existing,
        f"{_title(existing)} was edited in Xero since it was sent, and differs from the shipment.",
        'Accounting: correct the document in Xero, or the shipment; or set on_hand_edit = "overwrite" in the profile.',
    )


def document_authorised(existing: ExistingDocument) -> Problem:
    """An approved invoice is in the books; the profile does not say that it may be changed."""
    return _problem(
        Code.DOCUMENT_AUTHORISED,
        existing,
        f"{_title(existing)} is approved in Xero and differs from the shipment; approved invoices are left alone.",
        "Accounting: correct it by hand in Xero, or credit or void it there; then Sync Now. "
        'on_authorised = "update" in the profile lets Shipledger change approved invoices.',
    )


def document_sent(existing: ExistingDocument) -> Problem:
    """The customer has it; the profile does not say that it may be changed."""
    return _problem(
        Code.DOCUMENT_SENT,
        existing,
        f"{_title(existing)} was sent to the customer from Xero and differs from the shipment; it is left alone.",
        "Accounting: agree on the correction with the customer and make it in Xero, then Sync Now. "
        'on_authorised = "update" in the profile lets Shipledger change approved and sent invoices.',
    )


def approved_updated(existing: ExistingDocument, *, was_sent: bool) -> Problem:
    """The warning that goes with the change of an approved invoice."""
    if was_sent:
        return _problem(
            Code.DOCUMENT_SENT,
            existing,
            f"{_title(existing)} had been sent to the customer and was changed to what the shipment says now.",
            "Accounting: send the customer the corrected invoice from Xero.",
        )
    return _problem(
        Code.DOCUMENT_AUTHORISED,
        existing,
        f"{_title(existing)} had been approved and was changed to what the shipment says now.",
        "Accounting: look at it in Xero; its amounts are in the books.",
    )


def locked(existing: ExistingDocument, date: dt.date, organisation: OrganisationFacts) -> Problem:
    """Nothing approved is ever written in a locked period."""
    return _problem(
        Code.PERIOD_LOCKED,
        existing,
        f"{_title(existing)} is {existing.status.lower()}, and {date} is in a locked period: the books of "
        f"{organisation.name} are locked by the {organisation.lock_in_words}.",
        "Accounting: correct it with a document in an open period, or move the lock date in Xero and Sync Now.",
    )


def unread(existing: ExistingDocument) -> Problem:
    """Xero leaves the lines out of some lists; without them a document cannot be compared."""
    return _problem(
        Code.EFFECT_UNKNOWN,
        existing,
        f"{_title(existing)} is in Xero, but its lines could not be read.",
        "Nothing was changed. Sync Now reads it again.",
    )


def held_by_other_shipment(document: Document, holder: str) -> Problem:
    """`holder` (company/shipment) has, or is about to have, the document with this number."""
    return _problem(
        Code.NUMBER_OF_OTHER_SHIPMENT,
        document,
        f"The number {document.number} is already used by shipment {holder}.",
        "Shipping: correct the number of one of the two shipments, then Sync Now.",
    )


def number_ambiguous(document: Document, candidates: Sequence[ExistingDocument]) -> Problem:
    """Several documents that are neither voided nor deleted have the number."""
    ids = ", ".join(each.xero_id for each in candidates)
    return _problem(
        Code.NUMBER_AMBIGUOUS,
        document,
        f"Xero has {len(candidates)} documents with the number {document.number}: {ids}.",
        "Accounting: delete or renumber all but one of them in Xero, then Sync Now.",
    )


def document_gone(document: Document) -> Problem:
    """Xero says the number or the id exists, yet does not show the document."""
    return _problem(
        Code.DOCUMENT_GONE,
        document,
        f"Xero no longer shows the {document.type} {document.number} of this shipment.",
        "Accounting: look for the document in Xero; it may be voided or deleted. If it is lost, shipping gives the "
        "shipment a new number. Then Sync Now.",
    )


def undecided(document: Document, seen: str) -> Problem:
    """Looked up, planned and written again and again, and Xero showed something else each time."""
    return Problem(
        code=Code.UNDECIDED,
        field="number",
        value=document.number,
        message=f"{document.type.value.capitalize()} {document.number} could not be brought in line with the "
        f"shipment in several attempts; seen last: {seen}",
        hint="Accounting: look at the document in Xero, because something else changes it or its number at the same "
        "time; then Sync Now.",
    )


def number_used_up(document: Document) -> Problem:
    """The number and every suffix that was tried belong to voided or deleted documents."""
    return _problem(
        Code.DOCUMENT_VOIDED,
        document,
        f"The number {document.number} and its suffixes are used up by voided or deleted documents.",
        "Shipping: give the shipment another number, then Sync Now.",
    )


def _customer(contact_id: str | None, shown_name: str | None, contacts: Contacts) -> str:
    """A contact by code and name, as shipping and accounting know it; by its id where nothing else is known."""
    wanted = (contact_id or "").casefold()
    each_one = (each for group in contacts.values() for each in group)
    known = next((each for each in each_one if each.contact_id.casefold() == wanted), None)
    name = shown_name or (known.name if known else None) or f"contact {contact_id}"
    return f"{known.account_number} ({name})" if known and known.account_number else name


def _title(existing: ExistingDocument) -> str:
    return f"{existing.type.value.capitalize()} {existing.number}"


def _problem(code: Code, document: Document | ExistingDocument, message: str, hint: str) -> Problem:
    return Problem(code=code, field="number", value=document.number, message=message, hint=hint)
