"""Steps that are submitted but not committed yet, over a store: the ledger as its own writer must see it."""

import heapq
from collections import deque
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from streams.dispatch.store.depths import Depths
from streams.dispatch.store.indexed import Indexed, Micros, OpenRow, WireRecord
from streams.dispatch.store.port import RowReader


class _Step(NamedTuple):
    number: int
    records: tuple[WireRecord, ...]
    depths: Depths
    bytes: int


class PendingRows:
    """A `RowReader` that reads its own writes.

    A step that is lost is never taken back: the partition is dropped as a whole and starts from the store again.
    """

    def __init__(self, store: RowReader) -> None:
        self._store = store
        self._steps: deque[_Step] = deque()
        self._newest: dict[bytes, tuple[int, WireRecord]] = {}
        self._held: dict[tuple[str, ...], dict[bytes, None]] = {}
        self._depths = Depths()
        self._last = 0
        self.bytes = 0
        """Of all records in steps that are not committed yet."""

    def submit(self, records: Iterable[WireRecord]) -> int:
        """Take a step's records as they are from now on; returns the step's number.

        One without records is not kept: only the next one with records would take it from here.
        """
        self._last += 1
        taken = tuple(records)
        step = _Step(self._last, taken, Depths(), sum(record.size for record in taken))
        for record in step.records:
            before = self.indexed(record.key)
            self._replace(record)
            step.depths.change(before, _row_of(record))
        if taken:
            self._depths.add_all(step.depths, 1)
            self._steps.append(step)
            self.bytes += step.bytes
        return step.number

    @property
    def waiting(self) -> int:
        """How many records are not committed yet."""
        return len(self._newest)

    def first_steps(self, number: int, most: int, most_bytes: int) -> int:
        """The last of the first steps, up to this one, that have at most so many records and bytes; at least one."""
        records = size = 0
        last = number
        for step in self._steps:
            records += len(step.records)
            size += step.bytes
            is_enough = records > most or size > most_bytes
            if step.number > number or (is_enough and step is not self._steps[0]):
                break
            last = step.number
        return last if self._steps else number

    def upto(self, number: int) -> tuple[WireRecord, ...]:
        """The records of the steps up to this one, the newest of each key: what the store is to apply."""
        merged: dict[bytes, WireRecord] = {}
        for step in self._steps:
            if step.number <= number:
                merged.update((record.key, record) for record in step.records)
        return tuple(merged.values())

    def committed(self, number: int) -> None:
        """Drop the steps up to this one: the store has applied them."""
        while self._steps and self._steps[0].number <= number:
            step = self._steps.popleft()
            self.bytes -= step.bytes
            self._depths.add_all(step.depths, -1)
            for record in step.records:
                if record.key in self._newest and self._newest[record.key][0] <= number:
                    self._forget(record.key)

    def row(self, key: bytes) -> bytes | None:
        """See `RowReader`."""
        return self._newest[key][1].value if key in self._newest else self._store.row(key)

    def indexed(self, key: bytes) -> Indexed | None:
        """See `RowReader`."""
        return _row_of(self._newest[key][1]) if key in self._newest else self._store.indexed(key)

    def scan(self, prefix: bytes, after: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """See `RowReader`. What is not committed is as it is now, however long the rest is read."""
        newest = {
            key: record.value for key, (_, record) in self._newest.items() if key.startswith(prefix) and key > after
        }
        stored = ((key, value) for key, value in self._store.scan(prefix, after) if key not in newest)
        pending = ((key, value) for key, value in sorted(newest.items()) if value is not None)
        return iter(heapq.merge(stored, pending))

    def holders_by_number(self, organisation: str, kind: str, number_key: str) -> tuple[bytes, ...]:
        """See `RowReader`."""
        stored = self._store.holders_by_number(organisation, kind, number_key)
        return self._holders(stored, ("number", organisation, kind, number_key))

    def holders_by_id(self, organisation: str, kind: str, xero_id: str) -> tuple[bytes, ...]:
        """See `RowReader`."""
        stored = self._store.holders_by_id(organisation, kind, xero_id)
        return self._holders(stored, ("id", organisation, kind, xero_id))

    def open_rows(self, organisation: str, *, urgent: bool | None = None) -> Iterator[OpenRow]:
        """See `RowReader`. The order is what `upto` will give: what happened to a row in between is not seen."""
        for each in (True, False) if urgent is None else (urgent,):
            yield from self._queued(
                _queue_name(organisation, urgent=each), self._store.open_rows(organisation, urgent=each)
            )

    def open_row(self, key: bytes) -> OpenRow | None:
        """What `open_rows` tells of one row; None where it is not among them."""
        found = self.indexed(key)
        return _open_row(key, found) if found is not None and found.is_open and not found.is_held else None

    def held_rows(self, organisation: str) -> Iterator[OpenRow]:
        """See `RowReader`; in the order of `open_rows`."""
        return self._queued(("open", organisation, "held"), self._store.held_rows(organisation))

    def eldest(self, organisation: str, *, held: bool) -> int | None:
        """When the oldest of its open or of its held rows was asked for (microseconds), by the heads of the queues."""
        open_rows = (self.open_rows(organisation, urgent=each) for each in (True, False))
        heads = (next(each, None) for each in ((self.held_rows(organisation),) if held else open_rows))
        times = [head.occurred_at for head in heads if head is not None and head.occurred_at is not None]
        return min(times, default=None)

    def _queued(self, queue: tuple[str, ...], stored: Iterator[OpenRow]) -> Iterator[OpenRow]:
        # Those that the store does not have yet follow; it may have them, and forget them, while this is read.
        waiting = self._waiting(queue)
        for row in stored:
            waiting.pop(row.key, None)
            if row.key not in self._newest:
                yield row
            elif row.key in self._held.get(queue, ()):
                yield _open_row(row.key, self.indexed(row.key))
        for key in waiting:
            indexed = self.indexed(key)
            if indexed is not None and queue in _names(indexed):
                yield _open_row(key, indexed)

    def releasable_keys(self, organisation: str) -> Iterator[bytes]:
        """See `RowReader`."""
        stored = (key for key in self._store.releasable_keys(organisation) if key not in self._newest)
        return heapq.merge(stored, sorted(key for key, each in self._rows(organisation) if each.is_releasable))

    def organisations_with_work(self) -> set[str]:
        """See `RowReader`."""
        known = self._store.organisations_with_work()
        known.update(indexed.organisation for _, indexed in self._rows(None))
        return {each for each in known if self.depths(each) or any(True for _ in self.releasable_keys(each))}

    def ended_before(self, horizon: Micros, most: int) -> list[bytes]:
        """See `RowReader`. A row whose newest step is not committed is told of when it is."""
        stored = self._store.ended_before(horizon, most + len(self._newest))
        return [key for key in stored if key not in self._newest][:most]

    def depths(self, organisation: str) -> dict[str, int]:
        """See `RowReader`."""
        depths = self._store.depths(organisation)
        for state, count in self._depths.of(organisation).items():
            depths[state] = depths.get(state, 0) + count
        return {state: count for state, count in depths.items() if count}

    def oldest(self, *, besides: Container[bytes] = ()) -> Micros | None:
        """See `RowReader`."""
        times = [each.occurred_at for key, each in self._rows(None) if each.is_open and key not in besides]
        times.append(self._store.oldest(besides=_Either(self._newest, besides)))
        return min((each for each in times if each is not None), default=None)

    def _holders(self, stored: tuple[bytes, ...], name: tuple[str, ...]) -> tuple[bytes, ...]:
        return tuple(sorted({*(key for key in stored if key not in self._newest), *self._held.get(name, ())}))

    def _rows(self, organisation: str | None) -> Iterator[tuple[bytes, Indexed]]:
        """The pending rows, of one organisation or of all."""
        for key, (_, record) in self._newest.items():
            indexed = _row_of(record)
            if indexed is not None and organisation in (None, indexed.organisation):
                yield key, indexed

    def _waiting(self, queue: tuple[str, ...]) -> dict[bytes, None]:
        """The pending rows of a queue in the order in which they became pending."""
        held = self._held.get(queue)
        return dict.fromkeys(key for key in self._newest if key in held) if held else {}

    def _replace(self, record: WireRecord) -> None:
        if record.key in self._newest:
            self._release(self._newest[record.key][1])
        self._newest[record.key] = self._last, record
        for name in _names(_row_of(record)):
            self._held.setdefault(name, {})[record.key] = None

    def _forget(self, key: bytes) -> None:
        self._release(self._newest.pop(key)[1])

    def _release(self, record: WireRecord) -> None:
        for name in _names(_row_of(record)):
            holders = self._held[name]
            holders.pop(record.key, None)
            if not holders:
                del self._held[name]


@dataclass(frozen=True, slots=True)
class _Either:
    """Two containers as one."""

    first: Container[bytes]
    second: Container[bytes]

    def __contains__(self, key: object) -> bool:
        return key in self.first or key in self.second


def _row_of(record: WireRecord) -> Indexed | None:
    return None if record.value is None else record.indexed


def _open_row(key: bytes, indexed: Indexed | None) -> OpenRow:
    if indexed is None:
        raise LookupError("no row has this key")
    is_urgent = indexed.is_urgent and not indexed.is_held
    return OpenRow(key, indexed.state, is_urgent, indexed.occurred_at, indexed.size)


def _queue_name(organisation: str, *, urgent: bool) -> tuple[str, ...]:
    return "open", organisation, "urgent" if urgent else "ordinary"


def _names(indexed: Indexed | None) -> Iterator[tuple[str, ...]]:
    """By what a row is found: the queue of its organisation where it is open, and what it holds."""
    if indexed is not None:
        if indexed.is_open and indexed.is_held:
            yield "open", indexed.organisation, "held"
        elif indexed.is_open:
            yield _queue_name(indexed.organisation, urgent=indexed.is_urgent)
        yield from (("number", indexed.organisation, *each) for each in indexed.numbers)
        yield from (("id", indexed.organisation, *each) for each in indexed.xero_ids)
