"""The five topics of the contract (architecture §1, §6), their names and how they are made."""

from collections.abc import Mapping
from dataclasses import dataclass, field

STATUS_CHANGES = "shipment.status-changes.v1"
SYNC_REQUESTS = "accounting.sync-requests.v1"
SYNC_OUTCOMES = "accounting.sync-outcomes.v1"
DEAD_LETTERS = "shipment.dead-letters.v1"
DOCUMENT_LEDGER = "accounting.document-ledger.v1"


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic and the settings that differ from the broker's defaults."""

    name: str
    settings: Mapping[str, str] = field(default_factory=dict)


# The log of outcomes and the snapshots must be rebuildable on an empty disk, so neither topic expires by time here;
# an operator who wants shorter retention sets it on the topic. The ledger is compacted and never expires by time.
_KEEP = {"retention.ms": "-1"}
TOPICS = (
    TopicSpec(STATUS_CHANGES, _KEEP),
    TopicSpec(SYNC_REQUESTS, {"retention.ms": "604800000"}),
    TopicSpec(SYNC_OUTCOMES, _KEEP),
    TopicSpec(DEAD_LETTERS, _KEEP),
    TopicSpec(
        DOCUMENT_LEDGER, {"cleanup.policy": "compact", "min.cleanable.dirty.ratio": "0.1", "segment.ms": "3600000"}
    ),
)
