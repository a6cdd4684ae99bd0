"""One shipment as its page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mappers.inbound import sync_now_refusal
from mappers.model import (
    Company,
    LogEntry,
    ShipmentDetail,
    ShipmentLine,
    ShipmentLog,
    ShownDifference,
    Snapshot,
    rfc3339,
)
from mappers.outbound import wait_in_words
from streams.web.access import Person, Role
from streams.web.pages.letter import Letter
from streams.web.pages.views.changes import ChangeLine, change_line
from streams.web.pages.views.files import FilesView, files_view
from streams.web.pages.views.problems import ProblemRow, problem_rows


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the integration log."""

    at: str
    status: str
    action: str
    trigger: str
    by: str
    revision: int | None
    attempt: int
    document: Mapping[str, Any] | None
    waits_for: str
    resume_at: str | None
    errors: list[ProblemRow]
    warnings: list[ProblemRow]
    outcome: Mapping[str, Any]
    request_id: str


@dataclass(frozen=True, slots=True)
class ShipmentView:
    """The whole page. `why_not` is empty where Sync Now may be pressed; `asks_first`: it is in Xero already."""

    id: str
    customer: str
    sync_status: str | None
    synced_at: str | None
    shipping_status: str
    revision: int | None
    why_not: str
    what_to_do: str
    asks_first: bool
    document: Mapping[str, Any] | None
    lines: list[LogLine | ChangeLine]
    files: FilesView | None
    event: Mapping[str, Any] | None
    dead_letters: list[Letter] | None
    differences: tuple[ShownDifference, ...]


def shipment_view(
    company: Company, detail: ShipmentDetail, person: Person, letters: list[Letter] | None
) -> ShipmentView:
    """What the page of the shipment shows to this person."""
    log, snapshot = detail.log, detail.snapshot
    why_not, what_to_do = sync_now_obstacle(company, snapshot, person)
    return ShipmentView(
        id=detail.line.shipment_id,
        customer=customer_of(company, detail.line),
        sync_status=log.sync_status,
        synced_at=log.synced_at,
        shipping_status=snapshot.status if snapshot else "",
        revision=snapshot.revision if snapshot else None,
        why_not=why_not,
        what_to_do=what_to_do,
        asks_first=log.sync_status == "PROCESSED",
        document=log.document,
        lines=log_lines(log),
        files=files_view(log),
        event=None if snapshot is None else _event(snapshot),
        dead_letters=letters,
        differences=detail.differences,
    )


def sync_now_obstacle(company: Company, snapshot: Snapshot | None, person: Person) -> tuple[str, str]:
    """Why this person cannot send the shipment, and what to do; empty texts where they can."""
    if not person.may(Role.SENDER):
        return "Your role is viewer: you may look, but not send.", "Ask operations for the role sender."
    if snapshot is None:
        return (
            "Nothing of this shipment can be sent: its data has not arrived.",
            "Save it once more in the shipping system.",
        )
    refusal = sync_now_refusal(company, snapshot.status)
    return ("", "") if refusal is None else (refusal.message, refusal.hint)


def customer_of(company: Company, line: ShipmentLine) -> str:
    """The customer's code, buyer or consignee as the company has it; empty where it is not known."""
    return (line.buyer_code if company.customer_code == "buyer" else line.consignee_code) or ""


def log_lines(log: ShipmentLog) -> list[LogLine | ChangeLine]:
    """The lines of the log, and what people did in Xero between them, newest first."""
    lines: list[tuple[int, LogLine | ChangeLine]] = [(entry.offset, _line(entry)) for entry in log.entries]
    lines += [(each.offset, change_line(each)) for each in log.changes]
    return [line for _, line in sorted(lines, key=lambda pair: pair[0], reverse=True)]


def _line(entry: LogEntry) -> LogLine:
    outcome = entry.outcome
    waiting = outcome["waiting"] or {}
    return LogLine(
        at=outcome["occurred_at"],
        status=outcome["status"],
        action=outcome["action"] or "",
        trigger=outcome["trigger"],
        by=outcome.get("requested_by") or "",
        revision=outcome["revision"],
        attempt=outcome["attempt"],
        document=outcome["document"],
        waits_for=wait_in_words(waiting.get("reason")),
        resume_at=waiting.get("resume_at"),
        errors=problem_rows(outcome["status"], outcome["errors"]),
        warnings=problem_rows(outcome["status"], outcome["warnings"]),
        outcome=outcome,
        request_id=outcome["request_id"],
    )


def _event(snapshot: Snapshot) -> Mapping[str, Any]:
    return {
        "company_id": snapshot.company_id,
        "shipment_id": snapshot.shipment_id,
        "revision": snapshot.revision,
        "occurred_at": rfc3339(snapshot.occurred_at),
        "status": snapshot.status,
        "shipment": snapshot.shipment,
    }
