"""The topics of the contract (architecture §1, §6): their names, how they are made, what they must be like."""

from collections.abc import Mapping
from dataclasses import dataclass, field

STATUS_CHANGES = "shipment.status-changes.v1"
SYNC_REQUESTS = "accounting.sync-requests.v1"
SYNC_OUTCOMES = "accounting.sync-outcomes.v1"
DEAD_LETTERS = "shipment.dead-letters.v1"
COMPANY_PAUSES = "accounting.company-pauses.v1"
ATTENTION_NOTES = "accounting.attention-notes.v1"
DOCUMENT_LEDGER = "accounting.document-ledger.v1"

MOST_COPIES = 3
"""Copies of each partition, where there are as many brokers; then two of them have to have a record."""
COPIES_SETTING = "min.insync.replicas"

# Bytes. A row may hold two requests of up to 900,000, an intent a body of 3 MB whose quotation marks are escaped.
LARGEST_LEDGER_RECORD = 8 * 1024 * 1024
LARGEST_NOTE_RECORD = 1024 * 1024
_LARGEST_DEAD_LETTER = 2 * 1024 * 1024
PRODUCER_ROOM = 4 * 1024 * 1024
"""What a producer of ours may send: above what any input may have, so that the broker's limit decides."""
_WEEK_MS = "604800000"
_400_DAYS_MS = "34560000000"
_FOR_EVER = "-1"

FETCHED_AT_ONCE = 256 * 1024
"""Bytes of one partition that a consumer reads ahead, or one batch of a sender (KIP-74).

It bounds what the read-ahead of all partitions holds, and how long the turn of a partition with a flood can be.
"""


@dataclass(frozen=True, slots=True, eq=False)
class TopicSpec:
    """A topic and the settings that differ from the broker's defaults."""

    name: str
    settings: Mapping[str, str] = field(default_factory=dict)
    floors: Mapping[str, str] = field(default_factory=dict)
    """Of those that an operator may set lower, how low: below it records are lost that nobody has read yet."""
    free: frozenset[str] = frozenset()
    """Those that an operator may set lower: what it then refuses, the sender is told."""

    def settings_for(self, copies: int) -> dict[str, str]:
        """How the topic is made with so many copies of each partition."""
        return {**self.settings, COPIES_SETTING: str(acknowledged_copies(copies))}

    def shortfalls(self, actual: Mapping[str, str], copies: int | None = None) -> dict[str, str]:
        """Of the settings without which data is lost or a record does not fit, those that differ, as they must be.

        `copies` of each partition; None where that is not known, and then what depends on it is not judged.
        """
        needed = {**self.settings, **self.floors}
        if copies is not None:
            needed[COPIES_SETTING] = str(acknowledged_copies(copies))
        return {
            name: wanted
            for name, wanted in needed.items()
            if name in actual and name not in self.free and _falls_short(name, actual[name], wanted, copies)
        }


def acknowledged_copies(copies: int) -> int:
    """How many copies a record must have before its sender is told that it is there: one may then be lost.

    With two copies the loss of either would stop the work, so there the operator decides.
    """
    return 2 if copies >= MOST_COPIES else 1


def _falls_short(name: str, actual: str, wanted: str, copies: int | None) -> bool:
    match name:
        case "max.message.bytes" | "delete.retention.ms":
            return int(actual) < int(wanted)
        case "retention.ms" | "retention.bytes":
            return actual != _FOR_EVER and (wanted == _FOR_EVER or int(actual) < int(wanted))
        case "cleanup.policy":
            return actual != wanted
        case "min.insync.replicas":
            # More than there are copies: nothing can be written at all.
            return int(actual) < int(wanted) or (copies is not None and int(actual) > copies)
        case _:
            return False


# The log of outcomes and the snapshots must be rebuildable on an empty disk, so neither topic expires by time here;
# an operator who wants shorter retention sets it on the topic, not below a week: whoever reads may be away for some
# days. A limit of bytes says nothing of days. The ledger is compacted and never expires by time.
_KEEP = {"cleanup.policy": "delete", "retention.ms": _FOR_EVER, "retention.bytes": _FOR_EVER}
_A_WEEK = {"retention.ms": _WEEK_MS}
# Senders compress as they like: to do it over would cost the brokers, and refuse honest batches that inflate to more
# than a record may have. What inflates to too much is stepped over by the readers (streams.reading).
_AS_SENT = {"compression.type": "producer"}
# Here nobody writes but us, and we do not compress. What somebody else compresses is inflated by the broker, so that
# its limit of bytes holds for what is read.
_INFLATED = {"compression.type": "uncompressed"}
# Not the broker's default, which may be any: what a fetch brings, and what it inflates to, depends on it.
_LARGEST_INPUT = {"max.message.bytes": str(1024 * 1024 + 12)}
TOPICS = (
    TopicSpec(STATUS_CHANGES, {**_KEEP, **_AS_SENT, **_LARGEST_INPUT}, _A_WEEK, frozenset(_LARGEST_INPUT)),
    TopicSpec(SYNC_REQUESTS, {**_KEEP, **_A_WEEK, **_INFLATED, **_LARGEST_INPUT}),
    TopicSpec(SYNC_OUTCOMES, {**_KEEP, **_INFLATED, **_LARGEST_INPUT}, _A_WEEK),
    TopicSpec(DEAD_LETTERS, {**_KEEP, **_INFLATED, "max.message.bytes": str(_LARGEST_DEAD_LETTER)}, _A_WEEK),
    # One small record a company, which counts for ever: a pause that expired would send what somebody held back. Those
    # that a newer one replaced are kept for a while, for people who look at who did what.
    TopicSpec(COMPANY_PAUSES, {"cleanup.policy": "compact", **_INFLATED, "min.compaction.lag.ms": _400_DAYS_MS}),
    # What people were told: a record that expired would have them told again.
    TopicSpec(ATTENTION_NOTES, {"cleanup.policy": "compact", **_INFLATED, **_LARGEST_INPUT}),
    TopicSpec(
        DOCUMENT_LEDGER,
        {
            "cleanup.policy": "compact",
            **_INFLATED,
            # A worker that was away for less than this still hears of every row that was deleted meanwhile.
            "delete.retention.ms": _WEEK_MS,
            "max.message.bytes": str(LARGEST_LEDGER_RECORD),
            "min.cleanable.dirty.ratio": "0.1",
            "segment.ms": "3600000",
        },
    ),
)
