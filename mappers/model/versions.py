"""Which of two versions of a shipment is the older one, and which times say so."""

from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

MOST_AHEAD: Final = timedelta(days=1)
"""A clock may be wrong, or in another zone; a time further ahead is no time, and orders nothing."""

_KAFKA_BEGAN: Final = datetime(2011, 1, 1, tzinfo=UTC)


class Versioned(Protocol):
    """What a version of a shipment is ordered by: `revision` as the event gave it, `occurred_at` as the event says."""

    @property
    def revision(self) -> int | None:
        """The shipment's revision, None where the event has none."""
        ...

    @property
    def occurred_at(self) -> datetime:
        """When the shipment changed."""
        ...


def is_older(one: Versioned, other: Versioned, now: datetime) -> bool:
    """Whether `one` is older than `other`: by revision where both have one and they differ, else by `occurred_at`.

    Where a time is more than a day ahead of `now`, neither is the older one, and the one that comes last counts: one
    event dated 9999-12-31 would otherwise make all later ones of its shipment stale, for ever.
    """
    if one.revision is not None and other.revision is not None and one.revision != other.revision:
        return one.revision < other.revision
    if is_ahead(one.occurred_at, now) or is_ahead(other.occurred_at, now):
        return False
    return one.occurred_at < other.occurred_at


def is_ahead(when: datetime, now: datetime) -> bool:
    """Whether the time is more than a day ahead of `now`."""
    return when - now > MOST_AHEAD  # A sum would leave the calendar.


def credible(recorded_at: datetime | None) -> datetime | None:
    """The time of a record, where others can be measured by it: None before there was a Kafka.

    Seconds that were sent as milliseconds are in 1970.
    """
    return recorded_at if recorded_at is not None and recorded_at > _KAFKA_BEGAN else None
