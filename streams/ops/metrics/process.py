"""The metrics of the ledger, the API and the process."""

from streams.ops.labels import (
    BackgroundTask,
    Invariant,
    LedgerFailure,
    LedgerStep,
    Part,
    ProfileReload,
    StoreMemoryUse,
)
from streams.ops.metrics.declaration import Label, counter, gauge, histogram

TRANSACTION_BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5, 10)
RESTORE_BUCKETS = (0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300)
API_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

_ROUTE = Label("route", "the path's template; `other` where none matched")

TRANSACTIONS = histogram(
    "ledger_transaction_seconds",
    "Duration of the committed ledger transactions.",
    "seconds",
    Label.closed("step", "what it is mostly about", LedgerStep),
    buckets=TRANSACTION_BUCKETS,
)
TRANSACTION_FAILURES = counter(
    "ledger_transaction_failures",
    "Ledger transactions that failed or are in doubt.",
    "transactions",
    Label.closed("reason", "why", LedgerFailure),
)
RESTORES = histogram(
    "restore_seconds",
    "Time until a part was ready from what was stored.",
    "seconds",
    Label.closed("part", "the part", Part),
    buckets=RESTORE_BUCKETS,
)
STORE_MEMORY = gauge(
    "store_memory_bytes",
    "Memory that the ledger's stores use, all partitions together.",
    "bytes",
    Label.closed("use", "what for", StoreMemoryUse),
)
VIOLATIONS = counter(
    "invariant_violations",
    "Broken invariants; must stay 0.",
    "violations",
    Label.closed("invariant", "which; docs/operators.md explains each", Invariant),
)
API_REQUESTS = counter(
    "api_requests", "HTTP requests that were answered.", "requests", _ROUTE, Label("status", "HTTP status")
)
API_SECONDS = histogram("api_request_seconds", "Duration of the HTTP requests.", "seconds", _ROUTE, buckets=API_BUCKETS)
LOOP_LAG = gauge("event_loop_lag_seconds", "How late the event loop ran its last timer.", "seconds")
RESTARTS = counter(
    "task_restarts",
    "Background tasks that ended unasked and began anew.",
    "restarts",
    Label.closed("task", "which", BackgroundTask),
)
BUILD = gauge(
    "build_info",
    "The version that runs, and its role; always 1.",
    "none",
    Label("version", "version of the worker"),
    Label("role", "`all`, `stream` or `dispatch`"),
)
COMPANY_PAUSED = gauge(
    "company_paused",
    "1 where the company is paused, as far as this worker has heard; 0 where it is not.",
    "companies",
    Label("company", "id of the company; those beyond 200 in the profile count together as `other`"),
)
PROFILE_RELOADS = counter(
    "profile_reloads",
    "How often the profile was read again, by what came of it.",
    "reloads",
    Label.closed("result", "what came of it", ProfileReload),
)
PROFILE_LOADED = gauge(
    "profile_loaded_timestamp_seconds", "Since when the profile that runs counts, Unix time.", "seconds"
)
PROFILE = gauge(
    "profile_info",
    "The profile that runs; always 1. Workers with one digest have the same.",
    "none",
    Label("digest", "the beginning of a SHA-256 of what the profile says, comments and spelling left aside"),
)

PROCESS = (
    TRANSACTIONS,
    TRANSACTION_FAILURES,
    RESTORES,
    STORE_MEMORY,
    VIOLATIONS,
    API_REQUESTS,
    API_SECONDS,
    LOOP_LAG,
    RESTARTS,
    BUILD,
    COMPANY_PAUSED,
    PROFILE_RELOADS,
    PROFILE_LOADED,
    PROFILE,
)
