"""What to do about a document that is already in Xero: leave it, update it, or say why not (architecture §4)."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from mappers.existing import problems
from mappers.existing.equality import is_same_customer, matches
from mappers.existing.fingerprint import is_unedited
from mappers.existing.problems import Contacts
from mappers.existing.states import RENUMBERED, becomes_approved, further, is_approved, is_editable, is_paid
from mappers.model import Company, Document, DocumentType, ExistingDocument, OrganisationFacts, Problem

# The suffix of a document that replaces a voided one: INV-7, INV-7-R2, INV-7-R3.
_SUFFIX: Final = re.compile(r"-R(\d{1,9})$")


@dataclass(frozen=True, slots=True)
class Known:
    """The ledger's memory that a document is ours: its Xero id, and fingerprint and number after our last write."""

    xero_id: str
    fingerprint: str
    number: str


@dataclass(frozen=True, slots=True)
class Adopt:
    """What is in Xero is what we would send: nothing to write."""


@dataclass(frozen=True, slots=True)
class Update:
    """Send `document` to `xero_id`. It never takes the present status back; its lines replace all lines."""

    xero_id: str
    document: Document


@dataclass(frozen=True, slots=True)
class Refuse:
    """Write nothing; a person decides."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class Renumber:
    """The number is used up: plan again under `number` (look it up first; it may be used up as well)."""

    number: str


@dataclass(frozen=True, slots=True)
class LetGo:
    """The document of ours is gone (deleted, voided, renumbered by a person): look under the number, then create."""


Decision = Adopt | Update | Refuse | Renumber | LetGo


def decide(
    document: Document,
    existing: ExistingDocument,
    *,
    known: Known | None,
    company: Company,
    organisation: OrganisationFacts,
    contacts: Contacts | None = None,
) -> Decision:
    """Decide about `existing`, found under the document's number or by the id that the ledger knows. Raises nothing.

    `known` is None for a document that somebody else made, or that the ledger does not know. Another customer's
    document is never touched; one that equals ours is adopted in any state; the rest depends on profile and state.
    `contacts`, as `ReferenceData` has them, give the names in the refusal.
    """
    ours = known if known is not None and known.xero_id == existing.xero_id else None
    wanted = keep_suffix(document, existing.number)
    if ours is not None and _is_gone(wanted, existing, ours):
        return LetGo()
    if ours is not None and _may_renumber(wanted, existing, company):
        return _changed(wanted, existing, ours, company, organisation)
    if conflict := _conflict(wanted, existing, contacts or {}, ours=ours is not None):
        return Refuse(conflict)
    if existing.status in {"VOIDED", "DELETED"}:
        return _used_up(existing, company)
    if matches(wanted, existing):
        return Adopt()
    return _changed(wanted, existing, ours, company, organisation)


def _changed(
    wanted: Document, existing: ExistingDocument, known: Known | None, company: Company, organisation: OrganisationFacts
) -> Decision:
    """An update, unless the document's state, a lock, a person's edit or the profile forbids it.

    `known` is the ledger's memory of this very document.
    """
    ours = known is not None
    edited = known is not None and not is_unedited(existing, known.fingerprint)
    problem = _forbidden(existing, company, ours=ours) or _untouchable(wanted, existing, company, organisation)
    if problem is None and edited and company.on_hand_edit == "refuse":
        problem = problems.edited_by_hand(existing)
    if problem is not None:
        return Refuse(problem)
    return Update(existing.xero_id, wanted.model_copy(update=_carried(wanted, existing, organisation)))


def _is_gone(wanted: Document, existing: ExistingDocument, known: Known) -> bool:
    """Whether a document of ours no longer counts as the shipment's.

    One that is voided under the shipment's number still does: Xero gives the number out no more.
    """
    number = existing.number.strip()
    renumbered = number not in (known.number.strip(), wanted.number)
    return existing.status == "DELETED" or renumbered or (existing.status == "VOIDED" and number != wanted.number)


def _may_renumber(wanted: Document, existing: ExistingDocument, company: Company) -> bool:
    """The shipment's number changed while its document lives, and the profile lets a draft follow it."""
    changed = wanted.type is existing.type and wanted.number != existing.number.strip()
    return changed and company.on_number_change == "renumber" and existing.status in RENUMBERED


def _conflict(document: Document, existing: ExistingDocument, contacts: Contacts, *, ours: bool) -> Problem | None:
    if document.type is not existing.type:
        return problems.other_type(document, existing)
    # Exact, not by `number_key`: an update of a document whose number differs in case would renumber it.
    if document.number != existing.number.strip():
        return problems.number_changed(document, existing) if ours else problems.number_alike(document, existing)
    return None if ours or is_same_customer(document, existing) else problems.number_taken(document, existing, contacts)


def _used_up(existing: ExistingDocument, company: Company) -> Decision:
    if company.on_voided == "new_suffix":
        return Renumber(_next_number(existing.number))
    voided = existing.status == "VOIDED"
    return Refuse(problems.document_voided(existing) if voided else problems.document_deleted(existing))


def _forbidden(existing: ExistingDocument, company: Company, *, ours: bool) -> Problem | None:
    return problems.document_exists(existing) if not ours and company.on_existing == "refuse" else None


def _untouchable(
    document: Document, existing: ExistingDocument, company: Company, organisation: OrganisationFacts
) -> Problem | None:
    if is_paid(existing):
        return problems.document_paid(existing)
    if not is_editable(existing):
        return problems.not_editable(existing)
    if not existing.has_lines:
        return problems.unread(existing)
    return _locked(document, existing, company, organisation) or _approved(existing, company)


def _approved(existing: ExistingDocument, company: Company) -> Problem | None:
    """Books and customers rely on what was approved or sent, so it changes only where the profile says so."""
    if company.on_authorised == "update":
        return None
    if existing.sent_to_contact:
        return problems.document_sent(existing)
    return problems.document_authorised(existing) if is_approved(existing) else None


def _locked(
    document: Document, existing: ExistingDocument, company: Company, organisation: OrganisationFacts
) -> Problem | None:
    """Quotes are not posted to the ledger accounts, so lock dates do not apply to them."""
    lock = organisation.lock_date
    if lock is None or document.type is DocumentType.QUOTE:
        return None
    dates = _bound_dates(document, existing, company)
    inside = next((each for each in dates if each is not None and each <= lock), None)
    return None if inside is None else problems.locked(existing, inside, organisation)


def _bound_dates(document: Document, existing: ExistingDocument, company: Company) -> Iterator[dt.date | None]:
    """Lock dates bind what is approved, before the update and after it; and drafts where profile or Xero say so."""
    if company.locks_bind_drafts or is_approved(existing):
        yield existing.date
    if company.locks_bind_drafts or becomes_approved(existing, document.status):
        yield document.date


def _carried(document: Document, existing: ExistingDocument, organisation: OrganisationFacts) -> dict[str, object]:
    """What an update takes over from the existing document: how far along it is, and what Xero would clear of a quote.

    A quote whose update leaves its title, summary, terms or branding theme out loses them, and one without a rate may
    get another day's (Xero API documentation, Quotes; XeroAPI/xero-mcp-server pull request 309).
    """
    status: dict[str, object] = {"status": further(existing, document.status)}
    if document.type is not DocumentType.QUOTE:
        return status
    texts = {"title": existing.title, "summary": existing.summary, "terms": existing.terms}
    theme = document.branding_theme_id or existing.branding_theme_id
    return status | texts | {"branding_theme_id": theme, "currency_rate": _rate(document, existing, organisation)}


def _rate(document: Document, existing: ExistingDocument, organisation: OrganisationFacts) -> Decimal | None:
    foreign = document.currency != organisation.base_currency and document.currency == existing.currency
    return existing.currency_rate if document.currency_rate is None and foreign else document.currency_rate


def keep_suffix(document: Document, number: str) -> Document:
    """A document whose `number` already got a suffix of ours keeps it, though the shipment has none by itself."""
    if _SUFFIX.sub("", number) == document.number:
        return document.model_copy(update={"number": number})
    return document


def _next_number(number: str) -> str:
    found = _SUFFIX.search(number)
    if found is None:
        return f"{number}-R2"
    return f"{number[: found.start()]}-R{int(found.group(1)) + 1}"
