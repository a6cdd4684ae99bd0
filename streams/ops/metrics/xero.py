"""The metrics of what is said to Xero."""

from mappers.model import MasterList
from streams.ops.labels import OTHER, PreventedBy, Resolution, WebhookResult
from streams.ops.metrics.declaration import Label, counter, gauge, histogram
from streams.ops.metrics.flow import ORGANISATION
from xero_client.vocabulary import CallOperation, CallResult, QuotaWindow, ReferenceResult

CALL_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30)
BATCH_BUCKETS = (1, 2, 5, 10, 20, 30, 40, 50)

_OPERATION = Label.closed("operation", "what the call is for", CallOperation, OTHER)
_RESULT = Label.closed("result", "how the call ended", CallResult, OTHER)
_WINDOW = Label.closed("window", "Xero's limit", QuotaWindow, OTHER)
_CONNECTION = Label("connection", "name of the credentials")

CALLS = counter("xero_calls", "HTTP calls to Xero.", "calls", _OPERATION, _RESULT)
ORGANISATION_CALLS = counter(
    "organisation_xero_calls", "HTTP calls to Xero, by organisation.", "calls", ORGANISATION, _RESULT
)
CALL_SECONDS = histogram(
    "xero_call_seconds", "Duration of the HTTP calls to Xero.", "seconds", _OPERATION, buckets=CALL_BUCKETS
)
BATCH_SIZE = histogram("batch_size", "Documents in one write call to Xero.", "documents", buckets=BATCH_BUCKETS)
QUOTA_REMAINING = gauge("quota_remaining", "Calls that Xero still allows.", "calls", ORGANISATION, _WINDOW)
THROTTLED = counter(
    "throttled_seconds",
    "Time for which a limit held calls back.",
    "seconds",
    Label.closed("limit", "the limit", QuotaWindow, OTHER),
)
RESUME = gauge(
    "resume_timestamp_seconds",
    "When calls to the organisation start again, Unix time; 0 where nothing holds them back.",
    "seconds",
    ORGANISATION,
)
UNKNOWN_EFFECTS = counter(
    "unknown_effects",
    "Writes of unknown effect that were resolved.",
    "documents",
    Label.closed("resolution", "how", Resolution),
)
UNKNOWN_OPEN = gauge("unknown_effects_open", "Batches of unknown effect that are being resolved now.", "batches")
DUPLICATES_PREVENTED = counter(
    "duplicates_prevented",
    "Second documents that were not made.",
    "documents",
    Label.closed("how", "the fence that prevented it", PreventedBy),
)
REFERENCE_USES = counter(
    "reference_uses",
    "Uses of the reference cache.",
    "uses",
    Label.closed("kind", "list of master data", MasterList, OTHER),
    Label.closed("result", "what came of it", ReferenceResult, OTHER),
)
REFERENCE_AGE = gauge(
    "reference_age_seconds", "Age of the organisation's master data at its last use.", "seconds", ORGANISATION
)
TOKEN_EXPIRY = gauge(
    "token_expiry_timestamp_seconds",
    "When the connection's access token ends, Unix time; 0 where there is none.",
    "seconds",
    _CONNECTION,
)
CONSENT_EXPIRY = gauge(
    "consent_expiry_timestamp_seconds",
    "When the connection's consent ends unless it is used before, Unix time; 0 where there is none.",
    "seconds",
    _CONNECTION,
)
WEBHOOKS = counter(
    "xero_webhooks",
    "Calls of Xero's webhook.",
    "calls",
    Label.closed("result", "what became of the call", WebhookResult),
)
ORGANISATION_INFO = gauge(
    "organisation_info",
    "Joins an organisation's id to its name and its companies; always 1.",
    "none",
    ORGANISATION,
    Label("name", "its name in Xero; empty until it was read"),
    Label("companies", "ids of its companies in the profile, with commas between"),
)
COMPANY_INFO = gauge(
    "company_info",
    "Joins a company to its organisation; always 1.",
    "none",
    Label("company", "id of the company in the profile"),
    ORGANISATION,
)

XERO = (
    CALLS,
    ORGANISATION_CALLS,
    CALL_SECONDS,
    BATCH_SIZE,
    QUOTA_REMAINING,
    THROTTLED,
    RESUME,
    UNKNOWN_EFFECTS,
    UNKNOWN_OPEN,
    DUPLICATES_PREVENTED,
    REFERENCE_USES,
    REFERENCE_AGE,
    TOKEN_EXPIRY,
    CONSENT_EXPIRY,
    WEBHOOKS,
    ORGANISATION_INFO,
    COMPANY_INFO,
)
