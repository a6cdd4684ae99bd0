"""The log's vocabulary as people read it. What a newer version may have written is shown as it is."""

from collections.abc import Mapping
from typing import Final

from mappers.model import Status, WaitingReason

_STATUSES: Final[Mapping[str | None, str]] = {
    Status.PROCESSED.value: "Processed",
    Status.REJECTED.value: "Rejected",
    Status.WAITING.value: "Waiting",
    Status.SKIPPED.value: "Skipped",
    None: "Not sent",
}
_TRIGGERS: Final[Mapping[str, str]] = {
    "status": "Status change",
    "sync_now": "Sync Now",
    "released": "By itself, after a correction in Xero",
}
_WAITS: Final[Mapping[str, str]] = {
    WaitingReason.OUT_OF_QUOTA.value: "Xero's limit of calls is used up",
    WaitingReason.UNAVAILABLE.value: "Xero does not answer",
    WaitingReason.DISCONNECTED.value: "Xero has to be connected again",
    WaitingReason.PAUSED.value: "an operator has paused it",
}
_CHANGES: Final[Mapping[str, str]] = {
    "edited": "Edited in Xero",
    "sent": "Sent to the customer",
    "status_changed": "Status changed in Xero",
    "part_paid": "Part paid",
    "paid": "Paid",
    "unpaid": "Payment taken back",
    "voided": "Voided",
    "deleted": "Deleted",
}


_DOCUMENT_STATUSES: Final[Mapping[str, str]] = {
    "DRAFT": "Draft",
    "SUBMITTED": "Awaiting approval",
    "AUTHORISED": "Approved",
    "PAID": "Paid",
    "VOIDED": "Voided",
    "DELETED": "Deleted",
    "SENT": "Sent",
    "ACCEPTED": "Accepted",
    "DECLINED": "Declined",
    "INVOICED": "Invoiced",
}


def status_in_words(status: str | None) -> str:
    """The Sync Status; None is that of a shipment of which nothing was sent."""
    return _STATUSES.get(status, str(status))


def trigger_in_words(trigger: str) -> str:
    """Why a request was made."""
    return _TRIGGERS.get(trigger, trigger)


def document_status_in_words(status: str) -> str:
    """The state of a document in Xero, as Xero's own pages say it or near it."""
    return _DOCUMENT_STATUSES.get(status, status)


def wait_in_words(reason: str | None) -> str:
    """What a request waits for, to go on within a sentence; empty where it does not wait."""
    return "" if reason is None else _WAITS.get(reason, reason)


def change_in_words(kind: str) -> str:
    """What somebody did to the document in Xero."""
    return _CHANGES.get(kind, kind)
