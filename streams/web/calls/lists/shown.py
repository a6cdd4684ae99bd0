"""The values of the lists as they are answered."""

from typing import Any

from mappers.model import (
    Company,
    Following,
    ListedDocument,
    ResolvedCause,
    ShipmentDetail,
    ShipmentLine,
    ShownProblem,
    Snapshot,
    rfc3339,
)
from streams.web.calls.logged import attachments_of, changes_of


def customer_of(company: Company, line: ShipmentLine) -> str | None:
    """The customer's code, by the profile."""
    return line.buyer_code if company.customer_code == "buyer" else line.consignee_code


def line_shown(company: Company, line: ShipmentLine) -> dict[str, Any]:
    """A `ListedShipment`."""
    document = line.document
    return {
        "shipment_id": line.shipment_id,
        "shipment_number": line.shipment_number,
        "exporter_reference": line.exporter_reference,
        "invoice_number": line.invoice_number,
        "customer": customer_of(company, line),
        "shipment_status": line.shipment_status,
        "status": line.status,
        "synced_at": line.synced_at,
        "at": line.at,
        "waiting_reason": line.waiting_reason,
        "resume_at": line.resume_at,
        "causes": [
            {"status": each.status, "code": each.code, "field": each.field or None, "value": each.value or None}
            for each in line.causes
        ],
        "document": _document(document) if document is not None else None,
        "total": document.total if document is not None else line.value,
        "tax": document.total_tax if document is not None else None,
        "currency": document.currency if document is not None else line.currency,
        "trigger": line.trigger,
        "requested_by": line.requested_by,
        "request_id": line.request_id,
    }


def detail_shown(company: Company, detail: ShipmentDetail) -> dict[str, Any]:
    """A `ShipmentPageModel`."""
    return {
        "shipment": line_shown(company, detail.line),
        "errors": [problem_shown(each) for each in detail.errors],
        "warnings": [problem_shown(each) for each in detail.warnings],
        "entries": list(detail.log.outcomes),
        "outcome": detail.outcome,
        "snapshot": _change(detail.snapshot) if detail.snapshot is not None else None,
        **changes_of(detail.log),
        **attachments_of(detail.log),
    }


def problem_shown(problem: ShownProblem) -> dict[str, Any]:
    """A `ShownProblemModel`."""
    return {
        "code": problem.code,
        "field": problem.field,
        "value": problem.value,
        "message": problem.message,
        "hint": problem.hint,
        "who": problem.remedy.who,
        "where": list(problem.remedy.where),
        "how": problem.remedy.how,
        "xero_url": problem.xero_url,
    }


def resolved_shown(resolved: ResolvedCause) -> dict[str, Any]:
    """A `ResolvedCauseModel`."""
    cause, life = resolved.cause, resolved.life
    return {
        "status": cause.status,
        "code": cause.code,
        "field": cause.field or None,
        "value": cause.value or None,
        "opened_at": life.opened_at,
        "resolved_at": resolved.resolved_at,
        "left": life.left,
        "released": life.released,
        "who": resolved.remedy.who,
        "where": list(resolved.remedy.where),
    }


def freshness_shown(following: Following) -> dict[str, Any]:
    """A `ListFreshness`."""
    return {"state": following.freshness, "behind": following.behind, "share": following.share}


def _document(document: ListedDocument) -> dict[str, Any]:
    return {
        "kind": document.type,
        "number": document.number,
        "id": document.xero_id,
        "status": document.xero_status,
        "url": document.url,
        "sub_total": document.sub_total,
        "tax": document.total_tax,
        "total": document.total,
        "currency": document.currency,
    } | ({} if document.payment is None else {"payment": document.payment})


def _change(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "status": snapshot.status,
        "revision": snapshot.revision,
        "occurred_at": rfc3339(snapshot.occurred_at),
        "recorded_at": rfc3339(snapshot.recorded_at) if snapshot.recorded_at is not None else None,
        "shipment": snapshot.shipment,
    }
