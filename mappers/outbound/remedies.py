"""Who removes a cause, where, and how: what the catalogue says of an error's code, and of why a request waits."""

from typing import Final

from mappers.model import Code, Place, Remedy, Status, WaitingReason
from mappers.outbound.drift import drift_remedy
from mappers.outbound.error_catalogue import ENTRIES
from mappers.outbound.error_entry import ACCOUNTING, NOBODY, OPERATIONS, PROFILE, SHIPPING, SUPPORT

_PLACES: Final = {
    SHIPPING: Place.SHIPPING,
    ACCOUNTING: Place.XERO,
    PROFILE: Place.PROFILE,
    SUPPORT: Place.SUPPORT,
    OPERATIONS: Place.CONNECTION,
    NOBODY: Place.NOTHING,
}

_WAITS: Final = {
    WaitingReason.OUT_OF_QUOTA.value: Remedy(
        NOBODY, (Place.NOTHING,), "The shipments go on by themselves as soon as Xero takes calls again."
    ),
    WaitingReason.UNAVAILABLE.value: Remedy(
        NOBODY, (Place.NOTHING,), "Xero is asked again until it answers; then the shipments go on by themselves."
    ),
    WaitingReason.DISCONNECTED.value: Remedy(
        OPERATIONS, (Place.CONNECTION,), "Connect the organisation to Xero again; then the shipments go on."
    ),
    WaitingReason.PAUSED.value: Remedy(
        OPERATIONS, (Place.NOTHING,), "The shipments go on when an operator resumes the company, on Connections."
    ),
}
_UNKNOWN_WAIT: Final = Remedy(OPERATIONS, (Place.SUPPORT,), "Ask operations what the shipments wait for.")
_UNKNOWN_CODE: Final = Remedy(SUPPORT, (Place.SUPPORT,), "Send support the code and the request id.")


def remedy_for(status: str, code: str) -> Remedy:
    """The remedy of a cause. Another version may have written a code or a reason that this one does not know."""
    if status == Status.WAITING and code in _WAITS:
        return _WAITS[code]
    if code in set(Code):
        entry = ENTRIES[Code(code)]
        return Remedy(entry.who, tuple(place for who, place in _PLACES.items() if who in entry.who), entry.how)
    drift = drift_remedy(code)
    if drift is not None:
        return drift
    return _UNKNOWN_WAIT if status == Status.WAITING else _UNKNOWN_CODE
