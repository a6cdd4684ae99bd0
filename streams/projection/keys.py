"""Keys on disk: a table's byte, then each part with its length before it, so that no id can run into its neighbour."""

from typing import Final

from streams.projection.attention import Cause

LOGS: Final = b"l"
SNAPSHOTS: Final = b"s"
ATTENTION: Final = b"a"
POSITIONS: Final = b"o"
LAYOUT: Final = b"v"

_LENGTH = 4


def key(table: bytes, *parts: str) -> bytes:
    """The key of a row, or, with fewer parts, what the keys of many rows begin with."""
    return table + b"".join(_part(part) for part in parts)


def parts(stored: bytes) -> tuple[str, ...]:
    """The parts of a key."""
    found: list[str] = []
    at = 1
    while at < len(stored):
        end = at + _LENGTH + int.from_bytes(stored[at : at + _LENGTH], "big")
        found.append(stored[at + _LENGTH : end].decode("utf-8", "surrogatepass"))
        at = end
    return tuple(found)


def attention_key(company_id: str, cause: Cause, shipment_id: str) -> bytes:
    """The key of a shipment under a cause."""
    return key(ATTENTION, company_id, cause.status, cause.code, cause.field, cause.value, shipment_id)


def cause_in(stored: bytes) -> Cause:
    """The cause in such a key."""
    _company, status, code, field, value, _shipment = parts(stored)
    return Cause(status, code, field, value)


def _part(text: str) -> bytes:
    raw = text.encode("utf-8", "surrogatepass")
    return len(raw).to_bytes(_LENGTH, "big") + raw
