"""What somebody did in Xero to a shipment's document, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mappers.model import LoggedChange
from mappers.outbound import change_in_words, differences_in_words


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A line of the log that is no outcome. `differences` say what was and what is."""

    at: str
    changed: str
    document: Mapping[str, Any]
    differences: list[str]
    event: Mapping[str, Any]


def change_line(logged: LoggedChange) -> ChangeLine:
    """The line."""
    change = logged.change
    return ChangeLine(
        at=change.get("updated_at") or change["occurred_at"],
        changed=change_in_words(change["change"]),
        document=change["document"],
        differences=list(differences_in_words(change["before"], change["after"], change["document"]["currency"])),
        event=change,
    )


def payment_words(payment: str | None, status: str) -> str:
    """What a list shows beside the document: whether it is paid, or gone; empty where there is nothing to say."""
    gone = {"VOIDED": "Voided", "DELETED": "Deleted"}
    return gone.get(status) or {"paid": "Paid", "part_paid": "Part paid"}.get(payment or "", "")
