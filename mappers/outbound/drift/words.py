"""What differs between the ledger and Xero, in words, and who does what about it: cards of the Attention page."""

from collections.abc import Mapping
from typing import Any, Final

from mappers.model import Cause, DriftKind, Place, Remedy, Status
from mappers.outbound.error_entry import ACCOUNTING
from mappers.outbound.wording import amount_in_words

_PREFIX: Final = "drift_"
_SYNC: Final = "press Sync Now if Xero is to have what the shipment says"
_HOW: Final[Mapping[str, str]] = {
    DriftKind.MISSING: f"Look for the document in Xero by its number, and {_SYNC}.",
    DriftKind.DELETED: f"Ask whether that was meant; if not, {_SYNC}.",
    DriftKind.VOIDED: f"Ask whether that was meant; if not, {_SYNC}.",
    DriftKind.AMOUNT: f"Compare the document with the shipment, and correct it in Xero, or {_SYNC}.",
    DriftKind.CURRENCY: f"Compare the document with the shipment, and correct it in Xero, or {_SYNC}.",
    DriftKind.NUMBER: f"Give the document its number back, or {_SYNC}.",
    DriftKind.REFERENCE_TWICE: "Look at both documents in Xero, and void the one that should not be there.",
}
_MESSAGES: Final[Mapping[str, str]] = {
    DriftKind.MISSING: "Xero does not know {number} any more.",
    DriftKind.DELETED: "{number} was deleted in Xero, unnoticed until now.",
    DriftKind.VOIDED: "{number} was voided in Xero, unnoticed until now.",
    DriftKind.AMOUNT: "{number} comes to {xero} {currency} in Xero; Shipledger sent {ledger} {currency}.",
    DriftKind.CURRENCY: "{number} is in {xero} in Xero; Shipledger sent {ledger}.",
    DriftKind.NUMBER: "{ledger} has the number {xero} in Xero now.",
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
    if difference["kind"] == DriftKind.AMOUNT:
        said |= {name: amount_in_words(said[name], said["currency"]) for name in ("ledger", "xero")}
    return _MESSAGES.get(difference["kind"], _UNKNOWN).format(**said)


def drift_remedy(code: str) -> Remedy | None:
    """Who removes the cause, where and how; None where the code is of something else."""
    if not code.startswith(_PREFIX):
        return None
    how = _HOW.get(code.removeprefix(_PREFIX), "Compare the document in Xero with the shipment.")
    return Remedy(ACCOUNTING, (Place.XERO,), how)
