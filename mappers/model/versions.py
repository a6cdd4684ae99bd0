"""Which of two versions of a shipment is the older one."""

from datetime import datetime
from typing import Protocol


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


def is_older(one: Versioned, other: Versioned) -> bool:
    """Whether `one` is older than `other`: by revision where both have one and they differ, else by `occurred_at`."""
    if one.revision is not None and other.revision is not None and one.revision != other.revision:
        return one.revision < other.revision
    return one.occurred_at < other.occurred_at
