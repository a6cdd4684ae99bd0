"""One organisation's calls to Xero, so that the parts of its lane need not know which organisation they serve."""

import sys
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final

from mappers.model import DocumentType, ExistingDocument, Problem, SyncRequest
from mappers.outbound import lists_in_doubt
from streams.dispatch.ledger import Intent
from streams.tracing import PASS_ON, TracedCall, Tracing
from xero_client.port import Accounting, ElementReply, Grant, Priority, References

MOST_DOUBTS: Final = 2
"""Rounds in which a refusal is taken for news about master data."""


class OrganisationCalls:
    """The port Accounting for one organisation. Every method may raise the errors of `xero_client.errors`."""

    def __init__(
        self, organisation: str, accounting: Accounting, references: References, tracing: Tracing = PASS_ON
    ) -> None:
        self.organisation = organisation
        self._references = references
        self._tracing = tracing
        self.encode = accounting.encode
        self.joined = accounting.joined
        self._accounting = accounting

    def slot(self, *, urgent: bool) -> AbstractAsyncContextManager[Grant]:
        """Wait for the right to make one call; people's requests may use the reserve of the day's quota."""
        return self._accounting.slot(self.organisation, _priority(urgent=urgent))

    def doubts(self, problems: Sequence[Problem], rounds: int) -> bool:
        """Whether Xero's refusal shows that master data has changed since it was read; it is then read again.

        Planned anew, the shipment is refused in the guide's words, and tried again when Xero has what it lacks. After
        a few rounds Xero's own words are the answer.
        """
        lists = lists_in_doubt(problems)
        return bool(lists) and rounds < MOST_DOUBTS and self._references.doubt(self.organisation, lists)

    async def write(
        self, grant: Grant, intent: Intent, served: Sequence[SyncRequest], start_before: float
    ) -> tuple[ElementReply, ...]:
        """Send the intent's exact bytes, once; `served` are the requests that they are for."""
        with self._tracing.call(TracedCall(self.organisation, intent.kind, intent.operation, served)):
            replies = await self._accounting.write(
                grant,
                intent.kind,
                intent.operation,
                intent.body.encode(),
                idempotency_key=intent.key,
                start_before=start_before,
            )
        sys.audit("shipledger.replies_read")
        return replies

    async def find(
        self, kind: DocumentType, numbers: Sequence[str], *, urgent: bool, thorough: bool = False
    ) -> tuple[ExistingDocument, ...]:
        """The documents of any status that have one of the numbers, in whatever letters."""
        priority = _priority(urgent=urgent)
        return await self._accounting.find(self.organisation, kind, numbers, priority, thorough=thorough)

    async def read(self, kind: DocumentType, xero_ids: Sequence[str], *, urgent: bool) -> tuple[ExistingDocument, ...]:
        """The documents with these ids."""
        return await self._accounting.read(self.organisation, kind, xero_ids, _priority(urgent=urgent))

    async def note(self, kind: DocumentType, xero_id: str, text: str) -> None:
        """Add a history note to a document."""
        await self._accounting.note(self.organisation, kind, xero_id, text)


def _priority(*, urgent: bool) -> Priority:
    return Priority.PEOPLE if urgent else Priority.BACKLOG
