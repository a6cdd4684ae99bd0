"""Counts a request's way from event to outcome. Label values are members of an enum, or `other`."""

from collections.abc import Iterable, Mapping

from mappers.inbound import PoisonReason
from mappers.model import AttachmentStatus, ChangeKind, DriftKind, Outcome, Status, Trigger
from streams.ops import labels
from streams.ops.labels import EventResult, LaneState, Part, RequestResult, WaitedFor, within
from streams.ops.metrics import flow
from streams.ops.metrics.collectors import Collectors
from streams.ops.metrics.organisations import OrganisationGauge, ShownOrganisations

_REASONS = frozenset(flow.OUTCOMES.pairs or ())


class FlowMetrics:
    """Part of `Metrics`."""

    def __init__(self, collectors: Collectors, shown: ShownOrganisations) -> None:
        self._shown = shown
        self._organisation_of: dict[str, str] = {}
        self._companies = ShownOrganisations()
        self._stood_still: frozenset[tuple[str, str]] = frozenset()
        self._events = collectors.counter(flow.EVENTS)
        self._keyless = collectors.counter(flow.EVENTS_WITHOUT_KEY)
        self._dead_letters = collectors.counter(flow.DEAD_LETTERS)
        self._document_changes = collectors.counter(flow.DOCUMENT_CHANGES)
        self._watched_until = OrganisationGauge(collectors.gauge(flow.WATCHED_UNTIL), shown, _earliest)
        self._document_drifts = collectors.counter(flow.DOCUMENT_DRIFTS)
        self._compared_until = OrganisationGauge(collectors.gauge(flow.COMPARED_UNTIL), shown, _earliest)
        self._attachments = collectors.counter(flow.ATTACHMENTS)
        self._dead_letter_newest = collectors.gauge(flow.DEAD_LETTER_NEWEST)
        self._requests = collectors.counter(flow.REQUESTS)
        self._outcomes = collectors.counter(flow.OUTCOMES)
        self._organisation_outcomes = collectors.counter(flow.ORGANISATION_OUTCOMES)
        self._end_to_end = collectors.histogram(flow.END_TO_END)
        self._lanes = OrganisationGauge(collectors.gauge(flow.LANE_DEPTH), shown, sum)
        self._oldest = collectors.gauge(flow.OLDEST_WAITING)
        self._unanswered = OrganisationGauge(collectors.gauge(flow.OLDEST_UNANSWERED), shown, max)
        self._attention = collectors.gauge(flow.ATTENTION)
        self._lag = collectors.gauge(flow.LAG_RECORDS)
        self._lag_seconds = collectors.gauge(flow.LAG_SECONDS)
        self._partitions = collectors.gauge(flow.PARTITIONS_OWNED)

    def event(self, result: EventResult) -> None:
        """Count one status change under exactly one result (invariant 2)."""
        self._events.labels(result).inc()

    def event_without_key(self) -> None:
        """Count a status change whose record has no key: processed, but not ordered with its neighbours."""
        self._keyless.inc()

    def dead_letter(self, reason: PoisonReason) -> None:
        """Count one record put on the dead-letter topic."""
        self._dead_letters.labels(reason).inc()

    def dead_letter_newest(self, timestamp: float) -> None:
        """Set when the newest record came to the dead-letter topic, in Unix seconds; 0 where there is none."""
        self._dead_letter_newest.set(timestamp)

    def document_change(self, change: ChangeKind) -> None:
        """Count one change of a document by somebody in Xero."""
        self._document_changes.labels(change).inc()

    def watched_until(self, organisation: str, timestamp: float) -> None:
        """Set up to when the organisation's documents are followed, in Unix seconds; 0 where they are not here."""
        self._watched_until.set(organisation, timestamp)

    def document_drift(self, kinds: Iterable[DriftKind]) -> None:
        """Count the differences that were found in one document."""
        for kind in kinds:
            self._document_drifts.labels(kind).inc()

    def compared_until(self, organisation: str, timestamp: float) -> None:
        """Set when the organisation's newest nightly comparison ended, in Unix seconds; 0 where there is none here."""
        self._compared_until.set(organisation, timestamp)

    def attachment(self, status: AttachmentStatus) -> None:
        """Count a file of a shipment that stands so from now on."""
        self._attachments.labels(status).inc()

    def request(self, result: RequestResult) -> None:
        """Count one request at the dispatcher's intake."""
        self._requests.labels(result).inc()

    def outcome(self, outcome: Outcome) -> None:
        """Count one published outcome by status and reason, and for its organisation."""
        reason = labels.outcome_reason(outcome)
        pair = (outcome.status.value, reason)
        self._outcomes.labels(*(pair if pair in _REASONS else (pair[0], labels.OTHER))).inc()
        organisation = self._organisation_of.get(outcome.company_id)
        name = labels.OTHER if organisation is None else self._shown.name(organisation)
        self._organisation_outcomes.labels(name, outcome.status.value).inc()

    def end_to_end(self, seconds: float, trigger: Trigger, waited_for: WaitedFor) -> None:
        """Record the time from when a request was asked for to its terminal outcome, and what it waited for."""
        self._end_to_end.labels(trigger, waited_for).observe(max(0.0, seconds))

    def lane(self, organisation: str, state: LaneState, depth: int) -> None:
        """Set how many requests of the organisation are pending, sending or waiting."""
        self._lanes.set(organisation, depth, state)

    def oldest_waiting(self, seconds: float) -> None:
        """Set the age of the oldest request without a terminal outcome; 0 where there is none."""
        self._oldest.set(max(0.0, seconds))

    def oldest_unanswered(self, organisation: str, ages: Mapping[WaitedFor, float]) -> None:
        """Set the age of the organisation's oldest open request by what it waits for; 0 where there is none."""
        for each in WaitedFor:
            self._unanswered.set(organisation, max(0.0, ages.get(each, 0.0)), each)

    def attention(self, shipments: Mapping[tuple[str, str], int]) -> None:
        """Set how many shipments stand still, by company and cause; what is gone shows 0."""
        counts = dict.fromkeys(self._stood_still, 0)
        for (company, cause), count in shipments.items():
            shown = self._companies.name(company), within(cause, labels.OUTCOME_REASONS)
            counts[shown] = counts.get(shown, 0) + count
        for shown, count in counts.items():
            self._attention.labels(*shown).set(count)
        self._stood_still = frozenset(counts)

    def lag(self, group: str, topic: str, partition: int, records: int) -> None:
        """Set how many records of the partition the group has not consumed yet."""
        self._lag.labels(group, topic, str(partition)).set(max(0, records))

    def lag_seconds(self, group: str, topic: str, partition: int, seconds: float) -> None:
        """Set the age of the first record of the partition that the group has not consumed yet; 0 where none waits."""
        self._lag_seconds.labels(group, topic, str(partition)).set(max(0.0, seconds))

    def partitions_owned(self, part: Part, count: int) -> None:
        """Set how many partitions a part reads at present."""
        self._partitions.labels(part).set(count)

    def _expect_organisations(self, organisation_of: dict[str, str]) -> None:
        """Show what the profile's organisations have not done yet as 0."""
        self._organisation_of = organisation_of
        for organisation in {*organisation_of.values(), labels.OTHER}:
            for status in Status:
                self._organisation_outcomes.labels(self._shown.known(organisation), status.value)


def _earliest(times: Iterable[float]) -> float:
    """Of those that there are: 0 stands for none."""
    return min(filter(None, times), default=0.0)
