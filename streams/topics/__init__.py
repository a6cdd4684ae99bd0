"""The topics on the brokers: their names, what they must be like, what we must be allowed to do there, and how the
brokers are asked about it, so that nothing is made by asking; and how one signs in there.
"""

from streams.topics.asking import (
    Admin,
    Cluster,
    SettingsHiddenError,
    TopicsHiddenError,
    TopicsMissingError,
    cluster_of,
    make_no_topics,
    partitions_by_topic,
    partitions_there,
    set_settings,
    settings_of,
)
from streams.topics.gathering import seconds_to_gather
from streams.topics.names import TopicNames
from streams.topics.probes import missing_rights
from streams.topics.reach import Attempt, addresses_of, attempts
from streams.topics.reasons import why_not
from streams.topics.requirements import Needs, PartitionState, TopicState, in_words, needs_of, what_to_do
from streams.topics.rights import (
    Operation,
    Resource,
    Right,
    operator_rights,
    worker_rights,
)
from streams.topics.sign_in import token_for_client, token_from_file
from streams.topics.specs import (
    ATTENTION_NOTES,
    COMPANY_PAUSES,
    DEAD_LETTERS,
    DOCUMENT_LEDGER,
    FETCHED_AT_ONCE,
    LARGEST_LEDGER_RECORD,
    LARGEST_NOTE_RECORD,
    PRODUCER_ROOM,
    STATUS_CHANGES,
    SYNC_OUTCOMES,
    SYNC_REQUESTS,
    TOPICS,
    TopicSpec,
)

__all__ = [
    "ATTENTION_NOTES",
    "COMPANY_PAUSES",
    "DEAD_LETTERS",
    "DOCUMENT_LEDGER",
    "FETCHED_AT_ONCE",
    "LARGEST_LEDGER_RECORD",
    "LARGEST_NOTE_RECORD",
    "PRODUCER_ROOM",
    "STATUS_CHANGES",
    "SYNC_OUTCOMES",
    "SYNC_REQUESTS",
    "TOPICS",
    "Admin",
    "Attempt",
    "Cluster",
    "Needs",
    "Operation",
    "PartitionState",
    "Resource",
    "Right",
    "SettingsHiddenError",
    "TopicNames",
    "TopicSpec",
    "TopicState",
    "TopicsHiddenError",
    "TopicsMissingError",
    "addresses_of",
    "attempts",
    "cluster_of",
    "in_words",
    "make_no_topics",
    "missing_rights",
    "needs_of",
    "operator_rights",
    "partitions_by_topic",
    "partitions_there",
    "seconds_to_gather",
    "set_settings",
    "settings_of",
    "token_for_client",
    "token_from_file",
    "what_to_do",
    "why_not",
    "worker_rights",
]
