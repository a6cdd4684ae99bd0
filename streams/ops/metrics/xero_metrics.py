"""Counts what is said to Xero."""

from mappers.model import Company
from streams.ops import labels
from streams.ops.labels import PreventedBy, Resolution, WebhookResult, within
from streams.ops.metrics import xero
from streams.ops.metrics.collectors import Collectors
from streams.ops.metrics.organisations import OrganisationGauge, ShownOrganisations

MOST_COMPANIES = 200


class XeroMetrics:
    """Part of `Metrics`."""

    def __init__(self, collectors: Collectors, shown: ShownOrganisations) -> None:
        self._shown = shown
        self._calls = collectors.counter(xero.CALLS)
        self._organisation_calls = collectors.counter(xero.ORGANISATION_CALLS)
        self._call_seconds = collectors.histogram(xero.CALL_SECONDS)
        self._batch = collectors.histogram(xero.BATCH_SIZE)
        self._quota = OrganisationGauge(collectors.gauge(xero.QUOTA_REMAINING), shown, min)
        self._throttled = collectors.counter(xero.THROTTLED)
        self._resume = OrganisationGauge(collectors.gauge(xero.RESUME), shown, max)
        self._unknown = collectors.counter(xero.UNKNOWN_EFFECTS)
        self._unknown_open = collectors.gauge(xero.UNKNOWN_OPEN)
        self._prevented = collectors.counter(xero.DUPLICATES_PREVENTED)
        self._references = collectors.counter(xero.REFERENCE_USES)
        self._reference_age = OrganisationGauge(collectors.gauge(xero.REFERENCE_AGE), shown, max)
        self._token_expiry = collectors.gauge(xero.TOKEN_EXPIRY)
        self._consent_expiry = collectors.gauge(xero.CONSENT_EXPIRY)
        self._webhooks = collectors.counter(xero.WEBHOOKS)
        self._organisation_info = collectors.gauge(xero.ORGANISATION_INFO)
        self._company_info = collectors.gauge(xero.COMPANY_INFO)
        self._companies_of: dict[str, str] = {}
        self._name_of: dict[str, str] = {}

    def observe(self, operation: str, result: str, seconds: float, organisation: str = "") -> None:
        """Count one HTTP call to Xero and record how long it took; calls for tokens are for no organisation."""
        name, how = within(operation, labels.OPERATIONS), within(result, labels.CALL_RESULTS)
        self._calls.labels(name, how).inc()
        self._call_seconds.labels(name).observe(seconds)
        if organisation:
            self._organisation_calls.labels(self._shown.name(organisation), how).inc()

    def xero_webhook(self, result: WebhookResult) -> None:
        """Count one call of Xero's webhook."""
        self._webhooks.labels(result).inc()

    def batch(self, size: int) -> None:
        """Record how many documents one write call carried (1 to 50)."""
        self._batch.observe(size)

    def quota_remaining(self, organisation: str, window: str, calls: int) -> None:
        """Set the calls that Xero's headers leave in the window (minute, day, app_minute)."""
        self._quota.set(organisation, calls, within(window, labels.WINDOWS))

    def throttled(self, limit: str, seconds: float) -> None:
        """Add the time for which a limit (minute, day, app_minute, concurrent) held a call back."""
        self._throttled.labels(within(limit, labels.WINDOWS)).inc(max(0.0, seconds))

    def resume_at(self, organisation: str, timestamp: float) -> None:
        """Set when calls to the organisation start again, in Unix seconds; 0 where nothing holds it."""
        self._resume.set(organisation, timestamp)

    def unknown_effect(self, resolution: Resolution) -> None:
        """Count a write of unknown effect by how it was resolved."""
        self._unknown.labels(resolution).inc()

    def unknown_effect_open(self, change: int) -> None:
        """One more batch of unknown effect is being resolved (1), or one less (-1)."""
        self._unknown_open.inc(change)

    def duplicate_prevented(self, how: PreventedBy) -> None:
        """Count a second document that was not made, by the fence that prevented it."""
        self._prevented.labels(how).inc()

    def reference_call(self, kind: str, result: str) -> None:
        """Count one use of the reference cache (contacts, items, …) by what came of it."""
        name = within(kind, labels.REFERENCE_KINDS)
        self._references.labels(name, within(result, labels.REFERENCE_RESULTS)).inc()

    def reference_age(self, organisation: str, seconds: float) -> None:
        """Set the age of the organisation's reference data since its last refresh."""
        self._reference_age.set(organisation, seconds)

    def token_expires(self, connection: str, timestamp: float) -> None:
        """Set when the connection's access token ends, in Unix seconds; 0 where there is none."""
        self._token_expiry.labels(connection).set(timestamp)

    def consent_expires(self, connection: str, timestamp: float) -> None:
        """Set when the connection's consent ends unless it is used before, in Unix seconds; 0 where there is none."""
        self._consent_expiry.labels(connection).set(timestamp)

    def organisation_named(self, organisation: str, name: str) -> None:
        """Say what the organisation is called in Xero."""
        shown, before = self._shown.name(organisation), self._name_of.get(organisation, "")
        if shown == labels.OTHER or name == before:
            return
        companies = self._companies_of.get(organisation, "")
        self._organisation_info.remove(shown, before, companies)
        self._organisation_info.labels(shown, name, companies).set(1)
        self._name_of[organisation] = name

    def _expect_calls(self, companies: tuple[Company, ...]) -> None:
        """Show what the profile's organisations have not asked of Xero yet as 0, and whose they are."""
        self._companies_of = {}
        for company in companies:
            before = self._companies_of.get(company.organisation)
            joined = company.id if before is None else f"{before},{company.id}"
            self._companies_of[company.organisation] = joined
        self._organisation_info.clear()
        self._company_info.clear()
        for organisation, joined in self._companies_of.items():
            shown = self._shown.known(organisation)
            if shown != labels.OTHER:
                self._organisation_info.labels(shown, self._name_of.get(organisation, ""), joined).set(1)
        for company in companies[:MOST_COMPANIES]:
            self._company_info.labels(company.id, self._shown.known(company.organisation)).set(1)
        for organisation in {*self._companies_of, labels.OTHER}:
            for result in (*labels.CALL_RESULTS, labels.OTHER):
                self._organisation_calls.labels(self._shown.known(organisation), result)
