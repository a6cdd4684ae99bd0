"""Reads CloudEvents 1.0 over Kafka (Kafka protocol binding 1.0.2): the plain event from either mode.

Binary mode (§3.2): attributes in `ce_*` headers, the value is the data. Structured mode (§3.3): the content type is
`application/cloudevents+json` and the value is an envelope around the data. A record of neither kind is a plain event;
an envelope whose content type was lost on the way is known by its attributes.
"""

import binascii
from base64 import b64decode
from collections.abc import Iterable, Mapping
from typing import Any, Final

from mappers.inbound.dead_letter import PoisonReason
from mappers.inbound.framing import decode_framed
from mappers.inbound.strict_json import DEFAULT_LIMIT, MAX_DEPTH, Malformed
from mappers.inbound.wrapping import is_cloud_event, unwrapped

# Kafka allows a header without a value.
Headers = Iterable[tuple[str, bytes | None]]

SPEC_VERSION: Final = "1.0"
_STRUCTURED: Final = "application/cloudevents"
_PREFIX: Final = "ce_"


def read_value(value: bytes | None, headers: Headers, *, limit: int = DEFAULT_LIMIT) -> Any:
    """The plain event, decoded strictly; `event_id` and `occurred_at` are filled from the attributes `id` and `time`
    where an object lacks them. Raises Malformed.
    """
    texts = _texts(headers)
    content_type = texts.get("content-type", "").strip().lower()
    if content_type.startswith(_STRUCTURED):
        attributes, data = _structured(value, content_type, limit)
    else:
        attributes = _binary_attributes(texts)
        data = unwrapped(decode_framed(value, content_type=content_type, limit=limit), limit=limit)
        if is_cloud_event(data) and ("data" in data or "data_base64" in data):
            attributes, data = _opened(data, limit)
    return _filled(unwrapped(data, limit=limit), attributes)


def _texts(headers: Headers) -> dict[str, str]:
    """Header names are compared in lower case; of a repeated one the last counts, as in Kafka's `lastHeader`."""
    return {name.lower(): value.decode("utf-8", "replace") for name, value in headers if value is not None}


def _binary_attributes(texts: Mapping[str, str]) -> dict[str, Any]:
    attributes = {name.removeprefix(_PREFIX): text for name, text in texts.items() if name.startswith(_PREFIX)}
    if "specversion" in attributes:
        _check_version(attributes["specversion"])
    return attributes


def _structured(value: bytes | None, content_type: str, limit: int) -> tuple[dict[str, Any], Any]:
    if not content_type.startswith("application/cloudevents+json"):
        raise Malformed(PoisonReason.INVALID_CLOUD_EVENT, f"the CloudEvents format {content_type[:100]} is not JSON")
    # The envelope is one more object around the event, which may be as deep here as it may be alone.
    envelope = decode_framed(value, limit=limit, max_depth=MAX_DEPTH + 1)
    if not isinstance(envelope, dict):
        raise Malformed(PoisonReason.INVALID_CLOUD_EVENT, "the CloudEvents envelope is not an object")
    return _opened(envelope, limit)


def _opened(envelope: dict[str, Any], limit: int) -> tuple[dict[str, Any], Any]:
    _check_version(envelope.get("specversion"))
    return envelope, _data(envelope, limit)


def _data(envelope: Mapping[str, Any], limit: int) -> Any:
    if "data" in envelope and "data_base64" in envelope:
        raise Malformed(PoisonReason.INVALID_CLOUD_EVENT, "the envelope has both data and data_base64")
    if "data" in envelope:
        return envelope["data"]
    if "data_base64" in envelope:
        return decode_framed(_base64(envelope["data_base64"]), limit=limit)
    raise Malformed(PoisonReason.INVALID_CLOUD_EVENT, "the envelope has no data")


def _base64(text: Any) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise Malformed(PoisonReason.INVALID_CLOUD_EVENT, "data_base64 is not Base64") from None


def _check_version(version: Any) -> None:
    if version != SPEC_VERSION:
        raise Malformed(PoisonReason.INVALID_CLOUD_EVENT, f"CloudEvents {str(version)[:20]} is not {SPEC_VERSION}")


def _filled(data: Any, attributes: Mapping[str, Any]) -> Any:
    if not isinstance(data, dict):
        return data
    given = {"event_id": attributes.get("id"), "occurred_at": attributes.get("time")}
    lacking = {name: value for name, value in given.items() if value is not None and data.get(name) in (None, "")}
    return {**data, **lacking}
