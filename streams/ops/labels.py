"""The closed vocabularies of label values, so that no caller can grow a series.

What we count ourselves is an enum: a value that is not declared is an error of mypy. What comes from outside, such as
the waiting reasons of stored rows, is compared with a set, and a value outside it is shown as `other`.
"""

from collections.abc import Iterable
from enum import StrEnum

from mappers.model import Action, Code, MasterList, Outcome, WaitingReason
from mappers.outbound import DRIFT_CODES
from xero_client.vocabulary import CallOperation, CallResult, QuotaWindow, ReferenceResult

OTHER = "other"


class EventResult(StrEnum):
    """What became of a status change: exactly one of these."""

    IGNORED = "ignored"
    REQUESTED = "requested"
    DEAD_LETTERED = "dead_lettered"


class RequestResult(StrEnum):
    """What became of a request at the dispatcher's intake."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    STALE = "stale"
    DEAD_LETTERED = "dead_lettered"


class LaneState(StrEnum):
    """Where a request without a terminal outcome stands."""

    PENDING = "pending"
    SENDING = "sending"
    WAITING = "waiting"


class WaitedFor(StrEnum):
    """What a request waits for, or waited for, on purpose. The promised time leaves quota and people aside."""

    NOTHING = "nothing"
    QUOTA = "quota"
    XERO = "xero"
    PEOPLE = "people"

    @classmethod
    def of(cls, reason: str | None) -> "WaitedFor":
        """By the reason that a row or an outcome gives; what another version may have written waits for people."""
        return cls.NOTHING if not reason else _WAITED_FOR.get(reason, cls.PEOPLE)


_WAITED_FOR = {
    WaitingReason.OUT_OF_QUOTA.value: WaitedFor.QUOTA,
    WaitingReason.UNAVAILABLE.value: WaitedFor.XERO,
    WaitingReason.DISCONNECTED.value: WaitedFor.PEOPLE,
    WaitingReason.PAUSED.value: WaitedFor.PEOPLE,
}


class Resolution(StrEnum):
    """How a write of unknown effect was resolved."""

    FOUND = "found"
    ABSENT = "absent"
    RESENT = "resent"


class PreventedBy(StrEnum):
    """The fence that kept a second document from being made."""

    LEDGER = "ledger"
    CONTENT_HASH = "content_hash"
    LOOK_UP = "look_up"
    NUMBER_TAKEN = "number_taken"


class Part(StrEnum):
    """A part of the worker that reads partitions and restores what it keeps of them."""

    DISPATCH = "dispatch"
    PROJECTION = "projection"


class StoreMemoryUse(StrEnum):
    """What the ledger's stores use memory for."""

    CACHE = "cache"
    WRITE_BUFFERS = "write_buffers"


class BackgroundTask(StrEnum):
    """Work in the background that begins anew when it ends unasked."""

    PARTITION = "partition"
    LAG = "lag"
    CONSENTS = "consents"
    MASTER_DATA = "master_data"
    QUOTA = "quota"
    EXPIRIES = "expiries"
    NOTES = "notes"


class NoteChannel(StrEnum):
    """By which way people are told what is new."""

    WEBHOOK = "webhook"
    MAIL = "mail"


class NoteResult(StrEnum):
    """What became of an attempt to tell them."""

    DELIVERED = "delivered"
    FAILED = "failed"
    GIVEN_UP = "given_up"


class WebhookResult(StrEnum):
    """What became of a call of Xero's webhook."""

    PASSED_ON = "passed_on"
    NOTHING_TO_LOOK_AT = "nothing_to_look_at"
    REPEATED = "repeated"
    UNREADABLE = "unreadable"
    NOT_SIGNED = "not_signed"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    BUSY = "busy"
    NOT_PASSED_ON = "not_passed_on"


class ProfileReload(StrEnum):
    """What came of reading the profile again."""

    APPLIED = "applied"
    UNCHANGED = "unchanged"
    FAULTY = "faulty"
    NEEDS_RESTART = "needs_restart"


class LedgerStep(StrEnum):
    """What a ledger transaction is mostly about."""

    INTAKE = "intake"
    INTENT = "intent"
    ANSWER = "answer"
    RELEASE = "release"


class LedgerFailure(StrEnum):
    """Why a ledger transaction failed or is in doubt."""

    FENCED = "fenced"
    TIMED_OUT = "timed_out"
    BROKER = "broker"
    ERROR = "error"


class Invariant(StrEnum):
    """What must always hold (architecture §2); each is counted where the running code sees it broken.

    That one organisation's trouble does not delay another's is not among them: from inside, a lane that is held up
    cannot be told from one that waits for Xero. Lane depths and the age of the oldest request show it.
    """

    ONE_DOCUMENT = "one_document"
    ONE_OUTCOME = "one_outcome"
    DURABLE_BEFORE_ACK = "durable_before_ack"
    INTENT_BEFORE_WRITE = "intent_before_write"
    AGENT_BODY = "agent_body"
    REVISION_ORDER = "revision_order"
    OWN_ORGANISATION = "own_organisation"
    TO_THE_CENT = "to_the_cent"


OUTCOME_REASONS = frozenset({"none", *Code, *Action, *WaitingReason, *DRIFT_CODES})
OPERATIONS = frozenset(CallOperation)
CALL_RESULTS = frozenset(CallResult)
WINDOWS = frozenset(QuotaWindow)
REFERENCE_KINDS = frozenset(MasterList)
REFERENCE_RESULTS = frozenset(ReferenceResult)


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
