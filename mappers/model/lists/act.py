"""What people did: sent shipments, sent dead letters again, paused companies, changed documents in Xero."""

from dataclasses import dataclass
from enum import StrEnum


class ActKind(StrEnum):
    """What somebody did."""

    SENT = "sent"
    """Sync Now, or Send to Accounting."""
    SENT_AGAIN = "sent_again"
    """A dead letter."""
    PAUSED = "paused"
    RESUMED = "resumed"
    IN_XERO = "in_xero"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody did. `at` is RFC 3339 in UTC: when it was done, or, of what was sent, first answered.

    `by` is empty where nobody in particular is known, `shipment_id` where it is about none. `result`: of what was sent
    the newest status of its request, of a change in Xero its kind. `detail`: the document's number, why it waits or was
    rejected, or the reason in somebody's words.
    """

    at: str
    kind: str
    by: str
    company_id: str
    shipment_id: str = ""
    result: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ActFilter:
    """What a list is limited to; the default is everything. `by` is the whole name, in any case of letters."""

    by: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class ActPage:
    """Some of the acts, newest first; it may have fewer than asked for although there are more.

    `next` is where to go on, None at the end.
    """

    acts: tuple[Act, ...]
    next: str | None
