"""A partition that compares its documents with Xero once a night."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from streams.dispatch.ledger.records import NightlyWalk
from streams.dispatch.ownership.partition import Partition
from streams.dispatch.settings import DriftSettings
from tests.builders import ORGANISATION
from tests.unit.streams.dispatch.requests import numbered
from tests.unit.streams.dispatch.watching.test_watch import Watching
from xero_client.port import DayLeft

DAY = timedelta(days=1)


class Nights(Watching):
    """A harness whose owners compare. Regular looks see nothing: what they miss is what a comparison is for."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(**fields)
        # Half a day away, so that none becomes due by the test's own duration.
        drift = DriftSettings(at=(self.clock.utc() - DAY / 2).time(), days=35)
        self.settings = replace(self.settings, drift=drift, watch=replace(self.settings.watch, interval=10**9))
        self.budget.day_left = DayLeft(calls=100_000, limit=100_000, seconds=86400.0)

    async def made(self, partition: Partition, *indexes: int, revision: int = 1, **fields: Any) -> None:
        """Documents of ours; each shipment has a reference of its own."""
        count = len(self.ended())
        own = [{"exporter_reference": f"EXP-{each}", **fields} for each in indexes]
        self.give(partition, [numbered(each, revision=revision, **one) for each, one in zip(indexes, own, strict=True)])
        await self.answered(count + len(indexes))

    def position(self) -> NightlyWalk | None:
        position = self.topic.read().rows.watch_position(ORGANISATION)
        return None if position is None else position.night

    async def known(self) -> None:
        """Wait until the owner knows that it compares: the first comparison is the next one that is due."""
        await self.until(lambda: self.position() is not None)

    async def night(self, days: int = 1, seconds: float = 60.0) -> None:
        """Time goes on, and what is due is compared to its end."""
        before = self.position()
        self.clock.ahead += days * DAY
        await self.until(lambda: self.position() != before and self.has_ended(), seconds)

    def has_ended(self) -> bool:
        night = self.position()
        return night is not None and night.ended_at is not None

    def drifts(self) -> list[tuple[str, list[str]]]:
        return [(each.shipment_id, [one.kind.value for one in each.differences]) for each in self.topic.drifts]

    def changed(self, place: int, **fields: Any) -> None:
        """Something happened to a document that no look will see."""
        self.clock.ahead += timedelta(minutes=1)
        present = self.accounting.documents(ORGANISATION)[place]
        update = {"updated_at": self.clock.utc(), **fields}
        self.accounting.put(ORGANISATION, present.model_copy(update=update))
