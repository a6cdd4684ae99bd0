"""Faults planted in the protocol, one at a time, to see that the invariants notice them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from streams.dispatch.ledger import LedgerTransaction, PartitionLostError, PartitionProducer
from tests.simulation.faults import Fault, Kind
from tests.simulation.schedule import Schedule
from xero_client.transport import CallThreads

_commit, _transact, _run_call = PartitionProducer.commit, PartitionProducer._transact, CallThreads.run


async def _commit_believed(self: PartitionProducer, transaction: LedgerTransaction) -> int | None:
    """A transaction that failed counts as done."""
    try:
        return await _commit(self, transaction)
    except PartitionLostError:
        return None


async def _without_offsets(self: PartitionProducer, transaction: LedgerTransaction) -> int | None:
    """What was consumed is not written down with what came of it."""
    return await _transact(self, replace(transaction, next_offset=None))


async def _calls_kept(self: CallThreads, organisation: str, call: Any, exchange: Callable[[], Any]) -> Any:
    """What has ended is kept for ever."""
    try:
        return await _run_call(self, organisation, call, exchange)
    finally:
        self._running.add(call)


@dataclass(frozen=True)
class Planted:
    """A bug, and schedules of which one at least must notice it."""

    plant: Callable[[], AbstractContextManager[Any]]
    schedules: Callable[[], Iterator[Schedule]]
    invariants: tuple[str, ...]
    """Those that it breaks."""


def _nothing_wrong() -> Iterator[Schedule]:
    yield Schedule(1)


def _lost_commits() -> Iterator[Schedule]:
    for nth in range(3, 12):
        yield Schedule(1, (Fault("kafka:EndTxn commit", nth, Kind.HANG),))


PLANTED = {
    "a failed transaction counts as done": Planted(
        lambda: patch.object(PartitionProducer, "commit", _commit_believed), _lost_commits, ("I3", "I7")
    ),
    "offsets are not sent with the transaction": Planted(
        lambda: patch.object(PartitionProducer, "_transact", _without_offsets), _nothing_wrong, ("I5", "I7")
    ),
    "a call that has ended is kept": Planted(
        lambda: patch.object(CallThreads, "run", _calls_kept), _nothing_wrong, ("memory",)
    ),
}
