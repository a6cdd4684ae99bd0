"""Batches that a former owner left under way: what became of them is found out before anything else."""

from collections.abc import Awaitable, Callable

from streams.dispatch.batch.backoff import Backoff
from streams.dispatch.batch.recovery import UnknownEffectResolver
from streams.dispatch.batch.unplannable import InheritedBatch, UnplannableResolver
from streams.dispatch.batch.write import BatchWriter
from streams.dispatch.ledger import Intent

Replan = Callable[[Intent], Awaitable[InheritedBatch]]
"""Plans the members of such a batch."""


class InheritedBatches:
    """Resolves them one by one; each call is for one batch."""

    def __init__(
        self,
        writer: BatchWriter,
        resolver: UnknownEffectResolver,
        unplannable: UnplannableResolver,
        backoff: Backoff,
        replan: Replan,
    ) -> None:
        self._writer = writer
        self._resolver = resolver
        self._unplannable = unplannable
        self._backoff = backoff
        self._replan = replan

    async def recover(self, intent: Intent) -> None:
        """Return when every member is answered or open again, and the intent is forgotten."""
        batch = await self._backoff.retry_until_done(lambda: self._replan(intent))
        if batch.plans:
            await self._resolver.resolve(intent, batch.plans, inherited=True)
        await self._unplannable.resolve(intent, batch.unplannable)
        self._writer.close(intent)
