"""Whether an event may be published, by the gate's own reader: what it would put aside is refused, with its words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from mappers.inbound import (
    EventFault,
    EventRefusal,
    Poison,
    PoisonReason,
    StatusChange,
    read_event,
    refusal_of,
    to_request,
)
from mappers.model import LARGEST_REQUEST, Company, Trigger, encode_request, outcome_key
from streams.web.ports import FedEvent
from streams.web.problems import HttpCode

_NOT_JSON: Final = frozenset({PoisonReason.EMPTY_VALUE, PoisonReason.NOT_UTF8, PoisonReason.NOT_JSON})
_LARGER: Final = "Whoever sends the shipments: send less in the event; a shipment with so many lines cannot be synced."


@dataclass(frozen=True, slots=True)
class Taken:
    """An event that the gate will take."""

    index: int
    event: StatusChange
    record: FedEvent

    def said(self) -> dict[str, Any]:
        """Of an event that Kafka has."""
        return {"index": self.index, "event_id": self.event.event_id, "shipment": self.event.shipment_id}


@dataclass(frozen=True, slots=True)
class RefusedEvent:
    """An event that was not published, and why. `status` is what the call would be answered for it alone."""

    index: int
    status: int
    code: HttpCode
    message: str
    hint: str = ""
    event_id: str | None = None
    shipment: str | None = None
    faults: Sequence[EventFault] = field(default=())

    @property
    def is_no_json(self) -> bool:
        """Whether it is not even a faulty event."""
        return any(each.code in _NOT_JSON for each in self.faults)

    def said(self) -> dict[str, Any]:
        """For the answer."""
        faults = [
            {"code": each.code, "field": each.field or None, "message": each.message, "hint": each.hint}
            for each in self.faults
        ]
        return {
            "index": self.index,
            "event_id": self.event_id,
            "shipment": self.shipment,
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "faults": faults,
        }


@dataclass(frozen=True, slots=True)
class Judge:
    """`limit` is the gate's, of an event's bytes."""

    company: Company
    now: datetime
    limit: int

    def judge(self, index: int, value: bytes, headers: Sequence[tuple[str, bytes]]) -> Taken | RefusedEvent:
        """The event, or everything that is wrong with it."""
        read = read_event(value, headers, {self.company.id: self.company}, recorded_at=self.now, limit=self.limit)
        if isinstance(read, Poison) and read.reason is PoisonReason.OVERSIZE:
            return _too_large(index, read.message)
        if isinstance(read, Poison) or read.faults:
            refusal = refusal_of(read, value, headers, limit=self.limit) or EventRefusal(())
            return self._refused(index, read, refusal)
        size = len(encode_request(to_request(read, self.company, Trigger.SYNC_NOW, asked_at=self.now)))
        if size > LARGEST_REQUEST:
            return _too_large(index, f"its request would have {size} bytes, more than {LARGEST_REQUEST}", read)
        return Taken(index, read, FedEvent(outcome_key(read.company_id, read.shipment_id), value, tuple(headers)))

    def _refused(self, index: int, read: StatusChange | Poison, refusal: EventRefusal) -> RefusedEvent:
        faults = refusal.faults
        differs = refusal.company_id not in {"", self.company.id}
        if differs:
            # The reader knows this company alone here; the caller is to hear the same of any other.
            known = [each for each in faults if each.code != PoisonReason.UNKNOWN_COMPANY]
            faults = (_company_differs(refusal.company_id, self.company.id), *known)
        return RefusedEvent(
            index,
            422,
            HttpCode.COMPANY_DIFFERS if differs and len(faults) == 1 else HttpCode.EVENT_INVALID,
            " ".join(each.message for each in faults),
            _HINT,
            event_id=read.event_id if isinstance(read, StatusChange) else None,
            shipment=refusal.shipment_id or None,
            faults=faults,
        )


_HINT: Final = (
    "Whoever sends the shipments: correct what `faults` names and send the event again; docs/integrators.md says what "
    "each field takes."
)


def _company_differs(company_id: str, wanted: str) -> EventFault:
    return EventFault(
        HttpCode.COMPANY_DIFFERS,
        "company_id",
        f"The event is of company {company_id!r}, and the address is of {wanted!r}.",
        "Whoever sends the shipments: send each company's events to its own address.",
    )


def _too_large(index: int, what: str, event: StatusChange | None = None) -> RefusedEvent:
    fault = EventFault(HttpCode.EVENT_TOO_LARGE, "", f"The event is too large: {what}.", _LARGER)
    return RefusedEvent(
        index,
        413,
        HttpCode.EVENT_TOO_LARGE,
        fault.message,
        fault.hint,
        event_id=None if event is None else event.event_id,
        shipment=None if event is None else event.shipment_id,
        faults=(fault,),
    )
