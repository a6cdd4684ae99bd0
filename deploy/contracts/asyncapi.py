"""The AsyncAPI 3 document of the topics, made from their list and from the schemas of what they hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from deploy.contracts.components import Schema, components
from mappers.inbound import dead_letter_schema, status_change_schema
from mappers.outbound import (
    attachments_schema,
    change_schema,
    company_pause_schema,
    drift_schema,
    outcome_headers_schema,
    outcome_schema,
    sync_request_schema,
)
from streams.topics import (
    ATTENTION_NOTES,
    COMPANY_PAUSES,
    DEAD_LETTERS,
    DOCUMENT_LEDGER,
    STATUS_CHANGES,
    SYNC_OUTCOMES,
    SYNC_REQUESTS,
    TOPICS,
    TopicSpec,
)

SCHEMAS: Final[Mapping[str, Callable[[], Schema]]] = {
    "status-change": status_change_schema,
    "sync-request": sync_request_schema,
    "outcome": outcome_schema,
    "outcome-headers": outcome_headers_schema,
    "document-change": change_schema,
    "document-drift": drift_schema,
    "document-attachments": attachments_schema,
    "dead-letter-headers": dead_letter_schema,
    "company-pause": company_pause_schema,
}
"""Each has a file of its name in docs/schemas."""

TOPIC_PREFIX: Final = "SHIPLEDGER_KAFKA__TOPIC_PREFIX"

_BINDING: Final = {"bindingVersion": "0.5.0"}
_BY_SHIPMENT: Final = {"type": "string", "description": "company_id/shipment_id"}
_BY_ORGANISATION: Final = {"type": "string", "description": "The id of the Xero organisation."}
_BY_COMPANY: Final = {"type": "string", "description": "company_id"}
_ANY_KEY: Final = {"type": "string", "description": "The record's own key; of one over 128 bytes its beginning."}
_NUMBERS: Final = frozenset(
    {"retention.ms", "retention.bytes", "delete.retention.ms", "max.message.bytes", "segment.ms"}
)


@dataclass(frozen=True, slots=True)
class _Channel:
    """A topic as others meet it. `does` is by Shipledger: it receives, sends, or both.

    `also` are further messages under the same key, each by its name and the schema of its payload.
    """

    name: str
    topic: str
    description: str
    does: tuple[str, ...] = ()
    key: Schema | None = None
    payload: str = ""
    headers: str = ""
    also: tuple[tuple[str, str], ...] = ()

    @property
    def messages(self) -> "tuple[_Channel, ...]":
        """Itself, as the topic's first message, and one for each further message."""
        return (self, *(replace(self, name=name, payload=payload, headers="", also=()) for name, payload in self.also))


_CHANNELS: Final = (
    _Channel(
        "statusChanges",
        STATUS_CHANGES,
        "Every change of a shipment, by the shipping system. The key orders, the value identifies.",
        ("receive",),
        _BY_SHIPMENT,
        "status-change",
    ),
    _Channel(
        "syncRequests",
        SYNC_REQUESTS,
        "Between Shipledger's own parts: a snapshot that is to be in Xero. Read it to watch, do not write it.",
        ("send", "receive"),
        _BY_ORGANISATION,
        "sync-request",
    ),
    _Channel(
        "syncOutcomes",
        SYNC_OUTCOMES,
        "How each request ended, or why it waits, what people did in Xero to the documents, in what these differ from "
        "what is known, and how the files of shipments stand; in order by shipment. In transactions: read what is "
        "committed.",
        ("send",),
        _BY_SHIPMENT,
        "outcome",
        "outcome-headers",
        (
            ("documentChanges", "document-change"),
            ("documentDrifts", "document-drift"),
            ("documentAttachments", "document-attachments"),
        ),
    ),
    _Channel(
        "deadLetters",
        DEAD_LETTERS,
        "Records that no redelivery can cure, as they were, with the reason in headers.",
        ("send",),
        _ANY_KEY,
        headers="dead-letter-headers",
    ),
    _Channel(
        "companyPauses",
        COMPANY_PAUSES,
        "Which company is paused, and who said so; the newest word counts. Read it to watch, do not write it.",
        ("send", "receive"),
        _BY_COMPANY,
        "company-pause",
    ),
    _Channel(
        "attentionNotes",
        ATTENTION_NOTES,
        "Shipledger's own memory of what people were told, compacted. Neither read nor write it.",
    ),
    _Channel("documentLedger", DOCUMENT_LEDGER, "Shipledger's own memory, compacted. Neither read nor write it."),
)


def document(examples: Mapping[str, Mapping[str, Any]]) -> Schema:
    """The whole document. `examples` are by schema and by what they show."""
    schemas: dict[str, Schema] = {}
    for name, schema in SCHEMAS.items():
        schemas |= components(name, schema())
    spoken = [each for each in _CHANNELS if each.does]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Shipledger",
            "version": "1",
            "description": (
                "The topics of Shipledger. New fields, headers and codes may come; none is renamed or given another "
                "meaning. A change that breaks has a new topic. An operator may have put a prefix before the names of "
                f"all topics ({TOPIC_PREFIX}): the addresses here are without it, so ask whether there is one."
            ),
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {each.name: _channel(each) for each in _CHANNELS},
        "operations": {f"{action}{_title(each)}": _operation(action, each) for each in spoken for action in each.does},
        "components": {
            "messages": {each.name: _message(each, examples) for channel in spoken for each in channel.messages},
            "schemas": schemas,
        },
    }


def _channel(channel: _Channel) -> Schema:
    spec = next(each for each in TOPICS if each.name == channel.topic)
    made: Schema = {
        "address": channel.topic,
        "description": channel.description,
        "bindings": {"kafka": {"topicConfiguration": _settings(spec), **_BINDING}},
    }
    if channel.does:
        made["messages"] = {each.name: {"$ref": f"#/components/messages/{each.name}"} for each in channel.messages}
    return made


def _settings(spec: TopicSpec) -> Schema:
    """As `topics create` makes it; the binding wants numbers as numbers, and of the policies a list."""
    made: Schema = {name: int(value) if name in _NUMBERS else value for name, value in spec.settings.items()}
    if "cleanup.policy" in made:
        made["cleanup.policy"] = made["cleanup.policy"].split(",")
    return made


def _operation(action: str, channel: _Channel) -> Schema:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel.name}"},
        "summary": channel.description,
        "messages": [{"$ref": f"#/channels/{channel.name}/messages/{each.name}"} for each in channel.messages],
    }


def _message(channel: _Channel, examples: Mapping[str, Mapping[str, Any]]) -> Schema:
    made: Schema = {
        "name": channel.name,
        "title": _title(channel),
        "bindings": {"kafka": {"key": channel.key, **_BINDING}},
    }
    for part, name in (("payload", channel.payload), ("headers", channel.headers)):
        if name:
            made[part] = {"$ref": f"#/components/schemas/{name}"}
            shown = [{"name": shows, part: example} for shows, example in examples.get(name, {}).items()]
            made.setdefault("examples", []).extend(shown)
    return made if channel.payload else made | {"contentType": "application/octet-stream"}


def _title(channel: _Channel) -> str:
    return channel.name[0].upper() + channel.name[1:]
