"""Every metric of the worker, declared once, with its help text and its closed label sets.

Callers use the methods. Label values are members of an enum, or become `other` where they come from outside; an
organisation beyond the first 50 becomes `other` too, so the number of series is bounded whatever comes in (Prometheus,
"Instrumentation": do not overuse labels).
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from mappers.inbound import PoisonReason
from mappers.model import Outcome, Status
from streams.ops import labels
from streams.ops.labels import (
    BackgroundTask,
    EventResult,
    Invariant,
    LaneState,
    LedgerFailure,
    LedgerStep,
    Part,
    PreventedBy,
    RequestResult,
    Resolution,
    within,
)

# From the 50 ms that an idle worker promises to the day that a used-up quota can cost.
END_TO_END_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3600, 21600, 86400)
CALL_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30)
TRANSACTION_BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5, 10)
RESTORE_BUCKETS = (0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300)
BATCH_BUCKETS = (1, 2, 5, 10, 20, 30, 40, 50)
MOST_ORGANISATIONS = 50


class Metrics:
    """The registry's inventory. Seconds are floats, counts are integers, timestamps are Unix seconds."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self._organisations: set[str] = set()
        self._declare_flow()
        self._declare_xero()
        self._declare_ledger()
        self._declare_process()
        self._start_at_zero()

    # -- from event to outcome -----------------------------------------------------------------------------------

    def event(self, result: EventResult) -> None:
        """Count one status change under exactly one result (invariant 2)."""
        self._events.labels(result).inc()

    def event_without_key(self) -> None:
        """Count a status change whose record has no key: processed, but not ordered with its neighbours."""
        self._keyless.inc()

    def dead_letter(self, reason: PoisonReason) -> None:
        """Count one record put on the dead-letter topic."""
        self._dead_letters.labels(reason).inc()

    def request(self, result: RequestResult) -> None:
        """Count one request at the dispatcher's intake."""
        self._requests.labels(result).inc()

    def outcome(self, outcome: Outcome) -> None:
        """Count one published outcome by status and reason."""
        self._outcomes.labels(outcome.status.value, labels.outcome_reason(outcome)).inc()

    def end_to_end(self, seconds: float) -> None:
        """Record the time from an event's `occurred_at` to its terminal outcome."""
        self._end_to_end.observe(max(0.0, seconds))

    def lane(self, organisation: str, state: LaneState, depth: int) -> None:
        """Set how many requests of the organisation are pending, sending or waiting."""
        self._lanes.labels(self._organisation(organisation), state).set(depth)

    def oldest_waiting(self, seconds: float) -> None:
        """Set the age of the oldest request without a terminal outcome; 0 where there is none."""
        self._oldest.set(max(0.0, seconds))

    def lag(self, group: str, topic: str, partition: int, records: int) -> None:
        """Set how many records of the partition the group has not consumed yet."""
        self._lag.labels(group, topic, str(partition)).set(max(0, records))

    def partitions_owned(self, part: Part, count: int) -> None:
        """Set how many partitions a part reads at present."""
        self._partitions.labels(part).set(count)

    # -- Xero ----------------------------------------------------------------------------------------------------

    def observe(self, operation: str, result: str, seconds: float) -> None:
        """Count one HTTP call to Xero and record how long it took."""
        name = within(operation, labels.OPERATIONS)
        self._calls.labels(name, within(result, labels.CALL_RESULTS)).inc()
        self._call_seconds.labels(name).observe(seconds)

    def batch(self, size: int) -> None:
        """Record how many documents one write call carried (1 to 50)."""
        self._batch.observe(size)

    def quota_remaining(self, organisation: str, window: str, calls: int) -> None:
        """Set the calls that Xero's headers leave in the window (minute, day, app_minute)."""
        self._quota.labels(self._organisation(organisation), within(window, labels.WINDOWS)).set(calls)

    def throttled(self, limit: str, seconds: float) -> None:
        """Add the time for which a limit (minute, day, app_minute, concurrent) held a call back."""
        self._throttled.labels(within(limit, labels.WINDOWS)).inc(max(0.0, seconds))

    def resume_at(self, organisation: str, timestamp: float) -> None:
        """Set when calls to the organisation start again, in Unix seconds; 0 where nothing holds it."""
        self._resume.labels(self._organisation(organisation)).set(timestamp)

    def unknown_effect(self, resolution: Resolution) -> None:
        """Count a write of unknown effect by how it was resolved."""
        self._unknown.labels(resolution).inc()

    def duplicate_prevented(self, how: PreventedBy) -> None:
        """Count a second document that was not made, by the fence that prevented it."""
        self._prevented.labels(how).inc()

    def reference_call(self, kind: str, result: str) -> None:
        """Count one use of the reference cache (contacts, items, …) by what came of it."""
        name = within(kind, labels.REFERENCE_KINDS)
        self._references.labels(name, within(result, labels.REFERENCE_RESULTS)).inc()

    def reference_age(self, organisation: str, seconds: float) -> None:
        """Set the age of the organisation's reference data since its last refresh."""
        self._reference_age.labels(self._organisation(organisation)).set(seconds)

    # -- the ledger ----------------------------------------------------------------------------------------------

    def ledger_transaction(self, step: LedgerStep, seconds: float) -> None:
        """Record one committed Kafka transaction of the ledger."""
        self._transactions.labels(step).observe(seconds)

    def ledger_failure(self, reason: LedgerFailure) -> None:
        """Count a transaction that failed or is in doubt; its partition starts again from the topic."""
        self._transaction_failures.labels(reason).inc()

    def restored(self, part: Part, seconds: float) -> None:
        """Record how long a part took to be ready from what was stored."""
        self._restores.labels(part).observe(seconds)

    def invariant_violated(self, invariant: Invariant) -> None:
        """Count a broken invariant (architecture §2). Any count is a page."""
        self._violations.labels(invariant).inc()

    # -- the process ---------------------------------------------------------------------------------------------

    def loop_lag(self, seconds: float) -> None:
        """Set how late the event loop ran its last timer."""
        self._loop_lag.set(max(0.0, seconds))

    def restarted(self, task: BackgroundTask) -> None:
        """Count a background task that ended unasked and begins anew."""
        self._restarts.labels(task).inc()

    def build(self, *, version: str, role: str) -> None:
        """Say which version runs in which role."""
        self._build.labels(version, role).set(1)

    def _organisation(self, organisation: str) -> str:
        if organisation not in self._organisations:
            if len(self._organisations) >= MOST_ORGANISATIONS:
                return labels.OTHER
            self._organisations.add(organisation)
        return organisation

    def _declare_flow(self) -> None:
        self._events = self._counter("events", "Status changes consumed, by what became of them.", "result")
        self._keyless = self._counter("events_without_key", "Status changes whose record had no key.")
        self._dead_letters = self._counter("dead_letters", "Records put on the dead-letter topic.", "reason")
        self._requests = self._counter("requests", "Requests at the dispatcher's intake.", "result")
        self._outcomes = self._counter("outcomes", "Outcomes published, by status and reason.", "status", "reason")
        self._end_to_end = self._histogram(
            "end_to_end_seconds", "Time from an event's occurred_at to its terminal outcome.", END_TO_END_BUCKETS
        )
        self._lanes = self._gauge("lane_depth", "Requests without a terminal outcome.", "organisation", "state")
        self._oldest = self._gauge("oldest_waiting_seconds", "Age of the oldest request without a terminal outcome.")
        self._lag = self._gauge("consumer_lag_records", "Records not consumed yet.", "group", "topic", "partition")
        self._partitions = self._gauge("partitions_owned", "Partitions that a part reads.", "part")

    def _declare_xero(self) -> None:
        self._calls = self._counter("xero_calls", "HTTP calls to Xero.", "operation", "result")
        self._call_seconds = self._histogram(
            "xero_call_seconds", "Duration of the HTTP calls to Xero.", CALL_BUCKETS, "operation"
        )
        self._batch = self._histogram("batch_size", "Documents in one write call to Xero.", BATCH_BUCKETS)
        self._quota = self._gauge("quota_remaining", "Calls that Xero still allows.", "organisation", "window")
        self._throttled = self._counter("throttled_seconds", "Time for which a limit held calls back.", "limit")
        self._resume = self._gauge("resume_timestamp_seconds", "When calls start again; 0 if free.", "organisation")
        self._unknown = self._counter("unknown_effects", "Writes of unknown effect that were resolved.", "resolution")
        self._prevented = self._counter("duplicates_prevented", "Second documents that were not made.", "how")
        self._references = self._counter("reference_uses", "Uses of the reference cache.", "kind", "result")
        self._reference_age = self._gauge("reference_age_seconds", "Age of the reference data.", "organisation")

    def _declare_ledger(self) -> None:
        self._transactions = self._histogram(
            "ledger_transaction_seconds", "Committed ledger transactions.", TRANSACTION_BUCKETS, "step"
        )
        self._transaction_failures = self._counter(
            "ledger_transaction_failures", "Ledger transactions that failed or are in doubt.", "reason"
        )
        self._restores = self._histogram("restore_seconds", "Time until a part was ready.", RESTORE_BUCKETS, "part")
        self._violations = self._counter("invariant_violations", "Broken invariants; must stay 0.", "invariant")

    def _declare_process(self) -> None:
        self._loop_lag = self._gauge("event_loop_lag_seconds", "How late the event loop ran its last timer.")
        self._restarts = self._counter("task_restarts", "Background tasks that ended unasked and began anew.", "task")
        self._build = self._gauge("build_info", "The version that runs, and its role.", "version", "role")

    def _start_at_zero(self) -> None:
        """Show the counters that alerts read as 0 before the first event: no series and no trouble look alike."""
        for invariant in Invariant:
            self._violations.labels(invariant)
        for result in EventResult:
            self._events.labels(result)
        for reason in PoisonReason:
            self._dead_letters.labels(reason)
        for status in Status:
            self._outcomes.labels(status, "none")
        for failure in LedgerFailure:
            self._transaction_failures.labels(failure)
        for task in BackgroundTask:
            self._restarts.labels(task)

    def _counter(self, name: str, text: str, *names: str) -> Counter:
        return Counter(f"shipledger_{name}", text, names, registry=self.registry)

    def _gauge(self, name: str, text: str, *names: str) -> Gauge:
        return Gauge(f"shipledger_{name}", text, names, registry=self.registry)

    def _histogram(self, name: str, text: str, buckets: tuple[float, ...], *names: str) -> Histogram:
        return Histogram(f"shipledger_{name}", text, names, buckets=buckets, registry=self.registry)
