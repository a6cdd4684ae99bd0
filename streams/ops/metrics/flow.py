"""The metrics of a request's way from event to outcome."""

from mappers.inbound import PoisonReason
from mappers.model import Action, AttachmentStatus, ChangeKind, Code, DriftKind, Status, Trigger, WaitingReason
from streams.ops.labels import (
    OTHER,
    EventResult,
    LaneState,
    Part,
    RequestResult,
    WaitedFor,
)
from streams.ops.metrics.declaration import Label, counter, gauge, histogram

# From the 50 ms that an idle worker promises to the day that a used-up quota can cost.
END_TO_END_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3600, 21600, 86400)

ORGANISATION = Label("organisation", "Xero's id of the organisation; the first 50, then `other` for the rest together")
_WAITED_FOR = Label.closed(
    "waited_for", "what the request waited for on purpose: its quota, Xero, a person, or nothing", WaitedFor
)
_PARTITION = Label("partition", "number of the partition")
_GROUP = Label("group", "consumer group; `projection` for the integration log, which has none")
_TOPIC = Label("topic", "name of the topic")
_STATUS = Label.closed("status", "status of the outcome", Status)


def _reasons() -> list[tuple[str, str]]:
    """Why an outcome has its status: what was done, the first error's code, what it waits for, why it was skipped."""
    skipped = (Code.SUPERSEDED, Code.STALE_REVISION)
    return [
        *((Status.PROCESSED.value, each.value) for each in Action),
        *((Status.REJECTED.value, each.value) for each in Code),
        *((Status.WAITING.value, each.value) for each in WaitingReason),
        *((Status.SKIPPED.value, each.value) for each in skipped),
        *((each.value, reason) for each in Status for reason in ("none", OTHER)),
    ]


EVENTS = counter(
    "events",
    "Status changes consumed, by what became of them: each counts once.",
    "events",
    Label.closed("result", "what became of it", EventResult),
)
EVENTS_WITHOUT_KEY = counter(
    "events_without_key", "Status changes whose record had no key: processed, not ordered.", "events"
)
DEAD_LETTERS = counter(
    "dead_letters",
    "Records put on the dead-letter topic.",
    "records",
    Label.closed("reason", "why no redelivery can cure it", PoisonReason),
)
DEAD_LETTER_NEWEST = gauge(
    "dead_letter_newest_timestamp_seconds",
    "When the newest record came to the dead-letter topic, Unix time; 0 where it is empty.",
    "seconds",
)
DOCUMENT_CHANGES = counter(
    "document_changes",
    "What people did in Xero to documents of ours.",
    "changes",
    Label.closed("change", "what they did", ChangeKind),
)
WATCHED_UNTIL = gauge(
    "watched_until_timestamp_seconds",
    "Everything that people changed in Xero before it is told, Unix time; 0 where it is not followed here.",
    "seconds",
    ORGANISATION,
)
DOCUMENT_DRIFTS = counter(
    "document_drifts",
    "Differences between the ledger and Xero that the nightly comparison found.",
    "differences",
    Label.closed("difference", "in what they differ", DriftKind),
)
COMPARED_UNTIL = gauge(
    "compared_timestamp_seconds",
    "When the newest nightly comparison with Xero ended, Unix time; 0 where there is none here.",
    "seconds",
    ORGANISATION,
)
ATTACHMENTS = counter(
    "attachments",
    "Files of shipments by how they stand now, counted where that is news.",
    "files",
    Label.closed("status", "how it stands", AttachmentStatus),
)
REQUESTS = counter(
    "requests",
    "Requests at the dispatcher's intake.",
    "requests",
    Label.closed("result", "what became of it", RequestResult),
)
OUTCOMES = counter(
    "outcomes",
    "Outcomes published, by status and reason.",
    "outcomes",
    _STATUS,
    Label("reason", "what was done, the first error's code, what it waits for, or why it was skipped"),
    pairs=_reasons(),
)
ORGANISATION_OUTCOMES = counter(
    "organisation_outcomes", "Outcomes published, by organisation and status.", "outcomes", ORGANISATION, _STATUS
)
END_TO_END = histogram(
    "end_to_end_seconds",
    "Time from when a request was asked for (Kafka's time of the event or of the Send) to its terminal outcome.",
    "seconds",
    Label.closed("trigger", "why the request was made", Trigger),
    _WAITED_FOR,
    buckets=END_TO_END_BUCKETS,
)
LANE_DEPTH = gauge(
    "lane_depth",
    "Requests without a terminal outcome.",
    "requests",
    ORGANISATION,
    Label.closed("state", "where the request stands", LaneState),
)
OLDEST_WAITING = gauge(
    "oldest_waiting_seconds", "Age of the oldest request without a terminal outcome; 0 where there is none.", "seconds"
)
OLDEST_UNANSWERED = gauge(
    "oldest_unanswered_seconds",
    "Age of the organisation's oldest request without a terminal outcome, under what it waits for at present.",
    "seconds",
    ORGANISATION,
    _WAITED_FOR,
)
ATTENTION = gauge(
    "attention_shipments",
    "Shipments that need a person or wait, as the integration log has them.",
    "shipments",
    Label("company", "id of the company; the first 50, then `other` for the rest together"),
    Label("cause", "an error's code, what it waits for, in what its document differs, or why that lacks a file"),
)
LAG_RECORDS = gauge("consumer_lag_records", "Records not consumed yet.", "records", _GROUP, _TOPIC, _PARTITION)
LAG_SECONDS = gauge(
    "consumer_lag_seconds",
    "Age of the first record that is not consumed yet, by its time on Kafka; 0 where none waits.",
    "seconds",
    _GROUP,
    _TOPIC,
    _PARTITION,
)
PARTITIONS_OWNED = gauge(
    "partitions_owned", "Partitions that a part reads.", "partitions", Label.closed("part", "the part", Part)
)

FLOW = (
    DOCUMENT_CHANGES,
    WATCHED_UNTIL,
    DOCUMENT_DRIFTS,
    COMPARED_UNTIL,
    ATTACHMENTS,
    EVENTS,
    EVENTS_WITHOUT_KEY,
    DEAD_LETTERS,
    DEAD_LETTER_NEWEST,
    REQUESTS,
    OUTCOMES,
    ORGANISATION_OUTCOMES,
    END_TO_END,
    LANE_DEPTH,
    OLDEST_WAITING,
    OLDEST_UNANSWERED,
    ATTENTION,
    LAG_RECORDS,
    LAG_SECONDS,
    PARTITIONS_OWNED,
)
