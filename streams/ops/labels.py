"""The closed sets of label values. A value outside its set is shown as `other`, so that no caller can grow a series."""

from collections.abc import Iterable

from mappers.inbound import PoisonReason
from mappers.model import Action, Code, Outcome, Status
from xero_client.vocabulary import CallOperation, CallResult, QuotaWindow, ReferenceKind, ReferenceResult

OTHER = "other"

EVENT_RESULTS = frozenset({"ignored", "requested", "dead_lettered"})
DEAD_LETTER_REASONS = frozenset(str(reason) for reason in PoisonReason)
REQUEST_RESULTS = frozenset({"accepted", "duplicate", "stale", "superseded", "unchanged", "dead_lettered"})
WAITING_REASONS = frozenset(
    {"out_of_quota", "disconnected", "unavailable", "locked_out", "reference_missing", "effect_unknown"}
)
STATUSES = frozenset(Status)
OUTCOME_REASONS = frozenset({"none", *Code, *Action, *WAITING_REASONS})
OPERATIONS = frozenset(CallOperation)
CALL_RESULTS = frozenset(CallResult)
LANE_STATES = frozenset({"pending", "sending", "waiting"})
WINDOWS = frozenset(QuotaWindow)
RESOLUTIONS = frozenset({"found", "absent", "resent", "parked"})
PREVENTED_BY = frozenset({"ledger", "content_hash", "look_up", "number_taken", "idempotency_key"})
PARTS = frozenset({"gate", "dispatch", "projection"})
LEDGER_STEPS = frozenset({"intake", "intent", "answer", "release"})
LEDGER_FAILURES = frozenset({"fenced", "timed_out", "broker", "error"})
REFERENCE_KINDS = frozenset(ReferenceKind)
REFERENCE_RESULTS = frozenset(ReferenceResult)
INVARIANTS = frozenset(
    {
        "one_document",
        "one_outcome",
        "durable_before_ack",
        "intent_before_write",
        "agent_body",
        "revision_order",
        "own_organisation",
        "to_the_cent",
        "isolation",
    }
)


def within(value: str, allowed: Iterable[str]) -> str:
    """`value` where it is one of `allowed`, else `other`."""
    return str(value) if value in allowed else OTHER


def outcome_reason(outcome: Outcome) -> str:
    """Why the outcome is what it is: the action taken, what it waits for, its first error, or why it was skipped."""
    if outcome.waiting is not None:
        return within(outcome.waiting.reason, OUTCOME_REASONS)
    if outcome.errors:
        return within(outcome.errors[0].code, OUTCOME_REASONS)
    if outcome.action is not None:
        return outcome.action.value
    return within(outcome.warnings[0].code, OUTCOME_REASONS) if outcome.warnings else "none"
