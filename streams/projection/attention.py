"""What needs a human: the causes for which shipments are REJECTED or WAITING, so that one fix is seen as one."""

import re
from collections.abc import Mapping
from typing import Any, Final

from mappers.model import Affected, Cause, Code, ShipmentLog, Status

# Master data: every shipment with the same value has the same cause, wherever in the shipment the value stands.
_BY_VALUE: Final = frozenset(
    {
        Code.CUSTOMER_NOT_FOUND,
        Code.CUSTOMER_ARCHIVED,
        Code.CUSTOMER_AMBIGUOUS,
        Code.PRODUCT_NOT_FOUND,
        Code.PRODUCT_NOT_SOLD,
        Code.CURRENCY_NOT_ENABLED,
        Code.ACCOUNT_INVALID,
        Code.TAX_TYPE_INVALID,
        Code.TRACKING_INVALID,
        Code.BRANDING_THEME_INVALID,
    }
)
_INDEX = re.compile(r"\[\d+\]|\.\d+\b")


def causes_of(shipment_id: str, log: ShipmentLog) -> dict[Cause, Affected]:
    """The causes for which the shipment stands still, each once; none where it does not."""
    latest = log.latest
    if latest is None or latest.status not in {Status.REJECTED, Status.WAITING}:
        return {}
    outcome = latest.outcome
    if latest.status is Status.WAITING and outcome["waiting"] is not None:
        return dict([_wait(shipment_id, outcome)])
    causes: dict[Cause, Affected] = {}
    for problem in outcome["errors"]:
        causes.setdefault(*_problem(shipment_id, outcome, problem))
    return causes


def _problem(shipment_id: str, outcome: Mapping[str, Any], problem: Mapping[str, Any]) -> tuple[Cause, Affected]:
    code, value = str(problem["code"]), problem["value"]
    if code in _BY_VALUE:
        cause = Cause(str(outcome["status"]), code, value=value or "")
    else:
        cause = Cause(str(outcome["status"]), code, field=_INDEX.sub("[]", problem["field"] or ""))
    return cause, Affected(shipment_id, outcome["occurred_at"], problem["message"], problem["hint"], value)


def _wait(shipment_id: str, outcome: Mapping[str, Any]) -> tuple[Cause, Affected]:
    waiting = outcome["waiting"]
    what = ", ".join(waiting["for"])
    notes = outcome["errors"] or outcome["warnings"]
    message = notes[0]["message"] if notes else f"waits: {waiting['reason']}"
    hint = notes[0]["hint"] if notes else ""
    cause = Cause(str(outcome["status"]), waiting["reason"], value=what)
    return cause, Affected(shipment_id, outcome["occurred_at"], message, hint, what or None, waiting["resume_at"])
