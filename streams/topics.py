"""The topics of the contract (architecture §1, §6): their names, how they are made, which partitions they have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

STATUS_CHANGES = "shipment.status-changes.v1"
SYNC_REQUESTS = "accounting.sync-requests.v1"
SYNC_OUTCOMES = "accounting.sync-outcomes.v1"
DEAD_LETTERS = "shipment.dead-letters.v1"
DOCUMENT_LEDGER = "accounting.document-ledger.v1"
COMPANY_PAUSES = "accounting.company-pauses.v1"


# Bytes. A row may hold two requests of up to 900,000, an intent a body of 3 MB whose quotation marks are escaped.
LARGEST_LEDGER_RECORD = 8 * 1024 * 1024
_LARGEST_DEAD_LETTER = 2 * 1024 * 1024
_WEEK_MS = "604800000"

FETCHED_AT_ONCE = 256 * 1024
"""Bytes of one partition that a consumer reads ahead, or one batch of a sender (KIP-74).

It bounds what the read-ahead of all partitions holds, and how long the turn of a partition with a flood can be.
"""


@dataclass(frozen=True, slots=True, eq=False)
class TopicSpec:
    """A topic and the settings that differ from the broker's defaults."""

    name: str
    settings: Mapping[str, str] = field(default_factory=dict)
    free: frozenset[str] = frozenset()
    """Those that an operator may set lower: what it then refuses, the sender is told."""

    def shortfalls(self, actual: Mapping[str, str]) -> dict[str, str]:
        """Of the settings without which data is lost or a record does not fit, those that differ, as they must be.

        Retention is not among them: how long status changes and outcomes are kept is the operator's to decide.
        """
        return {
            name: wanted
            for name, wanted in self.settings.items()
            if name in actual and name not in self.free and _falls_short(name, actual[name], wanted)
        }


def _falls_short(name: str, actual: str, wanted: str) -> bool:
    if name in {"max.message.bytes", "delete.retention.ms"}:
        return int(actual) < int(wanted)
    return name == "cleanup.policy" and actual != wanted


# The log of outcomes and the snapshots must be rebuildable on an empty disk, so neither topic expires by time here;
# an operator who wants shorter retention sets it on the topic. The ledger is compacted and never expires by time.
_KEEP = {"retention.ms": "-1"}
# Senders compress as they like: to do it over would cost the brokers, and refuse honest batches that inflate to more
# than a record may have. What inflates to too much is stepped over by the readers (streams.reading).
_AS_SENT = {"compression.type": "producer"}
# Here nobody writes but us, and we do not compress. What somebody else compresses is inflated by the broker, so that
# its limit of bytes holds for what is read.
_INFLATED = {"compression.type": "uncompressed"}
# Not the broker's default, which may be any: what a fetch brings, and what it inflates to, depends on it.
_LARGEST_INPUT = {"max.message.bytes": str(1024 * 1024 + 12)}
TOPICS = (
    TopicSpec(STATUS_CHANGES, {**_KEEP, **_AS_SENT, **_LARGEST_INPUT}, frozenset(_LARGEST_INPUT)),
    TopicSpec(SYNC_REQUESTS, {"retention.ms": _WEEK_MS, **_INFLATED, **_LARGEST_INPUT}),
    TopicSpec(SYNC_OUTCOMES, {**_KEEP, **_INFLATED}),
    TopicSpec(DEAD_LETTERS, {**_KEEP, **_INFLATED, "max.message.bytes": str(_LARGEST_DEAD_LETTER)}),
    # One small record a company, which counts for ever: a pause that expired would send what somebody held back.
    TopicSpec(COMPANY_PAUSES, {"cleanup.policy": "compact", **_INFLATED}),
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


class TopicsMissingError(Exception):
    """Topics are missing, or are not as they must be; the message says what to run."""


class SettingsHiddenError(Exception):
    """The brokers do not show the settings of a topic; the message has Kafka's reason."""


class TopicAdmin(Protocol):
    """What is needed of aiokafka's admin client."""

    async def list_topics(self) -> list[str]:
        """The names of all topics."""
        ...

    async def describe_topics(self, topics: list[str]) -> list[Any]:
        """The metadata of each topic."""
        ...


async def partitions_by_topic(admin: TopicAdmin, topics: Sequence[str]) -> dict[str, list[int]]:
    """The partitions of those of the topics that exist, by number.

    Only what exists is described: a broker may make a topic, with its own defaults, because somebody asks for it.
    """
    existing = set(await admin.list_topics()) & set(topics)
    described = await admin.describe_topics(sorted(existing)) if existing else []
    found = {each["topic"]: sorted(part["partition"] for part in each["partitions"]) for each in described}
    return {topic: found[topic] for topic in topics if found.get(topic)}


async def existing_partitions(admin: TopicAdmin, topics: Sequence[str]) -> dict[str, list[int]]:
    """The partitions of all the topics, by number. Raises TopicsMissingError where one does not exist."""
    found = await partitions_by_topic(admin, topics)
    missing = sorted(set(topics) - set(found))
    if missing:
        raise TopicsMissingError(f"Topics are missing: {', '.join(missing)}. Run: shipledger topics create")
    return found


async def settings_of(admin: Any, topics: Sequence[str]) -> dict[str, list[Any]]:
    """The settings of each topic as Kafka describes them: (name, value, read only, source, …).

    Raises SettingsHiddenError, for one without the right to DESCRIBE_CONFIGS.
    """
    # Imported here: commands that never ask Kafka stay quick.
    from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType  # noqa: PLC0415

    found: dict[str, list[Any]] = {}
    for reply in await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in topics]):
        for code, message, _type, name, entries in reply.resources:
            if code:
                raise SettingsHiddenError(f"The settings of {name} cannot be read: {message} (Kafka error {code})")
            found[name] = entries
    return found


def shortfalls(entries: Mapping[str, Sequence[Any]]) -> dict[str, dict[str, str]]:
    """By topic, the settings that would lose data or refuse a record, as they must be. Topics in order are left out."""
    described = {spec: {entry[0]: entry[1] for entry in entries.get(spec.name, ())} for spec in TOPICS}
    found = {spec.name: spec.shortfalls(actual) for spec, actual in described.items()}
    return {name: settings for name, settings in found.items() if settings}


def in_words(settings: Mapping[str, Mapping[str, str]]) -> list[str]:
    """One text for each topic: its name and what must be set."""
    return [
        f"{name} needs {', '.join(f'{key}={value}' for key, value in sorted(values.items()))}"
        for name, values in settings.items()
    ]
