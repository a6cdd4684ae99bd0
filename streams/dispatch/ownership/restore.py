"""Brings a partition's store up to its topic: what is missing is read, or everything where it must be."""

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.dispatch.ledger import (
    OWNER_KEY,
    Ledger,
    Owners,
    UnreadableRecords,
    index,
    instead_of,
    read_owners,
    sent_rows,
    to_micros,
)
from streams.dispatch.ownership.log_reader import LogReader, Message
from streams.dispatch.ownership.stores import HeldStore
from streams.dispatch.settings import CLIENT_END
from streams.dispatch.store import Indexed, Rebuild, StoreBusyError, WireRecord
from streams.ops import bounded
from streams.topics import DOCUMENT_LEDGER

log = structlog.get_logger(__name__)

START_SECONDS = 15.0
ANSWER_SECONDS = 10.0
KEPT_BYTES = 8_000_000
"""So much of what is missing is kept in memory until it is known that the topic is the store's own."""
APPLIED_AT_ONCE = 200
BUSY_PAUSE = 0.05


class AbandonedError(Exception):
    """The rebuild was given up: its owner is gone."""


async def restore(
    held: HeldStore,
    partition: int,
    connection: Mapping[str, Any],
    clock: Callable[[], datetime],
    on_step: Callable[[], None] = lambda: None,
    is_ours: Callable[[Any], bool] = lambda _: True,
    ledger: str = DOCUMENT_LEDGER,
) -> Ledger:
    """The ledger up to the end that was stable when the reading began; `on_step` is told of each step of it.

    The caller has already started the partition's transactional producer: whatever a former owner left open is
    aborted, and nobody else can add to it.
    Records that `is_ours` denies are stepped over; for a row that cannot be read stands a lost one. Where there is one
    the store counts as equal to its topic only when somebody has told of it.
    Raises NewerRecordError for what a newer version wrote: to go on without it could repeat a document; and
    StoreError, TimeoutError, OSError or Kafka's errors where the disk or the brokers do not answer.
    """
    topic = TopicPartition(ledger, partition)
    consumer = AIOKafkaConsumer(
        **connection,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="none",
        max_partition_fetch_bytes=4_000_000,
    )
    try:
        await bounded(consumer.start(), START_SECONDS, "the start of the ledger's consumer")
        consumer.assign([topic])
        at = clock()
        first = (await bounded(consumer.beginning_offsets([topic]), ANSWER_SECONDS, "the ledger's first offset"))[topic]
        end = (await bounded(consumer.end_offsets([topic]), ANSWER_SECONDS, "the ledger's end"))[topic]
        source = LogReader(consumer, topic, first, end, on_step, is_ours)
        return await read_up(held, source, at)
    finally:
        with contextlib.suppress(Exception):
            await bounded(consumer.stop(), CLIENT_END, "the end of the ledger's consumer")


async def read_up(held: HeldStore, source: LogReader, at: datetime) -> Ledger:
    """The same from a topic that is being read; `at` is a moment at which it ended nowhere later."""
    unreadable = UnreadableRecords()
    if held.is_empty or not await _catch_up(held, source, unreadable):
        await _rebuild(held, source, unreadable)
    await held.thread.run(partial(_patiently, held, partial(_store_sent_rows, held)), source.on_step)
    if unreadable.all_taken:
        equal = partial(held.store.apply, (), source.end, to_micros(at))
        await held.thread.run(partial(_patiently, held, equal), source.on_step)
    return Ledger(held.store, unreadable)


def _store_sent_rows(held: HeldStore) -> None:
    rows = tuple(sent_rows(held.store))
    if rows:
        held.store.apply(rows, held.store.position)


async def _catch_up(held: HeldStore, source: LogReader, unreadable: UnreadableRecords) -> bool:
    """Read what the store lacks. False where the topic is not the one that it followed.

    It is read from the last owner's mark on: what the newest mark says is only known at the end, and what was taken
    until then is not believed before.
    """
    store, position = held.store, held.store.position
    owners = read_owners(store.row(OWNER_KEY))
    if not source.first <= owners.after <= position <= source.end:
        return _differs(source, f"the store is at {position}, the topic goes from {source.first} to {source.end}")
    newest: Owners | None = None
    missing: dict[bytes, bytes | None] = {}
    size = 0
    async for messages in source.since(owners.after):
        for message in messages:
            newest = read_owners(message.value) if message.key == OWNER_KEY else newest
            if message.offset >= position:
                missing[message.key] = message.value
                size += len(message.value or b"")
        if size > KEPT_BYTES:
            await held.thread.run(partial(_patiently, held, store.distrust), source.on_step)
            await _apply(held, missing, source, unreadable)
            missing, size = {}, 0
    if newest is None or not owners.is_continued_by(newest, position):
        return _differs(source, f"the store's owner {owners} is not among {newest}")
    await _apply(held, missing, source, unreadable)
    if not unreadable.all_taken:
        # Until they are told of: whoever begins then finds them only by reading everything again.
        await held.thread.run(partial(_patiently, held, store.distrust), source.on_step)
    await held.thread.run(partial(_patiently, held, partial(store.apply, (), source.end)), source.on_step)
    return True


def _differs(source: LogReader, reason: str) -> bool:
    log.warning("ledger_store_of_other_topic", partition=source.topic.partition, reason=reason)
    return False


async def _apply(
    held: HeldStore, missing: Mapping[bytes, bytes | None], source: LogReader, unreadable: UnreadableRecords
) -> None:
    """Take what was read, without moving the position: repeated where a crash comes in between."""
    records = [_record(held, key, value, unreadable) for key, value in missing.items()]
    for start in range(0, len(records), APPLIED_AT_ONCE):
        part = records[start : start + APPLIED_AT_ONCE]
        job = partial(held.store.apply, part, held.store.position)
        await held.thread.run(partial(_patiently, held, job), source.on_step)


def _patiently(held: HeldStore, job: Callable[[], None]) -> None:
    """Wait until the disk has caught up."""
    while not held.is_closed:
        try:
            job()
        except StoreBusyError:
            time.sleep(BUSY_PAUSE)
        else:
            return
    raise AbandonedError


def _record(held: HeldStore, key: bytes, value: bytes | None, unreadable: UnreadableRecords) -> WireRecord:
    """What the store takes. A row that cannot be read does not replace the one before, which is only believed less."""
    if value is None:
        return WireRecord(key, None)
    faults: list[str] = []
    found = index(key, value, lambda _key, _value, why: faults.append(why))
    for why in faults:
        unreadable.note(key, value, why)
    return instead_of(key, held.store.row(key)) if faults else WireRecord(key, value, found)


async def _rebuild(held: HeldStore, source: LogReader, unreadable: UnreadableRecords) -> None:
    """Everything from the topic's beginning; what is overwritten later is never decoded."""
    thread = held.thread

    def indexed(key: bytes, value: bytes) -> Indexed | None:
        if held.is_closed:
            raise AbandonedError
        thread.steps += 1
        return index(key, value, unreadable.note)

    async with held.rebuilding(source.on_step):
        load = await thread.run(held.store.rebuild, source.on_step)
        async for messages in source.since(source.first):
            await thread.run(partial(_add, load, messages), source.on_step)
        await thread.run(lambda: load.finish(indexed, source.end), source.on_step)


def _add(load: Rebuild, messages: Sequence[Message]) -> None:
    load.add((message.key, message.value) for message in messages)
