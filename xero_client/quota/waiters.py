"""Who waits for a grant: by organisation, served in turn, so that a long queue delays nobody else."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass

from xero_client.port import Grant
from xero_client.vocabulary import QuotaWindow


@dataclass(slots=True, eq=False)
class Waiter:
    """One task that waits in `slot`. `held_by` is the limit that last held it back, None where none did."""

    grant: asyncio.Future[Grant]
    since: float
    held_by: QuotaWindow | None = None


class WaitingLine:
    """The waiters of one priority."""

    def __init__(self) -> None:
        self._turns: OrderedDict[str, deque[Waiter]] = OrderedDict()

    def __bool__(self) -> bool:
        return bool(self._turns)

    def join(self, organisation: str, waiter: Waiter) -> None:
        """Queue behind the organisation's other waiters."""
        self._turns.setdefault(organisation, deque()).append(waiter)

    def organisations(self) -> tuple[str, ...]:
        """Whose turn it is, first to last."""
        return tuple(self._turns)

    def first(self, organisation: str) -> Waiter | None:
        """The organisation's first waiter that has not given up."""
        queue = self._turns.get(organisation)
        while queue and queue[0].grant.done():
            queue.popleft()
        if not queue:
            self._turns.pop(organisation, None)
            return None
        return queue[0]

    def serve(self, organisation: str) -> None:
        """The first waiter has its answer; the organisation moves behind the others."""
        self._turns[organisation].popleft()
        self._turns.move_to_end(organisation)

    def dismiss(self, organisation: str) -> Iterator[Waiter]:
        """Every waiter of the organisation; none of them waits any longer."""
        yield from self._turns.pop(organisation, ())

    def count(self, organisation: str) -> int:
        """How many of the organisation wait."""
        return sum(not each.grant.done() for each in self._turns.get(organisation, ()))
