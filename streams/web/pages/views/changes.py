"""What somebody did in Xero to a shipment's document, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mappers.model import LoggedChange
from streams.web.pages.words import amount

_WORDS: Final[Mapping[str, str]] = {
    "edited": "Edited in Xero",
    "sent": "Sent to the customer",
    "status_changed": "Status changed in Xero",
    "part_paid": "Part paid",
    "paid": "Paid",
    "unpaid": "Payment taken back",
    "voided": "Voided",
    "deleted": "Deleted",
}
_AMOUNTS: Final = (
    ("amount_paid", "paid"), ("amount_credited", "credited"), ("total", "total"), ("total_tax", "tax"),
)  # fmt: skip


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
        changed=change_word(change["change"]),
        document=change["document"],
        differences=list(_differences(change["before"], change["after"], change["document"]["currency"])),
        event=change,
    )


def change_word(kind: str) -> str:
    """What was done; a kind that this version does not know is shown as it is."""
    return _WORDS.get(kind, kind)


def payment_words(payment: str | None, status: str) -> str:
    """What a list shows beside the document: whether it is paid, or gone; empty where there is nothing to say."""
    gone = {"VOIDED": "Voided", "DELETED": "Deleted"}
    return gone.get(status) or {"paid": "Paid", "part_paid": "Part paid"}.get(payment or "", "")


def _differences(before: Mapping[str, Any], after: Mapping[str, Any], currency: str) -> Iterator[str]:
    if before["xero_status"] != after["xero_status"]:
        yield f"{before['xero_status']} → {after['xero_status']}"
    if before["number"] != after["number"]:
        yield f"number {before['number']} → {after['number']}"
    for name, word in _AMOUNTS:
        was, now = before.get(name), after.get(name)
        if now is not None and was != now and (was is not None or now.strip("0.")):
            shown = "" if was is None else f"{amount(was)} → "
            yield f"{word} {shown}{amount(now)} {currency}"
