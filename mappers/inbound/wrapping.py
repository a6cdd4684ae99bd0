"""What some senders wrap a status change in: taken off where it is clear, named where it is not."""

from collections.abc import Mapping
from typing import Any, Final

from mappers.inbound.connect import is_connect, payload_of
from mappers.inbound.dead_letter import PoisonReason
from mappers.inbound.strict_json import DEFAULT_LIMIT, Malformed, decode
from mappers.model import visible

# What every status change has; an object with none of it may be an envelope around one.
REQUIRED: Final = ("event_id", "company_id", "shipment_id", "status", "shipment")
_ENOUGH: Final = 3
_CLOUD_EVENT: Final = ("specversion", "type", "source")


def unwrapped(value: Any, *, limit: int = DEFAULT_LIMIT) -> Any:
    """The value without Kafka Connect's envelope, and read once more where it is JSON in a text.

    Raises Malformed with `unknown_envelope` for an envelope that has a name and is not taken off here.
    """
    if isinstance(value, dict) and is_connect(value):
        return _inside(payload_of(value), limit)
    return _inside(value, limit)


def is_cloud_event(value: Any) -> bool:
    """Whether the object is a CloudEvent in structured mode, though no header says so."""
    return isinstance(value, dict) and all(isinstance(value.get(name), str) for name in _CLOUD_EVENT)


def _inside(value: Any, limit: int) -> Any:
    if isinstance(value, str) and value.lstrip().startswith("{"):
        value = decode(value.encode(), limit=limit)
    if isinstance(value, dict) and value and not any(name in value for name in REQUIRED) and not is_cloud_event(value):
        _refuse_envelope(value)
    return value


def _refuse_envelope(value: Mapping[str, Any]) -> None:
    """Say which envelope it is, rather than that `event_id` is missing; nothing where it is none that is known."""
    if "op" in value and ("before" in value or "after" in value):
        raise Malformed(
            PoisonReason.UNKNOWN_ENVELOPE,
            "a change event of Debezium (op, before, after): a row of a table, not a status change. Whoever sends the "
            "shipments: publish status changes, for example from an outbox table with Debezium's outbox event router",
        )
    for name, inside in value.items():
        if isinstance(inside, dict) and sum(each in inside for each in REQUIRED) >= _ENOUGH:
            message = f"an envelope that is not known: the status change is inside its field {visible(name, 40)!r}"
            raise Malformed(PoisonReason.UNKNOWN_ENVELOPE, f"{message}. Whoever sends the shipments: send that alone")
