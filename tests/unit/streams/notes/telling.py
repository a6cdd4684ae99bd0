"""A teller over a real projection in memory, whose companies are all its own."""

from mappers.model.attachments import DocumentAttachments
from mappers.model.outcome import Outcome
from streams.notes import Channel, Composer, Delivery, Pauses, Share, Teller
from streams.notes.ports import Memory
from streams.notes.share import SETTLE_SECONDS
from streams.projection import ProjectionStore
from tests.builders import COMPANY_ID
from tests.fakes.following import ToldFreshness
from tests.fakes.key_value import MemoryKeyValue
from tests.fakes.notes import HandClock, Listener, NoteCounts, ToldMemory
from tests.outcome_builders import make_outcome, rejected, unknown_customer

PAGE = "https://ledger.example"


class Telling:
    """`memory` may be another worker's too, and kept elsewhere; so may what is told, by a `channel`."""

    def __init__(
        self,
        *answers: Delivery,
        memory: ToldMemory | None = None,
        page_url: str = PAGE,
        elsewhere: Memory | None = None,
        channel: Channel | None = None,
    ) -> None:
        self.clock, self.memory = HandClock(), memory or ToldMemory()
        self.listener, self.counts = Listener(*answers), NoteCounts()
        self.store = ProjectionStore(MemoryKeyValue())
        self.companies = [COMPANY_ID]
        self.freshness = ToldFreshness()
        self.owned = frozenset({0})
        share = Share(lambda: self.owned, self.companies, self.freshness, self.clock.seconds)
        self.teller = Teller(
            channel or self.listener,
            Composer(self.store, page_url),
            elsewhere or self.memory,
            share,
            self.counts,
            self.clock,
            Pauses(lambda: 1.0),
        )
        share.companies()
        self.clock.forward(seconds=SETTLE_SECONDS)
        self._offset = 0

    def fold(self, *outcomes: Outcome | DocumentAttachments) -> None:
        """The projection has them from now on."""
        for each in outcomes:
            self._offset += 1
            self.store.apply([(self._offset, each)], (), {})

    def reject(self, shipment: str, code: str = "ALOK", *, company: str = COMPANY_ID, request: str = "1") -> None:
        """The shipment is rejected because the customer is unknown."""
        self.fold(rejected(unknown_customer(code), request=request, shipment_id=shipment, company_id=company))

    def process(self, shipment: str, *, request: str = "2") -> None:
        """The shipment goes on."""
        self.fold(make_outcome(request=request, after=60, shipment_id=shipment))

    async def later(self, **span: float) -> list[list[tuple[str, int]]]:
        """The notes that are heard in a round so much later: of each its causes' values and shipments."""
        before = len(self.listener.heard)
        self.clock.forward(**span)
        await self.teller.round()
        return [
            [(str(cause.value), cause.shipments) for cause in note.data.causes]
            for _, note in self.listener.heard[before:]
        ]
