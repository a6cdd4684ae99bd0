"""What needs a human: the causes for which shipments are REJECTED or WAITING, so that one fix is seen as one."""

import re
from collections.abc import Mapping
from typing import Any, Final

from mappers.model import Affected, Cause, Code, ShipmentLog, Status
from mappers.outbound import drift_cause, drift_message, wait_in_words
from streams.projection.causes.files import files_of

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
_STANDING_STILL: Final = frozenset({Status.REJECTED.value, Status.WAITING.value})
_INDEX = re.compile(r"\[\d+\]|\.\d+\b")


def causes_of(shipment_id: str, log: ShipmentLog) -> dict[Cause, Affected]:
    """The causes for which the shipment needs a person or waits, each once; none where it does not."""
    return _of_outcome(shipment_id, log) | drifts_of(shipment_id, log) | files_of(shipment_id, log)


def drifts_of(shipment_id: str, log: ShipmentLog) -> dict[Cause, Affected]:
    """In what the shipment's document differs in Xero; a log without an outcome stands nowhere."""
    if log.drift is None or log.latest is None:
        return {}
    event = log.drift.event
    number = event["document"]["number"]
    return {
        drift_cause(each["kind"]): Affected(
            shipment_id, event["occurred_at"], drift_message(each, event["document"]), value=number
        )
        for each in event["differences"]
    }


def _of_outcome(shipment_id: str, log: ShipmentLog) -> dict[Cause, Affected]:
    latest = log.latest
    if latest is None or latest.outcome["status"] not in _STANDING_STILL:
        return {}
    outcome = latest.outcome
    if _is_wait(outcome):
        return {_wait(outcome): _waiting(shipment_id, outcome)}
    causes: dict[Cause, Affected] = {}
    for problem in outcome["errors"]:
        value, words = problem["value"], (problem["message"], problem["hint"])
        causes.setdefault(_cause(outcome, problem), Affected(shipment_id, outcome["occurred_at"], *words, value))
    return causes


def causes_in(outcome: Mapping[str, Any]) -> tuple[Cause, ...]:
    """The causes alone, each once; none where the outcome is not one that stands still."""
    if outcome["status"] not in _STANDING_STILL:
        return ()
    if _is_wait(outcome):
        return (_wait(outcome),)
    return tuple(dict.fromkeys(_cause(outcome, problem) for problem in outcome["errors"]))


def _is_wait(outcome: Mapping[str, Any]) -> bool:
    return outcome["status"] == Status.WAITING and outcome["waiting"] is not None


def _cause(outcome: Mapping[str, Any], problem: Mapping[str, Any]) -> Cause:
    code = str(problem["code"])
    if code in _BY_VALUE:
        return Cause(str(outcome["status"]), code, value=problem["value"] or "")
    return Cause(str(outcome["status"]), code, field=_INDEX.sub("[]", problem["field"] or ""))


def _wait(outcome: Mapping[str, Any]) -> Cause:
    waiting = outcome["waiting"]
    return Cause(str(outcome["status"]), waiting["reason"], value=", ".join(waiting["for"]))


def _waiting(shipment_id: str, outcome: Mapping[str, Any]) -> Affected:
    waiting, notes = outcome["waiting"], outcome["errors"] or outcome["warnings"]
    message = notes[0]["message"] if notes else f"{_sentence(wait_in_words(waiting['reason']))}."
    hint = notes[0]["hint"] if notes else ""
    what = ", ".join(waiting["for"])
    return Affected(shipment_id, outcome["occurred_at"], message, hint, what or None, waiting["resume_at"])


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
