"""Counts what the ledger and the process do."""

from collections.abc import Callable

from streams.ops.labels import (
    OTHER,
    BackgroundTask,
    Invariant,
    LedgerFailure,
    LedgerStep,
    Part,
    ProfileReload,
    StoreMemoryUse,
)
from streams.ops.metrics import process
from streams.ops.metrics.api_requests import ApiRequests
from streams.ops.metrics.collectors import Collectors

MOST_COMPANIES = 200


class ProcessMetrics:
    """Part of `Metrics`."""

    def __init__(self, collectors: Collectors) -> None:
        self.api_requests = ApiRequests(collectors)
        self._transactions = collectors.histogram(process.TRANSACTIONS)
        self._transaction_failures = collectors.counter(process.TRANSACTION_FAILURES)
        self._restores = collectors.histogram(process.RESTORES)
        self._store_memory = collectors.gauge(process.STORE_MEMORY)
        self._violations = collectors.counter(process.VIOLATIONS)
        self._loop_lag = collectors.gauge(process.LOOP_LAG)
        self._restarts = collectors.counter(process.RESTARTS)
        self._build = collectors.gauge(process.BUILD)
        self._paused = collectors.gauge(process.COMPANY_PAUSED)
        self._reloads = collectors.counter(process.PROFILE_RELOADS)
        self._profile_loaded = collectors.gauge(process.PROFILE_LOADED)
        self._profile = collectors.gauge(process.PROFILE)
        self._company_ids: tuple[str, ...] = ()

    def ledger_transaction(self, step: LedgerStep, seconds: float) -> None:
        """Record one committed Kafka transaction of the ledger."""
        self._transactions.labels(step).observe(seconds)

    def ledger_failure(self, reason: LedgerFailure) -> None:
        """Count a transaction that failed or is in doubt; its partition starts again from the topic."""
        self._transaction_failures.labels(reason).inc()

    def restored(self, part: Part, seconds: float) -> None:
        """Record how long a part took to be ready from what was stored."""
        self._restores.labels(part).observe(seconds)

    def store_memory(self, use: StoreMemoryUse, size: int) -> None:
        """Set the bytes of memory that the ledger's stores use for something."""
        self._store_memory.labels(use).set(size)

    def invariant_violated(self, invariant: Invariant) -> None:
        """Count a broken invariant (architecture §2). Any count is a page."""
        self._violations.labels(invariant).inc()

    def loop_lag(self, seconds: float) -> None:
        """Set how late the event loop ran its last timer."""
        self._loop_lag.set(max(0.0, seconds))

    def restarted(self, task: BackgroundTask) -> None:
        """Count a background task that ended unasked and begins anew."""
        self._restarts.labels(task).inc()

    def build(self, *, version: str, role: str) -> None:
        """Say which version runs in which role."""
        self._build.labels(version, role).set(1)

    def companies_paused(self, is_paused: Callable[[str], bool]) -> None:
        """Set which companies of the profile are paused."""
        for company_id in self._company_ids[:MOST_COMPANIES]:
            self._paused.labels(company_id).set(is_paused(company_id))
        if rest := self._company_ids[MOST_COMPANIES:]:
            self._paused.labels(OTHER).set(sum(map(is_paused, rest)))

    def profile_read(self, result: ProfileReload) -> None:
        """Count what came of reading the profile again."""
        self._reloads.labels(result).inc()

    def profile_runs(self, digest: str, since: float) -> None:
        """Say which profile runs, and since when, in Unix seconds."""
        self._profile.clear()
        self._profile.labels(digest).set(1)
        self._profile_loaded.set(since)

    def _expect_companies(self, company_ids: tuple[str, ...]) -> None:
        """Show the companies of the profile as not paused, and no others."""
        self._company_ids = company_ids
        self._paused.clear()
        self.companies_paused(lambda _company_id: False)
