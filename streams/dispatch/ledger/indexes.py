"""What the ledger is asked often, kept ready at each change of a row, so that no question walks through all rows."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Generic, TypeVar

from mappers.model import DocumentType, Trigger, number_key
from streams.dispatch.ledger.records import Row, RowKey, State
from streams.ops import LaneState

Name = TypeVar("Name")

_LANE_STATES = {
    State.PENDING: LaneState.PENDING,
    State.SENDING: LaneState.SENDING,
    State.WAITING: LaneState.WAITING,
}
# The heap of `Oldest` is made anew when it is this many entries longer than twice the open rows.
_SLACK = 1000


class OpenRows:
    """The rows without a final answer, by organisation: people's first, then in order of arrival; and how many."""

    def __init__(self) -> None:
        self._urgent: dict[str, dict[RowKey, None]] = defaultdict(dict)
        self._others: dict[str, dict[RowKey, None]] = defaultdict(dict)
        self._depths: dict[str, Counter[LaneState]] = defaultdict(Counter)

    def replace(self, key: RowKey, before: Row | None, after: Row | None) -> None:
        """Take note of a changed row."""
        depths = self._depths[key.organisation]
        depths.subtract(_states_of(before))
        depths.update(_states_of(after))
        is_open = after is not None and after.state in _LANE_STATES
        is_urgent = is_open and after is not None and _is_urgent(after)
        _keep(self._urgent[key.organisation], key, member=is_urgent)
        _keep(self._others[key.organisation], key, member=is_open and not is_urgent)

    def keys(self, organisation: str) -> Iterator[RowKey]:
        """The organisation's open rows. They must not change while this is read."""
        yield from self._urgent[organisation]
        yield from self._others[organisation]

    def depths(self, organisation: str) -> dict[LaneState, int]:
        """How many of them are pending, being sent, waiting."""
        return {state: self._depths[organisation][state] for state in LaneState}

    def organisations(self) -> set[str]:
        """The organisations that have open rows."""
        return {each for index in (self._urgent, self._others) for each, keys in index.items() if keys}

    def __len__(self) -> int:
        return sum(len(keys) for index in (self._urgent, self._others) for keys in index.values())


class Oldest:
    """When the oldest open request occurred: a heap whose entries are checked when they come to its top."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, RowKey]] = []

    def replace(self, key: RowKey, before: Row | None, after: Row | None) -> None:
        """Take note of a changed row."""
        occurred_at = _occurred_at(after)
        if occurred_at is not None and occurred_at != _occurred_at(before):
            heapq.heappush(self._heap, (occurred_at, key))

    def first(self, rows: Mapping[RowKey, Row], open_rows: int) -> datetime | None:
        """The earliest `occurred_at` of an open request. `open_rows` is how many there are."""
        if len(self._heap) > 2 * open_rows + _SLACK:
            current = ((_occurred_at(rows.get(key)), occurred_at, key) for occurred_at, key in self._heap)
            self._heap = list({(then, key): None for now, then, key in current if now == then})
            heapq.heapify(self._heap)
        while self._heap and _occurred_at(rows.get(self._heap[0][1])) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None


class EndedRows:
    """The finished rows by the day (UTC) of their last answer."""

    def __init__(self) -> None:
        self._days: dict[int, dict[RowKey, None]] = {}

    def replace(self, key: RowKey, before: Row | None, after: Row | None) -> None:
        """Take note of a changed row."""
        old, new = _day_of_end(before), _day_of_end(after)
        if old == new:
            return
        if old is not None:
            self._days[old].pop(key, None)
            if not self._days[old]:
                del self._days[old]
        if new is not None:
            self._days.setdefault(new, {})[key] = None

    def until(self, day: int) -> Iterator[RowKey]:
        """Those whose last answer was on this day (its ordinal) or before, oldest days first."""
        for each in sorted(self._days):
            if each > day:
                return
            yield from self._days[each]


class FirstHolder(Generic[Name]):
    """Who holds a name. Another that has it too, by a fault of ours or an edit in Xero, comes after the first."""

    def __init__(self) -> None:
        self._holders: dict[Name, RowKey] = {}
        self._others: dict[Name, list[RowKey]] = {}

    def get(self, name: Name) -> RowKey | None:
        """The holder."""
        return self._holders.get(name)

    def add(self, name: Name, key: RowKey) -> None:
        """The shipment has the name."""
        if self._holders.setdefault(name, key) != key:
            self._others.setdefault(name, []).append(key)

    def remove(self, name: Name, key: RowKey) -> None:
        """The shipment has it no more."""
        others = self._others.get(name, [])
        if self._holders.get(name) != key:
            others.remove(key)
        elif others:
            self._holders[name] = others.pop(0)
        else:
            del self._holders[name]
        if not others:
            self._others.pop(name, None)


class Holders:
    """Which shipment has a document, by the document's number and by its Xero id."""

    def __init__(self) -> None:
        self._numbers: FirstHolder[tuple[str, DocumentType, str]] = FirstHolder()
        self._ids: FirstHolder[tuple[str, str]] = FirstHolder()

    def replace(self, key: RowKey, before: Row | None, after: Row | None) -> None:
        """Take note of a changed row."""
        _replace(self._numbers, key, _numbers_of(key, before), _numbers_of(key, after))
        _replace(self._ids, key, _ids_of(key, before), _ids_of(key, after))

    def by_number(self, organisation: str, kind: DocumentType, number: str) -> RowKey | None:
        """The shipment whose document has the number, or is about to have it."""
        return self._numbers.get((organisation, kind, number_key(number)))

    def by_id(self, organisation: str, xero_id: str) -> RowKey | None:
        """The shipment whose document has the Xero id."""
        return self._ids.get((organisation, xero_id.casefold()))


def _keep(index: dict[RowKey, None], key: RowKey, *, member: bool) -> None:
    if member:
        index.setdefault(key)
    else:
        index.pop(key, None)


def _replace(index: FirstHolder[Name], key: RowKey, before: set[Name], after: set[Name]) -> None:
    for name in before - after:
        index.remove(name, key)
    for name in after - before:
        index.add(name, key)


def _states_of(row: Row | None) -> list[LaneState]:
    return [] if row is None or row.state not in _LANE_STATES else [_LANE_STATES[row.state]]


def _is_urgent(row: Row) -> bool:
    """Somebody pressed Sync Now and waits for the answer."""
    return row.request is not None and row.request.trigger is Trigger.SYNC_NOW


def _occurred_at(row: Row | None) -> datetime | None:
    if row is None or row.state not in _LANE_STATES or row.request is None:
        return None
    return row.request.occurred_at


def _day_of_end(row: Row | None) -> int | None:
    if row is None or row.state in _LANE_STATES or row.ended_at is None:
        return None
    return row.ended_at.astimezone(UTC).toordinal()


def _numbers_of(key: RowKey, row: Row | None) -> set[tuple[str, DocumentType, str]]:
    numbers: set[tuple[str, DocumentType, str]] = set()
    if row is not None and row.synced is not None:
        numbers.add((key.organisation, row.synced.kind, number_key(row.synced.ref.number)))
    if row is not None and row.reservation is not None:
        numbers.add((key.organisation, row.reservation.kind, number_key(row.reservation.number)))
    return numbers


def _ids_of(key: RowKey, row: Row | None) -> set[tuple[str, str]]:
    return set() if row is None or row.synced is None else {(key.organisation, row.synced.ref.xero_id.casefold())}
