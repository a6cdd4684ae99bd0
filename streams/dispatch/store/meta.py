"""What the store says about itself: whose it is, how far it is, and when it last equalled the log."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import orjson

from streams.dispatch.store.indexed import Micros
from streams.dispatch.store.layout import LAYOUT


class Identity(NamedTuple):
    """The log that a store follows."""

    cluster: str
    topic: str
    partition: int


@dataclass(frozen=True, slots=True)
class Meta:
    """Written with every change, in the same batch.

    `position` is the next offset to read. `equal_at` is when the store last held everything up to the log's end; None
    where it never did. `next_turn` is the next row's turn among open rows.
    """

    identity: Identity
    position: int = 0
    equal_at: Micros | None = None
    next_turn: int = 0
    layout: int = LAYOUT

    def moved(self, position: int, equal_at: Micros | None, next_turn: int) -> "Meta":
        """Further on; `equal_at` stays where the store does not equal the log's end yet."""
        if position < self.position:
            raise ValueError(f"the store is at {self.position} already and cannot go back to {position}")
        known = self.equal_at if equal_at is None else equal_at
        return replace(self, position=position, equal_at=known, next_turn=next_turn)

    def distrusted(self) -> "Meta":
        """Not known to equal the log at any time."""
        return replace(self, equal_at=None)

    def encoded(self) -> bytes:
        """As a JSON array; the layout comes first, so that every version can read it."""
        return orjson.dumps((self.layout, list(self.identity), self.position, self.equal_at, self.next_turn))

    @classmethod
    def decoded(cls, value: bytes) -> "Meta | None":
        """See `encoded`; None for another layout."""
        layout, *rest = orjson.loads(value)
        if layout != LAYOUT:
            return None
        identity, position, equal_at, next_turn = rest
        return cls(Identity(*identity), position, equal_at, next_turn)
