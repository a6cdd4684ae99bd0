"""The transaction coordinator: who may write under a transactional id, and how its transactions end (KIP-98)."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from tests.simulation.broker.codes import Code
from tests.simulation.broker.log import TopicLog

Place = tuple[str, int]


class State(Enum):
    """Of a transactional id."""

    EMPTY = "empty"
    ONGOING = "ongoing"
    COMMITTING = "committing"
    ABORTING = "aborting"
    COMMITTED = "committed"
    ABORTED = "aborted"


_ENDING = (State.COMMITTING, State.ABORTING)


class PendingOffsets(Protocol):
    """A group's offsets that a transaction has not decided yet."""

    def end_transaction(self, producer: int, *, commit: bool) -> None:
        """They count from now on, or never did."""
        ...


@dataclass(slots=True)
class Transactional:
    """One transactional id: its producer, the epoch that may write, and what its transaction has touched."""

    producer: int
    epoch: int
    timeout: float
    state: State = State.EMPTY
    places: set[Place] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    timer: asyncio.TimerHandle | None = None


class Coordinator:
    """`later` calls back after some milliseconds of the broker: markers are written after the decision."""

    def __init__(
        self,
        log_of: Callable[[Place], TopicLog],
        group_of: Callable[[str], PendingOffsets],
        later: Callable[[float, Callable[[], None]], asyncio.TimerHandle],
        marker_delay: Callable[[], float],
        now_ms: Callable[[], int],
    ) -> None:
        self._log_of = log_of
        self._group_of = group_of
        self._later = later
        self._marker_delay = marker_delay
        self._now_ms = now_ms
        self._ids: dict[str, Transactional] = {}
        self._producers = 0
        self.fenced = 0
        """Requests of former epochs that were refused."""

    def begin_producer(self, name: str | None, timeout: float) -> tuple[Code, int, int]:
        """A producer begins: with a name, it fences whoever had it and ends what that one left open."""
        if name is None:
            return Code.NONE, self._new_producer(), 0
        known = self._ids.get(name)
        if known is None:
            known = self._ids[name] = Transactional(self._new_producer(), -1, timeout)
        if known.state is State.ONGOING:
            known.epoch += 1
            self._end(known, commit=False)
            return Code.CONCURRENT_TRANSACTIONS, -1, -1
        if known.state in _ENDING:
            return Code.CONCURRENT_TRANSACTIONS, -1, -1
        known.epoch, known.timeout, known.state = known.epoch + 1, timeout, State.EMPTY
        return Code.NONE, known.producer, known.epoch

    def _new_producer(self) -> int:
        self._producers += 1
        return 1000 + self._producers

    def add(self, name: str, producer: int, epoch: int, *, places: set[Place], groups: set[str]) -> Code:
        """Something becomes part of the transaction, which begins with the first."""
        known = self._ids.get(name)
        code = self._check(known, producer, epoch)
        if known is None or code is not Code.NONE:
            return code
        if known.state in _ENDING:
            return Code.CONCURRENT_TRANSACTIONS
        if known.state is not State.ONGOING:
            known.places, known.groups, known.state = set(), set(), State.ONGOING
            known.timer = self._later(known.timeout, lambda: self._time_out(known))
        known.places |= places
        known.groups |= groups
        return Code.NONE

    def may_write(self, name: str, producer: int, epoch: int, place: Place) -> Code:
        """Whether the partition is part of the producer's open transaction (KIP-890 verifies it)."""
        known = self._ids.get(name)
        code = self._check(known, producer, epoch)
        if known is None or code is not Code.NONE:
            return code
        return Code.NONE if known.state is State.ONGOING and place in known.places else Code.INVALID_TXN_STATE

    def may_commit_offsets(self, name: str, producer: int, epoch: int, group: str) -> Code:
        """The same of a group's offsets."""
        known = self._ids.get(name)
        code = self._check(known, producer, epoch)
        if known is None or code is not Code.NONE:
            return code
        return Code.NONE if known.state is State.ONGOING and group in known.groups else Code.INVALID_TXN_STATE

    def end(self, name: str, producer: int, epoch: int, *, commit: bool) -> Code:
        """Decide. It is durable when this returns; the markers follow."""
        known = self._ids.get(name)
        code = self._check(known, producer, epoch)
        if known is None or code is not Code.NONE:
            return code
        if known.state is (State.COMMITTED if commit else State.ABORTED):
            return Code.NONE
        if known.state is (State.COMMITTING if commit else State.ABORTING):
            return Code.CONCURRENT_TRANSACTIONS
        if known.state is not State.ONGOING:
            return Code.INVALID_TXN_STATE
        self._end(known, commit=commit)
        return Code.NONE

    def _check(self, known: Transactional | None, producer: int, epoch: int) -> Code:
        if known is None or known.producer != producer:
            return Code.INVALID_PRODUCER_ID_MAPPING
        if known.epoch != epoch:
            self.fenced += 1
            return Code.INVALID_PRODUCER_EPOCH
        return Code.NONE

    def _time_out(self, known: Transactional) -> None:
        known.epoch += 1
        self._end(known, commit=False)

    def _end(self, known: Transactional, *, commit: bool) -> None:
        if known.timer is not None:
            known.timer.cancel()
        known.state = State.COMMITTING if commit else State.ABORTING
        left = sorted(known.places)

        def mark() -> None:
            if left:
                self._log_of(left.pop()).mark(known.producer, known.epoch, self._now_ms(), commit=commit)
                self._later(self._marker_delay(), mark)
                return
            for group in sorted(known.groups):
                self._group_of(group).end_transaction(known.producer, commit=commit)
            known.state = State.COMMITTED if commit else State.ABORTED

        self._later(self._marker_delay(), mark)
