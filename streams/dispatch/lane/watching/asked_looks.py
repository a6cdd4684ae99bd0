"""Invoices that Xero's webhook spoke of are looked at soon, by their ids, with calls that nobody else needs.

Nothing depends on it: what is not looked at here is seen by the next regular look.
"""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from mappers.model import DocumentType, NoticedDocument
from streams.dispatch.context import LaneContext
from streams.dispatch.lane.watching.one_step import one_step
from streams.dispatch.lane.watching.spending import Spending
from streams.dispatch.lane.watching.telling import Telling
from streams.dispatch.ledger import Ledger, State
from xero_client.errors import NotFoundError
from xero_client.port import SHOWN_AT_ONCE, DocumentChanges

MOST_ASKED: Final = 5000
"""Documents that Xero spoke of and nobody has looked into yet; of more the regular look tells."""
SIFTED_AT_ONCE: Final = 50
"""Of these, in one turn of the event loop: each is looked for in the ledger."""
AT_ONCE: Final = SHOWN_AT_ONCE[DocumentType.INVOICE]
OWN_ECHO: Final = timedelta(seconds=2)
"""Xero tells of our own writes too, a moment after it dates them."""
PAUSE: Final = 30.0


class AskedLooks:
    """Runs until cancelled. Raises PartitionLostError; whatever else goes wrong is told, and left to regular looks."""

    def __init__(
        self,
        organisation: str,
        context: LaneContext,
        ledger: Ledger,
        changes: DocumentChanges,
        spending: Spending,
        telling: Telling,
    ) -> None:
        self._organisation = organisation
        self._context = context
        self._ledger = ledger
        self._changes = changes
        self._spending = spending
        self._telling = telling
        self._asked: dict[str, datetime | None] = {}
        self._wanted: dict[str, None] = {}
        """Those of them that are ours, and news."""
        self._news = asyncio.Event()

    def look_at(self, invoices: Iterable[NoticedDocument]) -> None:
        """Xero said that something happened to them."""
        for each in invoices:
            if len(self._asked) < MOST_ASKED:
                self._asked[each.xero_id] = each.at
        if self._asked:
            self._news.set()

    async def run(self) -> None:
        """Look when somebody asked."""
        while True:
            await self._news.wait()
            await self._context.sleep(self._context.settings.watch.gathering)
            await self._context.sleep(await one_step(self._organisation, self._step, PAUSE))

    async def _step(self) -> float:
        """Look at some; returns the seconds until the next step."""
        return 0.0 if await self._look() else PAUSE

    async def _look(self) -> bool:
        """Look at as many as one call shows. Returns whether there is more to do at once."""
        await self._sift()
        if not self._wanted:
            self._news.clear()
            return True
        if not self._spending.may_call():
            return False
        some = list(self._wanted)
        self._wanted.clear()
        self._spending.spend()
        try:
            documents = await self._changes.shown(self._organisation, DocumentType.INVOICE, some)
        except NotFoundError:
            return True  # One of them is gone, and the call says nothing of the others: the regular look does.
        await self._telling.tell(documents)
        return True

    async def _sift(self) -> None:
        """Take from what was spoken of as much as one call shows."""
        while self._asked and len(self._wanted) < AT_ONCE:
            for xero_id in tuple(islice(self._asked, min(SIFTED_AT_ONCE, AT_ONCE - len(self._wanted)))):
                if self._is_news(xero_id, self._asked.pop(xero_id)):
                    self._wanted[xero_id] = None
            await self._context.sleep(0)

    def _is_news(self, xero_id: str, at: datetime | None) -> bool:
        """Whether it may be more than the echo of our own write."""
        key = self._ledger.holder_by_id(self._organisation, xero_id)
        row = None if key is None else self._ledger.rows.get(key)
        if row is None or row.synced is None or row.state is State.SENDING:
            return False
        seen_at = None if row.seen is None else row.seen.updated_at
        known = [each for each in (row.synced.updated_at, seen_at) if each is not None]
        return at is None or not known or at > max(known) + OWN_ECHO
