"""A shipment's place in the lists: the newest first, and of those of one moment by id. A cursor names one."""

import base64
import binascii
from datetime import datetime
from typing import NamedTuple, Self

from streams.projection.indexes.line_row import microseconds

_BYTES = 8
_LAST = 2**63 - 1


class Place(NamedTuple):
    """Ordered as its bytes are."""

    age: int
    """Microseconds from the moment to the end of time, so that what is newer comes first."""
    shipment_id: bytes

    @classmethod
    def of(cls, at: int, shipment_id: str) -> Self:
        """The place of a shipment that got where it is at that moment, in microseconds since 1970."""
        return cls(_LAST - at, shipment_id.encode("utf-8", "surrogatepass"))

    @classmethod
    def after(cls, until: datetime) -> Self:
        """The first place of what is older than that moment."""
        return cls(_LAST - microseconds(until) + 1, b"")

    @classmethod
    def read(cls, stored: bytes) -> Self:
        """The place in these bytes. Raises ValueError where they are none."""
        if len(stored) <= _BYTES:
            raise ValueError("no place in a list")
        return cls(int.from_bytes(stored[:_BYTES], "big"), stored[_BYTES:])

    @classmethod
    def in_cursor(cls, cursor: str) -> Self:
        """The place that a cursor names. Raises ValueError for one that was not given here."""
        try:
            place = cls.read(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
            place.shipment_id.decode("utf-8", "surrogatepass")
        except (binascii.Error, ValueError) as error:
            raise ValueError("not a cursor of this list") from error
        if place.cursor() != cursor:
            raise ValueError("not a cursor of this list")
        return place

    @property
    def at(self) -> int:
        """Microseconds since 1970."""
        return _LAST - self.age

    def stored(self) -> bytes:
        """As a key ends with it."""
        return self.age.to_bytes(_BYTES, "big") + self.shipment_id

    def cursor(self) -> str:
        """As a caller carries it."""
        return base64.urlsafe_b64encode(self.stored()).decode().rstrip("=")
