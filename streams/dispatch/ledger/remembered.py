"""What the ledger keeps of a document in Xero that was looked at, and what an answer says of one that was changed."""

from mappers.existing import approved_updated, fingerprint
from mappers.model import ExistingDocument, OrganisationFacts, Problem
from mappers.outbound import document_ref
from streams.dispatch.ledger.records import SyncedDocument, Target


def remembered_document(existing: ExistingDocument, organisation: OrganisationFacts) -> SyncedDocument:
    """What the ledger keeps of a document of which it is not known what was sent: no shipment equals it."""
    ref = document_ref(existing, "", organisation)
    return SyncedDocument(ref=ref, fingerprint=fingerprint(existing), updated_at=existing.updated_at)


def update_warnings(target: Target | None, document: ExistingDocument) -> tuple[Problem, ...]:
    """What people should know of an update that was made: it changed something approved, or sent to the customer."""
    if target is None or not (target.was_approved or target.was_sent):
        return ()
    return (approved_updated(document, was_sent=target.was_sent),)
