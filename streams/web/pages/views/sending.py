"""Send to Accounting: what is asked before, and what became of each shipment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mappers.model import Company, LogEntry, ShipmentDetail, Status
from mappers.outbound import wait_in_words
from streams.web.access import Person
from streams.web.pages.views.problems import ProblemRow, problem_rows
from streams.web.pages.views.shipment import customer_of, sync_now_obstacle

MOST: Final = 10


@dataclass(frozen=True, slots=True)
class Candidate:
    """A shipment that somebody wants to send. `why_not` is empty where it can be; `asks_first`: it is in Xero."""

    id: str
    status: str | None
    synced_at: str | None
    customer: str
    value: str
    currency: str
    why_not: str
    what_to_do: str
    asks_first: bool


def candidate(company: Company, shipment_id: str, detail: ShipmentDetail | None, person: Person) -> Candidate:
    """What is asked of the shipment."""
    if detail is None:
        return Candidate(
            shipment_id, None, None, "", "", "", "No event of this shipment has been seen.", "Check the number.", False
        )
    line = detail.line
    why_not, what_to_do = sync_now_obstacle(company, detail.snapshot, person)
    return Candidate(
        id=shipment_id,
        status=detail.log.sync_status,
        synced_at=detail.log.synced_at,
        customer=customer_of(company, line),
        value=line.value or "",
        currency=(line.currency or "") if line.value else "",
        why_not=why_not,
        what_to_do=what_to_do,
        asks_first=detail.log.sync_status == Status.PROCESSED,
    )


@dataclass(frozen=True, slots=True)
class SentLine:
    """What became of one shipment's request so far. `status` None: no answer yet."""

    id: str
    status: str | None
    at: str | None
    action: str
    document: dict[str, str] | None
    waits_for: str
    resume_at: str | None
    errors: list[ProblemRow]
    warnings: list[ProblemRow]
    refused: str = ""

    @property
    def is_final(self) -> bool:
        """Whether nothing more will come of this request."""
        return bool(self.refused) or self.status not in {None, Status.WAITING.value}


def sent_line(shipment_id: str, request_id: str, entries: Sequence[LogEntry]) -> SentLine:
    """The newest that the log says of the request."""
    found = next((each.outcome for each in entries if each.outcome["request_id"] == request_id), None)
    if found is None:
        return SentLine(shipment_id, None, None, "", None, "", None, [], [])
    waiting = found["waiting"] or {}
    return SentLine(
        id=shipment_id,
        status=found["status"],
        at=found["occurred_at"],
        action=found["action"] or "",
        document=found["document"],
        waits_for=wait_in_words(waiting.get("reason")),
        resume_at=waiting.get("resume_at"),
        errors=problem_rows(found["status"], found["errors"]),
        warnings=problem_rows(found["status"], found["warnings"]),
    )


_REFUSALS: Final = {
    "unknown_shipment": "No event of this shipment has been seen. Check the number.",
    "not_in_trigger_status": "It is not in a status that is sent to accounting.",
    "kafka_unavailable": "Kafka did not take it in time, though it may arrive yet. Look at its log in a minute.",
    "shipment_too_large": "It is too large to be sent. Split it in shipping, or take out what is not needed.",
    "repeated_shipment": "It stood in the list more than once, and counts once.",
}


def refused_line(shipment_id: str, code: str) -> SentLine:
    """A shipment that was not sent. The code comes from the address, so that its words are ours."""
    return SentLine(
        shipment_id, None, None, "", None, "", None, [], [], refused=_REFUSALS.get(code, "It was not sent.")
    )
