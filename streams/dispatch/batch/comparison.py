"""A plan beside Xero's document: what takes long of a large one is worked out in steps, before anything is decided."""

from collections.abc import Iterable
from dataclasses import dataclass

from mappers.existing import (
    Adopt,
    Known,
    LetGo,
    Refuse,
    Renumber,
    Update,
    decide,
    fingerprint,
    is_approved,
    shown_otherwise,
)
from mappers.model import Document, ExistingDocument, Problem, content_hash
from mappers.outbound import document_ref
from mappers.planning import Steps
from streams.dispatch.batch.ready_queue import PlannedWrite
from streams.dispatch.context import LaneTime
from streams.dispatch.ledger import RowKey, SyncedDocument, Target


@dataclass(frozen=True, slots=True)
class Comparison:
    """What answering a plan with Xero's document takes.

    `synced` is what the ledger keeps of it, `warnings` are about what Xero shows otherwise than it was meant.
    """

    existing: ExistingDocument
    synced: SyncedDocument
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """The document is what would be sent."""

    compared: Comparison


@dataclass(frozen=True, slots=True)
class Changed:
    """It is to be changed to `document`."""

    target: Target
    document: Document


@dataclass(frozen=True, slots=True)
class Judgement:
    """What to do about a document that is in Xero, by what was `known` of it then."""

    known: Known | None
    verdict: Taken | Changed | Refuse | Renumber | LetGo


def compare(plan: PlannedWrite, existing: ExistingDocument) -> Steps[Comparison]:
    """Each step passes once over the lines."""
    document_hash = content_hash(plan.document)
    yield
    kept = fingerprint(existing)
    yield
    ref = document_ref(existing, document_hash, plan.organisation)
    synced = SyncedDocument(ref=ref, fingerprint=kept, updated_at=existing.updated_at)
    return Comparison(existing, synced, shown_otherwise(plan.document, existing, plan.company))


def judge(plan: PlannedWrite, existing: ExistingDocument, known: Known | None) -> Steps[Judgement]:
    """What to do about the document, and what doing it takes."""
    decision = decide(
        plan.document,
        existing,
        known=known,
        company=plan.company,
        organisation=plan.organisation,
        contacts=plan.contacts,
    )
    yield
    match decision:
        case Adopt():
            return Judgement(known, Taken((yield from compare(plan, existing))))
        case Update(xero_id=xero_id, document=document):
            return Judgement(known, Changed(_target(xero_id, existing), document))
        case _:
            return Judgement(known, decision)


async def compare_all(
    time: LaneTime, pairs: Iterable[tuple[PlannedWrite, ExistingDocument | None]]
) -> dict[RowKey, Comparison]:
    """Each plan beside its document, where there is one. Others have their turn meanwhile, so rows may change."""
    compared: dict[RowKey, Comparison] = {}
    turn = time.begin_turn()
    for plan, existing in pairs:
        if existing is not None:
            compared[plan.key], turn = await time.finish(compare(plan, existing), turn)
            turn = await time.next_turn(turn)
    return compared


def _target(xero_id: str, existing: ExistingDocument) -> Target:
    return Target(
        xero_id=xero_id,
        fingerprint=fingerprint(existing),
        was_approved=is_approved(existing),
        was_sent=existing.sent_to_contact,
    )
