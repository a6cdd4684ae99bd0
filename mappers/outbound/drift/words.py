"""What differs between the ledger and Xero, in words, and who does what about it: cards of the Attention page."""

from collections.abc import Mapping
from typing import Any, Final

from mappers.model import Cause, DriftKind, Place, Remedy, Status
from mappers.outbound.error_entry import ACCOUNTING

_PREFIX: Final = "drift_"
_SYNC: Final = "press Sync Now where Xero is to have what the shipment says"
_HOW: Final[Mapping[str, str]] = {
    DriftKind.MISSING: f"Xero does not know the document any more. Look for it by its number, and {_SYNC}.",
    DriftKind.DELETED: f"Somebody deleted the document. Ask whether that was meant; if not, {_SYNC}.",
    DriftKind.VOIDED: f"Somebody voided the document. Ask whether that was meant; if not, {_SYNC}.",
    DriftKind.AMOUNT: f"Compare the document with the shipment, and correct it in Xero, or {_SYNC}.",
    DriftKind.CURRENCY: f"Compare the document with the shipment, and correct it in Xero, or {_SYNC}.",
    DriftKind.NUMBER: f"Somebody gave the document another number. Give it its own again, or {_SYNC}.",
    DriftKind.REFERENCE_TWICE: "Look at both documents in Xero, and void the one that is not meant.",
}
_MESSAGES: Final[Mapping[str, str]] = {
    DriftKind.MISSING: "Xero does not know {number}.",
    DriftKind.DELETED: "{number} is deleted in Xero, and nobody told.",
    DriftKind.VOIDED: "{number} is voided in Xero, and nobody told.",
    DriftKind.AMOUNT: "{number} has {xero} {currency} in Xero where {ledger} is known.",
    DriftKind.CURRENCY: "{number} is in {xero} in Xero where {ledger} is known.",
    DriftKind.NUMBER: "{ledger} is called {xero} in Xero.",
    DriftKind.REFERENCE_TWICE: "{ledger} and {xero} have the same customer, reference and total.",
}
_UNKNOWN: Final = "{number} differs in Xero ({kind})."
DRIFT_CODES: Final = frozenset(_PREFIX + each.value for each in DriftKind)


def drift_cause(kind: str) -> Cause:
    """The cause under which shipments stand whose document differs so."""
    return Cause(Status.PROCESSED.value, _PREFIX + kind)


def drift_message(difference: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    """One sentence. Another version may have written a kind that this one does not know."""
    said = {"ledger": "", "xero": "", **difference, "number": document["number"], "currency": document["currency"]}
    return _MESSAGES.get(difference["kind"], _UNKNOWN).format(**said)


def drift_remedy(code: str) -> Remedy | None:
    """Who removes the cause, where and how; None where the code is of something else."""
    if not code.startswith(_PREFIX):
        return None
    how = _HOW.get(code.removeprefix(_PREFIX), "Compare the document in Xero with the shipment.")
    return Remedy(ACCOUNTING, (Place.XERO,), how)
